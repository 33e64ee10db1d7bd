/* SPDX-License-Identifier: ISC */
/* guest_test.c - a client that is waited for, spoken to and sent away. */
#include <sys/wait.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "clock.h"
#include "identity.h"
#include "signals.h"
#include "transcript.h"
#include "visitor.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define GREETED "S:220 a\n"

static struct item
line(enum item_text how, const char *text)
{
	return (struct item){ .kind = ITEM_HEAR,
		.how = how,
		.line = 7,
		.text = text,
		.len = strlen(text) };
}

/* It failed with this status and sentence. */
static void
expect_why(const struct visitor *v, int rc, enum status status, const char *why)
{
	assert_int_equal(rc, -1);
	assert_string_equal(v->g.why.text, why);
	assert_int_equal(v->g.why.status, status);
}

static void
test_wait(void **state)
{
	static struct visitor v;

	(void)state;
	visitor_comes(&v, "smtp", "");
	assert_int_equal(guest_wait(&v.g, 1), 0);
	visitor_says(&v, "NOOP\r\n");
	assert_int_equal(guest_wait(&v.g, 20000), 1);
	assert_true(visitor_left(&v, "NOOP\r\n"));
	visitor_says(&v, "QUIT\r\n");
	assert_int_equal(guest_wait(&v.g, 0), 1);
	assert_true(visitor_left(&v, "NOOP\r\nQUIT\r\n"));
	v.g.conn.lost = true;
	assert_int_equal(guest_wait(&v.g, 0), -1);
	visitor_goes(&v);
}

/* A wait ends by a signal that ends the program, and by no other. */
static void
test_signals(void **state)
{
	static const struct {
		int signo, ends;
	} rows[] = { { SIGTERM, SIGTERM }, { SIGINT, SIGINT }, { SIGCONT, 0 },
		{ SIGWINCH, 0 }, { SIGHUP, SIGHUP } };
	struct item item = line(TEXT_VERBATIM, "NOOP");
	static struct visitor v;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int ends = rows[i].ends;

		visitor_comes(&v, "smtp", GREETED);
		assert_int_equal(signals_open(NULL), 0);
		v.g.wake = signals_fd();
		assert_false(guest_signals(&v.g));
		raise(rows[i].signo);
		assert_int_equal(guest_wait(&v.g, 20000), ends != 0 ? -1 : 1);
		assert_int_equal(v.g.signo, ends);
		assert_int_equal(guest_signals(&v.g), ends != 0);
		/* Then there is nothing to say about it. */
		raise(rows[i].signo);
		if (ends != 0) {
			assert_int_equal(guest_pause(&v.g, 20000), -1);
			raise(rows[i].signo);
			assert_int_equal(guest_more(&v.g, &item), -1);
			raise(rows[i].signo);
			assert_int_equal(guest_leaves(&v.g, &item), -1);
			assert_string_equal(v.g.why.text, "");
		}
		signals_close();
		visitor_goes(&v);
	}
}

static void
test_pause(void **state)
{
	static struct visitor v;
	int64_t began;

	(void)state;
	visitor_comes(&v, "smtp", "");
	visitor_says(&v, "NOOP\r\n");
	began = clock_ms();
	assert_int_equal(guest_pause(&v.g, 50), 0);
	assert_true(clock_ms() - began >= 50);
	/* What it says meanwhile is kept. */
	assert_true(visitor_left(&v, "NOOP\r\n"));
	visitor_goes(&v);
}

/* What came was not expected, and how that is said. */
static void
test_differs(void **state)
{
	static const struct {
		const char *before, *expected, *said, *why;
	} rows[] = {
		{ GREETED, "NOOP", "RSET\r\n",
		    "expected \"NOOP\", the client said \"RSET\"" },
		{ GREETED, "NOOP", "RSET\r\nQUIT\r\n",
		    "expected \"NOOP\", the client said \"RSET\"" },
		{ GREETED, "NOOP", "RSE",
		    "expected \"NOOP\", the client said \"RSE\"" },
		{ GREETED, "\033[1m", "a\033b\r\n",
		    "expected \"\\x1b[1m\", the client said \"a\\x1bb\"" },
		{ GREETED, "", "\r\n", "expected \"\", the client said \"\"" },
		{ GREETED, "NOOP", "AUTH PLAIN AGEAYg==\r\n",
		    "expected \"NOOP\", the client said "
		    "\"AUTH PLAIN ********\"" },
		{ GREETED "C:EHLO a\nS:250 b\nC:AUTH LOGIN\nS:334 \n", "x",
		    "Ym9i\r\n",
		    "expected \"x\", the client said \"********\"" },
	};
	char why[200];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct item item = line(TEXT_VERBATIM, rows[i].expected);
		static struct visitor v;

		visitor_comes(&v, "smtp", rows[i].before);
		visitor_says(&v, rows[i].said);
		visitor_is_read(&v);
		snprintf(why, sizeof why, "t:7: %s", rows[i].why);
		expect_why(&v, guest_differs(&v.g, &item), STATUS_DIFFERS, why);
		visitor_goes(&v);
	}
}

