/* SPDX-License-Identifier: ISC */
/* letter_test.c - a mail transaction, step by step. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/letter.h"
#include "practice/mailbox.h"
#include "practice/peer.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { MOST = 100, BOX = 20000, STEPS = 12 };

/*
 * A step: "MAIL", "RCPT" or "BDAT" and its arguments, "DATA", a line of the
 * message behind "L:", bytes of a chunk behind "B:", "RESET".  The answers of
 * all come one after the other, each up to its second blank.
 */
struct row {
	const char *name;
	bool helo; /* HELO, not EHLO */
	const char *steps[STEPS];
	const char *answers;
	const char *kept; /* of the message, behind our header; NULL: none */
};

static const char *
judge(void *arg, const char *from, const char *to)
{
	(void)arg;
	(void)from;
	return strncmp(to, "no", 2) == 0 ? "550 5.1.1 No" : NULL;
}

static void
step(struct peer *p, struct letter *l, const char *what)
{
	static const struct {
		const char *verb;
		void (*run)(struct peer *p, struct letter *l, const char *args,
		    size_t n);
	} verbs[] = { { "MAIL ", letter_mail }, { "RCPT ", letter_rcpt },
		{ "BDAT ", letter_bdat }, { "L:", letter_line },
		{ "B:", letter_bytes } };
	size_t i;

	for (i = 0; i < ROWS(verbs); i++) {
		size_t n = strlen(verbs[i].verb);

		if (strncmp(what, verbs[i].verb, n) == 0) {
			verbs[i].run(p, l, what + n, strlen(what + n));
			return;
		}
	}
	if (strcmp(what, "DATA") == 0)
		letter_data(p, l);
	else
		letter_reset(p, l);
}

/* "250 2.1.0 Sender ok" as "250 2.1.0". */
static void
add_answers(struct buf *to, struct peer *p)
{
	const char *text, *end;

	buf_add(&p->out, "", 1);
	for (text = buf_bytes(&p->out); *text != '\0'; text = end + 2) {
		size_t n = strcspn(text, " ");

		end = strstr(text, "\r\n");
		n += strcspn(text + n + 1, " ") + 1;
		buf_addf(to, "%.*s ", (int)n, text);
	}
	buf_clear(&p->out);
}

static void
play(const struct row *row, struct buf *answers, struct buf *kept)
{
	struct manners manners = { .host = "here",
		.message_most = MOST,
		.judge = judge };
	struct mailbox box = { .most = BOX };
	struct peer p = { .manners = &manners, .box = &box };
	struct letter l = { .helo = "me", .esmtp = !row->helo };
	size_t i;

	for (i = 0; i < STEPS && row->steps[i] != NULL; i++) {
		step(&p, &l, row->steps[i]);
		add_answers(answers, &p);
	}
	if (box.count > 0) {
		const char *text = strstr(box.list[0]->bytes, "+0000\r\n") + 7;

		buf_add(kept, text,
		    box.list[0]->len - (size_t)(text - box.list[0]->bytes));
	}
	buf_add(answers, "", 1);
	buf_add(kept, "", 1);
	letter_reset(&p, &l);
	assert_int_equal(box.reserved, 0);
	assert_string_equal(l.helo, "me");
	assert_int_equal(l.esmtp, !row->helo);
	assert_false(l.open);
	buf_free(&p.out);
	mailbox_free(&box);
}

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define BEGIN "MAIL FROM:<a@b>", "RCPT TO:<c@d>"
#define BEGUN "250 2.1.0 250 2.1.5 "

