/* dnstext.h - records and codes of DNS, in words.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef DNSTEXT_H
#define DNSTEXT_H

#include <stdbool.h>

#include "dnsmsg.h"

struct buf;

/* "TLSA" for DNS_TLSA. */
const char *dnstext_type(enum dns_type type);

/* What a response code means: "no such name"; never NULL. */
const char *dnstext_words(int rcode);

/* Can this name be a host's: letters, digits, "-", "_" and ".", no address? */
bool dnstext_is_host(const char *name);

/*
 * Append the record as one harmless line, as zone files and dig have it:
 * "example.org.  3600  IN  MX  10 mail.example.org.", and a line feed.
 */
void dnstext_line(struct buf *to, const struct dns_record *r);

#endif
