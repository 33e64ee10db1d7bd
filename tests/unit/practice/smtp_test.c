/* SPDX-License-Identifier: ISC */
/* smtp_test.c - dialogues, as the service sees them: lines and bytes. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/mailbox.h"
#include "practice/peer.h"

/* A client and what it is told. */
struct scene {
	struct manners manners;
	struct mailbox box;
	struct peer p;
	unsigned accepted;
};

/*
 * What is said, and how the answer begins: "" nothing is said.  Marks before
 * a line: "~" it ends in LF alone, "+" more is there behind it, "#" these are
 * bytes, "!" TLS begins before it.
 */
struct turn {
	const char *say, *answer;
};

static const char *
password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

static void
accepted(void *arg, const struct peer *p, uint32_t uid)
{
	struct scene *s = arg;

	assert_non_null(mailbox_find(p->box, uid));
	s->accepted++;
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof *s);

	s->manners = (struct manners){ .host = "localhost",
		.starttls = true,
		.message_most = 1000,
		.password = password };
	s->box.most = 100000;
	s->p.service = &service_smtp;
	s->p.manners = &s->manners;
	s->p.box = &s->box;
	s->p.state = calloc(1, service_smtp.state);
	s->p.accepted = accepted;
	s->p.arg = s;
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	service_smtp.end(&s->p);
	assert_int_equal(s->box.reserved, 0);
	free(s->p.state);
	buf_free(&s->p.out);
	mailbox_free(&s->box);
	free(s);
	return 0;
}

static void
say(struct scene *s, const char *line)
{
	size_t n = strlen(line);

	buf_clear(&s->p.out);
	s->p.bare = line[0] == '~';
	s->p.more = line[0] == '+';
	s->p.tls = s->p.tls || line[0] == '!';
	if (line[0] == '#') {
		assert_true(s->p.want >= n - 1);
		s->p.want -= n - 1;
		service_smtp.bytes(&s->p, line + 1, n - 1);
	} else {
		size_t mark = n > 0 && strchr("~+!", line[0]) != NULL;

		service_smtp.line(&s->p, line + mark, n - mark);
	}
	buf_add(&s->p.out, "", 1);
}

static void
play(struct scene *s, const struct turn *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *got;

		say(s, t[i].say);
		got = buf_bytes(&s->p.out);
		if (strncmp(got, t[i].answer, strlen(t[i].answer)) != 0 ||
		    (t[i].answer[0] == '\0' && got[0] != '\0'))
			fail_msg("%s: %s", t[i].say, got);
	}
}

#define PLAY(s, turns) play(s, turns, sizeof(turns) / sizeof(turns)[0])
#define BEGIN \
	{ "EHLO me", "250-localhost greets me\r\n" }, \
	    { "MAIL FROM:<a@x.org>", "250 " }, \
	{ \
		"RCPT TO:<b@x.org>", "250 " \
	}

static void
test_greeting(void **state)
{
	struct scene *s = *state;

	service_smtp.greet(&s->p);
	buf_add(&s->p.out, "", 1);
	assert_string_equal(buf_bytes(&s->p.out),
	    "220 localhost ESMTP telex practice server\r\n");
}

static void
test_message(void **state)
{
	static const struct turn turns[] = { BEGIN, { "DATA", "354 " },
		{ "Subject: x", "" }, { "", "" }, { "..", "" }, { "QUIT", "" },
		{ ".", "250 2.0.0 Ok: kept as message 1\r\n" },
		{ "RCPT TO:<b@x.org>", "503 5.5.1 RCPT needs MAIL first" },
		{ "QUIT", "221 2.0.0 " } };
	struct scene *s = *state;
	const struct mail *mail;

	PLAY(s, turns);
	assert_int_equal(s->accepted, 1);
	assert_true(s->p.closing);
	mail = s->box.list[0];
	assert_string_equal(mail->from, "a@x.org");
	assert_string_equal(mail->to, "b@x.org");
	assert_non_null(strstr(mail->bytes,
	    "Return-Path: <a@x.org>\r\nReceived: from me\r\n by localhost "
	    "with ESMTP\r\n for <b@x.org>;\r\n "));
	assert_non_null(
	    strstr(mail->bytes, " +0000\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n"));
}

