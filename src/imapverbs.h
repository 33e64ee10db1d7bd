/* imapverbs.h - the commands of IMAP.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPVERBS_H
#define IMAPVERBS_H

#include "proto.h"

/* RFC 9051, RFC 3501 and their extensions; ended by a NULL word. */
extern const struct verb imap_verbs[];

#endif
