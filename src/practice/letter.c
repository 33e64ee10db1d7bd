/* SPDX-License-Identifier: ISC */
/* letter.c - an envelope, then a message. */
#include <string.h>
#include <time.h>

#include "practice/answer.h"
#include "practice/envelope.h"
#include "practice/field.h"
#include "practice/letter.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "text.h"

static const char too_big[] =
    "552 5.3.4 The message is larger than SIZE in our answer to EHLO allows";
static const char is_full[] =
    "452 4.3.1 The mailbox is full: delete something, by POP3 or IMAP";

/* --- the envelope --- */

static void
refuse(struct peer *p, const struct refusal *no)
{
	answer(p, "%d %s %s", no->code, no->enhanced, no->why);
}

static bool
may_begin(struct peer *p, const struct letter *l)
{
	if (l->open)
		answer(p, "503 5.5.1 MAIL was said already: RSET begins anew");
	else if (p->manners->auth && p->user[0] == '\0')
		answer(p,
		    "530 5.7.0 AUTH first: this server wants to know "
		    "who sends");
	return !l->open && (!p->manners->auth || p->user[0] != '\0');
}

static bool
may_be_said(struct peer *p, const struct letter *l, const struct envelope *e)
{
	if (e->esmtp && !l->esmtp)
		answer(p,
		    "555 5.5.4 Parameters come after EHLO only, not "
		    "after HELO");
	else if (e->foreign && !e->utf8 && !l->utf8)
		answer(p,
		    "553 5.6.7 The address is not ASCII: MAIL needs "
		    "SMTPUTF8 behind it");
	else
		return true;
	return false;
}

/* What SIZE promises can be kept, as it seems now (RFC 1870, section 6). */
static const char *
no_place(struct peer *p, uint64_t size)
{
	if (size > p->manners->message_most)
		return too_big;
	if (!mailbox_reserve(p->box, (size_t)size))
		return is_full;
	mailbox_release(p->box, (size_t)size);
	return NULL;
}

void
letter_mail(struct peer *p, struct letter *l, const char *args, size_t n)
{
	struct refusal no = { .code = 0 };
	struct envelope e = { .local = 0 };
	const char *full;

	if (!may_begin(p, l))
		return;
	if (!envelope_read(&e, true, args, n, &no)) {
		refuse(p, &no);
		return;
	}
	if (!may_be_said(p, l, &e))
		return;
	full = no_place(p, e.size);
	if (full != NULL) {
		answer(p, "%s", full);
		return;
	}
	l->open = true;
	l->utf8 = e.utf8;
	memcpy(l->from, e.path, sizeof l->from);
	answer(p, "250 2.1.0 Sender ok");
}

static void
add_recipient(struct peer *p, struct letter *l, const char *path)
{
	const char *no = p->manners->judge == NULL ?
	    NULL :
	    p->manners->judge(p->manners->arg, l->from, path);

	if (no != NULL) {
		l->refused++;
		answer(p, "%s", no);
		return;
	}
	buf_addf(&l->to, "%s%s", l->recipients > 0 ? ", " : "", path);
	l->recipients++;
	answer(p, "250 2.1.5 Recipient ok");
}

void
letter_rcpt(struct peer *p, struct letter *l, const char *args, size_t n)
{
	struct refusal no = { .code = 0 };
	struct envelope e = { .local = 0 };

	if (!l->open) {
		answer(p, "503 5.5.1 RCPT needs MAIL first");
		return;
	}
	if (l->chunks) {
		answer(p, "503 5.5.1 RCPT comes before BDAT");
		return;
	}
	if (!envelope_read(&e, false, args, n, &no)) {
		refuse(p, &no);
		return;
	}
	if (!may_be_said(p, l, &e))
		return;
	if (l->recipients == LETTER_RECIPIENTS) {
		answer(p,
		    "452 4.5.3 100 recipients are the most: the others "
		    "come in another transaction");
		return;
	}
	add_recipient(p, l, e.path);
}

/* --- the message --- */

