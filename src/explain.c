/* SPDX-License-Identifier: ISC */
/* explain.c - the tables of codes, read for one reply or one word. */
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "explain.h"
#include "explain/codes.h"
#include "explain/found.h"
#include "explain/sofar.h"
#include "proto.h"
#include "text.h"

const struct verb explain_greeting = { .word = ON_GREETING };
const struct verb explain_message = { .word = ON_MESSAGE };
static const struct verb answer = { .word = ON_ANSWER };

/* Where the text of a line begins, and where its source, if there is room. */
enum { TEXT_AT = 11, SOURCE_AT = 55 };

static const struct codes *const tables[] = { &codes_smtp, &codes_pop3,
	&codes_imap, &codes_sieve, &codes_nntp, &codes_ftp, &codes_http,
	&codes_irc, &codes_dict };

enum { TABLES = sizeof tables / sizeof tables[0] };

/* What is explained, line by line. */
struct page {
	struct buf *to;
	size_t begin; /* of the line that is made */
	int lines;
};

static const struct codes *
table_of(const struct proto *p)
{
	size_t i, k;

	for (i = 0; p != NULL && i < TABLES; i++) {
		const char *const *names = tables[i]->protos;

		for (k = 0; k < 3 && names[k] != NULL; k++) {
			if (strcmp(names[k], p->name) == 0)
				return tables[i];
		}
	}
	return NULL;
}

static void
pad(struct page *page, size_t column)
{
	while (page->to->len - page->begin < column)
		buf_adds(page->to, " ");
}

/* A line begins, with a code or without one; its text is to follow. */
static void
line_begin(struct page *page, const char *word, size_t len)
{
	page->begin = page->to->len;
	buf_adds(page->to, "    ");
	buf_add(page->to, word, len);
	if (len > 0)
		buf_adds(page->to, " ");
	pad(page, TEXT_AT);
}

/* It ends, with its source if that is known and fits. */
static void
line_end(struct page *page, const char *source)
{
	size_t used = page->to->len - page->begin;
	size_t at = used + 2 > SOURCE_AT ? used + 2 : SOURCE_AT;

	if (source != NULL && at + strlen(source) + 2 <= EXPLAIN_COLUMNS) {
		pad(page, at);
		buf_addf(page->to, "(%s)", source);
	}
	buf_adds(page->to, "\n");
	page->lines++;
}

/* Digits that no table has: what each of them says by itself. */
static bool
put_theory(struct page *page, const struct codes *table, const char *word,
    size_t len)
{
	const struct code_theory *t = table == NULL ? NULL : table->theory;
	/* The subject of an enhanced code may have more digits than one. */
	bool dotted = len > 3 && word[1] == '.';
	char subject = !dotted ? word[1] : word[3] == '.' ? word[2] : '9';
	const char *first, *second;

	if (t == NULL || len < 3 || word[0] < '0' || word[0] > '9')
		return false;
	first = t->first[word[0] - '0'];
	second = t->second[subject - '0'];
	if (first == NULL)
		return false;
	line_begin(page, word, len);
	buf_addf(page->to, "%s%s%s", first, second == NULL ? "" : "; about ",
	    second == NULL ? "" : second);
	line_end(page, t->rfc);
	return true;
}

/* One line about a code; false if the table does not have it. */
static bool
put_code(struct page *page, const struct codes *table, const char *word,
    size_t len)
{
	const struct code *c = found_code(table, word, len);

	if (c == NULL)
		return false;
	line_begin(page, word, len);
	buf_adds(page->to, c->text);
	line_end(page, c->rfc);
	return true;
}

/* ... about "5.7.1"; what may pass is not told as what will not. */
static bool
put_enhanced(struct page *page, const char *word, size_t len)
{
	return put_code(page, &codes_passing, word, len) ||
	    put_code(page, &codes_enhanced, word, len) ||
	    put_theory(page, &codes_enhanced, word, len);
}

/* Is this row for what was said? */
static bool
is_on(const char *on, const struct explained_line *r)
{
	const struct verb *verb = r->verb;

	/* No verb, but the one before it has been answered by a challenge. */
	if (verb == NULL && r->sofar != NULL && r->sofar->trying != NULL)
		verb = &answer;
	return on == NULL ||
	    (verb != NULL && sofar_lists(on, verb->word, strlen(verb->word)));
}

/* Does the session stand where a row is for? */
static bool
is_when(const char *when, const struct explained_line *r)
{
	static const struct sofar nothing = { .trying = NULL };

	return sofar_is(r->sofar == NULL ? &nothing : r->sofar, r->proto,
	    r->offers, when);
}

