/* SPDX-License-Identifier: ISC */
/* hear.c - what comes from the server, and what it means. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "fail.h"
#include "hear.h"
#include "options.h"
#include "protos.h"
#include "session.h"
#include "signals.h"
#include "text.h"

/* Milliseconds: an unfinished line is shown, a TLS port is suspected. */
enum { PARTIAL_AFTER = 30, HINT_AFTER = 3000 };

/* The server's first line tells the protocol better than a port does. */
static void
heard_greeting(struct session *s, const char *line, size_t len)
{
	const struct proto *told = protos_greeting(line, len);
	const struct proto *was = s->dialog.proto;
	bool tls = s->dialog.tls;

	if (s->undecided && told != NULL) {
		dialog_end(&s->dialog);
		dialog_start(&s->dialog, told, true);
		s->dialog.tls = tls;
	} else if (!s->undecided && !s->opt->proto_given && told == NULL) {
		outlet_note(&s->out, 0,
		    "this is no greeting of %s: lines pass as they are "
		    "(-P %s insists)",
		    was->name, was->name);
		dialog_proto(&s->dialog, protos_raw());
	} else if (!s->opt->proto_given && told != NULL) {
		dialog_proto(&s->dialog, told);
	}
	s->undecided = false;
}

/* What became of STARTTLS, when it was not agreed to. */
static void
heard_no_upgrade(struct session *s, const struct heard *h)
{
	if (wire_is_tls(&s->wire)) {
		outlet_warning(&s->out,
		    "TLS inside TLS makes no sense: the session stays as it "
		    "is");
		return;
	}
	if (!s->person || s->opt->require_tls) {
		session_fail(s, STATUS_TLS,
		    "STARTTLS was %s: %s; nothing more is sent in plain text",
		    h->upgrade_refused ? "refused" : "not agreed to",
		    h->upgrade_refused ? "the server said no" :
					 "the answer is not its go-ahead");
		return;
	}
	outlet_warning(&s->out, "%s: nothing is protected",
	    h->upgrade_refused ? "the server refused TLS" :
				 "this is no go-ahead for TLS");
}

/* The exit status that a reply of this class stands for; 0: none. */
static int negative(enum reply_class class)
{
	if (class == CLASS_TRANSIENT)
		return STATUS_TRANSIENT;
	return class == CLASS_PERMANENT ? STATUS_PERMANENT : 0;
}

/* A refusal in place of the greeting; a script has no more to say. */
static void
heard_refusal(struct session *s, int code)
{
	outlet_warning(&s->out,
	    "the server refuses this session (%d in place of a greeting)",
	    code);
	if (!s->person)
		s->stop = true;
}

/* What a complete reply means for us. */
static void
heard_reply(struct session *s, const struct heard *h)
{
	int status = negative(h->class);

	if (status > s->worst)
		s->worst = status;
	if (status != 0 && s->opt->fail)
		s->stop = true;
	if (s->time && !h->unsolicited)
		outlet_note(&s->out, 0, "%.3f s",
		    (double)(session_now() - s->said_at) / 1000);
	if (h->greeting && status != 0)
		heard_refusal(s, h->code);
	if (h->junk)
		outlet_warning(&s->out, "that line is no reply of %s",
		    s->dialog.proto->name);
	else if (h->unsolicited && !s->over)
		outlet_note(&s->out, 1, "nobody asked for that line");
	if (h->data_refused)
		s->skip_body = true;
	if (h->upgrade_refused || h->disagreed)
		heard_no_upgrade(s, h);
}

/* The last piece of a line came; `text` is its beginning. */
static struct heard
heard_line(struct session *s, const char *text, size_t len)
{
	if (s->undecided ||
	    (dialog_greeting_owed(&s->dialog) && !s->dialog.in_reply))
		heard_greeting(s, text, len);
	return dialog_heard(&s->dialog, text, len);
}

/* Deal with one piece of a line: show it, and what it means. */
static void
heard_piece(struct session *s, const struct line_piece *piece)
{
	struct heard h = { .last = false };
	bool whole = piece->first && piece->last;
	size_t skip = s->shown < piece->len ? s->shown : piece->len;

	if (piece->first && !piece->last) {
		s->head_len =
		    piece->len < sizeof s->head ? piece->len : sizeof s->head;
		memcpy(s->head, piece->text, s->head_len);
	}
	if (whole)
		h = heard_line(s, piece->text, piece->len);
	else if (piece->last)
		h = heard_line(s, s->head, s->head_len);
	if (s->out.terminal)
		outlet_server(&s->out, h.class, piece->text + skip,
		    piece->len - skip, piece->last);
	s->shown = 0;
	if (piece->last && !piece->crlf)
		outlet_note(&s->out, 1, "that line ended in LF, not CR LF");
	if (piece->last && h.last && s->dialog.proto->judge != NULL)
		heard_reply(s, &h);
}

