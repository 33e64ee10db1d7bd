/* herald.h - the PROXY protocol's header, sent.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef HERALD_H
#define HERALD_H

struct buf;
struct fail;
struct preface;

/*
 * Send the header on a connected socket, before all else, and append what it
 * says to `words`, a string.  0, or -1 and a sentence.
 */
int herald_send(int fd, const struct preface *p, struct buf *words,
    struct fail *f);

#endif
