/* purse.h - secrets that came in the environment.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef PURSE_H
#define PURSE_H

struct vars;

/*
 * Take TELEX_PASSWORD, TELEX_PROXY_PASSWORD and each TELEX_SECRET_name out of
 * the environment, so that no program which we start gets them, and wipe what
 * stood there.  `purse`, empty before, keeps them; vars_free wipes it.
 */
void purse_take(struct vars *purse);

/* The value of one of these, by its name in the environment; NULL if it was
 * not set there, or without a purse. */
const char *purse_get(const struct vars *purse, const char *name);

#endif
