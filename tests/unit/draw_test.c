/* SPDX-License-Identifier: ISC */
/* draw_test.c - transcripts as pictures, in plain characters. */
#include <sys/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "draw.h"
#include "fail.h"
#include "protos.h"
#include "transcript.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The picture of a transcript; to be freed. */
static char *
drawn(const char *text, const char *proto, const char *name)
{
	struct transcript t;
	struct fail f;
	char *shown = NULL;
	size_t size;
	FILE *out = open_memstream(&shown, &size);

	assert_non_null(out);
	if (transcript_text(&t, "test", text, strlen(text), &f) != 0)
		fail_msg("%s", f.text);
	if (draw_transcript(&t, proto == NULL ? NULL : protos_find(proto), name,
		out, &f) != 0)
		fail_msg("%s", f.text);
	transcript_close(&t);
	fclose(out);
	return shown;
}

/* Each line has to fit the screen, and both lifelines have to be straight. */
static void
check_lines(const char *text)
{
	const char *line;

	for (line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
		size_t n = strcspn(line, "\n"), i;

		assert_true(n <= 79);
		for (i = 0; i < n; i++)
			assert_true(line[i] >= ' ' && line[i] <= '~');
		if (memcmp(line + 10, " |", 2) == 0)
			assert_int_equal(line[76], '|');
		if (memcmp(line + 10, "||", 2) == 0)
			assert_memory_equal(line + 76, "||", 2);
	}
}

/* Three blanks or strokes stand for more of them. */
static void
squeeze(char *text)
{
	char *to = text, *from;

	for (from = text; *from != '\0'; from++) {
		if (strchr(" -.~=", *from) == NULL || to - text < 3 ||
		    *from != to[-1] || *from != to[-2] || *from != to[-3])
			*to++ = *from;
	}
	*to = '\0';
}

