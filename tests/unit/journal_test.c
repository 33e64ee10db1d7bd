/* SPDX-License-Identifier: ISC */
/* journal_test.c - what a session's transcript is told, and when. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "cmdline.h"
#include "dialog.h"
#include "fail.h"
#include "journal.h"
#include "options.h"
#include "protos.h"
#include "session.h"
#include "verdict.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
parse(struct options *o, const char *operand, const char *option)
{
	char program[] = "telex", words[2][64];
	char *argv[] = { program, words[0], words[1], NULL };
	struct fail f;

	snprintf(words[0], sizeof words[0], "%s", operand);
	snprintf(words[1], sizeof words[1], "%s", option);
	if (cmdline_read(o, option[0] == '\0' ? 2 : 3, argv, NULL, &f) == -1)
		fail_msg("%s", f.text);
}

/* A session as it is when it has just been opened. */
static void
begin(struct session *s, const struct options *o, bool person)
{
	session_init(s, o, person);
	s->undecided = o->proto == NULL;
	dialog_start(&s->dialog, o->proto == NULL ? protos_raw() : o->proto,
	    o->proto != NULL);
	s->opened = session_now();
	s->over = false;
}

static const struct {
	const char *operand, *option, *url;
} urls[] = {
	{ "smtp://h", "", "smtp://h:25" },
	{ "h:25", "", "smtp://h:25" },
	{ "h:587", "", "submission://h:587" },
	{ "submission://h:2525", "", "submission://h:2525" },
	{ "submissions://h", "", "submissions://h:465" },
	{ "smtps://h", "", "smtps://h:465" },
	{ "h:465", "", "smtps://h:465" },
	{ "h:465", "-Praw", "tcp://h:465" },
	{ "h:25", "-T", "smtps://h:25" },
	{ "h:25", "-S", "smtp://h:25" },
	{ "lmtp://h", "-T", "tls://h:24" },
	{ "h:9", "", "tcp://h:9" },
	{ "tls://h:9", "", "tls://h:9" },
	{ "h:9", "-T", "tls://h:9" },
	{ "imap://al%20ice@h", "", "imap://h:143" },
	{ "[::1]:25", "", "smtp://[::1]:25" },
	{ "imaps://[fe80::1%25eth0]", "", "imaps://[fe80::1%25eth0]:993" },
	{ "unix:/run/x", "", "unix:/run/x" },
	{ "unix:/run/x", "-Psmtp", "smtp:unix:/run/x" },
	{ "unix:/run/x", "-T", "tls:unix:/run/x" },
	{ "lmtp:unix:/run/x", "", "lmtp:unix:/run/x" },
	{ "xmpp://h", "", "xmpp://h:5222" },
	{ "http://h", "", "http://h:80" },
	{ "redis://h", "", "redis://h:6379" },
};

/* What is written is a URL that leads there again. */
static void
test_urls(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(urls); i++) {
		struct buf url = { 0 };
		struct options o, again;
		struct session s;

		parse(&o, urls[i].operand, urls[i].option);
		begin(&s, &o, false);
		journal_url(&url, &s);
		buf_add(&url, "", 1);
		assert_string_equal(buf_bytes(&url), urls[i].url);
		parse(&again, urls[i].url, "");
		assert_string_equal(again.target.host, o.target.host);
		assert_string_equal(again.target.path, o.target.path);
		assert_int_equal(again.port, o.port);
		assert_int_equal(again.tls, o.tls);
		buf_free(&url);
		options_free(&o);
		options_free(&again);
		session_free(&s);
	}
}

/* What is in the file, but for its times. */
static void
assert_log(const char *name, const char *want)
{
	char got[2000], *time, *end;
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, got, sizeof got - 1);

	assert_true(n >= 0);
	close(fd);
	got[n] = '\0';
	while ((time = strstr(got, "# +")) != NULL) {
		end = strchr(time, '\n') + 1;
		memmove(time, end, strlen(end) + 1);
	}
	assert_string_equal(got, want);
}

#define HEAD "# telex transcript 1\n"

static char folder[64];

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/telex-journal-XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove("log");
	remove("next");
	return chdir("/") < 0 || rmdir(folder) < 0 ? -1 : 0;
}

static void
say(struct session *s, const char *line, size_t open)
{
	session_said(s, line, strlen(line), open);
}