void
letter_reset(struct peer *p, struct letter *l)
{
	struct letter kept = { .esmtp = l->esmtp };

	memcpy(kept.helo, l->helo, sizeof kept.helo);
	mailbox_release(p->box, l->reserved);
	buf_free(&l->to);
	buf_free(&l->text);
	*l = kept;
}

/* RFC 5321, section 4.4, and RFC 3848. */
static void
add_header(struct peer *p, struct letter *l)
{
	time_t now = time(NULL);
	char date[64];
	struct tm t;

	gmtime_r(&now, &t);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &t);
	buf_addf(&l->text, "Return-Path: <%s>\r\nReceived: from %s", l->from,
	    l->helo);
	if (p->address[0] != '\0')
		buf_addf(&l->text, " ([%s])", p->address);
	buf_addf(&l->text, "\r\n by %s with %s%s%s%s", p->manners->host,
	    l->utf8 ? "UTF8" : "", l->esmtp ? "ESMTP" : "SMTP",
	    p->tls && l->esmtp ? "S" : "",
	    p->user[0] != '\0' && l->esmtp ? "A" : "");
	/* Of more recipients none is named: one may be a blind copy. */
	if (l->recipients == 1)
		buf_addf(&l->text, "\r\n for <%.*s>", (int)l->to.len,
		    buf_bytes(&l->to));
	buf_addf(&l->text, ";\r\n %s\r\n", date);
	l->head = l->text.len;
}

/* Only the first thing that is wrong counts; the rest is not kept. */
static void
spoil(struct peer *p, struct letter *l, const char *why)
{
	mailbox_release(p->box, l->reserved);
	l->reserved = 0;
	buf_free(&l->text);
	l->spoilt = why;
}

/* Bytes that are to be kept. */
static bool
has_room(struct peer *p, struct letter *l, size_t n)
{
	if (l->spoilt != NULL)
		return false;
	if (l->text.len - l->head + n > p->manners->message_most)
		spoil(p, l, too_big);
	else if (!mailbox_reserve(p->box, n))
		spoil(p, l, is_full);
	else
		l->reserved += n;
	return l->spoilt == NULL;
}

/*
 * Text that follows a header, or ours, without an empty line would be lost
 * in it: put one there, as other servers do.  False: there was no need.
 */
static bool
part(struct letter *l)
{
	const char *text = buf_bytes(&l->text);
	size_t at =
	    l->head + field_stray(text + l->head, l->text.len - l->head);
	struct buf parted = { 0 };

	if (at == l->text.len)
		return false;
	buf_add(&parted, text, at);
	buf_add(&parted, "\r\n", 2);
	buf_add(&parted, text + at, l->text.len - at);
	buf_free(&l->text);
	l->text = parted;
	return true;
}

/* All of it has come: keep it. */
static void
finish(struct peer *p, struct letter *l)
{
	struct mail *mail = NULL;

	if (l->spoilt == NULL) {
		bool parted = part(l);

		mailbox_release(p->box, l->reserved);
		l->reserved = 0;
		buf_add(&l->to, "", 1);
		mail = mailbox_add(p->box, buf_bytes(&l->text), l->text.len,
		    l->from, buf_bytes(&l->to));
		if (mail == NULL)
			l->spoilt = is_full;
		else
			mail->parted = parted;
	}
	if (mail == NULL)
		answer(p, "%s", l->spoilt);
	else
		answer(p, "250 2.0.0 Ok: kept as message %lu",
		    (unsigned long)mail->uid);
	letter_reset(p, l);
	if (mail != NULL && p->accepted != NULL)
		p->accepted(p->arg, p, mail->uid);
}

/* Whom is it for?  NULL, or why there is nothing to send. */
static const char *
nobody(const struct letter *l, bool data)
{
	if (!l->open)
		return data ? "503 5.5.1 DATA needs MAIL and RCPT first" :
			      "503 5.5.1 BDAT needs MAIL and RCPT first";
	if (l->recipients > 0)
		return NULL;
	if (l->refused > 0)
		return "554 5.5.1 No recipient was accepted";
	return data ? "503 5.5.1 DATA needs RCPT first" :
		      "503 5.5.1 BDAT needs RCPT first";
}

