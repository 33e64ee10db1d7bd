/* SPDX-License-Identifier: ISC */
/* relay_test.c - the pipe between a script, a server and stdout. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "relay.h"
#include "script.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 6, MANY = 3 << 20 };

/* What comes from the server and goes to it, and how it ends. */
static void
test_ways(void **state)
{
	static const struct {
		const char *name;
		const char *how; /* l: --lf, w: --raw, c: --eof=close, t: -i,
				    n: --eof=wait */
		const char *script;
		const char *part[STEPS]; /* see player.h */
		const char *heard, *out;
		int status;
		const char *err;
	} rows[] = {
		{ "line ends for the server", "", "a\nb\r\nc", { "ALL" },
		    "a\r\nb\r\nc", "", 0, "" },
		{ "--raw", "w", "a\nb\r\nc", { "ALL" }, "a\nb\r\nc", "", 0,
		    "" },
		{ "the server's as they are", "", "a\n",
		    { "S:b\nc\r\nd\r", "ALL" }, "a\r\n", "b\nc\r\nd\r", 0, "" },
		{ "--lf", "l", "a\n", { "S:b\r\nc\rd\r\ne\r", "ALL" }, "a\r\n",
		    "b\nc\rd\ne\r", 0, "" },
		{ "the server closes", "", "", { "S:b\n" }, "", "b\n", 0, "" },
		{ "--eof=close", "c", "a\n", { "ALL" }, "a\r\n", "", 0, "" },
		{ "--eof=wait: the server closes", "n", "a\n", { "C", "S:b\n" },
		    "a\r\n", "b\n", 0, "" },
		{ "nothing comes", "tn", "a\n", { "ALL" }, "a\r\n", "", 7,
		    "telex: nothing came for 0.2 s (-i SECS waits longer)\n" },
	};
	static struct stage st;
	static struct player p;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *how = rows[i].how;
		struct options opt = { .timeout =
					   strchr(how, 't') != NULL ? 200 : -1,
			.proto_given = true,
			.lf = strchr(how, 'l') != NULL,
			.raw = strchr(how, 'w') != NULL,
			.eof = strchr(how, 'c') != NULL ? EOF_CLOSE :
			    strchr(how, 'n') != NULL    ? EOF_WAIT :
							  EOF_SHUTDOWN };
		const char *part[STEPS + 1] = { NULL };
		struct script in;
		bool enough;
		int status;

		memcpy(part, rows[i].part, sizeof rows[i].part);
		stage_begin(&st, &opt, false, &proto_raw);
		player_of(&p, &st, part);
		script_text(&in, rows[i].script, strlen(rows[i].script));
		enough = relay_is_enough(&st.s);
		relay_run(&st.s, &in);
		script_close(&in);
		outlet_flush(&st.s.out);
		status = session_status(&st.s);
		stage_end(&st);
		player_end(&p);
		if (!enough || status != rows[i].status ||
		    strcmp(p.heard, rows[i].heard) != 0 ||
		    strcmp(st.out, rows[i].out) != 0 ||
		    strcmp(st.err, rows[i].err) != 0) {
			wrong++;
			print_error("%s: status %d, heard \"%s\", said "
				    "\"%s\", "
				    "stderr \"%s\"\n",
			    rows[i].name, status, p.heard, st.out, st.err);
		}
	}
	assert_int_equal(wrong, 0);
}

/* Who wants more than the bytes has no use for it. */
static void
test_enough(void **state)
{
	static const char whys[] = " pjtmvf";
	static const struct options opt = { .timeout = -1 };
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; whys[i] != '\0'; i++) {
		struct follower f = { .arg = NULL };
		struct sideline beside = { .fd = -1 };
		bool enough;

		stage_begin(&st, &opt, whys[i] == 'p',
		    whys[i] == 'j' ? &proto_smtp : &proto_raw);
		st.s.out.terminal = whys[i] == 't';
		st.s.out.mute = whys[i] == 'm';
		st.s.out.verbose = whys[i] == 'v' ? 3 : 2;
		if (whys[i] == 'f')
			session_follow(&st.s, &f);
		enough = relay_is_enough(&st.s);
		st.s.sideline = &beside;
		if (enough && relay_is_enough(&st.s))
			enough = false;
		st.s.sideline = NULL;
		if (whys[i] == 'f')
			session_unfollow(&st.s, &f);
		stage_end(&st);
		if (enough != (whys[i] == ' '))
			fail_msg("'%c': %d", whys[i], enough);
	}
}