static void
hear(struct session *s, const char *line, bool last)
{
	struct heard h = { .last = last };

	session_heard(s, line, strlen(line), &h);
}

/* What is in the file at each moment. */
static void
test_lines_are_written_when_they_count(void **state)
{
#define BEGIN HEAD "<connect tcp://h:9>\n<protocol smtp>\nS: 220 hi\n"
	struct journal j = { .s = NULL };
	struct options o;
	struct session s;
	struct fail f;

	(void)state;
	parse(&o, "h:9", "");
	begin(&s, &o, false);
	assert_int_equal(journal_open(&j, &s, "log", &f), 0);
	assert_log("log", HEAD);
	session_changed(&s, CHANGE_OPENED);
	assert_log("log", HEAD "<connect tcp://h:9>\n");
	/* The greeting decides, after a part of it has come. */
	session_heard(&s, "22", 2, NULL);
	assert_log("log", HEAD "<connect tcp://h:9>\n");
	s.undecided = false;
	dialog_proto(&s.dialog, protos_find("smtp"));
	hear(&s, "0 hi\r\n", true);
	assert_log("log", BEGIN);
	dialog_said(&s.dialog, "EHLO x", 6);
	say(&s, "EHLO x\r\n", 8);
	assert_log("log", BEGIN "C: EHLO x\n");
	/* What was read at once is written at once. */
	s.wire.received += 14;
	hear(&s, "250-a\r\n", false);
	assert_log("log", BEGIN "C: EHLO x\n");
	hear(&s, "250 b\r\n", true);
	assert_log("log", BEGIN "C: EHLO x\nS: 250-a\nS: 250 b\n");
	/* The end of a reply that brings no bytes ends no line of ours. */
	session_heard(&s, "", 0, NULL);
	say(&s, "AUTH PLAIN hid\r\n", 11);
	s.by_server = true;
	session_changed(&s, CHANGE_CLOSED);
	assert_true(journal_close(&j));
	assert_log("log",
	    BEGIN "C: EHLO x\nS: 250-a\nS: 250 b\n"
		  "C$ AUTH PLAIN ${secret:1}\n<closed>\n");
	/* Nobody is told any more. */
	say(&s, "x\r\n", 3);
	remove("log");
	session_free(&s);
	options_free(&o);
#undef BEGIN
}

