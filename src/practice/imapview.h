/* imapview.h - the mailbox, as one client was told that it is.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPVIEW_H
#define IMAPVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct mail;
struct mailbox;

/* list[0] is message 1; all bytes zero is an empty view. */
struct imapview {
	struct {
		uint32_t uid;
		unsigned flags;
	} * list;
	size_t count, room;
	uint32_t last;    /* the highest uid there ever was */
	uint64_t changes; /* of the mailbox, up to which it is told */
};

/* What there is now, without a word. */
void imapview_open(struct imapview *v, const struct mailbox *box);

/*
 * Append what has changed since: EXPUNGE (unless `keep`, since numbers must
 * not change now), EXISTS, and FETCH with FLAGS and perhaps UID.
 */
void imapview_tell(struct imapview *v, const struct mailbox *box,
    struct buf *out, bool keep, bool uid);

/* Message i + 1; NULL when it is gone, which the client may not know yet. */
struct mail *imapview_mail(const struct imapview *v, const struct mailbox *box,
    size_t i);

void imapview_close(struct imapview *v);

#endif
