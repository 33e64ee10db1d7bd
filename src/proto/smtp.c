/* SPDX-License-Identifier: ISC */
/* smtp.c - SMTP and message submission (RFC 5321, RFC 6409).  Floor 4. */
#include "esmtp.h"
#include "proto.h"

/* 1025 and 2525 are where mail servers for testing listen. */
static const struct scheme schemes[] = {
	{ "smtp", 25, false },
	{ "smtps", 465, true },
	{ "submission", 587, false },
	{ "submissions", 465, true },
	{ "smtp", 1025, false },
	{ "smtp", 2525, false },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "EHLO", "EHLO domain", "greet, and ask what the server can do",
	    "RFC 5321, 4.1.1.1", NULL, VERB_HELLO | VERB_RESET },
	{ "HELO", "HELO domain", "greet as in 1982", "RFC 5321, 4.1.1.1", NULL,
	    VERB_HELLO | VERB_RESET },
	ESMTP_VERBS,
	{ .word = NULL },
};

static int
smtp_greets(const char *line, size_t len)
{
	return esmtp_greets(line, len, false);
}

const struct proto proto_smtp = {
	.name = "smtp",
	.title = "Simple Mail Transfer Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = esmtp_judge,
	.ask = esmtp_ask,
	.greets = smtp_greets,
	.agrees = esmtp_agrees,
	.learn = esmtp_learn,
	.hello = "EHLO %o",
	.upgrade = "STARTTLS",
	.offer = "STARTTLS",
	.quit = "QUIT",
};