/* The one line about a code that means something of its own here; false if
 * there is none. */
static bool
put_as(struct page *page, const struct codes *table, const struct found *f,
    const struct explained_line *r)
{
	const struct code_as *a = table->as;

	for (; a != NULL && a->word != NULL; a++) {
		if (!text_is(f->word, f->len, a->word) || !is_on(a->on, r) ||
		    !is_when(a->when, r))
			continue;
		line_begin(page, f->word, f->len);
		buf_adds(page->to, a->text);
		line_end(page, a->rfc);
		return true;
	}
	return false;
}

/* The text of a row, for those who have the key that it begins with. */
static const char *
text_of(const struct code_more *m, bool keyless)
{
	const char *rest =
	    keyless && m->text[0] == '^' ? strstr(m->text, ", ") : NULL;

	return rest == NULL ? m->text : rest + 2;
}

static void
put_more(struct page *page, const struct codes *table, const struct found *f,
    const struct explained_line *r)
{
	const struct code_more *m = table->more;

	for (; m != NULL && m->word != NULL; m++) {
		if (!text_is(f->word, f->len, m->word) || !is_on(m->on, r))
			continue;
		line_begin(page, "", 0);
		buf_adds(page->to, text_of(m, r->keyless));
		line_end(page, NULL);
		return;
	}
}

/* The text that base64 means, within one line. */
static void
put_plain(struct page *page, const char *p, size_t n)
{
	size_t most = EXPLAIN_COLUMNS - TEXT_AT - strlen("that is \"...\"");
	struct buf shown = { 0 };

	line_begin(page, "", 0);
	if (found_is_text(p, n)) {
		text_quote(&shown, p, n, most);
		buf_addf(page->to, "that is \"%.*s\"", (int)shown.len,
		    buf_bytes(&shown));
	} else {
		buf_addf(page->to, "that is no text, but %zu octets", n);
	}
	line_end(page, NULL);
	buf_free(&shown);
}

/* A challenge as people read it; the first may well be empty. */
static void
put_challenge(struct page *page, const struct found *f, bool first)
{
	struct buf plain = { 0 };

	if (f->challenge_len == 0 && first) {
		line_begin(page, "", 0);
		buf_adds(page->to,
		    "your first word is awaited; PLAIN: NUL name NUL password");
		line_end(page, "RFC 4616");
	}
	if (f->challenge_len == 0)
		return;
	if (text_unbase64(&plain, f->challenge, f->challenge_len) == 0)
		put_plain(page, buf_bytes(&plain), plain.len);
	buf_free(&plain);
}

static const struct verb *
verb_named(const struct proto *p, const char *word)
{
	const struct verb *v = p->verbs;

	for (; v != NULL && v->word != NULL; v++) {
		if (strcmp(v->word, word) == 0)
			return v;
	}
	return NULL;
}

/* What a row leads to: a verb, or the one that was said; NULL: it does not
 * fit this reply. */
static const struct verb *
next_of(const struct code_next *n, const struct found *f,
    const struct explained_line *r)
{
	const struct verb *said =
	    r->verb != NULL && r->verb->syntax != NULL ? r->verb : NULL;

	if (!text_is(f->word, f->len, n->word) &&
	    !text_is(f->extra, f->extra_len, n->word))
		return NULL;
	if (!is_on(n->on, r) ||
	    (n->says != NULL && !text_says(f->line, f->line_len, n->says)) ||
	    !is_when(n->when, r))
		return NULL;
	return n->verb[0] == '\0' ? said : verb_named(r->proto, n->verb);
}

/* What usually comes next, as the table of verbs has it. */
static void
put_next(struct page *page, const struct codes *table, const struct found *f,
    const struct explained_line *r)
{
	const struct code_next *n = table->next;
	const struct verb *then = NULL;

	for (; n != NULL && n->verb != NULL; n++) {
		then = next_of(n, f, r);
		if (then != NULL)
			break;
	}
	if (then == NULL || page->lines == EXPLAIN_LINES)
		return;
	line_begin(page, "", 0);
	buf_addf(page->to, "%s: %s%s", n->verb[0] == '\0' ? "form" : "next",
	    r->proto->tagged ? "TAG " : "", then->syntax);
	line_end(page, then->rfc);
}

