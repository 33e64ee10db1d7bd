/* SPDX-License-Identifier: ISC */
/* record_test.c - what is said, and the transcript that tells it. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
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
#include "fail.h"
#include "record.h"
#include "template.h"
#include "transcript.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define HEAD "# telex transcript 1\n"

/* The whole of a file. */
static void
slurp(int fd, struct buf *to)
{
	char block[4096];
	ssize_t n;

	buf_clear(to);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	while ((n = read(fd, block, sizeof block)) > 0)
		buf_add(to, block, (size_t)n);
	assert_int_equal(n, 0);
}

static int
scratch(void)
{
	char name[] = "/tmp/telex-record-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	return fd;
}

/* One thing that happens.  With `open` set the bytes behind it are secret. */
struct step {
	char what; /* C, S; T and t: TLS; P, #, A, N: as the functions;
		      M: secrets have marks */
	const char *text;
	size_t open;
	int ms;
};

enum { ALL = 0, STEPS = 8 };

static void
take(struct record *r, const struct step *s, size_t n)
{
	size_t open = s->open == 0 ? n : s->open;

	switch (s->what) {
	case 'C':
		record_said(r, s->text, n, open, 1000 + s->ms);
		break;
	case 'X': /* secret from the first byte */
		record_said(r, s->text, n, 0, 1000 + s->ms);
		break;
	case 'H': /* and so is what follows */
		record_said(r, s->text, n, open, 1000 + s->ms);
		record_hide(r);
		break;
	case 'M':
		r->marked = true;
		break;
	case 'S':
		record_heard(r, s->text, n, 1000 + s->ms);
		break;
	case 'N':
		record_connect(r, s->text, 1000 + s->ms);
		break;
	case 'P':
		record_protocol(r, s->text);
		break;
	case 'T':
	case 't':
		record_tls(r, s->what == 'T', s->text);
		break;
	case '#':
		record_comment(r, s->text);
		break;
	case 'A':
		record_auth(r, s->text, s->text + n + 1);
		break;
	default:
		record_end(r, s->what == 'e');
		break;
	}
}

