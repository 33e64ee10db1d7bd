/* SPDX-License-Identifier: ISC */
/* visit_test.c - a client and its visit, with a clock that we turn. */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "conn.h"
#include "fail.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "practice/rules.h"
#include "practice/visit.h"
#include "text.h"

enum { ROUNDS = 2000, BIG = 3000000 };

struct scene {
	struct manners manners;
	struct rules rules;
	struct mailbox box;
	struct setting setting;
	struct visit v;
	int listener, client;
	int64_t now;
	bool over;
	struct buf got;
};

/* --- a service that says little --- */

static void
greet(struct peer *p)
{
	buf_adds(&p->out, "220 hello\r\n");
}

static void
line(struct peer *p, const char *text, size_t n)
{
	if (text_is(text, n, "QUIT")) {
		p->closing = true;
		buf_adds(&p->out, "221 bye\r\n");
	} else if (text_is(text, n, "BIG")) {
		memset(buf_room(&p->out, BIG), 'x', BIG);
		buf_grew(&p->out, BIG);
	} else if (text_is(text, n, "BYTES")) {
		p->want = 5;
	} else if (text_is(text, n, "DATA")) {
		p->midway = true;
	} else if (text_is(text, n, "STARTTLS")) {
		p->starttls = true;
		buf_adds(&p->out, "220 go\r\n");
	} else {
		buf_addf(&p->out, "250%s%s %.*s\r\n", p->bare ? " bare" : "",
		    p->more ? " more" : "", (int)n, text);
	}
}

static void
bytes(struct peer *p, const char *b, size_t n)
{
	buf_addf(&p->out, "[%.*s]", (int)n, b);
}

static void
changed(struct peer *p)
{
	buf_adds(&p->out, "* new\r\n");
}

static void
drop(struct peer *p)
{
	p->midway = false;
}

static const struct service service = { .name = "smtp",
	.state = 1,
	.greet = greet,
	.line = line,
	.bytes = bytes,
	.changed = changed,
	.drop = drop };

/* --- both ends --- */

static unsigned
dice(void *arg)
{
	(void)arg;
	return 0;
}

static struct ssl_ctx_st *
no_identity(void *arg)
{
	(void)arg;
	return NULL;
}

static int
set_up(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct scene *s = calloc(1, sizeof *s);
	uint16_t port = 0;
	struct fail f;

	s->listener = conn_listen(0, &port, &f);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(port);
	s->client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(s->client, (struct sockaddr *)&a, sizeof a),
	    0);
	fcntl(s->client, F_SETFL, O_NONBLOCK);
	assert_int_equal(conn_accept(&s->v.conn, s->listener, &f), 1);
	s->setting = (struct setting){ .manners = &s->manners,
		.rules = &s->rules,
		.box = &s->box,
		.dice = dice,
		.identity = no_identity };
	s->now = 1000000;
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	visit_end(&s->v);
	rules_free(&s->rules);
	mailbox_free(&s->box);
	close(s->client);
	close(s->listener);
	buf_free(&s->got);
	free(s);
	return 0;
}

static void
begin(struct scene *s)
{
	visit_begin(&s->v, &s->setting, &service, false, s->now);
}

/* Would a loop give the visit its turn now? */
static bool
is_due(struct scene *s)
{
	short events = conn_events(&s->v.conn);
	struct pollfd p = { events == 0 ? -1 : s->v.conn.fd, events, 0 };

	return visit_due(&s->v) <= s->now || poll(&p, 1, 0) > 0;
}

/* All that can be done at this moment, on both sides. */
static void
work(struct scene *s)
{
	int i, idle = 0;

	for (i = 0; i < ROUNDS && idle < 20; i++) {
		bool due = !s->over && (i == 0 || is_due(s));
		ssize_t got;

		if (due)
			s->over = !visit_work(&s->v, s->now);
		got = recv(s->client, buf_room(&s->got, 65536), 65536, 0);
		if (got > 0)
			buf_grew(&s->got, (size_t)got);
		idle = got > 0 || due ? 0 : idle + 1;
	}
	assert_true(i < ROUNDS);
}

static void
say(struct scene *s, const char *text)
{
	assert_int_equal(send(s->client, text, strlen(text), MSG_NOSIGNAL),
	    strlen(text));
}

