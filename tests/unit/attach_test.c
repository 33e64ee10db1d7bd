/* SPDX-License-Identifier: ISC */
/* attach_test.c - files and boundaries in a message that is being sent. */
#include <sys/stat.h>
#include <fnmatch.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "attach.h"
#include "craft.h"
#include "draft.h"
#include "say.h"
#include "stage.h"
#include "term/pty.h"
#include "term/term.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define DATA "S:220 a\r\n", "C:DATA", "S:354 b\r\n"
#define MIXED "C:Content-Type: multipart/mixed; boundary=x"

enum { STEPS = 10 };

/* The files that there are; the folder is the working one. */
static const char *const files[][2] = {
	{ "cat.jpg", "abc" },
	{ "one", "a" },
	{ "empty", "" },
	{ "a b.txt", "hello\n" },
	{ "t image/png", "abc" },
	{ "long",
	    "0123456789012345678901234567890123456789012345678901234567"
	    "89" },
};

static char folder[] = "/tmp/attach_test.XXXXXX";

static int
enter_folder(void **state)
{
	size_t i;

	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) != 0 ||
	    mkdir("t image", 0700) != 0)
		return -1;
	for (i = 0; i < ROWS(files); i++) {
		FILE *f = fopen(files[i][0], "w");

		if (f == NULL || fputs(files[i][1], f) < 0 || fclose(f) != 0)
			return -1;
	}
	return 0;
}

static int
leave_folder(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(files); i++)
		unlink(files[i][0]);
	rmdir("t image");
	return chdir("/") != 0 || rmdir(folder) != 0;
}

struct row {
	const char *steps[STEPS]; /* C: and S:; T: is half typed */
	const char *arg;
	/* Patterns of fnmatch for what is half typed then, for what was sent
	 * behind the steps, for what stderr has; NULL: nothing. */
	const char *half, *sent, *err;
};

struct played {
	struct stage st;
	struct buf half;
	size_t before; /* bytes that the steps sent */
	bool attached;
};

static void
do_step(struct played *p, struct command *c, const char *step)
{
	const char *text = step + 2;

	if (step[0] == 'S') {
		stage_hears(&p->st, text);
	} else if (step[0] == 'T') {
		term_insert(c->term, text, strlen(text));
	} else {
		say_line(&p->st.s, text, strlen(text));
		p->before += strlen(text) + 2;
	}
}

/* One row, on a terminal that only the line which is typed needs. */
static void
play(struct played *p, const struct row *row,
    void (*run)(struct command *c, const char *arg))
{
	static const struct term_plan plan = { .hooks = { .wait = pty_wait },
		.escape = -1 };
	static const struct options opt = { .timeout = -1,
		.proto_given = true };
	struct pty pty;
	struct draft draft;
	struct command c = { .draft = &draft };
	char why[128];
	size_t i;

	memset(p, 0, sizeof *p);
	pty_begin(&pty);
	c.term = term_open(&plan, why);
	assert_non_null(c.term);
	stage_begin(&p->st, &opt, false, &proto_smtp);
	c.s = &p->st.s;
	draft_begin(&draft, c.s);
	for (i = 0; i < STEPS && row->steps[i] != NULL; i++)
		do_step(p, &c, row->steps[i]);
	run(&c, row->arg);
	p->attached = draft.attached;
	term_half(c.term, &p->half);
	buf_add(&p->half, "", 1);
	draft_end(&draft);
	stage_end(&p->st);
	term_close(c.term);
	pty_end(&pty);
}

static bool
fits(const char *pattern, const char *text)
{
	return pattern == NULL ? *text == '\0' : fnmatch(pattern, text, 0) == 0;
}

static void
play_all(const struct row *rows, size_t n,
    void (*run)(struct command *c, const char *arg))
{
	static struct played p;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *sent;

		play(&p, &rows[i], run);
		sent = p.st.sent + p.before;
		if (!fits(rows[i].half, buf_bytes(&p.half)) ||
		    !fits(rows[i].sent, sent) || !fits(rows[i].err, p.st.err))
			fail_msg("row %zu: half \"%s\", sent \"%s\", "
				 "stderr \"%s\"",
			    i, buf_bytes(&p.half), sent, p.st.err);
		assert_int_equal(p.attached, rows[i].sent != NULL);
		buf_free(&p.half);
	}
}

static void
test_boundary(void **state)
{
	static const struct row rows[] = {
		/* In a line that is typed, it goes on as it was begun. */
		{ { NULL }, "", "\"=_????????????????*\"", NULL, NULL },
		{ { "T:boundary=" }, "", "boundary=\"=_????????*\"", NULL,
		    NULL },
		{ { "T:boundary=\"" }, "", "boundary=\"=_????????*\"", NULL,
		    NULL },
		{ { DATA, "T:Content-Type: multipart/mixed; " }, "",
		    "Content-Type: multipart/mixed; boundary=\"=_????????*\"",
		    NULL, NULL },
		/* In the header of a message it is the whole field. */
		{ { DATA }, "",
		    "Content-Type: multipart/mixed; boundary=\"=_????????*\"",
		    NULL, "*MIME-Version: 1.0*" },
		{ { DATA, "C:MIME-Version: 1.0" }, "",
		    "Content-Type: multipart/mixed; boundary=\"=_????????*\"",
		    NULL, NULL },
		/* In the body it is the line. */
		{ { DATA, MIXED, "C:" }, "", "--x", NULL, NULL },
		{ { DATA, MIXED, "C:" }, "end", "--x--", NULL, NULL },
		{ { DATA, MIXED, "C:", "T:--x--" }, "", "--x", NULL, NULL },
		{ { DATA, MIXED, "C:", "C:--x", "C:a: b" }, "end", "--x--",
		    NULL, NULL },
		/* Where there is no place for one. */
		{ { NULL }, "begin", "", NULL,
		    "*boundary: say boundary, or boundary end*" },
		{ { NULL }, "end", "", NULL,
		    "*boundary: no message is awaited*" },
		{ { DATA }, "end", "", NULL,
		    "*boundary: this message has no parts yet*" },
		{ { DATA, MIXED }, "", "", NULL,
		    "*boundary: the boundary is in the header already*" },
		{ { DATA, "C:" }, "", "", NULL,
		    "*boundary: the header of this message names no*" },
		{ { DATA, "C:Content-Type: text/plain" }, "", "", NULL,
		    "*boundary: the header of this message names no*" },
		{ { DATA, MIXED, "C:", "C:--x--" }, "", "", NULL,
		    "*boundary: the last part of this message has ended*" },
	};

	(void)state;
	play_all(rows, ROWS(rows), attach_boundary);
}

