/* SPDX-License-Identifier: ISC */
/* handshake.c - the only time that the wire itself is waited for. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>

#include "buf.h"
#include "clock.h"
#include "fail.h"
#include "handshake.h"
#include "text.h"
#include "tls.h"
#include "wire.h"

int
handshake_wait(struct wire *w, int64_t until, int wake)
{
	struct pollfd p[2] = {
		{ w->fd, POLLIN, 0 },
		{ wake, POLLIN, 0 },
	};
	int64_t left = -1;
	int n;

	if (wire_wants_room(w))
		p[0].events |= POLLOUT;
	if (until > 0) {
		left = until - clock_ms();
		if (left <= 0)
			return 0;
	}
	n = poll(p, 2, (int)left);
	if (n < 0)
		return errno == EINTR ? 1 : -1;
	if (p[1].revents != 0) {
		errno = EINTR;
		return -1;
	}
	return n == 0 ? 0 : 1;
}

/* A wait that failed, or that a signal ended. */
static int
broken_off(const char *what, struct fail *f)
{
	if (errno == EINTR)
		return fail_set(f, STATUS_TLS, "interrupted: %s was broken off",
		    what);
	return fail_errno(f, STATUS_TLS, "%s was broken off", what);
}

static int
timed_out(const struct handshake *h, struct fail *f)
{
	return fail_set(f, STATUS_TIMEOUT,
	    "the TLS handshake was not done in %g s: the server went silent "
	    "(does it speak TLS here?)",
	    (double)h->timeout / 1000);
}

/* A server that speaks plain text where TLS was wanted: quote its words. */
static int
failed(struct wire *w, struct fail *f)
{
	struct buf quoted = { 0 };
	char first[64];
	size_t n = wire_first(w, first, sizeof first);
	size_t len = 0;

	/* A record begins with its type: 20 to 23 (RFC 8446, 5.1). */
	if (n == 0 || (first[0] >= 20 && first[0] <= 23))
		return fail_set(f, STATUS_TLS, "the TLS handshake failed: %s",
		    wire_error(w));
	while (len < n && first[len] != '\r' && first[len] != '\n')
		len++;
	text_quote(&quoted, first, len, 60);
	fail_set(f, STATUS_TLS,
	    "the TLS handshake failed: the server answered in plain text: "
	    "%.*s%s",
	    (int)quoted.len, buf_bytes(&quoted),
	    w->sent + w->received == 0 ?
		" (try -S for STARTTLS, or no TLS option)" :
		"");
	buf_free(&quoted);
	return -1;
}

int
handshake_run(struct wire *w, const struct handshake *h,
    struct tls_report *report, struct fail *f)
{
	int64_t until = h->timeout > 0 ? clock_ms() + h->timeout : 0;
	int done;

	if (wire_begin(w, h->plan, h->host, f) < 0)
		return -1;
	while ((done = wire_shake(w)) == 0 || (done > 0 && wire_owed(w) > 0)) {
		int ready = handshake_wait(w, until, h->wake);

		if (ready == 0)
			return timed_out(h, f);
		if (ready < 0)
			return broken_off("the TLS handshake", f);
	}
	if (done < 0)
		return failed(w, f);
	wire_report(w, h->plan, h->host, report);
	return 0;
}

int
handshake_end(struct wire *w, const struct handshake *h, struct fail *f)
{
	int64_t until = h->timeout > 0 ? clock_ms() + h->timeout : 0;
	int done;

	while (
	    (done = wire_unshake(w)) == 0 || (done > 0 && wire_owed(w) > 0)) {
		int ready = handshake_wait(w, until, h->wake);

		if (ready == 0)
			return fail_set(f, STATUS_TIMEOUT,
			    "the server did not end TLS in %g s",
			    (double)h->timeout / 1000);
		if (ready < 0)
			return broken_off("the end of TLS", f);
	}
	return done > 0 ? 0 :
			  fail_set(f, STATUS_TLS, "TLS could not be ended: %s",
			      wire_error(w));
}
