/* SPDX-License-Identifier: ISC */
/* herald.c - the PROXY protocol's header, sent. */
#include <sys/socket.h>
#include <errno.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "herald.h"
#include "lookup.h"
#include "preface.h"

/* The socket is new and blocks: there is room for so few bytes. */
static int
send_all(int fd, struct buf *b)
{
	while (b->len > 0) {
		ssize_t put = send(fd, buf_bytes(b), b->len, MSG_NOSIGNAL);

		if (put > 0)
			buf_drop(b, (size_t)put);
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

int
herald_send(int fd, const struct preface *p, struct buf *words, struct fail *f)
{
	struct address from = { .len = sizeof from.sa };
	struct address to = { .len = sizeof to.sa };
	struct preface shown = *p;
	struct buf header = { 0 };
	int rc = 0;

	getsockname(fd, (struct sockaddr *)&from.sa, &from.len);
	getpeername(fd, (struct sockaddr *)&to.sa, &to.len);
	preface_write(p, &from, &to, &header);
	if (send_all(fd, &header) < 0)
		rc = fail_errno(f, STATUS_NETWORK,
		    "cannot send the header of the PROXY protocol");
	buf_free(&header);
	shown.version = 1;
	preface_write(&shown, &from, &to, words);
	words->len -= 2;
	buf_adds(words, p->version == 2 ? " (in version 2)" : "");
	buf_add(words, "", 1);
	return rc;
}