static const struct {
	const char *text, *picture;
} pictures[] = {
	{ "# telex transcript 1\n",
	    "   client   server\n"
	    "   |   |\n"
	    "   |   |\n" },
	/* Replies of each class, and what the signs mean. */
	{ "<protocol smtp>\n"
	  "S: 220 foo.example.org ready\n"
	  "C: HELO a\n"
	  "S: 250 hi\n"
	  "C: MAIL FROM:<a@example.org>\n"
	  "S: 451 later\n"
	  "C: AUTH LOGIN\n"
	  "S: 334 VXNlcm5hbWU6\n"
	  "C: *\n"
	  "S: 501 no\n",
	    "   client   smtp   foo.example.org\n"
	    "   |   |\n"
	    "   |<-- 220 foo.example.org ready ---|\n"
	    "   |--- HELO a --->|\n"
	    "   |<-- 250 hi ---|\n"
	    "   |--- MAIL FROM:<a@example.org> --->|\n"
	    "   |<~~ 451 later ~~~| !\n"
	    "   |--- AUTH LOGIN --->|\n"
	    "   |<.. 334 VXNlcm5hbWU6 ...|\n"
	    "   |--- * --->|\n"
	    "   |<== 501 no ===| X\n"
	    "   |   |\n"
	    "   !  refused for now\n"
	    "   X  refused\n" },
	/* Long replies and messages. */
	{ "S: 220 x ESMTP\n"
	  "C: EHLO a\n"
	  "S: 250-1\nS: 250-2\nS: 250-3\nS: 250-4\nS: 250-5\nS: 250-6\n"
	  "S: 250-7\nS: 250-8\nS: 250-9\nS: 250 10\n"
	  "C: DATA\n"
	  "S: 354 go\n"
	  "C: Subject: a\nC:\nC: b\nC: c\nC: .\n"
	  "S: 250 ok\n"
	  "C: DATA\n"
	  "S: 354 go\n"
	  "C< letter.txt\n"
	  "C: .\n",
	    "   client   smtp   server\n"
	    "   |   |\n"
	    "   |<-- 220 x ESMTP ---|\n"
	    "   |--- EHLO a --->|\n"
	    "   |<-- 250-1 ---|\n"
	    "   |   250-2   |\n"
	    "   |   250-3   |\n"
	    "   |   250-4   |\n"
	    "   |   250-5   |\n"
	    "   |   250-6   |\n"
	    "   |   ... 3 more lines   |\n"
	    "   |   250 10   |\n"
	    "   |--- DATA --->|\n"
	    "   |<.. 354 go ...|\n"
	    "   |--- Subject: a --->|\n"
	    "   |   ... 3 more lines   |\n"
	    "   |   .   |\n"
	    "   |<-- 250 ok ---|\n"
	    "   |--- DATA --->|\n"
	    "   |<.. 354 go ...|\n"
	    "   |--- the lines of letter.txt --->|\n"
	    "   |   .   |\n"
	    "   |   |\n" },
	/* A body of POP3; pipelined commands, two of them in one write. */
	{ "S: +OK\n"
	  "C: RETR 1\n"
	  "S: +OK 4 lines\nS: a\nS: b\nS: c\nS: d\nS: .\n"
	  "C: STAT\n"
	  "C$ NOOP\\r\\nQUIT\n"
	  "S: +OK 1 2\n"
	  "S: +OK\n"
	  "S: +OK bye\n",
	    "   client   pop3   server\n"
	    "   |   |\n"
	    "   |<-- +OK ---|\n"
	    "   |--- RETR 1 --->|\n"
	    "   |<-- +OK 4 lines ---|\n"
	    "   |   a   |\n"
	    "   |   ... 3 more lines   |\n"
	    "   |   .   |\n"
	    "   |--- STAT --->|\n"
	    "   |--- NOOP --->|\n"
	    "   |--- QUIT --->|\n"
	    "   |<-- +OK 1 2 ---|\n"
	    "   |<-- +OK ---|\n"
	    "   |<-- +OK bye ---|\n"
	    "   |   |\n" },
	/* Literals of IMAP, both ways. */
	{ "S: * OK hi\n"
	  "C: a FETCH 1 BODY[]\n"
	  "S: * 1 FETCH (BODY[] {12}\n"
	  "S: ab\nS: cd\nS: ef\n"
	  "S: )\n"
	  "S: a OK done\n"
	  "C: b APPEND INBOX {12}\n"
	  "S: + go\n"
	  "C: ab\nC: cd\nC: ef\nC:\n"
	  "S: b NO [OVERQUOTA] full\n",
	    "   client   imap   server\n"
	    "   |   |\n"
	    "   |<-- * OK hi ---|\n"
	    "   |--- a FETCH 1 BODY[] --->|\n"
	    "   |<-- * 1 FETCH (BODY[] {12} ---|\n"
	    "   |   ab   |\n"
	    "   |   ... 2 more lines   |\n"
	    "   |   )   |\n"
	    "   |   a OK done   |\n"
	    "   |--- b APPEND INBOX {12} --->|\n"
	    "   |<.. + go ...|\n"
	    "   |--- ab --->|\n"
	    "   |   ... 2 more lines   |\n"
	    "   |<== b NO [OVERQUOTA] full ===| X\n"
	    "   |   |\n"
	    "   X  refused\n" },
	/* Time, TLS, and how it ends. */
	{ "<connect smtp://mail.example.org:587>\n"
	  "# +0.010 s\n"
	  "S: 220 hi\n"
	  "C: STARTTLS\n"
	  "# +0.020 s\n"
	  "S: 220 go\n"
	  "<TLS verified: TLSv1.3 NAME, mail.example.org>\n"
	  "<auth PLAIN alice>\n"
	  "C: NOOP\n"
	  "# +2.020 s\n"
	  "S: 250 ok\n"
	  "<closed>\n",
	    "   telex   smtp, port 587   mail.example.org\n"
	    "   |   |\n"
	    " +0.010 s  |<-- 220 hi ---|\n"
	    "   |--- STARTTLS --->|\n"
	    " +0.020 s  |<-- 220 go ---|\n"
	    "   ||=== TLSv1.3 NAME, mail.example.org, verified ===||\n"
	    "   ||   authentication: PLAIN alice   ||\n"
	    "   ||--- NOOP --->||\n"
	    "   ||   ||\n"
	    "   ||   ||\n"
	    " +2.020 s ||<-- 250 ok ---||\n"
	    "   ||   closed by the server   ||\n"
	    "   ||   ||\n" },
	/* What is not verified, and what an example leaves out. */
	{ "<connect smtp://[2001:db8::1]>\n"
	  "<TLS: TLSv1.2 NAME, self-signed>\n"
	  "<close>\n",
	    "   telex   smtp   2001:db8::1\n"
	    "   |   |\n"
	    "   ||=== TLSv1.2 NAME, self-signed, not verified ===||\n"
	    "   ||   closed by the client   ||\n"
	    "   ||   ||\n" },
	{ "S: 220 x ESMTP\n"
	  "C: STARTTLS\n"
	  "S: 220 go\n"
	  "C: EHLO a\n",
	    "   client   smtp   server\n"
	    "   |   |\n"
	    "   |<-- 220 x ESMTP ---|\n"
	    "   |--- STARTTLS --->|\n"
	    "   |<-- 220 go ---|\n"
	    "   ||=== TLS ===||\n"
	    "   ||--- EHLO a --->||\n"
	    "   ||   ||\n" },
	/* What is expected. */
	{ "S: 220 x ESMTP\n"
	  "C: EHLO a\n"
	  "S! AUTH\n"
	  "S$ 250-SIZE ${size}\n"
	  "S: ...\n"
	  "S: 250 x\n"
	  "C: STARTTLS\n"
	  "S~ ^5\n"
	  "<TLS | closed>\n"
	  "<silence 2>\n",
	    "   client   smtp   server\n"
	    "   |   |\n"
	    "   |<-- 220 x ESMTP ---|\n"
	    "   |--- EHLO a --->|\n"
	    "   |   expect no /AUTH/   |\n"
	    "   |<-- 250-SIZE ${size} ---|\n"
	    "   |   ...   |\n"
	    "   |   250 x   |\n"
	    "   |--- STARTTLS --->|\n"
	    "   |<-- expect /^5/ ---|\n"
	    "   |   TLS | closed   |\n"
	    "   |   expects silence, in seconds: 2   |\n"
	    "   |   |\n" },
	/* The answer to one command, though it came slowly. */
	{ "S: * OK hi\n"
	  "C: a NOOP\n"
	  "# +1.000 s\n"
	  "S: * 1 EXISTS\n"
	  "# +1.100 s\n"
	  "S: a OK\n",
	    "   client   imap   server\n"
	    "   |   |\n"
	    "   |<-- * OK hi ---|\n"
	    "   |--- a NOOP --->|\n"
	    " +1.000 s  |<-- * 1 EXISTS ---|\n"
	    "   |   a OK   |\n"
	    "   |   |\n" },
	/* Nobody asked; then it is told by the time what belongs together. */
	{ "<protocol irc>\n"
	  "# +0.100 s\n"
	  "S: :a NOTICE b :c\n"
	  "S: :a NOTICE b :d\n"
	  "# +0.200 s\n"
	  "S: :a NOTICE b :e\n",
	    "   client   irc   server\n"
	    "   |   |\n"
	    " +0.100 s  |<-- :a NOTICE b :c ---|\n"
	    "   |   :a NOTICE b :d   |\n"
	    " +0.200 s  |<-- :a NOTICE b :e ---|\n"
	    "   |   |\n" },
	/* A line in pieces; one that never ends; odd bytes. */
	{ "S% 220 x \\x1b[1m\\xff\\c\n"
	  "S: ESMTP\n"
	  "C$ NO\\c\n"
	  "C: OP\n"
	  "S% 250 \xe2\x80\xae\\c\n",
	    "   client   smtp   server\n"
	    "   |   |\n"
	    "   |<-- 220 x \\x1b[1m\\xffESMTP ---|\n"
	    "   |--- NOOP --->|\n"
	    "   |<-- 250 \\u{202E} ---|\n"
	    "   |   |\n" },
};

