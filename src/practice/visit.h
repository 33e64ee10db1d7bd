/* visit.h - one client of the practice server, to its goodbye.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef VISIT_H
#define VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "practice/peer.h"

struct mailbox;
struct rule;
struct rules;
struct ssl_ctx_st;

/* What all visits have in common; constant while there is one. */
struct setting {
	const struct manners *manners;
	const struct rules *rules;
	struct mailbox *box;
	size_t slow;                 /* bytes a second; 0: at once */
	unsigned (*dice)(void *arg); /* 0 to 99 */
	/* The certificate, made when first asked for; NULL: there is none. */
	struct ssl_ctx_st *(*identity)(void *arg);
	void (*accepted)(void *arg, const struct peer *p, uint32_t uid);
	void *arg; /* of all three */
};

/* Times are milliseconds of one clock that never goes back. */
struct visit {
	struct conn conn;
	struct peer peer;
	const struct setting *setting;
	const struct rule *rule; /* of the line at hand, or the greeting */
	bool judged;             /* `rule` is its */
	bool secure;             /* TLS comes before the greeting */
	bool greeted;
	bool busy;        /* there is more that can be done at once */
	bool deaf;        /* greeted by a refusal: QUIT is all that helps */
	bool over;        /* nothing more is taken */
	uint64_t changes; /* of the mailbox, as far as the client knows */
	int64_t wait;     /* nothing is taken before */
	int64_t trickle;  /* nothing is sent before, if slow */
	int64_t seen;     /* when visit_work was called */
	int64_t moved;    /* when something last went on */
	int64_t goodbye;  /* when we said it */
};

/* Begin, with v->conn accepted and the rest zero. */
void visit_begin(struct visit *v, const struct setting *setting,
    const struct service *service, bool secure, int64_t now);

/* Do what can be done now: false when the visit is over. */
bool visit_work(struct visit *v, int64_t now);

/* When visit_work should be called again whatever happens. */
int64_t visit_due(const struct visit *v);

/* How many bytes of memory are kept for this client. */
size_t visit_holds(const struct visit *v);

void visit_end(struct visit *v);

/* Turn somebody away who came when there was no room. */
void visit_refuse(struct conn *c, const struct service *service);

#endif
