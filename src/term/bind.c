/* SPDX-License-Identifier: ISC */
/* bind.c - the editor's commands of our own, and their keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "term/bind.h"
#include "term/complete.h"
#include "term/edit.h"
#include "term/history.h"
#include "term/keys.h"
#include "term/tty.h"

static struct edit *
edit_of(EditLine *el)
{
	void *e = NULL;

	el_wget(el, EL_CLIENTDATA, &e);
	return e;
}

static size_t
line_length(EditLine *el)
{
	const LineInfoW *line = el_wline(el);

	return (size_t)(line->lastchar - line->buffer);
}

/* libedit's searches walk through our history by this. */
static int
history_walk(void *arg, HistEventW *event, int what, ...)
{
	struct edit *e = arg;
	size_t count = history_count(e->history);
	size_t at = count; /* H_LAST and others: not needed here */

	if (what == H_FIRST)
		at = count - 1;
	else if (what == H_LAST)
		at = 0;
	else if (what == H_NEXT)
		at = e->event - 1;
	else if (what == H_PREV)
		at = e->event + 1;
	if (at >= count)
		return -1;
	e->event = at;
	free(e->recalled);
	e->recalled = keys_wide(history_at(e->history, at),
	    strlen(history_at(e->history, at)), e->utf8);
	event->num = (int)at + 1;
	event->str = e->recalled;
	return 0;
}

static unsigned char
do_enter(EditLine *el, int c)
{
	(void)c;
	return edit_finish(edit_of(el), EDIT_LINE);
}

static unsigned char
do_local(EditLine *el, int c)
{
	(void)c;
	return edit_finish(edit_of(el), EDIT_LOCAL);
}

static unsigned char
do_eof(EditLine *el, int c)
{
	const struct edit *e = edit_of(el);
	const LineInfoW *line = el_wline(el);
	bool untouched = e->offered && e->before == KEY_INSERT;

	(void)c;
	if (line->buffer == line->lastchar ||
	    (untouched && line->cursor == line->lastchar))
		return edit_finish(edit_of(el), EDIT_EOF);
	if (line->cursor == line->lastchar)
		return CC_ERROR;
	el_cursor(el, 1);
	el_deletestr(el, 1);
	return CC_REFRESH;
}

/* What was pasted, or was there when the line was left. */
static unsigned char
do_insert(EditLine *el, int c)
{
	struct edit *e = edit_of(el);
	wchar_t *text;
	int rc;

	(void)c;
	text = keys_wide(buf_bytes(e->insert), e->insert->len, e->utf8);
	rc = el_winsertstr(el, text);
	if (rc == 0 && e->back > 0)
		el_cursor(el, -(int)e->back);
	e->back = 0;
	buf_clear(e->insert);
	free(text);
	return rc == 0 ? CC_REFRESH : CC_ERROR;
}

static unsigned char
do_clear(EditLine *el, int c)
{
	struct edit *e = edit_of(el);

	(void)c;
	edit_hide(e);
	tty_puts(e->tty, "\033[H\033[2J");
	edit_show(e);
	return CC_NORM;
}

/* Another line in place of what is there, the cursor behind it or at `at`. */
static void
replace(EditLine *el, const wchar_t *text, size_t at)
{
	size_t n = line_length(el), len = wcslen(text);

	el_cursor(el, (int)n);
	el_deletestr(el, (int)n);
	if (len > 0)
		el_winsertstr(el, text);
	if (at < len)
		el_cursor(el, -(int)(len - at));
}

static wchar_t *
copy_line(EditLine *el)
{
	size_t n = line_length(el);
	wchar_t *copy = xmalloc((n + 1) * sizeof *copy);

	wmemcpy(copy, el_wline(el)->buffer, n);
	copy[n] = L'\0';
	return copy;
}

/* Is the line still as the last step through the history left it? */
static bool
is_picked(const struct edit *e)
{
	const LineInfoW *line = el_wline(e->el);
	size_t n = line_length(e->el);

	return e->pick.picked != NULL && wcslen(e->pick.picked) == n &&
	    memcmp(e->pick.picked, line->buffer, n * sizeof *line->buffer) == 0;
}

static void
pick_begin(struct edit *e)
{
	const LineInfoW *line = el_wline(e->el);

	free(e->pick.typed);
	free(e->pick.picked);
	e->pick.picked = NULL;
	e->pick.typed = copy_line(e->el);
	e->pick.cursor = (size_t)(line->cursor - line->buffer);
	e->pick.at = history_count(e->history);
}

