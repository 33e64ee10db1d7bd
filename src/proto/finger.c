/* SPDX-License-Identifier: ISC */
/* finger.c - the Finger User Information Protocol (RFC 1288).  Floor 4. */
#include "proto.h"
#include "whole.h"

static const struct scheme schemes[] = {
	{ "finger", 79, false },
	{ NULL, 0, false },
};

/* Everything else is a user's name; an empty line asks who is there. */
static const struct verb verbs[] = {
	{ "/W", "/W [user]", "more of the user, or of all", "RFC 1288, 2.5.4",
	    NULL, 0 },
	{ .word = NULL },
};

const struct proto proto_finger = {
	.name = "finger",
	.title = "Finger User Information Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = whole_judge,
	.ask = whole_ask,
	.mute = true,
};
