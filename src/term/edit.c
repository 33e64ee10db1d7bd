/* SPDX-License-Identifier: ISC */
/* edit.c - libedit on a terminal that others write to as well. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "term/edit.h"
#include "term/keys.h"
#include "term/layout.h"
#include "term/tty.h"

/* libedit encloses in it what the terminal gets and no column holds. */
enum { LITERAL = 1, QUOTE = 'V' & 0x1f };

/* What a search can damage: see edit_mend. */
enum { SAFE_LENGTH = 1000 };

static struct edit *
edit_of(EditLine *el)
{
	void *e = NULL;

	el_wget(el, EL_CLIENTDATA, &e);
	return e;
}

static wchar_t *
prompt_of(EditLine *el)
{
	return edit_of(el)->drawn;
}

static size_t
line_length(const LineInfoW *line)
{
	return (size_t)(line->lastchar - line->buffer);
}

/*
 * When a search is given up, libedit puts the line back from a copy of 1024
 * characters and has NULs for the rest, which cannot be typed.  So a copy of
 * our own is made when a key comes that may begin a search.
 */
static void
edit_keep(struct edit *e, uint32_t key)
{
	const LineInfoW *line = el_wline(e->el);
	size_t n = line_length(line);

	if (n < SAFE_LENGTH || wcschr(L"\x12\x13/?nN", (wchar_t)key) == NULL ||
	    key == 0)
		return;
	free(e->kept);
	e->kept = xmalloc((n + 1) * sizeof *e->kept);
	wmemcpy(e->kept, line->buffer, n);
	e->kept[n] = L'\0';
}

static void
edit_mend(struct edit *e)
{
	const LineInfoW *line = el_wline(e->el);
	size_t n = line_length(line);

	if (e->kept == NULL || n < SAFE_LENGTH ||
	    wmemchr(line->buffer, L'\0', n) == NULL)
		return;
	edit_hide(e);
	el_cursor(e->el, (int)n);
	el_deletestr(e->el, (int)n);
	el_winsertstr(e->el, e->kept);
	edit_show(e);
}

static int
edit_getc(EditLine *el, wchar_t *c)
{
	struct edit *e = edit_of(el);
	uint32_t key = KEY_INSERT;

	if (e->end != EDIT_GOES_ON) {
		errno = EINTR;
		return -1;
	}
	if (e->kept != NULL)
		edit_mend(e);
	e->offered &= e->insert->len > 0 || line_length(el_wline(el)) > 0;
	do {
		/* Behind ^V it would be taken for a character. */
		if ((e->insert->len == 0 || e->last == QUOTE) &&
		    e->key(e->key_arg, &key) != 1) {
			edit_finish(e, EDIT_LEFT);
			errno = EINTR;
			return -1;
		}
	} while (e->last == QUOTE && key >= KEY_UP && key <= KEY_LAST);
	edit_sure(e);
	edit_keep(e, key);
	e->before = e->last;
	e->last = key;
	*c = (wchar_t)key;
	return 1;
}

/* A terminal without these two cannot show a line that is edited. */
static bool
is_able(EditLine *el)
{
	char *up = NULL, *clear = NULL;
	int edits = 0;

	el_wget(el, EL_EDITMODE, &edits);
	el_wget(el, EL_GETTC, "up", &up);
	el_wget(el, EL_GETTC, "ce", &clear);
	return edits && up != NULL && clear != NULL;
}

int
edit_open(struct edit *e, struct tty *tty, char why[128])
{
	const char *term = getenv("TERM");

	memset(e, 0, sizeof *e);
	if (term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0)
		e->el = el_init_fd("telex", stdin, tty_file(tty), tty_file(tty),
		    tty_in(tty), tty_out(tty), tty_out(tty));
	if (e->el == NULL || !is_able(e->el)) {
		snprintf(why, 128,
		    "the terminal cannot move its cursor (TERM is %.40s)",
		    term == NULL || term[0] == '\0' ? "not set" : term);
		if (e->el != NULL)
			el_end(e->el);
		e->el = NULL;
		return -1;
	}
	e->tty = tty;
	e->insert = xmalloc(sizeof *e->insert);
	memset(e->insert, 0, sizeof *e->insert);
	edit_prompt(e, "", NULL);
	el_wset(e->el, EL_CLIENTDATA, e);
	el_wset(e->el, EL_SIGNAL, 0);
	el_wset(e->el, EL_PROMPT_ESC, prompt_of, (wint_t)LITERAL);
	el_wset(e->el, EL_GETCFN, edit_getc);
	return 0;
}

