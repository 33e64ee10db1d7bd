/* SPDX-License-Identifier: ISC */
/* mime.c - what a message is made of. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "practice/field.h"
#include "practice/mime.h"
#include "practice/mimecode.h"
#include "text.h"

enum { DEPTH_MOST = 10, PARTS_MOST = 1000, BOUNDARY_MOST = 200 };

bool
mimefield_open(struct mimefield *f, const struct part *part, const char *name)
{
	struct field found;

	memset(f, 0, sizeof *f);
	if (!field_find(part->head, part->head_len, name, &found))
		return false;
	field_unfold(&found, &f->line);
	return true;
}

void
mimefield_close(struct mimefield *f)
{
	buf_free(&f->line);
}

/* What is left of the line, behind blanks and comments. */
static const char *
rest(struct mimefield *f, size_t *n)
{
	const char *p = buf_bytes(&f->line);

	f->at = field_skip(p, f->line.len, f->at);
	*n = f->line.len - f->at;
	return *n == 0 ? "" : p + f->at;
}

bool
mimefield_word(struct mimefield *f, struct buf *to)
{
	size_t n, i = 0;
	const char *p = rest(f, &n);

	while (i < n && (unsigned char)p[i] > ' ' &&
	    strchr("()<>@,;:\\\"/[]?=", p[i]) == NULL)
		i++;
	buf_add(to, p, i);
	f->at += i;
	return i > 0;
}

static bool
sign(struct mimefield *f, char c)
{
	size_t n;
	const char *p = rest(f, &n);

	if (n == 0 || *p != c)
		return false;
	f->at++;
	return true;
}

bool
mimefield_slash(struct mimefield *f)
{
	return sign(f, '/');
}

/* Behind the next ";" that is not quoted. */
static bool
next_param(struct mimefield *f)
{
	const char *p = buf_bytes(&f->line);
	size_t n = f->line.len;

	for (;;) {
		f->at = field_skip(p, n, f->at);
		if (f->at == n)
			return false;
		if (p[f->at] == ';') {
			f->at++;
			return true;
		}
		f->at = p[f->at] == '"' ? field_quoted(p, n, f->at, NULL) :
					  f->at + 1;
	}
}

bool
mimefield_param(struct mimefield *f, struct buf *name, struct buf *text)
{
	while (next_param(f)) {
		size_t n, i = 0;
		const char *p;

		buf_clear(name);
		buf_clear(text);
		if (!mimefield_word(f, name) || !sign(f, '='))
			continue;
		p = rest(f, &n);
		if (n > 0 && *p == '"') {
			f->at += field_quoted(p, n, 0, text);
			return true;
		}
		while (i < n && p[i] != ';' && (unsigned char)p[i] > ' ')
			i++;
		buf_add(text, p, i);
		f->at += i;
		if (i > 0)
			return true;
	}
	return false;
}

static size_t
add_part(struct mime *m, const char *p, size_t n)
{
	struct part *part;

	if (m->count == m->room) {
		m->room = m->room == 0 ? 8 : m->room * 2;
		m->list = xrealloc(m->list, m->room * sizeof *m->list);
	}
	part = &m->list[m->count];
	memset(part, 0, sizeof *part);
	part->head = p;
	part->head_len = field_header(p, n);
	part->body = p + part->head_len;
	part->body_len = n - part->head_len;
	return m->count++;
}

/* 1: this line begins the next part; 2: it is behind the last one. */
static int
delimiter(const char *line, size_t len, const struct buf *boundary)
{
	size_t n = boundary->len;
	int kind = 1;

	if (len < n + 2 || memcmp(line, "--", 2) != 0 ||
	    memcmp(line + 2, buf_bytes(boundary), n) != 0)
		return 0;
	line += n + 2;
	len -= n + 2;
	if (len >= 2 && memcmp(line, "--", 2) == 0) {
		kind = 2;
		line += 2;
		len -= 2;
	}
	return text_blanks(line, len) == len ? kind : 0;
}

static void
add_child(struct mime *m, size_t parent, const char *p, size_t n)
{
	size_t *link = &m->list[parent].child;

	if (m->count >= PARTS_MOST)
		return;
	while (*link != 0)
		link = &m->list[*link].next;
	*link = m->count;
	add_part(m, p, n);
}

/* The line end before a delimiter is the delimiter's. */
static size_t
without_end(const char *p, size_t n)
{
	if (n > 0 && p[n - 1] == '\n')
		n--;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	return n;
}

static void
split(struct mime *m, size_t parent, const struct buf *boundary)
{
	const char *p = m->list[parent].body;
	size_t n = m->list[parent].body_len, at = 0, begin = 0;
	int open = 0;

	while (at < n) {
		size_t line = field_line(p + at, n - at);
		int kind = delimiter(p + at, line, boundary);

		if (kind != 0 && open == 1)
			add_child(m, parent, p + begin,
			    without_end(p + begin, at - begin));
		at += line;
		if (kind != 0) {
			begin = at;
			open = kind;
		}
		if (kind == 2)
			return;
	}
	if (open == 1)
		add_child(m, parent, p + begin, n - begin);
}

