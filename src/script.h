/* script.h - lines that nobody types.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>

struct fail;

/* What is read at a time; a longer line is handed out in pieces. */
enum { SCRIPT_BLOCK = 65536 };

/* What script_fill returns beside a number of bytes. */
enum script_fill { SCRIPT_EOF = 0, SCRIPT_ERROR = -1, SCRIPT_AGAIN = -2 };

/* A descriptor or the lines of -c, in blocks. */
struct script {
	int fd;      /* -1: what is there is all */
	bool ready;  /* a regular file: reading never waits */
	bool eof;    /* nothing more comes behind the block */
	bool inside; /* the next piece continues a line */
	char *data;
	size_t head, len, size;
};

/* A line, or a piece of one that is longer than a block. */
struct script_piece {
	const char *text; /* without LF or CR LF; valid until the next fill */
	size_t len;
	bool first; /* begins the line */
	bool last;  /* ends it, also by the end of the input */
	size_t end; /* bytes of its line end, behind text + len: 0 to 2 */
};

/* Read from this descriptor, which stays the caller's. */
void script_open(struct script *s, int fd);

/* The script is this text, LF between its lines. */
void script_text(struct script *s, const char *text, size_t n);
void script_close(struct script *s);

/* Is there a whole line (or a block full of one), or the input's end? */
bool script_has_line(const struct script *s);

/* Is everything used and nothing more to come? */
bool script_at_end(const struct script *s);

/* The same, looked up now without waiting; what is there more is read.  An
 * input that is open and silent has not ended. */
bool script_exhausted(struct script *s);

/*
 * Read one block behind what is there; waits unless poll said that there is
 * something.  Returns the bytes or one of enum script_fill.
 */
ssize_t script_fill(struct script *s, struct fail *f);

/* The next line; false when script_has_line is or at the end. */
bool script_line(struct script *s, struct script_piece *piece);

/*
 * The bytes that are there, SCRIPT_BLOCK of them at most (the lines of -c may
 * be more), and how many of them are now used.
 */
const char *script_block(const struct script *s, size_t *n);
void script_used(struct script *s, size_t n);

/* Put the file offset behind what was used, where the file has one. */
void script_rewind(struct script *s);

#endif
