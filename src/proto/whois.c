/* SPDX-License-Identifier: ISC */
/* whois.c - the WHOIS Protocol (RFC 3912).  Floor 4. */
#include "proto.h"
#include "whole.h"

static const struct scheme schemes[] = {
	{ "whois", 43, false },
	{ NULL, 0, false },
};

/* What a query looks like is the server's own. */
static const struct verb verbs[] = {
	{ .word = NULL },
};

const struct proto proto_whois = {
	.name = "whois",
	.title = "WHOIS Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = whole_judge,
	.ask = whole_ask,
	.mute = true,
};
