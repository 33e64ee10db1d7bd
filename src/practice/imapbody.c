/* SPDX-License-Identifier: ISC */
/* imapbody.c - ENVELOPE, BODY and BODYSTRUCTURE. */
#include "practice/imapbody.h"
#include "buf.h"
#include "practice/field.h"
#include "practice/imapaddr.h"
#include "practice/imapsay.h"
#include "practice/mime.h"
#include "text.h"

/* What a field says, or NIL. */
static void
say_field(struct buf *to, const char *head, size_t len, const char *name)
{
	struct buf line = { 0 };
	struct field f;

	if (field_find(head, len, name, &f)) {
		field_unfold(&f, &line);
		imapsay_string(to, line.len == 0 ? "" : buf_bytes(&line),
		    line.len);
	} else {
		buf_adds(to, "NIL");
	}
	buf_free(&line);
}

/* The addresses of a field; where it has none, those of the other. */
static void
say_addresses(struct buf *to, const char *head, size_t len, const char *name,
    const char *other)
{
	struct buf line = { 0 };
	struct field f;

	if (field_find(head, len, name, &f))
		field_unfold(&f, &line);
	if (line.len == 0 && other != NULL && field_find(head, len, other, &f))
		field_unfold(&f, &line);
	imapaddr_say(to, line.len == 0 ? "" : buf_bytes(&line), line.len);
	buf_free(&line);
}

void
imapbody_envelope(struct buf *to, const char *head, size_t len)
{
	static const struct {
		const char *name, *other;
	} addresses[] = {
		{ "From", NULL },
		{ "Sender", "From" },
		{ "Reply-To", "From" },
		{ "To", NULL },
		{ "Cc", NULL },
		{ "Bcc", NULL },
	};
	size_t i;

	buf_adds(to, "(");
	say_field(to, head, len, "Date");
	buf_adds(to, " ");
	say_field(to, head, len, "Subject");
	for (i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		buf_adds(to, " ");
		say_addresses(to, head, len, addresses[i].name,
		    addresses[i].other);
	}
	buf_adds(to, " ");
	say_field(to, head, len, "In-Reply-To");
	buf_adds(to, " ");
	say_field(to, head, len, "Message-ID");
	buf_adds(to, ")");
}

static size_t
count_lines(const char *p, size_t n)
{
	size_t lines = 0, at;

	for (at = 0; at < n; lines++)
		at += field_line(p + at, n - at);
	return lines;
}

/* (name text name text), or NIL. */
static void
say_params(struct buf *to, struct mimefield *f)
{
	struct buf name = { 0 }, text = { 0 };
	bool any = false;

	while (mimefield_param(f, &name, &text)) {
		buf_adds(to, any ? " " : "(");
		imapsay_string(to, buf_bytes(&name), name.len);
		buf_adds(to, " ");
		imapsay_string(to, text.len == 0 ? "" : buf_bytes(&text),
		    text.len);
		any = true;
	}
	buf_adds(to, any ? ")" : "NIL");
	buf_free(&name);
	buf_free(&text);
}

/* The type's two words, or those that go without saying, and parameters. */
static void
say_type(struct buf *to, const struct part *part)
{
	struct buf type = { 0 }, subtype = { 0 };
	struct mimefield f;

	if (!part->stated) {
		buf_adds(to,
		    part->kind == MIME_MESSAGE ?
			"\"MESSAGE\" \"RFC822\" NIL" :
			"\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\")");
		return;
	}
	mimefield_open(&f, part, "Content-Type");
	mimefield_word(&f, &type);
	mimefield_slash(&f);
	mimefield_word(&f, &subtype);
	imapsay_string(to, buf_bytes(&type), type.len);
	buf_adds(to, " ");
	imapsay_string(to, buf_bytes(&subtype), subtype.len);
	buf_adds(to, " ");
	say_params(to, &f);
	mimefield_close(&f);
	buf_free(&type);
	buf_free(&subtype);
}

