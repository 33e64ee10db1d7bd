/* SPDX-License-Identifier: ISC */
/* pop3.c - the practice server's POP3 (RFC 1939, 2449, 2595).  Floor 6. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "practice/answer.h"
#include "practice/login.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "practice/popdrop.h"
#include "practice/wrong.h"
#include "text.h"

struct pop3 {
	struct popdrop drop;
	char user[VOUCH_USER]; /* of USER, before PASS */
	bool in;               /* the user is known: TRANSACTION */
	bool asking;           /* AUTH waits for an answer */
	struct login login;
};

/* When a command has its place; what it wants behind it. */
enum { BEFORE = 1, WITHIN = 2 };
enum wants { WANTS_NOTHING, WANTS_MAYBE, WANTS_NUMBER, WANTS_TEXT, WANTS_TWO };

/* A command: where its argument is, and the message that it means. */
struct call {
	struct peer *peer;
	struct pop3 *pop3;
	const struct verb *verb;
	const char *arg;
	size_t len;
	size_t i;            /* of the list; the count if none is named */
	unsigned long lines; /* of TOP */
};

struct verb {
	const char *name;
	int when;
	enum wants wants;
	void (*run)(struct call *c);
	const char *form; /* "RETR 1" */
};

/* How many messages there are, and what else there is to say. */
static void
say_count(struct call *c, const char *more)
{
	size_t octets, n = popdrop_left(&c->pop3->drop, &octets);

	answer(c->peer, "+OK %zu message%s (%zu octets)%s", n,
	    n == 1 ? "" : "s", octets, more);
}

/* --- who is there --- */

static void
enter(struct call *c, const char *user, bool clear)
{
	snprintf(c->peer->user, sizeof c->peer->user, "%s", user);
	c->pop3->in = true;
	popdrop_open(&c->pop3->drop, c->peer->box);
	clear = clear && !c->peer->tls && c->peer->manners->starttls;
	say_count(c,
	    clear ? "; the password went in the clear, STLS hides it" : "");
}

static void
user(struct call *c)
{
	if (c->len >= sizeof c->pop3->user) {
		answer(c->peer, "-ERR that is no user name");
		return;
	}
	memcpy(c->pop3->user, c->arg, c->len);
	c->pop3->user[c->len] = '\0';
	answer(c->peer, "+OK now PASS and the password");
}

/* All that stands behind PASS and a blank, blanks too. */
static void
pass(struct call *c)
{
	struct login *l = &c->pop3->login;
	struct buf password = { 0 };

	if (c->pop3->user[0] == '\0') {
		answer(c->peer, "-ERR PASS needs USER first: USER alice");
		return;
	}
	buf_add(&password, c->arg, c->len);
	buf_add(&password, "", 1);
	if (login_password(l, c->peer->manners, c->pop3->user,
		buf_bytes(&password)) == LOGIN_OK)
		enter(c, l->user, true);
	else
		answer(c->peer, "-ERR [AUTH] %s", l->why);
	c->pop3->user[0] = '\0';
	login_end(l);
	buf_free(&password);
}

static void
conclude(struct call *c, enum login_result result, struct buf *challenge)
{
	struct login *l = &c->pop3->login;

	c->pop3->asking = c->peer->midway = result == LOGIN_MORE;
	if (result == LOGIN_MORE) {
		buf_addf(&c->peer->out, "+ %.*s\r\n", (int)challenge->len,
		    challenge->len == 0 ? "" : buf_bytes(challenge));
	} else if (result == LOGIN_OK) {
		enter(c, l->user, login_reveals(l));
	} else if (result == LOGIN_CANCELLED) {
		answer(c->peer, "-ERR AUTH is cancelled");
	} else {
		answer(c->peer, "-ERR %s%s",
		    result == LOGIN_WRONG ? "[AUTH] " : "", l->why);
	}
	if (result != LOGIN_MORE)
		login_end(l);
	buf_free(challenge);
}

/* AUTH alone lists the mechanisms (RFC 1734 did not, but many do). */
static void
auth(struct call *c)
{
	struct buf challenge = { 0 };
	size_t i;

	if (c->len > 0) {
		conclude(c,
		    login_begin(&c->pop3->login, c->peer->manners, c->arg,
			c->len, &challenge),
		    &challenge);
		return;
	}
	answer(c->peer, "+OK the mechanisms are");
	for (i = 0; login_mechanism(i) != NULL; i++)
		answer(c->peer, "%s", login_mechanism(i));
	answer(c->peer, ".");
}

static void
stls(struct call *c)
{
	if (c->peer->tls) {
		answer(c->peer, "-ERR this connection has TLS already");
	} else if (!c->peer->manners->starttls) {
		answer(c->peer,
		    "-ERR STLS is not offered here: CAPA lists what is");
	} else {
		answer(c->peer, "+OK begin TLS now");
		c->pop3->user[0] = '\0';
		c->peer->starttls = true;
	}
}

