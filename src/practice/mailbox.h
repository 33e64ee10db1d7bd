/* mailbox.h - the mail of a practice server, in memory.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef MAILBOX_H
#define MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Flags of a message (RFC 9051, section 2.3.2). */
enum {
	MAIL_SEEN = 1 << 0,
	MAIL_ANSWERED = 1 << 1,
	MAIL_FLAGGED = 1 << 2,
	MAIL_DELETED = 1 << 3,
	MAIL_DRAFT = 1 << 4
};

/* One message; its bytes are lines that end in CR LF, without dot-stuffing. */
struct mail {
	uint32_t uid; /* ascending, never used again */
	unsigned flags;
	time_t when; /* it came */
	char *bytes;
	size_t len;
	char *from;  /* of the envelope; "" is the null sender */
	char *to;    /* ... recipients, ", " between them */
	bool parted; /* no empty line ended the header: one was put there */
};

/*
 * The one mailbox, which all protocols share; all bytes zero is an empty one
 * without a bound.
 */
struct mailbox {
	struct mail **list; /* by uid */
	size_t count, room;
	uint32_t next_uid; /* minus 1 */
	uint32_t validity; /* UIDVALIDITY */
	size_t bytes;      /* of all messages */
	size_t extra;      /* of envelopes, and to keep it all */
	size_t reserved;   /* for messages that are still coming in */
	size_t most;       /* of all three, at most; 0: any */
	uint64_t changes;  /* counts every change: sessions compare it */
};

/* Keep a message (copied); NULL when it would not fit. */
struct mail *mailbox_add(struct mailbox *m, const char *bytes, size_t len,
    const char *from, const char *to);

/* Keep room for n bytes of a message that comes in; false: there is none.
 * Give it back before mailbox_add. */
bool mailbox_reserve(struct mailbox *m, size_t n);
void mailbox_release(struct mailbox *m, size_t n);

/* The message with this uid, or the first after it; NULL if there is none. */
struct mail *mailbox_find(const struct mailbox *m, uint32_t uid);

/* The bytes of the header with the empty line behind it. */
size_t mail_header(const struct mail *mail);

/* Set flags, or forget one message for good. */
void mailbox_flags(struct mailbox *m, struct mail *mail, unsigned flags);
void mailbox_remove(struct mailbox *m, struct mail *mail);
void mailbox_free(struct mailbox *m);

#endif
