/* SPDX-License-Identifier: ISC */
/* pour_test.c - a file goes to the server, or the message is given up. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "compose.h"
#include "desk.h"
#include "fail.h"
#include "pour.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { MUCH = 8 << 20 };

static char name[] = "/tmp/pour-XXXXXX";

/* A file of n bytes, in lines of 64. */
static int
make_file(void **state)
{
	int fd = mkstemp(name);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(name);
}

static void
fill(size_t n)
{
	FILE *f = fopen(name, "w");
	size_t i;

	if (f == NULL)
		abort();
	for (i = 0; i < n; i++)
		fputc(i % 64 == 63 ? '\n' : 'x', f);
	fclose(f);
}

/* What the server hears, counted by a process of its own. */
static pid_t
count(int fd, int others, int to)
{
	pid_t pid = fork();
	static char block[65536];
	size_t all = 0;
	ssize_t n;

	if (pid != 0)
		return pid;
	alarm(60);
	close(others);
	while ((n = read(fd, block, sizeof block)) > 0)
		all += (size_t)n;
	dprintf(to, "%zu", all);
	_exit(0);
}

/* What happens to a file that is on its way. */
enum mishap { NOTHING, SHORTER, INTERRUPT, TERMINATE, CLOSED };

static const struct row {
	const char *name;
	const struct proto *proto;
	enum mishap mishap;
	size_t size;
	bool begun;
	int rc;
	bool over;         /* the session is, behind it */
	const char *heard; /* bytes, or NULL: any number */
	const char *err;
} rows[] = {
	{ "nothing", &proto_smtp, NOTHING, 0, false, 0, false, "0", "" },
	{ "a line", &proto_smtp, NOTHING, 64, false, 0, false, "65", "" },
	{ "much", &proto_smtp, NOTHING, MUCH, false, 0, false, "8519680", "" },
	{ "it becomes shorter", &proto_smtp, SHORTER, 100, false, -1, false,
	    "0", "telex: file: the file has become shorter meanwhile\n" },
	{ "... and something went before", &proto_smtp, SHORTER, 100, true, -1,
	    true, "0",
	    "telex: file: the file has become shorter meanwhile: the message "
	    "is not "
	    "complete, so the connection is closed before its end\n" },
	{ "... without rules", &proto_raw, SHORTER, 100, true, -1, false, "0",
	    "telex: file: the file has become shorter meanwhile\n" },
	{ "^C", &proto_smtp, INTERRUPT, 100, false, -1, false, "0",
	    "* file: interrupted\n" },
	{ "... and something went before", &proto_smtp, INTERRUPT, 100, true,
	    -1, true, "0",
	    "! file: interrupted: the message is not complete, so the "
	    "connection is closed before its end\n" },
	{ "... without rules", &proto_raw, INTERRUPT, 100, true, -1, false, "0",
	    "* file: interrupted\n" },
	{ "a signal that ends telex is left to it", &proto_smtp, TERMINATE, 100,
	    true, -1, false, "0", "" },
	{ "the server closes", &proto_smtp, CLOSED, MUCH, false, -1, true, NULL,
	    NULL },
};

static void
happens(struct desk *d, enum mishap mishap)
{
	switch (mishap) {
	case SHORTER:
		if (truncate(name, 10) < 0)
			abort();
		break;
	case INTERRUPT:
		raise(SIGINT);
		break;
	case TERMINATE:
		raise(SIGTERM);
		break;
	case CLOSED:
		shutdown(d->st.server, SHUT_RDWR);
		break;
	default:
		break;
	}
}

/* Play it; what the server heard is in `heard`. */
static int
play(struct desk *d, const struct row *row, char heard[32])
{
	struct compose_file file;
	struct fail f;
	int fds[2], rc;
	ssize_t n;
	pid_t pid;

	fill(row->size);
	if (compose_open(&file, name, COMPOSE_LINES, &f) < 0 || pipe(fds) < 0)
		abort();
	desk_begin(d, row->proto, NULL);
	happens(d, row->mishap);
	pid = count(d->st.server, d->st.s.wire.fd, fds[1]);
	close(d->st.server);
	d->st.server = -1;
	rc = pour(&d->st.s, d->term, &file, "file", row->begun);
	if (session_is_open(&d->st.s) == row->over)
		rc = 99;
	/* The signal is still there for others to see. */
	if (row->mishap == TERMINATE && signals_next() != SIGTERM)
		rc = 98;
	shutdown(d->st.s.wire.fd, SHUT_RDWR);
	desk_end(d);
	compose_close(&file);
	waitpid(pid, NULL, 0);
	close(fds[1]);
	n = read(fds[0], heard, 31);
	heard[n < 0 ? 0 : n] = '\0';
	close(fds[0]);
	return rc;
}

static void
test_pour(void **state)
{
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct row *row = &rows[i];
		char heard[32];
		int rc = play(&d, row, heard);

		if (rc != row->rc ||
		    (row->heard != NULL && strcmp(heard, row->heard) != 0) ||
		    (row->err != NULL && strcmp(d.st.err, row->err) != 0)) {
			wrong++;
			print_error("%s: %d, heard %s, \"%s\"\n", row->name, rc,
			    heard, d.st.err);
		}
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pour),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
