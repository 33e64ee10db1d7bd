/* SPDX-License-Identifier: ISC */
/* reach.c - from a target to a conversation, and to its end. */
#include <sys/socket.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "begin.h"
#include "certs.h"
#include "clock.h"
#include "handshake.h"
#include "hear.h"
#include "hello.h"
#include "negotiate.h"
#include "options.h"
#include "protos.h"
#include "reach.h"
#include "route.h"
#include "say.h"
#include "session.h"
#include "signals.h"
#include "stopwatch.h"
#include "term/term.h"
#include "text.h"

static const char *
target_name(const struct session *s)
{
	return s->opt->unix_path != NULL ? s->opt->unix_path : session_host(s);
}

/* The protocol's name, where one is known. */
static const char *
name_of(const struct session *s)
{
	return s->undecided ? "protocol by its greeting" :
			      s->dialog.proto->name;
}

/* The first line a person sees: where this is, and what protects it. */
static void
connected_note(struct session *s)
{
	static const char help[] = "^] ? for help", gap[] = "      ";
	const struct options *o = s->opt;
	struct term *term = s->out.term;
	/* A script hears of it when something was decided for it. */
	int level = s->person || o->tls_by_port ? 0 : 1;
	bool helped = !session_has_key(s);
	/* An address needs no other behind it. */
	bool named = strcmp(target_name(s), s->peer.address) != 0;
	struct buf note = { 0 };

	text_quote(&note, target_name(s), strlen(target_name(s)), 200);
	if (o->unix_path != NULL)
		buf_addf(&note, ", %s", name_of(s));
	else
		buf_addf(&note, "%s%s%s port %u, %s, %s", named ? " (" : "",
		    named ? s->peer.address : "", named ? ")" : "",
		    (unsigned)s->peer.port, name_of(s),
		    !o->tls            ? "not encrypted" :
			o->tls_by_port ? "TLS because of the port" :
					 "TLS");
	if (!helped &&
	    note.len + sizeof gap + sizeof help < term_columns(term)) {
		buf_addf(&note, "%s%s", gap, help);
		helped = true;
	}
	outlet_note(&s->out, level, "%.*s", (int)note.len, buf_bytes(&note));
	if (!helped)
		outlet_note(&s->out, level, "%s", help);
	buf_free(&note);
	if (s->peer.failed[0] != '\0')
		outlet_note(&s->out, 2, "tried before: %s", s->peer.failed);
}

/* The way to the server took so long; it is to greet now. */
static void
timed_route(struct session *s)
{
	struct stopwatch *w = s->watch;

	stopwatch_phase(w, PHASE_LOOKUP, s->peer.lookup);
	stopwatch_phase(w, PHASE_CONNECT, s->peer.connect);
	stopwatch_await(w, clock_us());
}

/* The handshake took so long; a greeting may come behind it. */
static void
timed_upgrade(struct session *s, int64_t began)
{
	int64_t now = clock_us();

	stopwatch_phase(s->watch, PHASE_TLS, now - began);
	stopwatch_await(s->watch, now);
}

int
reach_open(struct session *s)
{
	const struct options *o = s->opt;
	const struct proto *proto = o->proto != NULL ? o->proto : protos_raw();

	if (s->watch != NULL)
		stopwatch_begin(s->watch, clock_us());
	if (route_open(s) < 0)
		return -1;
	if (s->watch != NULL)
		timed_route(s);
	s->over = s->by_server = false;
	s->undecided = o->proto == NULL;
	s->opened = s->said_at = session_now();
	dialog_end(&s->dialog);
	dialog_start(&s->dialog, proto, proto->judge != NULL && !proto->mute);
	session_proto(s);
	s->dialog.as_is = o->raw;
	line_reset(&s->line);
	session_changed(s, CHANGE_OPENED);
	connected_note(s);
	begin_note(s);
	if (!s->person)
		wire_patience(&s->wire, s->timeout);
	if (o->tls && reach_upgrade(s) < 0)
		return -1;
	if (o->starttls && reach_starttls(s) < 0)
		return -1;
	outlet_flush(&s->out);
	return session_is_open(s) ? 0 : -1;
}

/* TLS was to begin, and the server already greets in plain text. */
static int
refuse_text(struct session *s, const char *p, ssize_t n)
{
	struct buf quoted = { 0 };
	size_t len = 0;

	while (n > 0 && len < (size_t)n && p[len] != '\r' && p[len] != '\n')
		len++;
	text_quote(&quoted, p, len, 60);
	session_fail(s, STATUS_TLS,
	    "TLS was not begun: the server speaks plain text here: %.*s (try "
	    "-S for STARTTLS, or no TLS option)",
	    (int)quoted.len, buf_bytes(&quoted));
	buf_free(&quoted);
	return -1;
}

/*
 * The beginning of the line that has not ended, appended.  Returns how many
 * bytes of it came.
 */
