/* SPDX-License-Identifier: ISC */
/* writeall.c - a descriptor takes all of it. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "writeall.h"

size_t
writeall(int fd, const char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t put = write(fd, p + done, n - done);

		if (put >= 0) {
			done += (size_t)put;
		} else if (errno == EAGAIN) {
			struct pollfd pfd = { fd, POLLOUT, 0 };

			poll(&pfd, 1, -1);
		} else if (errno != EINTR) {
			break;
		}
	}
	return done;
}