/* Long lines are cut, and the sentence stays one. */
static void
test_differs_long(void **state)
{
	static char text[3001];
	struct item item = line(TEXT_VERBATIM, text);
	static struct visitor v;

	(void)state;
	memset(text, '\001', sizeof text - 1);
	item.len = sizeof text - 1;
	visitor_comes(&v, "smtp", GREETED);
	visitor_says(&v, text);
	visitor_is_read(&v);
	assert_int_equal(guest_differs(&v.g, &item), -1);
	assert_memory_equal(v.g.why.text, "t:7: expected \"\\x01", 19);
	assert_null(strchr(v.g.why.text, '\001'));
	assert_true(strlen(v.g.why.text) < sizeof v.g.why.text);
	visitor_goes(&v);
}

/* More of it comes, or it does not. */
static void
test_more(void **state)
{
	static const struct {
		enum item_kind kind;
		enum event event;
		const char *had, *said;
		bool leaves, lost;
		int timeout;
		enum status status;
		const char *why; /* NULL: more came */
	} rows[] = {
		{ ITEM_SAY, 0, "", "a", false, false, 20000, 0, NULL },
		{ ITEM_SAY, 0, "ab", "c", true, false, 20000, 0, NULL },
		{ ITEM_SAY, 0, "", "a", false, false, 0, 0, NULL },
		{ ITEM_SAY, 0, "", "", true, false, 20000, STATUS_DIFFERS,
		    "t:7: expected \"NOOP\", the client closed the "
		    "connection" },
		{ ITEM_SAY, 0, "NO", "", true, false, 20000, STATUS_DIFFERS,
		    "t:7: expected \"NOOP\", the client said \"NO\"" },
		{ ITEM_SAY, 0, "", "", false, true, 20000, STATUS_DIFFERS,
		    "t:7: expected \"NOOP\", the client closed the "
		    "connection: it broke" },
		{ ITEM_SAY, 0, "", "", false, false, 10, STATUS_TIMEOUT,
		    "t:7: expected \"NOOP\", the client said nothing for "
		    "0.01 s" },
		{ ITEM_SAY, 0, "NO", "", false, false, 10, STATUS_TIMEOUT,
		    "t:7: expected \"NOOP\", the client said nothing for "
		    "0.01 s" },
		{ ITEM_EVENT, EVENT_CLOSE, "", "", false, false, 10,
		    STATUS_TIMEOUT,
		    "t:7: expected <close>, the client said nothing for "
		    "0.01 s" },
		{ ITEM_EVENT, EVENT_UPGRADE, "", "", true, false, 20000,
		    STATUS_DIFFERS,
		    "t:7: expected <TLS>, the client closed the connection" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct item item = line(TEXT_VERBATIM, "NOOP");
		static struct visitor v;
		int rc;

		visitor_comes(&v, "smtp", GREETED);
		item.kind = rows[i].kind;
		item.event = rows[i].event;
		if (rows[i].had[0] != '\0') {
			visitor_says(&v, rows[i].had);
			visitor_is_read(&v);
		}
		visitor_says(&v, rows[i].said);
		if (rows[i].leaves)
			shutdown(v.client, SHUT_WR);
		v.g.conn.lost = rows[i].lost;
		if (rows[i].lost)
			strcpy(v.g.conn.error, "it broke");
		v.g.timeout = rows[i].timeout;
		rc = guest_more(&v.g, &item);
		if (rows[i].why != NULL)
			expect_why(&v, rc, rows[i].status, rows[i].why);
		else
			assert_int_equal(rc, 0);
		visitor_goes(&v);
	}
}

/* It may not say all that memory can hold. */
static void
test_too_much(void **state)
{
	struct item item = line(TEXT_VERBATIM, "NOOP");
	static char text[CONN_IN_MOST];
	static struct visitor v;
	int rc;

	(void)state;
	visitor_comes(&v, "smtp", GREETED);
	memset(text, 'x', sizeof text);
	buf_add(&v.g.conn.in, text, sizeof text - 1);
	visitor_says(&v, "yz");
	assert_int_equal(guest_more(&v.g, &item), 0);
	rc = guest_more(&v.g, &item);
	assert_int_equal(rc, -1);
	assert_int_equal(v.g.why.status, STATUS_DIFFERS);
	assert_non_null(strstr(v.g.why.text, "the client said \"xxxx"));
	visitor_goes(&v);
}

static void
test_skip_ends(void **state)
{
	static const struct {
		const char *had, *left;
	} rows[] = { { "", "" }, { "\r\n\n\ra\r\n", "a\r\n" }, { "\r\n", "" },
		{ " \n", " \n" } };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		static struct visitor v;

		visitor_comes(&v, "smtp", GREETED);
		buf_adds(&v.g.conn.in, rows[i].had);
		guest_skip_ends(&v.g);
		assert_true(visitor_left(&v, rows[i].left));
		visitor_goes(&v);
	}
}

