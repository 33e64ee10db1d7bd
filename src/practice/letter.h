/* letter.h - a mail transaction: MAIL, RCPT, DATA or BDAT.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef LETTER_H
#define LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "practice/envelope.h"

struct peer;

enum { LETTER_RECIPIENTS = 100, LETTER_HELO = 256 };

/* All bytes zero is none. */
struct letter {
	char helo[LETTER_HELO]; /* who the client says it is; stays */
	bool esmtp;             /* by EHLO; stays */
	bool open;              /* MAIL was accepted */
	bool data;              /* lines are of the message */
	bool chunks;            /* BDAT has begun */
	bool last;              /* this chunk is */
	bool utf8;              /* of the address too */
	char from[ENVELOPE_PATH + 1];
	struct buf to; /* recipients, ", " between */
	size_t recipients, refused;
	struct buf text;    /* with our header before it */
	size_t head;        /* bytes of that */
	size_t reserved;    /* of the mailbox, for all of it */
	uint64_t left;      /* bytes of the chunk */
	const char *spoilt; /* the refusal that it will get, or NULL */
};

/* The commands; args is what stands behind the verb. */
void letter_mail(struct peer *p, struct letter *l, const char *args, size_t n);
void letter_rcpt(struct peer *p, struct letter *l, const char *args, size_t n);
void letter_data(struct peer *p, struct letter *l);
void letter_bdat(struct peer *p, struct letter *l, const char *args, size_t n);

/* A line of the message while l->data; bytes of it while l->left. */
void letter_line(struct peer *p, struct letter *l, const char *line, size_t n);
void letter_bytes(struct peer *p, struct letter *l, const char *b, size_t n);

/* Forget the transaction. */
void letter_reset(struct peer *p, struct letter *l);

#endif
