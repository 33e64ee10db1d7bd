/* SPDX-License-Identifier: ISC */
/* hear.c - what comes from the server, line by line. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "fail.h"
#include "hear.h"
#include "negotiate.h"
#include "options.h"
#include "protos.h"
#include "session.h"
#include "signals.h"
#include "tell.h"
#include "verdict.h"

/* Milliseconds: an unfinished line is shown, a server does not greet again. */
enum { PARTIAL_AFTER = 30, REGREET_AFTER = 3000 };

/* The last piece of a line came; `text` is its beginning. */
static struct heard
heard_line(struct session *s, const char *text, size_t len)
{
	if (s->undecided ||
	    (dialog_greeting_owed(&s->dialog) && !s->dialog.in_reply)) {
		tell_greeting(s, text, len);
		session_proto(s);
	}
	return verdict_line(&s->dialog, text, len);
}

/* What is not shown yet of a piece of a line. */
static void
show_piece(struct session *s, enum reply_class class,
    const struct line_piece *piece, bool last)
{
	size_t skip = s->shown < piece->len ? s->shown : piece->len;

	outlet_server(&s->out, class, piece->text + skip, piece->len - skip,
	    last);
	s->shown = 0;
}

/*
 * Deal with one piece of a line, of which n bytes at `from` have just come:
 * show it, and what it means.
 */
static void
heard_piece(struct session *s, const struct line_piece *piece, const char *from,
    size_t n)
{
	struct heard h = { .last = false };
	bool whole = piece->first && piece->last;
	const char *text = whole ? piece->text : s->ends.text;
	size_t len = piece->len;

	if (!whole) {
		line_keep_ends(&s->ends, piece);
		len = s->ends.len;
	}
	if (piece->last)
		h = heard_line(s, text, len);
	session_heard(s, from, n, piece->last ? &h : NULL);
	if (s->out.terminal)
		show_piece(s, h.class, piece, piece->last);
	if (piece->last && !piece->crlf)
		outlet_note(&s->out, 1, "that line ended in LF, not CR LF");
	if (piece->last && h.last && s->dialog.proto->judge != NULL)
		tell_reply(s, &h, text, len);
}

/* Bytes that are no lines of the protocol, shown line by line. */
static void
show_octets(struct session *s, const char *p, size_t n)
{
	unsigned long bare = s->line.bare;
	struct line_piece piece;

	while (line_next(&s->line, &p, &n, &piece))
		show_piece(s, CLASS_NONE, &piece, piece.last);
	s->line.bare = bare;
}

/* Write what was gathered; when stdout has failed the session is over. */
static void
flush(struct session *s)
{
	if (outlet_flush(&s->out) == 0)
		return;
	s->over = true;
	if (s->status == 0)
		s->status = STATUS_NETWORK;
}

/* --unstuff: write it without the dot that was put before a dot. */
static void
write_unstuffed(struct session *s, const struct line_piece *piece)
{
	const char *p = piece->text;
	/* The line's end stands behind it. */
	size_t n = piece->len + (piece->last ? 1 + piece->crlf : 0);

	if (piece->first && piece->len > 0 && p[0] == '.' &&
	    verdict_is_data(&s->dialog, p, piece->len)) {
		p++;
		n--;
	}
	outlet_bytes(&s->out, p, n);
	/* The next line takes its place. */
	if (piece->text == s->line.data)
		flush(s);
}

/* The octets are complete: what is left is no beginning of a line. */
static void
show_rest(struct session *s, bool last)
{
	struct line_piece piece;
	bool left = line_rest(&s->line, &piece);

	if (left && s->out.terminal)
		show_piece(s, CLASS_NONE, &piece, last);
	else if (left && s->opt->unstuff)
		write_unstuffed(s, &piece);
	line_reset(&s->line);
}

/* Octets of the server are due: as many as there are of them. */
static size_t
heard_octets(struct session *s, const char *p, size_t n)
{
	uint64_t due = verdict_octets(&s->dialog);
	struct heard h;

	if (n > due)
		n = (size_t)due;
	if (s->out.terminal)
		show_octets(s, p, n);
	else
		outlet_bytes(&s->out, p, n);
	h = verdict_took(&s->dialog, n);
	session_heard(s, p, n, h.last ? &h : NULL);
	if (n == due)
		show_rest(s, h.last);
	if (h.last)
		tell_reply(s, &h, "", 0);
	return n;
}

