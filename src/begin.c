/* SPDX-License-Identifier: ISC */
/* begin.c - binary words before the handshake. */
#include "begin.h"
#include "handshake.h"
#include "options.h"
#include "preamble.h"
#include "session.h"
#include "signals.h"
#include "tell.h"
#include "text.h"

void
begin_note(struct session *s)
{
	const struct preamble *p = s->dialog.proto->preamble;

	if (p == NULL || p->note == NULL || s->opt->raw || s->opt->telnet)
		return;
	/* Scripts begin so to see a certificate; their bytes are few. */
	outlet_note(&s->out, s->person || !s->opt->starttls ? 0 : 1, "%s",
	    p->note);
}

/* Add to `in` what the server has said.  0, or -1 when it is over. */
static int
receive(struct session *s, struct buf *in)
{
	char *room = buf_room(in, PREAMBLE_MOST);
	ssize_t got = wire_read(&s->wire, room, PREAMBLE_MOST, false);

	if (got == WIRE_AGAIN)
		return 0;
	if (got > 0) {
		session_dump(s, room, (size_t)got);
		buf_grew(in, (size_t)got);
		tell_alert(s, room, (size_t)got);
	} else if (got == WIRE_EOF) {
		session_fail(s, STATUS_NETWORK,
		    "the server closed the connection before TLS was begun");
	} else {
		session_fail(s, STATUS_NETWORK, "the connection broke: %s",
		    wire_error(&s->wire));
	}
	return s->over ? -1 : 0;
}

/* Wait until the server says more.  0, or -1 when it is over. */
static int
await(struct session *s, int64_t until)
{
	int ready = handshake_wait(&s->wire, until, signals_fd());

	if (ready == 0)
		session_fail(s, STATUS_TIMEOUT,
		    "TLS was not begun: the server did not answer in %g s (-w "
		    "SECS waits longer)",
		    (double)s->opt->connect_timeout / 1000);
	else if (ready < 0)
		session_fail(s, STATUS_NETWORK, "interrupted");
	else if (wire_owed(&s->wire) > 0 && wire_flush(&s->wire) < 0)
		session_fail(s, STATUS_NETWORK, "the connection broke: %s",
		    wire_error(&s->wire));
	return s->over ? -1 : 0;
}

/* What the protocol wants said goes out.  0, or -1 when it is over. */
static int
answer(struct session *s, struct buf *say)
{
	outlet_hex(&s->out, "> ", buf_bytes(say), say->len);
	if (wire_write(&s->wire, buf_bytes(say), say->len) < 0)
		session_fail(s, STATUS_NETWORK, "the connection broke: %s",
		    wire_error(&s->wire));
	buf_clear(say);
	return s->over ? -1 : 0;
}

/* One step.  1: the handshake is next, 0: more is awaited, -1: it is over. */
static int
step(struct session *s, struct preamble_talk *t, struct buf *in)
{
	const struct preamble *p = s->dialog.proto->preamble;
	enum preamble_says says;

	t->used = 0;
	says = p->step(t, buf_bytes(in), in->len);
	if (answer(s, t->say) < 0)
		return -1;
	buf_drop(in, t->used);
	if (says == PREAMBLE_MORE && s->wire.received > PREAMBLE_MOST)
		says = preamble_refuse(t, "the server says too much before it",
		    NULL, 0);
	if (says == PREAMBLE_REFUSED)
		session_fail(s, STATUS_TLS, "TLS was not begun: %.*s",
		    (int)t->why->len, buf_bytes(t->why));
	else if (says == PREAMBLE_AGREED && in->len > 0)
		tell_injected(s, buf_bytes(in), in->len);
	if (s->over)
		return -1;
	return says == PREAMBLE_AGREED;
}

int
begin_preamble(struct session *s)
{
	int limit = s->opt->connect_timeout;
	int64_t until = limit > 0 ? session_now() + limit : 0;
	struct buf in = { 0 }, say = { 0 }, why = { 0 };
	struct preamble_talk t = { .say = &say, .why = &why };
	int done = receive(s, &in);

	if (done == 0)
		done = step(s, &t, &in);
	while (done == 0 || (done > 0 && wire_owed(&s->wire) > 0)) {
		if (await(s, until) < 0 || (done == 0 && receive(s, &in) < 0))
			done = -1;
		else if (done == 0)
			done = step(s, &t, &in);
	}
	buf_free(&in);
	buf_free(&say);
	buf_free(&why);
	return done < 0 ? -1 : 0;
}
