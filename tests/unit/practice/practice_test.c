/* SPDX-License-Identifier: ISC */
/* practice_test.c - a whole server: started, asked, used, stopped. */
#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "practice/practice.h"

static int
reach(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(port);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Say it all at once and read until the server closes. */
static void
converse(uint16_t port, const char *text, struct buf *answer)
{
	int fd = reach(port);
	ssize_t got;

	assert_true(fd >= 0);
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
	while ((got = recv(fd, buf_room(answer, 4096), 4096, 0)) > 0)
		buf_grew(answer, (size_t)got);
	buf_add(answer, "", 1);
	close(fd);
}

static void
test_mail(void **state)
{
	struct practice_plan plan = { .where = NULL };
	struct practice p;
	struct pollfd wait;
	struct buf text = { 0 };
	struct fail f;
	uint16_t port;

	(void)state;
	assert_int_equal(practice_start(&plan, &p, &f), 0);
	assert_string_equal(practice_host(&p), "127.0.0.1");
	assert_false(p.public);
	port = practice_port(&p, "smtp");
	assert_true(port > 0 && practice_port(&p, "imaps") > 0);
	assert_int_equal(practice_port(&p, "ftp"), 0);
	assert_int_equal(practice_list(&p, &text, &f), 0);
	assert_memory_equal(buf_bytes(&text), "no mail has arrived\n", 20);
	buf_clear(&text);
	converse(port,
	    "EHLO me\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
	    "Subject: hello\r\n\r\n.\r\nQUIT\r\n",
	    &text);
	assert_non_null(strstr(buf_bytes(&text), "\r\n221 "));
	buf_clear(&text);
	wait = (struct pollfd){ p.fd, POLLIN, 0 };
	assert_int_equal(poll(&wait, 1, 10000), 1);
	assert_true(practice_notes(&p, &text));
	buf_add(&text, "", 1);
	assert_non_null(strstr(buf_bytes(&text), "message 1 has arrived"));
	buf_clear(&text);
	assert_true(practice_notes(&p, &text));
	assert_int_equal(text.len, 0);
	assert_int_equal(practice_show(&p, "1", &text, &f), 0);
	buf_add(&text, "", 1);
	assert_non_null(strstr(buf_bytes(&text), "\nSubject: hello\n"));
	assert_int_equal(practice_show(&p, "2", &text, &f), -1);
	assert_string_equal(f.text, "there is no message 2");
	assert_int_equal(practice_show(&p, "all of them", &text, &f), -1);
	practice_stop(&p);
	practice_stop(&p);
	assert_int_equal(reach(port), -1);
	buf_free(&text);
}

/* A note that comes while something else is asked for is not lost. */
static void
test_notes_between(void **state)
{
	struct practice_plan plan = { .where = "" };
	struct practice p;
	struct buf text = { 0 }, pem = { 0 };
	struct fail f;

	(void)state;
	assert_int_equal(practice_start(&plan, &p, &f), 0);
	converse(practice_port(&p, "smtp"),
	    "HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<b@x>\r\nDATA\r\n.\r\nQUIT\r\n",
	    &text);
	buf_clear(&text);
	assert_int_equal(practice_ca(&p, &pem, &f), 0);
	assert_memory_equal(buf_bytes(&pem), "-----BEGIN CERTIFICATE", 22);
	assert_true(practice_notes(&p, &text));
	assert_memory_equal(buf_bytes(&text), "message 1 has", 13);
	practice_stop(&p);
	buf_free(&text);
	buf_free(&pem);
}

static void
test_gone(void **state)
{
	struct practice_plan plan = { .where = "localhost" };
	struct practice p;
	struct pollfd wait;
	struct buf text = { 0 };
	struct fail f;

	(void)state;
	assert_int_equal(practice_start(&plan, &p, &f), 0);
	kill(p.pid, SIGTERM);
	wait = (struct pollfd){ p.fd, POLLIN, 0 };
	assert_int_equal(poll(&wait, 1, 10000), 1);
	assert_false(practice_notes(&p, &text));
	assert_int_equal(practice_list(&p, &text, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	practice_stop(&p);
	assert_false(practice_notes(&p, &text));
	assert_int_equal(practice_list(&p, &text, &f), -1);
}

static void
test_wrong(void **state)
{
	static const char *const knob[] = { "nonsense" };
	static const char *const rule[] = { "nonsense" };
	static const struct {
		struct practice_plan plan;
		enum status status;
	} rows[] = {
		{ { .where = "mail.example.org" }, STATUS_USAGE },
		{ { .where = "unix:/tmp/x" }, STATUS_USAGE },
		{ { .where = "127.0.0.1:65535" }, STATUS_USAGE },
		{ { .where = ":x" }, STATUS_USAGE },
		{ { .where = "70000" }, STATUS_USAGE },
		{ { .where = "192.0.2.1" }, STATUS_NETWORK },
		{ { .knobs = knob, .nknobs = 1 }, STATUS_USAGE },
		{ { .rules = rule, .nrules = 1 }, STATUS_USAGE },
		{ { .ca = "/nowhere/at/all" }, STATUS_USAGE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct practice p;
		struct fail f;

		assert_int_equal(practice_start(&rows[i].plan, &p, &f), -1);
		assert_int_equal(f.status, rows[i].status);
		assert_int_equal(p.fd, -1);
		assert_int_equal(p.pid, 0);
	}
}

static void
test_banner(void **state)
{
	struct practice_plan plan = { .where = "0.0.0.0" };
	struct practice p;
	struct buf text = { 0 };
	struct fail f;

	(void)state;
	assert_int_equal(practice_start(&plan, &p, &f), 0);
	assert_true(p.public);
	assert_string_equal(practice_host(&p), "127.0.0.1");
	practice_banner(&p, &text);
	buf_add(&text, "", 1);
	assert_non_null(
	    strstr(buf_bytes(&text), "practice server on 0.0.0.0: smtp "));
	practice_stop(&p);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_notes_between),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_banner),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
