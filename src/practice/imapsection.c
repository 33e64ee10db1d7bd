/* SPDX-License-Identifier: ISC */
/* imapsection.c - "[1.2.TEXT]" read, repeated and found. */
#include <string.h>

#include "practice/field.h"
#include "practice/imapin.h"
#include "practice/imapsay.h"
#include "practice/imapsection.h"
#include "practice/mime.h"
#include "text.h"

enum { FIELDS_MOST = 100 };

/* The longer of two that begin alike comes first. */
static const struct {
	const char *name;
	enum imapsection_kind kind;
} kinds[] = {
	{ "HEADER.FIELDS.NOT", SECTION_FIELDS_NOT },
	{ "HEADER.FIELDS", SECTION_FIELDS },
	{ "HEADER", SECTION_HEADER },
	{ "TEXT", SECTION_TEXT },
	{ "MIME", SECTION_MIME },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* "1.2", and "." if something comes behind it. */
static bool
read_path(struct imapsection *s, struct imapin *in)
{
	uint32_t n;

	while (imapin_number(in, &n)) {
		if (n == 0 || s->depth == SECTION_DEPTH)
			return false;
		s->path[s->depth++] = n;
		if (!imapin_skip(in, "."))
			return in->at < in->len && in->p[in->at] == ']';
	}
	return in->at < in->len;
}

static bool
read_names(struct imapsection *s, struct imapin *in)
{
	size_t count = 0;

	if (!imapin_blank(in) || !imapin_skip(in, "("))
		return false;
	do {
		size_t begin = s->names.len;

		if (++count > FIELDS_MOST || !imapin_string(in, "", &s->names))
			return false;
		buf_add(&s->names, "", 1);
		if (strlen(buf_bytes(&s->names) + begin) + 1 !=
		    s->names.len - begin)
			return false;
	} while (imapin_blank(in));
	return imapin_skip(in, ")");
}

bool
imapsection_read(struct imapsection *s, struct imapin *in)
{
	size_t i;

	if (!read_path(s, in))
		return false;
	if (imapin_skip(in, "]"))
		return s->depth == 0 || in->p[in->at - 2] != '.';
	for (i = 0; i < KINDS && !imapin_skip(in, kinds[i].name); i++)
		;
	if (i == KINDS || (kinds[i].kind == SECTION_MIME && s->depth == 0))
		return false;
	s->kind = kinds[i].kind;
	if ((s->kind == SECTION_FIELDS || s->kind == SECTION_FIELDS_NOT) &&
	    !read_names(s, in))
		return false;
	return imapin_skip(in, "]");
}

static const char *
next_name(const struct imapsection *s, size_t *at)
{
	const char *name;

	if (*at >= s->names.len)
		return NULL;
	name = buf_bytes(&s->names) + *at;
	*at += strlen(name) + 1;
	return name;
}

void
imapsection_say(const struct imapsection *s, struct buf *to)
{
	const char *name;
	size_t i, at = 0;

	for (i = 0; i < s->depth; i++)
		buf_addf(to, "%s%u", i == 0 ? "" : ".", s->path[i]);
	for (i = 0; i < KINDS; i++) {
		if (kinds[i].kind == s->kind)
			buf_addf(to, "%s%s", s->depth == 0 ? "" : ".",
			    kinds[i].name);
	}
	while ((name = next_name(s, &at)) != NULL) {
		bool atom = strspn(name,
				"abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789-_.") == strlen(name);

		buf_adds(to, at == strlen(name) + 1 ? " (" : " ");
		if (atom && *name != '\0')
			buf_adds(to, name);
		else
			imapsay_string(to, name, strlen(name));
	}
	if (s->names.len > 0)
		buf_adds(to, ")");
}

static bool
is_named(const struct imapsection *s, const struct field *f)
{
	const char *name;
	size_t at = 0;

	while ((name = next_name(s, &at)) != NULL) {
		if (text_is(f->name, f->name_len, name))
			return true;
	}
	return false;
}

/* The fields that are asked for, with the empty line that ends a header. */
static void
pick(const struct imapsection *s, const struct part *part, struct buf *store)
{
	struct field f;
	size_t at = 0;

	while (field_next(part->head, part->head_len, &at, &f)) {
		if (is_named(s, &f) == (s->kind == SECTION_FIELDS))
			buf_add(store, f.name, f.len);
	}
	buf_adds(store, "\r\n");
}

const char *
imapsection_find(const struct imapsection *s, const struct mime *m,
    struct buf *store, size_t *n)
{
	const struct part *part = mime_at(m, s->path, s->depth);

	if (part == NULL)
		return NULL;
	/* Header and text of a part are those of the message that it is. */
	if (s->depth > 0 && s->kind != SECTION_WHOLE &&
	    s->kind != SECTION_MIME) {
		if (part->kind != MIME_MESSAGE)
			return NULL;
		part = &m->list[part->child];
	}
	if (s->kind == SECTION_FIELDS || s->kind == SECTION_FIELDS_NOT) {
		pick(s, part, store);
		*n = store->len;
		return buf_bytes(store);
	}
	if (s->kind == SECTION_HEADER || s->kind == SECTION_MIME) {
		*n = part->head_len;
		return part->head;
	}
	*n = part->body_len;
	if (s->kind == SECTION_TEXT || s->depth > 0)
		return part->body;
	*n += part->head_len;
	return part->head;
}

void
imapsection_free(struct imapsection *s)
{
	buf_free(&s->names);
}