static const struct {
	struct step steps[STEPS];
	const char *want; /* behind the header and <connect tcp://h:1> */
} rows[] = {
	/* as it is */
	{ { { 'S', "220 ready\r\n", 0, 0 }, { 'C', "EHLO x\r\n", 0, 0 } },
	    "S: 220 ready\nC: EHLO x\n" },
	{ { { 'C', "a\r\n\r\nb \\x41 ${x} \xc3\xbc\tz\r\n", 0, 0 } },
	    "C: a\nC:\nC: b \\x41 ${x} \xc3\xbc\tz\n" },
	{ { { 'S', "22", 0, 0 }, { 'S', "0 ok\r", 0, 0 }, { 'S', "\n", 0, 0 } },
	    "S: 220 ok\n" },
	/* with escapes */
	{ { { 'C', "blank \r\n", 0, 0 }, { 'S', "blank \r\n", 0, 0 } },
	    "C$ blank\\x20\nS% blank\\x20\n" },
	{ { { 'C', "tab\t\r\n", 0, 0 }, { 'S', "esc \033[31m\r\n", 0, 0 } },
	    "C$ tab\\t\nS% esc \\x1b[31m\n" },
	{ { { 'S', "c1 \xc2\x9b bad \xff bidi \xe2\x80\xae.\r\n", 0, 0 } },
	    "S% c1 \\xc2\\x9b bad \\xff bidi \\xe2\\x80\\xae.\n" },
	{ { { 'C', "lf\n", 0, 0 }, { 'S', "lf\n", 0, 0 } },
	    "C$ lf\\n\\c\nS% lf\\n\\c\n" },
	{ { { 'C', "a\rb $ \\ ${x}\r\r\n", 0, 0 },
	      { 'S', "a\rb $ \\ ${x}\r\r\n", 0, 0 } },
	    "C$ a\\rb \\$ \\\\ \\${x}\\r\nS% a\\rb $ \\\\ ${x}\\r\n" },
	{ { { 'C', "\n", 0, 0 }, { 'C', "\r\n", 0, 0 } }, "C$ \\n\\c\nC:\n" },
	/* what would be taken for something else */
	{ { { 'C', "<a@b>\r\n", 0, 0 }, { 'S', "<wait>\r\n", 0, 0 } },
	    "C$ <a@b>\nS% <wait>\n" },
	{ { { 'C', "...\r\n", 0, 0 }, { 'S', ". . .\r\n", 0, 0 },
	      { 'S', "[...]\r\n", 0, 0 }, { 'C', ".\r\n", 0, 0 } },
	    "C$ ...\nS% . . .\nS% [...]\nC: .\n" },
	/* blanks in front, before a line showed how many are taken off */
	{ { { 'C', " a\r\n\r\nb\r\n a\r\n\tt\r\n  <x>\r\n", 0, 0 } },
	    "C$ \\x20a\nC:\nC: b\nC:  a\nC: \tt\nC$ \\x20 <x>\n" },
	/* a line that the other side interrupts */
	{ { { 'S', "login: ", 0, 0 }, { 'C', "me\r\n", 0, 0 },
	      { 'S', "Pass", 0, 0 }, { 'S', "word: ", 0, 0 },
	      { 'C', "x", 0, 0 }, { 'S', "y\r\n", 0, 0 },
	      { 'C', "\r\n", 0, 0 } },
	    "S% login:\\x20\\c\nC: me\nS% Password:\\x20\\c\nC$ x\\c\n"
	    "S: y\nC:\n" },
	{ { { 'C', "a\r", 0, 0 }, { 'S', "b", 0, 0 }, { 'C', "\n", 0, 0 },
	      { 'e', "", 0, 0 } },
	    "C$ a\\r\\c\nS% b\\c\nC$ \\n\\c\n<closed>\n" },
	/* times */
	{ { { 'S', "a\r\n", 0, 3 }, { 'C', "b\r\n", 0, 3 },
	      { 'S', "c\r\n", 0, 214 }, { 'S', "d\r\n", 0, 500 },
	      { 'C', "e\r\n", 0, 61007 } },
	    "# +0.003 s\nS: a\nC: b\n# +0.214 s\nS: c\nS: d\n"
	    "# +61.007 s\nC: e\n" },
	{ { { 'S', "a", 0, 5 }, { 'S', "b\r\n", 0, 9 },
	      { 'C', "c\r\n", 0, 9 } },
	    "# +0.005 s\nS: ab\n# +0.009 s\nC: c\n" },
	/* events */
	{ { { 'P', "smtp", 0, 0 }, { 'S', "220\r\n", 0, 0 },
	      { 'T', "TLSv1.3 X, mail.example.org", 0, 0 },
	      { 'C', "QUIT\r\n", 0, 0 }, { 'e', "", 0, 0 } },
	    "<protocol smtp>\nS: 220\n"
	    "<TLS verified: TLSv1.3 X, mail.example.org>\nC: QUIT\n"
	    "<closed>\n" },
	{ { { 't', "a>b\r\nS: c\033", 0, 0 }, { 'E', "", 0, 0 } },
	    "<TLS: a\\x3eb\\x0d\\x0aS: c\\x1b>\n<close>\n" },
	{ { { 'S', "* O", 0, 0 }, { 'P', "imap", 0, 0 },
	      { 'S', "K\r\n", 0, 0 } },
	    "<protocol imap>\nS: * OK\n" },
	{ { { 'S', "x", 0, 0 }, { '#', "a\nb", 0, 0 }, { 'S', "y\r\n", 0, 0 } },
	    "S% x\\c\n# a\\x0ab\nS: y\n" },
	{ { { 'A', "PLAIN\0alice", 0, 0 }, { 'A', "LOGIN\0al ice", 0, 0 } },
	    "<auth PLAIN alice>\n<auth LOGIN>\n" },
	{ { { 'C', "a", 0, 0 }, { 'N', "smtps://x:1", 0, 50 },
	      { 'S', "b\r\n", 0, 51 } },
	    "C$ a\\c\n\n" HEAD "<connect smtps://x:1>\n# +0.001 s\nS: b\n" },
	{ { { 'N', "unix:/a b>", 0, 0 } },
	    "\n" HEAD "# the place has a name that no event holds\n" },
	/* secrets */
	{ { { 'C', "AUTH PLAIN hidden\r\n", 11, 0 },
	      { 'X', "secret\r\n", 0, 0 }, { 'C', "NOOP\r\n", 0, 0 } },
	    "C$ AUTH PLAIN ${secret:1}\nC$ ${secret:2}\nC: NOOP\n" },
	{ { { 'C', "PASS $5 hidden\n", 8, 0 }, { 'X', "\r\n", 0, 0 } },
	    "C$ PASS \\$5 ${secret:1}\\n\\c\nC$ ${secret:2}\n" },
	/* a literal, and what follows it */
	{ { { 'C', "a LOGIN {3}\r\n", 0, 0 }, { 'X', "hid", 0, 0 },
	      { 'C', " {6}\r\n", 0, 0 }, { 'X', "hid", 0, 0 },
	      { 'X', "den", 0, 0 }, { 'C', "\r\n", 0, 0 } },
	    "C: a LOGIN {3}\nC$ ${secret:1}\\c\nC:  {6}\nC$ ${secret:2}\n" },
	{ { { 'X', "two\r\nlines", 0, 0 }, { 'S', "", 0, 0 },
	      { 'C', "\n", 0, 0 } },
	    "C$ ${secret:1}\\n\\c\n" },
	{ { { 'X', "hidden", 0, 0 }, { 'e', "", 0, 0 } },
	    "C$ ${secret:1}\\c\n<closed>\n" },
	/* a very long secret comes in pieces */
	{ { { 'H', "PASS hidden", 5, 0 }, { 'C', "and so on", 0, 0 },
	      { 'C', "hidden\r\n", 0, 0 }, { 'C', "b\r\n", 0, 0 } },
	    "C$ PASS ${secret:1}\nC: b\n" },
	{ { { 'H', "PASS hidden", 5, 0 }, { 'S', "a\r\n", 0, 0 },
	      { 'C', "hidden", 0, 0 }, { 'X', "hidden\r\n", 0, 0 },
	      { 'C', "b\r\n", 0, 0 } },
	    "C$ PASS ${secret:1}\\c\nS: a\nC:\nC: b\n" },
	{ { { 'H', "PASS hidden", 5, 0 }, { 'C', "hidden\nc\r\n", 0, 0 } },
	    "C$ PASS ${secret:1}\\n\\c\nC: c\n" },
	/* the marks around one */
	{ { { 'C', "PASS \"hid\"\r\n", 5, 0 } }, "C$ PASS ${secret:1}\n" },
	{ { { 'M', "", 0, 0 }, { 'C', "a LOGIN b \"hid\"\r\n", 10, 0 },
	      { 'C', "b LOGIN b hid\n", 10, 0 }, { 'X', "\"hid\"", 0, 0 } },
	    "C$ a LOGIN b \"${secret:1}\"\nC$ b LOGIN b ${secret:2}\\n\\c\n"
	    "C$ \"${secret:3}\"\\c\n" },
	{ { { 'M', "", 0, 0 }, { 'C', "<auth a='b'>hid</auth>", 12, 0 },
	      { 'S', "x\r\n", 0, 0 }, { 'C', "<auth>hid</auth>\r\n", 6, 0 } },
	    "C$ <auth a='b'>${secret:1}</auth>\\c\nS: x\n"
	    "C$ <auth>${secret:2}</auth>\n" },
	{ { { 'M', "", 0, 0 }, { 'X', "\"hi", 0, 0 },
	      { 'X', "den\"\r\n", 0, 0 }, { 'X', "\"hid\"\r\n", 0, 0 } },
	    "C$ \"${secret:1}\"\nC$ \"${secret:2}\"\n" },
	{ { { 'M', "", 0, 0 }, { 'H', "PASS \"hid\"", 5, 0 },
	      { 'C', "hidden\"\r\n", 0, 0 }, { 'X', "\"hid\"\r\n", 0, 0 } },
	    "C$ PASS ${secret:1}\nC$ \"${secret:2}\"\n" },
	/* a server that interrupts */
	{ { { 'M', "", 0, 0 }, { 'C', "PASS \"hid", 5, 0 },
	      { 'S', "x\r\n", 0, 0 }, { 'X', "den\"\r\n", 0, 0 } },
	    "C$ PASS ${secret:1}\\c\nS: x\nC$ ${secret:2}\n" },
};

