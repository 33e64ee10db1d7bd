/* guest.h - the client that came to be served.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "dialog.h"
#include "fail.h"
#include "paper.h"
#include "proto.h"
#include "vars.h"

struct item;

/* How many commands may wait for their tagged replies. */
enum { GUEST_TAGS = 64 };

/* A command's tag in the transcript, and what the client calls it. */
struct alias {
	size_t len, own_len;
	char tag[TAG_MOST], own[TAG_MOST];
};

/* Why a function here returned -1: `signo`, or `why`. */
struct guest {
	struct conn conn;
	struct paper paper; /* the dialogue as it is */
	struct vars vars;
	const char *file; /* the transcript's name */
	bool exact;       /* lines are compared byte for byte */
	bool lf;          /* it ends its lines in LF alone */
	bool mid;         /* what is sent next begins no line */
	int timeout;      /* milliseconds of silence; 0: any */
	int wake;         /* to poll, beside the client; -1 */
	int signo;        /* that ended it; 0: none */
	size_t tags;      /* commands so far that have one */
	struct alias aliases[GUEST_TAGS];
	struct fail why;
};

/* Take the signals that wait: true, and g->signo, if one of them ends all. */
bool guest_signals(struct guest *g);

/*
 * Wait until something can be done, and do it: 1; 0 when ms milliseconds
 * have passed without (0: wait for ever); -1 when the client is lost
 * (conn.error) or a signal ends all (signo).
 */
int guest_wait(struct guest *g, int ms);

/* Say no more than a signal lets us for so many milliseconds. */
int guest_pause(struct guest *g, int64_t ms);

/*
 * Wait until the client says something more.  -1 with FILE:LINE, what was
 * expected there, and that it left or says too much (STATUS_DIFFERS) or that
 * it said nothing for too long (STATUS_TIMEOUT).
 */
int guest_more(struct guest *g, const struct item *item);

/* What it said is not what was expected: -1 with FILE:LINE and both. */
int guest_differs(struct guest *g, const struct item *item);

/* Forget the line ends that its next bytes are. */
void guest_skip_ends(struct guest *g);

/*
 * Append the bytes that an item says, as far as is known, with the number of
 * octets that it announces (see fill_text); true if its line ends there.
 */
bool guest_text(const struct guest *g, const struct item *item, uint64_t octets,
    struct buf *line);

/*
 * Send what an item says, with the client's own tags; waits while the client is
 * slow.
 */
int guest_say(struct guest *g, const struct item *item, uint64_t octets);

/* Shake hands; nothing may have come before. */
int guest_tls(struct guest *g, const struct item *item, struct ssl_ctx_st *ctx);

/* Wait until the client closes, without another word. */
int guest_leaves(struct guest *g, const struct item *item);

/* Close in good order; the client may have no more to say.  `last` is where
 * the transcript ends, or NULL. */
int guest_dismiss(struct guest *g, const struct item *last);

/* Forget the client and what it said. */
void guest_free(struct guest *g);

#endif
