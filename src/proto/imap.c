/* SPDX-License-Identifier: ISC */
/* imap.c - Internet Message Access Protocol (RFC 9051, RFC 3501).  Floor 4. */
#include <string.h>

#include "buf.h"
#include "imapverbs.h"
#include "literal.h"
#include "proto.h"
#include "text.h"
#include "words.h"

static const struct scheme schemes[] = {
	{ "imap", 143, false },
	{ "imaps", 993, true },
	{ NULL, 0, false },
};

/* What `shape` says of a command: nobody can answer it by its tag. */
enum { SHAPE_FINE, SHAPE_NO_TAG };

/* Lines longer than this are refused by some (RFC 2683, 3.2.1.5). */
enum { LINE_FAIR = 1000 };

/* Where in a reply we are: hold.step. */
enum { STEP_FIRST, STEP_BEHIND_LITERAL };

/* The next word: its length; *at is moved to where it begins. */
static size_t
word_from(const char *line, size_t len, size_t *at)
{
	*at += text_blanks(line + *at, len - *at);
	return text_word(line + *at, len - *at);
}

/* Is this word a command, or the first of two? */
static bool
is_verb(const char *p, size_t n)
{
	const struct verb *v;

	for (v = imap_verbs; v->word != NULL; v++) {
		if (text_is(p, n, v->word))
			return true;
	}
	return false;
}

/*
 * Behind the tag.  A verb alone at the beginning is one whose tag was
 * forgotten; two of them are a tag that looks like a verb, but for "UID".
 */
static size_t
imap_verb_at(const char *line, size_t len)
{
	size_t first = 0, second;
	size_t n = word_from(line, len, &first);
	size_t m;

	second = first + n;
	m = word_from(line, len, &second);
	if (second == first + n || text_is(line + first, n, "UID"))
		return first;
	return is_verb(line + first, n) && !is_verb(line + second, m) ? first :
									second;
}

/*
 * The end of one argument at `at`: an atom, a quoted string (RFC 9051, 4.3;
 * one that never ends goes to the end of the line).
 */
static size_t
argument_end(const char *line, size_t len, size_t at)
{
	if (at == len || line[at] != '"')
		return at + text_word(line + at, len - at);
	for (at++; at < len && line[at] != '"'; at++) {
		if (line[at] == '\\' && at + 1 < len)
			at++;
	}
	return at < len ? at + 1 : len;
}

/* Does a quoted string begin in this line and never end? */
static bool
quote_is_open(const char *line, size_t len)
{
	bool open = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (open && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			open = !open;
	}
	return open;
}

/* Where the secret begins in a line whose verb is at `at`; len: nowhere. */
static size_t
secret_from(const char *line, size_t len, size_t at)
{
	size_t n = text_word(line + at, len - at);

	if (!text_is(line + at, n, "LOGIN") &&
	    !text_is(line + at, n, "AUTHENTICATE"))
		return len;
	at += n;
	at += text_blanks(line + at, len - at);
	/* The user's name, or the mechanism, is none. */
	at = argument_end(line, len, at);
	return at + text_blanks(line + at, len - at);
}

/* The smaller one of both ways to read it: with a tag, and without. */
static size_t
secret_at(const char *line, size_t len)
{
	size_t with = secret_from(line, len, imap_verb_at(line, len));
	size_t without = secret_from(line, len, text_blanks(line, len));

	return with < without ? with : without;
}

/* The first word is the tag, whatever the user meant by it. */
static void
ask_tag(struct asked *a, const char *line, size_t len)
{
	size_t n = text_word(line, len);
	size_t i;

	a->size = len;
	a->tag_len = n;
	memcpy(a->tag, line, n < TAG_MOST ? n : TAG_MOST);
	for (i = 0; i < n; i++) {
		if (strchr("(){%*\"\\+", line[i]) != NULL ||
		    (unsigned char)line[i] >= 0x7f)
			a->shape = SHAPE_NO_TAG;
	}
	if (n == 0)
		a->shape = SHAPE_NO_TAG;
}

/* Where "{10}" begins at the end of a line that has it there. */
static size_t
announced_at(const char *line, size_t len)
{
	size_t at = len - 1;

	while (line[at] != '{')
		at--;
	return at;
}

