/* SPDX-License-Identifier: ISC */
/* esmtp.c - what SMTP and LMTP share. */
#include <stdbool.h>
#include <string.h>

#include "esmtp.h"
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
	size_t at = 0;
	int word;

	/* Behind "AUTH" and the mechanism, which is no secret. */
	for (word = 0; word < 2; word++) {
		at += text_word(line + at, len - at);
		while (at < len && (line[at] == ' ' || line[at] == '\t'))
			at++;
	}
	return at;
}

bool
esmtp_greets(const char *line, size_t len, bool lmtp)
{
	static const char *const codes[] = { "220", "421", "554" };
	bool says_lmtp = false;
	bool match = false;
	size_t i;

	for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		if (text_begins(line, len, codes[i]))
			match = len == 3 || line[3] == ' ' || line[3] == '-';
		if (match)
			break;
	}
	for (i = 3; match && i + 4 <= len; i++)
		says_lmtp |= text_begins(line + i, len - i, "LMTP");
	return match && says_lmtp == lmtp;
}
