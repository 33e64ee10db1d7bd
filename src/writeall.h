/* writeall.h - a descriptor takes all of it.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef WRITEALL_H
#define WRITEALL_H

#include <stddef.h>

/*
 * Write n bytes, however long the other side takes.  The descriptor is the
 * caller's: its O_NONBLOCK is left as it is.  Returns how many bytes went:
 * fewer than n only after an error, which is in errno.
 */
size_t writeall(int fd, const char *p, size_t n);

#endif