/* What an item says, and what of that is sent. */
static void
test_say(void **state)
{
	static const struct {
		enum item_text how;
		const char *text;
		uint64_t octets;
		const char *sent;
		bool mid;
	} rows[] = {
		{ TEXT_VERBATIM, "250 a\\r${x}", 0, "250 a\\r${x}\r\n", false },
		{ TEXT_VERBATIM, "", 0, "\r\n", false },
		{ TEXT_ESCAPED, "250 a\\tb${x}", 0, "250 a\tb${x}\r\n", false },
		{ TEXT_ESCAPED, "250\\c", 0, "250", true },
		{ TEXT_ESCAPED, "\\c", 0, "", true },
		{ TEXT_TEMPLATE, "250 ${x}", 0, "250 bcd\r\n", false },
		{ TEXT_TEMPLATE, "250 ${x}\\c", 0, "250 bcd", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct item item = line(rows[i].how, rows[i].text);
		static struct visitor v;

		visitor_comes(&v, "smtp", GREETED "C:NOOP\n");
		vars_set(&v.g.vars, "x", 1, "bcd", 3);
		assert_int_equal(guest_say(&v.g, &item, rows[i].octets), 0);
		assert_string_equal(visitor_hears(&v), rows[i].sent);
		assert_int_equal(v.g.mid, rows[i].mid);
		visitor_goes(&v);
	}
}

/* Octets are counted by hand, and the line goes on behind them. */
static void
test_say_octets(void **state)
{
	static const struct {
		const char *text;
		bool mid;
	} rows[] = { { "* 1 FETCH (BODY[] {${}}", true }, { "ab", true },
		{ "a1 bc)", false }, { "a1 OK x", false } };
	static struct visitor v;
	size_t i;

	(void)state;
	visitor_comes(&v, "imap", "S:* OK a\nC:zzz FETCH 1 BODY[]\n");
	memcpy(v.g.aliases[0].tag, "a1", 2);
	memcpy(v.g.aliases[0].own, "zzz", 3);
	v.g.aliases[0].len = 2;
	v.g.aliases[0].own_len = 3;
	v.g.tags = 1;
	for (i = 0; i < ROWS(rows); i++) {
		struct item item =
		    line(i == 0 ? TEXT_TEMPLATE : TEXT_VERBATIM, rows[i].text);

		assert_int_equal(guest_say(&v.g, &item, 4), 0);
		assert_int_equal(v.g.mid, rows[i].mid);
	}
	/* Only what begins a line is a tag. */
	assert_string_equal(visitor_hears(&v),
	    "* 1 FETCH (BODY[] {4}\r\nab\r\na1 bc)\r\nzzz OK x\r\n");
	assert_int_equal(dialog_turn(&v.g.paper.dialog), TURN_COMMAND);
	visitor_goes(&v);
}

/* The last of the commands that bear a tag is the one that is answered; those
 * of long ago are forgotten. */
static void
test_tags(void **state)
{
	static const struct {
		const char *text, *sent;
	} rows[] = { { "t69 OK", "own69 OK\r\n" }, { "t6 OK", "own6 OK\r\n" },
		{ "t5 OK", "t5 OK\r\n" }, { "t OK", "twice OK\r\n" },
		{ "* OK", "* OK\r\n" }, { "t699 OK", "t699 OK\r\n" } };
	static struct visitor v;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct item item = line(TEXT_VERBATIM, rows[i].text);
		size_t k;

		visitor_comes(&v, "imap", "S:* OK a\n");
		for (k = 0; k < GUEST_TAGS + 6; k++) {
			struct alias *a = &v.g.aliases[k % GUEST_TAGS];

			a->len = (size_t)snprintf(a->tag, sizeof a->tag,
			    k == 20 || k == 30 ? "t" : "t%zu", k);
			a->own_len = (size_t)snprintf(a->own, sizeof a->own,
			    k == 30 ? "twice" : "own%zu", k);
		}
		v.g.tags = k;
		assert_int_equal(guest_say(&v.g, &item, 0), 0);
		assert_string_equal(visitor_hears(&v), rows[i].sent);
		visitor_goes(&v);
	}
}

