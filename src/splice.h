/* splice.h - from a socket into a pipe, without a copy.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef SPLICE_H
#define SPLICE_H

#include <sys/types.h>

/*
 * Move what is there, n bytes at most; never waits.  How many, 0 at the end
 * of the stream, or -1 and errno: EAGAIN also where the pipe is full, ENOSYS
 * where it is no pipe, nobody reads it, or the system cannot do it.
 */
ssize_t splice_part(int socket, int pipe, size_t n);

#endif
