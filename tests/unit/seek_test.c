/* SPDX-License-Identifier: ISC */
/* seek_test.c - from one server of a domain to the next. */
#include <errno.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "nameserver.h"
#include "net.h"
#include "seek.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct zone zones[] = {
	{ "mail.test", DNS_MX, "", 0,
	    "@ MX 1 shut.test\n@ MX 2 open.test\n@ MX 3 never.test" },
	{ "safe.test", DNS_MX, "a", 0, "@ MX 1 open.test" },
	{ "odd.test", DNS_MX, "", 0, "@ MX 1 a^b.test\n@ MX 2 open.test" },
	{ "shut.test", DNS_MX, "", 0, "" },
	{ "down.test", DNS_MX, "", 0, "@ MX 1 shut.test\n@ MX 2 shut2.test" },
	{ "stop.test", DNS_MX, "", 0, "@ MX 1 woken.test\n@ MX 2 open.test" },
	{ "_imaps._tcp.mail.test", DNS_SRV, "", 0,
	    "@ SRV 1 0 1993 shut.test\n@ SRV 2 0 2993 open.test" },
	{ "_imaps._tcp.safe.test", DNS_SRV, "a", 0, "@ SRV 1 0 993 open.test" },
	{ .name = NULL },
};

/* What was tried, in a place of its own: seek gives us the session alone. */
static struct buf *
tried(struct session *s)
{
	return &s->batch;
}

/* Only hosts that begin with "open" can be reached. */
static int
attempt(struct session *s, const struct net_plan *plan)
{
	buf_addf(tried(s), "%s:%u ", plan->host, (unsigned)plan->port);
	snprintf(s->ascii, sizeof s->ascii, "%s", plan->host);
	if (strncmp(plan->host, "open", 4) == 0)
		return 42;
	fail_about(&s->why, STATUS_NETWORK, plan->host, "refused");
	errno = strncmp(plan->host, "woken", 5) == 0 ? EINTR : ECONNREFUSED;
	return -1;
}

static void
test_connect(void **state)
{
	static const struct {
		const char *domain, *service;
		int fd;
		const char *tried;
		const char *host, *ascii; /* of the session, behind success */
		uint16_t port;
		bool authentic;
		const char *err; /* is in what is said, or in why it failed */
	} rows[] = {
		{ "mail.test", NULL, 42, "shut.test:25 open.test:25 ",
		    "open.test", "open.test", 25, false,
		    "shut.test: refused: on to open.test (2 of 3)" },
		{ "mail.test", NULL, 42, "shut.test:25 open.test:25 ",
		    "open.test", "open.test", 25, false,
		    "* trying shut.test (1 of 3)" },
		{ "mail.test", NULL, 42, "shut.test:25 open.test:25 ",
		    "open.test", "open.test", 25, false,
		    "mail exchangers of mail.test: shut.test (1), " },
		{ "safe.test", NULL, 42, "open.test:25 ", "open.test",
		    "open.test", 25, true, "; vouched for by DNSSEC" },
		{ "odd.test", NULL, 42, "open.test:25 ", "open.test",
		    "open.test", 25, false, "1 record passed over" },
		{ "shut.test", NULL, -1, "shut.test:25 ", NULL, NULL, 0, false,
		    "shut.test: refused" },
		{ "down.test", NULL, -1, "shut.test:25 shut2.test:25 ", NULL,
		    NULL, 0, false, "shut2.test: refused" },
		{ "gone.test", NULL, -1, "", NULL, NULL, 0, false,
		    "there is no such domain" },
		{ "stop.test", NULL, -1, "woken.test:25 ", NULL, NULL, 0, false,
		    "woken.test: refused" },
		/* The domain is what the certificate is to bear. */
		{ "mail.test", "imaps", 42, "shut.test:1993 open.test:2993 ",
		    "open.test", "mail.test", 2993, false,
		    "is to bear mail.test, the name that you gave "
		    "(--verify-name open.test" },
		{ "safe.test", "imaps", 42, "open.test:993 ", "open.test",
		    "open.test", 993, true, "imaps of safe.test" },
		{ "gone.test", "imaps", -1, "", NULL, NULL, 0, false,
		    "no SRV record _imaps._tcp" },
	};
	struct nameserver ns;
	static struct stage st;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .dns = ns.address,
			.service = rows[i].service,
			.verbose = 1 };
		struct net_plan plan = { .host = rows[i].domain,
			.port = 25,
			.timeout = 2000,
			.wake = -1 };
		struct buf list = { 0 };
		int fd;

		stage_dark(&st);
		session_init(&st.s, &opt, true);
		/* Of something that is over. */
		errno = EINTR;
		fd = seek_connect(&st.s, &plan, attempt);
		buf_add(tried(&st.s), "", 1);
		buf_adds(&list, buf_bytes(tried(&st.s)));
		buf_add(&list, "", 1);
		outlet_flush(&st.s.out);
		session_free(&st.s);
		stage_light(&st);
		if (fd != rows[i].fd ||
		    strcmp(buf_bytes(&list), rows[i].tried) != 0 ||
		    strstr(fd < 0 ? st.s.why.text : st.err, rows[i].err) ==
			NULL ||
		    (fd >= 0 &&
			(strcmp(st.s.host, rows[i].host) != 0 ||
			    strcmp(st.s.ascii, rows[i].ascii) != 0 ||
			    st.s.port != rows[i].port ||
			    st.s.authentic != rows[i].authentic))) {
			wrong++;
			print_error("%s: %d, tried %s, %s %s %u, \"%s\" "
				    "\"%s\"\n",
			    rows[i].domain, fd, buf_bytes(&list), st.s.host,
			    st.s.ascii, (unsigned)st.s.port, st.err,
			    st.s.why.text);
		}
		buf_free(&list);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* Behind a name without an address: where its mail goes, if that is known. */
static void
test_hint(void **state)
{
	static const struct {
		const char *name;
		bool numeric;
		const char *why;
		unsigned asked;
	} rows[] = {
		{ "safe.test", false,
		    "no address; its mail goes to open.test (1) "
		    "(telex -m safe.test)",
		    1 },
		{ "shut.test", false, "no address", 1 },
		{ "gone.test", false, "no address", 1 },
		{ "safe.test", true, "no address", 0 },
		{ "test", false, "no address", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct nameserver ns;
		struct options opt = { .timeout = -1 };
		struct net_plan plan = { .host = rows[i].name,
			.numeric = rows[i].numeric,
			.wake = -1 };
		struct session s;

		nameserver_begin(&ns, zones);
		opt.dns = ns.address;
		session_init(&s, &opt, true);
		snprintf(s.ascii, sizeof s.ascii, "%s", rows[i].name);
		fail_set(&s.why, STATUS_NETWORK, "no address");
		seek_hint(&s, &plan);
		session_free(&s);
		nameserver_end(&ns);
		assert_string_equal(s.why.text, rows[i].why);
		assert_int_equal(ns.asked, rows[i].asked);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
