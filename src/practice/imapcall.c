/* SPDX-License-Identifier: ISC */
/* imapcall.c - answers, and arguments that many commands have. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "practice/imapcall.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "text.h"

void
imapcall_mood(struct imapcall *c, enum imap_mood mood)
{
	size_t n = c->tag.len < IMAP_TAG - 1 ? c->tag.len : IMAP_TAG - 1;

	if (c->tag.p != c->imap->tag)
		memcpy(c->imap->tag, c->tag.p, n);
	c->imap->tag[n] = '\0';
	c->imap->mood = mood;
	c->peer->midway = mood != IMAP_READY;
}

static void
tell(struct imapcall *c)
{
	unsigned flags = c->verb == NULL ? 0 : c->verb->flags;

	if (!c->imap->selected || (flags & IMAP_QUIET) != 0)
		return;
	imapview_tell(&c->imap->view, c->peer->box, &c->peer->out,
	    (flags & IMAP_KEEP) != 0, c->uid || c->imap->rev2);
}

static void
say(struct imapcall *c, const char *status, const char *text)
{
	tell(c);
	if (c->tag.len == 0)
		buf_adds(&c->peer->out, "*");
	else
		buf_add(&c->peer->out, c->tag.p, c->tag.len);
	buf_addf(&c->peer->out, " %s %s\r\n", status, text);
}

void
imapcall_ok(struct imapcall *c, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	say(c, "OK", text);
}

void
imapcall_no(struct imapcall *c, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	say(c, "NO", text);
}

void
imapcall_bad(struct imapcall *c, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	say(c, "BAD", text);
}

static void
say_at(struct imapcall *c, const char *status, const char *const around[2],
    const struct imapin *what)
{
	struct buf text = { 0 };

	buf_adds(&text, around[0]);
	buf_adds(&text, " \"");
	imapin_show(what, &text);
	buf_addf(&text, "\"%s", around[1]);
	buf_add(&text, "", 1);
	say(c, status, buf_bytes(&text));
	buf_free(&text);
}

void
imapcall_bad_at(struct imapcall *c, const char *before,
    const struct imapin *what, const char *after)
{
	say_at(c, "BAD", (const char *const[2]){ before, after }, what);
}

void
imapcall_no_at(struct imapcall *c, const char *before,
    const struct imapin *what, const char *after)
{
	say_at(c, "NO", (const char *const[2]){ before, after }, what);
}

bool
imapcall_unclosed(struct imapcall *c)
{
	struct imapin in = c->in;
	struct buf text = { 0 };
	bool begins = in.at < in.len && in.p[in.at] == '"' &&
	    (in.at == 0 || strchr(" (", in.p[in.at - 1]) != NULL);
	bool is = begins && !imapin_string(&in, "", &text);

	if (is)
		imapcall_bad(c, "The closing \" of a string is missing");
	buf_free(&text);
	return is;
}

void
imapcall_usage(struct imapcall *c)
{
	const char *uid = c->uid ? "UID " : "";
	int tag = (int)c->tag.len;

	if (imapcall_unclosed(c))
		return;
	if (c->verb->wants == NULL)
		imapcall_bad(c, "%s stands alone: %.*s %s", c->verb->name, tag,
		    c->tag.p, c->verb->name);
	else
		imapcall_bad(c, "%s%s wants %s: %.*s %s%s %s", uid,
		    c->verb->name, c->verb->wants, tag, c->tag.p, uid,
		    c->verb->name, c->verb->example);
}

bool
imapcall_blank(struct imapcall *c)
{
	if (imapin_blank(&c->in) && !imapin_end(&c->in))
		return true;
	imapcall_usage(c);
	return false;
}

bool
imapcall_end(struct imapcall *c)
{
	if (imapin_end(&c->in))
		return true;
	imapcall_usage(c);
	return false;
}

bool
imapcall_settle(struct imapcall *c, struct imapset *set, bool uid)
{
	const struct imapview *v = &c->imap->view;
	size_t count = v->count;

	if (!uid && set->most > count && !(count == 0 && set->star)) {
		if (count == 0)
			imapcall_bad(c,
			    "There is no message %lu: "
			    "the mailbox is empty",
			    (unsigned long)set->most);
		else
			imapcall_bad(c,
			    "There is no message %lu: "
			    "the mailbox has 1 to %zu",
			    (unsigned long)set->most, count);
		return false;
	}
	if (uid)
		imapset_settle(set, count == 0 ? 0 : v->list[count - 1].uid);
	else
		imapset_settle(set, (uint32_t)count);
	return true;
}

bool
imapcall_set(struct imapcall *c, struct imapset *set)
{
	if (!imapset_read(set, &c->in)) {
		imapcall_usage(c);
		return false;
	}
	return imapcall_settle(c, set, c->uid);
}

bool
imapcall_in(const struct imapcall *c, const struct imapset *set, bool uid,
    size_t i)
{
	uint32_t id = c->imap->view.list[i].uid;

	if (set->saved)
		return imapset_has(&c->imap->saved, id);
	return imapset_has(set, uid ? id : (uint32_t)i + 1);
}

bool
imapcall_next(const struct imapcall *c, const struct imapset *set, size_t *i,
    struct mail **mail)
{
	const struct imapview *view = &c->imap->view;

	while (*i < view->count && !imapcall_in(c, set, c->uid, *i))
		++*i;
	if (*i == view->count)
		return false;
	*mail = imapview_mail(view, c->peer->box, *i);
	return true;
}

bool
imapcall_inbox(struct imapcall *c)
{
	struct buf name = { 0 };
	bool is = false;

	if (!imapin_string(&c->in, "]", &name)) {
		imapcall_usage(c);
	} else {
		struct imapin what = { buf_bytes(&name), name.len, 0 };

		is = text_is(what.p, what.len, "INBOX");
		if (!is)
			imapcall_no_at(c, "[NONEXISTENT] There is no mailbox",
			    &what, ": the only one here is INBOX");
	}
	buf_free(&name);
	return is;
}
