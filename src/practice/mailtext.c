/* SPDX-License-Identifier: ISC */
/* mailtext.c - words in fields and parts. */
#include <string.h>

#include "buf.h"
#include "practice/field.h"
#include "practice/imapdate.h"
#include "practice/mailbox.h"
#include "practice/mailtext.h"
#include "practice/mime.h"
#include "practice/mimecode.h"
#include "text.h"

static bool
says(const char *p, size_t n, const char *text)
{
	return *text == '\0' || (n > 0 && text_says(p, n, text));
}

static bool
field_says(const struct field *f, const char *text)
{
	struct buf line = { 0 }, words = { 0 };
	bool so;

	field_unfold(f, &line);
	if (line.len > 0)
		mimecode_words(&words, buf_bytes(&line), line.len);
	so = says(buf_bytes(&line), line.len, text) ||
	    says(buf_bytes(&words), words.len, text);
	buf_free(&line);
	buf_free(&words);
	return so;
}

bool
mailtext_field(const struct mail *mail, const char *name, const char *text)
{
	size_t at = 0, head = mail_header(mail);
	struct field f;

	/* A name may be what is looked for, where any field will do. */
	if (name == NULL && says(mail->bytes, head, text))
		return true;
	while (field_next(mail->bytes, head, &at, &f)) {
		if (name != NULL && !text_is(f.name, f.name_len, name))
			continue;
		if (field_says(&f, text))
			return true;
	}
	return false;
}

static bool
part_says(const struct part *part, const char *text)
{
	struct buf plain = { 0 };
	bool so;

	so = part->kind == MIME_TEXT && mime_decode(part, &plain) &&
	    says(buf_bytes(&plain), plain.len, text);
	buf_free(&plain);
	return so;
}

bool
mailtext_body(const struct mail *mail, const char *text)
{
	size_t head = mail_header(mail), i;
	struct mime m;
	bool so = false;

	if (says(mail->bytes + head, mail->len - head, text))
		return true;
	mime_parse(&m, mail->bytes, mail->len);
	for (i = 0; i < m.count && !so; i++)
		so = part_says(&m.list[i], text);
	mime_free(&m);
	return so;
}

bool
mailtext_day(const struct mail *mail, long *day)
{
	struct buf line = { 0 };
	struct field f;
	bool known = false;

	if (field_find(mail->bytes, mail_header(mail), "Date", &f)) {
		field_unfold(&f, &line);
		known = line.len > 0 &&
		    imapdate_field(buf_bytes(&line), line.len, day);
	}
	buf_free(&line);
	return known;
}
