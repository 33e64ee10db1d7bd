/* SPDX-License-Identifier: ISC */
/* memcached_test.c - commands with data, and replies to them. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"
#include "protos.h"

#define K50 "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"

static void
test_storage(void **state)
{
	static const struct talk talks[] = {
		{ "stored", &proto_memcached, false,
		    {
			{ "C:set a 0 0 5", TURN_LITERAL, "set" },
			{ "C:hello", TURN_SERVER, "literal" },
			{ "S:STORED", TURN_COMMAND, "ok 0 set" },
			{ "C:add a 0 -1 0", TURN_LITERAL, "add" },
			{ "C:", TURN_SERVER, "literal" },
			{ "S:NOT_STORED", TURN_COMMAND, "more 0 add" },
			{ "C: replace  a 1 2 4", TURN_LITERAL, "replace" },
			{ "C:a", TURN_LITERAL, "literal" },
			{ "C:b", TURN_SERVER, "literal" },
			{ "S:STORED", TURN_COMMAND, "ok 0 replace" },
			{ "C:append a 0 0 1", TURN_LITERAL, "append" },
			{ "C:.", TURN_SERVER, "literal" },
			{ "S:STORED", TURN_COMMAND, "ok 0 append" },
			{ "C:prepend a 0 0 1", TURN_LITERAL, "prepend" },
			{ "C:.", TURN_SERVER, "literal" },
			{ "S:SERVER_ERROR out of memory", TURN_COMMAND,
			    "temp 0 prepend" },
			{ "C:cas a 0 0 2 17", TURN_LITERAL, "cas" },
			{ "C:hi", TURN_SERVER, "literal" },
			{ "S:EXISTS", TURN_COMMAND, "more 0 cas" },
			{ "C:set a 0 0 3", TURN_LITERAL, "set" },
			{ "C:hey", TURN_SERVER, "literal" },
			{ "S:SERVER_ERROR object too large for cache",
			    TURN_COMMAND, "perm 0 set" },
			/* Another length than was announced. */
			{ "C:set a 0 0 3", TURN_LITERAL, "set" },
			{ "C:hello", TURN_SERVER, "literal bare" },
			{ "S:CLIENT_ERROR bad data chunk", TURN_COMMAND,
			    "perm 0 set" },
			{ "C:ms a 2 T0", TURN_LITERAL, "ms" },
			{ "C:hi", TURN_SERVER, "literal" },
			{ "S:HD", TURN_COMMAND, "ok 0 ms" },
		    } },
		{ "quietly", &proto_memcached, false,
		    {
			{ "C:set a 0 0 5 noreply", TURN_LITERAL, "set" },
			{ "C:hello", TURN_COMMAND, "literal" },
			{ "C:cas a 0 0 2 17 noreply", TURN_LITERAL, "cas" },
			{ "C:hi", TURN_COMMAND, "literal" },
			{ "C:incr n 1 noreply", TURN_COMMAND, "incr" },
			{ "C:delete noreply", TURN_COMMAND, "delete" },
			{ "C:flush_all noreply", TURN_COMMAND, "flush_all" },
			{ "C:get a noreply", TURN_SERVER, "get" },
			{ "S:END", TURN_COMMAND, "ok 0 get" },
			{ "C:set a 0 0 5 other", TURN_LITERAL, "set" },
			{ "C:hello", TURN_SERVER, "literal" },
		    } },
		{ "in bad order", &proto_memcached, false,
		    {
			{ "C:set a 0 0", TURN_SERVER, "set" },
			{ "C:set a 0 0 x", TURN_SERVER, "set" },
			{ "C:set a 0 0 -5", TURN_SERVER, "set" },
			{ "C:set a x 0 5", TURN_SERVER, "set" },
			{ "C:set a 0 x 5", TURN_SERVER, "set" },
			{ "C:set a 0 0 5 noreply more", TURN_SERVER, "set" },
			{ "C:set a 0 0 2147483648", TURN_SERVER, "set" },
			{ "C:set " K50 K50 K50 K50 K50 " 0 0 5", TURN_LITERAL,
			    "set" },
			{ "C:hello", TURN_SERVER, "literal" },
			{ "C:set " K50 K50 K50 K50 K50 "k 0 0 5", TURN_SERVER,
			    "set" },
			{ "C:cas a 0 0 2", TURN_SERVER, "cas" },
			{ "C:cas a 0 0 2 x", TURN_SERVER, "cas" },
			{ "C:ms a x T0", TURN_SERVER, "ms" },
			{ "C:ms a", TURN_SERVER, "ms" },
			/* Its words are in lower case. */
			{ "C:SET a 0 0 5", TURN_SERVER, "set" },
			{ "C:QUIT", TURN_SERVER, "quit" },
			{ "C:", TURN_SERVER, "?" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_others(void **state)
{
	static const struct talk talks[] = {
		{ "values", &proto_memcached, false,
		    {
			{ "C:get a b", TURN_SERVER, "get" },
			{ "S:VALUE a 0 5", TURN_SERVER, "ok 0- get octets 7" },
			{ "O:6", TURN_SERVER, "none 0- octets 1" },
			{ "O:1", TURN_SERVER, "none 0-" },
			{ "S:VALUE b 1 0 17", TURN_SERVER,
			    "ok 0- get octets 2" },
			{ "O:2", TURN_SERVER, "none 0-" },
			{ "S:END", TURN_COMMAND, "ok 0 get" },
			{ "C:get c", TURN_SERVER, "get" },
			{ "S:END", TURN_COMMAND, "ok 0 get" },
			{ "C:mg a v", TURN_SERVER, "mg" },
			{ "S:VA 5 t-1", TURN_SERVER, "ok 0- mg octets 7" },
			{ "O:7", TURN_COMMAND, "ok 0 mg" },
			{ "C:mg c v", TURN_SERVER, "mg" },
			{ "S:EN", TURN_COMMAND, "more 0 mg" },
		    } },
		{ "lists", &proto_memcached, false,
		    {
			{ "C:stats", TURN_SERVER, "stats" },
			{ "S:STAT pid 1", TURN_SERVER, "ok 0- stats" },
			{ "S:STAT x 2", TURN_SERVER, "ok 0- stats" },
			{ "S:END", TURN_COMMAND, "ok 0 stats" },
			{ "C:stats reset", TURN_SERVER, "stats" },
			{ "S:RESET", TURN_COMMAND, "ok 0 stats" },
			{ "C:stats detail dump", TURN_SERVER, "stats" },
			{ "S:PREFIX x get 1", TURN_SERVER, "ok 0- stats" },
			{ "S:END", TURN_COMMAND, "ok 0 stats" },
			{ "C:stats cachedump 1 1", TURN_SERVER, "stats" },
			{ "S:ITEM a [5 b; 0 s]", TURN_SERVER, "ok 0- stats" },
			{ "S:END", TURN_COMMAND, "ok 0 stats" },
			{ "C:lru_crawler metadump all", TURN_SERVER,
			    "lru_crawler" },
			{ "S:key=a exp=-1", TURN_SERVER, "ok 0- lru_crawler" },
			{ "S:END", TURN_COMMAND, "ok 0 lru_crawler" },
		    } },
		{ "one line", &proto_memcached, false,
		    {
			{ "C:incr n 1", TURN_SERVER, "incr" },
			{ "S:17", TURN_COMMAND, "ok 0 incr" },
			{ "C:decr n 1", TURN_SERVER, "decr" },
			{ "S:NOT_FOUND", TURN_COMMAND, "more 0 decr" },
			{ "C:version", TURN_SERVER, "version" },
			{ "S:VERSION 1.6", TURN_COMMAND, "ok 0 version" },
			{ "C:frob", TURN_SERVER, "?" },
			{ "S:ERROR", TURN_COMMAND, "perm 0" },
			{ "C:shutdown", TURN_SERVER, "shutdown" },
			{ "S:ERROR: shutdown not enabled", TURN_COMMAND,
			    "perm 0 shutdown" },
			{ "C:incr a 1", TURN_SERVER, "incr" },
			{ "S:CLIENT_ERROR no number", TURN_COMMAND,
			    "perm 0 incr" },
			{ "C:me a", TURN_SERVER, "me" },
			{ "S:ME a exp=-1", TURN_COMMAND, "ok 0 me" },
			{ "C:quit", TURN_OVER, "quit" },
		    } },
		{ "a log", &proto_memcached, false,
		    {
			{ "C:watch mutations", TURN_SERVER, "watch" },
			{ "S:OK", TURN_COMMAND, "ok 0 watch" },
			{ "S:ts=1.2 gid=1 type=item_store", TURN_COMMAND,
			    "none 0 aside" },
			{ "C:mn", TURN_SERVER, "mn" },
			{ "S:ts=1.3 gid=2", TURN_SERVER, "none 0 aside" },
			{ "S:MN", TURN_COMMAND, "ok 0 mn" },
		    } },
		{ "quiet ones end with mn", &proto_memcached, false,
		    {
			{ "C:mg a v q", TURN_COMMAND, "mg" },
			{ "C:ms b 2 q", TURN_LITERAL, "ms" },
			{ "C:hi", TURN_COMMAND, "literal" },
			{ "C:mn", TURN_SERVER, "mn" },
			{ "S:VA 2", TURN_SERVER, "ok 0- mn octets 4" },
			{ "O:4", TURN_SERVER, "none 0-" },
			{ "S:NS", TURN_SERVER, "more 0- mn" },
			{ "S:CLIENT_ERROR x", TURN_SERVER, "perm 0- mn" },
			{ "S:MN", TURN_COMMAND, "perm 0 mn" },
			{ "C:mn", TURN_SERVER, "mn" },
			{ "S:MN", TURN_COMMAND, "ok 0 mn" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_storage),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