static size_t
unfinished_line(const struct session *s, struct buf *to)
{
	const struct line *l = &s->line;

	if (l->continued)
		buf_add(to, s->ends.text, s->ends.len);
	else if (l->len > 0)
		buf_add(to, l->data, l->len);
	return l->len + l->held + (l->continued ? LINE_MOST : 0);
}

/* Bytes of the server in the kernel's buffer or in ours: whose are they? */
static int
refuse_unread(struct session *s)
{
	char peek[80];
	struct buf came = { 0 }, quoted = { 0 };
	size_t n = wire_unread(&s->wire);
	ssize_t got;

	if (n == 0 && !line_is_open(&s->line) && !negotiate_is_open(s))
		return 0;
	got = recv(s->wire.fd, peek, sizeof peek, MSG_PEEK | MSG_DONTWAIT);
	if (s->wire.sent == 0 && s->wire.received == 0)
		return refuse_text(s, peek, got);
	n += unfinished_line(s, &came) + negotiate_is_open(s);
	buf_add(&came, peek, got > 0 ? (size_t)got : 0);
	text_quote(&quoted, buf_bytes(&came), came.len, 60);
	session_fail(s, STATUS_TLS,
	    "TLS was not begun: %s%zu byte%s of plain text came before it, as "
	    "from an attacker in between: \"%.*s\"",
	    s->line.continued ? "at least " : "", n, n == 1 ? "" : "s",
	    (int)quoted.len, buf_bytes(&quoted));
	buf_free(&came);
	buf_free(&quoted);
	return -1;
}

/* What became of the session of --resume. */
static const char *
resumption(const struct tls_report *r)
{
	return r->resumed ? ", resumed" : r->offered ? ", not resumed" : "";
}

static void
verified_note(struct session *s)
{
	const struct tls_report *r = &s->tls;

	/* Of usage 3 no date counts: it may well be over. */
	if (r->tlsa[0] != '\0')
		outlet_note(&s->out, 0,
		    "%s, %s%s; certificate %s verified by DANE (TLSA %s)",
		    r->version, r->cipher, resumption(r), r->subject, r->tlsa);
	else
		outlet_note(&s->out, 0,
		    "%s, %s%s; certificate %s verified%s, until %s", r->version,
		    r->cipher, resumption(r), r->subject,
		    r->pinned ? " by its pin" : "", r->until);
}

/* End the session; -k is advised only where it would have gone on. */
static void
refuse_server(struct session *s)
{
	const struct options *o = s->opt;
	const char *why = s->tls.why;
	size_t n = strlen(why);
	bool advised = n > 0 && why[n - 1] == ')';

	session_changed(s, CHANGE_REFUSED);
	certs_show(s);
	if (o->verify != VERIFY_AUTO || o->tls_plan.pin != NULL)
		session_fail(s, STATUS_TLS,
		    "the server is not to be trusted: %s", why);
	else
		session_fail(s, STATUS_TLS,
		    "the server is not to be trusted: %.*s%s-k goes on all the "
		    "same)",
		    (int)(advised ? n - 1 : n), why, advised ? ", " : " (");
}

/* What the handshake gave, in one line; may end the session. */
static int
upgrade_verdict(struct session *s)
{
	const struct options *o = s->opt;
	const struct tls_report *r = &s->tls;
	bool accept = o->tls_plan.pin == NULL && o->verify != VERIFY_REQUIRE &&
	    o->verify != VERIFY_DANE && (s->person || o->tls_plan.insecure);

	if (r->verified) {
		verified_note(s);
		return 0;
	}
	if (!accept) {
		refuse_server(s);
		return -1;
	}
	outlet_warning(&s->out, "%s, %s%s; certificate %s NOT VERIFIED: %s",
	    r->version, r->cipher, resumption(r), r->subject, r->why);
	return 0;
}

/* Keys that are not in the log are not to be had later. */
static void
keys_missed(struct session *s)
{
	char why[128];

	if (s->tls.unlogged != 0)
		outlet_warning(&s->out, "the key log lacks keys: %s",
		    fail_strerror(s->tls.unlogged, why, sizeof why));
}

/* The name the certificate is to bear. */
static const char *
host_name(const struct session *s)
{
	return s->opt->unix_path != NULL ? "localhost" : s->ascii;
}

int
reach_upgrade(struct session *s)
{
	const struct options *o = s->opt;
	struct handshake h = { &s->plan, host_name(s), o->connect_timeout,
		signals_fd() };
	int64_t began;

	outlet_flush(&s->out);
	if (wire_is_tls(&s->wire)) {
		outlet_warning(&s->out, "this connection has TLS already");
		if (dialog_turn(&s->dialog) == TURN_UPGRADE)
			dialog_upgraded(&s->dialog);
		return -1;
	}
	if (refuse_unread(s) < 0)
		return -1;
	began = clock_us();
	if (handshake_run(&s->wire, &h, &s->tls, &s->why) < 0) {
		session_fail(s, s->why.status, "%s", s->why.text);
		return -1;
	}
	if (s->watch != NULL)
		timed_upgrade(s, began);
	if (dialog_turn(&s->dialog) == TURN_UPGRADE ||
	    !dialog_greeting_owed(&s->dialog))
		dialog_upgraded(&s->dialog);
	else
		s->dialog.tls = true;
	line_reset(&s->line);
	negotiate_begin(s);
	s->said_at = session_now();
	keys_missed(s);
	if (upgrade_verdict(s) < 0)
		return -1;
	session_changed(s, CHANGE_TLS);
	outlet_note(&s->out, 2, "certificate sha256:%s, key sha256:%s",
	    s->tls.sha256, s->tls.key256);
	certs_note(s, 2);
	certs_show(s);
	outlet_flush(&s->out);
	return 0;
}

