/* SPDX-License-Identifier: ISC */
/* visit.c - lines go to the service, and rules come between. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "practice/retort.h"
#include "practice/rules.h"
#include "practice/visit.h"
#include "text.h"

/* Milliseconds. */
enum {
	EARLY = 300,           /* in which a strict server listens first */
	LINGER = 2000,         /* for what is on its way to arrive */
	SHAKE_MOST = 30000,    /* to shake hands */
	READ_MOST = 60000,     /* not to read what we say */
	SILENT_MOST = 1800000, /* to say nothing (RFC 3501, 5.4) */
	TICK = 50              /* between bytes that are slow */
};

/* Bytes: what we have said, before more is taken; what goes at once. */
enum { SAID_MOST = 65536, PIECE = 65536 };

/* What a service says in cases that it does not see. */
struct words {
	const char *service;
	const char *early, *injected, *longline, *busy;
};

static const struct words words[] = {
	{ "smtp", "554 5.5.0 You spoke before the greeting: wait for your turn",
	    "554 5.7.0 Something came behind STARTTLS before TLS: anybody on "
	    "the way may have put it there",
	    "500 5.5.2 That line is too long",
	    "421 4.3.2 There are too many clients" },
	{ "pop3", "-ERR You spoke before the greeting: wait for your turn",
	    "-ERR Something came behind STLS before TLS: anybody on the way "
	    "may have put it there",
	    "-ERR That line is too long",
	    "-ERR [SYS/TEMP] There are too many clients" },
	{ "imap", "* BYE You spoke before the greeting: wait for your turn",
	    "BAD Something came behind STARTTLS before TLS: anybody on the way "
	    "may have put it there",
	    "* BYE That line is too long",
	    "* BYE [UNAVAILABLE] There are too many clients" },
};

enum { SERVICES = sizeof words / sizeof words[0] };

static const struct words *
words_of(const struct service *service)
{
	size_t i;

	for (i = 0; i + 1 < SERVICES; i++) {
		if (strcmp(service->name, words[i].service) == 0)
			break;
	}
	return &words[i];
}

static void
say(struct visit *v, const char *line)
{
	buf_addf(&v->peer.out, "%s\r\n", line);
}

static void
dismiss(struct visit *v, const char *line)
{
	say(v, line);
	v->peer.closing = true;
}

/* --- rules --- */

static bool
is_imap(const struct visit *v)
{
	return strcmp(v->peer.service->name, "imap") == 0;
}

static const struct rule *
rule_for(const struct visit *v, const char *verb, size_t n)
{
	const struct rules_case what = { v->peer.service->name, verb, n,
		v->setting->dice, v->setting->arg };

	return rules_find(v->setting->rules, &what);
}

/* A line's: its verb is the first word, behind IMAP's tag. */
static const struct rule *
rule_of_line(const struct visit *v, const char *line, size_t n)
{
	size_t verb;

	if (v->peer.midway) {
		if (n != 1 || line[0] != '.' || v->peer.service->drop == NULL)
			return NULL;
		return rule_for(v, ".", 1);
	}
	verb = is_imap(v) ? text_nth(line, n, 1) : 0;
	return rule_for(v, line + verb, text_word(line + verb, n - verb));
}

/* Does the rule answer in place of the service? */
static bool
obey(struct visit *v, const struct rule *rule, const char *line, size_t n)
{
	if (rule == NULL || rule->agrees ||
	    (rule->reply == NULL && !rule->close))
		return false;
	if (v->peer.midway && v->peer.service->drop != NULL)
		v->peer.service->drop(&v->peer);
	if (rule->reply != NULL)
		retort(&v->peer, rule->reply, line, n);
	if (rule->close)
		v->peer.closing = true;
	return true;
}

/* --- the greeting --- */

/* All is said that comes before TLS; more from the client would spoil it. */
static void
begin_tls(struct visit *v)
{
	struct ssl_ctx_st *ctx = v->setting->identity(v->setting->arg);

	v->peer.starttls = false;
	if (ctx == NULL || conn_tls(&v->conn, ctx) < 0)
		v->peer.closing = true;
}

