/* SPDX-License-Identifier: ISC */
/* ready_test.c - what a transcript lacks, from wherever it comes. */
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto.h"
#include "protos.h"
#include "purse.h"
#include "ready.h"
#include "rerun.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { PATIENCE = 20000 }; /* milliseconds */

static char folder[] = "/tmp/ready-XXXXXX";

static int
enter(void **state)
{
	(void)state;
	rerun_enter(folder);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	unlink("t");
	rerun_leave(folder);
	return 0;
}

/* All of them, as "name=value ". */
static const char *
list(const struct vars *v, struct buf *to)
{
	size_t i;

	buf_clear(to);
	for (i = 0; i < v->count; i++)
		buf_addf(to, "%s=%.*s ", v->list[i].name, (int)v->list[i].len,
		    v->list[i].value);
	buf_add(to, "", 1);
	return buf_bytes(to);
}

/* What --set says, and what is read from a descriptor behind it. */
static void
test_vars(void **state)
{
	static const char *const sets[] = { "a=1", "b=", "a=x=y",
		"secret:c=old" };
	static const struct {
		const char *text, *vars;
	} rows[] = {
		{ "", "a=x=y b= secret:c=old " },
		{ "c=new\n", "a=x=y b= secret:c=new " },
		{ "secret:c=new\nd=1", "a=x=y b= secret:c=new secret:d=1 " },
		{ "\n\nd\n d=2\nd e=3\nd= 4 \n",
		    "a=x=y b= secret:c=old secret:d= 4  " },
		{ "a=2\na=3\n", "a=x=y b= secret:c=old secret:a=3 " },
	};
	struct options opt = { .sets = (const char **)(uintptr_t)sets,
		.nsets = ROWS(sets) };
	struct buf got = { 0 };
	struct fail f;
	size_t i;
	int fds[2];

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct vars v = { 0 };

		assert_int_equal(pipe(fds), 0);
		assert_int_equal(
		    write(fds[1], rows[i].text, strlen(rows[i].text)),
		    strlen(rows[i].text));
		close(fds[1]);
		opt.secrets_fd = fds[0];
		assert_int_equal(ready_vars(&v, &opt, &f), 0);
		assert_string_equal(list(&v, &got), rows[i].vars);
		close(fds[0]);
		vars_free(&v);
	}
	buf_free(&got);
}

/* Longer than what is read at once; and from stdin. */
static void
test_long_secret(void **state)
{
	struct options opt = { .secrets_fd = STDIN_FILENO };
	struct vars v = { 0 };
	struct fail f;
	char value[10001];
	FILE *file = tmpfile();
	int own = dup(STDIN_FILENO);

	(void)state;
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	assert_non_null(file);
	fprintf(file, "a=%s\nb=1\n", value);
	rewind(file);
	dup2(fileno(file), STDIN_FILENO);
	assert_int_equal(ready_vars(&v, &opt, &f), 0);
	fclose(file);
	dup2(own, STDIN_FILENO);
	close(own);
	assert_int_equal(v.count, 2);
	assert_int_equal(v.list[0].len, 10000);
	assert_memory_equal(v.list[0].value, value, 10000);
	assert_string_equal(v.list[1].name, "secret:b");
	vars_free(&v);
}

static void
test_no_secrets(void **state)
{
	struct options opt = { .secrets_fd = -1 };
	struct vars v = { 0 };
	struct fail f;
	char why[100];

	(void)state;
	assert_int_equal(ready_vars(&v, &opt, &f), 0);
	assert_int_equal(v.count, 0);
	opt.secrets_fd = open(".", O_RDONLY | O_CLOEXEC);
	assert_true(opt.secrets_fd >= 0);
	assert_int_equal(ready_vars(&v, &opt, &f), -1);
	snprintf(why, sizeof why,
	    "cannot read the secrets from descriptor %d: is a directory",
	    opt.secrets_fd);
	assert_string_equal(f.text, why);
	assert_int_equal(f.status, STATUS_USAGE);
	close(opt.secrets_fd);
	vars_free(&v);
}

