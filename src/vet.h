/* vet.h - what a transcript needs before it can be played.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef VET_H
#define VET_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct fail;
struct proto;
struct transcript;
struct vars;

/* The secret that is the password where a user has none of its own. */
#define VET_PASSWORD "secret::"

/* A variable that nothing sets. */
struct vet_name {
	char *name;
	unsigned long line; /* where it is wanted first */
};

/* What was found. */
struct vetted {
	char *url;                 /* of <connect ...>; NULL: there is none */
	const struct proto *proto; /* of the first <protocol ...>, or NULL */
	bool tls;                  /* TLS stands before anything is said */
	struct vet_name *missing;
	size_t nmissing;
	unsigned long lines; /* of ours: 0 means that nothing is said */
};

/*
 * Read a transcript to its end as if it were played: -1 and
 * "FILE:LINE: what is wrong" (status 2) for a protocol or a file that is not
 * there, or a literal that is shorter than announced.
 * `set` holds the variables that are set already; `proto` is what
 * the target says, or NULL.  Free the result in any case.
 */
int vet_transcript(struct transcript *t, const struct vars *set,
    const struct proto *proto, struct vetted *v, struct fail *f);
void vet_free(struct vetted *v);

/*
 * Who it is that "MECH USER" or "MECH" of <auth ...> names, with a NUL behind
 * it: without a user the one of ${USER}; may be empty.
 */
void vet_user(const struct vars *v, const char *text, size_t len,
    struct buf *to);

/*
 * The password of a user for <auth ...>, with a NUL behind it: ${secret:USER},
 * where "_" stands for what no name of a variable may have, or VET_PASSWORD,
 * which is also that of nobody; left empty if there is none.
 */
void vet_password(const struct vars *v, const char *user, struct buf *to);

/* The name of a file behind C<: beside the transcript unless it is absolute.
 * Appended with a NUL. */
void vet_path(struct buf *to, const char *transcript, const char *name,
    size_t len);

#endif