/* Who gets a blind copy is in no header. */
static void
test_received(void **state)
{
	static const struct turn turns[] = {
		{ "HELO me", "250 " },
		{ "MAIL FROM:<>", "250 " },
		{ "RCPT TO:<b@x.org>", "250 " },
		{ "RCPT TO:<c@x.org>", "250 " },
		{ "DATA", "354 " },
		{ ".", "250 " },
		{ "!EHLO me", "250-" },
		{ "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
		    "235 2.7.0 Welcome, \"alice\"\r\n" },
		{ "MAIL FROM:<\xc3\xa4@x.org> SMTPUTF8", "250 " },
		{ "RCPT TO:<\xc3\xb6@x.org>", "250 " },
		{ "DATA", "354 " },
		{ ".", "250 " },
	};
	struct scene *s = *state;

	memcpy(s->p.address, "127.0.0.1", sizeof "127.0.0.1");
	PLAY(s, turns);
	assert_non_null(strstr(s->box.list[0]->bytes,
	    "from me ([127.0.0.1])\r\n by localhost with SMTP;\r\n "));
	assert_string_equal(s->box.list[0]->to, "b@x.org, c@x.org");
	assert_non_null(
	    strstr(s->box.list[1]->bytes, " with UTF8ESMTPSA\r\n for <"));
}

static void
test_ends_of_lines(void **state)
{
	static const char *const lines[] = { "~.", "~x", "x\r", ".\r", "x\ry" };
	static const struct turn turns[] = { BEGIN, { "DATA", "354 " } };
	struct scene *s = *state;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		PLAY(s, turns);
		say(s, lines[i]);
		assert_non_null(strstr(buf_bytes(&s->p.out), "550 5.5.2 "));
		assert_true(s->p.closing);
		assert_false(s->p.midway);
		s->p.closing = false;
	}
	assert_int_equal(s->box.count, 0);
}

static void
test_chunks(void **state)
{
	static const struct turn turns[] = { BEGIN, { "BDAT 7", "" },
		{ "#Subj", "" }, { "#ect", "250 2.0.0 7 octets so far" },
		{ "BDAT 0", "250 2.0.0 7 octets so far" },
		{ "DATA", "503 5.5.1 What BDAT began" },
		{ "RCPT TO:<c@x.org>", "503 5.5.1 RCPT comes before BDAT" },
		{ "BDAT 5 last", "" },
		{ "#: x\r\n", "250 2.0.0 Ok: kept as message 1" },
		{ "BDAT 4 LAST", "" }, { "#QUIT", "503 5.5.1 BDAT needs MAIL" },
		{ "BDAT 0 LAST", "503 5.5.1 BDAT needs MAIL" },
		{ "BDAT", "501 5.5.4" }, { "BDAT x", "501 5.5.4" },
		{ "BDAT 1 FIRST", "501 5.5.4" },
		{ "BDAT 1 LAST x", "501 5.5.4" }, BEGIN, { "BDAT 3 LAST", "" },
		{ "#abc", "250 2.0.0 Ok: kept as message 2" }, BEGIN,
		{ "BDAT 0 LAST", "250 2.0.0 Ok: kept as message 3" }, BEGIN,
		{ "BDAT 3 LAST", "" }, { "#a\nb", "550 5.5.2" }, BEGIN,
		{ "BDAT 2 LAST", "" }, { "#a\r", "550 5.5.2" }, BEGIN,
		{ "BDAT 4", "" }, { "#RSET", "250 2.0.0 4 octets so far" } };
	struct scene *s = *state;

	PLAY(s, turns);
	assert_int_equal(s->box.count, 3);
	assert_non_null(strstr(s->box.list[0]->bytes, "\r\nSubject: x\r\n"));
	assert_false(s->box.list[0]->parted);
	assert_true(s->box.list[1]->parted);
	assert_non_null(strstr(s->box.list[1]->bytes, "\r\n\r\nabc\r\n"));
}

