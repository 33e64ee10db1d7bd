/* receipt.h - what a message is, in words: envelope beside header.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef RECEIPT_H
#define RECEIPT_H

struct buf;
struct mail;
struct mailbox;

/* All of these append lines that end in LF and are harmless to a terminal. */

/* What a note says when it was accepted. */
void receipt_note(const struct mail *mail, struct buf *to);

/* The mailbox, a line for each message. */
void receipt_list(const struct mailbox *box, struct buf *to);

/* One message: its envelope, then all of it. */
void receipt_show(const struct mail *mail, struct buf *to);

#endif
