/* SPDX-License-Identifier: ISC */
/* danecmd_test.c - what a domain publishes, and what a chain would need. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cert.h"
#include "certs.h"
#include "craft.h"
#include "danecmd.h"
#include "nameserver.h"
#include "pair.h"
#include "protos.h"
#include "stage.h"
#include "surety.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define ZEROES \
	"0000000000000000000000000000000000000000000000000000000000000000"

static const struct zone zones[] = {
	{ "_mta-sts.good.test", DNS_TXT, "", 0,
	    "@ TXT something else\n@ TXT v=STSv1; id=2026a;" },
	{ "_mta-sts.two.test", DNS_TXT, "", 0,
	    "@ TXT v=STSv1; id=1;\n@ TXT v=STSv1; id=2;" },
	{ "_mta-sts.odd.test", DNS_TXT, "", 0, "@ TXT v=STSv1; id=a-b;" },
	{ "_mta-sts.none.test", DNS_TXT, "", 0, "@ TXT v=STSv10; id=1;" },
	{ "_mta-sts.alias.test", DNS_TXT, "", 0,
	    "@ CNAME sts.host.test\nsts.host.test TXT v=STSv1; id=9;" },
	{ "_mta-sts.bad.test", DNS_TXT, "", DNS_SERVFAIL, "" },
	{ "_mta-sts.xn--bcher-kva.test", DNS_TXT, "", 0,
	    "@ TXT v=STSv1; id=3;" },
	{ "_25._tcp.mx.test", DNS_TLSA, "a", 0, "@ TLSA 3 1 1 " ZEROES },
	{ "mx.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ .name = NULL },
};

/* Run one command in a stage that is set; what it shows is all of st->err. */
static void
run(struct stage *st, void (*command)(struct command *c, const char *arg),
    const char *arg)
{
	struct command c = { .s = &st->s };

	command(&c, arg);
	outlet_flush(&st->s.out);
}

static void
test_sts(void **state)
{
	static const struct {
		const char *arg;
		const char *shown; /* the end of it */
	} rows[] = {
		{ "good.test",
		    "* the policy of today is 2026a: fetch "
		    "https://mta-sts.good.test/.well-known/mta-sts.txt\n" },
		{ "good.test.",
		    "https://mta-sts.good.test/.well-known/"
		    "mta-sts.txt\n" },
		{ "alias.test",
		    "today is 9: fetch https://mta-sts.alias.test/"
		    ".well-known/mta-sts.txt\n" },
		{ "b\xc3\xbc"
		  "cher.test",
		    "https://mta-sts.xn--bcher-kva.test/.well-known/"
		    "mta-sts.txt\n" },
		{ "two.test",
		    "! 2 records of MTA-STS where one may be: so there is no "
		    "policy (RFC 8461, 3.1)\n" },
		{ "odd.test",
		    "! the record is ill-formed: its id is not of 1 to 32 "
		    "letters and digits; so there is no policy (RFC 8461, "
		    "3.1)\n" },
		{ "none.test",
		    "* none.test announces no MTA-STS policy: "
		    "_mta-sts.none.test has no TXT record that begins with "
		    "\"v=STSv1;\"\n" },
		{ "gone.test", "begins with \"v=STSv1;\"\n" },
		{ "bad.test", "or its signatures are wrong)\n" },
		{ "a..test", ": no name that can be looked up\n" },
		{ "\xff.test", ": not written in UTF-8\n" },
		{ "", "telex: sts: which domain? (sts DOMAIN)\n" },
		{ "192.0.2.1",
		    "telex: sts: 192.0.2.1 is an address, and has no such "
		    "records\n" },
	};
	static struct stage st;
	struct nameserver ns;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .dns = ns.address,
			.connect_timeout = 5000 };
		size_t n = strlen(rows[i].shown);

		stage_dark(&st);
		session_init(&st.s, &opt, true);
		run(&st, danecmd_sts, rows[i].arg);
		session_free(&st.s);
		stage_light(&st);
		if (strlen(st.err) < n ||
		    strcmp(st.err + strlen(st.err) - n, rows[i].shown) != 0) {
			wrong++;
			print_error("%s: \"%s\"\n", rows[i].arg, st.err);
		}
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* --- under TLS --- */

struct world {
	EVP_PKEY *key, *ca_key;
	X509 *cert, *ca;
	struct pair pair;
	char hex[65], ca_hex[65]; /* the SHA-256 of the keys */
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	X509 *chain[] = { NULL, NULL, NULL };
	struct pair_plan plan = { .chain = chain };
	unsigned char md[32];

	w->key = EVP_EC_gen("P-256");
	w->ca_key = EVP_EC_gen("P-256");
	w->ca = cert_authority("ca", w->ca_key, NULL);
	w->cert = cert_make("mx", w->key,
	    &(struct issuer){ .cert = w->ca, .key = w->ca_key }, NULL, 9);
	chain[0] = w->cert;
	chain[1] = w->ca;
	plan.key = w->key;
	cert_key_digest(w->cert, md);
	cert_hex(w->hex, md);
	cert_key_digest(w->ca, md);
	cert_hex(w->ca_hex, md);
	*state = w;
	return pair_begin(&w->pair, &plan) ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	pair_end(&w->pair);
	X509_free(w->cert);
	X509_free(w->ca);
	EVP_PKEY_free(w->key);
	EVP_PKEY_free(w->ca_key);
	free(w);
	return 0;
}