/* The client was told this by now, and no more. */
static void
hears(struct scene *s, const char *text)
{
	work(s);
	buf_add(&s->got, "", 1);
	assert_string_equal(buf_bytes(&s->got), text);
	buf_clear(&s->got);
}

static void
rule(struct scene *s, const char *text)
{
	struct fail f;

	assert_int_equal(rules_add(&s->rules, text, &f), 0);
}

/* --- tests --- */

static void
test_lines_and_bytes(void **state)
{
	struct scene *s = *state;

	begin(s);
	hears(s, "220 hello\r\n");
	say(s, "one\r\ntwo\nBYTES\r\n12");
	hears(s, "250 more one\r\n250 bare more two\r\n[12]");
	say(s, "345three\r\nhalf a");
	hears(s, "[345]250 more three\r\n");
	say(s, " line\r\nQUIT\r\nlate\r\n");
	hears(s, "250 more half a line\r\n221 bye\r\n");
	assert_false(s->over);
	shutdown(s->client, SHUT_WR);
	hears(s, "");
	assert_true(s->over);
}

static void
test_client_that_leaves(void **state)
{
	struct scene *s = *state;

	begin(s);
	say(s, "one\r\nhalf");
	shutdown(s->client, SHUT_WR);
	hears(s, "220 hello\r\n250 more one\r\n");
	assert_true(s->over);
}

static void
test_rules(void **state)
{
	struct scene *s = *state;

	rule(s, "XONE:550 ruled");
	rule(s, "XTWO:+2s");
	rule(s, "XTHREE:+1s:451 late");
	rule(s, ".:452 full");
	rule(s, "XFINE:250-very\\n250 fine");
	rule(s, "XLEAVE:close");
	begin(s);
	say(s, "xone\r\nDATA\r\none\r\n.\r\nxtwo\r\nxthree\r\nfour\r\n");
	hears(s, "220 hello\r\n550 ruled\r\n250 more one\r\n452 full\r\n");
	assert_int_equal(visit_due(&s->v), s->now + 2000);
	s->now += 1999;
	hears(s, "");
	s->now++;
	hears(s, "250 more xtwo\r\n");
	s->now += 1000;
	hears(s, "451 late\r\n250 four\r\n");
	say(s, "XFINE\r\nfive\r\n");
	hears(s, "250-very\r\n250 fine\r\n250 five\r\n");
	say(s, "xleave\r\nfour\r\n");
	hears(s, "");
	s->now += 2000;
	hears(s, "");
	assert_true(s->over);
}

static void
test_greeting_that_agrees(void **state)
{
	struct scene *s = *state;

	rule(s, "CONNECT:220 welcome");
	begin(s);
	hears(s, "220 welcome\r\n");
	say(s, "one\r\n");
	hears(s, "250 one\r\n");
}

static void
test_refusing_greeting(void **state)
{
	struct scene *s = *state;

	rule(s, "CONNECT:+1s:554 no");
	begin(s);
	hears(s, "");
	s->now += 1000;
	hears(s, "554 no\r\n");
	say(s, "one\r\nQUIT\r\n");
	hears(s, "503 5.5.1 QUIT is all that is left to say\r\n221 bye\r\n");
}

static void
test_early_talker(void **state)
{
	struct scene *s = *state;

	s->manners.strict = true;
	begin(s);
	say(s, "one\r\n");
	hears(s, "");
	s->now += 300;
	hears(s,
	    "554 5.5.0 You spoke before the greeting: wait for your "
	    "turn\r\n");
}

static void
test_injection(void **state)
{
	struct scene *s = *state;

	begin(s);
	say(s, "STARTTLS\r\nNOOP\r\n");
	hears(s,
	    "220 hello\r\n554 5.7.0 Something came behind STARTTLS before "
	    "TLS: anybody on the way may have put it there\r\n");
}

static void
test_long_line(void **state)
{
	struct scene *s = *state;
	char *text = malloc(PEER_LINE + 3);

	memset(text, 'x', PEER_LINE + 2);
	text[PEER_LINE + 2] = '\0';
	begin(s);
	say(s, text);
	hears(s, "220 hello\r\n500 5.5.2 That line is too long\r\n");
	free(text);
}

/* The same, with its end. */
static void
test_long_whole_line(void **state)
{
	struct scene *s = *state;
	char *text = malloc(PEER_LINE + 3);

	memset(text, 'x', PEER_LINE + 2);
	memcpy(text + PEER_LINE, "\r\n", 3);
	begin(s);
	say(s, text);
	hears(s, "220 hello\r\n500 5.5.2 That line is too long\r\n");
	free(text);
}