static bool
is(const struct buf *b, const char *word)
{
	return text_is(buf_bytes(b), b->len, word);
}

static enum mime_kind
kind_of(const struct buf *type, const struct buf *subtype)
{
	if (is(type, "text"))
		return MIME_TEXT;
	if (is(type, "multipart"))
		return MIME_MULTIPART;
	return is(type, "message") && is(subtype, "rfc822") ? MIME_MESSAGE :
							      MIME_OTHER;
}

/* What it says that it is; false when it says nothing that can be read. */
static bool
read_type(struct part *part, struct buf *boundary)
{
	struct buf type = { 0 }, subtype = { 0 }, name = { 0 }, text = { 0 };
	struct mimefield f;
	bool good;

	good = mimefield_open(&f, part, "Content-Type") &&
	    mimefield_word(&f, &type) && mimefield_slash(&f) &&
	    mimefield_word(&f, &subtype);
	part->kind = kind_of(&type, &subtype);
	while (
	    good && boundary->len == 0 && mimefield_param(&f, &name, &text)) {
		if (is(&name, "boundary"))
			buf_add(boundary, buf_bytes(&text), text.len);
	}
	mimefield_close(&f);
	buf_free(&type);
	buf_free(&subtype);
	buf_free(&name);
	buf_free(&text);
	return good;
}

static bool
is_digest(const struct part *part)
{
	struct buf type = { 0 };
	struct mimefield f;
	bool digest = mimefield_open(&f, part, "Content-Type") &&
	    mimefield_word(&f, &type) && mimefield_slash(&f);

	buf_clear(&type);
	digest = digest && mimefield_word(&f, &type) && is(&type, "digest");
	mimefield_close(&f);
	buf_free(&type);
	return digest;
}

/* Find the parts of the one at `place`; its own silence means `kind`. */
static void
parse(struct mime *m, size_t place, enum mime_kind kind, int depth)
{
	struct part *part = &m->list[place];
	struct buf boundary = { 0 };
	size_t child;

	part->stated = read_type(part, &boundary);
	if (!part->stated)
		part->kind = kind;
	if (part->kind == MIME_MULTIPART && depth < DEPTH_MOST &&
	    boundary.len > 0 && boundary.len <= BOUNDARY_MOST)
		split(m, place, &boundary);
	else if (part->kind == MIME_MESSAGE && depth < DEPTH_MOST)
		add_child(m, place, part->body, part->body_len);
	buf_free(&boundary);
	part = &m->list[place];
	child = part->child;
	if (child == 0 && part->kind != MIME_OTHER && part->kind != MIME_TEXT) {
		part->kind = MIME_TEXT;
		part->stated = false;
	}
	kind = part->kind == MIME_MULTIPART && is_digest(part) ? MIME_MESSAGE :
								 MIME_TEXT;
	for (; child != 0; child = m->list[child].next)
		parse(m, child, kind, depth + 1);
}

void
mime_parse(struct mime *m, const char *p, size_t n)
{
	memset(m, 0, sizeof *m);
	parse(m, add_part(m, p, n), MIME_TEXT, 0);
}

void
mime_free(struct mime *m)
{
	free(m->list);
	memset(m, 0, sizeof *m);
}

const struct part *
mime_at(const struct mime *m, const unsigned *path, size_t n)
{
	const struct part *part = &m->list[0];
	size_t i;
	unsigned k;

	for (i = 0; i < n; i++) {
		/* The parts of a message are those of what it carries. */
		if (i > 0 && part->kind == MIME_MESSAGE)
			part = &m->list[part->child];
		else if (i > 0 && part->kind != MIME_MULTIPART)
			return NULL;
		if (part->kind != MIME_MULTIPART) {
			if (path[i] != 1)
				return NULL;
			continue;
		}
		part = part->child == 0 ? NULL : &m->list[part->child];
		for (k = 1; part != NULL && k < path[i]; k++)
			part = part->next == 0 ? NULL : &m->list[part->next];
		if (part == NULL || path[i] == 0)
			return NULL;
	}
	return part;
}

bool
mime_decode(const struct part *part, struct buf *to)
{
	static const char *const plain[] = { "7bit", "8bit", "binary" };
	struct buf word = { 0 };
	struct mimefield f;
	bool good = true, same, base64, quoted;
	size_t i;

	same = !mimefield_open(&f, part, "Content-Transfer-Encoding") ||
	    !mimefield_word(&f, &word);
	for (i = 0; i < sizeof plain / sizeof *plain; i++)
		same = same || is(&word, plain[i]);
	base64 = is(&word, "base64");
	quoted = is(&word, "quoted-printable");
	if (same)
		buf_add(to, part->body, part->body_len);
	else if (base64)
		good = mimecode_base64(to, part->body, part->body_len);
	else if (quoted)
		mimecode_quoted(to, part->body, part->body_len, false);
	else
		good = false;
	mimefield_close(&f);
	buf_free(&word);
	return good;
}