void
letter_data(struct peer *p, struct letter *l)
{
	const char *no = nobody(l, true);

	if (l->chunks)
		no = "503 5.5.1 What BDAT began, BDAT ends: BDAT 0 LAST";
	if (no != NULL) {
		answer(p, "%s", no);
		return;
	}
	l->data = true;
	add_header(p, l);
	answer(p, "354 Go on; a line that is only a dot ends the message");
}

/*
 * Only CR LF . CR LF may end a message: what another server takes for its
 * end would let a sender smuggle a second one through.  So a message with
 * ends of another kind is refused, and what follows is not read.
 */
static bool
is_sound(struct peer *p, struct letter *l, const char *line, size_t n)
{
	bool cr = n > 0 && memchr(line, '\r', n) != NULL;

	if (!p->bare && !cr)
		return true;
	answer(p,
	    "550 5.5.2 A line of the message %s (RFC 5321, section 2.3.8): "
	    "lines end in CR LF",
	    cr ? "has a CR without LF" : "ends in LF without CR");
	p->closing = true;
	letter_reset(p, l);
	return false;
}

void
letter_line(struct peer *p, struct letter *l, const char *line, size_t n)
{
	if (!is_sound(p, l, line, n))
		return;
	if (n == 1 && line[0] == '.') {
		finish(p, l);
		return;
	}
	if (n > 0 && line[0] == '.') {
		line++;
		n--;
	}
	if (!has_room(p, l, n + 2))
		return;
	buf_add(&l->text, line, n);
	buf_add(&l->text, "\r\n", 2);
}

/* --- in chunks (RFC 3030) --- */

/* Every CR is before an LF, and every LF behind a CR. */
static bool
has_lines(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
			return false;
		if (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n'))
			return false;
	}
	return true;
}

static void
end_message(struct peer *p, struct letter *l)
{
	size_t n = l->text.len;
	const char *text = buf_bytes(&l->text);

	if (l->spoilt == NULL && !has_lines(text, n))
		spoil(p, l,
		    "550 5.5.2 A line of the message does not end in CR LF "
		    "(BINARYMIME is not offered)");
	else if (l->spoilt == NULL && text[n - 1] != '\n' && has_room(p, l, 2))
		buf_adds(&l->text, "\r\n");
	finish(p, l);
}

static void
end_chunk(struct peer *p, struct letter *l)
{
	if (l->last && l->chunks) {
		end_message(p, l);
	} else if (l->spoilt != NULL) {
		answer(p, "%s", l->spoilt);
		letter_reset(p, l);
	} else {
		answer(p, "250 2.0.0 %zu octets so far", l->text.len - l->head);
	}
}

/* "NUMBER [LAST]" */
static bool
read_chunk(struct letter *l, const char *args, size_t n)
{
	size_t digits = text_word(args, n);
	size_t word = text_nth(args, n, 1);
	size_t len = text_word(args + word, n - word);

	if (digits == 0 || text_octets(args, digits, &l->left) < 0)
		return false;
	l->last = len > 0;
	return text_nth(args, n, 2) == n &&
	    (len == 0 || text_is(args + word, len, "LAST"));
}

void
letter_bdat(struct peer *p, struct letter *l, const char *args, size_t n)
{
	const char *no = nobody(l, false);

	if (!read_chunk(l, args, n)) {
		l->left = 0;
		answer(p,
		    "501 5.5.4 Say BDAT, the number of octets that "
		    "follow, and LAST behind the last chunk");
		return;
	}
	/* A chunk follows its command whatever we think of it. */
	if (no != NULL)
		l->spoilt = no;
	else if (!l->chunks)
		add_header(p, l);
	l->chunks = no == NULL;
	p->want = l->left;
	if (l->left == 0)
		end_chunk(p, l);
}

void
letter_bytes(struct peer *p, struct letter *l, const char *b, size_t n)
{
	if (has_room(p, l, n))
		buf_add(&l->text, b, n);
	l->left -= n;
	if (l->left == 0)
		end_chunk(p, l);
}
