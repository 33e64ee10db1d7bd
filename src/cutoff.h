/* cutoff.h - a conversation that a transcript breaks off.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef CUTOFF_H
#define CUTOFF_H

struct dialog;
struct item;
struct trial;

/*
 * The server has closed where <closed>, the item, stands, and `live` is the
 * dialogue until then.  If that is in the middle of a reply on paper, what
 * came of it is held against that: as far as it goes it has to be the same.
 */
void cutoff_reply(struct trial *t, const struct dialog *live,
    const struct item *item);

/* Another connection begins: nothing is owed or awaited any more. */
void cutoff_all(struct trial *t);

#endif
