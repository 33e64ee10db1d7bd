/* deliver.h - what a transcript has done at one stroke.  Floor 14. */
/* SPDX-License-Identifier: ISC */
#ifndef DELIVER_H
#define DELIVER_H

#include <stdbool.h>
#include <stddef.h>

struct dialog;
struct fail;
struct heard;
struct play;
struct session;
struct vars;

/* Is this the greeting that a transcript begins with?  Where the server greets
 * again under TLS, that one counts. */
bool deliver_begins(const struct dialog *d, const struct heard *h);

/*
 * C<: send the lines of a file, named as seen from the transcript, as data; p
 * is told of them unless it is NULL.  -1 and a sentence.
 */
int deliver_file(struct session *s, struct play *p, const char *transcript,
    const char *name, struct fail *f);

/* <auth MECH USER> or <auth MECH>: user and password as vet_user and
 * vet_password have them.  0 or -1 as auth_run. */
int deliver_auth(struct session *s, const struct vars *v, const char *text,
    size_t len);

#endif
