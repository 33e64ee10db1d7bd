/* imapsearch.h - SEARCH.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPSEARCH_H
#define IMAPSEARCH_H

struct imapcall;

void imapsearch_run(struct imapcall *c);

#endif