static void
test_slow(void **state)
{
	struct scene *s = *state;
	int i;

	s->setting.slow = 10;
	begin(s);
	hears(s, "2");
	assert_int_equal(visit_due(&s->v), s->now + 100);
	s->now += 99;
	hears(s, "");
	s->now++;
	hears(s, "2");
	for (i = 0; i < 9; i++) {
		s->now += 100;
		work(s);
	}
	hears(s, "0 hello\r\n");
	assert_true(visit_due(&s->v) > s->now + 1000);
}

static void
test_big_answer(void **state)
{
	struct scene *s = *state;

	begin(s);
	say(s, "BIG\r\none\r\n");
	work(s);
	assert_int_equal(s->got.len,
	    strlen("220 hello\r\n") + BIG + strlen("250 one\r\n"));
	assert_true(visit_holds(&s->v) < BIG);
}

/* What one look at the socket does not take in, the next one does. */
static void
test_flood(void **state)
{
	enum { LINES = CONN_IN_MOST / 6 + 2000, SIZE = LINES * 6 + 5 };
	struct scene *s = *state;
	char *text = malloc(SIZE + 1);
	int room = 4 * SIZE, there = 0;
	size_t i;

	for (i = 0; i < LINES; i++)
		memcpy(text + i * 6, "DATA\r\n", 6);
	memcpy(text + i * 6, "one\r\n", 6);
	begin(s);
	setsockopt(s->v.conn.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	say(s, text);
	for (i = 0; i < ROUNDS && there < SIZE; i++) {
		assert_int_equal(ioctl(s->v.conn.fd, FIONREAD, &there), 0);
		poll(NULL, 0, 1);
	}
	hears(s, "220 hello\r\n250 one\r\n");
	free(text);
}

/* Nobody waits for a client that does not read. */
static void
test_slow_reader(void **state)
{
	struct scene *s = *state;
	int i;

	begin(s);
	for (i = 0; i < 10; i++) {
		say(s, "BIG\r\n");
		assert_true(visit_work(&s->v, s->now));
	}
	assert_true(visit_holds(&s->v) > BIG / 2);
	/* One at a time: what is not read is not made. */
	assert_true(visit_holds(&s->v) < 4 * BIG);
	for (i = 0; i < 100; i++)
		assert_true(visit_work(&s->v, s->now));
	s->now += 59000;
	assert_true(visit_work(&s->v, s->now));
	s->now += 1000;
	assert_false(visit_work(&s->v, s->now));
	s->over = true;
}

static void
test_silence(void **state)
{
	struct scene *s = *state;

	begin(s);
	hears(s, "220 hello\r\n");
	s->now += 1799999;
	hears(s, "");
	say(s, "half a line");
	hears(s, "");
	s->now += 1799999;
	hears(s, "");
	assert_false(s->over);
	s->now++;
	work(s);
	assert_true(s->over);
}

static void
test_changes(void **state)
{
	struct scene *s = *state;

	begin(s);
	hears(s, "220 hello\r\n");
	mailbox_add(&s->box, "x\r\n", 3, "", "");
	assert_true(visit_due(&s->v) <= s->now);
	hears(s, "* new\r\n");
	assert_true(visit_due(&s->v) > s->now);
}

static void
test_refused(void **state)
{
	struct scene *s = *state;
	struct conn c = s->v.conn;
	char text[100] = "";

	begin(s);
	s->v.conn.fd = -1;
	visit_refuse(&c, &service);
	assert_true(recv(s->client, text, sizeof text - 1, 0) > 0);
	assert_string_equal(text, "421 4.3.2 There are too many clients\r\n");
	assert_int_equal(recv(s->client, text, sizeof text, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines_and_bytes),
		TEST(test_client_that_leaves),
		TEST(test_rules),
		TEST(test_greeting_that_agrees),
		TEST(test_refusing_greeting),
		TEST(test_early_talker),
		TEST(test_injection),
		TEST(test_long_line),
		TEST(test_long_whole_line),
		TEST(test_slow),
		TEST(test_big_answer),
		TEST(test_flood),
		TEST(test_slow_reader),
		TEST(test_silence),
		TEST(test_changes),
		TEST(test_refused),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
