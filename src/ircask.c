/* SPDX-License-Identifier: ISC */
/* ircask.c - is an answer owed, and what of a line is secret? */
#include <string.h>

#include "ircask.h"
#include "ircline.h"
#include "ircverbs.h"
#include "proto.h"
#include "text.h"

/* What our lines said (struct wants' said); above these a count of NICKs, and
 * what channels we may be in. */
enum { SAID_CAP = 1 << 0, SAID_USER = 1 << 1, JOINS = 16 };

/* Can the server welcome us now? */
static bool
may_register(const struct wants *w)
{
	unsigned nicks =
	    (w->said >> IRC_NICKS & 255) - (w->heard >> IRC_NICKS & 255);

	return (w->heard & IRC_WELCOME) == 0 && nicks != 0 &&
	    (w->said & SAID_USER) != 0 &&
	    ((w->said & SAID_CAP) == 0 || (w->heard & IRC_NO_CAP) != 0);
}

/* The commands that registration depends on; false: it is none of them. */
static bool
ask_register(struct asked *a, struct wants *w)
{
	const char *word = a->verb->word;
	bool cap = strcmp(word, "CAP LS") == 0 || strcmp(word, "CAP REQ") == 0;
	unsigned nicks = (w->said >> IRC_NICKS) + 1;

	if (cap && (w->heard & IRC_WELCOME) == 0)
		w->said |= SAID_CAP;
	else if (strcmp(word, "CAP END") == 0)
		w->said &= ~(unsigned)SAID_CAP;
	else if (strcmp(word, "USER") == 0)
		w->said |= SAID_USER;
	else if (strcmp(word, "NICK") == 0)
		w->said = (w->said & ~(255U << IRC_NICKS)) |
		    (nicks & 255) << IRC_NICKS;
	else if (strcmp(word, "PONG") != 0)
		return false;
	if (cap)
		return false;
	a->shape = IRC_AS_WELCOME;
	w->silent = !may_register(w);
	return true;
}

/* Who is in a channel gets no answer to JOIN: have we perhaps been there? */
static bool
may_be_in(struct wants *w, const char *name, size_t len)
{
	unsigned hash = 0, bit;
	size_t i;

	for (i = 0; i < len; i++)
		hash = hash * 31 + (unsigned char)(name[i] | 0x20);
	bit = 1U << (JOINS + hash % 16);
	if ((w->said & bit) != 0)
		return true;
	w->said |= bit;
	return false;
}

/* JOIN has an answer for certain where we have never been. */
static bool
join_is_answered(struct wants *w, const char *name, size_t len)
{
	/* "0" leaves them all; "!" becomes another name. */
	return name != NULL && len > 0 && name[0] != '0' && name[0] != '!' &&
	    !may_be_in(w, name, len);
}

/* The same of other commands, once we are welcome. */
static bool
guest_is_answered(const struct irc_end *end, struct wants *w, const char *p,
    size_t n)
{
	size_t len = 0;
	const char *first = ircline_parameter(p, n, 0, &len);

	if (end->one && first != NULL && memchr(first, ',', len) != NULL)
		return false;
	if (strcmp(end->verb, "JOIN") == 0)
		return join_is_answered(w, first, len);
	/* What changes nothing is not answered. */
	if (strcmp(end->verb, "MODE") == 0 || strcmp(end->verb, "TOPIC") == 0)
		return ircline_count(p, n) == 1;
	return true;
}

/* Is an answer owed for certain? */
static bool
is_answered(const struct asked *a, struct wants *w, const char *p, size_t n)
{
	const struct irc_end *end = ircverbs_end(a->verb);

	if (end == NULL || ircline_count(p, n) < end->least)
		return false;
	if (strncmp(end->verb, "CAP ", 4) == 0 ||
	    (a->flags & (VERB_UPGRADE | VERB_END)) != 0)
		return true;
	if ((a->flags & VERB_CHALLENGE) != 0)
		return (w->heard & IRC_SASL) != 0;
	/* Before that some servers answer, some do not. */
	return (w->heard & IRC_WELCOME) != 0 && guest_is_answered(end, w, p, n);
}

/* Behind which of these words a password follows. */
static bool
begins_password(const char *word, size_t len)
{
	static const char *const words[] = { "IDENTIFY", "ID", "LOGIN", "AUTH",
		"REGISTER", "GHOST", "RECOVER", "RELEASE", "REGAIN", "SET",
		"SETPASS" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (text_is(word, len, words[i]))
			return true;
	}
	return false;
}

/* Who is told passwords: "NickServ", "Q@CServe.quakenet.org". */
static bool
is_service(const char *name, size_t len)
{
	static const char *const names[] = { "NickServ", "AuthServ", "UserServ",
		"ChanServ", "OperServ", "Q@", "X@" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (text_begins(name, len, names[i]))
			return true;
	}
	return false;
}

/* What begins this is no mechanism of SASL, but what is to be said by it. */
static bool
is_mechanism(const char *word, size_t len)
{
	static const char *const names[] = { "PLAIN", "LOGIN", "EXTERNAL",
		"ANONYMOUS", "OAUTHBEARER", "XOAUTH2", "GSSAPI", "SCRAM-",
		"CRAM-", "DIGEST-", "ECDSA-", "ECDH-" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t n = strlen(names[i]);

		if (text_begins(word, len, names[i]) &&
		    (n == len || names[i][n - 1] == '-'))
			return true;
	}
	return len == 1 && (word[0] == '*' || word[0] == '+');
}

/* How many of n bytes behind the verb are no secret. */
static size_t
open_bytes(const struct asked *a, const char *p, size_t n)
{
	const char *word = a->verb->word, *rest = p;
	size_t left = n, len = 0;
	const char *first;

	if (strcmp(word, "PASS") == 0)
		return 0;
	first = ircline_next(&rest, &left, &len);
	if (first == NULL)
		return n;
	if (strcmp(word, "AUTHENTICATE") == 0)
		return is_mechanism(first, len) ? n : 0;
	if (strcmp(word, "PRIVMSG") == 0 || strcmp(word, "SQUERY") == 0) {
		if (!is_service(first, len))
			return n;
		left -= text_blanks(rest, left);
		rest = p + n - left;
		if (left > 0 && rest[0] == ':') {
			rest++;
			left--;
		}
		first = rest;
		len = text_word(rest, left);
		left -= len;
	}
	return strcmp(word, "OPER") == 0 || begins_password(first, len) ?
	    n - left :
	    n;
}

void
ircask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t at, n, keep;

	w->more = false;
	if (a->hidden)
		return;
	w->silent = true;
	if (a->verb == NULL)
		return;
	/* The table's words are written with one blank between them. */
	at = ircline_at(line, len);
	at += text_word(line + at, len - at);
	if (strncmp(a->verb->word, "CAP ", 4) == 0) {
		at += text_blanks(line + at, len - at);
		at += text_word(line + at, len - at);
	}
	at += text_blanks(line + at, len - at);
	n = len - at;
	a->tag_len = n;
	memcpy(a->tag, line + at, n < TAG_MOST ? n : TAG_MOST);
	if (!ask_register(a, w))
		w->silent = !is_answered(a, w, line + at, n);
	if ((a->flags & VERB_SECRET) == 0)
		return;
	keep = at + open_bytes(a, line + at, n);
	keep += text_blanks(line + keep, len - keep);
	w->secret = keep;
}
