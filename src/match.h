/* match.h - what a transcript expects of one reply.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef MATCH_H
#define MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "inbox.h"
#include "transcript.h"

struct fail;
struct pattern;
struct vars;

/* How the lines of S: are compared; the order of --match. */
enum match_mode { MATCH_BY_STATUS, MATCH_BY_CLASS, MATCH_BY_TEXT };

/* One line of the transcript about a reply. */
struct want {
	enum item_kind kind;
	enum item_text how;
	unsigned long line;      /* in the file */
	struct standing says;    /* of a line of S: */
	struct pattern *pattern; /* of S~ and S! */
	size_t text, len;        /* in `text` of the structure */
	size_t after;            /* the next with a pattern, from 1; 0: none */
	bool met;
};

/* The lines about one reply, and how far the server's lines meet them. */
struct matcher {
	struct want *list;
	size_t count, room;
	struct buf text; /* of the lines */
	size_t first;    /* the first with a pattern, from 1; 0: none */
	size_t latest;   /* ... and the last */
	bool has_lines;  /* S: S% or S$ is among them */
	size_t next;     /* the template, or under `text` the line, that
			    the server's next line is held against */
	size_t lines;    /* of the server so far */
	size_t unmet;    /* all lines before this one are met */
	const char *why; /* what is wrong, in words; NULL: nothing yet */
	size_t wrong;    /* ... by which line of the list; count: none */
	struct buf got;  /* the server's line that shows it */
	struct buf last; /* the server's last line */
};

/* Forget all lines; match_free also the memory. */
void match_clear(struct matcher *m);
void match_free(struct matcher *m);

/*
 * One more line of the transcript.  `text` is what is compared: of S: and S%
 * the bytes, of the others the text as it stands.  Patterns are well-formed.
 */
void match_add(struct matcher *m, const struct item *item, const char *text,
    size_t len, const struct standing *says);

/* The text of a line of the list; valid until the next match_add. */
const char *match_text(const struct matcher *m, const struct want *w);

/* A line of the server, without its end; it may set variables. */
void match_line(struct matcher *m, enum match_mode mode, struct vars *v,
    const char *line, size_t len);

/*
 * The reply is complete; `is` is its status, NULL if the transcript did not
 * complete one.  True if all is as expected; otherwise m->why, m->wrong and
 * m->got say what is not.
 */
bool match_end(struct matcher *m, enum match_mode mode,
    const struct standing *is);

/* Is every line met that has to be, whatever else comes? */
bool match_is_met(struct matcher *m, enum match_mode mode);

/* Does any line ask for more than the status: is a template or pattern? */
bool match_bites(const struct matcher *m, enum match_mode mode);

#endif
