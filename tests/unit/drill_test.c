/* SPDX-License-Identifier: ISC */
/* drill_test.c - the practice server beside a session. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "drill.h"
#include "protos.h"
#include "rerun.h"
#include "script.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The options of a command line, with the server that they ask for. */
static void
open_drill(struct drill *d, struct rerun *r, const char *line)
{
	struct fail f;

	rerun_read(r, line, 0);
	if (drill_open(d, &r->opt, &f) < 0)
		fail_msg("%s: %s", line, f.text);
}

static void
test_target(void **state)
{
	static const struct {
		const char *line;
		const char *at; /* the port where it speaks that; NULL: no */
		const char *proto;
		bool tls, own;
		const char *why; /* NULL: nothing is wrong */
	} rows[] = {
		{ "--practice", "smtp", "smtp", false, true, NULL },
		{ "--practice -P imap", "imap", "imap", false, true, NULL },
		{ "--practice -P pop3 -T", "pop3s", "pop3", true, true, NULL },
		{ "--practice mx.test:99", NULL, NULL, false, false, NULL },
		{ "--practice -p 99", NULL, NULL, false, true,
		    "-p needs a host (--practice=PORT says where the practice "
		    "server listens)" },
		{ "--practice -P ftp", NULL, NULL, false, true,
		    "ftp: not spoken by the practice server (smtp, pop3, "
		    "imap)" },
		{ "--practice --practice-set nonsense", NULL, NULL, false, true,
		    "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct rerun r;
		struct drill d;
		struct fail f = { .text = "" };
		int rc;

		rerun_read(&r, rows[i].line, 0);
		rc = drill_open(&d, &r.opt, &f);
		assert_int_equal(rc, rows[i].why == NULL ? 0 : -1);
		if (rc < 0) {
			assert_non_null(strstr(f.text, rows[i].why));
			assert_int_equal(f.status, STATUS_USAGE);
			assert_int_equal(d.practice.pid, 0);
		} else {
			assert_int_equal(d.own, rows[i].own);
			assert_true(r.opt.have_target);
			assert_memory_equal(r.opt.tls_plan.pem,
			    "-----BEGIN CERTIFICATE", 22);
		}
		if (rows[i].at != NULL) {
			assert_string_equal(r.opt.target.host, "127.0.0.1");
			assert_int_equal(r.opt.port,
			    practice_port(&d.practice, rows[i].at));
			assert_ptr_equal(r.opt.proto,
			    protos_find(rows[i].proto));
			assert_int_equal(r.opt.tls, rows[i].tls);
		}
		drill_close(&d);
		options_free(&r.opt);
	}
}

/* Who trusts a certificate that signs itself sees nothing wrong with it. */
static void
test_self_signed(void **state)
{
	struct rerun r;
	struct drill d;

	(void)state;
	open_drill(&d, &r, "--practice --practice-set certificate=self-signed");
	assert_null(r.opt.tls_plan.pem);
	drill_close(&d);
	options_free(&r.opt);
}

/* A letter to the server, by a process that does nothing else. */
static void
deliver(uint16_t port)
{
	static const char mail[] =
	    "HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
	    "Subject: hello\r\n\r\n.\r\nQUIT\r\n";
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char some[512];

	if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    send(fd, mail, sizeof mail - 1, 0) < 0)
		abort();
	while (recv(fd, some, sizeof some, 0) > 0)
		;
	close(fd);
}

