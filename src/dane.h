/* dane.h - the TLSA records of a host, looked up and sorted.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef DANE_H
#define DANE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct dane;
struct dns_plan;
struct fail;
struct tlsa_host;

/* What is asked; strings are borrowed for the call. */
struct dane_ask {
	const struct dns_plan *dns;
	const char *host;   /* a name, ASCII */
	const char *domain; /* for which DNS named it, or NULL */
	uint16_t port;
	bool smtp; /* its rules are stricter (RFC 7672) */
};

/*
 * Look up the records of the host, or rather of the host that its name is an
 * alias of, if that has any (RFC 7672, section 2.2.2).  Its addresses need
 * not be authenticated: records say who answers there.  NULL and a sentence
 * when nothing can be verified by them: they are not authenticated, there
 * are none, or none that can be used (STATUS_TLS), or nobody answers.
 */
struct dane *dane_find(const struct dane_ask *ask, struct fail *f);
void dane_free(struct dane *d);

/*
 * Say that an answer is not authenticated: "the servers of" a domain, for
 * one.  Returns -1.
 */
int dane_refuse(struct fail *f, const char *what, const char *name);

/* What TLS has to know; valid until dane_free.  NULL for NULL. */
const struct tlsa_host *dane_records(const struct dane *d);

#endif