static void
imap_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	bool goes_on = w->more;
	bool now = false;

	w->more = false;
	if (!goes_on) {
		ask_tag(a, line, len);
		/* Some answer an empty line, and some do not. */
		w->silent = text_blanks(line, len) == len;
		w->secret = secret_at(line, len);
	} else if ((a->flags & VERB_SECRET) != 0) {
		w->secret = text_blanks(line, len);
	}
	w->literal = literal_ends(line, len, &w->octets, &now) &&
	    !quote_is_open(line, len);
	if (!w->literal)
		return;
	/* Behind the octets, the line goes on or ends. */
	w->more = true;
	w->wait = !now;
	/* "{10}" tells nothing of the secret that follows it. */
	if (w->secret == announced_at(line, len))
		w->secret = len;
}

/* Response codes of refusals that another day may not see (RFC 5530). */
static bool
is_transient(const char *text, size_t len)
{
	static const char *const codes[] = { "[UNAVAILABLE", "[INUSE", "[LIMIT",
		"[SERVERBUG", "[EXPUNGEISSUED" };
	size_t i;

	for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		size_t n = strlen(codes[i]);

		if (text_begins(text, len, codes[i]) && n < len &&
		    (text[n] == ']' || text[n] == ' '))
			return true;
	}
	return false;
}

/* The status that stands at `at`: "OK text"; CLASS_NONE if none does. */
static void
judge_status(struct judged *j, const char *line, size_t len, size_t at)
{
	static const struct {
		const char *word;
		enum reply_class class;
		bool tagged; /* may stand behind a tag */
	} rows[] = {
		{ "OK", CLASS_OK, true },
		{ "NO", CLASS_PERMANENT, true },
		{ "BAD", CLASS_PERMANENT, true },
		{ "PREAUTH", CLASS_OK, false },
		{ "BYE", CLASS_PERMANENT, false },
	};
	size_t n = text_word(line + at, len - at);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if ((j->tag == NULL || rows[i].tagged) &&
		    text_is(line + at, n, rows[i].word)) {
			j->class = rows[i].class;
			j->word = line + at;
			j->word_len = n;
		}
	}
	at += n;
	at += text_blanks(line + at, len - at);
	if (j->class == CLASS_PERMANENT && is_transient(line + at, len - at))
		j->class = CLASS_TRANSIENT;
}

/* Octets behind an untagged line: the reply goes on behind them. */
static void
judge_literal(struct judged *j, struct hold *h, const char *line, size_t len)
{
	bool now;

	h->step = STEP_FIRST;
	/*
	 * A quoted string ends in its own line, thus a line that ends in "}"
	 * does not end in one.
	 */
	if (literal_ends(line, len, &j->octets, &now)) {
		j->more = true;
		h->step = STEP_BEHIND_LITERAL;
	}
}

/* "* OK text", "* BYE text", "* BAD text": they have no literals. */
static void
judge_untagged_status(struct judged *j, const struct asked *a)
{
	const char *word = j->word;
	size_t n = j->word_len;

	if (text_is(word, n, "BYE")) {
		j->closes = true;
		/* What LOGOUT asked for; else the answer to whatever was. */
		if (a->verb != NULL && (a->flags & VERB_END) != 0) {
			j->class = CLASS_OK;
			j->aside = true;
		}
	} else if (text_is(word, n, "BAD")) {
		/* RFC 9051, 7.1.3: the command cannot be told. */
		j->aside = a->greeting ||
		    (a->shape != SHAPE_NO_TAG && a->size <= LINE_FAIR);
	} else {
		j->aside = !a->greeting || text_is(word, n, "NO");
	}
}

static struct judged
imap_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = CLASS_NONE };
	size_t n = text_word(line, len);
	size_t at = n + text_blanks(line + n, len - n);

	if (h->step == STEP_BEHIND_LITERAL) {
		j.aside = true;
		judge_literal(&j, h, line, len);
	} else if (n == 1 && line[0] == '+') {
		j.class = CLASS_MORE;
		j.word = line;
		j.word_len = 1;
	} else if (n == 1 && line[0] == '*' && at < len) {
		judge_status(&j, line, len, at);
		if (j.class != CLASS_NONE) {
			judge_untagged_status(&j, a);
		} else {
			j.aside = true;
			judge_literal(&j, h, line, len);
		}
	} else if (n > 0) {
		j.tag = line;
		j.tag_len = n;
		judge_status(&j, line, len, at);
	}
	return j;
}

