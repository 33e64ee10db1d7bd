/* SPDX-License-Identifier: ISC */
/* nntp_test.c - the Network News Transfer Protocol, told line by line. */
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
test_reading(void **state)
{
	static const struct talk talks[] = {
		{ "211 by its command", &proto_nntp, true,
		    {
			{ "S:200 news InterNetNews", TURN_COMMAND,
			    "ok 200 greeting" },
			{ "C:GROUP a.b", TURN_SERVER, "GROUP" },
			{ "S:211 3 1 3 a.b", TURN_COMMAND, "ok 211 GROUP" },
			{ "C:LISTGROUP a.b", TURN_SERVER, "LISTGROUP" },
			{ "S:211 3 1 3 a.b list follows", TURN_SERVER,
			    "ok 211- LISTGROUP" },
			{ "S:1", TURN_SERVER, "ok 211- LISTGROUP data" },
			{ "S:502 x", TURN_SERVER, "ok 211- LISTGROUP data" },
			{ "S:.", TURN_COMMAND, "ok 211 LISTGROUP" },
			{ "C:listgroup", TURN_SERVER, "LISTGROUP" },
			{ "S:412 none", TURN_COMMAND, "temp 412 LISTGROUP" },
			{ "C:XFOO", TURN_SERVER, "?" },
			{ "S:211 x", TURN_COMMAND, "ok 211" },
			{ "C:XFOO", TURN_SERVER, "?" },
			{ "S:215 x", TURN_SERVER, "ok 215-" },
			{ "S:.", TURN_COMMAND, "ok 215" },
			{ "C:NEXT", TURN_SERVER, "NEXT" },
			{ "S:223 2 <a@b>", TURN_COMMAND, "ok 223 NEXT" },
			{ "C:LAST", TURN_SERVER, "LAST" },
			{ "S:422 no", TURN_COMMAND, "temp 422 LAST" },
		    } },
		{ "articles", &proto_nntp, false,
		    {
			{ "C:ARTICLE 1", TURN_SERVER, "ARTICLE" },
			{ "S:220 1 <a@b>", TURN_SERVER, "ok 220- ARTICLE" },
			{ "S:205 bye", TURN_SERVER, "ok 220- ARTICLE data" },
			{ "S:..", TURN_SERVER, "ok 220- ARTICLE data" },
			{ "S:", TURN_SERVER, "ok 220- ARTICLE data" },
			{ "S:. ", TURN_SERVER, "ok 220- ARTICLE data" },
			{ "S:.", TURN_COMMAND, "ok 220 ARTICLE" },
			{ "C:HEAD", TURN_SERVER, "HEAD" },
			{ "S:221 1 <a@b>", TURN_SERVER, "ok 221- HEAD" },
			{ "S:.", TURN_COMMAND, "ok 221 HEAD" },
			{ "C:BODY <a@b>", TURN_SERVER, "BODY" },
			{ "S:222 0 <a@b>", TURN_SERVER, "ok 222- BODY" },
			{ "S:.", TURN_COMMAND, "ok 222 BODY" },
			{ "C:BODY 9", TURN_SERVER, "BODY" },
			{ "S:423 no", TURN_COMMAND, "temp 423 BODY" },
			{ "C:STAT 1", TURN_SERVER, "STAT" },
			{ "S:223 1 <a@b>", TURN_COMMAND, "ok 223 STAT" },
			{ "C:DATE", TURN_SERVER, "DATE" },
			{ "S:111 20261122000000", TURN_COMMAND, "ok 111 DATE" },
			{ "C:HELP", TURN_SERVER, "HELP" },
			{ "S:100 help", TURN_SERVER, "ok 100- HELP" },
			{ "S:400 as text", TURN_SERVER, "ok 100- HELP data" },
			{ "S:.", TURN_COMMAND, "ok 100 HELP" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:205 bye", TURN_OVER, "ok 205 QUIT" },
		    } },
		{ "lists", &proto_nntp, false,
		    {
			{ "C:LIST", TURN_SERVER, "LIST" },
			{ "S:215 groups", TURN_SERVER, "ok 215- LIST" },
			{ "S:.", TURN_COMMAND, "ok 215 LIST" },
			{ "C:list  overview.fmt", TURN_SERVER,
			    "LIST OVERVIEW.FMT" },
			{ "S:215 fields", TURN_SERVER,
			    "ok 215- LIST OVERVIEW.FMT" },
			{ "S:.", TURN_COMMAND, "ok 215 LIST OVERVIEW.FMT" },
			{ "C:LIST ACTIVE.TIMES", TURN_SERVER,
			    "LIST ACTIVE.TIMES" },
			{ "S:503 none", TURN_COMMAND,
			    "perm 503 LIST ACTIVE.TIMES" },
			{ "C:LIST FOO", TURN_SERVER, "LIST" },
			{ "S:299 new", TURN_SERVER, "ok 299- LIST" },
			{ "S:.", TURN_COMMAND, "ok 299 LIST" },
			{ "C:NEWGROUPS 20200101 000000", TURN_SERVER,
			    "NEWGROUPS" },
			{ "S:231 new", TURN_SERVER, "ok 231- NEWGROUPS" },
			{ "S:.", TURN_COMMAND, "ok 231 NEWGROUPS" },
			{ "C:NEWNEWS * 20200101 000000 GMT", TURN_SERVER,
			    "NEWNEWS" },
			{ "S:230 new", TURN_SERVER, "ok 230- NEWNEWS" },
			{ "S:<a@b>", TURN_SERVER, "ok 230- NEWNEWS data" },
			{ "S:.", TURN_COMMAND, "ok 230 NEWNEWS" },
			{ "C:XGTITLE a.*", TURN_SERVER, "XGTITLE" },
			{ "S:282 list", TURN_SERVER, "ok 282- XGTITLE" },
			{ "S:.", TURN_COMMAND, "ok 282 XGTITLE" },
		    } },
		{ "overviews", &proto_nntp, false,
		    {
			{ "C:OVER 1-2", TURN_SERVER, "OVER" },
			{ "S:224 follows", TURN_SERVER, "ok 224- OVER" },
			{ "S:1\tx", TURN_SERVER, "ok 224- OVER data" },
			{ "S:.", TURN_COMMAND, "ok 224 OVER" },
			{ "C:XOVER", TURN_SERVER, "XOVER" },
			{ "S:420 none", TURN_COMMAND, "temp 420 XOVER" },
			{ "C:HDR Subject 1-", TURN_SERVER, "HDR" },
			{ "S:225 follows", TURN_SERVER, "ok 225- HDR" },
			{ "S:.", TURN_COMMAND, "ok 225 HDR" },
			{ "C:XHDR Subject 1-", TURN_SERVER, "XHDR" },
			{ "S:221 follows", TURN_SERVER, "ok 221- XHDR" },
			{ "S:.", TURN_COMMAND, "ok 221 XHDR" },
			{ "C:XHDR Subject 1-", TURN_SERVER, "XHDR" },
			{ "S:229 odd code", TURN_SERVER, "ok 229- XHDR" },
			{ "S:.", TURN_COMMAND, "ok 229 XHDR" },
			{ "C:XPAT Subject 1- *a*", TURN_SERVER, "XPAT" },
			{ "S:221 follows", TURN_SERVER, "ok 221- XPAT" },
			{ "S:.", TURN_COMMAND, "ok 221 XPAT" },
			{ "C:XPATH <a@b>", TURN_SERVER, "XPATH" },
			{ "S:223 a/b/1", TURN_COMMAND, "ok 223 XPATH" },
			{ "C:XROVER 1-", TURN_SERVER, "XROVER" },
			{ "S:224 follows", TURN_SERVER, "ok 224- XROVER" },
			{ "S:.", TURN_COMMAND, "ok 224 XROVER" },
		    } },
		{ "pipelining", &proto_nntp, false,
		    {
			{ "C:GROUP a.b", TURN_SERVER, "GROUP" },
			{ "C:LISTGROUP", TURN_SERVER, "LISTGROUP" },
			{ "C:STAT", TURN_SERVER, "STAT" },
			{ "C:OVER 1", TURN_SERVER, "OVER" },
			{ "S:211 1 1 1 a.b", TURN_SERVER, "ok 211 GROUP" },
			{ "S:211 1 1 1 a.b", TURN_SERVER, "ok 211- LISTGROUP" },
			{ "S:1", TURN_SERVER, "ok 211- LISTGROUP data" },
			{ "S:.", TURN_SERVER, "ok 211 LISTGROUP" },
			{ "S:223 1 <a@b>", TURN_SERVER, "ok 223 STAT" },
			{ "S:224", TURN_SERVER, "ok 224- OVER" },
			{ "S:.", TURN_COMMAND, "ok 224 OVER" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_posting(void **state)
{
	static const struct talk talks[] = {
		{ "POST and IHAVE", &proto_nntp, false,
		    {
			{ "C:POST", TURN_SERVER, "POST" },
			{ "S:340 send it", TURN_DATA, "more 340 POST" },
			{ "C:QUIT", TURN_DATA, "data" },
			{ "C:..", TURN_DATA, "data" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:240 posted", TURN_COMMAND, "ok 240" },
			{ "C:POST", TURN_SERVER, "POST" },
			{ "S:440 not here", TURN_COMMAND,
			    "temp 440 POST no-data" },
			{ "C:POST", TURN_SERVER, "POST" },
			{ "S:340", TURN_DATA, "more 340 POST" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:441 no", TURN_COMMAND, "temp 441" },
			{ "C:IHAVE <a@b>", TURN_SERVER, "IHAVE" },
			{ "S:335 send it", TURN_DATA, "more 335 IHAVE" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:235 thanks", TURN_COMMAND, "ok 235" },
			{ "C:IHAVE <a@b>", TURN_SERVER, "IHAVE" },
			{ "S:435 not wanted", TURN_COMMAND,
			    "temp 435 IHAVE no-data" },
		    } },
		{ "streaming", &proto_nntp, false,
		    {
			{ "C:MODE STREAM", TURN_SERVER, "MODE STREAM" },
			{ "S:203 yes", TURN_COMMAND, "ok 203 MODE STREAM" },
			{ "C:CHECK <a@b>", TURN_SERVER, "CHECK" },
			{ "C:CHECK <c@d>", TURN_SERVER, "CHECK" },
			{ "C:CHECK <e@f>", TURN_SERVER, "CHECK" },
			{ "S:238 <a@b>", TURN_SERVER, "ok 238 CHECK" },
			{ "S:438 <c@d>", TURN_SERVER, "temp 438 CHECK" },
			{ "S:431 <e@f>", TURN_COMMAND, "temp 431 CHECK" },
			{ "C:TAKETHIS <a@b>", TURN_DATA, "TAKETHIS" },
			{ "C:Subject: x", TURN_DATA, "data" },
			{ "C:.", TURN_SERVER, "end" },
			{ "C:TAKETHIS <c@d>", TURN_DATA, "TAKETHIS" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:239 <a@b>", TURN_SERVER, "ok 239 TAKETHIS" },
			{ "S:439 <c@d>", TURN_COMMAND, "temp 439 TAKETHIS" },
			{ "C:takethis <e@f>", TURN_DATA, "TAKETHIS" },
			{ "S:400 going down", TURN_OVER, "temp 400 TAKETHIS" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_secrets(void **state)
{
	static const struct talk talks[] = {
		{ "AUTHINFO USER and PASS", &proto_nntp, false,
		    {
			{ "C:AUTHINFO USER alice", TURN_SERVER,
			    "AUTHINFO USER" },
			{ "S:381 more", TURN_COMMAND,
			    "more 381 AUTHINFO USER" },
			{ "C:AUTHINFO PASS secret", TURN_SERVER,
			    "AUTHINFO PASS hide 14" },
			{ "S:481 no", TURN_COMMAND, "temp 481 AUTHINFO PASS" },
			{ "C:authinfo  pass  a b", TURN_SERVER,
			    "AUTHINFO PASS hide 15" },
			{ "S:281 yes", TURN_COMMAND, "ok 281 AUTHINFO PASS" },
			{ "C:AUTHINFO PASS", TURN_SERVER, "AUTHINFO PASS" },
			{ "S:501", TURN_COMMAND, "perm 501 AUTHINFO PASS" },
			{ "C:AUTHINFO FOO x", TURN_SERVER, "?" },
			{ "S:501", TURN_COMMAND, "perm 501" },
			{ "C:AUTHINFO SIMPLE", TURN_SERVER, "AUTHINFO SIMPLE" },
			{ "S:350 go on", TURN_SECRET,
			    "more 350 AUTHINFO SIMPLE" },
			{ "C:alice secret", TURN_SERVER, "secret hide 0" },
			{ "S:250 yes", TURN_COMMAND, "ok 250" },
		    } },
		{ "AUTHINFO SASL", &proto_nntp, false,
		    {
			{ "C:AUTHINFO SASL PLAIN AGEAYg==", TURN_SERVER,
			    "AUTHINFO SASL hide 20" },
			{ "S:281 yes", TURN_COMMAND, "ok 281 AUTHINFO SASL" },
			{ "C:AUTHINFO SASL CRAM-MD5", TURN_SERVER,
			    "AUTHINFO SASL" },
			{ "S:383 PDE+", TURN_SECRET, "more 383 AUTHINFO SASL" },
			{ "C:YQ==", TURN_SERVER, "secret hide 0" },
			{ "S:383 =", TURN_SECRET, "more 383" },
			{ "C:=", TURN_SERVER, "secret hide 0" },
			{ "S:283 dj0x", TURN_COMMAND, "ok 283" },
			{ "C:AUTHINFO SASL LOGIN", TURN_SERVER,
			    "AUTHINFO SASL" },
			{ "S:383 VXNlcg==", TURN_SECRET,
			    "more 383 AUTHINFO SASL" },
			{ "C:*", TURN_SERVER, "secret" },
			{ "S:481 given up", TURN_COMMAND, "temp 481" },
			{ "C:AUTHINFO SASL FOO", TURN_SERVER, "AUTHINFO SASL" },
			{ "S:503 unknown", TURN_COMMAND,
			    "perm 503 AUTHINFO SASL" },
			{ "C:GROUP a", TURN_SERVER, "GROUP" },
			{ "S:480 say who you are", TURN_COMMAND,
			    "temp 480 GROUP" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_upgrade(void **state)
{
	static const struct talk talks[] = {
		{ "STARTTLS", &proto_nntp, true,
		    {
			{ "S:201 no posting", TURN_COMMAND, "ok 201 greeting" },
			{ "C:CAPABILITIES", TURN_SERVER, "CAPABILITIES" },
			{ "S:101 list", TURN_SERVER, "ok 101- CAPABILITIES" },
			{ "S:VERSION 2", TURN_SERVER,
			    "ok 101- CAPABILITIES data" },
			{ "S:STARTTLS", TURN_SERVER,
			    "ok 101- CAPABILITIES data" },
			{ "S:AUTHINFO USER SASL", TURN_SERVER,
			    "ok 101- CAPABILITIES data" },
			{ "S:.", TURN_COMMAND, "ok 101 CAPABILITIES" },
			{ "HAS:STARTTLS", TURN_COMMAND, NULL },
			{ "HAS:AUTHINFO", TURN_COMMAND, NULL },
			{ "LACKS:USER", TURN_COMMAND, NULL },
			{ "LACKS:101 list", TURN_COMMAND, NULL },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:382 go on", TURN_UPGRADE, "more 382 STARTTLS" },
			{ "TLS", TURN_COMMAND, NULL },
			{ "LACKS:STARTTLS", TURN_COMMAND, NULL },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:502 already", TURN_COMMAND,
			    "perm 502 STARTTLS no-tls" },
		    } },
		{ "no other code begins TLS", &proto_nntp, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:580 cannot", TURN_COMMAND,
			    "perm 580 STARTTLS no-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:200 fine", TURN_COMMAND,
			    "ok 200 STARTTLS odd-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:381 user", TURN_COMMAND,
			    "more 381 STARTTLS odd-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:382-go", TURN_COMMAND,
			    "more 382 STARTTLS odd-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:3820", TURN_SERVER, "none 0 junk" },
			{ "S:382", TURN_UPGRADE, "more 382 STARTTLS" },
		    } },
		{ "a line that was there before answers nothing", &proto_nntp,
		    false,
		    {
			{ "STALE", TURN_COMMAND, NULL },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:382 go on", TURN_SERVER, "more 382 unasked" },
			{ "S:382 go on", TURN_UPGRADE, "more 382 STARTTLS" },
		    } },
		{ "MODE READER", &proto_nntp, false,
		    {
			{ "C:CAPABILITIES", TURN_SERVER, "CAPABILITIES" },
			{ "S:101", TURN_SERVER, "ok 101- CAPABILITIES" },
			{ "S:MODE-READER", TURN_SERVER,
			    "ok 101- CAPABILITIES data" },
			{ "S:.", TURN_COMMAND, "ok 101 CAPABILITIES" },
			{ "C:mode reader", TURN_SERVER, "MODE READER" },
			{ "S:400 busy", TURN_OVER, "temp 400 MODE READER" },
			{ "HAS:MODE-READER", TURN_OVER, NULL },
		    } },
		{ "MODE READER forgets", &proto_nntp, false,
		    {
			{ "C:CAPABILITIES", TURN_SERVER, "CAPABILITIES" },
			{ "S:101", TURN_SERVER, "ok 101- CAPABILITIES" },
			{ "S:MODE-READER", TURN_SERVER,
			    "ok 101- CAPABILITIES data" },
			{ "S:.", TURN_COMMAND, "ok 101 CAPABILITIES" },
			{ "C:MODE  READER", TURN_SERVER, "MODE READER" },
			{ "S:200 news nnrpd ready", TURN_COMMAND,
			    "ok 200 MODE READER" },
			{ "LACKS:MODE-READER", TURN_COMMAND, NULL },
			{ "C:MODE READER", TURN_SERVER, "MODE READER" },
			{ "S:502 never", TURN_OVER, "perm 502 MODE READER" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* What ends the session, and what only looks so. */
static void
test_ends(void **state)
{
	static const struct talk talks[] = {
		{ "400 in place of the greeting", &proto_nntp, true,
		    { { "S:400 busy", TURN_OVER, "temp 400 greeting" } } },
		{ "502 in place of the greeting", &proto_nntp, true,
		    { { "S:502 not you", TURN_OVER, "perm 502 greeting" } } },
		{ "502 elsewhere", &proto_nntp, false,
		    {
			{ "C:GROUP a", TURN_SERVER, "GROUP" },
			{ "S:502 not you", TURN_COMMAND, "perm 502 GROUP" },
		    } },
		{ "205 unasked", &proto_nntp, false,
		    { { "S:205 idle", TURN_OVER, "ok 205 unasked" } } },
		{ "400 unasked", &proto_nntp, false,
		    { { "S:400 idle", TURN_OVER, "temp 400 unasked" } } },
		{ "no reply at all", &proto_nntp, false,
		    {
			{ "C:DATE", TURN_SERVER, "DATE" },
			{ "S:+OK", TURN_SERVER, "none 0 junk" },
			{ "S:", TURN_SERVER, "none 0 junk" },
			{ "S:.", TURN_SERVER, "none 0 junk" },
			{ "S:111 2026", TURN_COMMAND, "ok 111 DATE" },
			{ "S:223 x", TURN_COMMAND, "ok 223 unasked" },
			{ "S:220 x", TURN_COMMAND, "ok 220- unasked" },
			{ "S:x", TURN_COMMAND, "ok 220- unasked data" },
			{ "C:DATE", TURN_SERVER, "DATE" },
			{ "S:.", TURN_SERVER, "ok 220 unasked" },
			{ "S:111 2026", TURN_COMMAND, "ok 111 DATE" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_greetings(void **state)
{
	static const struct greets_row rows[] = {
		{ "200 news.example InterNetNews NNRP server ready", 2 },
		{ "201 NNTP server ready, no posting", 2 },
		{ "200 nntp", 2 },
		{ "200 welcome", 1 },
		{ "200", 1 },
		{ "201 welcome", 1 },
		{ "202 news", 0 },
		{ "400 NNTP busy", 2 },
		{ "400 busy", 1 },
		{ "502 no", 1 },
		{ "480 NNTP", 0 },
		{ "220 news", 0 },
		{ "2000", 0 },
		{ "+OK", 0 },
		{ "", 0 },
	};
	const struct verb *v = protos_verb(&proto_nntp, "compress deflate", 16);

	(void)state;
	lines_greet(&proto_nntp, rows, ROWS(rows));
	assert_ptr_equal(protos_hello("CAPABILITIES", 12), &proto_nntp);
	assert_ptr_equal(protos_find("nntps"), &proto_nntp);
	assert_non_null(v);
	assert_true((v->flags & VERB_NEVER) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_posting),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_greetings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
