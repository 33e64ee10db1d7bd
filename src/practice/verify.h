/* verify.h - VRFY of the practice server (RFC 5321, 3.5).  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef VERIFY_H
#define VERIFY_H

#include <stddef.h>

struct peer;

/* Answer what stands behind the verb: is there such a user? */
void verify(struct peer *p, const char *args, size_t n);

#endif