static void
say_encoding(struct buf *to, const struct part *part)
{
	struct buf word = { 0 };
	struct mimefield f;

	if (mimefield_open(&f, part, "Content-Transfer-Encoding") &&
	    mimefield_word(&f, &word))
		imapsay_string(to, buf_bytes(&word), word.len);
	else
		buf_adds(to, "\"7BIT\"");
	mimefield_close(&f);
	buf_free(&word);
}

/* ("attachment" ("filename" "cat.jpg")), or NIL. */
static void
say_disposition(struct buf *to, const struct part *part)
{
	struct buf word = { 0 };
	struct mimefield f;

	if (mimefield_open(&f, part, "Content-Disposition") &&
	    mimefield_word(&f, &word)) {
		buf_adds(to, "(");
		imapsay_string(to, buf_bytes(&word), word.len);
		buf_adds(to, " ");
		say_params(to, &f);
		buf_adds(to, ")");
	} else {
		buf_adds(to, "NIL");
	}
	mimefield_close(&f);
	buf_free(&word);
}

/* What BODY leaves out: disposition, language and location. */
static void
say_more(struct buf *to, const struct part *part)
{
	buf_adds(to, " ");
	say_disposition(to, part);
	buf_adds(to, " ");
	say_field(to, part->head, part->head_len, "Content-Language");
	buf_adds(to, " ");
	say_field(to, part->head, part->head_len, "Content-Location");
}

static void say_part(struct buf *to, const struct mime *m, size_t place,
    bool more);

static void
say_multipart(struct buf *to, const struct mime *m, size_t place, bool more)
{
	const struct part *part = &m->list[place];
	struct buf subtype = { 0 };
	struct mimefield f;
	size_t child;

	for (child = part->child; child != 0; child = m->list[child].next)
		say_part(to, m, child, more);
	mimefield_open(&f, part, "Content-Type");
	mimefield_word(&f, &subtype);
	mimefield_slash(&f);
	buf_clear(&subtype);
	mimefield_word(&f, &subtype);
	buf_adds(to, " ");
	imapsay_string(to, buf_bytes(&subtype), subtype.len);
	if (more) {
		buf_adds(to, " ");
		say_params(to, &f);
		say_more(to, part);
	}
	mimefield_close(&f);
	buf_free(&subtype);
}

static void
say_single(struct buf *to, const struct mime *m, size_t place, bool more)
{
	const struct part *part = &m->list[place];

	say_type(to, part);
	buf_adds(to, " ");
	say_field(to, part->head, part->head_len, "Content-ID");
	buf_adds(to, " ");
	say_field(to, part->head, part->head_len, "Content-Description");
	buf_adds(to, " ");
	say_encoding(to, part);
	buf_addf(to, " %zu", part->body_len);
	if (part->kind == MIME_MESSAGE) {
		const struct part *child = &m->list[part->child];

		buf_adds(to, " ");
		imapbody_envelope(to, child->head, child->head_len);
		buf_adds(to, " ");
		say_part(to, m, part->child, more);
	}
	if (part->kind == MIME_MESSAGE || part->kind == MIME_TEXT)
		buf_addf(to, " %zu", count_lines(part->body, part->body_len));
	if (more) {
		buf_adds(to, " ");
		say_field(to, part->head, part->head_len, "Content-MD5");
		say_more(to, part);
	}
}

static void
say_part(struct buf *to, const struct mime *m, size_t place, bool more)
{
	buf_adds(to, "(");
	if (m->list[place].kind == MIME_MULTIPART)
		say_multipart(to, m, place, more);
	else
		say_single(to, m, place, more);
	buf_adds(to, ")");
}

void
imapbody_structure(struct buf *to, const char *p, size_t n, bool more)
{
	struct mime m;

	mime_parse(&m, p, n);
	say_part(to, &m, 0, more);
	mime_free(&m);
}
