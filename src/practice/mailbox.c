/* SPDX-License-Identifier: ISC */
/* mailbox.c - messages in the order they came. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "practice/mailbox.h"

/* What a message costs beside its own bytes. */
static size_t
extra_of(const char *from, const char *to)
{
	return sizeof(struct mail) + sizeof(struct mail *) + strlen(from) +
	    strlen(to) + 2;
}

static bool
fits(const struct mailbox *m, size_t len, size_t extra)
{
	size_t used = m->bytes + m->extra + m->reserved;

	if (m->next_uid == UINT32_MAX)
		return false;
	return m->most == 0 ||
	    (used <= m->most && len <= m->most - used &&
		extra <= m->most - used - len);
}

static struct mail *
mail_new(const char *bytes, size_t len, const char *from, const char *to)
{
	struct mail *mail = xmalloc(sizeof *mail);

	memset(mail, 0, sizeof *mail);
	mail->when = time(NULL);
	mail->bytes = xmalloc(len + 1);
	if (len > 0)
		memcpy(mail->bytes, bytes, len);
	mail->bytes[len] = '\0';
	mail->len = len;
	mail->from = xstrdup(from);
	mail->to = xstrdup(to);
	return mail;
}

static void
mail_free(struct mail *mail)
{
	free(mail->bytes);
	free(mail->from);
	free(mail->to);
	free(mail);
}

struct mail *
mailbox_add(struct mailbox *m, const char *bytes, size_t len, const char *from,
    const char *to)
{
	size_t extra = extra_of(from, to);
	struct mail *mail;

	if (!fits(m, len, extra))
		return NULL;
	if (m->count == m->room) {
		m->room = m->room == 0 ? 16 : m->room * 2;
		m->list = xrealloc(m->list, m->room * sizeof(struct mail *));
	}
	mail = mail_new(bytes, len, from, to);
	mail->uid = ++m->next_uid;
	m->list[m->count++] = mail;
	m->bytes += len;
	m->extra += extra;
	m->changes++;
	return mail;
}

bool
mailbox_reserve(struct mailbox *m, size_t n)
{
	if (!fits(m, n, 0))
		return false;
	m->reserved += n;
	return true;
}

void
mailbox_release(struct mailbox *m, size_t n)
{
	m->reserved -= n;
}

/* Where it is, or would be. */
static size_t
place(const struct mailbox *m, uint32_t uid)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->list[middle]->uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct mail *
mailbox_find(const struct mailbox *m, uint32_t uid)
{
	size_t i = place(m, uid);

	return i < m->count ? m->list[i] : NULL;
}

size_t
mail_header(const struct mail *mail)
{
	size_t i = 0;

	while (i < mail->len) {
		const char *line = mail->bytes + i;
		const char *end = memchr(line, '\n', mail->len - i);

		if (end == NULL)
			break;
		i += (size_t)(end - line) + 1;
		if (end == line || (end == line + 1 && *line == '\r'))
			return i;
	}
	return mail->len;
}

void
mailbox_flags(struct mailbox *m, struct mail *mail, unsigned flags)
{
	if (mail->flags == flags)
		return;
	mail->flags = flags;
	m->changes++;
}

void
mailbox_remove(struct mailbox *m, struct mail *mail)
{
	size_t i = place(m, mail->uid);

	if (i == m->count || m->list[i] != mail)
		return;
	m->count--;
	memmove(m->list + i, m->list + i + 1,
	    (m->count - i) * sizeof(struct mail *));
	m->bytes -= mail->len;
	m->extra -= extra_of(mail->from, mail->to);
	m->changes++;
	mail_free(mail);
}

void
mailbox_free(struct mailbox *m)
{
	while (m->count > 0)
		mail_free(m->list[--m->count]);
	free(m->list);
	memset(m, 0, sizeof *m);
}