static void
test_pictures(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(pictures); i++) {
		char *shown = drawn(pictures[i].text, NULL, "-");

		check_lines(shown);
		squeeze(shown);
		assert_string_equal(shown, pictures[i].picture);
		free(shown);
	}
}

/* "hunter2" is a secret in each of these. */
static void
test_secrets(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "S: 220 x ESMTP\nC: AUTH PLAIN hunter2\nS: 235 ok hunter2\n",
		    "--- AUTH PLAIN ******** -" },
		{ "S: 220 x ESMTP\nC: auth login hunter2\n"
		  "S: 334 UGFzc3dvcmQ6\nC: hunter2\n",
		    "--- ******** -" },
		{ "S: +OK\nC: USER a\nS: +OK\nC: PASS hunter2\n"
		  "S: -ERR hunter2 is wrong\n",
		    "= -ERR ******** is wrong =" },
		{ "S: * OK x\nC: a LOGIN alice hunter2\n",
		    "--- a LOGIN alice ******** -" },
		{ "S: * OK x\nC: a LOGIN \"a b\" \"hunter2\"\n",
		    "--- a LOGIN \"a b\" ******** -" },
		{ "S: * OK x\nC: a LOGIN alice {7}\nS: + go\nC: hunter2\n"
		  "S: a OK\nC: b NOOP\n",
		    "--- b NOOP -" },
		{ "S: * OK x\nC: a LOGIN {5}\nS: + go\nC: alice {7}\nS: + go\n"
		  "C: hunter2\nS: a OK\nC: b NOOP\n",
		    "--- b NOOP -" },
		{ "S: * OK x\nC: a LOGIN alice {7}\nS: + go\n"
		  "C$ ${secret:1}\nS: a OK\nC: b NOOP\n",
		    "--- b NOOP -" },
		{ "S: * OK x\nC: a LOGIN alice {20}\nS: + go\n"
		  "C$ ${secret:1}\nS: a OK\nC: b NOOP\n",
		    "--- b NOOP -" },
		{ "C: a1 LOGIN alice hunter2\n",
		    "--- a1 LOGIN alice ******** -" },
		{ "C: PASS hunter2\n", "--- PASS ******** -" },
		{ "C: AUTH PLAIN hunter2\n", "--- AUTH PLAIN ******** -" },
		{ "<protocol raw>\nC: PASS hunter2\n", "--- PASS ******** -" },
		{ "<connect pop3://hunter2:hunter2@example.org>\n"
		  "C: PASS hunter2\n",
		    "--- PASS ******** -" },
		{ "<set secret=hunter2>\nC: NOOP\n", "--- NOOP -" },
		{ "C$ A ${secret:1} B ${x} \\${secret:2}\n",
		    "--- A ******** -" },
		{ "C$ A ${x} \\${secret:2} \\\\${y}\\t.\n",
		    "--- A ${x} ${secret:2} \\${y} . -" },
		{ "C$ PASS hun\\c\nC: ter2\n", "--- PASS ******** -" },
		{ "C$ NOOP\\r\\nPASS ${secret:1}\\r\\nSTAT\n", "--- STAT -" },
		{ "C$ NOOP\\r\\nPASS ${secret:1}\n", "--- PASS ******** -" },
		{ "S$ 250 ${secret:1} ${}\n", "-- 250 ******** ${} -" },
	};
	static const char *const names[] = { "a.txt", "a.svg" };
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		for (k = 0; k < ROWS(names); k++) {
			char *shown = drawn(rows[i].text, NULL, names[k]);

			assert_null(strstr(shown, "hunter2"));
			if (k == 0 && strstr(shown, rows[i].shown) == NULL)
				fail_msg("%s\n%s", rows[i].text, shown);
			free(shown);
		}
	}
}