bool
explain_reply(const struct explained_line *r, struct buf *to)
{
	struct page page = { .to = to };
	const struct codes *table = table_of(r->proto);
	bool as, why = false;
	struct found f;

	if (table == NULL || !found_line(&f, table, r->line, r->len))
		return false;
	as = put_as(&page, table, &f, r);
	if (!as && !put_code(&page, table, f.word, f.len) &&
	    !put_theory(&page, table, f.word, f.len))
		return false;
	if (f.enhanced)
		put_enhanced(&page, f.extra, f.extra_len);
	else if (f.extra_len > 0)
		why = put_code(&page, table, f.extra, f.extra_len) &&
		    text_is(f.word, f.len, "NO");
	if (explain_challenges(r->proto, r->verb, r->line, r->len))
		put_challenge(&page, &f,
		    r->sofar == NULL || r->sofar->trying == NULL);
	/* What a NO usually means is nothing new to who was told why. */
	if (!as && !why)
		put_more(&page, table, &f, r);
	put_next(&page, table, &f, r);
	return true;
}

void
explain_follow(struct sofar *s, const struct explained_line *r, bool ok,
    bool more)
{
	const struct codes *table = table_of(r->proto);
	struct found f;

	if (r->verb == &explain_greeting) {
		memset(s, 0, sizeof *s);
		s->turned_away = !ok;
	} else {
		sofar_reply(s, r->proto, r->verb,
		    more   ? SOFAR_GOES_ON :
			ok ? SOFAR_ACCEPTED :
			     SOFAR_REFUSED);
	}
	if (table != NULL && found_line(&f, table, r->line, r->len))
		sofar_mark(s, r->proto, table, r->verb, &f);
}

bool
explain_challenges(const struct proto *p, const struct verb *verb,
    const char *line, size_t len)
{
	const struct codes *table = table_of(p);
	struct found f;

	if (table == NULL || !found_line(&f, table, line, len) ||
	    f.challenge == NULL ||
	    (verb != NULL && (verb->flags & VERB_CHALLENGE) == 0))
		return false;
	/* With nothing in it, it is told by the command and the code. */
	return f.challenge_len > 0 ||
	    (verb != NULL && found_code(table, f.word, f.len) != NULL);
}

bool
explain_asks_user(const struct proto *p, const struct verb *verb,
    const char *line, size_t len)
{
	static const char user[] = "user";
	struct buf plain = { 0 };
	struct found f;
	bool does;

	if (!explain_challenges(p, verb, line, len))
		return false;
	found_line(&f, table_of(p), line, len);
	does = text_unbase64(&plain, f.challenge, f.challenge_len) == 0 &&
	    plain.len >= strlen(user) &&
	    strncasecmp(buf_bytes(&plain), user, strlen(user)) == 0;
	buf_free(&plain);
	return does;
}

/* A line for "DATA|BDAT", or for anything. */
static void
put_on(struct page *page, const char *on, const char *text)
{
	line_begin(page, "", 0);
	while (on != NULL && *on != '\0') {
		size_t n = strcspn(on, "|");

		buf_add(page->to, on, n);
		on += n;
		buf_adds(page->to, *on == '|' ? ", " : ": ");
		on += *on == '|';
	}
	buf_adds(page->to, text);
	line_end(page, NULL);
}

/* All that a table says of one of its codes. */
static bool
put_all(struct page *page, const struct codes *table, const char *word,
    size_t len)
{
	const struct code_more *m = table->more;
	const struct code_as *a = table->as;

	if (!put_code(page, table, word, len))
		return false;
	for (; a != NULL && a->word != NULL; a++) {
		if (text_is(word, len, a->word))
			put_on(page, a->on, a->text);
	}
	for (; m != NULL && m->word != NULL; m++) {
		if (text_is(word, len, m->word))
			put_on(page, m->on, m->text);
	}
	return true;
}

/* The same under the table's title, in the midst of others. */
static void
put_titled(struct page *page, const struct codes *table, const char *word,
    size_t len)
{
	if (found_code(table, word, len) == NULL)
		return;
	buf_addf(page->to, "%s:\n", table->title);
	page->lines++;
	put_all(page, table, word, len);
}

bool
explain_word(const struct proto *p, const char *word, struct buf *to)
{
	const struct codes *own = table_of(p);
	size_t len = strlen(word);
	struct page page = { .to = to };
	size_t i;

	if (len > 1 && (word[0] == '[' || word[0] == '(')) {
		word++;
		len = strcspn(word, "])");
	}
	if (found_is_enhanced(word, len))
		return put_enhanced(&page, word, len);
	if (own != NULL && put_all(&page, own, word, len))
		return true;
	for (i = 0; i < TABLES; i++)
		put_titled(&page, tables[i], word, len);
	if (page.lines == 0 && len > 0 && found_digits(word, len) == len)
		put_theory(&page, own == NULL ? &codes_smtp : own, word, len);
	return page.lines > 0;
}