/* Who closes: the server, unless it only follows us. */
static void
test_who_closes(void **state)
{
	static const struct {
		bool by_server, shut, quit;
		const char *want;
	} rows[] = {
		{ true, false, false, "<closed>\n" },
		{ true, true, false, "<close>\n" },
		{ true, true, true, "C: QUIT\nS: 221\n<closed>\n" },
		{ false, false, true, "C: QUIT\nS: 221\n<close>\n" },
		{ false, false, false, "<close>\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct journal j = { .s = NULL };
		char want[200];
		struct options o;
		struct session s;
		struct fail f;

		parse(&o, "smtp://h", "");
		begin(&s, &o, false);
		assert_int_equal(journal_open(&j, &s, "log", &f), 0);
		session_changed(&s, CHANGE_OPENED);
		verdict_line(&s.dialog, "220", 3);
		if (rows[i].quit) {
			dialog_said(&s.dialog, "QUIT", 4);
			say(&s, "QUIT\r\n", 6);
			verdict_line(&s.dialog, "221", 3);
			hear(&s, "221\r\n", true);
		}
		s.by_server = rows[i].by_server;
		s.wire.shut = rows[i].shut;
		session_changed(&s, CHANGE_CLOSED);
		assert_true(journal_close(&j));
		snprintf(want, sizeof want,
		    HEAD "<connect smtp://h:25>\n<protocol smtp>\n%s",
		    rows[i].want);
		assert_log("log", want);
		remove("log");
		session_free(&s);
		options_free(&o);
	}
}

static void
test_tls_and_auth(void **state)
{
	struct journal j = { .s = NULL };
	struct options o;
	struct session s;
	struct fail f;

	(void)state;
	parse(&o, "smtps://h", "");
	begin(&s, &o, false);
	assert_int_equal(journal_open(&j, &s, "log", &f), 0);
	session_changed(&s, CHANGE_OPENED);
	snprintf(s.tls.version, sizeof s.tls.version, "TLSv1.3");
	snprintf(s.tls.cipher, sizeof s.tls.cipher, "X");
	snprintf(s.tls.subject, sizeof s.tls.subject, "CN=a>b");
	s.tls.verified = true;
	session_changed(&s, CHANGE_TLS);
	s.tls.verified = false;
	session_changed(&s, CHANGE_TLS);
	session_changed(&s, CHANGE_PLAIN);
	j.follower.authenticated(j.follower.arg, "PLAIN", "alice");
	assert_true(journal_close(&j));
	assert_log("log",
	    HEAD
	    "<connect smtps://h:465>\n<protocol smtp>\n"
	    "<TLS verified: TLSv1.3 X, a\\x3eb>\n<TLS: TLSv1.3 X, a\\x3eb>\n"
	    "# TLS has ended: plain text from here on\n"
	    "<auth PLAIN alice>\n");
	remove("log");
	session_free(&s);
	options_free(&o);
}

/* The first piece of a very long secret is followed by more of it; a literal
 * ends its secret, though not its line. */
static void
test_secrets(void **state)
{
	struct journal j = { .s = NULL };
	struct buf line = { 0 };
	struct options o;
	struct session s;
	struct fail f;

	(void)state;
	parse(&o, "imap://h", "");
	begin(&s, &o, false);
	assert_int_equal(journal_open(&j, &s, "log", &f), 0);
	session_changed(&s, CHANGE_OPENED);
	buf_adds(&line, "a LOGIN ");
	memset(buf_room(&line, 65536), 'x', 65536);
	buf_grew(&line, 65536);
	session_said(&s, buf_bytes(&line), line.len, 8);
	say(&s, "xxx hid", 7);
	say(&s, "\r\n", 2);
	say(&s, "hid", 0);
	say(&s, " {3}\r\n", 6);
	assert_true(journal_close(&j));
	assert_log("log",
	    HEAD "<connect imap://h:143>\n<protocol imap>\n"
		 "C$ a LOGIN ${secret:1}\nC$ ${secret:2}\\c\n"
		 "C$ \\x20{3}\n");
	remove("log");
	buf_free(&line);
	session_free(&s);
	options_free(&o);
}

/* `log` at the local prompt. */
static void
test_command(void **state)
{
	struct journal j = { .s = NULL };
	struct options o;
	struct session s;
	const char *text;

	(void)state;
	parse(&o, "smtp://h", "-q");
	begin(&s, &o, true);
	s.out.quiet = true;
	journal_log(&j, &s, "");
	journal_log(&j, &s, "off");
	assert_null(j.s);
	journal_log(&j, &s, "none/x");
	assert_null(j.s);
	journal_log(&j, &s, "log");
	assert_ptr_equal(j.s, &s);
	assert_ptr_equal(s.followers, &j.follower);
	session_changed(&s, CHANGE_OPENED);
	say(&s, "A\r\n", 3);
	/* What cannot be begun leaves the one that is. */
	journal_log(&j, &s, "log");
	say(&s, "B\r\n", 3);
	journal_log(&j, &s, "next");
	session_changed(&s, CHANGE_OPENED);
	say(&s, "C\r\n", 3);
	journal_log(&j, &s, "off");
	assert_null(s.followers);
	say(&s, "D\r\n", 3);
	text = HEAD "<connect smtp://h:25>\n<protocol smtp>\nC: A\nC: B\n";
	assert_log("log", text);
	text = HEAD "<connect smtp://h:25>\n<protocol smtp>\nC: C\n";
	assert_log("next", text);
	assert_true(journal_close(&j));
	session_free(&s);
	options_free(&o);
}

static void
test_full_disk(void **state)
{
	struct journal j = { .s = NULL };
	struct options o;
	struct session s;
	struct fail f;

	(void)state;
	parse(&o, "smtp://h", "");
	begin(&s, &o, false);
	assert_int_equal(journal_open(&j, &s, "/dev/full", &f), 0);
	session_changed(&s, CHANGE_OPENED);
	say(&s, "A\r\n", 3);
	assert_int_equal(s.status, 0);
	assert_false(journal_close(&j));
	session_free(&s);
	options_free(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_lines_are_written_when_they_count),
		cmocka_unit_test(test_who_closes),
		cmocka_unit_test(test_tls_and_auth),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
