/* reply.h - replies of three digits (RFC 5321, 4.2).  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "proto.h"

/* The code a line begins with, 100 to 599, or 0: "250", "250 x", "250-x". */
int reply_code(const char *line, size_t len);

/* The class of a code. */
enum reply_class reply_class_of(int code);

/* Set the code, class and status word that a line begins with. */
void reply_status(struct judged *j, const char *line, size_t len);

/*
 * struct proto's judge for protocols whose every line bears the code, "-"
 * behind it on all but the last.  A line without one inside a reply is part
 * of it; elsewhere it is CLASS_NONE.
 */
struct judged reply_judge(struct hold *h, const struct asked *a,
    const char *line, size_t len);

#endif