void
visit_begin(struct visit *v, const struct setting *setting,
    const struct service *service, bool secure, int64_t now)
{
	struct peer *p = &v->peer;

	v->setting = setting;
	v->moved = v->wait = now;
	v->secure = secure;
	v->changes = setting->box->changes;
	p->service = service;
	p->manners = setting->manners;
	p->box = setting->box;
	p->state = xmalloc(service->state);
	memset(p->state, 0, service->state);
	p->accepted = setting->accepted;
	p->arg = setting->arg;
	v->rule = rule_for(v, "CONNECT", strlen("CONNECT"));
	if (setting->manners->strict)
		v->wait += EARLY;
	if (v->rule != NULL)
		v->wait += v->rule->delay;
	if (secure)
		begin_tls(v);
}

/* A greeting of 554 leaves nothing but QUIT (RFC 5321, section 3.1). */
static void
greet(struct visit *v)
{
	const struct rule *rule = v->rule;

	v->rule = NULL;
	v->greeted = true;
	if (v->setting->manners->strict && v->conn.in.len > 0) {
		dismiss(v, words_of(v->peer.service)->early);
	} else if (obey(v, rule, "*", 1)) {
		v->deaf = rule->reply != NULL && rule->reply[0] == '5';
	} else {
		v->peer.service->greet(&v->peer);
		if (rule != NULL && rule->agrees)
			retort_agreed(&v->peer, 0, rule->reply, "*", 1);
	}
}

/* --- lines --- */

/* A line, or what a rule makes of it. */
static void
take_line(struct visit *v, const char *line, size_t n)
{
	const struct rule *rule = v->rule;
	size_t said = v->peer.out.len;

	v->rule = NULL;
	if (obey(v, rule, line, n))
		return;
	if (v->deaf && !text_is(line, text_word(line, n), "QUIT")) {
		say(v, "503 5.5.1 QUIT is all that is left to say");
		return;
	}
	v->peer.unknown = false;
	v->peer.service->line(&v->peer, line, n);
	if (v->peer.starttls && v->peer.more) {
		v->peer.out.len = said;
		v->peer.starttls = false;
		retort(&v->peer, words_of(v->peer.service)->injected, line, n);
		v->peer.closing = true;
	}
	if (rule != NULL && rule->agrees)
		retort_agreed(&v->peer, said, rule->reply, line, n);
}

static bool
take_bytes(struct visit *v)
{
	struct buf *in = &v->conn.in;
	size_t n = in->len;

	if (n > v->peer.want)
		n = (size_t)v->peer.want;
	if (n == 0)
		return false;
	v->peer.want -= n;
	v->peer.service->bytes(&v->peer, buf_bytes(in), n);
	buf_drop(in, n);
	return true;
}

/* The next thing that the client said; false: there is nothing whole. */
static bool
take(struct visit *v, int64_t now)
{
	struct buf *in = &v->conn.in;
	size_t len = 0, total;

	if (v->peer.want > 0)
		return take_bytes(v);
	total = conn_line(&v->conn, &len);
	if (total > PEER_LINE || (total == 0 && in->len > PEER_LINE)) {
		dismiss(v, words_of(v->peer.service)->longline);
		return true;
	}
	if (total == 0)
		return false;
	if (!v->judged) {
		v->judged = true;
		v->rule = rule_of_line(v, buf_bytes(in), len);
		if (v->rule != NULL && v->rule->delay > 0) {
			v->wait = now + v->rule->delay;
			return false;
		}
	}
	v->judged = false;
	v->peer.bare = len + 1 == total;
	v->peer.more = in->len > total;
	take_line(v, buf_bytes(in), len);
	buf_drop(in, total);
	return true;
}

/* One thing; false when there is nothing to do. */
static bool
step(struct visit *v, int64_t now)
{
	struct peer *p = &v->peer;

	if (now < v->wait || p->closing || p->starttls ||
	    (v->secure && !p->tls) || p->out.len + v->conn.out.len > SAID_MOST)
		return false;
	if (v->greeted)
		return take(v, now);
	greet(v);
	return true;
}

/* --- out --- */

/* How many bytes may go now, if they have to go slowly. */
static size_t
ration(struct visit *v, int64_t now)
{
	size_t slow = v->setting->slow;
	size_t tick = slow * TICK < 1000 ? 1000 / slow : TICK;

	if (now < v->trickle)
		return 0;
	v->trickle = now + (int64_t)tick;
	return slow * TICK < 1000 ? 1 : slow * TICK / 1000;
}

