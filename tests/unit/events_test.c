/* SPDX-License-Identifier: ISC */
/* events_test.c - a session told in JSON. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "events.h"
#include "fail.h"
#include "say.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 6 };

/* The objects, without the times, which are never the same. */
static void
strip(char *text)
{
	static const char *const times[] = { "\"at\":", "\"ms\":", "\"time\":",
		"\"lookup_ms\":", "\"connect_ms\":" };
	char *p, *end;
	size_t i;

	for (i = 0; i < ROWS(times); i++) {
		while ((p = strstr(text, times[i])) != NULL) {
			end = p + strcspn(p, ",}");
			/* The comma before or behind it goes too. */
			if (*end == ',')
				end++;
			else if (p > text && p[-1] == ',')
				p--;
			memmove(p, end, strlen(end) + 1);
		}
	}
}

/* "S:" the server says, "C:" we say. */
static void
play(struct stage *st, const char *const *steps, const struct options *opt,
    const struct proto *proto)
{
	struct events e = { .s = NULL };
	struct fail f;
	size_t i;

	stage_begin(st, opt, false, proto);
	if (events_open(&e, &st->s, &f) < 0)
		abort();
	for (i = 0; i < STEPS && steps[i] != NULL; i++) {
		if (steps[i][0] == 'S')
			stage_hears(st, steps[i] + 2);
		else if (strcmp(steps[i], "OPENED") == 0)
			session_changed(&st->s, CHANGE_OPENED);
		else if (strcmp(steps[i], "TLS") == 0)
			session_changed(&st->s, CHANGE_TLS);
		else if (strcmp(steps[i], "REFUSED") == 0)
			session_changed(&st->s, CHANGE_REFUSED);
		else if (strcmp(steps[i], "CLOSED") == 0)
			session_changed(&st->s, CHANGE_CLOSED);
		else if (strcmp(steps[i], "AUTH") == 0)
			session_authenticated(&st->s, "PLAIN", "a\"b");
		else
			say_line(&st->s, steps[i] + 2, strlen(steps[i] + 2));
	}
	events_close(&e);
	stage_end(st);
	strip(st->out);
}

