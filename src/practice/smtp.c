/* SPDX-License-Identifier: ISC */
/* smtp.c - SMTP of the practice server (RFC 5321).  Floor 6. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "practice/answer.h"
#include "practice/envelope.h"
#include "practice/letter.h"
#include "practice/login.h"
#include "practice/peer.h"
#include "practice/verify.h"
#include "practice/wrong.h"
#include "text.h"

/* Octets of a line without its end (RFC 5321, 4.5.3.1.4; RFC 4954, 4). */
enum { COMMAND_MOST = 510, MAIL_MOST = 1022, AUTH_MOST = 12286 };

struct smtp {
	bool hello;  /* EHLO or HELO was said */
	bool tls;    /* ... all of this under TLS */
	bool asking; /* the next line answers a challenge */
	struct login login;
	struct letter letter;
};

enum {
	NO_WORDS = 1 << 0, /* nothing may stand behind it */
	NEEDS_HELLO = 1 << 1,
	LAST = 1 << 2,   /* the next command waits (RFC 2920, 3.1) */
	LONG = 1 << 3,   /* it has parameters */
	LONGER = 1 << 4, /* ... and secrets */
	ENDS = 1 << 5    /* so does the connection */
};

struct verb {
	const char *name;
	unsigned flags;
	void (*run)(struct peer *p, struct smtp *s, const char *args, size_t n);
	const char *help; /* NULL: it is not spoken of */
	const char *says; /* instead of run: always this */
};

/* --- who is there --- */

static void
forget_all(struct peer *p, struct smtp *s)
{
	letter_reset(p, &s->letter);
	login_end(&s->login);
	memset(s, 0, sizeof *s);
	s->tls = p->tls;
	p->user[0] = '\0';
}

static void
greet(struct peer *p)
{
	struct smtp *s = p->state;

	s->tls = p->tls;
	answer(p, "220 %s ESMTP telex practice server", p->manners->host);
}

static bool
take_name(struct peer *p, struct smtp *s, const char *name, size_t n)
{
	size_t len = text_word(name, n);

	if (len == 0)
		answer(p, "501 5.5.4 Say who you are: EHLO localhost");
	else if (text_nth(name, n, 1) < n)
		answer(p, "501 5.5.4 One name is enough: EHLO localhost");
	else if (!envelope_is_host(name, len))
		answer_word(p, "501 5.5.4 That is no host's name: ", name, len,
		    "");
	else {
		letter_reset(p, &s->letter);
		memcpy(s->letter.helo, name, len);
		s->letter.helo[len] = '\0';
		s->hello = true;
		return true;
	}
	return false;
}

static void
helo(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	if (!take_name(p, s, args, n))
		return;
	s->letter.esmtp = false;
	answer(p, "250 %s greets %s", p->manners->host, s->letter.helo);
}

static void
say_mechanisms(struct peer *p)
{
	size_t i;

	buf_adds(&p->out, "250 AUTH");
	for (i = 0; login_mechanism(i) != NULL; i++)
		buf_addf(&p->out, " %s", login_mechanism(i));
	buf_adds(&p->out, "\r\n");
}

