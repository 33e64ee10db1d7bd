/* SPDX-License-Identifier: ISC */
/* lmtp.c - the Local Mail Transfer Protocol (RFC 2033).  Floor 4. */
#include "esmtp.h"
#include "proto.h"
#include "reply.h"

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

static bool
lmtp_greets(const char *line, size_t len)
{
	return esmtp_greets(line, len, true);
}

const struct proto proto_lmtp = {
	.name = "lmtp",
	.title = "Local Mail Transfer Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = reply_judge,
	.greets = lmtp_greets,
	.agrees = esmtp_agrees,
	.secret_at = esmtp_secret_at,
	.hello = "LHLO",
	.upgrade = "STARTTLS",
	.quit = "QUIT",
	.closing = esmtp_closing,
	.reply_per_rcpt = true,
};