static void
test_bounds(void **state)
{
	static const struct turn turns[] = {
		{ "EHLO me", "250-" },
		{ "MAIL FROM:<> SIZE=1001", "552 5.3.4" },
		{ "MAIL FROM:<> SIZE=1000", "250 " },
		{ "RCPT TO:<b@x.org>", "250 " },
		{ "BDAT 1001", "" },
	};
	static const struct turn again[] = { BEGIN, { "DATA", "354 " } };
	static const struct turn full[] = {
		{ "EHLO me", "250-" },
		{ "MAIL FROM:<> SIZE=1001", "552 5.3.4" },
		{ "MAIL FROM:<> SIZE=301", "452 4.3.1" },
		{ "RCPT TO:<b@x.org>", "503 " },
		{ "MAIL FROM:<> SIZE=300", "250 " },
	};
	struct scene *s = *state;
	char big[1003];
	size_t i;

	PLAY(s, turns);
	memset(big, 'x', sizeof big);
	big[0] = '#';
	big[1002] = '\0';
	say(s, big);
	assert_non_null(strstr(buf_bytes(&s->p.out), "552 5.3.4"));
	PLAY(s, again);
	for (i = 0; i < 101; i++)
		say(s, "01234567");
	assert_int_equal(s->box.reserved, 0);
	say(s, ".");
	assert_non_null(strstr(buf_bytes(&s->p.out), "552 5.3.4"));
	s->box.most = 300;
	PLAY(s, full);
	PLAY(s, again);
	for (i = 0; i < 50; i++)
		say(s, "01234567");
	say(s, ".");
	assert_non_null(strstr(buf_bytes(&s->p.out), "452 4.3.1"));
	assert_int_equal(s->box.count, 0);
}

static void
test_tls(void **state)
{
	static const struct turn turns[] = {
		{ "EHLO me", "250-" },
		{ "STARTTLS now", "501 5.5.4" },
		{ "AUTH LOGIN", "334 VXNlcm5hbWU6\r\n" },
		{ "*", "501 5.7.0" },
		{ "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
		    "235 2.7.0 Welcome, \"alice\" (without TLS" },
		{ "MAIL FROM:<>", "250 " },
		{ "STARTTLS", "220 2.0.0 Go ahead\r\n" },
	};
	static const struct turn later[] = {
		{ "!MAIL FROM:<>", "503 5.5.1 EHLO comes first" },
		{ "STARTTLS", "503 5.5.1 TLS is on already" },
		{ "EHLO me", "250-" },
	};
	struct scene *s = *state;

	PLAY(s, turns);
	assert_true(s->p.starttls);
	s->p.starttls = false;
	PLAY(s, later);
	assert_null(strstr(buf_bytes(&s->p.out), "STARTTLS"));
	assert_string_equal(s->p.user, "");
}

static void
test_injection(void **state)
{
	static const struct turn turns[] = { { "EHLO me", "250-" },
		{ "+STARTTLS", "554 5.7.0" } };
	struct scene *s = *state;

	PLAY(s, turns);
	assert_true(s->p.closing);
	assert_false(s->p.starttls);
	s->p.closing = s->manners.starttls = false;
	say(s, "STARTTLS");
	assert_non_null(strstr(buf_bytes(&s->p.out), "502 5.5.1"));
}

static void
test_strict(void **state)
{
	static const struct turn turns[] = {
		{ "+EHLO me", "554 5.5.0 You did not wait" },
		{ "~NOOP", "500 5.5.2 That line ended in LF" },
		{ "EHLO me", "250-" },
		{ "+MAIL FROM:<>", "250 " },
		{ "+RCPT TO:<b@x.org>", "250 " },
		{ "+DATA", "554 5.5.0 You did not wait" },
	};
	struct scene *s = *state;

	s->manners.strict = true;
	PLAY(s, turns);
	assert_true(s->p.closing);
}

/* Who says HELO is offered no PIPELINING. */
static void
test_strict_after_helo(void **state)
{
	static const struct turn turns[] = {
		{ "HELO me", "250 " },
		{ "MAIL FROM:<>", "250 " },
		{ "+RCPT TO:<b@x.org>", "554 5.5.0 You did not wait" },
	};
	struct scene *s = *state;

	s->manners.strict = true;
	PLAY(s, turns);
	assert_true(s->p.closing);
}

static const char *
nobody(void *arg, const char *from, const char *to)
{
	(void)arg;
	(void)from;
	return to[0] == 'b' ? "550 5.1.1 nobody" : NULL;
}