static void
ehlo(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	static const char *const offers[] = { "PIPELINING", "8BITMIME",
		"SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "VRFY", "HELP" };
	size_t i;

	if (!take_name(p, s, args, n))
		return;
	s->letter.esmtp = true;
	answer(p, "250-%s greets %s", p->manners->host, s->letter.helo);
	answer(p, "250-SIZE %zu", p->manners->message_most);
	for (i = 0; i < sizeof offers / sizeof offers[0]; i++)
		answer(p, "250-%s", offers[i]);
	if (p->manners->starttls && !p->tls)
		answer(p, "250-STARTTLS");
	say_mechanisms(p);
}

/* --- TLS and AUTH --- */

static void
starttls(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	(void)s;
	(void)args;
	(void)n;
	if (p->tls) {
		answer(p, "503 5.5.1 TLS is on already");
	} else if (!p->manners->starttls) {
		answer(p, "502 5.5.1 STARTTLS is not offered here");
	} else if (p->more) {
		answer(p,
		    "554 5.7.0 Something came behind STARTTLS before "
		    "TLS: anybody on the way may have put it there");
		p->closing = true;
	} else {
		answer(p, "220 2.0.0 Go ahead");
		p->starttls = true;
	}
}

static void
logged_in(struct peer *p, struct smtp *s)
{
	bool open = login_reveals(&s->login) && !p->tls;

	snprintf(p->user, sizeof p->user, "%s", s->login.user);
	answer_word(p, "235 2.7.0 Welcome, ", p->user, strlen(p->user),
	    open ? " (without TLS the password could be read on the way)" : "");
}

static void
login_went(struct peer *p, struct smtp *s, enum login_result result,
    struct buf *challenge)
{
	static const char *const status[] = {
		[LOGIN_WRONG] = "535 5.7.8",
		[LOGIN_BAD] = "501 5.5.2",
		[LOGIN_CANCELLED] = "501 5.7.0",
		[LOGIN_UNKNOWN] = "504 5.5.4",
	};

	s->asking = result == LOGIN_MORE;
	if (result == LOGIN_MORE) {
		buf_adds(&p->out, "334 ");
		buf_add(&p->out, buf_bytes(challenge), challenge->len);
		buf_adds(&p->out, "\r\n");
	} else {
		if (result == LOGIN_OK)
			logged_in(p, s);
		else
			answer(p, "%s %s", status[result], s->login.why);
		login_end(&s->login);
	}
	buf_free(challenge);
}

static void
auth(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	struct buf challenge = { 0 };

	if (p->user[0] != '\0')
		answer(p, "503 5.5.1 AUTH was successful already");
	else if (s->letter.open)
		answer(p, "503 5.5.1 AUTH comes before MAIL");
	else
		login_went(p, s,
		    login_begin(&s->login, p->manners, args, n, &challenge),
		    &challenge);
}

static void
auth_line(struct peer *p, struct smtp *s, const char *line, size_t n)
{
	struct buf challenge = { 0 };

	login_went(p, s, login_line(&s->login, line, n, &challenge),
	    &challenge);
}

/* --- mail --- */

static void
mail(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	letter_mail(p, &s->letter, args, n);
}

static void
rcpt(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	letter_rcpt(p, &s->letter, args, n);
}

static void
data(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	(void)args;
	(void)n;
	letter_data(p, &s->letter);
}

static void
bdat(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	letter_bdat(p, &s->letter, args, n);
}

static void
rset(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	(void)args;
	(void)n;
	letter_reset(p, &s->letter);
	answer(p, "250 2.0.0 Forgotten: MAIL begins anew");
}

/* --- the rest --- */

static void
vrfy(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	(void)s;
	verify(p, args, n);
}

static void help(struct peer *p, struct smtp *s, const char *args, size_t n);

static const char gone[] = "502 5.5.1 Nobody does that since 2001 (RFC 2821): "
			   "MAIL FROM:<address>";
static const char http[] = "521 5.5.1 This is SMTP, and that is HTTP";

static const struct verb verbs[] = {
	{ "EHLO", LAST, ehlo, "EHLO your-host: begin, and ask what is offered",
	    NULL },
	{ "HELO", LAST, helo, "HELO your-host: begin as in 1982", NULL },
	{ "STARTTLS", NO_WORDS | LAST, starttls, "STARTTLS: go on under TLS",
	    NULL },
	{ "AUTH", NEEDS_HELLO | LAST | LONGER, auth,
	    "AUTH mechanism: prove who you are", NULL },
	{ "MAIL", NEEDS_HELLO | LONG, mail,
	    "MAIL FROM:<address>: begin a message; errors go there", NULL },
	{ "RCPT", NEEDS_HELLO | LONG, rcpt,
	    "RCPT TO:<address>: one more who is to get it", NULL },
	{ "DATA", NEEDS_HELLO | NO_WORDS | LAST, data,
	    "DATA: the message follows, up to a line that is only a dot",
	    NULL },
	{ "BDAT", NEEDS_HELLO, bdat,
	    "BDAT octets [LAST]: a piece of the message follows", NULL },
	{ "RSET", NO_WORDS, rset, "RSET: forget the message", NULL },
	{ "NOOP", LAST, NULL, "NOOP: nothing", "250 2.0.0 Ok" },
	{ "VRFY", LAST, vrfy, "VRFY name: is there such a user?", NULL },
	{ "EXPN", LAST, NULL, NULL,
	    "502 5.5.1 There are no lists here to EXPN" },
	{ "HELP", LAST, help, "HELP [command]: this", NULL },
	{ "QUIT", NO_WORDS | LAST | ENDS, NULL, "QUIT: end",
	    "221 2.0.0 Goodbye" },
	{ "SEND", 0, NULL, NULL, gone },
	{ "SOML", 0, NULL, NULL, gone },
	{ "SAML", 0, NULL, NULL, gone },
	{ "TURN", 0, NULL, NULL, gone },
	/* A web page can make a browser talk to us; it is not to get far. */
	{ "GET", ENDS, NULL, NULL, http },
	{ "POST", ENDS, NULL, NULL, http },
	{ "HEAD", ENDS, NULL, NULL, http },
	{ "OPTIONS", ENDS, NULL, NULL, http },
	{ "CONNECT", ENDS, NULL, NULL, http },
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct verb *
find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < VERBS; i++) {
		if (text_is(name, n, verbs[i].name))
			return &verbs[i];
	}
	return NULL;
}

