/* SPDX-License-Identifier: ISC */
/* serve_test.c - a transcript served to one client, in a process of its own. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "match.h"
#include "protos.h"
#include "serve.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* Who serves, and what is known of it. */
struct server {
	pid_t pid;
	int err;
	char said[4096]; /* on stderr, so far */
	unsigned port;
	int status; /* in the end */
};

/* Read its stderr to the end, or until this has come. */
static bool
await(struct server *s, const char *text)
{
	size_t len = strlen(s->said);

	while (text == NULL || strstr(s->said, text) == NULL) {
		ssize_t n =
		    read(s->err, s->said + len, sizeof s->said - 1 - len);

		if (n <= 0)
			return false;
		s->said[len += (size_t)n] = '\0';
	}
	return true;
}

static void
begin(struct server *s, const struct serve_plan *plan, const char *text)
{
	FILE *f = fopen("t", "w");
	int err[2];

	memset(s, 0, sizeof *s);
	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 || pipe(err) < 0)
		abort();
	s->pid = fork();
	if (s->pid == 0) {
		alarm(60);
		signal(SIGPIPE, SIG_IGN);
		signal(SIGTERM, SIG_DFL);
		dup2(err[1], STDERR_FILENO);
		close(err[0]);
		close(err[1]);
		_exit(serve_run(plan));
	}
	close(err[1]);
	s->err = err[0];
	if (await(s, " port "))
		s->port = (unsigned)strtoul(
		    strstr(s->said, " port ") + strlen(" port "), NULL, 10);
}

static void
end(struct server *s)
{
	await(s, NULL);
	close(s->err);
	waitpid(s->pid, &s->status, 0);
	unlink("t");
}

static int
join(const struct server *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)s->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		abort();
	return fd;
}

/* Say it all, and hear all up to the end. */
static void
talk(int fd, const char *said, bool leaves, char *heard, size_t size)
{
	size_t len = 0;
	ssize_t n;

	send(fd, said, strlen(said), MSG_NOSIGNAL);
	if (leaves)
		shutdown(fd, SHUT_WR);
	while (
	    len < size - 1 && (n = read(fd, heard + len, size - 1 - len)) > 0)
		len += (size_t)n;
	heard[len] = '\0';
	close(fd);
}

#define ANNOUNCED "* serving t on 127.0.0.1 port "

static int
set_up(void **state)
{
	static char folder[] = "/tmp/telex-serve-XXXXXX";

	*state = folder;
	/* The CA's file is made here, too. */
	return mkdtemp(folder) == NULL || chdir(folder) != 0 ||
	    setenv("TMPDIR", folder, 1) != 0;
}

static int
tear_down(void **state)
{
	/* Nothing may be left. */
	return chdir("/") != 0 || rmdir(*state) != 0;
}

static void
test_clients(void **state)
{
	static const struct {
		const char *name, *text;
		int match, timeout;
		const char *said, *heard;
		int status;
		const char *why;
	} rows[] = {
		{ "as it should", "S: 220 a\nC: QUIT\nS: 221 b\n", 0, 0,
		    "quit\r\n", "220 a\r\n221 b\r\n", 0, "" },
		{ "another command", "S: 220 a\nC: NOOP\nS: 250 b\n", 0, 0,
		    "RSET\r\n", "220 a\r\n", STATUS_DIFFERS,
		    "telex: t:2: expected \"NOOP\", the client said "
		    "\"RSET\"\n" },
		{ "other words", "S: 220 a\nC: HELO b\nS: 250 c\n",
		    MATCH_BY_TEXT, 0, "HELO x\r\n", "220 a\r\n", STATUS_DIFFERS,
		    "telex: t:2: expected \"HELO b\", the client said "
		    "\"HELO x\"\n" },
		{ "a variable", "S$ 220 ${n}\nC: QUIT\nS: 221\n", 0, 0,
		    "QUIT\r\n", "220 bob\r\n221\r\n", 0, "" },
		{ "the protocol of -P", "C: a NOOP\nS: a OK\n", 0, 0,
		    "zz noop\r\n", "zz OK\r\n", 0, "" },
	};
	struct vars vars = { 0 };
	size_t i;

	(void)state;
	vars_set(&vars, "n", 1, "bob", 3);
	for (i = 0; i < ROWS(rows); i++) {
		struct serve_plan plan = { .file = "t",
			.match = rows[i].match,
			.proto = strstr(rows[i].name, "-P") == NULL ?
			    NULL :
			    protos_find("imap"),
			.timeout = rows[i].timeout,
			.vars = &vars };
		struct server s;
		char heard[200];

		begin(&s, &plan, rows[i].text);
		assert_true(s.port > 0);
		talk(join(&s), rows[i].said, true, heard, sizeof heard);
		end(&s);
		assert_memory_equal(s.said, ANNOUNCED, strlen(ANNOUNCED));
		assert_string_equal(strchr(s.said, '\n') + 1, rows[i].why);
		assert_string_equal(heard, rows[i].heard);
		assert_true(WIFEXITED(s.status));
		assert_int_equal(WEXITSTATUS(s.status), rows[i].status);
	}
	vars_free(&vars);
}