static void
test_judge(void **state)
{
	static const struct turn turns[] = {
		{ "EHLO me", "250-" },
		{ "MAIL FROM:<>", "530 5.7.0" },
		{ "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", "235 " },
		{ "MAIL FROM:<>", "250 " },
		{ "RCPT TO:<b@x.org>", "550 5.1.1 nobody\r\n" },
		{ "DATA", "554 5.5.1 No recipient" },
		{ "VRFY bob", "550 5.1.1 " },
		{ "VRFY alice", "250 2.1.5 <alice@localhost>" },
		{ "RCPT TO:<a@x.org>", "250 " },
		{ "DATA", "354 " },
	};
	struct scene *s = *state;

	s->manners.auth = s->manners.known = true;
	s->manners.judge = nobody;
	PLAY(s, turns);
	assert_true(s->p.midway);
	service_smtp.drop(&s->p);
	assert_false(s->p.midway);
	say(s, "DATA");
	assert_non_null(strstr(buf_bytes(&s->p.out), "503 "));
}

static void
test_words(void **state)
{
	static const struct turn turns[] = {
		{ "", "500 5.5.2 That line is empty" },
		{ "C: RSET", "500 5.5.2 C: and S: tell who speaks" },
		{ "S: 250", "500 5.5.2 C: and S: tell who speaks" },
		{ "Cc: a", "500 5.5.2 That looks like a line of a message" },
		{ "^] mail", "500 5.5.1 That is a word to telex" },
		{ "^]", "500 5.5.1 That is a word to telex" },
		{ "Cert", "500 5.5.1 That is a word to telex" },
		{ "certs", "500 5.5.1 There is no command \"certs\"" },
		{ " NOOP", "500 5.5.2 No blank" },
		{ "\tNOOP", "500 5.5.2 No blank" },
		{ "NOOP\r", "500 5.5.2 There is a control" },
		{ "To: b@x.org", "500 5.5.2 That looks like" },
		{ "\x9b\xff", "500 5.5.1 There is no command \"\\x9b\\xff\"" },
		{ "noop", "250 2.0.0 Ok\r\n" },
		{ "NOOP\tx", "250 2.0.0 Ok\r\n" },
		{ "~NOOP", "250 2.0.0 Ok\r\n" },
		{ "HELP noop", "214 2.0.0 NOOP: nothing\r\n" },
		{ "HELP", "214-2.0.0 EHLO " },
		{ "VRFY alice@x.org", "250 2.1.5 <alice@localhost>" },
		{ "VRFY <Alice@x.org> ", "252 2.0.0" },
		{ "VRFY <alice@x.org> ", "250 2.1.5 <alice@localhost>\r\n" },
		{ "VRFY bob", "252 2.0.0" },
		{ "VRFY postmaster", "250 2.1.5 <postmaster@localhost>\r\n" },
		{ "EXPN x", "502 5.5.1" },
		{ "SEND FROM:<a@x.org>", "502 5.5.1" },
		{ "AUTH PLAIN", "503 5.5.1 EHLO comes first" },
		{ "EHLO", "501 5.5.4 Say who" },
		{ "EHLO a b", "501 5.5.4 One name" },
		{ "EHLO \"", "501 5.5.4 That is no host's name: " },
		{ "HELO me", "250 localhost greets me\r\n" },
		{ "MAIL FROM:<a@x.org> SIZE=1", "555 5.5.4 Parameters" },
		{ "MAIL FROM:<\xc3\xa4@x.org>", "553 5.6.7" },
		{ "MAIL FROM:<a@x.org>", "250 " },
		{ "MAIL FROM:<a@x.org>", "503 5.5.1" },
		{ "AUTH PLAIN", "503 5.5.1 AUTH comes before" },
		{ "RCPT TO:<\xc3\xa4@x.org>", "553 5.6.7" },
		{ "GET / HTTP/1.1", "521 5.5.1" },
	};
	struct scene *s = *state;

	PLAY(s, turns);
	assert_true(s->p.closing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_greeting, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_message, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_received, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_ends_of_lines, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_chunks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_injection, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_strict, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_strict_after_helo, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_judge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