void
edit_ready(struct edit *e)
{
	/* With insert and delete libedit draws wide characters wrong. */
	static const wchar_t *const unused[] = { L"im", L"ei", L"ic", L"IC",
		L"ip", L"dm", L"ed", L"dc", L"DC" };
	/* Between two lines the terminal stays as it is in a line: no echo by
	 * the kernel, none of its limits on a line's length. */
	static const wchar_t *const modes[] = { L"-d", L"-x" };
	const wchar_t *none = NULL;
	size_t i;

	el_wset(e->el, EL_EDITMODE, 1);
	for (i = 0; i < sizeof modes / sizeof modes[0]; i++)
		el_wset(e->el, EL_SETTY, modes[i], L"-icanon", L"-echo",
		    L"-iexten", L"-ixon", L"-ixoff", L"-icrnl", L"-inlcr",
		    none);
	for (i = 0; i < sizeof unused / sizeof unused[0]; i++)
		el_wset(e->el, EL_SETTC, unused[i], L"", none);
	el_wset(e->el, EL_PREP_TERM, 1);
	/* Whatever the user's file made libedit say is not for the screen. */
	tty_cut(e->tty, 0);
	tty_keep(e->tty);
}

void
edit_close(struct edit *e)
{
	/* So it leaves the modes alone: they are for tty_close. */
	el_wset(e->el, EL_EDITMODE, 0);
	el_end(e->el);
	buf_free(e->insert);
	free(e->insert);
	free(e->pick.typed);
	free(e->pick.picked);
	free(e->prompt);
	free(e->drawn);
	free(e->recalled);
	free(e->kept);
	layout_forget(&e->change);
}

void
edit_prompt(struct edit *e, const char *prompt, const char *sgr)
{
	size_t n = strlen(prompt), size;

	free(e->prompt);
	free(e->drawn);
	e->prompt = keys_wide(prompt, n, e->utf8);
	n = wcslen(e->prompt);
	size = n + 64;
	e->drawn = xmalloc(size * sizeof *e->drawn);
	/* A literal that is the last thing of all would be lost. */
	if (sgr == NULL || n == 0 || strlen(sgr) > 32)
		swprintf(e->drawn, size, L"%ls", e->prompt);
	else
		swprintf(e->drawn, size, L"\1\033[%sm\1%.*ls\1\033[0m\1%ls",
		    sgr, (int)n - 1, e->prompt, e->prompt + n - 1);
}

unsigned
edit_columns(const struct edit *e)
{
	int n = 0;

	el_wget(e->el, EL_GETTC, "co", &n);
	return n > 0 ? (unsigned)n : 80;
}

static void
describe(const struct edit *e, struct layout_text *text)
{
	const LineInfoW *line = el_wline(e->el);
	int rows = 0;

	memset(text, 0, sizeof *text);
	el_wget(e->el, EL_GETTC, "li", &rows);
	text->rows = rows > 0 ? (unsigned)rows : 24;
	text->columns = edit_columns(e);
	text->prompt = e->prompt;
	if (e->blind)
		return;
	text->line = line->buffer;
	text->len = line_length(line);
	text->cursor = (size_t)(line->cursor - line->buffer);
}

static void
measure(const struct edit *e, struct layout *l)
{
	struct layout_text text;

	describe(e, &text);
	layout_measure(l, &text);
}

static void
place(struct edit *e, const struct layout *l)
{
	e->row = l->row;
	e->column = l->column;
	e->bottom = l->last;
	e->mark = tty_length(e->tty);
}

static void
draw_prompt(struct edit *e)
{
	struct buf prompt = { 0 };

	keys_bytes(&prompt, e->prompt, wcslen(e->prompt));
	tty_put(e->tty, buf_bytes(&prompt), prompt.len);
	buf_free(&prompt);
}

/*
 * Among wide characters on several rows libedit moves the cursor wrongly,
 * and draws anew what it passes: it is let believe that the cursor is at the
 * end.
 */
static void
draw_wide(struct edit *e, const struct layout *l)
{
	const LineInfoW *line = el_wline(e->el);
	int back = (int)(line->lastchar - line->cursor);

	el_cursor(e->el, back);
	el_wset(e->el, EL_REFRESH);
	el_cursor(e->el, -back);
	tty_move(e->tty, l->last - l->row, 'A');
	tty_puts(e->tty, "\r");
	tty_move(e->tty, l->column, 'C');
}

/* On a clean row, with the cursor in its first column. */
static void
draw(struct edit *e)
{
	struct layout l;

	measure(e, &l);
	e->hidden = false;
	e->placed = l.wide && l.last > 0;
	if (e->blind)
		draw_prompt(e);
	else if (e->placed)
		draw_wide(e, &l);
	else
		el_wset(e->el, EL_REFRESH);
	place(e, &l);
}

/*
 * What libedit drew of a line it draws wrongly is not on the terminal yet: it
 * is taken back, and all of the line drawn anew.
 */
