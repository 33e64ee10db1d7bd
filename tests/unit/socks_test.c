/* SPDX-License-Identifier: ISC */
/* socks_test.c - requests to the byte, answers however they are cut. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "hop.h"
#include "socks.h"

#define BYTES(s) (s), sizeof(s) - 1
#define SERVER "220 mail\r\n"

/* What one proxy says, all at once, and what it is told. */
struct row {
	enum hop_says (*step)(struct hop *h, const char **p, size_t *n);
	const char *host, *user, *password;
	const char *in;
	size_t in_len;
	const char *said;
	size_t said_len;
	enum hop_says says;
	size_t used;     /* of `in`, where the way is open */
	const char *why; /* or how it begins */
};

static const struct row rows[] = {
	/* SOCKS 5: names, addresses, ways to say who asks. */
	{ socks5_step, "mx.example", NULL, NULL,
	    BYTES("\5\0\5\0\0\1\300\0\2\1\0\31" SERVER),
	    BYTES("\5\1\0\5\1\0\3\12mx.example\4\1"), HOP_OPEN, 12, "" },
	{ socks5_step, "192.0.2.1", NULL, NULL,
	    BYTES("\5\0\5\0\0\3\2ab\0\31" SERVER),
	    BYTES("\5\1\0\5\1\0\1\300\0\2\1\4\1"), HOP_OPEN, 11, "" },
	{ socks5_step, "2001:db8::1", NULL, NULL,
	    BYTES("\5\0\5\0\0\4................\0\31" SERVER),
	    BYTES("\5\1\0\5\1\0\4\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1\4\1"),
	    HOP_OPEN, 24, "" },
	{ socks5_step, "a", "bob", "pw", BYTES("\5\2\1\0\5\0\0\3\0\0\0"),
	    BYTES("\5\2\0\2\1\3bob\2pw\5\1\0\3\1a\4\1"), HOP_OPEN, 11, "" },
	{ socks5_step, "a", "bob", "", BYTES("\5\0\5\0\0\1......"),
	    BYTES("\5\2\0\2\5\1\0\3\1a\4\1"), HOP_OPEN, 12, "" },
	{ socks5_step, "a", NULL, NULL, BYTES("\5\0\5\0\0\1....."),
	    BYTES("\5\1\0\5\1\0\3\1a\4\1"), HOP_MORE, 0, "" },

	/* Refused. */
	{ socks5_step, "a", NULL, NULL, BYTES("\5\377"), BYTES("\5\1\0"),
	    HOP_REFUSED, 0, "the proxy wants to know who asks" },
	{ socks5_step, "a", "bob", "pw", BYTES("\5\377"), BYTES("\5\2\0\2"),
	    HOP_REFUSED, 0, "the proxy does not take passwords" },
	{ socks5_step, "a", NULL, NULL, BYTES("\5\2"), BYTES("\5\1\0"),
	    HOP_REFUSED, 0, "the proxy chose a way to authenticate" },
	{ socks5_step, "a", "bob", "pw", BYTES("\5\2\1\1"),
	    BYTES("\5\2\0\2\1\3bob\2pw"), HOP_REFUSED, 0,
	    "the proxy refuses this user or password" },
	{ socks5_step, "a", NULL, NULL, BYTES("\5\0\5\2"),
	    BYTES("\5\1\0\5\1\0\3\1a\4\1"), HOP_REFUSED, 0,
	    "the proxy says: not allowed by its rules" },
	{ socks5_step, "a", NULL, NULL, BYTES("\5\0\5\11"),
	    BYTES("\5\1\0\5\1\0\3\1a\4\1"), HOP_REFUSED, 0,
	    "the proxy refuses, for a reason without a name" },
	{ socks5_step, "a", NULL, NULL, BYTES("\5\0\5\0\0\2."),
	    BYTES("\5\1\0\5\1\0\3\1a\4\1"), HOP_REFUSED, 0,
	    "the proxy's answer has an unknown kind of address" },

	/* Another protocol answers. */
	{ socks5_step, "a", NULL, NULL, BYTES("HTTP/1.0 400 No\r\n\r\n"),
	    BYTES("\5\1\0"), HOP_REFUSED, 0,
	    "no SOCKS answer (try http://): \"H" },
	{ socks5_step, "a", NULL, NULL, BYTES("\0[\0\0\0\0\0\0"),
	    BYTES("\5\1\0"), HOP_REFUSED, 0,
	    "no SOCKS 5 answer (try socks4a://): \"\\x00" },
	{ socks5_step, "a", NULL, NULL, BYTES(SERVER), BYTES("\5\1\0"),
	    HOP_REFUSED, 0, "no SOCKS answer (is it a proxy?): \"2" },

	/* SOCKS 4 and 4a. */
	{ socks4_step, "192.0.2.1", NULL, NULL,
	    BYTES("\0\132\0\31\300\0\2\1" SERVER),
	    BYTES("\4\1\4\1\300\0\2\1\0"), HOP_OPEN, 8, "" },
	{ socks4_step, "mx.example", "bob", NULL, BYTES("\0\132......" SERVER),
	    BYTES("\4\1\4\1\0\0\0\1bob\0mx.example\0"), HOP_OPEN, 8, "" },
	{ socks4_step, "192.0.2.1", NULL, NULL, BYTES("\0\133"),
	    BYTES("\4\1\4\1\300\0\2\1\0"), HOP_REFUSED, 0,
	    "the proxy says: rejected or failed" },
	{ socks4_step, "mx.example", NULL, NULL, BYTES("\0\133"),
	    BYTES("\4\1\4\1\0\0\0\1\0mx.example\0"), HOP_REFUSED, 0,
	    "the proxy says: rejected or failed (if it does not know" },
	{ socks4_step, "192.0.2.1", NULL, NULL, BYTES("\0\0"),
	    BYTES("\4\1\4\1\300\0\2\1\0"), HOP_REFUSED, 0,
	    "the proxy refuses, for a reason without a name" },
	{ socks4_step, "192.0.2.1", NULL, NULL, BYTES("\5\377"),
	    BYTES("\4\1\4\1\300\0\2\1\0"), HOP_REFUSED, 0,
	    "no SOCKS 4 answer (try socks5://): \"\\x05" },
	{ socks4_step, "::1", NULL, NULL, BYTES(""), BYTES(""), HOP_REFUSED, 0,
	    "SOCKS 4 has no IPv6 addresses" },
};

