/* SPDX-License-Identifier: ISC */
/* veil.c - secrets in a transcript, where nobody marked them. */
#include <stdio.h>
#include <string.h>

#include "dialog.h"
#include "protos.h"
#include "text.h"
#include "veil.h"

enum {
	MOST = 64, /* so many are remembered */
	LEAST = 4  /* a shorter one stands in too many words */
};

size_t
veil_guess(struct veil *v, const char *text, size_t len)
{
	const struct proto *proto;
	size_t least = v->challenging && v->wants ? 0 : len;
	bool challenging = least == 0;
	size_t i;

	for (i = 0; (proto = protos_at(i)) != NULL; i++) {
		const struct verb *verb = protos_verb(proto, text, len);
		struct dialog d;
		struct said said;

		if (verb == NULL ||
		    (verb->flags & (VERB_SECRET | VERB_CHALLENGE)) == 0)
			continue;
		challenging |= (verb->flags & VERB_CHALLENGE) != 0;
		dialog_start(&d, proto, false);
		said = dialog_said(&d, text, len);
		dialog_end(&d);
		if (said.secret < least)
			least = said.secret;
	}
	v->challenging = challenging;
	return least;
}

void
veil_heard(struct veil *v, const char *text, size_t len)
{
	v->wants = len > 0 &&
	    (text[0] == '3' ||
		(text[0] == '+' && !text_begins(text, len, "+OK")));
}

void
veil_remember(struct veil *v, const char *text, size_t len)
{
	char name[32];

	if (len < LEAST || v->secrets.count == MOST)
		return;
	snprintf(name, sizeof name, "secret:%zu", v->secrets.count);
	vars_set(&v->secrets, name, strlen(name), text, len);
}

void
veil_put(const struct veil *v, struct buf *to, const char *text, size_t len)
{
	vars_mask(&v->secrets, to, text, len);
}

void
veil_free(struct veil *v)
{
	vars_free(&v->secrets);
}