/* Everything that telex sets is there. */
#define OWN "C$ ${DATE}${MSGID}${UNIQUE}${HOST}${PORT}${USER}\n"

static void
test_open(void **state)
{
	static const struct {
		const char *text;
		bool password; /* TELEX_PASSWORD is there */
		const char *missing;
		const char *why; /* NULL: nothing */
	} rows[] = {
		{ "C: NOOP\nS: 250\n", false, "", NULL },
		{ OWN "C$ ${set}\n", false, "", NULL },
		{ "C$ ${set} ${date}\nC$ ${secret:x}\n", false,
		    "date secret:x ", NULL },
		{ "<auth PLAIN alice>\n", false, "secret:alice ", NULL },
		{ "<auth PLAIN alice>\n", true, "", NULL },
		{ "S: 1\n<protocol x>\n", false, "",
		    "t:2: no protocol has this name (telex "
		    "--help=protocols)" },
	};
	struct vars set = { 0 }, purse = { 0 };
	struct options opt = { .secrets_fd = -1 };
	size_t i, k;

	(void)state;
	vars_set(&set, "set", 3, "1", 1);
	setenv("TELEX_PASSWORD", "wonderland", 1);
	purse_take(&purse);
	for (i = 0; i < ROWS(rows); i++) {
		struct ready r = { .open = false };
		struct buf missing = { 0 };
		struct fail f;
		int rc;

		rerun_write("t", rows[i].text, 0);
		opt.purse = rows[i].password ? &purse : NULL;
		rc = ready_open(&r, "t", &opt, &set, &f);
		assert_int_equal(rc, rows[i].why == NULL ? 0 : -1);
		if (rc < 0) {
			assert_string_equal(f.text, rows[i].why);
			assert_int_equal(f.status, STATUS_USAGE);
		}
		for (k = 0; k < r.vetted.nmissing; k++)
			buf_addf(&missing, "%s ", r.vetted.missing[k].name);
		buf_add(&missing, "", 1);
		assert_string_equal(buf_bytes(&missing), rows[i].missing);
		assert_true(r.open);
		ready_close(&r);
		assert_false(r.open);
		buf_free(&missing);
	}
	assert_int_equal(set.count, 1);
	vars_free(&set);
	vars_free(&purse);
}

static void
test_no_file(void **state)
{
	struct options opt = { .secrets_fd = -1 };
	struct ready r = { .open = false };
	struct vars none = { 0 };
	struct fail f;

	(void)state;
	assert_int_equal(ready_open(&r, "nowhere", &opt, &none, &f), -1);
	assert_string_equal(f.text, "nowhere: no such file or directory");
	assert_int_equal(f.status, STATUS_USAGE);
	assert_false(r.open);
	ready_close(&r);
}

/* Who asks is a process of its own, with this terminal or none: what the
 * variables are then, or why they are not. */
static void
ask_there(const struct options *opt, int terminal, int to)
{
	struct ready r = { .open = false };
	struct vars v = { 0 };
	struct buf got = { 0 };
	struct fail f;

	alarm(2 * PATIENCE / 1000);
	setsid();
	if (terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0) < 0)
		abort();
	vars_set(&v, "here", 4, "", 0);
	if (ready_open(&r, "t", opt, &v, &f) < 0)
		abort();
	vars_set(&v, "by_now", 6, "1", 1);
	if (ready_ask(&r, opt, &v, &f) == 0)
		dprintf(to, "%s", list(&v, &got));
	else
		dprintf(to, "%s %d", f.text, (int)f.status);
	ready_close(&r);
	vars_free(&v);
	buf_free(&got);
	_exit(0);
}

static void
read_all(int fd, char *to, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, to + len, size - 1 - len)) > 0)
		len += (size_t)n;
	to[len] = '\0';
	close(fd);
}