/* The line that the history has in this direction; its count if none. */
static size_t
pick_find(const struct edit *e, bool older)
{
	struct buf begin = { 0 }, other = { 0 };
	size_t found = history_count(e->history), len;

	keys_bytes(&begin, e->pick.typed, e->pick.cursor);
	len = begin.len;
	buf_add(&begin, "", 1);
	keys_bytes(&other, el_wline(e->el)->buffer, line_length(e->el));
	buf_add(&other, "", 1);
	if (older)
		found = history_older(e->history, e->pick.at, buf_bytes(&begin),
		    len, buf_bytes(&other));
	else if (e->pick.at < found)
		found = history_newer(e->history, e->pick.at, buf_bytes(&begin),
		    len, buf_bytes(&other));
	buf_free(&begin);
	buf_free(&other);
	return found;
}

static void
pick_show(struct edit *e, size_t at)
{
	const char *line = history_at(e->history, at);

	e->pick.at = at;
	free(e->pick.picked);
	e->pick.picked = keys_wide(line, strlen(line), e->utf8);
	replace(e->el, e->pick.picked, SIZE_MAX);
}

static unsigned char
step(struct edit *e, bool older)
{
	size_t count = history_count(e->history), found;

	if (!is_picked(e))
		pick_begin(e);
	found = pick_find(e, older);
	if (found < count)
		pick_show(e, found);
	else if (older || e->pick.at == count)
		return CC_ERROR;
	else {
		/* Back to what was typed. */
		replace(e->el, e->pick.typed, e->pick.cursor);
		pick_begin(e);
	}
	return CC_REFRESH;
}

static unsigned char
do_older(EditLine *el, int c)
{
	(void)c;
	return step(edit_of(el), true);
}

static unsigned char
do_newer(EditLine *el, int c)
{
	(void)c;
	return step(edit_of(el), false);
}

static unsigned char
do_oldest(EditLine *el, int c)
{
	struct edit *e = edit_of(el);

	(void)c;
	if (history_count(e->history) == 0)
		return CC_ERROR;
	if (!is_picked(e))
		pick_begin(e);
	pick_show(e, 0);
	return CC_REFRESH;
}

/* A candidate that goes on by itself gets no blank. */
static bool
goes_on(const char *word, size_t n)
{
	return n > 0 && strchr(":<=/", word[n - 1]) != NULL;
}

/* The first `len` bytes of a candidate in place of what was typed of it. */
static void
put_candidate(struct edit *e, const struct complete *c, const char *typed,
    size_t len)
{
	const char *word = c->words[0];
	wchar_t *old, *new;

	old = keys_wide(typed + c->from, c->typed_len, e->utf8);
	new = keys_wide(word, len, e->utf8);
	el_deletestr(e->el, (int)wcslen(old));
	el_winsertstr(e->el, new);
	if (c->count == 1 && !goes_on(word, len))
		el_winsertstr(e->el, L" ");
	free(old);
	free(new);
}

static unsigned char
list(struct edit *e, const struct complete *c)
{
	struct buf text = { 0 };

	complete_list(c, edit_columns(e), &text);
	edit_hide(e);
	tty_put(e->tty, buf_bytes(&text), text.len);
	edit_show(e);
	buf_free(&text);
	return CC_NORM;
}

static unsigned char
complete(struct edit *e, const char *typed, size_t len)
{
	struct complete c = { 0 };
	unsigned char rc = CC_ERROR;
	size_t n;

	e->complete(e->complete_arg, typed, len, &c);
	if (!c.begun && e->tabs)
		return el_winsertstr(e->el, L"\t") == 0 ? CC_REFRESH : CC_ERROR;
	n = complete_shared(&c);
	if (c.count == 1 ||
	    (c.count > 1 &&
		(n > c.typed_len || memcmp(c.words[0], c.typed, n) != 0))) {
		put_candidate(e, &c, typed, n);
		rc = CC_REFRESH;
	} else if (c.count > 1 && e->before == '\t') {
		rc = list(e, &c);
	}
	complete_free(&c);
	return rc;
}

static unsigned char
do_complete(EditLine *el, int c)
{
	struct edit *e = edit_of(el);
	const LineInfoW *line = el_wline(el);
	struct buf typed = { 0 };
	unsigned char rc;

	(void)c;
	if (e->complete == NULL)
		return CC_ERROR;
	keys_bytes(&typed, line->buffer, (size_t)(line->cursor - line->buffer));
	buf_add(&typed, "", 1);
	rc = complete(e, buf_bytes(&typed), typed.len - 1);
	buf_free(&typed);
	return rc;
}

