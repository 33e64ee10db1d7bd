/* SPDX-License-Identifier: ISC */
/* sieve.c - ManageSieve: mail filters on a server (RFC 5804).  Floor 4. */
#include <string.h>

#include "literal.h"
#include "proto.h"
#include "text.h"
#include "words.h"

static const struct scheme schemes[] = {
	{ "sieve", 4190, false },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "AUTHENTICATE", "AUTHENTICATE \"mechanism\" [\"base64\"]",
	    "say who you are", "RFC 5804, 2.1", NULL,
	    VERB_CHALLENGE | VERB_SECRET },
	{ "STARTTLS", "STARTTLS", "go on under TLS", "RFC 5804, 2.2", NULL,
	    VERB_UPGRADE },
	{ "LOGOUT", "LOGOUT", "end the session", "RFC 5804, 2.3", NULL,
	    VERB_END },
	{ "CAPABILITY", "CAPABILITY", "what can the server do?",
	    "RFC 5804, 2.4", NULL, 0 },
	{ "HAVESPACE", "HAVESPACE \"name\" octets",
	    "would a script of this size fit?", "RFC 5804, 2.5", NULL, 0 },
	{ "PUTSCRIPT", "PUTSCRIPT \"name\" {octets+}",
	    "store a script, which follows", "RFC 5804, 2.6", NULL, 0 },
	{ "LISTSCRIPTS", "LISTSCRIPTS", "which scripts are there?",
	    "RFC 5804, 2.7", NULL, 0 },
	{ "SETACTIVE", "SETACTIVE \"name\"",
	    "filter with this script; with none for \"\"", "RFC 5804, 2.8",
	    NULL, 0 },
	{ "GETSCRIPT", "GETSCRIPT \"name\"", "fetch a script", "RFC 5804, 2.9",
	    NULL, 0 },
	{ "DELETESCRIPT", "DELETESCRIPT \"name\"", "delete a script",
	    "RFC 5804, 2.10", NULL, 0 },
	{ "RENAMESCRIPT", "RENAMESCRIPT \"old\" \"new\"", "rename a script",
	    "RFC 5804, 2.11", NULL, 0 },
	{ "CHECKSCRIPT", "CHECKSCRIPT {octets+}",
	    "is it a script? It follows, and is not stored", "RFC 5804, 2.12",
	    NULL, 0 },
	{ "NOOP", "NOOP [\"text\"]", "do nothing, but answer", "RFC 5804, 2.13",
	    NULL, 0 },
	{ "UNAUTHENTICATE", "UNAUTHENTICATE", "be nobody again",
	    "RFC 5804, 2.14.1", NULL, 0 },
	{ .word = NULL },
};

/* struct asked's shape: may strings come before the status? */
enum { SHAPE_NONE, SHAPE_STATUS, SHAPE_STRINGS };

/* struct hold's step: octets may stand within such a line. */
enum { LINE_NEW, LINE_STRING, LINE_CHALLENGE, LINE_STATUS };

/* struct hold's flags; only GREETED outlives the reply. */
enum { IN_REPLY = 1 << 0, UNASKED = 1 << 1, GREETED = 1 << 2 };

/* struct hold's left: which of them the line began with. */
enum { WORD_OK, WORD_NO, WORD_BYE, WORDS };
static const char *const words[WORDS] = { "OK", "NO", "BYE" };

static int
status_of(const char *line, size_t len)
{
	size_t n = text_word(line, len);
	int i = 0;

	while (i < WORDS && !text_is(line, n, words[i]))
		i++;
	return i;
}

static bool
is_verb(const struct asked *a, const char *word)
{
	return a->verb != NULL && strcmp(a->verb->word, word) == 0;
}

/* "NO (TRYLATER) ...": RFC 5804, section 1.3. */
static bool
is_later(const char *line, size_t len)
{
	size_t at = text_word(line, len);

	at += text_blanks(line + at, len - at);
	return text_begins(line + at, len - at, "(TRYLATER");
}

static enum reply_class
class_of(int status, const struct asked *a, const char *line, size_t len)
{
	if (status == WORD_OK || (status == WORD_BYE && is_verb(a, "LOGOUT")))
		return CLASS_OK;
	return is_later(line, len) ? CLASS_TRANSIENT : CLASS_PERMANENT;
}

/*
 * The capabilities come unasked behind the handshake (RFC 5804, section 2.2);
 * when nobody waited for them any more, strings where a command has none are
 * these.
 */
static bool
is_unasked(const struct hold *h, const struct asked *a)
{
	return (h->flags & (IN_REPLY | GREETED)) == 0 && !a->greeting &&
	    !a->hidden && a->shape != SHAPE_STRINGS;
}