/*
 * All steps, the bytes of each in pieces of this size.  Where a secret ends
 * is told by how the bytes come.
 */
static void
play(struct record *r, const struct step *steps, size_t piece)
{
	bool whole = false;
	size_t i, at;

	for (i = 0; i < STEPS && steps[i].what != '\0'; i++)
		whole = whole || strchr("XH", steps[i].what) != NULL;
	for (i = 0; i < STEPS && steps[i].what != '\0'; i++) {
		size_t n = strlen(steps[i].text);
		bool cut = !whole && strchr("CS", steps[i].what) != NULL &&
		    steps[i].open == ALL;

		if (!cut)
			take(r, &steps[i], n);
		for (at = 0; cut && at < n; at += piece) {
			struct step s = steps[i];

			s.text += at;
			take(r, &s, n - at < piece ? n - at : piece);
		}
	}
}

static void
test_lines(void **state)
{
	static const size_t pieces[] = { 1000, 1, 2, 3 };
	struct buf want = { 0 }, got = { 0 };
	size_t i, j;

	(void)state;
	for (i = 0; i < ROWS(rows) * ROWS(pieces); i++) {
		int fd = scratch();
		struct record r;

		j = i / ROWS(pieces);
		record_begin(&r, fd);
		record_connect(&r, "tcp://h:1", 1000);
		play(&r, rows[j].steps, pieces[i % ROWS(pieces)]);
		assert_int_equal(record_close(&r), 0);
		slurp(fd, &got);
		close(fd);
		buf_clear(&want);
		buf_adds(&want, HEAD "<connect tcp://h:1>\n");
		buf_adds(&want, rows[j].want);
		buf_add(&want, "", 1);
		buf_add(&got, "", 1);
		if (strcmp(buf_bytes(&got), buf_bytes(&want)) != 0)
			fail_msg("row %zu by %zu:\n%s\nnot\n%s", j,
			    pieces[i % ROWS(pieces)], buf_bytes(&got),
			    buf_bytes(&want));
		assert_null(strstr(buf_bytes(&got), "hid"));
		assert_null(strchr(buf_bytes(&got), '\033'));
	}
	buf_free(&want);
	buf_free(&got);
}