static void
help(struct peer *p, struct smtp *s, const char *args, size_t n)
{
	size_t blanks = text_blanks(args, n), i;
	const struct verb *v =
	    find(args + blanks, text_word(args + blanks, n - blanks));

	(void)s;
	if (v != NULL && v->help != NULL) {
		answer(p, "214 2.0.0 %s", v->help);
		return;
	}
	for (i = 0; i < VERBS; i++) {
		if (verbs[i].help != NULL)
			answer(p, "214-2.0.0 %s", verbs[i].help);
	}
	answer(p, "214 2.0.0 RFC 5321 says it all");
}

static size_t
most_of(const struct verb *v)
{
	if ((v->flags & LONGER) != 0)
		return AUTH_MOST;
	return (v->flags & LONG) != 0 ? MAIL_MOST : COMMAND_MOST;
}

/* NULL, or why a strict server wants nothing behind this command yet. */
static const char *
too_early(const struct peer *p, const struct smtp *s, const struct verb *v)
{
	if (!p->manners->strict || !p->more)
		return NULL;
	if ((v->flags & LAST) != 0)
		return "554 5.5.0 You did not wait for the reply: that "
		       "command is the last of a group (RFC 2920)";
	if (!s->letter.esmtp)
		return "554 5.5.0 You did not wait for the reply: PIPELINING "
		       "is offered to EHLO alone";
	return NULL;
}

/* NULL, or why this command may not be said, or not so. */
static const char *
not_now(const struct peer *p, const struct smtp *s, const struct verb *v,
    size_t line, bool words)
{
	if (line > most_of(v))
		return (v->flags & LONGER) != 0 ?
		    "500 5.5.6 That line is too long" :
		    "500 5.5.2 That line is too long: a command has 512 "
		    "octets at most";
	if ((v->flags & NEEDS_HELLO) != 0 && !s->hello)
		return "503 5.5.1 EHLO comes first";
	if ((v->flags & NO_WORDS) != 0 && words)
		return "501 5.5.4 Nothing stands behind that command";
	return too_early(p, s, v);
}

static void
command(struct peer *p, struct smtp *s, const char *line, size_t n)
{
	size_t word = text_word(line, n), args;
	const char *no = wrong_line(p, line, n);
	const struct verb *v;

	if (no != NULL) {
		answer(p, "%s", no);
		return;
	}
	v = find(line, word);
	p->unknown = v == NULL || v->says != NULL;
	if (v == NULL) {
		wrong_verb(p, line, n);
		return;
	}
	args = text_nth(line, n, 1);
	no = not_now(p, s, v, n, args < n);
	if (no != NULL) {
		answer(p, "%s", no);
		p->closing = strncmp(no, "554", 3) == 0;
	} else if (v->says != NULL) {
		answer(p, "%s", v->says);
		p->closing = (v->flags & ENDS) != 0;
	} else {
		v->run(p, s, line + args, n - args);
	}
}

static void
line(struct peer *p, const char *text, size_t n)
{
	struct smtp *s = p->state;

	if (p->tls != s->tls)
		forget_all(p, s);
	if (s->letter.data)
		letter_line(p, &s->letter, text, n);
	else if (s->asking)
		auth_line(p, s, text, n);
	else
		command(p, s, text, n);
	p->midway = s->letter.data || s->asking;
}

static void
bytes(struct peer *p, const char *b, size_t n)
{
	struct smtp *s = p->state;

	letter_bytes(p, &s->letter, b, n);
}

static void
end(struct peer *p)
{
	struct smtp *s = p->state;

	letter_reset(p, &s->letter);
	login_end(&s->login);
}

static void
drop(struct peer *p)
{
	struct smtp *s = p->state;

	letter_reset(p, &s->letter);
	p->midway = false;
}

const struct service service_smtp = {
	.name = "smtp",
	.state = sizeof(struct smtp),
	.greet = greet,
	.line = line,
	.bytes = bytes,
	.end = end,
	.drop = drop,
};