static void
test_silence(void **state)
{
	struct serve_plan plan = { .file = "t", .timeout = 10 };
	struct server s;
	char heard[100];

	(void)state;
	begin(&s, &plan, "S: 220 a\nC: QUIT\nS: 221 b\n");
	talk(join(&s), "", false, heard, sizeof heard);
	end(&s);
	assert_non_null(strstr(s.said,
	    "telex: t:2: expected \"QUIT\", the client said nothing for "
	    "0.01 s\n"));
	assert_string_equal(heard, "220 a\r\n");
	assert_int_equal(WEXITSTATUS(s.status), STATUS_TIMEOUT);
}

/* What cannot be served is said before anybody can come. */
static void
test_refused(void **state)
{
	static const struct {
		const char *text, *ca, *why;
	} rows[] = {
		{ "what\n", NULL, "telex: t:1: \"what\" has no label " },
		{ "S: 220\n<auth PLAIN a>\n", NULL, "telex: t:2: " },
		{ "S: 220\n", "none/ca",
		    "telex: cannot write none/ca: no such file or directory" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct serve_plan plan = { .file = "t", .ca = rows[i].ca };
		struct server s;

		begin(&s, &plan, rows[i].text);
		end(&s);
		assert_memory_equal(s.said, rows[i].why, strlen(rows[i].why));
		assert_int_equal(WEXITSTATUS(s.status), STATUS_USAGE);
	}
}

static bool
holds_certificate(const char *name)
{
	char text[40] = "";
	FILE *f = fopen(name, "r");
	bool holds = f != NULL && fgets(text, sizeof text, f) != NULL &&
	    strcmp(text, "-----BEGIN CERTIFICATE-----\n") == 0;

	if (f != NULL)
		fclose(f);
	return holds;
}

#define ISSUED "* its certificate is issued by "

/* The CA's file goes with the server, even by a signal, unless the user has
 * named it. */
static void
test_certificate(void **state)
{
	static const struct {
		const char *ca, *text;
	} rows[] = {
		{ NULL, "S: 220 a\nC: STARTTLS\nS: 220 b\n<TLS>\n" },
		{ "ca", "S: 220 a\n" },
		{ "ca", "S: 220 a\nC: STARTTLS\nS: 220 b\n<TLS>\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct serve_plan plan = { .file = "t", .ca = rows[i].ca };
		struct server s;
		struct stat st;
		char *name;

		begin(&s, &plan, rows[i].text);
		/* It comes in one write with the line before it. */
		assert_true(await(&s, ISSUED));
		name = strstr(s.said, ISSUED) + strlen(ISSUED);
		name[strcspn(name, "\n")] = '\0';
		assert_true(holds_certificate(name));
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_mode & 077, 0);
		kill(s.pid, SIGTERM);
		waitpid(s.pid, &s.status, 0);
		close(s.err);
		unlink("t");
		assert_true(WIFSIGNALED(s.status));
		assert_int_equal(WTERMSIG(s.status), SIGTERM);
		assert_int_equal(access(name, F_OK),
		    rows[i].ca != NULL ? 0 : -1);
		unlink(name);
	}
}

/* A port that is taken. */
static void
test_port(void **state)
{
	struct serve_plan plan = { .file = "t" };
	struct server first, second;
	char heard[100];

	(void)state;
	begin(&first, &plan, "S: 220 a\n");
	plan.port = (uint16_t)first.port;
	begin(&second, &plan, "S: 220 a\n");
	end(&second);
	assert_int_equal(WEXITSTATUS(second.status), STATUS_NETWORK);
	assert_memory_equal(second.said,
	    "telex: cannot listen on 127.0.0.1 port ", 39);
	talk(join(&first), "", true, heard, sizeof heard);
	end(&first);
	assert_string_equal(heard, "220 a\r\n");
	assert_int_equal(WEXITSTATUS(first.status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_port),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
