/* SPDX-License-Identifier: ISC */
/* splice.c - from a socket into a pipe, without a copy. */
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

#include "splice.h"

ssize_t
splice_part(int socket, int pipe, size_t n)
{
#ifdef SPLICE_F_NONBLOCK
	char peek;
	/* SPLICE_F_NONBLOCK is for the pipe: the socket would be waited for. */
	ssize_t got = recv(socket, &peek, 1, MSG_PEEK | MSG_DONTWAIT);

	if (got > 0)
		got = splice(socket, NULL, pipe, NULL, n,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	/* The pipe's reader has gone (EPIPE): no fault of the socket. */
	if (got < 0 && (errno == EINVAL || errno == EPIPE))
		errno = ENOSYS;
	return got;
#else
	(void)socket;
	(void)pipe;
	(void)n;
	errno = ENOSYS;
	return -1;
#endif
}
