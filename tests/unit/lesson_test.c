/* SPDX-License-Identifier: ISC */
/* lesson_test.c - a transcript, and somebody who parts from it. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene.h"

struct row {
	const char *name;
	const char *live; /* what is spoken already, or NULL */
	const char *transcript;
	const char *server;
	/* What is done with each line: "s" it is said, "-" it is skipped, "e"
	 * NOOP is said in its place; "s" when there are no more. */
	const char *class;
	const char *done;
	const char *found;
	const char *told; /* NULL, or somewhere in what is told */
};

/* A line goes out, or another, or none, and the replies come. */
static void
say(struct scene *s, char how)
{
	struct play *p = &s->play;

	if (how == '-') {
		buf_addf(&s->done, "(%.*s)|", (int)p->len, p->text);
		lesson_pass(&p->lesson);
		return;
	}
	if (how == 'e') {
		p->text = "NOOP";
		p->len = p->open = strlen("NOOP");
	}
	if (p->turn == TURN_DATA)
		buf_adds(&s->done, "data:");
	scene_said(s);
	while (dialog_turn(&s->dialog) == TURN_SERVER && scene_serve(s))
		;
}

/* False at the end. */
static bool
step(struct scene *s, const char **class)
{
	struct play_state st;

	scene_settle(s);
	st = (struct play_state){ .dialog = &s->dialog,
		.open = s->open,
		.tls = s->tls };
	switch (play_next(&s->play, &st)) {
	case PLAY_SAY:
		say(s, **class == '\0' ? 's' : *(*class)++);
		break;
	case PLAY_WAIT:
		/* Nobody waits for what is not owed. */
		if (!(s->undecided || dialog_turn(&s->dialog) == TURN_SERVER) ||
		    !scene_serve(s)) {
			buf_adds(&s->done, "PASS|");
			lesson_pass(&s->play.lesson);
		}
		break;
	case PLAY_PROTO:
		dialog_again(&s->dialog, s->play.proto, false);
		break;
	case PLAY_HUSH:
		scene_hush(s, "HUSH");
		break;
	case PLAY_ENDS:
		scene_hush(s, "ENDS");
		if (strncmp(s->server, "!close", strlen("!close")) == 0)
			scene_serve(s);
		break;
	default:
		return false;
	}
	return true;
}

static bool
go_through(struct scene *s, const struct row *r)
{
	const char *class = r->class;
	struct fail f;
	int most = 100;

	*s = (struct scene){ .server = r->server,
		.proto = r->live == NULL ? NULL : protos_find(r->live),
		.open = true };
	if (transcript_text(&s->in, "t", r->transcript, strlen(r->transcript),
		&f) < 0)
		return false;
	s->undecided = s->proto == NULL;
	dialog_start(&s->dialog, s->proto == NULL ? protos_raw() : s->proto,
	    false);
	play_start(&s->play, &s->in, &s->vars, NULL, MATCH_BY_STATUS);
	lesson_begin(&s->play.lesson, &s->play.trial, s->proto);
	s->play.trial.check = scene_tell;
	s->play.trial.arg = s;
	while (step(s, &class) && --most > 0)
		;
	play_over(&s->play);
	return most > 0;
}

static void
go_through_all(const struct row *rows, size_t n)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct scene s;

		if (!go_through(&s, r) ||
		    !scene_agrees(&s, r->done, r->found, r->told)) {
			wrong++;
			scene_show(&s, r->name);
		}
		scene_end(&s);
	}
	assert_int_equal(wrong, 0);
}

#define HELLO "S: 220 a\nC: EHLO me\nS: 250 b\n"
#define SAYS "220 a\n250 b\n"
#define SAID "EHLO me|"

