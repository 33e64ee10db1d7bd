/* SPDX-License-Identifier: ISC */
/* receipt.c - the lesson that SMTP commands are not message headers. */
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "practice/field.h"
#include "practice/mailbox.h"
#include "practice/receipt.h"
#include "text.h"

/* Of a header's field; of a line in a list. */
enum { SHOWN = 200, BRIEF = 40 };

/* What a note says of a header. */
static const char *const names[] = { "From", "To", "Cc", "Subject" };

enum { NAMES = sizeof names / sizeof names[0] };

/* Append a field as one harmless line; false: the header has none. */
static bool
add_field(const struct mail *mail, const char *name, size_t most,
    struct buf *to)
{
	struct buf text = { 0 };
	struct field f;

	if (!field_find(mail->bytes, mail_header(mail), name, &f))
		return false;
	field_unfold(&f, &text);
	text_quote(to, buf_bytes(&text), text.len, most);
	buf_free(&text);
	return true;
}

static void
add_text(struct buf *to, const char *text, size_t most)
{
	text_quote(to, text, strlen(text), most);
}

/* "  envelope  RCPT TO    bob@example.org"; what IMAP's APPEND brought has
 * none. */
static void
say_envelope(const struct mail *mail, struct buf *to)
{
	if (mail->to[0] == '\0') {
		buf_adds(to,
		    "  envelope  (there is none: no SMTP brought it)\n");
		return;
	}
	buf_adds(to, "  envelope  MAIL FROM  <");
	add_text(to, mail->from, SHOWN);
	buf_adds(to, ">\n  envelope  RCPT TO    ");
	add_text(to, mail->to, SHOWN * 4);
	buf_adds(to, "\n");
}

static void
say_header(const struct mail *mail, struct buf *to)
{
	size_t i;

	for (i = 0; i < NAMES; i++) {
		struct buf text = { 0 };
		bool there = add_field(mail, names[i], SHOWN, &text);

		if (there)
			buf_addf(to, "  header    %-9s  %.*s\n", names[i],
			    (int)text.len,
			    text.len == 0 ? "" : buf_bytes(&text));
		else if (strcmp(names[i], "Cc") != 0)
			buf_addf(to, "  header    %-9s  (there is none)\n",
			    names[i]);
		buf_free(&text);
	}
}

static bool
has_header(const struct mail *mail)
{
	struct field f;
	size_t i;

	for (i = 0; i < NAMES; i++) {
		if (field_find(mail->bytes, mail_header(mail), names[i], &f))
			return true;
	}
	return false;
}

/* Does a field say this address? */
static bool
says(const struct mail *mail, const char *name, const char *address, size_t n)
{
	struct buf text = { 0 }, wanted = { 0 };
	struct field f;
	bool found = false;

	if (n > 0 && field_find(mail->bytes, mail_header(mail), name, &f)) {
		buf_add(&wanted, address, n);
		buf_add(&wanted, "", 1);
		field_unfold(&f, &text);
		found = text.len > 0 &&
		    text_says(buf_bytes(&text), text.len, buf_bytes(&wanted));
	}
	buf_free(&wanted);
	buf_free(&text);
	return found;
}

/* Whoever is in the envelope alone is what mail programs call Bcc. */
static void
say_hidden(const struct mail *mail, struct buf *to)
{
	const char *p = mail->to;

	while (*p != '\0') {
		size_t n = strcspn(p, ",");

		if (!says(mail, "To", p, n) && !says(mail, "Cc", p, n)) {
			buf_adds(to, "  ");
			text_quote(to, p, n, SHOWN);
			buf_adds(to,
			    " gets it, and no header says so: a "
			    "blind copy (Bcc)\n");
		}
		p += n;
		p += strspn(p, ", ");
	}
}

void
receipt_note(const struct mail *mail, struct buf *to)
{
	struct field from;

	buf_addf(to, "message %lu has arrived (%zu octets)\n",
	    (unsigned long)mail->uid, mail->len);
	say_envelope(mail, to);
	if (mail->parted && !has_header(mail)) {
		buf_adds(to,
		    "  header    (there is none: it comes first, and an empty "
		    "line parts it from the text)\n");
		return;
	}
	say_header(mail, to);
	if (mail->parted)
		buf_adds(to,
		    "  an empty line was missing between header and text: it "
		    "was put there\n");
	if (mail->from[0] != '\0' &&
	    field_find(mail->bytes, mail_header(mail), "From", &from) &&
	    !says(mail, "From", mail->from, strlen(mail->from)))
		buf_adds(to,
		    "  the sender is not the author: servers go by the "
		    "envelope, people read the header\n");
	say_hidden(mail, to);
}

static void
list_one(const struct mail *mail, struct buf *to)
{
	char when[32];
	struct tm t;

	localtime_r(&mail->when, &t);
	strftime(when, sizeof when, "%H:%M:%S", &t);
	buf_addf(to, "%4lu  %s %8zu  ", (unsigned long)mail->uid, when,
	    mail->len);
	if (mail->to[0] != '\0') {
		add_text(to, mail->from[0] == '\0' ? "<>" : mail->from, BRIEF);
		buf_adds(to, " -> ");
	}
	add_text(to, mail->to[0] == '\0' ? "(APPEND)" : mail->to, BRIEF);
	buf_adds(to, "  ");
	add_field(mail, "Subject", BRIEF, to);
	buf_adds(to, "\n");
}

void
receipt_list(const struct mailbox *box, struct buf *to)
{
	size_t i;

	if (box->count == 0)
		buf_adds(to, "no mail has arrived\n");
	for (i = 0; i < box->count; i++)
		list_one(box->list[i], to);
}

/* One line of a message; TAB is a blank, as when it is folded. */
static void
show_line(const char *p, size_t n, struct buf *to)
{
	while (n > 0) {
		const char *tab = memchr(p, '\t', n);
		size_t len = tab == NULL ? n : (size_t)(tab - p);

		text_quote(to, p, len, len);
		if (tab != NULL)
			buf_adds(to, "    ");
		len += tab != NULL;
		p += len;
		n -= len;
	}
	buf_adds(to, "\n");
}

void
receipt_show(const struct mail *mail, struct buf *to)
{
	size_t i = 0;

	say_envelope(mail, to);
	buf_adds(to, "\n");
	while (i < mail->len) {
		const char *p = mail->bytes + i;
		const char *end = memchr(p, '\n', mail->len - i);
		size_t n = end == NULL ? mail->len - i : (size_t)(end - p);

		show_line(p, n > 0 && p[n - 1] == '\r' ? n - 1 : n, to);
		i += n + (end != NULL);
	}
}
