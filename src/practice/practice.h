/* practice.h - a server of one's own, to practise with.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef PRACTICE_H
#define PRACTICE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "practice/door.h"

struct fail;

/* What it is to be like; strings are borrowed while practice_start runs. */
struct practice_plan {
	const char *where; /* "", "ADDR", "PORT", "ADDR:PORT"; NULL: as "" */
	const char *const *knobs; /* as knobs_set takes them */
	size_t nknobs;
	const char *const *rules; /* as rules_add takes them */
	size_t nrules;
	const char *ca; /* its CA's certificate goes into this file, or NULL */
};

/* One that runs, as a process of its own. */
struct practice {
	pid_t pid;
	int fd; /* to poll: readable when practice_notes has something */
	char address[64];         /* where it listens */
	struct door doors[DOORS]; /* their names and ports */
	bool self_signed; /* practice_ca is the certificate itself: who trusts
			     it sees nothing wrong with it */
	bool public;      /* other machines can reach it */
	struct buf in, notes;
};

/*
 * Start it.  It ends when practice_stop is called or this process ends.  -1
 * and a sentence: STATUS_USAGE for what cannot be meant, STATUS_NETWORK for a
 * port that cannot be had.
 */
int practice_start(const struct practice_plan *plan, struct practice *p,
    struct fail *f);
void practice_stop(struct practice *p);

/* Where somebody on this machine connects to: "127.0.0.1". */
const char *practice_host(const struct practice *p);

/* The port of "smtp", "smtps", "pop3", "pop3s", "imap", "imaps"; or 0. */
uint16_t practice_port(const struct practice *p, const char *name);

/* A line for a note: where it is.  `public` is worth a warning. */
void practice_banner(const struct practice *p, struct buf *to);

/*
 * What has happened, as lines for notes (each message that was accepted),
 * without waiting; to be called after questions too, for what came between.
 * False when the server has ended.
 */
bool practice_notes(struct practice *p, struct buf *to);

/*
 * Ask it: the certificate to be trusted (PEM; made when first asked for), the
 * mailbox, one message; all but the first are lines that are harmless.  -1
 * and a sentence.
 */
int practice_ca(struct practice *p, struct buf *to, struct fail *f);
int practice_list(struct practice *p, struct buf *to, struct fail *f);
int practice_show(struct practice *p, const char *number, struct buf *to,
    struct fail *f);

#endif