static const struct row rows[] = {
	{ "a message", false, { BEGIN, "DATA", "L:a", "L:..b", "L:.c", "L:." },
	    BEGUN "354 Go 250 2.0.0 ", "\r\na\r\n.b\r\nc\r\n" },
	{ "a header that an empty line ends", false,
	    { BEGIN, "DATA", "L:A: b", "L: c", "L:", "L:d", "L:." },
	    BEGUN "354 Go 250 2.0.0 ", "A: b\r\n c\r\n\r\nd\r\n" },
	{ "a header that none ends", false,
	    { BEGIN, "DATA", "L:A: b", "L: c", "L:d", "L:E: f", "L:." },
	    BEGUN "354 Go 250 2.0.0 ", "A: b\r\n c\r\n\r\nd\r\nE: f\r\n" },
	{ "a header alone", false, { BEGIN, "DATA", "L:A: b", "L:." },
	    BEGUN "354 Go 250 2.0.0 ", "A: b\r\n" },
	{ "nothing in it", true, { BEGIN, "DATA", "L:." },
	    BEGUN "354 Go 250 2.0.0 ", "" },
	{ "no order", false,
	    { "RCPT TO:<c@d>", "DATA", "MAIL FROM:<a@b>", "DATA",
		"MAIL FROM:<a@b>" },
	    "503 5.5.1 503 5.5.1 250 2.1.0 503 5.5.1 503 5.5.1 ", NULL },
	{ "begun anew", false, { BEGIN, "RESET", "DATA", BEGIN },
	    BEGUN "503 5.5.1 " BEGUN, NULL },
	{ "nobody wants it", false,
	    { "MAIL FROM:<a@b>", "RCPT TO:<no@d>", "DATA", "BDAT 0 LAST" },
	    "250 2.1.0 550 5.1.1 554 5.5.1 554 5.5.1 ", NULL },
	{ "one does", false, { BEGIN, "RCPT TO:<no@d>", "DATA", "L:a", "L:." },
	    BEGUN "550 5.1.1 354 Go 250 2.0.0 ", "\r\na\r\n" },
	{ "parameters without EHLO", true,
	    { "MAIL FROM:<a@b> SIZE=1", "MAIL FROM:<a@b>" },
	    "555 5.5.4 250 2.1.0 ", NULL },
	{ "as large as may be", false, { "MAIL FROM:<a@b> SIZE=100" },
	    "250 2.1.0 ", NULL },
	{ "too large, as it says", false, { "MAIL FROM:<a@b> SIZE=101" },
	    "552 5.3.4 ", NULL },
	{ "no address of ASCII", false,
	    { "MAIL FROM:<\xc3\xa4@b>", "MAIL FROM:<\xc3\xa4@b> SMTPUTF8",
		"RCPT TO:<\xc3\xb6@b>" },
	    "553 5.6.7 250 2.1.0 250 2.1.5 ", NULL },
	{ "100 bytes", false,
	    { BEGIN, "DATA", "L:" X50,
		"L:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxx",
		"L:." },
	    BEGUN "354 Go 250 2.0.0 ",
	    "\r\n" X50
	    "\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n" },
	{ "101 bytes", false,
	    { BEGIN, "DATA", "L:" X50,
		"L:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxx",
		"L:a", "L:." },
	    BEGUN "354 Go 552 5.3.4 ", NULL },
	{ "a CR of its own", false, { BEGIN, "DATA", "L:a\rb", "DATA" },
	    BEGUN "354 Go 550 5.5.2 503 5.5.1 ", NULL },
	{ "chunks", false,
	    { BEGIN, "BDAT 3", "B:a\r\n", "BDAT 4 last", "B:.b", "B:\r\n" },
	    BEGUN "250 2.0.0 250 2.0.0 ", "\r\na\r\n.b\r\n" },
	{ "a chunk of nothing ends it", false,
	    { BEGIN, "BDAT 1", "B:a", "BDAT 0 LAST" },
	    BEGUN "250 2.0.0 250 2.0.0 ", "\r\na\r\n" },
	{ "a line end over two chunks", false,
	    { BEGIN, "BDAT 2", "B:a\r", "BDAT 1 LAST", "B:\n" },
	    BEGUN "250 2.0.0 250 2.0.0 ", "\r\na\r\n" },
	{ "no CR", false, { BEGIN, "BDAT 2 LAST", "B:a\n" }, BEGUN "550 5.5.2 ",
	    NULL },
	{ "no LF", false, { BEGIN, "BDAT 3 LAST", "B:a\rb" },
	    BEGUN "550 5.5.2 ", NULL },
	{ "a CR at the end", false, { BEGIN, "BDAT 2 LAST", "B:a\r" },
	    BEGUN "550 5.5.2 ", NULL },
	{ "between chunks", false,
	    { BEGIN, "BDAT 1", "B:a", "RCPT TO:<e@f>", "DATA", "BDAT 0 LAST" },
	    BEGUN "250 2.0.0 503 5.5.1 503 5.5.1 250 2.0.0 ", "\r\na\r\n" },
	{ "a chunk for nobody", false, { "BDAT 3", "B:abc", "BDAT 0" },
	    "503 5.5.1 503 5.5.1 ", NULL },
	{ "what is no chunk", false,
	    { BEGIN, "BDAT ", "BDAT x", "BDAT 1 FIRST", "BDAT 1 LAST x",
		"BDAT -1" },
	    BEGUN "501 5.5.4 501 5.5.4 501 5.5.4 501 5.5.4 501 5.5.4 ", NULL },
	{ "chunks of 100 bytes and more", false,
	    { BEGIN, "BDAT 50", "B:" X50, "BDAT 50", "B:" X50, "BDAT 1",
		"B:a" },
	    BEGUN "250 2.0.0 250 2.0.0 552 5.3.4 ", NULL },
};

static void
test_rows(void **state)
{
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf answers = { 0 }, kept = { 0 };
		const char *want = rows[i].kept == NULL ? "" : rows[i].kept;

		play(&rows[i], &answers, &kept);
		if (strcmp(buf_bytes(&answers), rows[i].answers) != 0 ||
		    strcmp(buf_bytes(&kept), want) != 0) {
			wrong++;
			print_error("%s: \"%s\" \"%s\"\n", rows[i].name,
			    buf_bytes(&answers), buf_bytes(&kept));
		}
		buf_free(&answers);
		buf_free(&kept);
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
