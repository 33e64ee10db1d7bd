/* purse.h - secrets of the environment, and one asked for.  Floor 2. */
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

/*
 * The answer to this question is a secret, too: keep it, so that it is asked
 * once; the last one is kept.  Without a purse none is.
 */
void purse_keep(struct vars *purse, const char *question, const char *answer);

/* The answer, or NULL; valid until anything is kept or forgotten. */
const char *purse_kept(const struct vars *purse, const char *question);

/* It was wrong: wipe it. */
void purse_forget(struct vars *purse);

/* The value of one of these, by its name in the environment; NULL if it was
 * not set there, or without a purse. */
const char *purse_get(const struct vars *purse, const char *name);

#endif