/* The bytes that one side says in a transcript. */
static void
read_back(const char *text, size_t n, const char *side, struct buf *to)
{
	struct transcript t;
	struct vars none = { 0 };
	struct expanded x;
	struct item item;
	struct fail f;
	int rc;

	if (transcript_text(&t, "log", text, n, &f) < 0)
		fail_msg("%s", f.text);
	while ((rc = transcript_next(&t, &item, &f)) > 0) {
		bool whole = true;

		if (item.label[0] != side[0])
			continue;
		if (item.how == TEXT_TEMPLATE) {
			assert_int_equal(
			    template_expand(&none, item.text, item.len, to, &x),
			    0);
			whole = !x.bare;
		} else if (item.how == TEXT_ESCAPED) {
			whole = template_unescape(item.text, item.len, to);
		} else {
			buf_add(to, item.text, item.len);
		}
		if (whole)
			buf_adds(to, "\r\n");
	}
	assert_int_equal(rc, 0);
	transcript_close(&t);
}

/* Bytes of the kinds that matter, in any order. */
static size_t
some_bytes(unsigned *seed, char *p, size_t most)
{
	static const char *const parts[] = { "a", "word", " ", "\t", "\r\n",
		"\r", "\n", "\r\n", "<", ">", "<x>", "...", "C:", "S: ", "#",
		"$", "{", "}", "\\", "\\c", "${x}", "\xc3\xbc", "\xff",
		"\xe2\x80\xae", "\033", "\x7f", "\x01", " \r\n", "\r\n ",
		"[...]", "\r\n...\r\n", "\r\n<a>\r\n" };
	size_t n = 0;

	while (n + 16 < most) {
		const char *part;

		*seed = *seed * 1103515245 + 12345;
		part = parts[(*seed >> 16) % ROWS(parts)];
		memcpy(p + n, part, strlen(part));
		n += strlen(part);
		if ((*seed >> 8) % 53 == 0)
			p[n++] = '\0';
		if ((*seed >> 4) % 41 == 0)
			break;
	}
	return n;
}