/* So is the rest of a line that was begun, whatever the protocol is. */
static void
test_parts(void **state)
{
	static const char *const greetings[] = { "S: +OK\n", "" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(greetings); i++) {
		struct buf text = { 0 };
		char *shown, *svg;

		buf_adds(&text, greetings[i]);
		buf_adds(&text,
		    "C$ PASS hun\\c\n<pause 1>\nC$ ter\\c\n"
		    "<pause 1>\nC: ter\nC: STAT\n");
		buf_add(&text, "", 1);
		shown = drawn(buf_bytes(&text), NULL, "-");
		svg = drawn(buf_bytes(&text), NULL, "a.svg");
		assert_non_null(strstr(shown, "--- PASS ******** -"));
		assert_null(strstr(shown, "ter"));
		assert_non_null(strstr(shown, "--- STAT -"));
		assert_non_null(strstr(svg, "2 commands"));
		free(shown);
		free(svg);
		buf_free(&text);
	}
}

/* On another connection lines begin anew. */
static void
test_parts_anew(void **state)
{
	char *shown = drawn("<connect pop3://a.example>\nC$ PASS hun\\c\n"
			    "<connect pop3://b.example>\nC: ONE\nC: TWO\n",
	    NULL, "-");

	(void)state;
	assert_non_null(strstr(shown, "--- ONE -"));
	assert_non_null(strstr(shown, "--- TWO -"));
	free(shown);
}

