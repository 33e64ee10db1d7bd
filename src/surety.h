/* surety.h - who answers for a server's certificate.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef SURETY_H
#define SURETY_H

struct session;

/* Fill s->plan as the options have it, before the host is known. */
void surety_begin(struct session *s);

/*
 * The host is known (s->ascii, s->port, s->authentic): under --verify=dane
 * look up what TLSA records say of it.  0, or -1 and s->why when that is
 * nothing to rely on.
 */
int surety_find(struct session *s);

/*
 * The host whose TLSA records count, or NULL: a path has none, nor has an
 * address unless --verify-name says whose it is.
 */
const char *surety_base(const struct session *s);

#endif