static void
test_round_trip(void **state)
{
	unsigned seed = 1;
	struct buf said = { 0 }, heard = { 0 }, got = { 0 }, back = { 0 };
	int i, turn;

	(void)state;
	for (i = 0; i < 300; i++) {
		int fd = scratch();
		struct record r;
		char p[2000];

		buf_clear(&said);
		buf_clear(&heard);
		record_begin(&r, fd);
		record_connect(&r, "tcp://h:1", 0);
		for (turn = 0; turn < 12; turn++) {
			size_t n = some_bytes(&seed, p, sizeof p);

			if (turn % 3 == 0)
				record_heard(&r, p, n, turn);
			else
				record_said(&r, p, n, n, turn);
			buf_add(turn % 3 == 0 ? &heard : &said, p, n);
		}
		record_end(&r, true);
		assert_int_equal(record_close(&r), 0);
		slurp(fd, &got);
		close(fd);
		buf_clear(&back);
		read_back(buf_bytes(&got), got.len, "C", &back);
		assert_int_equal(back.len, said.len);
		assert_memory_equal(buf_bytes(&back), buf_bytes(&said),
		    said.len);
		buf_clear(&back);
		read_back(buf_bytes(&got), got.len, "S", &back);
		assert_int_equal(back.len, heard.len);
		assert_memory_equal(buf_bytes(&back), buf_bytes(&heard),
		    heard.len);
	}
	buf_free(&said);
	buf_free(&heard);
	buf_free(&got);
	buf_free(&back);
}

/* However the bytes of a long line come, its pieces are the same. */
static void
test_long_lines(void **state)
{
	static const struct {
		size_t len;
		const char *end;
		size_t pieces; /* of 64 KiB, before the last */
	} lines[] = {
		{ RECORD_PIECE - 1, "\r\n", 0 },
		{ RECORD_PIECE, "\r\n", 0 },
		{ RECORD_PIECE + 1, "\r\n", 1 },
		{ 2 * RECORD_PIECE, "\r\n", 1 },
		{ 3 * RECORD_PIECE + 7, "\r\n", 3 },
		{ RECORD_PIECE + 1, "\n", 0 },
		{ RECORD_PIECE + 2, "\n", 1 },
	};
	static const size_t cuts[] = { 1000000, 65536, 65537, 65538, 1001 };
	struct buf line = { 0 }, want = { 0 }, got = { 0 };
	size_t i, j, k;

	(void)state;
	for (i = 0; i < ROWS(lines) * ROWS(cuts); i++) {
		int fd = scratch();
		struct record r;

		j = i / ROWS(cuts);
		buf_clear(&line);
		for (k = 0; k < lines[j].len; k++)
			buf_add(&line, "x", 1);
		buf_adds(&line, lines[j].end);
		buf_clear(&want);
		buf_adds(&want, HEAD);
		for (k = 0; k < lines[j].pieces; k++) {
			buf_adds(&want, "S% ");
			buf_add(&want, buf_bytes(&line), RECORD_PIECE);
			buf_adds(&want, "\\c\n");
		}
		buf_adds(&want, lines[j].end[0] == '\r' ? "S: " : "S% ");
		buf_add(&want, buf_bytes(&line),
		    lines[j].len - k * RECORD_PIECE);
		buf_adds(&want, lines[j].end[0] == '\r' ? "\n" : "\\n\\c\n");
		record_begin(&r, fd);
		for (k = 0; k < line.len; k += cuts[i % ROWS(cuts)])
			record_heard(&r, buf_bytes(&line) + k,
			    line.len - k < cuts[i % ROWS(cuts)] ?
				line.len - k :
				cuts[i % ROWS(cuts)],
			    0);
		assert_int_equal(record_close(&r), 0);
		slurp(fd, &got);
		close(fd);
		if (got.len != want.len)
			fail_msg("%zu bytes in %zu: %zu, not %zu", lines[j].len,
			    cuts[i % ROWS(cuts)], got.len, want.len);
		assert_memory_equal(buf_bytes(&got), buf_bytes(&want), got.len);
	}
	buf_free(&line);
	buf_free(&want);
	buf_free(&got);
}

