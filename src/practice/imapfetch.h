/* imapfetch.h - FETCH.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPFETCH_H
#define IMAPFETCH_H

struct imapcall;

void imapfetch_run(struct imapcall *c);

#endif
