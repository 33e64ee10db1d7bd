/* outlet.h - where everything that is shown goes.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef OUTLET_H
#define OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "proto.h"
#include "screen.h"

struct term;

/*
 * The server's words go to stdout: to a terminal made harmless, to anything
 * else as they are.  Telex's own go to stderr.  What belongs together leaves
 * in one write, and the order is kept between the two.
 */
struct outlet {
	struct screen screen; /* for what goes to the terminal */
	struct screen own;    /* for our lines */
	struct term *term;    /* the editor, while there is one */
	struct buf text;      /* gathered, not yet written */
	int to;               /* the descriptor that `text` is for */
	const char *block;    /* the server's bytes, not yet written */
	size_t block_len;
	bool terminal; /* stdout is one */
	bool err_terminal;
	bool lf; /* CR LF of the server becomes LF */
	bool cr; /* ... and a CR is held back */
	bool quiet;
	bool mute; /* the server's words are not for stdout */
	bool deaf; /* stdout failed: nothing more goes there */
	bool said; /* ... and that was reported */
	int verbose;
	struct buf converted;
};

/* color: 1, 0 or -1 as in screen_wants_color. */
void outlet_open(struct outlet *o, bool raw, bool lf, int color);
void outlet_close(struct outlet *o);

/* A line or piece of one for a terminal; see screen_server. */
void outlet_server(struct outlet *o, enum reply_class class, const char *p,
    size_t n, bool last);

/*
 * The server's bytes for something that is no terminal.  They are borrowed
 * until the next call of outlet_flush; bytes that follow those borrowed
 * before are joined with them.
 */
void outlet_bytes(struct outlet *o, const char *p, size_t n);

/* Text of our own that belongs on stdout, in place of the server's words. */
void outlet_report(struct outlet *o, const char *p, size_t n);

/* Lines of our own; a note is silent under -q or when `level` > -v's. */
void outlet_note(struct outlet *o, int level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void outlet_warning(struct outlet *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void outlet_error(struct outlet *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A line that explains the one above it: like a note, without its mark. */
void outlet_aside(struct outlet *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text of our own as it is (help, a list); ends with a line feed. */
void outlet_text(struct outlet *o, const char *p, size_t n);

/* Under -vvv: bytes in hexadecimal, with their direction ("< ", "> "). */
void outlet_hex(struct outlet *o, const char *mark, const char *p, size_t n);

/* Write all that is gathered.  -1 once when stdout has failed. */
int outlet_flush(struct outlet *o);

#endif