static pid_t
begin_asking(const struct options *opt, int terminal, int *answers)
{
	int fds[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(fds) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0)
		ask_there(opt, terminal, fds[1]);
	close(fds[1]);
	*answers = fds[0];
	return pid;
}

static void
test_ask(void **state)
{
	static const struct {
		const char *text, *vars;
	} rows[] = {
		{ "C: NOOP\n", "here= by_now=1 " },
		{ "C$ ${here} ${by_now}\n", "here= by_now=1 " },
		{ "C$ ${a} ${b}\n", "here= by_now=1 a=env a b= " },
		{ "C$ ${secret:a} ${secret:x:y}\n",
		    "here= by_now=1 secret:a=hidden a secret:x:y=hidden xy " },
		{ "S: 220\nC$ ${none}\n",
		    "t:2: ${none} is not set (--set NAME=VALUE, or "
		    "TELEX_VAR_...) 2" },
		{ "C$ ${a}\nC$ ${secret:none} ${c}\n",
		    "t:2: ${secret:none} is not set (TELEX_SECRET_..., "
		    "--secrets-fd, or a terminal to ask; for <auth> "
		    "TELEX_PASSWORD, too) 2" },
	};
	struct vars purse = { 0 };
	struct options opt = { .secrets_fd = -1, .purse = &purse };
	char got[1000];
	size_t i;
	int fd;

	(void)state;
	setenv("TELEX_VAR_a", "env a", 1);
	setenv("TELEX_VAR_b", "", 1);
	setenv("TELEX_SECRET_a", "hidden a", 1);
	setenv("TELEX_SECRET_x_y", "hidden xy", 1);
	purse_take(&purse);
	for (i = 0; i < ROWS(rows); i++) {
		pid_t pid;

		rerun_write("t", rows[i].text, 0);
		pid = begin_asking(&opt, -1, &fd);
		read_all(fd, got, sizeof got);
		waitpid(pid, NULL, 0);
		assert_string_equal(got, rows[i].vars);
	}
	vars_free(&purse);
}

