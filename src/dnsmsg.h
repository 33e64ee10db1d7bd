/* dnsmsg.h - questions to name servers and their answers.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef DNSMSG_H
#define DNSMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types of record that are asked for or shown (RFC 1035, 3.2.2 ...). */
enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_TLSA = 52
};

/* Response codes that are told apart (RFC 1035, 4.1.1). */
enum {
	DNS_NOERROR = 0,
	DNS_FORMERR = 1,
	DNS_SERVFAIL = 2,
	DNS_NXDOMAIN = 3,
	DNS_NOTIMP = 4,
	DNS_REFUSED = 5
};

/* More aliases one after the other are taken for a loop. */
enum { DNS_ALIASES_MOST = 16 };

/* Room for the text of a name, escapes (\., \032) and the NUL with it. */
enum { DNS_NAME_SIZE = 1025 };

/* The bytes of a question, and of an answer by UDP (RFC 9715). */
enum { DNS_QUESTION_MOST = 512, DNS_UDP_MOST = 1232 };

/*
 * One record.  Names have no last dot, the root is ".".  A name may hold any
 * byte (in escaped form): dnstext_is_host tells what can be a host.
 */
struct dns_record {
	enum dns_type type;
	uint32_t ttl;        /* seconds */
	char *name;          /* whose record it is */
	char *host;          /* of MX, SRV, CNAME; NULL otherwise */
	uint16_t priority;   /* of MX and SRV: the lowest is first */
	uint16_t weight;     /* of SRV */
	uint16_t port;       /* of SRV */
	char address[46];    /* of A and AAAA, as text */
	uint8_t usage;       /* of TLSA (RFC 6698, 2.1): 0 to 3, or others */
	uint8_t selector;    /* of TLSA */
	uint8_t matching;    /* of TLSA */
	unsigned char *data; /* of TLSA; of TXT its strings joined */
	size_t len;          /* of data */
};

/* All zero is an answer without a record. */
struct dns_answer {
	struct dns_record *records; /* the aliases (CNAME) that led there, in
				       their order, then what was asked for */
	size_t n;
	size_t aliases;  /* the first so many are CNAME records */
	char *canonical; /* the name at the end of the aliases */
	int rcode;       /* DNS_NOERROR or another */
	bool authentic;  /* a validating server says so (AD, RFC 4035), and
			    it is one to be believed: dns_ask tells which */
};

/*
 * Write a question, of one name and type, with EDNS and the DO and AD bits
 * (RFC 6891, RFC 6840 5.7).  The name is ASCII; a last dot is ignored.
 * Returns its length, or 0 when the name cannot be asked for (a label of
 * more than 63 bytes, an empty one, more than 255 in all).
 */
size_t dnsmsg_question(unsigned char *to, size_t size, uint16_t id,
    const char *name, enum dns_type type);

/*
 * Put the same question, of n bytes, with EDNS or in the words of RFC 1035
 * alone, for a server that knows no other.  Returns how many bytes of it to
 * send; n stays what dnsmsg_read is told.
 */
size_t dnsmsg_edns(unsigned char *asked, size_t n, bool edns);

/* What bytes from a server are to the question that was asked. */
enum dnsmsg_kind {
	DNSMSG_STRANGER,  /* not its answer: another id or question */
	DNSMSG_BROKEN,    /* its answer, and ill-formed */
	DNSMSG_TRUNCATED, /* its answer, and there is more of it by TCP */
	DNSMSG_ANSWER
};

/*
 * Read what came, as an answer to that question (`asked` as written by
 * dnsmsg_question).  *a must be all zero and is filled for DNSMSG_ANSWER
 * alone; its `authentic` is the AD bit as it came.  Records that do not
 * belong to the question or its aliases are left out.
 */
enum dnsmsg_kind dnsmsg_read(struct dns_answer *a, const unsigned char *asked,
    size_t nasked, const unsigned char *p, size_t n);

void dnsmsg_free(struct dns_answer *a);

#endif