#define PART(type, name) \
	"Content-Type: " type "\r\n" \
	"Content-Transfer-Encoding: base64\r\n" \
	"Content-Disposition: attachment; filename=" name "\r\n\r\n"

static void
test_file(void **state)
{
	static const struct row rows[] = {
		/* In the header: what makes it a message of parts, too. */
		{ { DATA }, "cat.jpg", "--=_*--",
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: multipart/mixed; boundary=\"=_*\"\r\n"
		    "\r\n--=_*\r\n" PART("image/jpeg*", "*cat.jpg*") "YWJj\r\n",
		    "*cat.jpg, image/jpeg by * 3 bytes as 1 line of base64*"
		    "Enter ends the last part*" },
		{ { DATA, "C:MIME-Version: 1.0", MIXED }, "cat.jpg", "--x--",
		    "\r\n--x\r\n" PART("image/jpeg*", "*cat.jpg*") "YWJj\r\n",
		    "*" },
		/* In the body, behind a boundary that is there or not. */
		{ { DATA, MIXED, "C:", "C:text" }, "cat.jpg", "--x--",
		    "--x\r\n" PART("image/jpeg*", "*cat.jpg*") "YWJj\r\n",
		    "*" },
		{ { DATA, MIXED, "C:", "C:--x", "T:--x--" }, "cat.jpg", "--x--",
		    PART("image/jpeg*", "*cat.jpg*") "YWJj\r\n", "*" },
		/* A type that is said; what looks so may be of the name. */
		{ { DATA, MIXED, "C:" }, "cat.jpg  image/png", "--x--",
		    "--x\r\n" PART("image/png*", "*cat.jpg*") "YWJj\r\n",
		    "*cat.jpg, image/png as you said: 3 bytes*" },
		{ { DATA, MIXED, "C:" }, "t image/png", "--x--",
		    "--x\r\n" PART("*", "*png*") "YWJj\r\n",
		    "*png, * 3 bytes*" },
		{ { DATA, MIXED, "C:" }, "a b.txt", "--x--",
		    "--x\r\n" PART("text/plain*charset=us-ascii*",
			"*a b.txt*") "aGVsbG8K\r\n",
		    "*" },
		{ { DATA, MIXED, "C:" }, "empty application/x", "--x--",
		    "--x\r\n" PART("application/x*", "*empty*"),
		    "*data> --x\n*: 0 bytes as 0 lines of base64*" },
		{ { DATA, MIXED, "C:" }, "one text/x", "--x--",
		    "--x\r\n" PART("text/x*", "*one*") "YQ==\r\n",
		    "* 1 byte as 1 line of base64*" },
		{ { DATA, MIXED, "C:" }, "long a/b", "", NULL,
		    "*attach: *long a/b*" },
		{ { DATA, MIXED, "C:" }, "long application/x", "--x--",
		    "--x\r\n" PART("application/x*",
			"*long*") "MDEy*U2\r\nNzg5\r\n",
		    "*: 60 bytes as 2 lines of base64*" },
	};

	(void)state;
	play_all(rows, ROWS(rows), attach_file);
}

static void
test_refused(void **state)
{
	static const struct row rows[] = {
		{ { NULL }, "cat.jpg", "", NULL,
		    "*attach: no message is awaited*" },
		{ { DATA, "T:half" }, "cat.jpg", "half", NULL,
		    "*attach: a line is half typed*" },
		{ { DATA, "C:Content-Type: text/plain" }, "cat.jpg", "", NULL,
		    "*attach: the header of this message says that it has "
		    "one part*" },
		{ { DATA, "C:" }, "cat.jpg", "", NULL,
		    "*attach: the header of this message has ended and named "
		    "no parts*" },
		{ { DATA, "C:Content-Type: multipart/mixed", "C:" }, "cat.jpg",
		    "", NULL,
		    "*attach: the header of this message names no boundary*" },
		{ { DATA, MIXED, "C:", "C:--x--" }, "cat.jpg", "", NULL,
		    "*attach: the last part of this message has ended*" },
		{ { DATA, MIXED, "C:", "C:--x", "C:a: b" }, "cat.jpg", "", NULL,
		    "*attach: the header of another part has begun*" },
		{ { DATA }, "", "", NULL, "*attach: name a file*" },
		{ { DATA }, "none", "", NULL, "*attach: none: *directory*" },
		{ { DATA }, "t image", "", NULL,
		    "*attach: *t image: it is no regular file\n" },
		{ { DATA }, "cat.jpg text/plain; charset=utf-8", "", NULL,
		    "*directory (all of the line is the name, but for *" },
		{ { DATA }, "cat.jpg message/rfc822", "", NULL,
		    "*attach: a part of that type cannot be base64*" },
	};

	(void)state;
	play_all(rows, ROWS(rows), attach_file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
