/* dns.h - one question to a name server, and its answer.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef DNS_H
#define DNS_H

#include "dnsmsg.h"

struct fail;

/* Whom to ask and for how long; strings are borrowed. */
struct dns_plan {
	const char *server; /* "ADDR[:PORT]", of --dns; NULL: those of
			       /etc/resolv.conf, by its options */
	int timeout;        /* milliseconds for the whole; 0: as the options
			       of /etc/resolv.conf and RES_OPTIONS have it */
	int wake;           /* becomes readable when the user interrupts; -1 */
};

/*
 * Ask for the records of this name (IDN allowed) and type, by UDP and, where
 * the answer was cut short, by TCP.  Aliases (CNAME) are followed, over
 * further questions too if the server leaves that to us.
 *
 * 0 when a server answered: a->n - a->aliases records were found; if none,
 * a->rcode is DNS_NXDOMAIN (there is no such name) or DNS_NOERROR (the name
 * has none of this type).  Free *a with dnsmsg_free.  a->authentic is true
 * only when every step was marked AD by a server that was named by --dns, is
 * on the loopback, or is trusted by "options trust-ad" of /etc/resolv.conf.
 *
 * -1 and a sentence, with *a empty, when nobody answered well (SERVFAIL and
 * REFUSED, as for a name whose signatures are wrong; a loop of aliases; no
 * answer: STATUS_TIMEOUT; a name that cannot be: STATUS_USAGE).  That says
 * nothing about the name, so nothing may be concluded from it.  An
 * interruption through `wake` is errno EINTR, and nothing else is, with
 * `wake` left unread.
 */
int dns_ask(const struct dns_plan *plan, const char *name, enum dns_type type,
    struct dns_answer *a, struct fail *f);

#endif
