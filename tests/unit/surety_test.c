/* SPDX-License-Identifier: ISC */
/* surety_test.c - whose records are asked for, and what they are used for. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "nameserver.h"
#include "protos.h"
#include "stage.h"
#include "surety.h"
#include "tlsa.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define REST "00000000000000000000000000000000000000000000000000000000000000"

static const struct zone zones[] = {
	{ "mx.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.mx.test", DNS_TLSA, "a", 0, "@ TLSA 3 1 1 01" REST },
	{ "web.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.web.test", DNS_TLSA, "a", 0, "@ TLSA 1 1 1 02" REST },
	{ .name = NULL },
};

static const struct row {
	const char *proto;
	const char *target;      /* as the user had it */
	const char *host;        /* s->host; NULL: the target */
	const char *ascii;       /* s->ascii; NULL: the same */
	const char *verify_name; /* or NULL */
	bool by_mx, by_srv, path, authentic;
	const char *base; /* as surety_base has it */
	const char *domain;
	enum status status; /* of surety_find */
	const char *why;    /* ... or what is noted */
} rows[] = {
	{ "smtp", "mx.test", .base = "mx.test",
	    .why = "* 1 usable TLSA record of mx.test port 25, vouched for" },
	{ NULL, "mx.test", .base = "mx.test" },
	/* What is not known to be something else may be SMTP. */
	{ "imap", "web.test", .base = "web.test" },
	{ "smtp", "web.test", .base = "web.test", .status = STATUS_TLS,
	    .why = "usage 1 is not for SMTP" },
	{ NULL, "web.test", .base = "web.test", .status = STATUS_TLS,
	    .why = "usage 1 is not for SMTP" },
	{ "smtp", "gone.test", .base = "gone.test", .status = STATUS_TLS,
	    .why = "not authenticated" },
	{ "smtp", "192.0.2.1", .base = NULL, .status = STATUS_USAGE,
	    .why = "DANE: 192.0.2.1 is an address" },
	{ "smtp", "::1", .base = NULL, .status = STATUS_USAGE,
	    .why = "DANE: ::1 is an address" },
	{ "smtp", "192.0.2.1", .verify_name = "mx.test", .base = "mx.test" },
	/* The name that a certificate is to bear is no other host. */
	{ "smtp", "mx.test", .verify_name = "web.test", .base = "mx.test" },
	{ "smtp", "unix", .path = true, .base = NULL, .status = STATUS_USAGE,
	    .why = "DANE: a path has no TLSA records" },
	{ "smtp", "next.test", "mx.test", .by_mx = true, .authentic = true,
	    .base = "mx.test", .domain = "next.test" },
	{ "smtp",
	    "b\xc3\xbc"
	    "cher.test",
	    "mx.test", .by_mx = true, .authentic = true, .base = "mx.test",
	    .domain = "xn--bcher-kva.test" },
	{ "smtp", "next.test", "mx.test", .by_mx = true, .base = "mx.test",
	    .status = STATUS_TLS,
	    .why = "DANE: the mail exchangers of next.test: not auth" },
	{ "imap", "next.test", "web.test", .by_srv = true, .authentic = true,
	    .base = "web.test", .domain = "next.test" },
	{ "imap", "next.test", "web.test", "next.test", .by_srv = true,
	    .base = "web.test", .status = STATUS_TLS,
	    .why = "DANE: the servers of next.test: not authenticated" },
};

static bool
same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other :
					      strcmp(one, other) == 0;
}

static bool
agrees(const struct row *row, const struct stage *st, int rc)
{
	const struct tlsa_host *d = st->s.plan.dane;
	const char *said = rc < 0 ? st->s.why.text : st->err;

	if (row->why != NULL && strstr(said, row->why) == NULL)
		return false;
	if (row->status != STATUS_OK)
		return rc == -1 && st->s.why.status == row->status && d == NULL;
	return rc == 0 && d != NULL;
}

/* One row; what the session had is gone behind it, so it is looked at here. */
static bool
try_row(const struct row *row, struct options *opt, struct stage *st)
{
	const char *host = row->host != NULL ? row->host : row->target;
	const struct tlsa_host *d;
	bool good;
	int rc;

	stage_dark(st);
	session_init(&st->s, opt, false);
	snprintf(st->s.host, sizeof st->s.host, "%s", host);
	snprintf(st->s.ascii, sizeof st->s.ascii, "%s",
	    row->ascii != NULL ? row->ascii : host);
	st->s.port = 25;
	st->s.authentic = row->authentic;
	surety_begin(&st->s);
	good = st->s.plan.want_dane && same(surety_base(&st->s), row->base);
	rc = surety_find(&st->s);
	d = st->s.plan.dane;
	good = good &&
	    (d == NULL ||
		(same(d->base, row->base) && same(d->domain, row->domain)));
	outlet_flush(&st->s.out);
	stage_light(st);
	good = good && agrees(row, st, rc);
	if (!good)
		print_error("%s %s: %d \"%s\" \"%s\"\n", row->target, host, rc,
		    st->s.why.text, st->err);
	/* Another target begins anew. */
	surety_begin(&st->s);
	good = good && st->s.dane == NULL && st->s.plan.dane == NULL;
	session_free(&st->s);
	return good;
}

static void
test_find(void **state)
{
	static struct stage st;
	struct nameserver ns;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	for (i = 0; i < ROWS(rows); i++) {
		const struct row *row = &rows[i];
		struct options opt = { .dns = ns.address,
			.connect_timeout = 5000,
			.verify = VERIFY_DANE,
			.verbose = 1,
			.by_mx = row->by_mx,
			.service = row->by_srv ? "imaps" : NULL,
			.unix_path = row->path ? "/none" : NULL,
			.tls_plan.verify_name = row->verify_name };

		if (row->proto != NULL)
			opt.proto = protos_find(row->proto);
		snprintf(opt.target.host, sizeof opt.target.host, "%s",
		    row->target);
		wrong += !try_row(row, &opt, &st);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* Who did not ask for DANE asks nobody for it. */
static void
test_other_ways(void **state)
{
	static const enum verify ways[] = { VERIFY_AUTO, VERIFY_REQUIRE };
	struct nameserver ns;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	for (i = 0; i < ROWS(ways); i++) {
		struct options opt = { .dns = ns.address,
			.connect_timeout = 5000,
			.verify = ways[i],
			.tls_plan.verify_name = "other.test" };
		struct session s;

		session_init(&s, &opt, false);
		snprintf(s.ascii, sizeof s.ascii, "mx.test");
		s.port = 25;
		surety_begin(&s);
		wrong += s.plan.want_dane || surety_find(&s) != 0 ||
		    s.dane != NULL || !same(s.plan.verify_name, "other.test");
		session_free(&s);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
	assert_int_equal(ns.asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_other_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