/* Who does not read is not written to for ever. */
static void
test_slow(void **state)
{
	static const char broken[] =
	    "t:7: the client does not read this: cannot ";
	static char text[100000];
	struct item item = line(TEXT_VERBATIM, text);
	static struct visitor v;
	int i, rc = 0;

	(void)state;
	memset(text, 'x', sizeof text);
	item.len = sizeof text;
	visitor_comes(&v, "raw", "");
	v.g.timeout = 10;
	for (i = 0; i < 10000 && rc == 0; i++)
		rc = guest_say(&v.g, &item, 0);
	expect_why(&v, rc, STATUS_TIMEOUT,
	    "t:7: the client does not read this");
	close(v.client);
	for (i = 0; i < 10 && v.g.why.status != STATUS_DIFFERS; i++)
		rc = guest_say(&v.g, &item, 0);
	assert_int_equal(v.g.why.status, STATUS_DIFFERS);
	assert_memory_equal(v.g.why.text, broken, strlen(broken));
	v.client = dup(STDERR_FILENO);
	visitor_goes(&v);
}

static void
test_leaves(void **state)
{
	static const struct {
		const char *said;
		bool leaves;
		enum status status;
		const char *why; /* NULL: as it should */
	} rows[] = {
		{ "", true, 0, NULL },
		{ "NOOP\r\n", true, STATUS_DIFFERS,
		    "t:7: expected <close>, the client said \"NOOP\"" },
		{ "NOOP\r\n", false, STATUS_DIFFERS,
		    "t:7: expected <close>, the client said \"NOOP\"" },
		{ "", false, STATUS_TIMEOUT,
		    "t:7: expected <close>, the client said nothing for "
		    "0.01 s" },
	};
	struct item item = { .kind = ITEM_EVENT,
		.event = EVENT_CLOSE,
		.line = 7 };
	static struct visitor v;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		visitor_comes(&v, "smtp", GREETED);
		if (rows[i].status == STATUS_TIMEOUT)
			v.g.timeout = 10;
		visitor_says(&v, rows[i].said);
		if (rows[i].leaves)
			shutdown(v.client, SHUT_WR);
		rc = guest_leaves(&v.g, &item);
		if (rows[i].why != NULL)
			expect_why(&v, rc, rows[i].status, rows[i].why);
		else
			assert_int_equal(rc, 0);
		visitor_goes(&v);
	}
	/* A connection that breaks has ended, too. */
	visitor_comes(&v, "smtp", GREETED);
	v.g.conn.lost = true;
	assert_int_equal(guest_leaves(&v.g, &item), 0);
	visitor_goes(&v);
}

static void
test_dismiss(void **state)
{
	static const struct {
		const char *said;
		bool last; /* the transcript has an item */
		const char *why;
	} rows[] = {
		{ "", true, NULL },
		{ "\r\n", true, NULL },
		{ "NOOP\r\nQUIT\r\n", true,
		    "t:7: the transcript ends, the client said \"NOOP\"" },
		{ "\r\nNO", false,
		    "t:1: the transcript ends, the client said \"NO\"" },
	};
	struct item item = line(TEXT_VERBATIM, "221 b");
	static struct visitor v;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		visitor_comes(&v, "smtp", GREETED "C:QUIT\n");
		assert_int_equal(guest_say(&v.g, &item, 0), 0);
		visitor_says(&v, rows[i].said);
		shutdown(v.client, SHUT_WR);
		rc = guest_dismiss(&v.g, rows[i].last ? &item : NULL);
		if (rows[i].why != NULL)
			expect_why(&v, rc, STATUS_DIFFERS, rows[i].why);
		else
			assert_int_equal(rc, 0);
		/* All was sent, and then the end. */
		assert_string_equal(visitor_hears(&v), "221 b\r\n");
		assert_int_equal(read(v.client, v.heard, 1), 0);
		visitor_goes(&v);
	}
}

