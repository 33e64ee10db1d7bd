/* SPDX-License-Identifier: ISC */
/* deliver_test.c - what a transcript has done at one stroke. */
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "deliver.h"
#include "fail.h"
#include "say.h"
#include "stage.h"
#include "vars.h"
#include "verdict.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 6 };

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL)
		abort();
	fputs(text, f);
	fclose(f);
}

/* Lines of a file become data, found beside the transcript. */
static void
test_file(void **state)
{
	static const struct {
		const char *text; /* NULL: there is no such file */
		const char *sent;
	} rows[] = {
		{ "a\nb\n", "a\r\nb\r\n" },
		{ "a\r\nb", "a\r\nb\r\n" },
		{ ".\n..\n.x\n", "..\r\n...\r\n..x\r\n" },
		{ "", "" },
		{ NULL, "" },
	};
	struct options opt = { .timeout = -1, .proto_given = true };
	char folder[] = "/tmp/deliver-XXXXXX";
	char name[sizeof folder + 10], transcript[sizeof folder + 10];
	static struct stage st;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(name, sizeof name, "%s/mail", folder);
	snprintf(transcript, sizeof transcript, "%s/t.telex", folder);
	for (i = 0; i < ROWS(rows); i++) {
		const char *data;
		enum turn turn;
		struct fail f;
		int rc;

		if (rows[i].text != NULL)
			write_file(name, rows[i].text);
		stage_begin(&st, &opt, false, &proto_smtp);
		stage_hears(&st, "220 a\r\n");
		say_line(&st.s, "DATA", 4);
		stage_hears(&st, "354 b\r\n");
		rc = deliver_file(&st.s, NULL, transcript, "mail", &f);
		turn = dialog_turn(&st.s.dialog);
		stage_end(&st);
		unlink(name);
		data = st.sent + strlen("DATA\r\n");
		if (rc != (rows[i].text == NULL ? -1 : 0) ||
		    turn != TURN_DATA || strcmp(data, rows[i].sent) != 0)
			fail_msg("row %zu: %d, turn %d, \"%s\"", i, rc,
			    (int)turn, data);
		if (rc < 0)
			assert_int_equal(f.status, STATUS_USAGE);
	}
	rmdir(folder);
}

static void
test_auth(void **state)
{
	static const struct {
		const char *text;
		const char *part[STEPS];
		int rc;
		const char *heard;
	} rows[] = {
		{ "PLAIN me", { "C", "S:235 a\r\n" }, 0,
		    "AUTH PLAIN AG1lAGh1bnRlcjI=\r\n" },
		{ "PLAIN me", { "C", "S:535 a\r\n" }, -1,
		    "AUTH PLAIN AG1lAGh1bnRlcjI=\r\n" },
		/* Who is not named is who the user is. */
		{ "PLAIN", { "C", "S:235 a\r\n" }, 0,
		    "AUTH PLAIN AG1lAGh1bnRlcjI=\r\n" },
		{ "LOGIN   me",
		    { "C", "S:334 VXNlcm5hbWU6\r\n", "C",
			"S:334 UGFzc3dvcmQ6\r\n", "C", "S:235 a\r\n" },
		    0, "AUTH LOGIN\r\nbWU=\r\naHVudGVyMg==\r\n" },
	};
	struct options opt = { .timeout = 3000, .proto_given = true };
	struct vars v = { .count = 0 };
	static struct stage st;
	static struct player p;
	size_t i;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	vars_set(&v, "secret:me", 9, "hunter2", 7);
	vars_set(&v, "USER", 4, "me", 2);
	for (i = 0; i < ROWS(rows); i++) {
		const char *part[STEPS + 1] = { NULL };
		int rc;

		memcpy(part, rows[i].part, sizeof rows[i].part);
		stage_begin(&st, &opt, false, &proto_smtp);
		snprintf(st.s.peer.address, sizeof st.s.peer.address,
		    "127.0.0.1");
		st.s.judged = true;
		stage_hears(&st, "220 a\r\n");
		say_line(&st.s, "EHLO b", 6);
		stage_hears(&st, "250-a\r\n250 AUTH PLAIN LOGIN\r\n");
		recv(st.server, st.sent, 8, 0);
		player_of(&p, &st, part);
		rc =
		    deliver_auth(&st.s, &v, rows[i].text, strlen(rows[i].text));
		stage_end(&st);
		player_end(&p);
		if (rc != rows[i].rc || strcmp(p.heard, rows[i].heard) != 0)
			fail_msg("%s: %d, heard \"%s\", \"%s\"", rows[i].text,
			    rc, p.heard, st.s.why.text);
		assert_null(strstr(st.err, "hunter2"));
	}
	vars_free(&v);
}

/* Which greeting a transcript begins with. */
static void
test_begins(void **state)
{
	static const struct {
		const char *name;
		const struct proto *proto;
		bool owed; /* the greeting is, or has come */
		bool tls;
		bool want;
	} rows[] = {
		{ "a greeting", &proto_smtp, false, false, true },
		{ "owed", &proto_smtp, true, false, true },
		{ "owed under TLS", &proto_smtp, true, true, true },
		{ "one that comes again", &proto_sieve, false, false, false },
		{ "... under TLS", &proto_sieve, false, true, true },
		{ "... that is owed", &proto_sieve, true, false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct heard h = { .greeting = true };
		struct heard other = { .greeting = false };
		struct dialog d;

		dialog_start(&d, rows[i].proto, rows[i].owed);
		d.tls = rows[i].tls;
		if (deliver_begins(&d, rows[i].owed ? NULL : &h) !=
		    rows[i].want)
			fail_msg("%s", rows[i].name);
		assert_false(deliver_begins(&d, &other));
		dialog_end(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