/* Files. */

static char folder[64];

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/telex-record-XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "old", "new", "link", "dir/x",
		"dir", "fifo", "-" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(names); i++)
		remove(names[i]);
	return chdir("/") < 0 || rmdir(folder) < 0 ? -1 : 0;
}

static void
put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(name, 0644), 0);
}

static void
assert_file(const char *name, int mode, const char *want)
{
	struct buf got = { 0 };
	int fd = open(name, O_RDONLY);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
	slurp(fd, &got);
	close(fd);
	buf_add(&got, "", 1);
	assert_string_equal(buf_bytes(&got), want);
	buf_free(&got);
}

static const struct {
	const char *name;
	enum record_mode mode;
	const char *text; /* of the refusal, or NULL */
	const char *file; /* where it is found, or NULL */
	int bits;
	const char *want;
} opens[] = {
	{ "new", RECORD_NEW, NULL, "new", 0600, HEAD "<connect x>\nC: a\n" },
	{ "new", RECORD_FORCE, NULL, "new", 0600, HEAD "<connect x>\nC: a\n" },
	{ ">>new", RECORD_NEW, NULL, "new", 0600, HEAD "<connect x>\nC: a\n" },
	{ "old", RECORD_NEW,
	    "old is there already (--force overwrites it, \">>old\" appends)",
	    "old", 0644, "S: 1\nS" },
	{ "old", RECORD_FORCE, NULL, "old", 0600, HEAD "<connect x>\nC: a\n" },
	{ ">>old", RECORD_NEW, NULL, "old", 0644,
	    "S: 1\nS\n" HEAD "<connect x>\nC: a\n" },
	{ ">>  old", RECORD_FORCE, NULL, "old", 0644,
	    "S: 1\nS\n" HEAD "<connect x>\nC: a\n" },
	{ "link", RECORD_NEW, "link is there already", "old", 0644, "S: 1\nS" },
	{ "link", RECORD_FORCE, "link is a symbolic link", "old", 0644,
	    "S: 1\nS" },
	{ ">>link", RECORD_NEW, "link is a symbolic link", "old", 0644,
	    "S: 1\nS" },
	{ "dir", RECORD_NEW, "dir is there already", NULL, 0, NULL },
	{ "dir", RECORD_FORCE, "cannot write to dir: is a directory", NULL, 0,
	    NULL },
	{ "fifo", RECORD_NEW, "fifo is there already", NULL, 0, NULL },
	{ "none/x", RECORD_NEW, "cannot write to none/x: no such file", NULL, 0,
	    NULL },
	{ "a\033b/x", RECORD_NEW, "cannot write to a\\x1bb/x: no such", NULL, 0,
	    NULL },
	{ "", RECORD_NEW, "a transcript needs a file", NULL, 0, NULL },
	{ ">>", RECORD_NEW, "a transcript needs a file", NULL, 0, NULL },
	{ "/dev/null", RECORD_NEW, NULL, NULL, 0, NULL },
	{ "/dev/null", RECORD_FORCE, NULL, NULL, 0, NULL },
};

