/* SPDX-License-Identifier: ISC */
/* gopher.c - the Internet Gopher Protocol (RFC 1436).  Floor 4. */
#include "proto.h"
#include "whole.h"

static const struct scheme schemes[] = {
	{ "gopher", 70, false },
	{ NULL, 0, false },
};

/* A selector is the server's own: an empty line asks for the main menu. */
static const struct verb verbs[] = {
	{ .word = NULL },
};

const struct proto proto_gopher = {
	.name = "gopher",
	.title = "Internet Gopher Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = whole_judge,
	.ask = whole_ask,
	.mute = true,
};