/* Play a row with pieces of `most` bytes. */
static void
play(const struct row *row, size_t most)
{
	struct hop h = { .host = row->host,
		.port = 1025,
		.user = row->user,
		.password = row->password };
	const char *p = "";
	size_t n = 0, used = 0;
	enum hop_says says = row->step(&h, &p, &n);

	while (says == HOP_MORE && used < row->in_len) {
		size_t piece = row->in_len - used;
		char *copy;

		if (piece > most)
			piece = most;
		/* What is read too far is seen by valgrind and ASan. */
		copy = malloc(piece);
		assert_non_null(copy);
		memcpy(copy, row->in + used, piece);
		p = copy;
		n = piece;
		says = row->step(&h, &p, &n);
		assert_int_equal(piece - n, p - copy);
		used += piece - n;
		free(copy);
		if (says == HOP_MORE)
			assert_int_equal(n, 0);
	}
	assert_int_equal(says, row->says);
	assert_int_equal(h.say.len, row->said_len);
	if (row->said_len > 0)
		assert_memory_equal(buf_bytes(&h.say), row->said,
		    row->said_len);
	if (says == HOP_OPEN)
		assert_int_equal(used, row->used);
	buf_add(&h.why, "", 1);
	if (strncmp(buf_bytes(&h.why), row->why, strlen(row->why)) != 0)
		fail_msg("%s", buf_bytes(&h.why));
	hop_free(&h);
}

static void
test_rows(void **state)
{
	size_t i, most;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (most = 1; most <= 30; most++)
			play(&rows[i], most);
	}
}

static void
test_too_long(void **state)
{
	char much[300];
	struct row row = { socks5_step, much, NULL, NULL, BYTES(""), BYTES(""),
		HOP_REFUSED, 0, "SOCKS takes names up to 255 bytes" };

	(void)state;
	memset(much, 'x', sizeof much - 1);
	much[sizeof much - 1] = '\0';
	play(&row, 1);
	row.host = "a";
	row.user = "bob";
	row.password = much;
	row.why = "SOCKS takes users and passwords up to 255 bytes";
	play(&row, 1);
	row.user = much;
	row.password = "";
	play(&row, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