/* A process that says n bytes, and then hears as many before it closes. */
static pid_t
other_end(int fd, int others, size_t n)
{
	static char block[65536];
	pid_t pid = fork();
	size_t put = 0;

	if (pid != 0)
		return pid;
	alarm(30);
	close(others);
	memset(block, 'x', sizeof block);
	while (put < n) {
		size_t most = n - put < sizeof block ? n - put : sizeof block;
		ssize_t got = send(fd, block, most, MSG_NOSIGNAL);

		if (got <= 0)
			_exit(1);
		put += (size_t)got;
	}
	for (put = 0; put < n;) {
		ssize_t got = read(fd, block, sizeof block);

		if (got <= 0)
			break;
		put += (size_t)got;
	}
	_exit(put == n ? 0 : 2);
}

/* Much both ways, through a pipe: the server says all of its own before it
 * hears anything, and nothing is lost. */
static void
test_much(void **state)
{
	static char block[65536];
	static const struct options opt = { .timeout = -1, .raw = true };
	static struct stage st;
	struct script in;
	size_t i, came = 0;
	FILE *much;
	pid_t server, reader;
	int to[2], status[2], own;

	(void)state;
	much = tmpfile();
	assert_non_null(much);
	for (i = 0; i < MANY / sizeof block; i++)
		assert_int_equal(fwrite(block, 1, sizeof block, much),
		    sizeof block);
	rewind(much);
	assert_int_equal(pipe(to), 0);
	stage_begin(&st, &opt, false, &proto_raw);
	server = other_end(st.server, st.s.wire.fd, MANY);
	close(st.server);
	st.server = -1;
	reader = fork();
	if (reader == 0) {
		ssize_t got;

		alarm(30);
		close(to[1]);
		close(st.s.wire.fd);
		while ((got = read(to[0], block, sizeof block)) > 0)
			came += (size_t)got;
		_exit(came == MANY ? 0 : 1);
	}
	own = dup(STDOUT_FILENO);
	dup2(to[1], STDOUT_FILENO);
	close(to[1]);
	close(to[0]);
	script_open(&in, fileno(much));
	relay_run(&st.s, &in);
	script_close(&in);
	dup2(own, STDOUT_FILENO);
	close(own);
	stage_end(&st);
	waitpid(server, &status[0], 0);
	waitpid(reader, &status[1], 0);
	fclose(much);
	assert_int_equal(status[0], 0);
	assert_int_equal(status[1], 0);
	assert_string_equal(st.err, "");
}

/* Nobody reads what comes: said once. */
static void
test_deaf(void **state)
{
	static const char *const part[] = { "S:a\r\n", "ALL", NULL };
	static const struct options opt = { .timeout = -1 };
	static struct stage st;
	static struct player p;
	struct script in;
	int to[2], own, status;

	(void)state;
	assert_int_equal(pipe(to), 0);
	close(to[0]);
	stage_begin(&st, &opt, false, &proto_raw);
	player_of(&p, &st, part);
	own = dup(STDOUT_FILENO);
	dup2(to[1], STDOUT_FILENO);
	close(to[1]);
	script_text(&in, "", 0);
	relay_run(&st.s, &in);
	script_close(&in);
	dup2(own, STDOUT_FILENO);
	close(own);
	status = session_status(&st.s);
	stage_end(&st);
	player_end(&p);
	assert_int_equal(status, STATUS_NETWORK);
	assert_int_equal(
	    strncmp(st.err, "telex: cannot write to standard output: ", 40), 0);
}

/* What is at an end: the script's file, or the connection. */
static void
test_broken(void **state)
{
	static const struct {
		bool folder; /* the script is one: it cannot be read */
		enum status status;
		const char *err;
	} rows[] = {
		{ true, STATUS_USAGE, "telex: cannot read " },
		{ false, STATUS_NETWORK, "telex: the connection broke: " },
	};
	static const struct options opt = { .timeout = 5000 };
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int folder = open(".", O_RDONLY | O_CLOEXEC), status;
		struct script in;

		stage_begin(&st, &opt, false, &proto_raw);
		if (rows[i].folder) {
			script_open(&in, folder);
		} else {
			/* Who leaves without reading this breaks it. */
			script_text(&in, "", 0);
			send(st.s.wire.fd, "x", 1, MSG_NOSIGNAL);
			close(st.server);
			st.server = -1;
		}
		relay_run(&st.s, &in);
		script_close(&in);
		status = session_status(&st.s);
		stage_end(&st);
		close(folder);
		assert_int_equal(status, rows[i].status);
		if (strncmp(st.err, rows[i].err, strlen(rows[i].err)) != 0)
			fail_msg("%zu: %s", i, st.err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_enough),
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_deaf),
		cmocka_unit_test(test_broken),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
