/* candidates.h - the servers that DNS names for a domain.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct dns_plan;
struct fail;

/* One of them. */
struct candidate {
	char *host;        /* ASCII, without a last dot */
	uint16_t port;     /* of SRV; 0: the usual one */
	uint16_t priority; /* or the preference of an MX */
};

/* In the order in which to try them. */
struct candidates {
	struct candidate *list;
	size_t n;
	size_t odd;     /* how many were passed over: no name or port */
	size_t left;    /* how many more there were than are tried */
	bool authentic; /* vouched for by DNSSEC */
	bool implicit;  /* no MX: the domain's own host it is */
};

/*
 * The mail exchangers of a domain (RFC 5321, 5.1), by preference, equals
 * shuffled; without any, the domain itself.  0, or -1 and a sentence: none
 * can be had now, there is no such domain, or it accepts no mail (RFC 7505).
 */
int candidates_mx(const struct dns_plan *plan, const char *domain,
    struct candidates *c, struct fail *f);

/*
 * The servers of a service ("imaps": _imaps._tcp) of a domain, by priority
 * and weight (RFC 2782, RFC 6186).  0, or -1 and a sentence: also where the
 * domain has no such record, or says that it does not offer the service.
 */
int candidates_srv(const struct dns_plan *plan, const char *service,
    const char *domain, struct candidates *c, struct fail *f);

void candidates_free(struct candidates *c);

/* "mx1.example.org (10), mx2.example.org (20)", harmless; with the port
 * where it is known. */
void candidates_list(struct buf *to, const struct candidates *c);

/*
 * The name of the service in SRV records, for a scheme of URLs ("imaps",
 * "xmpp-client"); NULL if there is none.
 */
const char *candidates_service(const char *scheme);

#endif
