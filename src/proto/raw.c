/* SPDX-License-Identifier: ISC */
/* raw.c - no rules: lines pass both ways at any time.  Floor 4. */
#include "proto.h"

const struct proto proto_raw = {
	.name = "raw",
	.title = "no reply rules",
};