/* "* OK" is said by nobody else. */
static int
imap_greets(const char *line, size_t len)
{
	size_t n;

	if (!text_begins(line, len, "* "))
		return 0;
	n = text_word(line + 2, len - 2);
	if (text_is(line + 2, n, "OK") || text_is(line + 2, n, "PREAUTH"))
		return 2;
	return text_is(line + 2, n, "BYE") ? 1 : 0;
}

/* The OK with the tag of that very command. */
static bool
imap_agrees(const struct asked *a, const char *line, size_t len)
{
	size_t n = a->tag_len;

	return n > 0 && text_word(line, len) == n &&
	    memcmp(line, a->tag, n < TAG_MOST ? n : TAG_MOST) == 0 &&
	    len > n + 1 && line[n] == ' ' &&
	    text_is(line + n + 1, text_word(line + n + 1, len - n - 1), "OK");
}

/* "* CAPABILITY a b", and "OK [CAPABILITY a b] text". */
static void
imap_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	static const char code[] = "[CAPABILITY ";
	static const char reply[] = "* CAPABILITY ";
	const char *end;

	(void)a;
	if (!j->first)
		return;
	if (j->class == CLASS_OK && j->word != NULL) {
		size_t at = (size_t)(j->word - line) + j->word_len;

		at += text_blanks(line + at, len - at);
		if (!text_begins(line + at, len - at, code))
			return;
		line += at + sizeof code - 1;
		len -= at + sizeof code - 1;
		end = memchr(line, ']', len);
		if (end == NULL)
			return;
		len = (size_t)(end - line);
	} else if (text_begins(line, len, reply)) {
		line += sizeof reply - 1;
		len -= sizeof reply - 1;
	} else {
		return;
	}
	words_clear(w);
	words_add_each(w, line, len);
}

/* What the code in brackets means. */
static bool
imap_remark(const struct asked *a, const char *line, size_t len, struct buf *to)
{
	static const struct {
		const char *code, *text;
	} rows[] = {
		{ "ALERT", "the server wants this to be read" },
		{ "ALREADYEXISTS", "that name is taken" },
		{ "AUTHENTICATIONFAILED", "wrong name or password" },
		{ "AUTHORIZATIONFAILED", "you may not be that user" },
		{ "CANNOT", "this server never does that" },
		{ "CONTACTADMIN", "only its keepers can help" },
		{ "EXPIRED", "the password is too old" },
		{ "EXPUNGEISSUED", "messages were removed: NOOP tells which" },
		{ "INUSE", "somebody else is at it: try again later" },
		{ "LIMIT", "too many or too large: a limit was reached" },
		{ "NONEXISTENT", "there is no such thing" },
		{ "NOPERM", "you may not do that" },
		{ "OVERQUOTA", "no room is left" },
		{ "PRIVACYREQUIRED", "not without TLS" },
		{ "READ-ONLY", "nothing can be changed in this mailbox" },
		{ "SERVERBUG", "a fault of the server" },
		{ "TRYCREATE", "no such mailbox: CREATE makes it" },
		{ "UNAVAILABLE", "try again later" },
	};
	size_t at = text_word(line, len);
	size_t n = 0, i;

	(void)a;
	/* Behind the tag and the status. */
	at += text_blanks(line + at, len - at);
	at += text_word(line + at, len - at);
	at += text_blanks(line + at, len - at);
	if (at == len || line[at++] != '[')
		return false;
	while (at + n < len && line[at + n] != ']' && line[at + n] != ' ')
		n++;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (text_is(line + at, n, rows[i].code)) {
			buf_adds(to, rows[i].text);
			return true;
		}
	}
	return false;
}

const struct proto proto_imap = {
	.name = "imap",
	.title = "Internet Message Access Protocol",
	.marks = true,
	.schemes = schemes,
	.verbs = imap_verbs,
	.judge = imap_judge,
	.ask = imap_ask,
	.greets = imap_greets,
	.agrees = imap_agrees,
	.verb_at = imap_verb_at,
	.learn = imap_learn,
	.remark = imap_remark,
	.hello = "telex1 CAPABILITY",
	.upgrade = "telex2 STARTTLS",
	.offer = "STARTTLS",
	.quit = "telex3 LOGOUT",
	.tagged = true,
	.stars = true,
};
