/* SPDX-License-Identifier: ISC */
/* imapview.c - numbers that change only when the client hears of it. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "practice/imapflag.h"
#include "practice/imapview.h"
#include "practice/mailbox.h"

static void
add(struct imapview *v, const struct mail *mail)
{
	if (v->count == v->room) {
		v->room = v->room == 0 ? 16 : v->room * 2;
		v->list = xrealloc(v->list, v->room * sizeof *v->list);
	}
	v->list[v->count].uid = mail->uid;
	v->list[v->count].flags = mail->flags;
	v->count++;
	v->last = mail->uid;
}

void
imapview_open(struct imapview *v, const struct mailbox *box)
{
	size_t i;

	v->count = 0;
	v->last = 0;
	for (i = 0; i < box->count; i++)
		add(v, box->list[i]);
	v->changes = box->changes;
}

struct mail *
imapview_mail(const struct imapview *v, const struct mailbox *box, size_t i)
{
	struct mail *mail = mailbox_find(box, v->list[i].uid);

	return mail != NULL && mail->uid == v->list[i].uid ? mail : NULL;
}

static void
say_flags(struct buf *out, size_t number, const struct mail *mail, bool uid)
{
	buf_addf(out, "* %zu FETCH (", number);
	if (uid)
		buf_addf(out, "UID %lu ", (unsigned long)mail->uid);
	buf_adds(out, "FLAGS ");
	imapflag_say(out, mail->flags);
	buf_adds(out, ")\r\n");
}

/* Those that were there before; how many of them are gone and not told. */
static size_t
tell_known(struct imapview *v, const struct mailbox *box, struct buf *out,
    bool keep, bool uid)
{
	size_t i, kept = 0, gone = 0;

	for (i = 0; i < v->count; i++) {
		struct mail *mail = imapview_mail(v, box, i);

		if (mail == NULL && !keep) {
			buf_addf(out, "* %zu EXPUNGE\r\n", kept + 1);
			continue;
		}
		v->list[kept] = v->list[i];
		kept++;
		if (mail == NULL)
			gone++;
		else if (mail->flags != v->list[i].flags) {
			v->list[kept - 1].flags = mail->flags;
			say_flags(out, kept, mail, uid);
		}
	}
	v->count = kept;
	return gone;
}

void
imapview_tell(struct imapview *v, const struct mailbox *box, struct buf *out,
    bool keep, bool uid)
{
	size_t gone, known, i = box->count;

	if (v->changes == box->changes)
		return;
	gone = tell_known(v, box, out, keep, uid);
	known = v->count;
	while (i > 0 && box->list[i - 1]->uid > v->last)
		i--;
	for (; i < box->count; i++)
		add(v, box->list[i]);
	if (v->count > known)
		buf_addf(out, "* %zu EXISTS\r\n", v->count);
	if (gone == 0)
		v->changes = box->changes;
}

void
imapview_close(struct imapview *v)
{
	free(v->list);
	memset(v, 0, sizeof *v);
}
