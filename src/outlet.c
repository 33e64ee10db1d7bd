/* SPDX-License-Identifier: ISC */
/* outlet.c - writing to stdout, stderr and the terminal, in order. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "fold.h"
#include "line.h"
#include "outlet.h"
#include "term/term.h"
#include "text.h"
#include "writeall.h"

void
outlet_open(struct outlet *o, bool raw, bool lf, int color)
{
	const char *colors = getenv("TELEX_COLORS");

	memset(o, 0, sizeof *o);
	o->terminal = isatty(STDOUT_FILENO);
	o->err_terminal = isatty(STDERR_FILENO);
	o->lf = lf;
	screen_init(&o->screen, o->terminal, raw,
	    screen_wants_color(color, o->terminal), colors);
	screen_init(&o->own, o->err_terminal, false,
	    screen_wants_color(color, o->err_terminal), colors);
}

/* Nobody listens any more: said once; the server's bytes are lost. */
static void
outlet_failed(struct outlet *o)
{
	char why[128];

	o->deaf = true;
	outlet_error(o, "cannot write to standard output: %s",
	    fail_strerror(errno, why, sizeof why));
}

static void
to_stdout(struct outlet *o, const char *p, size_t n)
{
	if (!o->deaf && !o->mute && writeall(STDOUT_FILENO, p, n) < n)
		outlet_failed(o);
}

static void
flush_block(struct outlet *o)
{
	const char *p = o->block;
	size_t n = o->block_len;

	o->block_len = 0;
	if (n == 0)
		return;
	if (o->lf) {
		char *to;

		buf_clear(&o->converted);
		to = buf_room(&o->converted, n + 1);
		n = line_lf(to, p, n, &o->cr);
		p = to;
	}
	to_stdout(o, p, n);
}

static void
flush_text(struct outlet *o)
{
	const char *p = buf_bytes(&o->text);
	size_t n = o->text.len;

	buf_clear(&o->text);
	if (n == 0)
		return;
	if (o->term != NULL && term_shows(o->term, o->to))
		term_print(o->term, p, n);
	else if (o->to == STDOUT_FILENO)
		to_stdout(o, p, n);
	else
		/* There is nobody left to tell that stderr failed. */
		(void)writeall(o->to, p, n);
}

/* Text for this descriptor comes: what is for another goes out first. */
static void
turn_to(struct outlet *o, int fd)
{
	bool same = o->to == fd || (o->terminal && o->err_terminal);

	flush_block(o);
	if (!same)
		flush_text(o);
	if (o->text.len == 0)
		o->to = fd;
}

void
outlet_server(struct outlet *o, enum reply_class class, const char *p, size_t n,
    bool last)
{
	turn_to(o, STDOUT_FILENO);
	o->screen.class = class;
	screen_server(&o->screen, &o->text, p, n, last);
}

void
outlet_bytes(struct outlet *o, const char *p, size_t n)
{
	if (o->text.len > 0)
		flush_text(o);
	if (o->block_len > 0 && o->block + o->block_len == p) {
		o->block_len += n;
		return;
	}
	flush_block(o);
	o->block = p;
	o->block_len = n;
}

void
outlet_report(struct outlet *o, const char *p, size_t n)
{
	turn_to(o, STDOUT_FILENO);
	flush_text(o);
	if (!o->deaf && writeall(STDOUT_FILENO, p, n) < n)
		outlet_failed(o);
}

int
outlet_flush(struct outlet *o)
{
	flush_block(o);
	if (o->term != NULL && o->screen.open)
		screen_finish(&o->screen, &o->text);
	flush_text(o);
	if (o->term != NULL)
		term_show(o->term);
	if (!o->deaf || o->said)
		return 0;
	o->said = true;
	return -1;
}

/* How a line of ours is made: screen_note, screen_warning, screen_error. */
typedef void own_line(struct screen *s, struct buf *to, const char *text);

static void outlet_own(struct outlet *o, own_line *how, const char *fmt,
    va_list ap) __attribute__((format(printf, 3, 0)));

/* What is too long for the terminal is broken where words end. */
static void
fold(const struct outlet *o, own_line *how, const char *text, struct buf *to)
{
	/* "* " and "! ", or "** " in IMAP; an explanation has a column of
	 * codes. */
	size_t mark = how == screen_error ? strlen("telex: ") :
	    how == screen_aside           ? 0 :
					    strlen("** ");
	size_t columns = term_columns(o->term);

	fold_text(to, text, columns > mark ? columns - mark : 0,
	    how == screen_aside ? 11 : 2);
	buf_add(to, "", 1);
}

static void
outlet_own(struct outlet *o, own_line *how, const char *fmt, va_list ap)
{
	struct buf folded = { 0 };
	char text[2048];

	vsnprintf(text, sizeof text, fmt, ap);
	if (o->term != NULL && term_shows(o->term, STDERR_FILENO))
		fold(o, how, text, &folded);
	if (o->screen.open) {
		turn_to(o, STDOUT_FILENO);
		screen_finish(&o->screen, &o->text);
	}
	turn_to(o, STDERR_FILENO);
	how(&o->own, &o->text, folded.len > 0 ? buf_bytes(&folded) : text);
	buf_free(&folded);
	if (o->term == NULL)
		flush_text(o);
}

void
outlet_note(struct outlet *o, int level, const char *fmt, ...)
{
	va_list ap;

	if (o->quiet || level > o->verbose)
		return;
	va_start(ap, fmt);
	outlet_own(o, screen_note, fmt, ap);
	va_end(ap);
}

void
outlet_warning(struct outlet *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	outlet_own(o, screen_warning, fmt, ap);
	va_end(ap);
}

void
outlet_error(struct outlet *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	outlet_own(o, screen_error, fmt, ap);
	va_end(ap);
}

void
outlet_aside(struct outlet *o, const char *fmt, ...)
{
	va_list ap;

	if (o->quiet)
		return;
	va_start(ap, fmt);
	outlet_own(o, screen_aside, fmt, ap);
	va_end(ap);
}

void
outlet_text(struct outlet *o, const char *p, size_t n)
{
	turn_to(o, STDERR_FILENO);
	buf_add(&o->text, p, n);
	if (o->term == NULL)
		flush_text(o);
}

void
outlet_hex(struct outlet *o, const char *mark, const char *p, size_t n)
{
	struct buf text = { 0 };

	if (o->verbose < 3 || n == 0)
		return;
	text_hex(&text, mark, p, n);
	outlet_text(o, buf_bytes(&text), text.len);
	buf_free(&text);
}

void
outlet_close(struct outlet *o)
{
	outlet_flush(o);
	if (o->cr)
		to_stdout(o, "\r", 1);
	buf_free(&o->text);
	buf_free(&o->converted);
}
