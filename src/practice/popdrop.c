/* SPDX-License-Identifier: ISC */
/* popdrop.c - a maildrop of POP3 (RFC 1939). */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "practice/mailbox.h"
#include "practice/popdrop.h"

void
popdrop_open(struct popdrop *d, const struct mailbox *box)
{
	size_t i;

	d->list = xmalloc((box->count + 1) * sizeof *d->list);
	d->count = box->count;
	for (i = 0; i < box->count; i++) {
		d->list[i].uid = box->list[i]->uid;
		d->list[i].len = box->list[i]->len;
		d->list[i].deleted = false;
	}
}

void
popdrop_free(struct popdrop *d)
{
	free(d->list);
	memset(d, 0, sizeof *d);
}

size_t
popdrop_holds(const struct popdrop *d)
{
	return d->count * sizeof *d->list;
}

size_t
popdrop_left(const struct popdrop *d, size_t *octets)
{
	size_t i, n = 0;

	*octets = 0;
	for (i = 0; i < d->count; i++) {
		if (d->list[i].deleted)
			continue;
		*octets += d->list[i].len;
		n++;
	}
	return n;
}

void
popdrop_keep(struct popdrop *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		d->list[i].deleted = false;
}

void
popdrop_row(struct buf *out, const struct popdrop *d, size_t i,
    uint32_t validity)
{
	buf_addf(out, "%zu ", i + 1);
	if (validity == 0)
		buf_addf(out, "%zu\r\n", d->list[i].len);
	else
		buf_addf(out, "%lu.%lu\r\n", (unsigned long)validity,
		    (unsigned long)d->list[i].uid);
}

void
popdrop_rows(struct buf *out, const struct popdrop *d, uint32_t validity)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		if (!d->list[i].deleted)
			popdrop_row(out, d, i, validity);
	}
	buf_adds(out, ".\r\n");
}

struct mail *
popdrop_mail(const struct popdrop *d, const struct mailbox *box, size_t i)
{
	struct mail *mail = mailbox_find(box, d->list[i].uid);

	return mail != NULL && mail->uid == d->list[i].uid ? mail : NULL;
}

size_t
popdrop_remove(const struct popdrop *d, struct mailbox *box)
{
	size_t i, n = 0;

	for (i = 0; i < d->count; i++) {
		struct mail *mail =
		    d->list[i].deleted ? popdrop_mail(d, box, i) : NULL;

		if (mail == NULL)
			continue;
		mailbox_remove(box, mail);
		n++;
	}
	return n;
}

static size_t
line_length(const char *p, size_t n)
{
	const char *end = memchr(p, '\n', n);

	return end == NULL ? n : (size_t)(end - p) + 1;
}

void
popdrop_say(struct buf *out, const struct mail *mail, unsigned long lines)
{
	size_t at = 0, head = mail_header(mail), n;
	unsigned long told = 0;

	for (; at < mail->len; at += n) {
		if (at >= head && told++ == lines)
			break;
		n = line_length(mail->bytes + at, mail->len - at);
		if (mail->bytes[at] == '.')
			buf_adds(out, ".");
		buf_add(out, mail->bytes + at, n);
		if (mail->bytes[at + n - 1] != '\n')
			buf_adds(out, "\r\n");
	}
	buf_adds(out, ".\r\n");
}