static void
test_objects(void **state)
{
	static const struct {
		const char *name;
		const char *steps[STEPS];
		const char *out;
	} rows[] = {
		{ "greeting", { "S:220 a\r\n" },
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"220 a\"}\n"
		    "{\"event\":\"reply\",\"to\":\"greeting\",\"code\":220,"
		    "\"class\":\"positive\"}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
		{ "command", { "S:220 a\r\n", "C:NOOP", "S:450 b\r\n" },
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"220 a\"}\n"
		    "{\"event\":\"reply\",\"to\":\"greeting\",\"code\":220,"
		    "\"class\":\"positive\"}\n"
		    "{\"event\":\"line\",\"from\":\"client\","
		    "\"text\":\"NOOP\"}\n"
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"450 b\"}\n"
		    "{\"event\":\"reply\",\"to\":\"NOOP\",\"code\":450,"
		    "\"class\":\"transient\"}\n"
		    "{\"event\":\"end\",\"status\":4}\n" },
		{ "cut and odd ends", { "S:22", "S:0 a\n", "S:half" },
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"220 a\",\"end\":\"lf\"}\n"
		    "{\"event\":\"reply\",\"to\":\"greeting\",\"code\":220,"
		    "\"class\":\"positive\"}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
		{ "no text", { "S:220 \xff\r\n" },
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"220 \\ufffd\",\"base64\":\"MjIwIP8=\"}\n"
		    "{\"event\":\"reply\",\"to\":\"greeting\",\"code\":220,"
		    "\"class\":\"positive\"}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
		{ "unasked", { "S:220 a\r\n", "S:250 b\r\n" },
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"220 a\"}\n"
		    "{\"event\":\"reply\",\"to\":\"greeting\",\"code\":220,"
		    "\"class\":\"positive\"}\n"
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"250 b\"}\n"
		    "{\"event\":\"reply\",\"unsolicited\":true,\"code\":250,"
		    "\"class\":\"positive\"}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
		{ "auth", { "AUTH" },
		    "{\"event\":\"auth\",\"mechanism\":\"PLAIN\","
		    "\"user\":\"a\\\"b\"}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
		{ "TLS, accepted and not", { "TLS", "REFUSED" },
		    "{\"event\":\"tls\",\"version\":\"\",\"cipher\":\"\","
		    "\"accepted\":true,\"verified\":false,\"subject\":\"\","
		    "\"until\":\"\",\"days\":0,\"sha256\":\"\","
		    "\"key_sha256\":\"\"}\n"
		    "{\"event\":\"tls\",\"version\":\"\",\"cipher\":\"\","
		    "\"accepted\":false,\"verified\":false,\"subject\":\"\","
		    "\"until\":\"\",\"days\":0,\"sha256\":\"\","
		    "\"key_sha256\":\"\"}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
		{ "opened and closed", { "OPENED", "S:220", "CLOSED" },
		    "{\"event\":\"connect\",\"host\":\"h.test\","
		    "\"address\":\"\",\"port\":0,\"protocol\":\"smtp\"}\n"
		    "{\"event\":\"line\",\"from\":\"server\","
		    "\"text\":\"220\",\"more\":true}\n"
		    "{\"event\":\"close\",\"by\":\"client\",\"commands\":0,"
		    "\"refused\":0,\"sent\":0,\"received\":3}\n"
		    "{\"event\":\"end\",\"status\":0}\n" },
	};
	struct options opt = { .timeout = -1, .proto_given = true };
	struct stage st;
	size_t i;

	(void)state;
	snprintf(opt.target.host, sizeof opt.target.host, "h.test");
	for (i = 0; i < ROWS(rows); i++) {
		play(&st, rows[i].steps, &opt, &proto_smtp);
		if (strcmp(st.out, rows[i].out) != 0)
			fail_msg("%s:\n%s", rows[i].name, st.out);
	}
}

/* No byte of it gets out, but it is told that there was a secret. */
static void
test_secret(void **state)
{
	static const char *const steps[STEPS] = { "S:+OK a\r\n", "C:USER u",
		"S:+OK\r\n", "C:PASS hunter2" };
	struct options opt = { .timeout = -1, .proto_given = true };
	struct stage st;

	(void)state;
	play(&st, steps, &opt, &proto_pop3);
	assert_non_null(strstr(st.sent, "PASS hunter2\r\n"));
	assert_null(strstr(st.out, "hunter2"));
	assert_non_null(strstr(st.out,
	    "{\"event\":\"line\",\"from\":\"client\",\"text\":\"PASS \","
	    "\"secret\":true}\n"));
}

/* What comes behind a secret literal ends its line, and the secret. */
static void
test_secret_literal(void **state)
{
	static const char login[] = "a LOGIN u {6}\r\n", next[] = "b NOOP\r\n";
	struct options opt = { .timeout = -1, .proto_given = true };
	struct events e = { .s = NULL };
	struct stage st;
	struct fail f;

	(void)state;
	stage_begin(&st, &opt, false, &proto_imap);
	if (events_open(&e, &st.s, &f) < 0)
		abort();
	session_said(&st.s, login, strlen(login), strlen(login));
	session_said(&st.s, "hunter", 6, 0);
	session_said(&st.s, "\r\n", 2, 2);
	session_said(&st.s, next, strlen(next), strlen(next));
	events_close(&e);
	stage_end(&st);
	strip(st.out);
	assert_string_equal(st.out,
	    "{\"event\":\"line\",\"from\":\"client\","
	    "\"text\":\"a LOGIN u {6}\"}\n"
	    "{\"event\":\"line\",\"from\":\"client\",\"text\":\"\","
	    "\"secret\":true}\n"
	    "{\"event\":\"line\",\"from\":\"client\","
	    "\"text\":\"b NOOP\"}\n"
	    "{\"event\":\"end\",\"status\":0}\n");
}

/* A line that is longer than any object is told in pieces. */
static void
test_pieces(void **state)
{
	struct options opt = { .timeout = -1, .proto_given = true };
	char line[EVENTS_PIECE + 20];
	struct events e = { .s = NULL };
	struct stage st;
	struct fail f;
	const char *first;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "250 ", 4);
	memcpy(line + sizeof line - 3, "\r\n", 3);
	stage_begin(&st, &opt, false, &proto_smtp);
	if (events_open(&e, &st.s, &f) < 0)
		abort();
	session_heard(&st.s, line, strlen(line), NULL);
	events_close(&e);
	stage_end(&st);
	strip(st.out);
	first = strstr(st.out, "x\",\"more\":true}\n");
	assert_non_null(first);
	assert_int_equal(first + 1 - strstr(st.out, "250 "), EVENTS_PIECE);
	assert_string_equal(strchr(first, '\n') + 1,
	    "{\"event\":\"line\",\"from\":\"server\","
	    "\"text\":\"xxxxxxxxxxxxxxxxx\"}\n"
	    "{\"event\":\"end\",\"status\":0}\n");
}

/* No piece ends within a character: its text is exactly what came. */
static void
test_whole_characters(void **state)
{
	static const char *const shapes[] = { "\u00fc", "\u20ac",
		"\U0001d11e" };
	struct options opt = { .timeout = -1, .proto_given = true };
	size_t i, before;

	(void)state;
	for (i = 0; i < 3 * ROWS(shapes); i++) {
		const char *shape = shapes[i / 3];
		struct events e = { .s = NULL };
		struct buf line = { 0 };
		struct stage st;
		struct fail f;

		/* Its first byte is the last, the last but one ... */
		before = EVENTS_PIECE - 1 - i % 3;
		while (line.len < before)
			buf_adds(&line, "x");
		buf_adds(&line, shape);
		buf_adds(&line, "end\r\n");
		stage_begin(&st, &opt, false, &proto_smtp);
		if (events_open(&e, &st.s, &f) < 0)
			abort();
		session_heard(&st.s, buf_bytes(&line), line.len, NULL);
		events_close(&e);
		stage_end(&st);
		buf_free(&line);
		if (strstr(st.out, shape) == NULL ||
		    strstr(st.out, "ufffd") != NULL ||
		    strstr(st.out, "base64") != NULL)
			fail_msg("%zu: \"%s\"", i, st.out + before);
	}
}

/* Not where somebody types, and nothing is changed then. */
static void
test_terminal(void **state)
{
	struct options opt = { .timeout = -1 };
	struct events e = { .s = NULL };
	static char place;
	struct session s;
	struct fail f;

	(void)state;
	session_init(&s, &opt, true);
	s.out.term = (struct term *)(void *)&place;
	s.out.terminal = true;
	assert_int_equal(events_open(&e, &s, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_null(e.s);
	assert_false(s.out.mute);
	assert_null(s.followers);
	events_close(&e);
	s.out.term = NULL;
	session_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_secret_literal),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_whole_characters),
		cmocka_unit_test(test_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