static const struct row {
	const char *proto;
	const char *arg;  /* %: the key's digest, ^: the issuer's */
	const char *base; /* the host */
	uint16_t port;
	bool clear, dane;
	const char *shown; /* is in it */
} rows[] = {
	{ "smtp", "", "mx.test", 25, false, false,
	    "_25._tcp.mx.test. IN TLSA 3 1 1 %\n" },
	{ "smtp", "", "mx.test", 465, false, false,
	    "_465._tcp.mx.test. IN TLSA 3 1 1 %\n" },
	/* Without a port, as of a path, the one of mail; no name. */
	{ "smtp", "", "192.0.2.1", 0, false, false,
	    "_25._tcp.NAME. IN TLSA 3 1 1 %\n" },
	{ "smtp", "", "mx.test", 25, false, true,
	    "; published: 3 1 1 " ZEROES ": not true of this chain\n" },
	{ "smtp", "3 1 1 %", "mx.test", 25, false, false,
	    "; 3 1 1 %: true of the server's certificate\n" },
	{ "smtp", " 3  1 1 % ", "mx.test", 25, false, false,
	    "; 3 1 1 %: true of the server's certificate\n" },
	{ "smtp", "2 1 1 %", "mx.test", 25, false, false,
	    "; 2 1 1 %: not true of this chain\n" },
	{ "smtp", "2 1 1 ^", "mx.test", 25, false, false,
	    "; 2 1 1 ^: true of certificate 1 of the chain\n" },
	{ "smtp", "1 1 1 %", "mx.test", 25, false, false,
	    "; 1 1 1 %: no use, usage 1 is not for SMTP (RFC 7672, 3.1.3)\n" },
	{ "imap", "1 1 1 %", "mx.test", 25, false, false,
	    "; 1 1 1 %: true of the server's certificate\n" },
	{ "smtp", "3 1 1 00", "mx.test", 25, false, false,
	    "; 3 1 1 00: no use, matching type 1 has 32 bytes, not 1\n" },
	{ "smtp", "3 1 1 " ZEROES, "mx.test", 25, true, false,
	    "telex: tlsa: this connection has no TLS\n" },
	{ "smtp", "3 1 1 zz", "mx.test", 25, false, false,
	    "telex: tlsa: that is no record: it has three numbers of at most "
	    "255 and hexadecimal digits in pairs, as in 3 1 1 HEX\n" },
	{ "smtp", "3 1", "mx.test", 25, true, false, "that is no record" },
	{ "smtp", "25", "mx.test", 25, true, false, "_25._tcp.25: no such" },
	/* In the clear, or of another place: the name server knows. */
	{ "smtp", "", "mx.test", 25, true, false,
	    "_25._tcp.mx.test.  60  IN  TLSA  3 1 1 " ZEROES "\n" },
	{ "smtp", "gone.test", "mx.test", 25, false, false,
	    "_25._tcp.gone.test: no such name" },
};

/* The text with the digest in place of its "%" or "^". */
static const char *
fill(char to[300], const char *text, const struct world *w)
{
	size_t n = strcspn(text, "%^");
	const char *hex = text[n] == '%' ? w->hex : w->ca_hex;

	snprintf(to, 300, "%.*s%s%s", (int)n, text, text[n] == '\0' ? "" : hex,
	    text + n + (text[n] != '\0'));
	return to;
}

static void
try_row(const struct world *w, const struct row *row, const char *server,
    struct stage *st)
{
	struct options opt = { .dns = server,
		.connect_timeout = 5000,
		.verify = row->dane ? VERIFY_DANE : VERIFY_AUTO };
	char arg[300];

	stage_begin(st, &opt, true, protos_find(row->proto));
	snprintf(st->s.host, sizeof st->s.host, "%s", row->base);
	snprintf(st->s.ascii, sizeof st->s.ascii, "%s", row->base);
	st->s.port = row->port;
	surety_begin(&st->s);
	surety_find(&st->s);
	/* Lent for the command alone. */
	st->s.wire.ssl = row->clear ? NULL : w->pair.client;
	run(st, danecmd_tlsa, fill(arg, row->arg, w));
	st->s.wire.ssl = NULL;
	stage_end(st);
}

static void
test_tlsa(void **state)
{
	const struct world *w = *state;
	static struct stage st;
	struct nameserver ns;
	char shown[300];
	unsigned wrong = 0;
	size_t i;

	nameserver_begin(&ns, zones);
	for (i = 0; i < ROWS(rows); i++) {
		try_row(w, &rows[i], ns.address, &st);
		fill(shown, rows[i].shown, w);
		if (strstr(st.err, shown) == NULL) {
			wrong++;
			print_error("%zu \"%s\": \"%s\"\n", i, rows[i].arg,
			    st.err);
		}
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sts),
		cmocka_unit_test(test_tlsa),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
