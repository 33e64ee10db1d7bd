/* SPDX-License-Identifier: ISC */
/* lmtp.c - the Local Mail Transfer Protocol (RFC 2033).  Floor 4. */
#include "esmtp.h"
#include "proto.h"

static const struct scheme schemes[] = {
	{ "lmtp", 24, false },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "LHLO", "LHLO domain", "greet, and ask what the server can do",
	    "RFC 2033, 4.1", NULL, VERB_HELLO | VERB_RESET },
	ESMTP_VERBS,
	{ .word = NULL },
};

static int
lmtp_greets(const char *line, size_t len)
{
	return esmtp_greets(line, len, true);
}

const struct proto proto_lmtp = {
	.name = "lmtp",
	.title = "Local Mail Transfer Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = esmtp_judge,
	.ask = esmtp_ask,
	.greets = lmtp_greets,
	.agrees = esmtp_agrees,
	.learn = esmtp_learn,
	.hello = "LHLO %o",
	.upgrade = "STARTTLS",
	.offer = "STARTTLS",
	.quit = "QUIT",
	.reply_per_rcpt = true,
};