/* Bytes came together with the go-ahead: somebody may have put them there. */
static void
refuse_injected(struct session *s, const char *p, size_t n)
{
	struct buf quoted = { 0 };

	text_quote(&quoted, p, n, 80);
	session_fail(s, STATUS_TLS,
	    "TLS was not begun: %zu byte%s of plain text came behind the "
	    "go-ahead, as from an attacker in between: \"%.*s\"",
	    n, n == 1 ? "" : "s", (int)quoted.len, buf_bytes(&quoted));
	buf_free(&quoted);
}

/*
 * The first thing that came is an alert of TLS (RFC 8446, sections 5.1 and
 * 6): this port wants TLS from the first byte.
 */
static void
refuse_alert(struct session *s, const char *p, size_t n)
{
	if (s->wire.received != n || wire_is_tls(&s->wire) || n < 3 ||
	    p[0] != 0x15 || p[1] != 0x03)
		return;
	session_fail(s, STATUS_TLS,
	    "the server answered with an alert of TLS: this port is for TLS "
	    "from the first byte (try -T)");
}

/* A block of n bytes came. */
static void
heard_block(struct session *s, const char *p, size_t n)
{
	struct line_piece piece;

	refuse_alert(s, p, n);
	/* The go-ahead came before: nothing may stand behind it. */
	if (dialog_turn(&s->dialog) == TURN_UPGRADE)
		refuse_injected(s, p, n);
	while (!s->over && n > 0) {
		const char *from = p;
		bool got = line_next(&s->line, &p, &n, &piece);

		if (!s->out.terminal)
			outlet_bytes(&s->out, from, (size_t)(p - from));
		if (got)
			heard_piece(s, &piece);
		if (dialog_turn(&s->dialog) == TURN_UPGRADE && n > 0)
			refuse_injected(s, p, n);
		else if (s->over && n > 0 && !s->out.terminal)
			outlet_bytes(&s->out, p, n);
	}
	s->partial_at = line_is_open(&s->line) ? session_now() : 0;
}

/* The server closed, or the connection broke; what is left is shown. */
static void
heard_end(struct session *s, const char *why)
{
	struct line_piece piece;
	size_t skip;

	if (line_rest(&s->line, &piece) && s->out.terminal) {
		skip = s->shown < piece.len ? s->shown : piece.len;
		outlet_server(&s->out, CLASS_NONE, piece.text + skip,
		    piece.len - skip, false);
	}
	s->over = true;
	s->by_server = true;
	if (why == NULL &&
	    (dialog_owed(&s->dialog) == 0 ||
		dialog_turn(&s->dialog) == TURN_OVER))
		return;
	if (why == NULL)
		session_fail(s, STATUS_NETWORK,
		    "the server closed the connection: %s was still owed",
		    dialog_awaited(&s->dialog));
	else if (dialog_turn(&s->dialog) == TURN_OVER)
		outlet_note(&s->out, 0, "%s", why);
	else
		session_fail(s, STATUS_NETWORK, "the connection broke: %s",
		    why);
}

/* Read once and deal with it.  Returns what wire_read did. */
static ssize_t
receive(struct session *s, bool wait)
{
	ssize_t got;

	if (s->block == NULL)
		s->block = xmalloc_page(SESSION_BLOCK);
	got = wire_read(&s->wire, s->block, SESSION_BLOCK, wait);
	if (got > 0) {
		outlet_hex(&s->out, "< ", s->block, (size_t)got);
		heard_block(s, s->block, (size_t)got);
	} else if (got == WIRE_EOF) {
		heard_end(s, NULL);
	} else if (got == WIRE_ERROR) {
		heard_end(s, wire_error(&s->wire));
	}
	if (outlet_flush(&s->out) < 0) {
		s->over = true;
		if (s->status == 0)
			s->status = STATUS_NETWORK;
	}
	return got;
}

void
hear_drain(struct session *s)
{
	while (session_is_open(s) && receive(s, false) > 0)
		;
}

static bool
tls_port_is_silent(const struct session *s)
{
	const struct proto *proto;
	const struct scheme *scheme = protos_port(s->opt->port, &proto);

	return !s->hinted && scheme != NULL && scheme->tls &&
	    !wire_is_tls(&s->wire) && s->wire.received == 0;
}

static void
hint(struct session *s)
{
	s->hinted = true;
	outlet_warning(&s->out,
	    "nothing came for 3 s, and port %u is one for TLS (try -T)",
	    (unsigned)s->opt->port);
	outlet_flush(&s->out);
}

