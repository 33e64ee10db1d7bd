/* screen.h - what is shown, and how.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "proto.h"

struct buf;

enum { SCREEN_SGR = 24 };

/*
 * How the server's bytes are shown on a terminal.  It does no I/O: it appends
 * to a buffer.  The colours are SGR parameters ("32"); empty is none.
 */
struct screen {
	bool terminal; /* stdout is one: make harmless */
	bool raw;      /* ... but the user wants the bytes */
	bool color;
	bool stars; /* lines of the server may begin with "* " */
	char ok[SCREEN_SGR], more[SCREEN_SGR], temporary[SCREEN_SGR];
	char permanent[SCREEN_SGR], note[SCREEN_SGR];
	char part[4]; /* an unfinished UTF-8 character */
	size_t part_len;
	bool open;              /* a line of the server is unfinished */
	enum reply_class class; /* of the line that comes: its colour */
};

/* colors: the value of TELEX_COLORS or NULL ("ok=32:temp=33:perm=31"). */
void screen_init(struct screen *s, bool terminal, bool raw, bool color,
    const char *colors);

/*
 * One line of the server, or a piece of one, as it is to be shown: harmless,
 * coloured by s->class, with LF behind its last piece.  The text does not
 * depend on how a line was cut into pieces, but for one case: a line that
 * begins like one of telex's own, and that no colour tells from such a line,
 * shows its first byte as \xHH, and a short first piece is judged by itself.
 */
void screen_server(struct screen *s, struct buf *to, const char *p, size_t n,
    bool last);

/* End an unfinished line of the server. */
void screen_finish(struct screen *s, struct buf *to);

/* A line of telex's own: "* text", "! text", "telex: text". */
void screen_note(struct screen *s, struct buf *to, const char *text);
void screen_warning(struct screen *s, struct buf *to, const char *text);
void screen_error(struct screen *s, struct buf *to, const char *text);

/* The same without a mark, set in from the edge by its own blanks. */
void screen_aside(struct screen *s, struct buf *to, const char *text);

/* The colour of a class as SGR parameters; NULL for none. */
const char *screen_sgr(const struct screen *s, enum reply_class class);

/*
 * Is colour wanted?  when: 1 always, 0 never, -1 by NO_COLOR,
 * CLICOLOR_FORCE, whether it is a terminal, and TERM, in this order.
 */
bool screen_wants_color(int when, bool terminal);

#endif
