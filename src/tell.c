/* SPDX-License-Identifier: ISC */
/* tell.c - what replies mean for the session, and its user. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "explain.h"
#include "options.h"
#include "protos.h"
#include "session.h"
#include "stopwatch.h"
#include "tell.h"
#include "text.h"
#include "verdict.h"

void
tell_greeting(struct session *s, const char *line, size_t len)
{
	const struct proto *was = s->dialog.proto;
	const struct proto *told = protos_greeting(was, line, len);

	if (s->undecided && told != NULL) {
		dialog_again(&s->dialog, told, true);
	} else if (!s->undecided && !s->opt->proto_given && told == NULL) {
		outlet_note(&s->out, 0,
		    "this is no greeting of %s: lines pass as they are "
		    "(-P %s insists)",
		    was->name, was->name);
		dialog_proto(&s->dialog, protos_raw());
	} else if (!s->opt->proto_given && told != NULL && told != was) {
		dialog_proto(&s->dialog, told);
	}
	s->undecided = false;
}

/* What became of STARTTLS, when it was not agreed to. */
static void
no_upgrade(struct session *s, const struct heard *h)
{
	if (wire_is_tls(&s->wire)) {
		outlet_warning(&s->out,
		    "TLS inside TLS makes no sense: the session stays as it "
		    "is");
		return;
	}
	/* A transcript may expect just that. */
	if (s->judged)
		return;
	if (!s->person || session_requires_tls(s)) {
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

/* Milliseconds of silence: at a port for TLS, and at any other. */
enum { HINT_AFTER = 3000, DOUBT_AFTER = 10000 };

/* The exit status that a reply of this class stands for; 0: none. */
static int negative(enum reply_class class)
{
	if (class == CLASS_TRANSIENT)
		return STATUS_TRANSIENT;
	return class == CLASS_PERMANENT ? STATUS_PERMANENT : 0;
}

/* A refusal in place of the greeting; a script has no more to say. */
static void
refusal(struct session *s)
{
	memcpy(s->unwelcome, s->dialog.refused_as, sizeof s->unwelcome);
	if (!s->hushed)
		outlet_warning(&s->out,
		    "the server refuses this session (%s in place of a "
		    "greeting)",
		    s->unwelcome);
	if (!s->person)
		s->stop = true;
}

/* What a line says beside its code, for a person who types. */
static void
remark(struct session *s, const struct heard *h, const char *line, size_t len)
{
	const struct proto *proto = s->dialog.proto;
	struct asked a = { .verb = h->verb };
	struct buf text = { 0 };

	if (proto->remark == NULL || (!s->person && s->out.verbose == 0))
		return;
	if (proto->remark(&a, line, len, &text))
		outlet_note(&s->out, 0, "%.*s", (int)text.len,
		    buf_bytes(&text));
	buf_free(&text);
}

/* Is this reply one that is to be explained? */
static bool
wants_words(const struct session *s, const struct heard *h,
    const struct verb *verb, const char *line, size_t len)
{
	if (s->explain != EXPLAIN_REFUSALS)
		return s->explain == EXPLAIN_ALL;
	/* Telex reads the challenges by itself when it logs in. */
	return negative(h->class) != 0 ||
	    (!s->offstage && h->class == CLASS_MORE &&
		explain_challenges(s->dialog.proto, verb, line, len));
}

/* What the reply means, line by line. */
static void
explain_lines(struct session *s, const struct explained_line *r, int number)
{
	struct buf text = { 0 };
	char code[8];

	/* The line may be the last of an answer whose first had the code. */
	if (!explain_reply(r, &text) && number > 0) {
		struct explained_line bare = *r;

		snprintf(code, sizeof code, "%03d", number % 1000);
		bare.line = code;
		bare.len = strlen(code);
		explain_reply(&bare, &text);
	}
	while (text.len > 0) {
		const char *p = buf_bytes(&text);
		const char *end = memchr(p, '\n', text.len);

		outlet_aside(&s->out, "%.*s", (int)(end - p), p);
		buf_drop(&text, (size_t)(end - p) + 1);
	}
	buf_free(&text);
}

/* Explain it if that is wanted, and keep where the session stands now. */
static void
explain(struct session *s, const struct heard *h, const char *line, size_t len)
{
	struct explained_line r = { .proto = s->dialog.proto,
		.verb = h->greeting ? &explain_greeting :
		    h->message      ? &explain_message :
				      h->verb,
		.line = line,
		.len = len,
		.sofar = &s->sofar,
		.offers = &s->dialog.words,
		.keyless = !session_has_key(s) };

	s->sofar.tls = wire_is_tls(&s->wire);
	s->sofar.alone = h->alone;
	if (wants_words(s, h, r.verb, line, len))
		explain_lines(s, &r, h->code);
	if (!h->unsolicited)
		explain_follow(&s->sofar, &r, h->class == CLASS_OK,
		    h->class == CLASS_MORE);
	s->asks_user = h->class == CLASS_MORE &&
	    explain_asks_user(r.proto, r.verb, line, len);
}

/* Lines that nobody asked for; some protocols have such. */
static void
unasked(struct session *s, const struct heard *h)
{
	const struct proto *proto = s->dialog.proto;

	s->junk += h->junk ? 1 : 0;
	if (h->junk)
		outlet_warning(&s->out, "that line is no reply of %s",
		    proto->name);
	else if (!h->aside && !s->over)
		outlet_note(&s->out, 1, "nobody asked for that line");
}

/* Lines that are answered without anybody typing it. */
static bool
answered(struct session *s, const char *line, size_t len)
{
	const struct proto *proto = s->dialog.proto;
	struct buf answer = { 0 };
	bool is = s->opt->auto_pong && proto->answer != NULL &&
	    proto->answer(line, len, &answer);

	if (is && s->answer.len > 0)
		buf_adds(&s->answer, "\r\n");
	if (is)
		buf_add(&s->answer, buf_bytes(&answer), answer.len);
	buf_free(&answer);
	return is;
}

/* How long the reply took; the summary has it too. */
static void
timed(struct session *s, const struct heard *h)
{
	int64_t us = stopwatch_took(s->watch, h->id, clock_us());

	if (h->greeting)
		stopwatch_phase(s->watch, PHASE_GREETING, us);
	else
		stopwatch_lap(s->watch,
		    h->message          ? "message" :
			h->verb != NULL ? h->verb->word :
					  "unknown",
		    us);
	if (s->time)
		outlet_note(&s->out, 0, "%.3f s", (double)us / 1e6);
}

void
tell_reply(struct session *s, const struct heard *h, const char *line,
    size_t len)
{
	int status = h->aside || s->judged ? 0 : negative(h->class);

	if (status > s->worst)
		s->worst = status;
	if (status != 0 && s->opt->fail)
		s->stop = true;
	if (s->watch != NULL && !h->unsolicited)
		timed(s, h);
	if (h->greeting && status != 0)
		refusal(s);
	explain(s, h, line, len);
	if (!answered(s, line, len))
		remark(s, h, line, len);
	if (h->unsolicited)
		unasked(s, h);
	if (h->data_refused)
		s->skip_body = true;
	if (h->upgrade_refused || h->disagreed)
		no_upgrade(s, h);
}

/* Somebody may have put them there. */
void
tell_injected(struct session *s, const char *p, size_t n)
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
void
tell_alert(struct session *s, const char *p, size_t n)
{
	if (s->wire.received != n || wire_is_tls(&s->wire) || n < 3 ||
	    p[0] != 0x15 || p[1] != 0x03)
		return;
	session_fail(s, STATUS_TLS,
	    "the server answered with an alert of TLS: this port is for TLS "
	    "from the first byte (try -T)");
}

/* What we say is not complete then: as the server closes, as our input ends.
 */
static const struct {
	const char *closed, *ended;
} amid[TURN_OVER + 1] = {
	[TURN_DATA] = { "in the mail data: the message was not completed",
	    "in the mail data: the line \".\" is missing (the message was not "
	    "completed)" },
	[TURN_SECRET] = { "where it awaited a secret",
	    "where a secret is awaited (the line \"*\" gives up)" },
	[TURN_LITERAL] = { "in a literal: it was not completed",
	    "in a literal: it is shorter than announced" },
	[TURN_MORE] = { "in a command: the rest of it was not sent",
	    "in a command: the rest of it is missing" },
};

bool
tell_cut(struct session *s)
{
	const char *where = amid[dialog_turn(&s->dialog)].closed;

	/* We said before that we leave; a transcript, where it closes. */
	if (where == NULL || s->wire.shut || s->judged ||
	    s->dialog.proto->quit == NULL)
		return false;
	session_fail(s, STATUS_NETWORK, "the server closed the connection %s",
	    where);
	return true;
}

bool
tell_unfinished(struct session *s)
{
	const char *where = amid[dialog_turn(&s->dialog)].ended;

	if (where != NULL)
		session_fail(s, STATUS_USAGE, "the input ended %s", where);
	return where != NULL;
}

/* Is the port one of which the protocol is known, and begins without TLS? */
static bool
port_is_plain(const struct session *s)
{
	const struct proto *proto;
	const struct scheme *scheme = protos_port(s->opt->port, &proto);

	return scheme != NULL && !scheme->tls;
}

const char *
tell_mute(const struct session *s)
{
	if (s->wire.received > 0 || wire_is_tls(&s->wire) || port_is_plain(s))
		return "";
	return " (-T, if it wants TLS from the first byte)";
}

int
tell_silent_after(const struct session *s)
{
	const struct proto *proto;
	const struct scheme *scheme = protos_port(s->opt->port, &proto);

	if (s->hinted || wire_is_tls(&s->wire) || s->wire.received > 0)
		return 0;
	if (scheme != NULL && scheme->tls)
		return HINT_AFTER;
	/* A transcript has its own words for what does not come. */
	return !s->judged && dialog_greeting_owed(&s->dialog) ? DOUBT_AFTER : 0;
}

void
tell_silence(struct session *s)
{
	if (tell_silent_after(s) == HINT_AFTER)
		outlet_warning(&s->out,
		    "nothing came for 3 s, and port %u is one for TLS (try -T)",
		    (unsigned)s->opt->port);
	else
		outlet_note(&s->out, 0, "no greeting came for 10 s%s",
		    port_is_plain(s) ? " (some servers let a stranger wait)" :
				       ": is this a port for TLS? (-T)");
	s->hinted = true;
	outlet_flush(&s->out);
}
