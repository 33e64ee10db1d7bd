/* SPDX-License-Identifier: ISC */
/* cue_test.c - what a transcript puts at the prompt, and what becomes of it. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cue.h"
#include "desk.h"
#include "say.h"
#include "typing.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { MOVES = 14 };

/*
 * What happens, in SMTP:
 *
 *	S:text		the server says it
 *	C:line		we have said this line
 *	SHOW, HIDE	a line is about to be read, seen or unseen
 *	HALF:text	somebody types it into the line
 *	WAITS		is something to be put there?
 *	TAKE:line	this line was typed
 *	SKIP		as the local command does
 *	END		nothing will be read any more
 *
 * `log` has the line behind SHOW, HIDE and END as "<NOOP>", what WAITS says as
 * "+" or "-", and what TAKE makes of its line: "own", "none", or what is to be
 * said, with "|" where a secret begins.
 */
struct row {
	const char *name;
	const char *transcript;
	const char *moves[MOVES];
	const char *log, *err;
};

static void
log_half(struct desk *d)
{
	struct buf half = { 0 };

	term_half(d->term, &half);
	buf_addf(&d->log, "<%.*s>", (int)half.len,
	    half.len == 0 ? "" : buf_bytes(&half));
	buf_free(&half);
}

static void
take(struct desk *d, const char *line)
{
	struct buf said = { 0 };
	size_t open = 0;

	switch (cue_take(&d->typing.cue, line, strlen(line), &said, &open)) {
	case CUE_OWN:
		buf_adds(&d->log, "own ");
		break;
	case CUE_NONE:
		buf_adds(&d->log, "none ");
		break;
	case CUE_PLAY:
		if (said.len > 0)
			buf_add(&d->log, buf_bytes(&said), open);
		buf_adds(&d->log, "|");
		if (said.len > open)
			buf_add(&d->log, buf_bytes(&said) + open,
			    said.len - open);
		buf_adds(&d->log, " ");
		break;
	}
	/* The line is not in the editor any more. */
	term_offer(d->term, "", 0);
	buf_free(&said);
}

static void
move(struct desk *d, const char *what)
{
	struct cue *c = &d->typing.cue;

	if (strncmp(what, "S:", 2) == 0) {
		if (send(d->st.server, what + 2, strlen(what + 2),
			MSG_NOSIGNAL) < 0)
			abort();
		hear_drain(&d->st.s);
		step_serve(&d->typing.step, true);
	} else if (strncmp(what, "C:", 2) == 0) {
		say_line(&d->st.s, what + 2, strlen(what + 2));
		desk_hear(d);
	} else if (strcmp(what, "SHOW") == 0 || strcmp(what, "HIDE") == 0) {
		cue_show(c, what[0] == 'H');
		log_half(d);
	} else if (strncmp(what, "HALF:", 5) == 0) {
		term_insert(d->term, what + 5, strlen(what + 5));
	} else if (strcmp(what, "WAITS") == 0) {
		buf_adds(&d->log, cue_waits(c) ? "+" : "-");
	} else if (strncmp(what, "TAKE:", 5) == 0) {
		take(d, what + 5);
	} else if (strcmp(what, "SKIP") == 0) {
		step_skip(&d->typing.step);
		step_serve(&d->typing.step, true);
	} else {
		cue_end(c);
		log_half(d);
	}
}

static void
play(struct desk *d, const struct row *row)
{
	size_t i;

	d->opt.proto_given = true;
	desk_begin(d, &proto_smtp, NULL);
	if (row->transcript != NULL)
		desk_lesson(d, row->transcript);
	for (i = 0; i < MOVES && row->moves[i] != NULL; i++)
		move(d, row->moves[i]);
	desk_end(d);
}

static void
play_rows(const struct row *rows, size_t n)
{
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *err;

		play(&d, &rows[i]);
		/* Behind what is said of each transcript at its begin. */
		err = strncmp(d.st.err, "* t: ", 5) == 0 ?
		    strchr(d.st.err, '\n') + 1 :
		    d.st.err;
		if (strcmp(buf_bytes(&d.log), rows[i].log) != 0 ||
		    strcmp(err, rows[i].err) != 0) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\"\n", rows[i].name,
			    buf_bytes(&d.log), err);
		}
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

#define NOOP "S: 220\nC: NOOP\nS: 250\n"
#define GREETS "S:220 a\r\n"

