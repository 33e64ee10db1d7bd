/* SPDX-License-Identifier: ISC */
/* serve.c - the server's side of a transcript. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "conn.h"
#include "enact.h"
#include "fail.h"
#include "guest.h"
#include "identity.h"
#include "match.h"
#include "score.h"
#include "serve.h"
#include "signals.h"
#include "text.h"
#include "vars.h"
#include "writeall.h"

/* What has to be put away at the end. */
struct serve {
	const struct serve_plan *plan;
	struct score score;
	struct ssl_ctx_st *ctx;
	char *made; /* the file that goes */
	int listener;
	uint16_t port;
	struct guest guest;
};

/* --- the file that says whom to trust --- */

static int
open_made(struct serve *s)
{
	const char *folder = getenv("TMPDIR");
	struct buf name = { 0 };
	int fd;

	if (folder == NULL || folder[0] == '\0')
		folder = "/tmp";
	buf_addf(&name, "%s/telex-ca-XXXXXX.pem", folder);
	buf_add(&name, "", 1);
	s->made = xstrdup(buf_bytes(&name));
	buf_free(&name);
	fd = mkstemps(s->made, (int)strlen(".pem"));
	if (fd < 0) {
		free(s->made);
		s->made = NULL;
	}
	return fd;
}

static const char *
ca_name(const struct serve *s)
{
	return s->made != NULL ? s->made : s->plan->ca;
}

static int
write_ca(struct serve *s, const struct buf *pem, struct fail *f)
{
	int fd = s->plan->ca == NULL ?
	    open_made(s) :
	    open(s->plan->ca, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool whole =
	    fd >= 0 && writeall(fd, buf_bytes(pem), pem->len) == pem->len;

	if (fd >= 0 && close(fd) != 0)
		whole = false;
	if (whole)
		return 0;
	return fail_errno(f, STATUS_USAGE, "cannot write %.200s",
	    ca_name(s) == NULL ? "a certificate to $TMPDIR" : ca_name(s));
}

/* Become somebody whom clients can verify. */
static int
make_identity(struct serve *s, struct fail *f)
{
	struct identity *i = identity_make(IDENTITY_LOOPBACK, 0, f);
	struct buf pem = { 0 };
	int rc = -1;

	if (i == NULL)
		return -1;
	s->ctx = identity_context(i, f);
	if (s->ctx != NULL && identity_pem(i, &pem, f) == 0)
		rc = write_ca(s, &pem, f);
	buf_free(&pem);
	identity_free(i);
	return rc;
}

/* --- one client --- */

/* Both lines at once: a test that reads the first will find the second. */
static void
announce(const struct serve *s)
{
	struct buf text = { 0 };

	buf_adds(&text, "* serving ");
	text_quote(&text, s->plan->file, strlen(s->plan->file), 200);
	buf_addf(&text, " on 127.0.0.1 port %u\n", (unsigned)s->port);
	if (ca_name(s) != NULL && s->ctx != NULL) {
		buf_adds(&text, "* its certificate is issued by ");
		text_quote(&text, ca_name(s), strlen(ca_name(s)), 4096);
		buf_adds(&text, "\n");
	}
	fwrite(buf_bytes(&text), 1, text.len, stderr);
	fflush(stderr);
	buf_free(&text);
}

/* Whoever comes first; nobody is told to hurry. */
static int
await_client(struct serve *s, struct fail *f)
{
	struct pollfd p[2] = {
		{ s->listener, POLLIN, 0 },
		{ signals_fd(), POLLIN, 0 },
	};

	for (;;) {
		int rc = conn_accept(&s->guest.conn, s->listener, f);

		if (rc != 0)
			return rc < 0 ? -1 : 0;
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return fail_errno(f, STATUS_NETWORK, "cannot wait");
		if (guest_signals(&s->guest))
			return -1;
	}
}

static int
serve_client(struct serve *s)
{
	const struct serve_plan *plan = s->plan;
	struct enact_plan part = {
		.score = &s->score,
		.proto = plan->proto,
		.ctx = s->ctx,
	};
	struct guest *g = &s->guest;

	g->file = plan->file;
	g->exact = plan->match == MATCH_BY_TEXT;
	g->timeout = plan->timeout;
	g->wake = signals_fd();
	if (plan->vars != NULL)
		vars_copy(&g->vars, plan->vars);
	if (await_client(s, &g->why) < 0)
		return -1;
	/* There will be no second one: others are refused, not kept. */
	close(s->listener);
	s->listener = -1;
	return enact(&part, g);
}

static int
run(struct serve *s)
{
	struct fail *f = &s->guest.why;

	if (score_load(&s->score, s->plan->file, f) < 0)
		return -1;
	if ((s->score.tls || s->plan->ca != NULL) && make_identity(s, f) < 0)
		return -1;
	s->listener = conn_listen(s->plan->port, &s->port, f);
	if (s->listener < 0)
		return -1;
	announce(s);
	return serve_client(s);
}

int
serve_run(const struct serve_plan *plan)
{
	struct serve s = { .plan = plan, .listener = -1 };
	int status = STATUS_OK, signo;

	s.guest.conn.fd = -1;
	signals_open(NULL);
	if (run(&s) < 0) {
		status = (int)s.guest.why.status;
		if (s.guest.signo == 0)
			fail_say(&s.guest.why);
	}
	signo = s.guest.signo;
	guest_free(&s.guest);
	identity_context_free(s.ctx);
	if (s.listener >= 0)
		close(s.listener);
	if (s.made != NULL)
		unlink(s.made);
	free(s.made);
	score_free(&s.score);
	signals_close();
	if (signo != 0)
		signals_die(signo);
	return status;
}
