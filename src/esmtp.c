/* SPDX-License-Identifier: ISC */
/* esmtp.c - what SMTP and LMTP share. */
#include <stdbool.h>
#include <string.h>

#include "esmtp.h"
#include "reply.h"
#include "text.h"
#include "words.h"

struct judged
esmtp_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = reply_judge(h, a, line, len);

	j.closes = j.code == 221 || j.code == 421;
	return j;
}

bool
esmtp_agrees(const struct asked *a, const char *line, size_t len)
{
	(void)a;
	return len >= 3 && memcmp(line, "220", 3) == 0 &&
	    (len == 3 || line[3] == ' ');
}

void
esmtp_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	if (a->verb == NULL || a->hidden || j->class != CLASS_OK)
		return;
	/* Behind XCLIENT a new session begins (Postfix XCLIENT_README). */
	if ((a->flags & VERB_HELLO) == 0) {
		if (strcmp(a->verb->word, "XCLIENT") == 0)
			words_clear(w);
	} else if (j->first) {
		words_clear(w);
	} else if (len > 4) {
		words_add(w, line + 4, len - 4);
	}
}

/* "BDAT n [LAST]" (RFC 3030, section 2). */
static void
ask_bdat(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t at = text_nth(line, len, 1);

	if (text_octets(line + at, text_word(line + at, len - at), &w->octets) <
	    0)
		return;
	w->literal = w->octets > 0;
	at = text_nth(line, len, 2);
	if (text_is(line + at, text_word(line + at, len - at), "LAST"))
		a->flags |= VERB_DATA_END;
}

void
esmtp_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	/* Behind "AUTH" and the mechanism, which is no secret. */
	if ((a->flags & VERB_SECRET) != 0) {
		w->secret = text_nth(line, len, 2);
	} else if (a->verb != NULL && strcmp(a->verb->word, "BDAT") == 0) {
		ask_bdat(a, w, line, len);
	}
}

/* Is this one of the words behind the host's name? */
static bool
says(const char *line, size_t len, const char *name)
{
	size_t at = 4;
	int word;

	for (word = 0; at < len; word++) {
		size_t n = text_word(line + at, len - at);

		if (word > 0 && text_is(line + at, n, name))
			return true;
		at += n;
		at += text_blanks(line + at, len - at);
	}
	return false;
}

int
esmtp_greets(const char *line, size_t len, bool lmtp)
{
	int code = reply_code(line, len);

	if (code != 220 && reply_class_of(code) < CLASS_TRANSIENT)
		return 0;
	if (says(line, len, "LMTP"))
		return lmtp ? 2 : 0;
	if (says(line, len, "SMTP") || says(line, len, "ESMTP"))
		return lmtp ? 0 : 2;
	return lmtp ? 0 : 1;
}