/* Is a name in the greeting? */
static void
test_server(void **state)
{
	static const struct {
		const char *greeting, *name;
	} rows[] = {
		{ "220 mail.example.org", " mail.example.org\n" },
		{ "220 Hi, this is mail-1.example.org ESMTP",
		    " mail-1.example.org\n" },
		{ "220 mail", " server\n" },
		{ "220 2.0.0 ready", " server\n" },
		{ "220 Exim-4.9", " server\n" },
		{ "220 v3.beta1", " server\n" },
		{ "220 .org a. x.y example.org.", " server\n" },
		{ "220 ex_ample.org <example.org>", " server\n" },
		{ "220-a\nS: 220 example.org", " example.org\n" },
		{ "220", " server\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char text[128], *shown;

		snprintf(text, sizeof text, "S: %s\n", rows[i].greeting);
		shown = drawn(text, "smtp", "-");
		if (strstr(shown, rows[i].name) == NULL)
			fail_msg("%s\n%s", rows[i].greeting, shown);
		free(shown);
	}
}

/* What the transcript does not tell, the caller may. */
static void
test_protocol(void **state)
{
	char *shown = drawn("C: RETR 1\nS: +OK\nS: a\nS: .\n", "pop3", "-");

	(void)state;
	assert_non_null(strstr(shown, " pop3 "));
	free(shown);
}

/* The picture of many rows is as large as that of some. */
static void
test_many(void **state)
{
	char *text = malloc(21 * 100001), *to = text, *shown;
	int i;

	(void)state;
	assert_non_null(text);
	to += snprintf(to, 32, "S: 220 x ESMTP\n");
	for (i = 0; i < 100000; i++)
		to += snprintf(to, 32, "C: NOOP\nS: 250 ok\n");
	shown = drawn(text, NULL, "-");
	check_lines(shown);
	assert_non_null(strstr(shown, " left out: 198001 more rows "));
	assert_true(strlen(shown) < 200000);
	free(shown);
	free(text);
}

/* A folder of its own for each test; the names of files in it. */
static void
in_folder(const char *folder, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", folder, name);
}

static void
test_files(void **state)
{
	char folder[] = "/tmp/draw-XXXXXX", from[64], to[64], link[64];
	struct stat st;
	struct fail f;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	in_folder(folder, "a.telex", from, sizeof from);
	in_folder(folder, "a.svg", to, sizeof to);
	in_folder(folder, "b.svg", link, sizeof link);
	file = fopen(from, "w");
	assert_non_null(file);
	fputs("S: 220 x ESMTP\n", file);
	fclose(file);

	assert_int_equal(draw_file(from, NULL, to, DRAW_NEW, &f), 0);
	assert_int_equal(stat(to, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(draw_file(from, NULL, to, DRAW_NEW, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_non_null(strstr(f.text, "is there already"));
	assert_int_equal(draw_file(from, NULL, to, DRAW_FORCE, &f), 0);

	/* What a link leads to stays as it is. */
	assert_int_equal(symlink(from, link), 0);
	assert_int_equal(draw_file(from, NULL, link, DRAW_NEW, &f), -1);
	assert_int_equal(draw_file(from, NULL, link, DRAW_FORCE, &f), -1);
	assert_non_null(strstr(f.text, "is not a file"));

	assert_int_equal(draw_file("/dev/null/x", NULL, "c.svg", DRAW_NEW, &f),
	    -1);
	assert_int_equal(draw_file(from, NULL, "/dev/null/x.svg", DRAW_NEW, &f),
	    -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(to), 0);
	assert_int_equal(unlink(from), 0);
	/* Nothing else was left. */
	assert_int_equal(rmdir(folder), 0);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		int rc;
	} rows[] = {
		{ "a.svg", 0 },
		{ "a.SVG", 0 },
		{ "a.txt", 0 },
		{ "-", 0 },
		{ "a.png", -1 },
		{ "svg", -1 },
		{ ".svg", -1 },
		{ "", -1 },
	};
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		assert_int_equal(draw_name(rows[i].name, &f), rows[i].rc);
		if (rows[i].rc != 0)
			assert_int_equal(f.status, STATUS_USAGE);
	}
}

/* A device that is full. */
static void
test_full(void **state)
{
	struct transcript t;
	struct fail f;
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	if (out == NULL)
		skip();
	assert_int_equal(transcript_text(&t, "a", "S: 220 x\n", 9, &f), 0);
	assert_int_equal(draw_transcript(&t, NULL, "-", out, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	transcript_close(&t);
	fclose(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parts_anew),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_protocol),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
