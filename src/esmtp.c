/* SPDX-License-Identifier: ISC */
/* esmtp.c - what SMTP and LMTP share. */
#include <stdbool.h>
#include <string.h>

#include "esmtp.h"
#include "reply.h"
#include "text.h"

const int esmtp_closing[] = { 221, 421, 0 };

bool
esmtp_agrees(const char *line, size_t len)
{
	return len >= 3 && memcmp(line, "220", 3) == 0 &&
	    (len == 3 || line[3] == ' ');
}

size_t
esmtp_secret_at(const char *line, size_t len)
{
	size_t at = text_blanks(line, len);
	int word;

	/* Behind "AUTH" and the mechanism, which is no secret. */
	for (word = 0; word < 2; word++) {
		at += text_word(line + at, len - at);
		at += text_blanks(line + at, len - at);
	}
	return at;
}

/* Does one of the words behind the host's name say LMTP? */
static bool
says_lmtp(const char *line, size_t len)
{
	size_t at = 4;
	int word;

	for (word = 0; at < len; word++) {
		size_t n = text_word(line + at, len - at);

		if (word > 0 && text_is(line + at, n, "LMTP"))
			return true;
		at += n;
		at += text_blanks(line + at, len - at);
	}
	return false;
}

bool
esmtp_greets(const char *line, size_t len, bool lmtp)
{
	int code = reply_code(line, len);

	if (code != 220 && reply_class_of(code) < CLASS_TRANSIENT)
		return false;
	return says_lmtp(line, len) == lmtp;
}
