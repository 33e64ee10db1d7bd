/* popdrop.h - the mailbox as a POP3 session found it.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef POPDROP_H
#define POPDROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct mail;
struct mailbox;

/* list[0] is message 1; numbers stay while the session does. */
struct popdrop {
	struct {
		uint32_t uid;
		size_t len;
		bool deleted; /* at QUIT */
	} * list;
	size_t count;
};

void popdrop_open(struct popdrop *d, const struct mailbox *box);
void popdrop_free(struct popdrop *d);

/* How many bytes of memory it takes. */
size_t popdrop_holds(const struct popdrop *d);

/* How many are not deleted, and their octets. */
size_t popdrop_left(const struct popdrop *d, size_t *octets);

/* Nothing is deleted any more. */
void popdrop_keep(struct popdrop *d);

/*
 * Append a line of LIST for message i + 1 or, with the mailbox's UIDVALIDITY,
 * of UIDL; such lines for all that is not deleted and the line that ends them.
 */
void popdrop_row(struct buf *out, const struct popdrop *d, size_t i,
    uint32_t validity);
void popdrop_rows(struct buf *out, const struct popdrop *d, uint32_t validity);

/* Message i + 1; NULL when another client has removed it. */
struct mail *popdrop_mail(const struct popdrop *d, const struct mailbox *box,
    size_t i);

/* Remove what is deleted from the mailbox; how many that were. */
size_t popdrop_remove(const struct popdrop *d, struct mailbox *box);

/*
 * Append a message's header and so many lines of its body, with a dot before
 * each dot that begins a line, and the line that ends it.
 */
void popdrop_say(struct buf *out, const struct mail *mail, unsigned long lines);

#endif
