/* auth.h - a whole SASL exchange in any protocol.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>

struct session;

/*
 * The best way in that the server offers; it is asked what it can do if it has
 * not said so.  A password that is not given can be asked for, but not where
 * the server has seen a certificate and takes that.  Nothing that shows the
 * password is chosen where others may read it.  NULL, and the reason said.
 */
const char *auth_choose(struct session *s, bool given);

/*
 * Say who we are, by this mechanism or the best one (NULL); the password is a
 * token where the mechanism wants one.  User and password may be NULL where
 * the mechanism does without.  Waits for a reply that is owed before.
 * Followers are not told of the lines, but of the success.  0, or -1 with the
 * reason in s->why, said unless s->judged; an exchange that went wrong in
 * the middle was given up in an orderly way.
 */
int auth_run(struct session *s, const char *mechanism, const char *user,
    const char *password);

#endif