/* What it says is told until the session leaves it. */
static void
test_notes(void **state)
{
	static struct stage st;
	struct rerun r;
	struct drill d;
	struct pollfd p;
	bool beside, left;

	(void)state;
	open_drill(&d, &r, "--practice");
	stage_begin(&st, &r.opt, true, &proto_raw);
	drill_join(NULL, &st.s);
	drill_join(&d, &st.s);
	beside = st.s.sideline != NULL && st.s.sideline->fd == d.practice.fd;
	drill_mail(&d, &st.s, "");
	deliver(practice_port(&d.practice, "smtp"));
	p = (struct pollfd){ d.practice.fd, POLLIN, 0 };
	poll(&p, 1, 20000);
	st.s.sideline->ready(st.s.sideline->arg);
	drill_mail(&d, &st.s, "");
	drill_mail(&d, &st.s, "1");
	drill_mail(&d, &st.s, "2");
	drill_mail(NULL, &st.s, "1");
	deliver(practice_port(&d.practice, "smtp"));
	poll(&p, 1, 20000);
	drill_leave(&d);
	left = st.s.sideline == NULL;
	drill_leave(&d);
	drill_leave(NULL);
	stage_end(&st);
	drill_close(&d);
	options_free(&r.opt);
	assert_true(beside && left);
	assert_int_equal(
	    strncmp(st.err, "* practice server on 127.0.0.1: smtp ", 37), 0);
	assert_non_null(strstr(st.err, "\nno mail has arrived\n"));
	assert_non_null(strstr(st.err, "\n* message 1 has arrived"));
	assert_non_null(strstr(st.err, "\nSubject: hello\n"));
	assert_non_null(
	    strstr(st.err, "\ntelex: mail: there is no message 2\n"));
	assert_non_null(strstr(st.err,
	    "\ntelex: mail: there is no practice server (telex "
	    "--practice)\n"));
	assert_non_null(strstr(st.err, "\n* message 2 has arrived"));
}

/* It has ended: who talks to another server goes on. */
static void
test_end(void **state)
{
	static const struct {
		bool person, open;
		int status;
		const char *err;
	} rows[] = {
		{ true, true, 0, "! the practice server has ended\n" },
		{ true, false, 0, "! the practice server has ended\n" },
		{ false, true, 0, "! the practice server has ended\n" },
		{ false, false, STATUS_NETWORK,
		    "telex: the practice server has ended\n" },
	};
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct rerun r;
		struct drill d;
		struct pollfd p;
		int status, fd;

		open_drill(&d, &r, "--practice");
		stage_begin(&st, &r.opt, rows[i].person, &proto_raw);
		drill_join(&d, &st.s);
		st.s.over = !rows[i].open;
		kill(d.practice.pid, SIGTERM);
		p = (struct pollfd){ d.practice.fd, POLLIN, 0 };
		poll(&p, 1, 20000);
		st.s.sideline->ready(st.s.sideline->arg);
		status = st.s.status;
		fd = st.s.sideline->fd;
		drill_leave(&d);
		stage_end(&st);
		drill_close(&d);
		options_free(&r.opt);
		assert_int_equal(status, rows[i].status);
		assert_int_equal(fd, -1);
		assert_non_null(strstr(st.err, rows[i].err));
	}
}

/* A script that says nothing leaves the server to others. */
static void
test_wait(void **state)
{
	static const struct {
		const char *line;
		bool person;
		const char *script; /* NULL: it cannot be read */
		bool waits;
		int status;
	} rows[] = {
		{ "--practice", false, "NOOP\n", true, 0 },
		{ "--practice", false, "NOOP", true, 0 },
		{ "--practice", false, "", false, 0 },
		{ "--practice", true, "", true, 0 },
		{ "--practice mx.test:99", false, "", true, 0 },
		{ "--practice", false, NULL, false, STATUS_USAGE },
	};
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int folder = open(".", O_RDONLY | O_CLOEXEC), fds[2], status;
		struct script in;
		struct rerun r;
		struct drill d;
		bool waits;

		open_drill(&d, &r, rows[i].line);
		if (pipe(fds) < 0)
			abort();
		if (rows[i].script != NULL &&
		    write(fds[1], rows[i].script, strlen(rows[i].script)) < 0)
			abort();
		close(fds[1]);
		script_open(&in, rows[i].script == NULL ? folder : fds[0]);
		stage_begin(&st, &r.opt, rows[i].person, &proto_raw);
		waits =
		    drill_wait(&d, &st.s, &in) && drill_wait(NULL, &st.s, &in);
		status = st.s.status;
		stage_end(&st);
		script_close(&in);
		close(fds[0]);
		close(folder);
		drill_close(&d);
		options_free(&r.opt);
		assert_int_equal(waits, rows[i].waits);
		assert_int_equal(status, rows[i].status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_target),
		cmocka_unit_test(test_self_signed),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_wait),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
