/* ircverbs.h - the commands of IRC, and what answers each.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef IRCVERBS_H
#define IRCVERBS_H

#include "proto.h"

extern const struct verb ircverbs[];

/* Numerics, or a command word, that end the answer to a command. */
struct irc_end {
	const char *verb;
	int ends[3];
	const char *echo;
	int least; /* parameters without which nothing, or an error, comes */
	bool one;  /* of several targets each is answered, or none */
};

/* What ends the answer to this command; NULL: there may be none at all. */
const struct irc_end *ircverbs_end(const struct verb *verb);

#endif