/* The next line, or as much of it as is there. */
static void
heard_lines(struct session *s, const char **p, size_t *n)
{
	struct line_piece piece;
	const char *from = *p;
	bool got;

	session_proto(s);
	got = line_next(&s->line, p, n, &piece);
	/* What is written first has nothing to do with what it means. */
	if (!s->out.terminal && !s->opt->unstuff)
		outlet_bytes(&s->out, from, (size_t)(*p - from));
	else if (got && !s->out.terminal)
		write_unstuffed(s, &piece);
	if (got)
		heard_piece(s, &piece, from, (size_t)(*p - from));
	else
		session_heard(s, from, (size_t)(*p - from), NULL);
}

/* A block of n bytes came. */
static void
heard_block(struct session *s, const char *p, size_t n)
{
	tell_alert(s, p, n);
	/* The go-ahead came before: nothing may stand behind it. */
	if (dialog_turn(&s->dialog) == TURN_UPGRADE)
		tell_injected(s, p, n);
	while (!s->over && n > 0) {
		if (verdict_octets(&s->dialog) > 0) {
			size_t used = heard_octets(s, p, n);

			p += used;
			n -= used;
		} else {
			heard_lines(s, &p, &n);
		}
		if (dialog_turn(&s->dialog) == TURN_UPGRADE && n > 0)
			tell_injected(s, p, n);
		else if (s->over && n > 0 && !s->out.terminal)
			outlet_bytes(&s->out, p, n);
	}
	s->partial_at = line_is_open(&s->line) ? session_now() : 0;
}

/* The server closed, or the connection broke; what is left is shown. */
static void
heard_end(struct session *s, const char *why)
{
	/* Both have said all: only the manner of the end was bad. */
	bool complete = s->wire.shut && s->dialog.proto->judge != NULL &&
	    dialog_owed(&s->dialog) == 0 && !s->dialog.in_reply;
	struct heard h;

	show_rest(s, false);
	h = verdict_closed(&s->dialog);
	if (h.last) {
		session_heard(s, "", 0, &h);
		tell_reply(s, &h, "", 0);
	}
	s->over = true;
	s->by_server = true;
	session_changed(s, CHANGE_CLOSED);
	if (why == NULL &&
	    (tell_cut(s) || dialog_owed(&s->dialog) == 0 ||
		dialog_turn(&s->dialog) == TURN_OVER))
		return;
	if (why == NULL)
		session_fail(s, STATUS_NETWORK,
		    "the server closed the connection: %s was still owed%s",
		    dialog_awaited(&s->dialog), tell_mute(s));
	else if (dialog_turn(&s->dialog) == TURN_OVER || complete)
		outlet_note(&s->out, 0, "%s", why);
	else
		session_fail(s, STATUS_NETWORK, "the connection broke: %s%s",
		    why, tell_mute(s));
}

/* Read once and deal with it.  Returns what wire_read did. */
static ssize_t
receive(struct session *s, bool wait)
{
	ssize_t got;

	if (s->block == NULL)
		s->block = xmalloc_page(SESSION_BLOCK);
	got = negotiate_read(s, s->block, SESSION_BLOCK, wait);
	if (got > 0) {
		session_dump(s, s->block, (size_t)got);
		heard_block(s, s->block, (size_t)got);
	} else if (got == WIRE_EOF) {
		heard_end(s, NULL);
	} else if (got == WIRE_ERROR) {
		heard_end(s, wire_error(&s->wire));
	}
	flush(s);
	return got;
}

void
hear_drain(struct session *s)
{
	while (session_is_open(s) && receive(s, false) > 0)
		;
}

/* Is the greeting under TLS awaited, which some servers leave out? */
static bool
regreet_is_owed(const struct session *s)
{
	const struct dialog *d = &s->dialog;

	return d->tls && d->proto->regreets && d->commands > 0 &&
	    !d->in_reply && dialog_greeting_owed(d);
}

/* Does the server owe a reply, or at least the reading of what we said? */
static bool
reply_or_room_is_owed(const struct session *s)
{
	return dialog_owed(&s->dialog) > 0 || wire_owed(&s->wire) > 0;
}

