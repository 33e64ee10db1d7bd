/* SPDX-License-Identifier: ISC */
/* redis_test.c - replies of Redis, and messages between them. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"
#include "lines.h"
#include "protos.h"

static void
test_replies(void **state)
{
	static const struct talk talks[] = {
		{ "one line", &proto_redis, false,
		    {
			{ "C:PING", TURN_SERVER, "PING" },
			{ "S:+PONG", TURN_COMMAND, "ok 0 PING" },
			{ "C:incr a", TURN_SERVER, "INCR" },
			{ "S::7", TURN_COMMAND, "ok 0 INCR" },
			{ "C:GET a b", TURN_SERVER, "GET" },
			{ "S:-ERR wrong number", TURN_COMMAND, "perm 0 GET" },
			{ "C:GET a", TURN_SERVER, "GET" },
			{ "S:$-1", TURN_COMMAND, "ok 0 GET" },
			{ "C:EXEC", TURN_SERVER, "EXEC" },
			{ "S:*-1", TURN_COMMAND, "ok 0 EXEC" },
			{ "C:KEYS x", TURN_SERVER, "KEYS" },
			{ "S:*0", TURN_COMMAND, "ok 0 KEYS" },
			{ "C:FROB x", TURN_SERVER, "?" },
			{ "S:-ERR unknown", TURN_COMMAND, "perm 0" },
			{ "C:", TURN_COMMAND, "?" },
			{ "C:  ", TURN_COMMAND, "?" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:+OK", TURN_OVER, "ok 0 QUIT" },
		    } },
		{ "octets", &proto_redis, false,
		    {
			{ "C:GET a", TURN_SERVER, "GET" },
			{ "S:$5", TURN_SERVER, "ok 0- GET octets 7" },
			{ "O:3", TURN_SERVER, "none 0- octets 4" },
			{ "O:4", TURN_COMMAND, "ok 0 GET" },
			{ "C:GET a", TURN_SERVER, "GET" },
			{ "S:$0", TURN_SERVER, "ok 0- GET octets 2" },
			{ "O:2", TURN_COMMAND, "ok 0 GET" },
		    } },
		{ "arrays in arrays", &proto_redis, false,
		    {
			{ "C:XRANGE s - +", TURN_SERVER, "XRANGE" },
			{ "S:*2", TURN_SERVER, "ok 0- XRANGE" },
			{ "S:*2", TURN_SERVER, "none 0- XRANGE" },
			{ "S:$3", TURN_SERVER, "none 0- XRANGE octets 5" },
			{ "O:5", TURN_SERVER, "none 0-" },
			{ "S:*1", TURN_SERVER, "none 0- XRANGE" },
			{ "S::1", TURN_SERVER, "none 0- XRANGE" },
			{ "S:*-1", TURN_COMMAND, "ok 0 XRANGE" },
		    } },
		{ "octets are the end of one", &proto_redis, false,
		    {
			{ "C:MGET a b", TURN_SERVER, "MGET" },
			{ "S:*2", TURN_SERVER, "ok 0- MGET" },
			{ "S:$-1", TURN_SERVER, "none 0- MGET" },
			{ "S:$1", TURN_SERVER, "ok 0- MGET octets 3" },
			{ "O:3", TURN_COMMAND, "ok 0 MGET" },
		    } },
		{ "a transaction with an error", &proto_redis, false,
		    {
			{ "C:MULTI", TURN_SERVER, "MULTI" },
			{ "S:+OK", TURN_COMMAND, "ok 0 MULTI" },
			{ "C:INCR s", TURN_SERVER, "INCR" },
			{ "S:+QUEUED", TURN_COMMAND, "ok 0 INCR" },
			{ "C:EXEC", TURN_SERVER, "EXEC" },
			{ "S:*2", TURN_SERVER, "ok 0- EXEC" },
			{ "S:-WRONGTYPE no", TURN_SERVER, "perm 0- EXEC" },
			{ "S::1", TURN_COMMAND, "perm 0 EXEC" },
		    } },
		{ "RESP3", &proto_redis, false,
		    {
			{ "C:HELLO 3", TURN_SERVER, "HELLO" },
			{ "S:%2", TURN_SERVER, "ok 0- HELLO" },
			{ "S:+proto", TURN_SERVER, "none 0- HELLO" },
			{ "S::3", TURN_SERVER, "none 0- HELLO" },
			{ "S:+modules", TURN_SERVER, "none 0- HELLO" },
			{ "S:*0", TURN_COMMAND, "ok 0 HELLO" },
			{ "C:GET a", TURN_SERVER, "GET" },
			{ "S:_", TURN_COMMAND, "ok 0 GET" },
			{ "C:SMEMBERS a", TURN_SERVER, "SMEMBERS" },
			{ "S:~1", TURN_SERVER, "ok 0- SMEMBERS" },
			{ "S:#t", TURN_COMMAND, "ok 0 SMEMBERS" },
			{ "C:ZSCORE a b", TURN_SERVER, "ZSCORE" },
			{ "S:,1.5", TURN_COMMAND, "ok 0 ZSCORE" },
			{ "C:INFO", TURN_SERVER, "INFO" },
			{ "S:=15", TURN_SERVER, "ok 0- INFO octets 17" },
			{ "O:17", TURN_COMMAND, "ok 0 INFO" },
			{ "C:EVAL x 0", TURN_SERVER, "EVAL" },
			{ "S:!21", TURN_SERVER, "perm 0- EVAL octets 23" },
			{ "O:23", TURN_COMMAND, "perm 0 EVAL" },
			{ "C:GET b", TURN_SERVER, "GET" },
			{ "S:|1", TURN_SERVER, "ok 0- GET" },
			{ "S:+ttl", TURN_SERVER, "none 0- GET" },
			{ "S::9", TURN_SERVER, "none 0- GET" },
			{ "S:(123456", TURN_COMMAND, "ok 0 GET" },
		    } },
		{ "the server closes", &proto_redis, false,
		    {
			{ "C:GET \"a", TURN_SERVER, "GET" },
			{ "S:-ERR Protocol error: unbalanced quotes", TURN_OVER,
			    "perm 0 GET" },
		    } },
		{ "no room", &proto_redis, false,
		    { { "S:-ERR max number of clients reached", TURN_OVER,
			"perm 0 unasked" } } },
		{ "another protocol", &proto_redis, false,
		    {
			{ "C:PING", TURN_SERVER, "PING" },
			{ "S:HTTP/1.1 400", TURN_SERVER, "none 0 junk" },
			{ "S:", TURN_SERVER, "none 0 junk" },
		    } },
		{ "a stream", &proto_redis, false,
		    {
			{ "C:PSYNC ? -1", TURN_SERVER, "PSYNC" },
			{ "S:+FULLRESYNC", TURN_SERVER,
			    "ok 0- PSYNC octets to the end" },
		    } },
		{ "a stream refused", &proto_redis, false,
		    {
			{ "C:SYNC", TURN_SERVER, "SYNC" },
			{ "S:-NOMASTERLINK", TURN_COMMAND, "perm 0 SYNC" },
		    } },
		{ "it shuts down", &proto_redis, false,
		    { { "C:SHUTDOWN NOSAVE", TURN_COMMAND, "SHUTDOWN" } } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_messages(void **state)
{
	static const struct talk talks[] = {
		{ "a reply for each channel", &proto_redis, false,
		    {
			{ "C:SUBSCRIBE a b", TURN_SERVER, "SUBSCRIBE" },
			{ "S:*3", TURN_SERVER, "ok 0- SUBSCRIBE" },
			{ "S:$9", TURN_SERVER, "none 0- SUBSCRIBE" },
			{ "S:subscribe", TURN_SERVER, "none 0- SUBSCRIBE" },
			{ "S:$1", TURN_SERVER, "none 0- SUBSCRIBE octets 3" },
			{ "O:3", TURN_SERVER, "none 0-" },
			{ "S::1", TURN_SERVER, "ok 0- SUBSCRIBE" },
			/* A message comes before the next one. */
			{ "S:*3", TURN_SERVER, "ok 0- SUBSCRIBE" },
			{ "S:$7", TURN_SERVER, "none 0- SUBSCRIBE" },
			{ "S:message", TURN_SERVER, "none 0- SUBSCRIBE" },
			{ "S:$1", TURN_SERVER, "none 0- SUBSCRIBE octets 3" },
			{ "O:3", TURN_SERVER, "none 0-" },
			{ "S:$2", TURN_SERVER, "none 0- SUBSCRIBE octets 4" },
			{ "O:4", TURN_SERVER, "none 0-" },
			{ "S:*3", TURN_SERVER, "ok 0- SUBSCRIBE" },
			{ "S:$9", TURN_SERVER, "none 0- SUBSCRIBE" },
			{ "S:subscribe", TURN_SERVER, "none 0- SUBSCRIBE" },
			{ "S:$1", TURN_SERVER, "none 0- SUBSCRIBE octets 3" },
			{ "O:3", TURN_SERVER, "none 0-" },
			{ "S::2", TURN_COMMAND, "ok 0 SUBSCRIBE" },
			{ "S:*3", TURN_COMMAND, "none 0- aside" },
			{ "S:$7", TURN_COMMAND, "none 0- aside octets 9" },
			{ "O:9", TURN_COMMAND, "none 0-" },
			{ "S:$1", TURN_COMMAND, "none 0- aside octets 3" },
			{ "O:3", TURN_COMMAND, "none 0-" },
			{ "S:$2", TURN_COMMAND, "none 0- aside octets 4" },
			{ "O:4", TURN_COMMAND, "none 0 aside" },
			/* While an answer is owed, too. */
			{ "C:PING", TURN_SERVER, "PING" },
			{ "S:*4", TURN_SERVER, "none 0- aside" },
			{ "S::1", TURN_SERVER, "none 0- aside" },
			{ "S::2", TURN_SERVER, "none 0- aside" },
			{ "S::3", TURN_SERVER, "none 0- aside" },
			{ "S::4", TURN_SERVER, "none 0 aside" },
			{ "S:*2", TURN_SERVER, "ok 0- PING" },
			{ "S:+pong", TURN_SERVER, "none 0- PING" },
			{ "S:$0", TURN_SERVER, "ok 0- PING octets 2" },
			{ "O:2", TURN_COMMAND, "ok 0 PING" },
		    } },
		{ "until none is left", &proto_redis, false,
		    {
			{ "C:PSUBSCRIBE x*", TURN_SERVER, "PSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$10", TURN_SERVER, NULL },
			{ "S:psubscribe", TURN_SERVER, NULL },
			{ "S:+x*", TURN_SERVER, NULL },
			{ "S::1", TURN_COMMAND, "ok 0 PSUBSCRIBE" },
			{ "C:SUBSCRIBE a", TURN_SERVER, "SUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$9", TURN_SERVER, NULL },
			{ "S:subscribe", TURN_SERVER, NULL },
			{ "S:+a", TURN_SERVER, NULL },
			{ "S::2", TURN_COMMAND, "ok 0 SUBSCRIBE" },
			{ "C:SUBSCRIBE b", TURN_SERVER, "SUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$9", TURN_SERVER, NULL },
			{ "S:subscribe", TURN_SERVER, NULL },
			{ "S:+b", TURN_SERVER, NULL },
			{ "S::3", TURN_COMMAND, "ok 0 SUBSCRIBE" },
			{ "C:UNSUBSCRIBE", TURN_SERVER, "UNSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$11", TURN_SERVER, NULL },
			{ "S:unsubscribe", TURN_SERVER, NULL },
			{ "S:+a", TURN_SERVER, NULL },
			{ "S::2", TURN_SERVER, "ok 0- UNSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$11", TURN_SERVER, NULL },
			{ "S:unsubscribe", TURN_SERVER, NULL },
			{ "S:+b", TURN_SERVER, NULL },
			{ "S::1", TURN_COMMAND, "ok 0 UNSUBSCRIBE" },
			{ "S:*4", TURN_COMMAND, "none 0- aside" },
		    } },
		{ "none was there", &proto_redis, false,
		    {
			{ "C:PUNSUBSCRIBE", TURN_SERVER, "PUNSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$12", TURN_SERVER, NULL },
			{ "S:punsubscribe", TURN_SERVER, NULL },
			{ "S:$-1", TURN_SERVER, NULL },
			{ "S::0", TURN_COMMAND, "ok 0 PUNSUBSCRIBE" },
			{ "C:SUBSCRIBE", TURN_SERVER, "SUBSCRIBE" },
			{ "S:-ERR wrong number", TURN_COMMAND,
			    "perm 0 SUBSCRIBE" },
			{ "C:LRANGE l 0 -1", TURN_SERVER, "LRANGE" },
			{ "S:*3", TURN_SERVER, "ok 0- LRANGE" },
		    } },
		{ "RESP3 marks them", &proto_redis, false,
		    {
			{ "C:SUBSCRIBE a", TURN_SERVER, "SUBSCRIBE" },
			{ "S:>3", TURN_SERVER, "ok 0- SUBSCRIBE" },
			{ "S:$9", TURN_SERVER, NULL },
			{ "S:subscribe", TURN_SERVER, NULL },
			{ "S:$1", TURN_SERVER, NULL },
			{ "O:3", TURN_SERVER, NULL },
			{ "S::1", TURN_COMMAND, "ok 0 SUBSCRIBE" },
			{ "C:LRANGE l 0 -1", TURN_SERVER, "LRANGE" },
			{ "S:>2", TURN_SERVER, "none 0- aside" },
			{ "S::1", TURN_SERVER, "none 0- aside" },
			{ "S::2", TURN_SERVER, "none 0 aside" },
			{ "S:*3", TURN_SERVER, "ok 0- LRANGE" },
		    } },
		{ "of a shard", &proto_redis, false,
		    {
			{ "C:SSUBSCRIBE a b", TURN_SERVER, "SSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$10", TURN_SERVER, NULL },
			{ "S:ssubscribe", TURN_SERVER, NULL },
			{ "S:+a", TURN_SERVER, NULL },
			{ "S::1", TURN_SERVER, "ok 0- SSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$10", TURN_SERVER, NULL },
			{ "S:ssubscribe", TURN_SERVER, NULL },
			{ "S:+b", TURN_SERVER, NULL },
			{ "S::2", TURN_COMMAND, "ok 0 SSUBSCRIBE" },
			{ "C:SUNSUBSCRIBE", TURN_SERVER, "SUNSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$12", TURN_SERVER, NULL },
			{ "S:sunsubscribe", TURN_SERVER, NULL },
			{ "S:+a", TURN_SERVER, NULL },
			{ "S::1", TURN_SERVER, "ok 0- SUNSUBSCRIBE" },
			{ "S:*3", TURN_SERVER, NULL },
			{ "S:$12", TURN_SERVER, NULL },
			{ "S:sunsubscribe", TURN_SERVER, NULL },
			{ "S:+b", TURN_SERVER, NULL },
			{ "S::0", TURN_COMMAND, "ok 0 SUNSUBSCRIBE" },
		    } },
		{ "everybody's commands", &proto_redis, false,
		    {
			{ "C:MONITOR", TURN_SERVER, "MONITOR" },
			{ "S:+OK", TURN_COMMAND, "ok 0 MONITOR" },
			{ "S:+1339518083.107412 [0 127.0.0.1:1] \"PING\"",
			    TURN_COMMAND, "none 0 aside" },
			{ "C:PING", TURN_SERVER, "PING" },
			{ "S:+1339518083.107412 [0 127.0.0.1:1] \"PING\"",
			    TURN_SERVER, "none 0 aside" },
			{ "S:+PONG", TURN_COMMAND, "ok 0 PING" },
			{ "C:RESET", TURN_SERVER, "RESET" },
			{ "S:+RESET", TURN_COMMAND, "ok 0 RESET" },
			{ "C:PING 17", TURN_SERVER, "PING" },
			{ "S:+17", TURN_COMMAND, "ok 0 PING" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_commands(void **state)
{
	static const struct talk talks[] = {
		{ "secrets", &proto_redis, false,
		    {
			{ "C:AUTH hunter2", TURN_SERVER, "AUTH hide 5" },
			{ "C:auth  alice  hunter2", TURN_SERVER,
			    "AUTH hide 13" },
			{ "C:AUTH \"hunter 2\"", TURN_SERVER, "AUTH hide 5" },
			{ "C:AUTH", TURN_SERVER, "AUTH" },
			{ "C:HELLO 3 AUTH alice hunter2 SETNAME x", TURN_SERVER,
			    "HELLO hide 19" },
			{ "C:HELLO 3", TURN_SERVER, "HELLO" },
			{ "C:CONFIG SET requirepass x", TURN_SERVER,
			    "CONFIG SET hide 23" },
			{ "C:CONFIG SET dir / MASTERAUTH x", TURN_SERVER,
			    "CONFIG SET hide 28" },
			{ "C:CONFIG SET maxmemory 1", TURN_SERVER,
			    "CONFIG SET" },
			{ "C:CONFIG GET requirepass", TURN_SERVER, "CONFIG" },
			{ "C:ACL SETUSER a on >x ~*", TURN_SERVER,
			    "ACL SETUSER hide 17" },
			{ "C:ACL SETUSER a on #ab", TURN_SERVER,
			    "ACL SETUSER hide 17" },
			{ "C:ACL LIST", TURN_SERVER, "ACL" },
			{ "C:MIGRATE h 1 k 0 9 AUTH x", TURN_SERVER,
			    "MIGRATE hide 23" },
			{ "C:MIGRATE h 1 k 0 9 AUTH2 a x", TURN_SERVER,
			    "MIGRATE hide 26" },
		    } },
		{ "in RESP", &proto_redis, false,
		    {
			{ "C:*2", TURN_MORE, "?" },
			{ "C:$4", TURN_LITERAL, "more" },
			{ "C:ECHO", TURN_MORE, "literal" },
			{ "C:$6", TURN_LITERAL, "more" },
			{ "C:ab", TURN_LITERAL, "literal" },
			{ "C:cd", TURN_SERVER, "literal" },
			{ "S:$6", TURN_SERVER, "ok 0- octets 8" },
			{ "O:8", TURN_COMMAND, "ok 0" },
			{ "C:*1", TURN_MORE, "?" },
			{ "C:$0", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:-ERR unknown", TURN_COMMAND, "perm 0" },
			{ "C:*0", TURN_COMMAND, "?" },
			{ "C:*-1", TURN_COMMAND, "?" },
			{ "C:*x", TURN_SERVER, "?" },
			{ "S:-ERR", TURN_COMMAND, "perm 0" },
			{ "C:*1", TURN_MORE, "?" },
			{ "C:PING", TURN_SERVER, "more" },
			{ "S:-ERR Protocol error: expected '$'", TURN_OVER,
			    "perm 0" },
		    } },
		{ "no answers wanted", &proto_redis, false,
		    {
			{ "C:CLIENT REPLY SKIP", TURN_COMMAND, "CLIENT REPLY" },
			{ "C:PING", TURN_COMMAND, "PING" },
			{ "C:PING", TURN_SERVER, "PING" },
			{ "S:+PONG", TURN_COMMAND, "ok 0 PING" },
			{ "C:client reply off", TURN_COMMAND, "CLIENT REPLY" },
			{ "C:PING", TURN_COMMAND, "PING" },
			{ "C:*1", TURN_COMMAND, "?" },
			{ "C:$4", TURN_COMMAND, "?" },
			{ "C:PING", TURN_COMMAND, "PING" },
			{ "C:CLIENT REPLY ON", TURN_SERVER, "CLIENT REPLY" },
			{ "S:+OK", TURN_COMMAND, "ok 0 CLIENT REPLY" },
			{ "C:PING", TURN_SERVER, "PING" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_classes(void **state)
{
	static const struct class_row rows[] = {
		{ "-LOADING x", CLASS_TRANSIENT },
		{ "-BUSY x", CLASS_TRANSIENT },
		{ "-TRYAGAIN x", CLASS_TRANSIENT },
		{ "-MASTERDOWN x", CLASS_TRANSIENT },
		{ "-CLUSTERDOWN", CLASS_TRANSIENT },
		{ "-BUSYKEY x", CLASS_PERMANENT },
		{ "-NOAUTH x", CLASS_PERMANENT },
		{ "-", CLASS_PERMANENT },
		{ "+", CLASS_OK },
		{ "$", CLASS_OK },
		{ "@", CLASS_NONE },
		{ "", CLASS_NONE },
	};

	(void)state;
	lines_judge(&proto_redis, rows, ROWS(rows));
}

/* Counts that no server means are counted all the same. */
static void
test_large(void **state)
{
	static const struct asked nothing = { .verb = NULL };
	static const char *const lines[] = { "*900000000000000000",
		"%900000000000000000", "|9223372036854775800",
		"%900000000000000000", "$9223372036854775800" };
	struct hold h = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 40; i++) {
		const char *line = lines[i % ROWS(lines)];
		struct judged j =
		    proto_redis.judge(&h, &nothing, line, strlen(line));

		assert_true(j.more);
		assert_true(j.octets != OCTETS_TO_END);
		assert_true(h.left > 800000000000000000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