static void
test_offered(void **state)
{
	static const struct row rows[] = {
		{ "it is shown, and taken", NOOP,
		    { GREETS, "WAITS", "SHOW", "WAITS", "TAKE:NOOP" },
		    "+<NOOP>-NOOP| ", "" },
		{ "edited", NOOP, { GREETS, "SHOW", "TAKE:NOOP x" },
		    "<NOOP>NOOP x| ", "" },
		{ "not yet", NOOP, { "WAITS", "SHOW", "TAKE:RSET" }, "-<>own ",
		    "" },
		{ "offered again", NOOP,
		    { GREETS, "SHOW", "TAKE:NOOP", "SHOW" },
		    "<NOOP>NOOP| <NOOP>", "" },
		{ "an empty line of a message is one", NOOP,
		    { GREETS, "C:DATA", "S:354 b\r\n", "TAKE:" }, "DATA\nown ",
		    "* t:2 is offered when a command is wanted\n" },
		{ "no transcript", NULL,
		    { GREETS, "WAITS", "SHOW", "TAKE:RSET", "TAKE:" },
		    "-<>own own ", "" },
		{ "shown twice", NOOP, { GREETS, "SHOW", "SHOW" },
		    "<NOOP><NOOP>", "" },
		{ "what was edited stays", NOOP,
		    { GREETS, "SHOW", "HALF:x", "SHOW", "TAKE:NOOPx" },
		    "<NOOP><NOOPx>NOOPx| ", "" },
		{ "somebody's own line stays", NOOP,
		    { "SHOW", "HALF:RSET", GREETS, "WAITS", "SHOW",
			"TAKE:RSET" },
		    "<>-<RSET>own ", "" },
		{ "Enter too early", NOOP, { GREETS, "TAKE:", "SHOW" },
		    "none <NOOP>", "" },
		{ "it is passed over", NOOP,
		    { GREETS, "SHOW", "SKIP", "TAKE:NOOP" }, "<NOOP>none ",
		    "* t:2 is passed over\n* t: 1 check, as expected\n" },
		{ "... and taken away", NOOP,
		    { GREETS, "SHOW", "SKIP", "SHOW", "TAKE:" }, "<NOOP><>own ",
		    "* t:2 is passed over\n* t: 1 check, as expected\n" },
		{ "the next one comes in its place",
		    "S: 220\nC: NOOP\nC: RSET\nS: 250\n",
		    { GREETS, "SHOW", "SKIP", "SHOW", "TAKE:RSET" },
		    "<NOOP><RSET>RSET| ", "* t:2 is passed over\n" },
		{ "the end takes it away", NOOP, { GREETS, "SHOW", "END" },
		    "<NOOP><>", "" },
		{ "... unless somebody touched it", NOOP,
		    { GREETS, "SHOW", "HALF: x", "END" }, "<NOOP><NOOP x>",
		    "" },
		{ "... or it is somebody's own", NOOP,
		    { "SHOW", "HALF:RSET", "END" }, "<><RSET>", "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* What the line cannot show is told. */
static void
test_hints(void **state)
{
	static const struct row rows[] = {
		{ "no line", "S: 220\n<close>\n", { GREETS, "SHOW", "TAKE:" },
		    "<>| ",
		    "* next: our half of the connection is closed (Enter does "
		    "it)\n" },
		{ "... and another line is typed", "S: 220\nC$ a\\x1bb\n",
		    { GREETS, "WAITS", "SHOW", "WAITS", "TAKE:RSET" },
		    "+<>-own ", "* next: \"a\\x1bb\" (Enter does it)\n" },
		{ "Enter says what cannot be shown", "S: 220\nC$ a\\x1bb\n",
		    { GREETS, "SHOW", "TAKE:" }, "<>a\033b| ",
		    "* next: \"a\\x1bb\" (Enter does it)\n" },
		{ "a secret is masked", "S: 220\nC: AUTH PLAIN AGEAYg==\n",
		    { GREETS, "SHOW", "TAKE:AUTH PLAIN ********" },
		    "<AUTH PLAIN ********>AUTH PLAIN |AGEAYg== ", "" },
		{ "... and another typed", "S: 220\nC: AUTH PLAIN AGEAYg==\n",
		    { GREETS, "SHOW", "TAKE:AUTH PLAIN x" },
		    "<AUTH PLAIN ********>AUTH PLAIN x| ", "" },
		{ "unseen", "S: 220\nC: AUTH LOGIN\n",
		    { GREETS, "HIDE", "TAKE:" }, "<>AUTH LOGIN| ",
		    "* next: the secret of t:2 (Enter does it)\n" },
		{ "unseen, and another one", "S: 220\nC: AUTH LOGIN\n",
		    { GREETS, "HIDE", "TAKE:hunter2" }, "<>|hunter2 ",
		    "* next: the secret of t:2 (Enter does it)\n" },
		{ "unseen where it was seen", NOOP,
		    { GREETS, "SHOW", "HIDE", "SHOW", "TAKE:NOOP" },
		    "<NOOP><><NOOP>NOOP| ",
		    "* next: the secret of t:2 (Enter does it)\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* A typist: --speed, and what people do meanwhile. */
static void
test_types(void **state)
{
	static const struct {
		const char *name, *transcript;
		const char *part[MOVES]; /* see desk.h */
		const char *log;
	} rows[] = {
		{ "by itself", NOOP "C: QUIT\nS: 221\n",
		    { GREETS, "TYPES", "TYPES", "S:250 b\r\n", "TYPES", "TYPES",
			"S:221 c\r\n" },
		    "{220 a\n}NOOP\n{250 b\n}QUIT\n{221 c\n}" },
		{ "letters of two bytes", "S: 220\nC: NOOP gr\303\274n\n",
		    { GREETS, "TYPES", "TYPES" },
		    "{220 a\n}NOOP gr\303\274n\n" },
		{ "nothing is due", NOOP, { GREETS, "K:" }, "{220 a\n}" },
		{ "a key has it all there, Enter is not pressed", NOOP,
		    { GREETS, "K:x", "S:421 b\r\n" }, "{220 a\n}{421 b\n}" },
		{ "... but by somebody", NOOP, { GREETS, "K:x", "K: y\r" },
		    "{220 a\n}NOOP y\n" },
		{ "Enter for what cannot be shown", "S: 220\nC$ NOOP a\\x1bb\n",
		    { GREETS, "TYPES" }, "{220 a\n}NOOP a\033b\n" },
	};
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		d.opt.proto_given = true;
		d.opt.proto = &proto_smtp;
		d.opt.speed = 1;
		desk_begin(&d, &proto_smtp, rows[i].part);
		d.typing.connected = false;
		desk_lesson(&d, rows[i].transcript);
		typing_run(&d.typing, &d.st.s, &d.opt, d.term);
		desk_end(&d);
		if (strcmp(buf_bytes(&d.log), rows[i].log) != 0) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\"\n", rows[i].name,
			    buf_bytes(&d.log), d.st.err);
		}
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offered),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
