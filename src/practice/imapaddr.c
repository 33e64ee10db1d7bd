/* SPDX-License-Identifier: ISC */
/* imapaddr.c - mailboxes and groups (RFC 5322, section 3.4). */
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "practice/field.h"
#include "practice/imapaddr.h"
#include "practice/imapsay.h"
#include "text.h"

/* Each costs more here than in the header, and three fields may be one. */
enum { ADDRESSES_MOST = 1000 };

/* The address that is being read. */
struct reader {
	struct buf *to;
	size_t count; /* of what was said */
	bool angle;   /* spec and route are from <...> */
	bool closed;  /* ... which is over */
	bool group;
	struct buf phrase;  /* the words, a blank between two */
	struct buf spec;    /* the same without blanks */
	struct buf route;   /* "@a,@b" */
	struct buf comment; /* the last one: an old way to tell a name */
	size_t at;          /* of the last "@" in spec, and 1; or 0 */
};

static void
say(struct buf *to, const struct buf *b)
{
	if (b->len == 0)
		buf_adds(to, "NIL");
	else
		imapsay_string(to, buf_bytes(b), b->len);
}

static void
forget(struct reader *r)
{
	r->angle = false;
	r->closed = false;
	r->at = 0;
	buf_clear(&r->phrase);
	buf_clear(&r->spec);
	buf_clear(&r->route);
	buf_clear(&r->comment);
}

static void
open_list(struct reader *r)
{
	buf_adds(r->to, r->count == 0 ? "((" : "(");
	r->count++;
}

static void
end_address(struct reader *r)
{
	const char *spec = buf_bytes(&r->spec);
	size_t local = r->at == 0 ? r->spec.len : r->at - 1;

	if (!r->angle && r->spec.len == 0) {
		forget(r);
		return;
	}
	open_list(r);
	say(r->to, r->angle && r->phrase.len > 0 ? &r->phrase : &r->comment);
	buf_adds(r->to, " ");
	say(r->to, &r->route);
	buf_adds(r->to, " ");
	/* NIL in place of a host would be the mark of a group. */
	imapsay_string(r->to, local == 0 ? "" : spec, local);
	buf_adds(r->to, " ");
	imapsay_string(r->to, r->at == 0 ? "" : spec + r->at,
	    r->spec.len - (r->at == 0 ? r->spec.len : r->at));
	buf_adds(r->to, ")");
	forget(r);
}

static void
begin_group(struct reader *r)
{
	open_list(r);
	buf_adds(r->to, "NIL NIL ");
	imapsay_string(r->to, r->phrase.len == 0 ? "" : buf_bytes(&r->phrase),
	    r->phrase.len);
	buf_adds(r->to, " NIL)");
	r->group = true;
	forget(r);
}

static void
end_group(struct reader *r)
{
	end_address(r);
	if (r->group)
		buf_adds(r->to, "(NIL NIL NIL NIL)");
	r->group = false;
}

static size_t
atom_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (unsigned char)p[i] > ' ' &&
	    strchr("(),:;<>\"@", p[i]) == NULL)
		i++;
	return i;
}

/* One word of a phrase or of an address; where it ends. */
static size_t
word(struct reader *r, const char *p, size_t n, size_t i)
{
	struct buf text = { 0 };
	size_t end;

	if (p[i] == '"') {
		end = field_quoted(p, n, i, &text);
	} else {
		end = i + atom_length(p + i, n - i);
		end += end == i;
		buf_add(&text, p + i, end - i);
	}
	if (p[i] == '@' && !r->closed)
		r->at = r->spec.len + 1;
	if (!r->angle && r->phrase.len > 0)
		buf_adds(&r->phrase, " ");
	if (!r->angle)
		buf_add(&r->phrase, buf_bytes(&text), text.len);
	if (!r->closed)
		buf_add(&r->spec, buf_bytes(&text), text.len);
	buf_free(&text);
	return end;
}

/* "<@a,@b:local@host>"; where it ends. */
static size_t
angle(struct reader *r, const char *p, size_t n, size_t i)
{
	r->angle = true;
	r->closed = false;
	r->at = 0;
	buf_clear(&r->spec);
	for (i = field_skip(p, n, i + 1); i < n && p[i] != '>';
	     i = field_skip(p, n, i)) {
		if (p[i] != ':') {
			i = word(r, p, n, i);
			continue;
		}
		buf_clear(&r->route);
		buf_add(&r->route, buf_bytes(&r->spec), r->spec.len);
		buf_clear(&r->spec);
		r->at = 0;
		i++;
	}
	r->closed = true;
	return i < n ? i + 1 : n;
}

static size_t
comment(struct reader *r, const char *p, size_t n, size_t i)
{
	size_t end = i + 1;

	buf_clear(&r->comment);
	while (end < n && p[end] != '(' && p[end] != ')')
		end++;
	buf_add(&r->comment, p + i + 1, end - i - 1);
	return field_skip(p, n, i);
}

static size_t
step(struct reader *r, const char *p, size_t n, size_t i)
{
	switch (p[i]) {
	case ',':
		end_address(r);
		return i + 1;
	case ';':
		end_group(r);
		return i + 1;
	case ':':
		begin_group(r);
		return i + 1;
	case '<':
		return angle(r, p, n, i);
	case '(':
		return comment(r, p, n, i);
	default:
		return word(r, p, n, i);
	}
}

void
imapaddr_say(struct buf *to, const char *p, size_t n)
{
	struct reader r = { .to = to };
	size_t i = text_blanks(p, n);

	while (i < n && r.count < ADDRESSES_MOST) {
		i = step(&r, p, n, i);
		i += text_blanks(p + i, n - i);
	}
	if (r.group)
		end_group(&r);
	end_address(&r);
	buf_adds(to, r.count == 0 ? "NIL" : ")");
	buf_free(&r.phrase);
	buf_free(&r.spec);
	buf_free(&r.route);
	buf_free(&r.comment);
}