/* Does the server owe a reply, or at least the reading of what we said? */
static bool
reply_or_room_is_owed(const struct session *s)
{
	return dialog_owed(&s->dialog) > 0 || wire_owed(&s->wire) > 0;
}

/* Milliseconds until something is to be done without any event; -1: none. */
static int
next_timer(const struct session *s, int ms)
{
	int64_t now = session_now();
	int64_t at = ms < 0 ? INT64_MAX : now + ms;

	if (s->out.terminal && s->partial_at != 0 && s->shown < s->line.len &&
	    s->partial_at + PARTIAL_AFTER < at)
		at = s->partial_at + PARTIAL_AFTER;
	if (tls_port_is_silent(s) && s->opened + HINT_AFTER < at)
		at = s->opened + HINT_AFTER;
	if (s->timeout > 0 && reply_or_room_is_owed(s) &&
	    s->said_at + s->timeout < at)
		at = s->said_at + s->timeout;
	if (at == INT64_MAX)
		return -1;
	return at <= now         ? 0 :
	    at - now > INT32_MAX ? INT32_MAX :
				   (int)(at - now);
}

static void
timed_out(struct session *s)
{
	const char *awaited = dialog_awaited(&s->dialog);

	if (awaited == NULL)
		session_fail(s, STATUS_TIMEOUT,
		    "the server read nothing for %g s (-i SECS waits longer)",
		    (double)s->timeout / 1000);
	else
		session_fail(s, STATUS_TIMEOUT,
		    "no reply came in %g s: %s is still owed (-i SECS waits "
		    "longer)",
		    (double)s->timeout / 1000, awaited);
	outlet_flush(&s->out);
}

/* Do what the timers say. */
static void
timers(struct session *s)
{
	int64_t now = session_now();

	if (s->out.terminal && s->partial_at != 0 &&
	    now >= s->partial_at + PARTIAL_AFTER && s->shown < s->line.len) {
		outlet_server(&s->out, CLASS_NONE, s->line.data + s->shown,
		    s->line.len - s->shown, false);
		s->shown = s->line.len;
		outlet_flush(&s->out);
	}
	if (tls_port_is_silent(s) && now >= s->opened + HINT_AFTER)
		hint(s);
	if (s->timeout > 0 && reply_or_room_is_owed(s) &&
	    now >= s->said_at + s->timeout)
		timed_out(s);
}

void
hear_broken(struct session *s)
{
	char why[sizeof s->wire.error];

	/* What the server said before it broke is still to be had. */
	memcpy(why, wire_error(&s->wire), sizeof why);
	hear_drain(s);
	if (!s->over)
		heard_end(s, why);
	outlet_flush(&s->out);
}

/* Deal with what poll said of the server; true if it spoke. */
static bool
wait_server(struct session *s, const struct pollfd *p)
{
	if ((p->revents & POLLOUT) != 0) {
		/* It reads: the time for that begins again. */
		s->said_at = session_now();
		if (wire_flush(&s->wire) < 0)
			hear_broken(s);
	}
	if ((p->revents & ~POLLOUT) == 0 || !session_is_open(s))
		return false;
	while (receive(s, false) > 0 && session_is_open(s) &&
	    wire_has_pending(&s->wire))
		;
	return true;
}

int
hear_wait(struct session *s, int fd, int ms)
{
	struct pollfd p[3] = {
		{ fd, POLLIN, 0 },
		{ session_is_open(s) ? s->wire.fd : -1, POLLIN, 0 },
		{ signals_fd(), POLLIN, 0 },
	};
	int found = 0;

	outlet_flush(&s->out);
	if (wire_owed(&s->wire) > 0)
		p[1].events |= POLLOUT;
	if (poll(p, 3, session_is_open(s) ? next_timer(s, ms) : ms) < 0)
		return errno == EINTR && signals_fd() >= 0 ? HEAR_SIGNAL : 0;
	if (p[2].revents != 0)
		found |= HEAR_SIGNAL;
	if (p[0].revents != 0)
		found |= HEAR_INPUT;
	if (p[1].revents != 0 && wait_server(s, &p[1]))
		found |= HEAR_HEARD;
	if (session_is_open(s))
		timers(s);
	return found | (s->over ? HEAR_OVER : 0);
}

void
hear_await(struct session *s)
{
	ssize_t got;

	if (wire_owed(&s->wire) > 0 || tls_port_is_silent(s) ||
	    s->out.terminal) {
		hear_wait(s, -1, -1);
		return;
	}
	got = receive(s, true);
	if (session_is_open(s) && s->timeout > 0 &&
	    dialog_owed(&s->dialog) > 0 &&
	    (got == WIRE_SLOW ||
		(got > 0 && session_now() >= s->said_at + s->timeout)))
		timed_out(s);
}
