/* about.h - what this telex is made of.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef ABOUT_H
#define ABOUT_H

struct buf;

/*
 * --version: telex and its libraries, as they are now and as they were when
 * telex was built, and what it can do; a line each, wrapped at 79 columns.
 */
void about_telex(struct buf *to);

#endif