static void
test_differences(void **state)
{
	static const struct row rows[] = {
		{ "all as it should be", NULL,
		    HELLO "C: NOOP\nS: 250\nC: QUIT\nS: 221\n",
		    SAYS "250 c\n221 d\n", "", SAID "NOOP|QUIT|", "1 3 5 7 ",
		    NULL },
		{ "it goes on", NULL,
		    HELLO "C: NOOP\nS: 550\nC: QUIT\nS: 221\n",
		    SAYS "250 c\n221 d\n", "", SAID "NOOP|QUIT|", "1 3 -5 7 ",
		    "5: NOOP - 550 + 250 c" },
		{ "the text of a refused message", NULL,
		    HELLO "C: DATA\nS: 354\nC: x\nC: .\nS: 250\nC: QUIT\n"
			  "S: 221\n",
		    SAYS "554 c\n221 d\n", "ss--", SAID "DATA|(x)|(.)|QUIT|",
		    "1 3 -5 10 ", NULL },
		{ "the text of an accepted one", NULL,
		    HELLO "C: DATA\nS: 354\nC: x\nC: .\nS: 250\n",
		    SAYS "354 c\n250 d\n", "", SAID "DATA|data:x|data:.|",
		    "1 3 5 8 ", NULL },
		{ "a reply too few", NULL,
		    HELLO "C: NOOP\nS: 250\nS: 250\nC: QUIT\nS: 221\n",
		    SAYS "250 c\n221 d\n", "", SAID "NOOP|PASS|QUIT|",
		    "1 3 5 8 ", NULL },
		{ "a reply too few on the wire", NULL,
		    HELLO "C: AUTH PLAIN\nS: 334\nC: AGE=\nS: 235\nC: NOOP\n"
			  "S: 250\n",
		    SAYS "235 c\n250 d\n", "ss-",
		    SAID "AUTH PLAIN|(AGE=)|NOOP|", "1 3 -5 9 ", NULL },
		{ "a reply too many", NULL,
		    HELLO "C: NOOP\nS: 250\nC: QUIT\nS: 221\n",
		    SAYS "250 c\n!more 250 d\n221 e\n", "", SAID "NOOP|QUIT|",
		    "1 3 5 7 ", NULL },
		{ "no TLS", NULL,
		    HELLO "C: STARTTLS\nS: 220\n<TLS>\nC: NOOP\nS: 250\n",
		    SAYS "454 c\n250 d\n", "", SAID "STARTTLS|NOOP|",
		    "1 3 -5 -6 8 ", "! there is no TLS" },
		{ "no end", NULL, HELLO "<closed>\nC: NOOP\nS: 250\n",
		    SAYS "250 c\n", "", SAID "ENDS|NOOP|", "1 3 -4 6 ",
		    "! the server did not close" },
		{ "an end", NULL, HELLO "C: NOOP\nS: 250\nC: QUIT\nS: 221\n",
		    SAYS "421 c\n!close\n", "", SAID "NOOP|QUIT|", "1 3 -5 -7 ",
		    NULL },
		{ "an end, of which the file says nothing", NULL,
		    HELLO "C: NOOP\nC: QUIT\nS: 221\n", SAYS "!close\n", "",
		    SAID "NOOP|", "1 3 ", NULL },
		{ "an end in place of a reply", NULL,
		    HELLO "C: NOOP\nS: 250\nC: QUIT\nS: 221\n", SAYS "!close\n",
		    "", SAID "NOOP|", "1 3 -5 ",
		    "! the server closed the connection" },
		{ "a variable that got no value", NULL,
		    HELLO "C: NOOP\nS$ 250 ${id}\nC$ VRFY ${id}\nS: 252\n"
			  "C: QUIT\nS: 221\n",
		    SAYS "550 c\n221 d\n", "", SAID "NOOP|QUIT|",
		    "1 3 -5 -6 9 ", NULL },
	};

	(void)state;
	go_through_all(rows, ROWS(rows));
}