/* Our commands; keys are in libedit's own notation. */
static const struct {
	const wchar_t *name;
	unsigned char (*run)(EditLine *el, int c);
} commands[] = {
	{ L"telex-enter", do_enter },
	{ L"telex-local", do_local },
	{ L"telex-eof", do_eof },
	{ L"telex-insert", do_insert },
	{ L"telex-clear", do_clear },
	{ L"telex-older", do_older },
	{ L"telex-newer", do_newer },
	{ L"telex-oldest", do_oldest },
	{ L"telex-complete", do_complete },
};

enum map { BOTH, EMACS, VI_COMMAND };

static const struct {
	enum map map;
	const wchar_t *key;
	const wchar_t *name;
} keys[] = {
	{ BOTH, L"^M", L"telex-enter" },
	{ BOTH, L"^J", L"telex-enter" },
	{ BOTH, L"^D", L"telex-eof" },
	{ BOTH, L"^I", L"telex-complete" },
	{ BOTH, L"^L", L"telex-clear" },
	{ BOTH, L"^P", L"telex-older" },
	{ BOTH, L"^N", L"telex-newer" },
	{ BOTH, L"^R", L"em-inc-search-prev" },
	{ BOTH, L"\\200", L"telex-older" },
	{ BOTH, L"\\201", L"telex-newer" },
	{ BOTH, L"\\202", L"ed-next-char" },
	{ BOTH, L"\\203", L"ed-prev-char" },
	{ BOTH, L"\\204", L"ed-move-to-beg" },
	{ BOTH, L"\\205", L"ed-move-to-end" },
	{ BOTH, L"\\206", L"ed-delete-next-char" },
	{ BOTH, L"\\207", L"em-next-word" },
	{ BOTH, L"\\210", L"ed-prev-word" },
	{ BOTH, L"\\211", L"telex-insert" },
	{ EMACS, L"\\033p", L"telex-older" },
	{ EMACS, L"\\033n", L"telex-newer" },
	/* These would throw the line away. */
	{ EMACS, L"\\033x", L"ed-unassigned" },
	{ EMACS, L"\\033X", L"ed-unassigned" },
	{ VI_COMMAND, L":", L"ed-unassigned" },
	/* This one would run an editor and send what it leaves. */
	{ VI_COMMAND, L"v", L"ed-unassigned" },
	{ VI_COMMAND, L"k", L"telex-older" },
	{ VI_COMMAND, L"j", L"telex-newer" },
	{ VI_COMMAND, L"K", L"telex-older" },
	{ VI_COMMAND, L"J", L"telex-newer" },
	/* A "-" itself would be taken for a flag. */
	{ VI_COMMAND, L"\\055", L"telex-older" },
	{ VI_COMMAND, L"+", L"telex-newer" },
	{ VI_COMMAND, L"G", L"telex-oldest" },
};

static void
bind_one(EditLine *el, enum map map, const wchar_t *key, const wchar_t *name)
{
	const wchar_t *none = NULL;

	if (map != VI_COMMAND)
		el_wset(el, EL_BIND, key, name, none);
	if (map != EMACS)
		el_wset(el, EL_BIND, L"-a", key, name, none);
}

void
bind_keys(struct edit *e, int escape)
{
	const wchar_t *editor = NULL;
	wchar_t key[8];
	size_t i;
	bool emacs;

	el_wset(e->el, EL_HIST, history_walk, e);
	for (i = 0; i < sizeof commands / sizeof commands[0]; i++)
		el_wset(e->el, EL_ADDFN, commands[i].name, commands[i].name,
		    commands[i].run);
	/* Both of these forget what was bound before. */
	el_wset(e->el, EL_EDITOR, L"emacs");
	el_source(e->el, NULL);
	el_wget(e->el, EL_EDITOR, &editor);
	emacs = editor != NULL && wcscmp(editor, L"emacs") == 0;
	for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (keys[i].map != (emacs ? VI_COMMAND : EMACS))
			bind_one(e->el, keys[i].map, keys[i].key, keys[i].name);
	}
	if (escape >= 0) {
		swprintf(key, 8, L"\\%03o", (unsigned)escape & 0xff);
		bind_one(e->el, BOTH, key, L"telex-local");
	}
}
