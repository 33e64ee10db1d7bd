/* saslprep.h - names and passwords as they are sent (RFC 4013).  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef SASLPREP_H
#define SASLPREP_H

/*
 * RFC 4013 without its normalization (NFKC): exact for ASCII, and for other
 * text as keyboards give it, which is normal already but for rare signs.
 * The caller wipes and frees the result.  NULL: it is not UTF-8, or has a
 * character that is prohibited.
 */
char *saslprep(const char *text);

#endif
