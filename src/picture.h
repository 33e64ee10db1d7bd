/* picture.h - a conversation as the rows of a sequence diagram.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "proto.h"

enum {
	PICTURE_COLUMNS = 58, /* a line of text has at most so many */
	PICTURE_ROWS = 2000,  /* rows drawn, at most */
	ROW_LINES = 8         /* lines of a row, at most */
};

enum row_kind {
	ROW_SAID,  /* an arrow to the server */
	ROW_HEARD, /* an arrow to the client */
	ROW_NOTE,  /* across both lifelines */
	ROW_END,   /* the same; the connection ends here */
	ROW_TLS,   /* TLS begins */
	ROW_PLAIN  /* TLS ends */
};

/* How a line of text is meant. */
enum row_style {
	LINE_PLAIN,
	LINE_DATA,  /* of a message, a literal, a body: these are folded */
	LINE_FAINT, /* what is expected, not what was said */
	LINE_FOLD   /* in place of lines: "... 12 more lines" */
};

struct row_line {
	enum row_style style;
	unsigned columns;     /* that it takes */
	unsigned long stands; /* for so many lines */
	char *text;
};

struct row {
	enum row_kind kind;
	enum reply_class class; /* of ROW_HEARD */
	bool verified;          /* of ROW_TLS */
	double at;              /* seconds; below 0: not told */
	struct row_line lines[ROW_LINES];
	size_t count;
	unsigned data; /* lines of data that came last */
};

/* All bytes zero is an empty one. */
struct picture {
	bool ascii;           /* text beyond ASCII is shown as \u{...} */
	char *client;         /* names, or NULL */
	char *server, *about; /* what stands between them: a URL */
	struct row *rows;
	size_t count, size;
	bool open;              /* the last row takes lines */
	enum row_kind kind;     /* of that one, drawn or left out */
	unsigned long left_out; /* rows too many */
	unsigned long commands, refused;
};

/* Safe to show on one line, cut with "..." at so many columns; to be freed. */
char *picture_show(const struct picture *p, const char *text, size_t len,
    unsigned columns);

/* How many columns a text takes that picture_show made. */
unsigned picture_columns(const char *text);

/* Begin a row; NULL when there are too many, and its lines are ignored. */
struct row *picture_row(struct picture *p, enum row_kind kind, double at);

/* The row that takes lines now, or NULL (also when it is left out). */
struct row *picture_open(const struct picture *p);

/* Another line for it: what is too much is folded.  Then no line more. */
void picture_line(struct picture *p, enum row_style style, const char *text,
    size_t len);
void picture_close(struct picture *p);
void picture_free(struct picture *p);

/* "+0.214 s", never longer than 9 characters. */
void picture_time(char *text, size_t size, double seconds);

/* What it shows, in words, for those who cannot see it. */
char *picture_words(const struct picture *p);

/* "left out: 451 more rows", or NULL; to be freed. */
char *picture_missing(const struct picture *p);

#endif