/* --- messages --- */

static void
stat(struct call *c)
{
	size_t octets, n = popdrop_left(&c->pop3->drop, &octets);

	answer(c->peer, "+OK %zu %zu", n, octets);
}

/* LIST, or UIDL with the UIDVALIDITY that a unique-id begins with. */
static void
say_rows(struct call *c, uint32_t validity)
{
	const struct popdrop *d = &c->pop3->drop;

	if (c->i < d->count) {
		buf_adds(&c->peer->out, "+OK ");
		popdrop_row(&c->peer->out, d, c->i, validity);
		return;
	}
	say_count(c, "");
	popdrop_rows(&c->peer->out, d, validity);
}

static void
list(struct call *c)
{
	say_rows(c, 0);
}

static void
uidl(struct call *c)
{
	say_rows(c, c->peer->box->validity);
}

/* The message at hand; or it is said that it is gone. */
static struct mail *
find(struct call *c)
{
	struct mail *mail = popdrop_mail(&c->pop3->drop, c->peer->box, c->i);

	if (mail == NULL)
		answer(c->peer,
		    "-ERR another client has removed message %zu meanwhile",
		    c->i + 1);
	return mail;
}

static void
retr(struct call *c)
{
	struct mail *mail = find(c);

	if (mail != NULL) {
		answer(c->peer, "+OK %zu octets", mail->len);
		popdrop_say(&c->peer->out, mail, ULONG_MAX);
	}
}

static void
top(struct call *c)
{
	struct mail *mail = find(c);

	if (mail == NULL)
		return;
	answer(c->peer, "+OK the header and at most %lu line%s", c->lines,
	    c->lines == 1 ? "" : "s");
	popdrop_say(&c->peer->out, mail, c->lines);
}

static void
dele(struct call *c)
{
	c->pop3->drop.list[c->i].deleted = true;
	answer(c->peer, "+OK message %zu goes at QUIT (RSET keeps it)",
	    c->i + 1);
}

static void
rset(struct call *c)
{
	popdrop_keep(&c->pop3->drop);
	say_count(c, "");
}

/* --- the session --- */

static void
noop(struct call *c)
{
	answer(c->peer, "+OK");
}

static void
capa(struct call *c)
{
	struct peer *p = c->peer;
	size_t i;

	answer(c->peer, "+OK this is what there is");
	buf_adds(&p->out,
	    "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
	    "PIPELINING\r\nUSER\r\nSASL");
	for (i = 0; login_mechanism(i) != NULL; i++)
		buf_addf(&p->out, " %s", login_mechanism(i));
	buf_adds(&p->out, "\r\n");
	if (p->manners->starttls && !p->tls && !c->pop3->in)
		answer(c->peer, "STLS");
	answer(c->peer, "IMPLEMENTATION telex-practice\r\n.");
}

/* UPDATE: what is marked goes now, and only now. */
static void
quit(struct call *c)
{
	size_t n = popdrop_remove(&c->pop3->drop, c->peer->box);

	answer(c->peer, "+OK good-bye: %zu removed, %zu left", n,
	    c->peer->box->count);
	c->peer->closing = true;
}

static const struct verb verbs[] = {
	{ "CAPA", BEFORE | WITHIN, WANTS_NOTHING, capa, NULL },
	{ "USER", BEFORE, WANTS_TEXT, user, "a name: USER alice" },
	{ "PASS", BEFORE, WANTS_TEXT, pass, "a password: PASS secret" },
	{ "AUTH", BEFORE, WANTS_MAYBE, auth, NULL },
	{ "STLS", BEFORE, WANTS_NOTHING, stls, NULL },
	{ "STAT", WITHIN, WANTS_NOTHING, stat, NULL },
	{ "LIST", WITHIN, WANTS_MAYBE, list, "a number or nothing: LIST 1" },
	{ "UIDL", WITHIN, WANTS_MAYBE, uidl, "a number or nothing: UIDL 1" },
	{ "RETR", WITHIN, WANTS_NUMBER, retr, "a number: RETR 1" },
	{ "TOP", WITHIN, WANTS_TWO, top, "a number and lines: TOP 1 10" },
	{ "DELE", WITHIN, WANTS_NUMBER, dele, "a number: DELE 1" },
	{ "RSET", WITHIN, WANTS_NOTHING, rset, NULL },
	{ "NOOP", WITHIN, WANTS_NOTHING, noop, NULL },
	{ "QUIT", BEFORE | WITHIN, WANTS_NOTHING, quit, NULL },
};

static const struct verb *
find_verb(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (text_is(name, n, verbs[i].name))
			return &verbs[i];
	}
	return NULL;
}

