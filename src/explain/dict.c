/* SPDX-License-Identifier: ISC */
/* dict.c - the replies of DICT, by their digits alone.  Floor 3. */
#include "explain/codes.h"

static const struct code_theory theory = {
	.first = { [1] = "begun, more follows",
	    [2] = "done",
	    [3] = "go on, more is wanted",
	    [4] = "refused for now",
	    [5] = "refused for good" },
	.second = { [0] = "the syntax",
	    [1] = "information",
	    [2] = "the connection",
	    [3] = "who you are",
	    [5] = "dictionaries",
	    [8] = "private things" },
	.rfc = "RFC 2229, 2.4",
};

const struct codes codes_dict = {
	.title = "DICT",
	.protos = { "dict" },
	.place = CODE_DIGITS,
	.theory = &theory,
};