/* A client in a process of its own: it shakes hands, or does not. */
static pid_t
client_shakes(struct visitor *v, bool shakes)
{
	pid_t pid = fork();
	SSL_CTX *ctx;
	SSL *ssl;

	if (pid != 0)
		return pid;
	alarm(20);
	close(v->g.conn.fd);
	if (!shakes) {
		send(v->client, "NOOP\r\n", 6, MSG_NOSIGNAL);
		while (read(v->client, v->heard, sizeof v->heard) > 0)
			;
		_exit(0);
	}
	ctx = SSL_CTX_new(TLS_client_method());
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, v->client);
	_exit(SSL_connect(ssl) == 1 ? 0 : 1);
}

static void
test_tls(void **state)
{
	static const struct {
		const char *name;
		const char *early; /* said before it */
		bool shakes;
		enum status status;
		const char *why; /* its beginning; NULL: it is done */
	} rows[] = {
		{ "good", "", true, 0, NULL },
		{ "plain text comes with it", "EHLO b\r\n", true,
		    STATUS_DIFFERS,
		    "t:7: expected <TLS>, the client said \"EHLO b\"" },
		{ "plain text instead", "", false, STATUS_TLS,
		    "t:7: the handshake failed: TLS: " },
	};
	struct item item = { .kind = ITEM_EVENT,
		.event = EVENT_UPGRADE,
		.line = 7 };
	struct fail f;
	struct identity *id = identity_make(IDENTITY_LOOPBACK, 0, &f);
	struct ssl_ctx_st *ctx = identity_context(id, &f);
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		static struct visitor v;
		int rc, status;
		pid_t pid;

		visitor_comes(&v, "smtp",
		    GREETED "C:EHLO a\nS:250 b\nC:STARTTLS\nS:220 c\n");
		if (rows[i].early[0] != '\0') {
			visitor_says(&v, rows[i].early);
			visitor_is_read(&v);
		}
		pid = client_shakes(&v, rows[i].shakes);
		rc = guest_tls(&v.g, &item, ctx);
		if (rows[i].why == NULL) {
			assert_int_equal(rc, 0);
			assert_true(conn_is_tls(&v.g.conn));
			/* On paper too; and it is done but once. */
			assert_int_equal(dialog_turn(&v.g.paper.dialog),
			    TURN_COMMAND);
			assert_true(v.g.paper.dialog.tls);
			assert_int_equal(guest_tls(&v.g, &item, ctx), 0);
		} else {
			assert_int_equal(rc, -1);
			assert_int_equal(v.g.why.status, rows[i].status);
			assert_memory_equal(v.g.why.text, rows[i].why,
			    strlen(rows[i].why));
			assert_false(v.g.paper.dialog.tls);
		}
		shutdown(v.g.conn.fd, SHUT_RDWR);
		visitor_goes(&v);
		waitpid(pid, &status, 0);
	}
	identity_context_free(ctx);
	identity_free(id);
}

/* A handshake that nobody takes part in. */
static void
test_tls_silence(void **state)
{
	struct item item = { .kind = ITEM_EVENT,
		.event = EVENT_UPGRADE,
		.line = 7 };
	struct fail f;
	struct identity *id = identity_make(IDENTITY_LOOPBACK, 0, &f);
	struct ssl_ctx_st *ctx = identity_context(id, &f);
	static struct visitor v;

	(void)state;
	visitor_comes(&v, "smtp", GREETED);
	v.g.timeout = 10;
	expect_why(&v, guest_tls(&v.g, &item, ctx), STATUS_TIMEOUT,
	    "t:7: expected <TLS>, the client said nothing for 0.01 s");
	visitor_goes(&v);
	identity_context_free(ctx);
	identity_free(id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_differs),
		cmocka_unit_test(test_differs_long),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_skip_ends),
		cmocka_unit_test(test_say),
		cmocka_unit_test(test_say_octets),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_leaves),
		cmocka_unit_test(test_dismiss),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_tls_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