static void
settle(struct edit *e)
{
	struct layout l;
	bool drawn = tty_length(e->tty) != e->mark;

	if (!e->active || e->hidden || e->change != NULL ||
	    (!drawn && !e->placed))
		return;
	measure(e, &l);
	/* Where libedit believes the cursor to be already it moves none. */
	if (!drawn && l.row == e->row && l.column == e->column)
		return;
	if (e->placed || (l.wide && l.last > 0)) {
		tty_cut(e->tty, e->mark);
		tty_erase(e->tty, e->bottom - e->row, e->row);
		draw(e);
	} else {
		place(e, &l);
	}
}

/* What was printed meanwhile comes in the place of what is erased. */
void
edit_sure(struct edit *e)
{
	struct layout_change *c = e->change;
	struct layout_text text;

	if (c == NULL)
		return;
	el_resize(e->el);
	describe(e, &text);
	layout_anew(c, text.columns, text.rows);
	if (c->was.row > 0 || c->is.row > 0)
		c->told = tty_column(e->tty, &c->at);
	if (layout_is_open(c))
		c->back = tty_back(e->tty, (c->is.row + 1) * c->columns);
	tty_reclaim(e->tty, layout_above(c));
	layout_forget(&e->change);
	if (!e->hidden)
		draw(e);
}

void
edit_flush(struct edit *e)
{
	if (tty_unsure(e->tty) > 0)
		return;
	edit_sure(e);
	settle(e);
	tty_flush(e->tty);
	e->mark = 0;
}

unsigned char
edit_finish(struct edit *e, enum edit_end end)
{
	edit_sure(e);
	settle(e);
	e->end = end;
	/* Or libedit would change the modes back and forth for every line. */
	el_wset(e->el, EL_EDITMODE, 0);
	return CC_NEWLINE;
}

enum edit_end
edit_run(struct edit *e)
{
	const wchar_t *line;
	int n = 0;

	el_wset(e->el, EL_EDITMODE, 1);
	e->end = EDIT_GOES_ON;
	e->stray = false;
	e->last = e->before = 0;
	e->active = true;
	e->hidden = e->placed = false;
	e->row = e->bottom = 0;
	e->mark = tty_length(e->tty);
	line = el_wgets(e->el, &n);
	if (e->end == EDIT_GOES_ON) {
		/* By a key the user bound to a function of libedit. */
		e->end = line == NULL ? EDIT_EOF : EDIT_LINE;
		e->stray = true;
		e->hidden = true;
	} else if (tty_length(e->tty) > e->mark)
		tty_cut(e->tty, e->mark);
	free(e->kept);
	e->kept = NULL;
	return e->end;
}

void
edit_text(struct edit *e, struct buf *before, struct buf *after)
{
	const LineInfoW *line = el_wline(e->el);
	const wchar_t *end = line->lastchar, *cursor = line->cursor;

	if (e->end != EDIT_LINE)
		end = layout_end(line->buffer, end);
	else if (end > line->buffer && end[-1] == L'\n' && e->stray)
		end--;
	if (cursor > end)
		cursor = end;
	keys_bytes(before, line->buffer, (size_t)(cursor - line->buffer));
	keys_bytes(after, cursor, (size_t)(end - cursor));
}

void
edit_blind(struct edit *e, bool on)
{
	edit_sure(e);
	e->blind = on;
	e->active = on;
	e->hidden = on;
}

void
edit_hide(struct edit *e)
{
	if (!e->active || e->hidden)
		return;
	settle(e);
	if (e->change == NULL)
		tty_erase(e->tty, e->bottom - e->row, e->row);
	e->hidden = true;
}

void
edit_show(struct edit *e)
{
	if (e->active && e->hidden && e->change == NULL)
		draw(e);
	else if (e->active)
		e->hidden = false;
}

void
edit_leave(struct edit *e)
{
	if (!e->active || e->hidden)
		return;
	edit_sure(e);
	settle(e);
	tty_move(e->tty, e->bottom - e->row, 'B');
	tty_puts(e->tty, "\r\n");
	e->hidden = true;
}

void
edit_over(struct edit *e)
{
	edit_sure(e);
	e->active = false;
}

void
edit_resize(struct edit *e)
{
	struct layout_text text;
	unsigned columns, rows;

	if (!e->active || e->hidden) {
		layout_forget(&e->change);
		tty_sure(e->tty);
		el_resize(e->el);
		return;
	}
	if (e->change == NULL) {
		edit_flush(e);
		describe(e, &text);
		e->change = layout_keep(&text);
	}
	e->change->crossed |= tty_resized(e->tty, &columns, &rows);
	layout_anew(e->change, columns, rows);
}