/* What is asked for is typed, a secret unseen. */
static void
test_terminal(void **state)
{
	struct options opt = { .secrets_fd = -1 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct pollfd p = { master, POLLIN, 0 };
	char got[1000], shown[1000] = "";
	size_t len = 0;
	int terminal, fd;
	pid_t pid;

	(void)state;
	assert_true(
	    master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal >= 0);
	rerun_write("t", "C$ ${name} ${secret:me}\n", 0);
	pid = begin_asking(&opt, terminal, &fd);
	while (strstr(shown, "secret:me: ") == NULL) {
		bool typed = strstr(shown, "name: ") != NULL;
		ssize_t n;

		assert_int_equal(poll(&p, 1, PATIENCE), 1);
		n = read(master, shown + len, sizeof shown - 1 - len);
		assert_true(n > 0);
		shown[len += (size_t)n] = '\0';
		if (!typed && strstr(shown, "name: ") != NULL)
			assert_int_equal(write(master, "value\n", 6), 6);
	}
	assert_int_equal(write(master, "hunter2\n", 8), 8);
	read_all(fd, got, sizeof got);
	waitpid(pid, NULL, 0);
	assert_string_equal(got,
	    "here= by_now=1 name=value secret:me=hunter2 ");
	if (poll(&p, 1, 0) > 0) {
		ssize_t n = read(master, shown + len, sizeof shown - 1 - len);

		shown[len + (n > 0 ? (size_t)n : 0)] = '\0';
	}
	assert_null(strstr(shown, "hunter2"));
	close(terminal);
	close(master);
}

static void
test_options(void **state)
{
	static const struct {
		const char *line; /* of telex */
		const char *url, *proto;
		bool tls;
		const char *is; /* what comes of it */
	} rows[] = {
		{ "--replay t", NULL, NULL, false,
		    "no server is named (telex --replay HOST:PORT FILE, or "
		    "<connect URL> in the file)" },
		{ "--replay t", "smtps://a.test:99/", NULL, false,
		    "a.test:99 smtp tls" },
		{ "--replay t", "smtp://a.test", NULL, true,
		    "a.test:25 smtp tls" },
		{ "--replay t", "a.test:99", "lmtp", false,
		    "a.test:99 lmtp plain" },
		{ "--replay t", "smtp://", NULL, false,
		    "no host is named (telex HOST PORT)" },
		{ "--replay b.test:99 t", "smtps://a.test:1", "pop3", false,
		    "b.test:99 pop3 plain" },
		{ "--replay -P imap b.test:99 t", NULL, "pop3", false,
		    "b.test:99 imap plain" },
		{ "--replay smtps://b.test t", NULL, NULL, false,
		    "b.test:465 smtp tls" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct rerun run;
		struct options own;
		struct vetted v = { .url = NULL };
		struct fail f = { .text = "" };
		char is[1100], url[100];

		rerun_read(&run, rows[i].line, 0);
		snprintf(url, sizeof url, "%s",
		    rows[i].url == NULL ? "" : rows[i].url);
		v.url = rows[i].url == NULL ? NULL : url;
		v.tls = rows[i].tls;
		v.proto =
		    rows[i].proto == NULL ? NULL : protos_find(rows[i].proto);
		if (ready_options(&own, &run.opt, &v, &f) < 0)
			snprintf(is, sizeof is, "%s", f.text);
		else
			snprintf(is, sizeof is, "%s:%u %s %s",
			    own.have_target ? own.target.host : "?",
			    (unsigned)own.port,
			    own.proto == NULL ? "?" : own.proto->name,
			    own.tls ? "tls" : "plain");
		assert_string_equal(is, rows[i].is);
		options_free(&run.opt);
	}
}

/* NULL: it is not set. */
static const char *
value_of(const struct vars *v, const char *name, char to[200])
{
	const struct var *var = vars_get(v, name, strlen(name));

	if (var == NULL)
		return NULL;
	snprintf(to, 200, "%.*s", (int)var->len, var->value);
	return to;
}

static void
test_own(void **state)
{
	struct vars purse = { 0 }, v = { 0 }, w = { 0 };
	struct options opt = { .port = 2525,
		.target = { .host = "a.test", .user = "alice" },
		.purse = &purse };
	char is[200], was[200];

	(void)state;
	setenv("TELEX_PASSWORD", "wonderland", 1);
	purse_take(&purse);
	vars_set(&v, "DATE", 4, "today", 5);
	vars_set(&v, "PORT", 4, "", 0);
	ready_own(&v, &opt);
	assert_int_equal(v.count, 7);
	assert_string_equal(value_of(&v, "DATE", is), "today");
	assert_string_equal(value_of(&v, "PORT", is), "2525");
	assert_string_equal(value_of(&v, "HOST", is), "a.test");
	assert_string_equal(value_of(&v, "USER", is), "alice");
	assert_string_equal(value_of(&v, "secret::", is), "wonderland");
	assert_int_equal(value_of(&v, "MSGID", is)[0], '<');
	opt.unix_path = "/there";
	opt.purse = NULL;
	ready_own(&w, &opt);
	assert_int_equal(w.count, 6);
	assert_string_equal(value_of(&w, "HOST", is), "localhost");
	/* Each time another one. */
	assert_string_not_equal(value_of(&v, "UNIQUE", is),
	    value_of(&w, "UNIQUE", was));
	assert_true(strlen(was) > 10);
	assert_non_null(strchr(value_of(&w, "DATE", is), ','));
	vars_free(&purse);
	vars_free(&v);
	vars_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vars),
		cmocka_unit_test(test_long_secret),
		cmocka_unit_test(test_no_secrets),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_own),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