static void
sooner(int64_t *at, bool due, int64_t when)
{
	if (due && when < *at)
		*at = when;
}

/* Milliseconds until something is to be done without any event; -1: none. */
static int
next_timer(const struct session *s, int ms)
{
	int64_t now = session_now();
	int64_t at = ms < 0 ? INT64_MAX : now + ms;

	sooner(&at,
	    s->out.terminal && s->partial_at != 0 && s->shown < s->line.len,
	    s->partial_at + PARTIAL_AFTER);
	sooner(&at, tell_silent_after(s) > 0, s->opened + tell_silent_after(s));
	sooner(&at, regreet_is_owed(s), s->said_at + REGREET_AFTER);
	sooner(&at, s->timeout > 0 && reply_or_room_is_owed(s),
	    s->said_at + s->timeout);
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
		    "longer)%s",
		    (double)s->timeout / 1000, awaited, tell_mute(s));
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
	if (tell_silent_after(s) > 0 && now >= s->opened + tell_silent_after(s))
		tell_silence(s);
	if (regreet_is_owed(s) && now >= s->said_at + REGREET_AFTER) {
		verdict_ungreeted(&s->dialog);
		outlet_note(&s->out, 0,
		    "the server does not greet again under TLS");
	}
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
	/* Behind the end of TLS nothing is read before TLS has ended. */
	while (receive(s, false) > 0 && session_is_open(s) &&
	    wire_has_pending(&s->wire) && dialog_turn(&s->dialog) != TURN_PLAIN)
		;
	return true;
}

/* What came with the end of a TLS 1.2 handshake, or the end of TLS with the
 * last reply, is in OpenSSL's buffer, where poll does not see it. */
static bool
heard_pending(struct session *s)
{
	return session_is_open(s) && wire_has_pending(&s->wire) &&
	    dialog_turn(&s->dialog) != TURN_PLAIN &&
	    (receive(s, false) > 0 || s->over);
}

static int
sideline_fd(const struct session *s)
{
	return s->sideline == NULL ? -1 : s->sideline->fd;
}

/* Poll found something there; it may say lines of its own. */
static int
wait_sideline(struct session *s, const struct pollfd *p)
{
	if (p->revents == 0)
		return 0;
	s->sideline->ready(s->sideline->arg);
	outlet_flush(&s->out);
	return HEAR_BESIDE;
}

int
hear_wait(struct session *s, int fd, int ms)
{
	struct pollfd p[4] = {
		{ fd, POLLIN, 0 },
		{ session_is_open(s) ? s->wire.fd : -1, POLLIN, 0 },
		{ signals_fd(), POLLIN, 0 },
		{ sideline_fd(s), POLLIN, 0 },
	};
	int found = 0;

	if (heard_pending(s))
		return HEAR_HEARD | (s->over ? HEAR_OVER : 0);
	outlet_flush(&s->out);
	if (wire_wants_room(&s->wire))
		p[1].events |= POLLOUT;
	if (poll(p, 4, session_is_open(s) ? next_timer(s, ms) : ms) < 0)
		return errno == EINTR && signals_fd() >= 0 ? HEAR_SIGNAL : 0;
	if (p[2].revents != 0)
		found |= HEAR_SIGNAL;
	if (p[0].revents != 0)
		found |= HEAR_INPUT;
	if (p[1].revents != 0 && wait_server(s, &p[1]))
		found |= HEAR_HEARD;
	found |= wait_sideline(s, &p[3]);
	if (session_is_open(s))
		timers(s);
	return found | (s->over ? HEAR_OVER : 0);
}

void
hear_await(struct session *s)
{
	/* A read that blocks begins late then, and has all of the time. */
	bool mute = s->hinted && s->wire.received == 0;
	ssize_t got;

	if (wire_owed(&s->wire) > 0 || tell_silent_after(s) > 0 || mute ||
	    regreet_is_owed(s) || s->out.terminal || s->sideline != NULL) {
		hear_wait(s, -1, -1);
		return;
	}
	got = receive(s, true);
	/* What comes may be no word of a reply, for ever. */
	if (session_is_open(s) && s->timeout > 0 &&
	    dialog_owed(&s->dialog) > 0 &&
	    (got == WIRE_SLOW || session_now() >= s->said_at + s->timeout))
		timed_out(s);
}
