/* SPDX-License-Identifier: ISC */
/* dnsmsg_fuzz.c - any answer to a question.
 *
 * The first byte picks the type of record, the second is the head's fourth,
 * six more are the counts of records, the rest stands behind the question. */
#include "dnsmsg.h"
#include "buf.h"
#include "dnstext.h"
#include "fuzz.h"

enum { HEAD = 12, OPT = 11, BEFORE = 8 };

static void
check_line(const struct dns_record *r)
{
	struct buf text = { 0 };
	size_t i;

	dnstext_line(&text, r);
	MUST(text.len > 0 && buf_bytes(&text)[text.len - 1] == '\n');
	for (i = 0; i + 1 < text.len; i++)
		MUST((unsigned char)buf_bytes(&text)[i] >= ' ');
	buf_free(&text);
}

static void
check(const struct dns_answer *a, enum dns_type type)
{
	size_t i;

	MUST(a->aliases <= a->n && a->aliases <= DNS_ALIASES_MOST);
	MUST(a->canonical != NULL);
	for (i = 0; i < a->n; i++) {
		const struct dns_record *r = &a->records[i];

		MUST(r->type == (i < a->aliases ? DNS_CNAME : type));
		MUST(r->name != NULL);
		MUST((r->host != NULL) ==
		    (r->type == DNS_CNAME || r->type == DNS_MX ||
			r->type == DNS_SRV));
		check_line(r);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum dns_type types[] = { DNS_A, DNS_CNAME, DNS_MX,
		DNS_TXT, DNS_AAAA, DNS_SRV, DNS_TLSA };
	unsigned char asked[DNS_QUESTION_MOST];
	struct dns_answer a = { 0 };
	enum dnsmsg_kind kind;
	enum dns_type type;
	size_t nasked, n;
	char *p;

	if (size < BEFORE)
		return 0;
	type = types[data[0] % (sizeof types / sizeof types[0])];
	nasked = dnsmsg_question(asked, sizeof asked, 1, "a.example", type);
	MUST(nasked > HEAD + OPT);
	n = nasked - OPT + size - BEFORE;
	p = malloc(n);
	MUST(p != NULL);
	memcpy(p, asked, nasked - OPT);
	memcpy(p + nasked - OPT, data + BEFORE, size - BEFORE);
	p[2] = (char)0x81;
	p[3] = (char)data[1];
	memcpy(p + 6, data + 2, 6);
	kind = dnsmsg_read(&a, asked, nasked, (unsigned char *)p, n);
	MUST(kind == DNSMSG_ANSWER || kind == DNSMSG_BROKEN);
	if (kind == DNSMSG_ANSWER)
		check(&a, type);
	else
		MUST(a.records == NULL && a.n == 0);
	free(p);
	dnsmsg_free(&a);
	return 0;
}