static void
test_skipped(void **state)
{
	static const struct row rows[] = {
		{ "a line and its reply", NULL,
		    HELLO "C: NOOP\nS: 250\nC: QUIT\nS: 221\n", SAYS "221 c\n",
		    "s-", SAID "(NOOP)|QUIT|", "1 3 7 ", NULL },
		{ "one of a group", NULL,
		    HELLO "C: MAIL FROM:<>\nC: RCPT TO:<a>\nC: RSET\n"
			  "S: 250\nS: 550\nS: 251\n",
		    SAYS "250 c\n251 d\n", "ss-",
		    SAID "MAIL FROM:<>|(RCPT TO:<a>)|RSET|", "1 3 7 9 ", NULL },
		{ "one whose reply the file leaves out", NULL,
		    HELLO "C: HELP\nC: NOOP\nS: 250\n", SAYS "250 c\n", "s-",
		    SAID "(HELP)|NOOP|", "1 3 6 ", NULL },
		{ "what comes of it", NULL,
		    HELLO "C: STARTTLS\nS: 220\n<TLS>\n<silence 2>\n"
			  "C: QUIT\nS: 221\n<closed>\n",
		    SAYS "221 c\n!close\n", "s-", SAID "(STARTTLS)|QUIT|ENDS|",
		    "1 3 9 10 ", NULL },
		{ "a message", NULL,
		    HELLO "C: DATA\nS: 354\nC: x\nC: .\nS: 250\nC: QUIT\n"
			  "S: 221\n",
		    SAYS "221 c\n", "s---", SAID "(DATA)|(x)|(.)|QUIT|",
		    "1 3 10 ", NULL },
		{ "one line in place of two", NULL,
		    HELLO "C$ NOOP\\r\\nNOOP\nC: QUIT\nS: 221\n",
		    SAYS "250 c\n221 d\n", "se", SAID "NOOP|QUIT|", "1 3 6 ",
		    NULL },
		{ "another line in its place", NULL,
		    HELLO "C: DATA\nS: 354\nC: x\nC: .\nS: 250\nC: QUIT\n"
			  "S: 221\n",
		    SAYS "250 c\n221 d\n", "se--", SAID "NOOP|(x)|(.)|QUIT|",
		    "1 3 -5 10 ", NULL },
	};

	(void)state;
	go_through_all(rows, ROWS(rows));
}

static void
test_joined_lines_are_one_step(void **state)
{
	static const struct row rows[] = {
		{ "two lines", NULL,
		    HELLO "C: NOOP\nC+ RSET\nS: 250\nS: 250\nC: QUIT\nS: 221\n",
		    SAYS "250 c\n250 d\n221 e\n", "", SAID "NOOP\r\nRSET|QUIT|",
		    "1 3 6 7 9 ", NULL },
		{ "without line ends", NULL,
		    HELLO "C$ NO\\c\nC: OP\nC+ RSET\nS: 250\nS: 250\n",
		    SAYS "250 c\n250 d\n", "", SAID "NOOP\r\nRSET|", "1 3 7 8 ",
		    NULL },
	};

	(void)state;
	go_through_all(rows, ROWS(rows));
}

/* The conversation has begun already. */
static void
test_in_the_middle(void **state)
{
	static const struct row rows[] = {
		{ "a greeting", "smtp", HELLO, "250 b\n", "", SAID, "3 ",
		    NULL },
		{ "one of several lines", "smtp",
		    "S: 220-a\nS: 220 b\nC: EHLO me\nS: 250 b\n", "250 b\n", "",
		    SAID, "4 ", NULL },
		{ "no greeting", "smtp", "C: EHLO me\nS: 250 b\n", "550 b\n",
		    "", SAID, "-2 ", NULL },
		{ "a protocol that is named", "smtp", "<protocol smtp>\n" HELLO,
		    "250 b\n", "", SAID, "4 ", NULL },
		{ "another protocol", "smtp",
		    "<protocol lmtp>\nS: 220\nC: LHLO me\nS: 250\n", "250 b\n",
		    "", "LHLO me|", "4 ", NULL },
		{ "of POP3", "pop3", "S: +OK\nC: STAT\nS: +OK\n", "+OK 1 2\n",
		    "", "STAT|", "3 ", NULL },
		{ "of IMAP", "imap", "S: * OK hi\nC: a NOOP\nS: a OK\n",
		    "a OK b\n", "", "a NOOP|", "3 ", NULL },
		{ "patterns of the greeting", "smtp",
		    "S~ ESMTP\nS: 220 a\nC: EHLO me\nS~ SIZE\nS: 250 b\n",
		    "250-SIZE\n250 b\n", "", SAID, "5 ", NULL },
	};

	(void)state;
	go_through_all(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_joined_lines_are_one_step),
		cmocka_unit_test(test_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
