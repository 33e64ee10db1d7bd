/* skip.h - lines of ours that have lost their command.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef SKIP_H
#define SKIP_H

#include <stdbool.h>
#include <stddef.h>

struct dialog;

/*
 * A line of ours, or a piece of a long one, belongs to a command that was
 * refused (struct heard, data_refused) and is not sent.  True when it was the
 * last of these.
 */
bool skip_line(struct dialog *d, const char *line, size_t len, bool first,
    bool last);

#endif
