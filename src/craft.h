/* craft.h - local commands that make text or send bytes.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef CRAFT_H
#define CRAFT_H

#include <stdbool.h>

struct buf;
struct draft;
struct drill;
struct journal;
struct options;
struct session;
struct step;
struct term;

/* What local commands act on, and what they leave for the caller to do. */
struct command {
	struct session *s;
	struct options *opt; /* `open` changes the target in it */
	struct term *term;
	struct journal *journal;
	struct step *step;
	struct draft *draft; /* the message that is being sent */
	struct buf *typed;   /* lines to be taken as typed, each with its LF */
	size_t waiting;      /* lines that were typed and have not gone */
	bool quit;           /* leave the program */
	bool secret;         /* the next line is not to be shown */
	bool now;            /* what waits is to be sent at once */

	struct drill *drill; /* the practice server, or NULL */
};

/* The commands of these names; what goes wrong is said. */
void craft_send(struct command *c, const char *arg);
void craft_date(struct command *c, const char *arg);
void craft_msgid(struct command *c, const char *arg);
void craft_base64(struct command *c, const char *arg);
void craft_unbase64(struct command *c, const char *arg);
void craft_qp(struct command *c, const char *arg);
void craft_unqp(struct command *c, const char *arg);

#endif