static void
test_files(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(opens); i++) {
		struct record r;
		struct fail f = { 0 };
		int rc;

		remove("new");
		put("old", "S: 1\nS");
		remove("link");
		assert_int_equal(symlink("old", "link"), 0);
		mkdir("dir", 0700);
		mkfifo("fifo", 0600);
		print_message("%s\n", opens[i].name);
		rc = record_open(&r, opens[i].name, opens[i].mode, &f);
		if (opens[i].text != NULL) {
			assert_int_equal(rc, -1);
			assert_int_equal(f.status, STATUS_USAGE);
			if (strstr(f.text, opens[i].text) != f.text)
				fail_msg("\"%s\"", f.text);
		} else {
			assert_int_equal(rc, 0);
			assert_int_not_equal(fcntl(r.fd, F_GETFD) & FD_CLOEXEC,
			    0);
			record_connect(&r, "x", 0);
			record_said(&r, "a\r\n", 3, 3, 0);
			assert_int_equal(record_close(&r), 0);
		}
		if (opens[i].file != NULL)
			assert_file(opens[i].file, opens[i].bits,
			    opens[i].want);
	}
}

/* A transcript of nothing is not left behind; what was there is. */
static void
test_nothing_happened(void **state)
{
	struct record r;
	struct fail f;

	(void)state;
	remove("new");
	assert_int_equal(record_open(&r, "new", RECORD_NEW, &f), 0);
	assert_int_equal(record_close(&r), 0);
	assert_int_equal(access("new", F_OK), -1);
	put("old", "S: 1\n");
	assert_int_equal(record_open(&r, "old", RECORD_FORCE, &f), 0);
	assert_int_equal(record_close(&r), 0);
	assert_file("old", 0600, HEAD);
}

static void
test_fifo_is_read(void **state)
{
	char got[100];
	struct record r;
	struct fail f;
	ssize_t n;
	int fd;

	(void)state;
	mkfifo("fifo", 0600);
	fd = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(record_open(&r, "fifo", RECORD_NEW, &f), 0);
	assert_int_equal(fcntl(r.fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(record_flush(&r), 0);
	n = read(fd, got, sizeof got);
	assert_int_equal(n, sizeof HEAD - 1);
	assert_memory_equal(got, HEAD, (size_t)n);
	assert_int_equal(record_close(&r), 0);
	assert_int_equal(access("fifo", F_OK), 0);
	close(fd);
}

static void
test_full_disk_is_told_once(void **state)
{
	struct record r;
	struct fail f;

	(void)state;
	assert_int_equal(record_open(&r, "/dev/full", RECORD_NEW, &f), 0);
	record_connect(&r, "x", 0);
	assert_int_equal(record_flush(&r), -1);
	assert_string_equal(r.why, "no space left on device");
	record_said(&r, "a\r\n", 3, 3, 0);
	assert_int_equal(record_flush(&r), 0);
	assert_int_equal(record_close(&r), 0);
}

/* What fitted in part is taken away, so that every line there is whole. */
static void
test_file_that_may_not_grow(void **state)
{
	struct rlimit before, limit;
	struct record r;
	struct fail f;
	int i, rc = 0;

	(void)state;
	remove("new");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(record_open(&r, "new", RECORD_NEW, &f), 0);
	record_connect(&r, "x", 0);
	limit = before;
	limit.rlim_cur = 50;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (i = 0; i < 10; i++)
		record_said(&r, "NOOP\r\n", 6, 6, 0);
	rc = record_flush(&r);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -1);
	assert_string_equal(r.why, "file too large");
	assert_int_equal(record_close(&r), 0);
	assert_file("new", 0600, HEAD "<connect x>\nC: NOOP\nC: NOOP\n");
}

static void
test_standard_output(void **state)
{
	struct record r;
	struct fail f;

	(void)state;
	assert_int_equal(record_open(&r, "-", RECORD_NEW, &f), 0);
	assert_int_equal(r.fd, STDOUT_FILENO);
	assert_string_equal(r.name, "standard output");
	buf_clear(&r.text);
	assert_int_equal(record_close(&r), 0);
	assert_int_not_equal(fcntl(STDOUT_FILENO, F_GETFD), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_nothing_happened),
		cmocka_unit_test(test_fifo_is_read),
		cmocka_unit_test(test_full_disk_is_told_once),
		cmocka_unit_test(test_file_that_may_not_grow),
		cmocka_unit_test(test_standard_output),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
