/* knobs.h - what can be set at the practice server.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef KNOBS_H
#define KNOBS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct fail;
struct knob_user;

/* What they are at; see knobs_init. */
struct knobs {
	bool strict; /* early talkers and pipelining beyond RFC 2920 */
	bool auth;   /* AUTH before MAIL */
	bool known;  /* only users get mail */
	bool no_starttls;
	unsigned faults; /* of the certificate: IDENTITY_... */
	int greylist;    /* seconds; 0: off */
	size_t slow;     /* bytes a second; 0: at once */
	size_t size;     /* bytes of a message */
	size_t box;      /* bytes of all mail */
	struct knob_user *users;
	size_t nusers;
};

/* As they are when nobody touches them: alice's password is "wonderland". */
void knobs_init(struct knobs *k);
void knobs_free(struct knobs *k);

/* "NAME" or "NAME=VALUE"; -1 and a sentence (STATUS_USAGE). */
int knobs_set(struct knobs *k, const char *text, struct fail *f);

/*
 * Append what knobs_set takes, with blanks: their names, "NAME=" where a value
 * has to follow, and with each of the values where these are few.
 */
void knobs_words(struct buf *to);

/* A line for each, for --help. */
void knobs_help(struct buf *to);

/* A user's password, or NULL. */
const char *knobs_password(const struct knobs *k, const char *user);

#endif