static void
give(struct visit *v, int64_t now)
{
	struct buf *out = &v->peer.out;

	while (out->len > 0 && v->conn.out.len < PIECE) {
		size_t n = v->setting->slow > 0 ? ration(v, now) : PIECE;

		if (n > out->len)
			n = out->len;
		if (n == 0 || !conn_send(&v->conn, buf_bytes(out), n))
			break;
		buf_drop(out, n);
	}
	/* A long answer is not remembered by its size. */
	if (out->len == 0 && out->size > PIECE)
		buf_free(out);
}

/* The client hears that we end, and has time to hear what was before. */
static void
say_goodbye(struct visit *v, int64_t now)
{
	buf_clear(&v->conn.in);
	if (v->over)
		return;
	v->over = true;
	v->goodbye = now;
	conn_end(&v->conn);
}

/* --- all of it --- */

static bool
owes(const struct visit *v)
{
	return v->peer.out.len > 0 || v->conn.out.len > 0;
}

/* Until when we have patience. */
static int64_t
patience(const struct visit *v)
{
	if (v->over)
		return v->goodbye + (owes(v) ? READ_MOST : LINGER);
	if (v->conn.shaking)
		return v->moved + SHAKE_MOST;
	return v->moved + (owes(v) ? READ_MOST : SILENT_MOST);
}

/* Is there nothing more to come, in either direction? */
static bool
is_over(const struct visit *v, int64_t now)
{
	if (v->over && v->conn.told && v->conn.ended)
		return true;
	return now >= patience(v) && now >= v->wait;
}

static void
tell_changes(struct visit *v)
{
	const struct service *service = v->peer.service;

	if (v->changes == v->peer.box->changes)
		return;
	v->changes = v->peer.box->changes;
	if (service->changed != NULL && v->greeted && !v->peer.closing)
		service->changed(&v->peer);
}

/* Everything but the wire. */
static void
converse(struct visit *v, int64_t now)
{
	v->peer.tls = conn_is_tls(&v->conn);
	while (step(v, now))
		v->moved = now;
	tell_changes(v);
	give(v, now);
	if (v->conn.ended && !owes(v) && now >= v->wait)
		v->peer.closing = true;
	if (v->peer.out.len > 0)
		return;
	if (v->peer.closing)
		say_goodbye(v, now);
	else if (v->peer.starttls)
		begin_tls(v);
}

/* The wire; false when it is lost.  What it moved may let us go on. */
static bool
move(struct visit *v)
{
	size_t in = v->conn.in.len, out = v->conn.out.len;
	bool ended = v->conn.ended;

	if (conn_work(&v->conn) < 0)
		return false;
	v->busy = v->conn.in.len > in || v->conn.out.len < out ||
	    v->conn.ended != ended;
	return true;
}

bool
visit_work(struct visit *v, int64_t now)
{
	v->seen = now;
	if (!move(v))
		return false;
	if (v->busy)
		v->moved = now;
	if (!v->conn.shaking) {
		converse(v, now);
		if (!move(v))
			return false;
	}
	return !is_over(v, now);
}

int64_t
visit_due(const struct visit *v)
{
	int64_t due = patience(v);

	if (v->busy || v->changes != v->peer.box->changes)
		return v->seen;
	if (v->wait > v->seen)
		due = v->wait;
	if (v->peer.out.len > 0 && v->trickle > v->seen && v->trickle < due)
		due = v->trickle;
	return due;
}

size_t
visit_holds(const struct visit *v)
{
	const struct service *service = v->peer.service;
	size_t kept = service->holds == NULL ? 0 : service->holds(&v->peer);

	return kept + v->peer.out.size + v->conn.out.size + v->conn.in.size;
}

void
visit_end(struct visit *v)
{
	if (v->peer.service->end != NULL)
		v->peer.service->end(&v->peer);
	free(v->peer.state);
	buf_free(&v->peer.out);
	conn_close(&v->conn);
}

void
visit_refuse(struct conn *c, const struct service *service)
{
	const char *busy = words_of(service)->busy;

	if (conn_send(c, busy, strlen(busy)) && conn_send(c, "\r\n", 2)) {
		conn_end(c);
		conn_work(c);
	}
	conn_close(c);
}
