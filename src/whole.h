/* whole.h - answers that end where the connection ends.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef WHOLE_H
#define WHOLE_H

#include <stddef.h>

#include "proto.h"

/*
 * struct proto's ask and judge for protocols of one line of ours, to which
 * all that the server ever sends is the answer, be it nothing at all.
 */
void whole_ask(struct asked *a, struct wants *w, const char *line, size_t len);
struct judged whole_judge(struct hold *h, const struct asked *a,
    const char *line, size_t len);

#endif