/* A number alone up to the next blank or the end; then behind the blanks. */
static bool
read_number(struct call *c, uint64_t *n)
{
	size_t len = text_word(c->arg, c->len);

	if (text_octets(c->arg, len, n) != 0)
		return false;
	len += text_blanks(c->arg + len, c->len - len);
	c->arg += len;
	c->len -= len;
	return true;
}

static bool
read_message(struct call *c)
{
	size_t octets, all = c->pop3->drop.count;
	uint64_t n;

	if (!read_number(c, &n)) {
		answer(c->peer, "-ERR %s wants %s", c->verb->name,
		    c->verb->form);
		return false;
	}
	if (n > 0 && n <= all && !c->pop3->drop.list[n - 1].deleted) {
		c->i = (size_t)n - 1;
		return true;
	}
	if (n > 0 && n <= all)
		answer(c->peer,
		    "-ERR message %llu is deleted: RSET takes that back",
		    (unsigned long long)n);
	else if (popdrop_left(&c->pop3->drop, &octets) == 0)
		answer(c->peer,
		    "-ERR there is no message %llu: there is none at all",
		    (unsigned long long)n);
	else
		answer(c->peer,
		    "-ERR there is no message %llu: LIST shows 1 to %zu",
		    (unsigned long long)n, all);
	return false;
}

/* Are the words behind the command right? */
static bool
read_words(struct call *c)
{
	enum wants wants = c->verb->wants;
	uint64_t lines = 0;

	c->i = c->pop3->drop.count;
	if (c->len == 0 ? wants == WANTS_NOTHING || wants == WANTS_MAYBE :
			  wants == WANTS_TEXT || c->verb->run == auth)
		return true;
	if (wants == WANTS_NOTHING) {
		answer(c->peer, "-ERR %s stands alone", c->verb->name);
		return false;
	}
	if (wants != WANTS_TEXT && !read_message(c))
		return false;
	if (wants != WANTS_TEXT &&
	    (wants != WANTS_TWO || read_number(c, &lines)) && c->len == 0) {
		c->lines = (unsigned long)lines;
		return true;
	}
	answer(c->peer, "-ERR %s wants %s", c->verb->name, c->verb->form);
	return false;
}

static bool
in_place(struct call *c)
{
	if ((c->verb->when & (c->pop3->in ? WITHIN : BEFORE)) != 0)
		return true;
	if (c->pop3->in)
		answer(c->peer, "-ERR %s comes too late: you are logged in",
		    c->verb->name);
	else
		answer(c->peer, "-ERR %s needs a user: USER and PASS first",
		    c->verb->name);
	return false;
}

static void
refuse(struct call *c, const char *line, size_t len)
{
	size_t word = text_word(line, len);
	struct wrong w;

	c->peer->unknown = true;
	if (wrong_port("POP3", line, len, &w))
		answer(c->peer, "-ERR this is POP3, and %s is of %s", w.word,
		    w.of);
	else
		answer_word(c->peer, "-ERR there is no command ", line,
		    word > 0 ? word : len,
		    " in POP3: CAPA, USER, PASS, "
		    "STAT, LIST, RETR, DELE, QUIT are some");
}

static void
take_line(struct peer *p, const char *line, size_t len)
{
	struct call c = { .peer = p, .pop3 = p->state };
	size_t word = text_word(line, len), end = len;

	if (c.pop3->asking) {
		struct buf challenge = { 0 };

		conclude(&c, login_line(&c.pop3->login, line, len, &challenge),
		    &challenge);
		return;
	}
	c.verb = find_verb(line, word);
	if (c.verb == NULL || memchr(line, '\0', len) != NULL) {
		refuse(&c, line, len);
		return;
	}
	/* A password may begin and end with a blank; nothing else does. */
	c.arg = line + word + (word < len);
	if (c.verb->run != pass) {
		while (end > word && (unsigned char)line[end - 1] <= ' ')
			end--;
		c.arg = line + word + text_blanks(line + word, end - word);
	}
	c.len = (size_t)(line + end - c.arg);
	if (in_place(&c) && read_words(&c))
		c.verb->run(&c);
}

static void
greet(struct peer *p)
{
	buf_addf(&p->out, "+OK %s practices POP3\r\n", p->manners->host);
}

static void
end(struct peer *p)
{
	struct pop3 *pop3 = p->state;

	popdrop_free(&pop3->drop);
	login_end(&pop3->login);
}

static size_t
holds(const struct peer *p)
{
	return popdrop_holds(&((const struct pop3 *)p->state)->drop);
}

const struct service service_pop3 = {
	.name = "pop3",
	.state = sizeof(struct pop3),
	.greet = greet,
	.line = take_line,
	.end = end,
	.holds = holds,
};