/* A new line: what it is; LINE_NEW when it is nothing. */
static void
line_begins(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	int status = status_of(line, len);

	h->code = CLASS_OK;
	if (status < WORDS) {
		h->step = LINE_STATUS;
		h->code = (int)class_of(status, a, line, len);
		h->left = (uint64_t)status;
	} else if (len > 0 && (line[0] == '"' || line[0] == '{')) {
		h->step = LINE_STRING;
		if (is_unasked(h, a)) {
			h->flags |= UNASKED;
		} else if (a->hidden || (a->flags & VERB_CHALLENGE) != 0) {
			h->step = LINE_CHALLENGE;
			h->code = CLASS_MORE;
		}
	}
}

static struct judged
sieve_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .aside = (h->flags & UNASKED) != 0 };
	bool begins = h->step == LINE_NEW, now;

	if (begins)
		line_begins(h, a, line, len);
	if (h->step == LINE_NEW) {
		j.more = (h->flags & IN_REPLY) != 0;
		return j;
	}
	j.class = (enum reply_class)h->code;
	j.aside = (h->flags & UNASKED) != 0;
	if (begins && h->step == LINE_STATUS) {
		j.word = line;
		j.word_len = text_word(line, len);
	}
	h->flags |= IN_REPLY;
	j.more = true;
	if (literal_ends(line, len, &j.octets, &now))
		return j;
	j.more = h->step == LINE_STRING;
	j.closes = h->step == LINE_STATUS && h->left == WORD_BYE;
	h->step = LINE_NEW;
	if (!j.more && (a->greeting || j.aside))
		h->flags = GREETED;
	else if (!j.more)
		h->flags &= GREETED;
	return j;
}

/* Where the argument behind the first one begins. */
static size_t
second_argument(const char *line, size_t len)
{
	size_t at = text_blanks(line, len);
	int word;

	for (word = 0; word < 2; word++) {
		at += text_word(line + at, len - at);
		at += text_blanks(line + at, len - at);
	}
	return at;
}

/*
 * The strings of a command may be literals (RFC 5804, section 4).  There is
 * no go-ahead for them, not even where the "+" was forgotten.
 */
static void
sieve_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	static const char *const strings[] = { "CAPABILITY", "LISTSCRIPTS",
		"GETSCRIPT", "AUTHENTICATE" };
	bool first = !w->more, now = false;
	size_t i;

	if (first && !a->hidden)
		a->shape = a->verb == NULL ? SHAPE_STRINGS : SHAPE_STATUS;
	for (i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		if (is_verb(a, strings[i]))
			a->shape = SHAPE_STRINGS;
	}
	w->literal = w->more = literal_ends(line, len, &w->octets, &now);
	if (a->hidden)
		a->flags |= VERB_SECRET;
	if ((a->flags & VERB_SECRET) != 0 && !w->literal)
		w->secret = first ? second_argument(line, len) : 0;
}

static int
sieve_greets(const char *line, size_t len)
{
	if (len > 1 && line[0] == '"' && memchr(line + 1, '"', len - 1) != NULL)
		return 2;
	return status_of(line, len) < WORDS ? 1 : 0;
}

static bool
sieve_agrees(const struct asked *a, const char *line, size_t len)
{
	(void)a;
	return status_of(line, len) == WORD_OK;
}

/* One quoted string; what is read of the line. */
static size_t
unquote(const char *line, size_t len, char *to, size_t size, size_t *n)
{
	size_t at = text_blanks(line, len);

	if (at == len || line[at] != '"')
		return len;
	for (at++; at < len && line[at] != '"'; at++) {
		if (line[at] == '\\' && at + 1 < len)
			at++;
		if (*n < size)
			to[(*n)++] = line[at];
	}
	return at < len ? at + 1 : len;
}

/* "SASL" "PLAIN LOGIN" is kept as SASL PLAIN LOGIN. */
static void
sieve_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	char text[1200];
	size_t n = 0, name, used;

	if (!j->aside && !a->greeting && !is_verb(a, "CAPABILITY"))
		return;
	if (j->first && j->class == CLASS_OK)
		words_clear(w);
	if (len == 0 || line[0] != '"')
		return;
	used = unquote(line, len, text, sizeof text - 1, &n);
	text[n++] = ' ';
	name = n;
	unquote(line + used, len - used, text, sizeof text, &n);
	words_add(w, text, n > name ? n : name - 1);
}

const struct proto proto_sieve = {
	.name = "sieve",
	.title = "ManageSieve: mail filters on a server",
	.marks = true,
	.schemes = schemes,
	.verbs = verbs,
	.judge = sieve_judge,
	.ask = sieve_ask,
	.greets = sieve_greets,
	.agrees = sieve_agrees,
	.learn = sieve_learn,
	.upgrade = "STARTTLS",
	.offer = "STARTTLS",
	.quit = "LOGOUT",
	.regreets = true,
};
