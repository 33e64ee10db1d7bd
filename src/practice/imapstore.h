/* imapstore.h - STORE, EXPUNGE and APPEND.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPSTORE_H
#define IMAPSTORE_H

struct imapcall;

void imapstore_run(struct imapcall *c);
void imapstore_expunge(struct imapcall *c);
void imapstore_append(struct imapcall *c);

/* Remove what is marked, without a word: CLOSE. */
void imapstore_remove(struct imapcall *c);

#endif
