/* hark.h - what the client says, held against a transcript.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef HARK_H
#define HARK_H

#include <stdbool.h>
#include <stddef.h>

#include "dialog.h"

struct guest;
struct item;

/*
 * A line that the client is to say, and what it was on paper.  The text of
 * variables that nobody has set is as fill_text makes it.
 */
struct cue {
	const struct item *item;
	const char *text;
	size_t len;
	bool bare;  /* its line end is not sent */
	bool whole; /* the item's text makes this line and nothing else */
	bool loose; /* any bytes may stand for it */
	enum said_kind kind;
	bool goes_on; /* more of ours follows at once: data, octets, lines */
	bool octets;  /* ... and these are octets, at once or later */
	unsigned id;  /* of the last command so far */
};

/*
 * Wait for what is expected and take it.  A command is compared by its verb,
 * or as the template that it is; data, octets and secrets by nothing; all of
 * it byte for byte, but for line ends, where the guest is to be exact.  -1 as
 * guest_more.
 */
int hark(struct guest *g, const struct cue *c);

#endif