int
reach_turn(struct session *s)
{
	while (session_is_open(s) && dialog_turn(&s->dialog) == TURN_SERVER) {
		if ((hear_wait(s, -1, -1) & HEAR_SIGNAL) != 0)
			session_fail(s, STATUS_NETWORK, "interrupted");
	}
	return session_is_open(s) ? 0 : -1;
}

static int
exchange(struct session *s, const char *line)
{
	if (say_line(s, line, strlen(line)) < 0)
		return -1;
	return reach_turn(s);
}

int
reach_starttls(struct session *s)
{
	struct buf hello = { 0 };
	const struct proto *p;
	int rc = 0;

	if (reach_turn(s) < 0)
		return -1;
	if (s->stop)
		return 0;
	p = s->dialog.proto;
	if (p->preamble != NULL)
		return begin_preamble(s) < 0 ? -1 : reach_upgrade(s);
	if (p->upgrade == NULL) {
		session_fail(s, STATUS_TLS,
		    "STARTTLS is unknown to protocol %s (name one: -S=smtp)",
		    p->name);
		return -1;
	}
	if (p->hello != NULL) {
		hello_line(s, p->hello, &hello);
		rc = exchange(s, buf_bytes(&hello));
		buf_free(&hello);
	}
	if (rc < 0)
		return -1;
	if (p->offer != NULL && !words_have(&s->dialog.words, p->offer))
		outlet_warning(&s->out, "the server does not offer %s",
		    p->offer);
	if (exchange(s, p->upgrade) < 0)
		return -1;
	if (dialog_turn(&s->dialog) != TURN_UPGRADE)
		return session_is_open(s) ? 0 : -1;
	return reach_upgrade(s);
}

int
reach_plain(struct session *s)
{
	struct handshake h = { &s->plan, host_name(s), s->opt->connect_timeout,
		signals_fd() };

	outlet_flush(&s->out);
	if (handshake_end(&s->wire, &h, &s->why) < 0) {
		session_fail(s, s->why.status, "%s", s->why.text);
		return -1;
	}
	dialog_plain(&s->dialog);
	line_reset(&s->line);
	memset(&s->tls, 0, sizeof s->tls);
	session_changed(s, CHANGE_PLAIN);
	outlet_warning(&s->out, "TLS has ended: plain text from here on");
	outlet_flush(&s->out);
	return 0;
}

/* Where the time went. */
static void
summary(struct session *s)
{
	struct buf text = { 0 };

	if (!s->time || s->judged || s->out.quiet)
		return;
	outlet_note(&s->out, 0, "the time went here:");
	stopwatch_lines(s->watch, clock_us(), &text);
	outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
}

/* What --resume wants for the next time. */
static void
keep_tls(struct session *s)
{
	struct fail f;
	int kept = wire_keep(&s->wire, &f);

	if (kept < 0)
		outlet_warning(&s->out, "%s", f.text);
	else if (kept == 0 && !s->tls.resumed &&
	    s->opt->tls_plan.resume != NULL && wire_is_tls(&s->wire))
		outlet_note(&s->out, 0,
		    "the server gave no TLS session that can be kept");
}

void
reach_close(struct session *s)
{
	struct dialog *d = &s->dialog;

	if (!wire_is_open(&s->wire))
		return;
	if (s->person && s->status == 0) {
		char refused[48] = "";

		if (d->refused > 0)
			snprintf(refused, sizeof refused,
			    ", %u refused (last: %s)", d->refused,
			    d->refused_as);
		outlet_note(&s->out, 0,
		    "closed %s after %lld s: %u command%s%s",
		    s->by_server ? "by the server" : "by us",
		    (long long)((session_now() - s->opened) / 1000),
		    d->commands, d->commands == 1 ? "" : "s", refused);
	}
	summary(s);
	certs_missed(s);
	keep_tls(s);
	outlet_flush(&s->out);
	/* Whoever ends TLS says so (RFC 8446, section 6.1): a server may well
	 * forget a session that was just cut off. */
	if (wire_is_tls(&s->wire))
		wire_shut(&s->wire);
	wire_close(&s->wire);
	line_reset(&s->line);
	s->over = true;
	if (!s->by_server)
		session_changed(s, CHANGE_CLOSED);
}
