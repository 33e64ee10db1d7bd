/* SPDX-License-Identifier: ISC */
/* template.c - text with escapes and variables in it. */
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "template.h"
#include "text.h"
#include "vars.h"

/* How much of what is wrong a sentence shows. */
enum { SHOWN = 40 };

/* One piece of a text. */
struct token {
	enum {
		TOKEN_BYTES,  /* p and len: what it stands for */
		TOKEN_NAME,   /* p and len: of a variable; 0 for ${} */
		TOKEN_BARE,   /* \c */
		TOKEN_ESCAPE, /* p and len: an escape that is none */
		TOKEN_OPEN    /* p and len: "${" and no variable */
	} kind;
	const char *p;
	size_t len;
	char byte; /* that an escape stands for */
};

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* The byte of \xHH, of which n bytes are there; -1 if it is none. */
static int
hex_escape(const char *p, size_t n)
{
	int high, low;

	if (n < 4)
		return -1;
	high = hex_value(p[2]);
	low = hex_value(p[3]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* How long an escape that is none is, for people. */
static size_t
bad_length(const char *p, size_t n)
{
	uint32_t code;
	int len;

	if (n > 1 && p[1] == 'x')
		return n < 4 ? n : 4;
	len = text_utf8(p + 1, n - 1, &code);
	return len > 0 ? 1 + (size_t)len : n < 2 ? n : 2;
}

/* Read the escape that n bytes begin with; returns its length. */
static size_t
escape_token(const char *p, size_t n, struct token *t)
{
	static const char names[] = "\\$rnt", bytes[] = "\\$\r\n\t";
	const char *at = n < 2 || p[1] == '\0' ? NULL : strchr(names, p[1]);
	int byte = n > 1 && p[1] == 'x' ? hex_escape(p, n) : -1;

	t->kind = TOKEN_BYTES;
	t->p = &t->byte;
	t->len = 1;
	if (at != NULL) {
		t->byte = bytes[at - names];
		return 2;
	}
	if (byte >= 0) {
		t->byte = (char)byte;
		return 4;
	}
	if (n == 2 && p[1] == 'c') {
		t->kind = TOKEN_BARE;
		return 2;
	}
	t->kind = TOKEN_ESCAPE;
	t->p = p;
	t->len = bad_length(p, n);
	return t->len;
}

/* The same of a variable; "${" stands there. */
static size_t
name_token(const char *p, size_t n, struct token *t)
{
	const char *close = memchr(p, '}', n);
	size_t whole = close == NULL ? n : (size_t)(close - p) + 1;

	if (close == NULL || (whole > 3 && !vars_name(p + 2, whole - 3))) {
		t->kind = TOKEN_OPEN;
		t->p = p;
		t->len = whole;
		return whole;
	}
	t->kind = TOKEN_NAME;
	t->p = p + 2;
	t->len = whole - 3;
	return whole;
}

/* The first of n > 0 bytes' tokens; returns how many bytes it takes. */
static size_t
token(const char *p, size_t n, bool variables, struct token *t)
{
	size_t i;

	if (p[0] == '\\')
		return escape_token(p, n, t);
	if (variables && n > 1 && p[0] == '$' && p[1] == '{')
		return name_token(p, n, t);
	for (i = 1; i < n && p[i] != '\\' && p[i] != '$'; i++)
		;
	t->kind = TOKEN_BYTES;
	t->p = p;
	t->len = i;
	return i;
}

/* Why a token is none; -1. */
static int
refuse(const struct token *t, struct fail *f)
{
	struct buf quoted = { 0 };
	const char *why = "is not an escape (they are \\\\ \\$ \\r \\n \\t "
			  "\\xHH, and \\c at the end)";

	if (t->len == 2 && t->p[0] == '\\' && t->p[1] == 'c')
		why = "stands at the end of a text only";
	if (t->kind == TOKEN_OPEN && t->p[t->len - 1] != '}')
		why = "has no \"}\" (\"\\${\" is no variable)";
	else if (t->kind == TOKEN_OPEN)
		why = "is not a variable: names are of letters, digits, \"_\" "
		      "and \":\", 64 at most (\"\\${\" is no variable)";
	text_quote(&quoted, t->p, t->len, SHOWN);
	buf_add(&quoted, "", 1);
	fail_set(f, STATUS_USAGE, "\"%s\" %s", buf_bytes(&quoted), why);
	buf_free(&quoted);
	return -1;
}

int
template_check(const char *text, size_t len, bool variables, struct fail *f)
{
	struct token t;
	size_t at;

	for (at = 0; at < len;) {
		at += token(text + at, len - at, variables, &t);
		if (t.kind == TOKEN_ESCAPE || t.kind == TOKEN_OPEN)
			return refuse(&t, f);
	}
	return 0;
}

void
template_names(const char *text, size_t len, template_each *each, void *arg)
{
	struct token t;
	size_t at;

	for (at = 0; at < len;) {
		at += token(text + at, len - at, true, &t);
		if (t.kind == TOKEN_NAME)
			each(arg, t.p, t.len);
	}
}

int
template_unset(const struct expanded *x, struct fail *f)
{
	return fail_set(f, STATUS_USAGE, "the variable ${%.*s} has no value",
	    (int)x->unset_len, x->unset);
}

int
template_expand(const struct vars *v, const char *text, size_t len,
    struct buf *to, struct expanded *x)
{
	size_t before = to->len;
	bool secret = false;
	struct token t;
	size_t at;

	x->bare = false;
	for (at = 0; at < len;) {
		const struct var *var = NULL;

		at += token(text + at, len - at, true, &t);
		if (t.kind == TOKEN_NAME &&
		    (var = vars_get(v, t.p, t.len)) == NULL) {
			x->unset = t.p;
			x->unset_len = t.len;
			to->len = before;
			return -1;
		}
		if (var != NULL && var->secret && !secret) {
			secret = true;
			x->open = to->len - before;
		}
		if (t.kind == TOKEN_BARE)
			x->bare = true;
		else if (var != NULL)
			buf_add(to, var->value, var->len);
		else
			buf_add(to, t.p, t.len);
	}
	if (!secret)
		x->open = to->len - before;
	return 0;
}

bool
template_unescape(const char *text, size_t len, struct buf *to)
{
	bool bare = false;
	struct token t;
	size_t at;

	for (at = 0; at < len;) {
		at += token(text + at, len - at, false, &t);
		if (t.kind == TOKEN_BARE)
			bare = true;
		else
			buf_add(to, t.p, t.len);
	}
	return !bare;
}

/* One byte by its name, if it has one. */
static void
escape_byte(struct buf *to, unsigned char c)
{
	static const char bytes[] = "\\$\r\n\t", names[] = "\\$rnt";
	const char *at = c == '\0' ? NULL : strchr(bytes, c);

	if (at != NULL)
		buf_addf(to, "\\%c", names[at - bytes]);
	else
		buf_addf(to, "\\x%02x", c);
}

/*
 * A blank at either end would not be seen, and may be taken off; all others
 * stand as they are if they are harmless.
 */
static void
escape(struct buf *to, const char *p, size_t n, const char *special)
{
	size_t i = 0;

	while (i < n) {
		uint32_t code;
		int len = text_utf8(p + i, n - i, &code);
		bool edge = p[i] == ' ' && (i == 0 || i + 1 == n);

		if (len <= 0 || edge || !text_harmless(code) || code == '\t' ||
		    (len == 1 && strchr(special, p[i]) != NULL)) {
			escape_byte(to, (unsigned char)p[i]);
			i++;
		} else {
			buf_add(to, p + i, (size_t)len);
			i += (size_t)len;
		}
	}
}

/* Every "$" is escaped, since a "{" may be appended behind it. */
void
template_escape(struct buf *to, const char *p, size_t n)
{
	escape(to, p, n, "\\$");
}

void
template_escape_plain(struct buf *to, const char *p, size_t n)
{
	escape(to, p, n, "\\");
}

/* A text on its way along a line. */
struct match {
	const struct vars *vars;
	struct vars caught; /* what was taken here */
	const char *text;
	size_t len, at;
	const char *line;
	size_t line_len, line_at;
	bool any;             /* some bytes from line_at on are taken ... */
	const char *any_name; /* ... by this variable */
	size_t any_len;
	struct buf literal; /* what must stand behind them */
};

static const struct var *
known(const struct match *m, const struct token *t)
{
	const struct var *var = vars_get(m->vars, t->p, t->len);

	return var != NULL ? var : vars_get(&m->caught, t->p, t->len);
}

/*
 * Gather what must stand up to the next variable that takes any bytes, and
 * stop before it.  False at the end of the text.  What is longer than the
 * line is not gathered.
 */
static bool
gather(struct match *m, struct token *t)
{
	buf_clear(&m->literal);
	while (m->at < m->len && m->literal.len <= m->line_len) {
		const struct var *var = NULL;

		size_t n = token(m->text + m->at, m->len - m->at, true, t);

		if (t->kind == TOKEN_NAME && (var = known(m, t)) == NULL)
			return true;
		m->at += n;
		if (var != NULL)
			buf_add(&m->literal, var->value, var->len);
		else if (t->kind != TOKEN_BARE)
			buf_add(&m->literal, t->p, t->len);
	}
	return false;
}

/* Where the literal stands in the rest of the line; false: nowhere. */
static bool
place(const struct match *m, bool last, size_t *at)
{
	const char *rest = m->line + m->line_at;
	const char *literal = buf_bytes(&m->literal);
	size_t left = m->line_len - m->line_at, n = m->literal.len;

	*at = m->line_at;
	if (n > left || (last && !m->any && n < left))
		return false;
	if (n > 0 && m->any && !last) {
		const char *found = memmem(rest, left, literal, n);

		if (found != NULL)
			*at += (size_t)(found - rest);
		return found != NULL;
	}
	if (last)
		*at = m->line_len - n;
	return n == 0 || memcmp(m->line + *at, literal, n) == 0;
}

static void
take(struct match *m, size_t upto)
{
	if (m->any && m->any_len > 0)
		vars_set(&m->caught, m->any_name, m->any_len,
		    m->line + m->line_at, upto - m->line_at);
	m->line_at = upto + m->literal.len;
}

/* The variable that comes next takes any bytes, unless it is the one that took
 * the last ones: then it is set by now. */
static void
pass_name(struct match *m, const struct token *t)
{
	m->any = known(m, t) == NULL;
	m->any_name = t->p;
	m->any_len = t->len;
	if (m->any)
		m->at += strlen("${}") + t->len;
}

static bool
run(struct match *m)
{
	bool more = true;

	while (more) {
		struct token t = { 0 };
		size_t at;

		more = gather(m, &t);
		if (!place(m, !more, &at))
			return false;
		take(m, at);
		if (more)
			pass_name(m, &t);
	}
	return true;
}

bool
template_fits(struct vars *v, const char *text, size_t len, const char *line,
    size_t line_len)
{
	struct match m = {
		.vars = v,
		.text = text,
		.len = len,
		.line = line_len == 0 ? "" : line,
		.line_len = line_len,
	};
	bool fits = run(&m);

	if (fits)
		vars_copy(v, &m.caught);
	vars_free(&m.caught);
	buf_free(&m.literal);
	return fits;
}
