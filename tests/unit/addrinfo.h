/* SPDX-License-Identifier: ISC */
/* addrinfo.h - lists as the C library's resolver makes them. */
#ifndef ADDRINFO_H
#define ADDRINFO_H

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "lookup.h"

/* How many entries were made and not given back. */
static unsigned addrinfo_open;

/* An entry with the address that these n bytes name. */
static inline struct addrinfo *
addrinfo_make(const char *text, size_t n)
{
	struct addrinfo *ai = calloc(1, sizeof *ai);
	struct address *a = calloc(1, sizeof *a);
	char copy[64] = "";

	memcpy(copy, text, n);
	assert_true(lookup_address(copy, a));
	ai->ai_family = a->sa.ss_family;
	ai->ai_addr = (struct sockaddr *)&a->sa;
	ai->ai_addrlen = a->len;
	addrinfo_open++;
	return ai;
}

/* In place of the C library's. */
void
freeaddrinfo(struct addrinfo *ai)
{
	while (ai != NULL) {
		struct addrinfo *next = ai->ai_next;

		free(ai->ai_addr);
		free(ai);
		addrinfo_open--;
		ai = next;
	}
}

#endif
