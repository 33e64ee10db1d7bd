/* SPDX-License-Identifier: ISC */
/* xmpp_test.c - XMPP, told element by element. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"
#include "protos.h"

#define OPEN "<stream:stream to='a' version='1.0'>"
#define TLS_NS "xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
#define STARTTLS "<starttls " TLS_NS "/>"

static void
test_stream(void **state)
{
	static const struct talk talks[] = {
		{ "open and close", &proto_xmpp, false,
		    {
			{ "C:<?xml version='1.0'?>" OPEN, TURN_SERVER,
			    "<stream:stream" },
			{ "S:<?xml version='1.0'?>", TURN_SERVER,
			    "ok 0- <stream:stream" },
			{ "S:<stream:stream version='1.0' id='1'>", TURN_SERVER,
			    "ok 0- <stream:stream" },
			{ "S:<stream:features>", TURN_SERVER,
			    "ok 0- <stream:stream" },
			{ "S:<mechanism>", TURN_SERVER,
			    "ok 0- <stream:stream" },
			{ "S:PLAIN</mechanism>", TURN_SERVER, NULL },
			{ "S:  " STARTTLS, TURN_SERVER, NULL },
			{ "S:</stream:features>", TURN_COMMAND,
			    "ok 0 <stream:stream" },
			{ "HAS:<starttls", TURN_COMMAND, NULL },
			{ "C:</stream:stream>", TURN_SERVER,
			    "</stream:stream>" },
			{ "S:</stream:stream>", TURN_OVER,
			    "ok 0 </stream:stream>" },
		    } },
		{ "no features", &proto_xmpp, false,
		    {
			{ "C:" OPEN, TURN_SERVER, "<stream:stream" },
			{ "S:<stream:stream version='1.0'>", TURN_SERVER,
			    "ok 0- <stream:stream" },
			{ "S:<stream:features/>", TURN_COMMAND,
			    "ok 0 <stream:stream" },
			{ "LACKS:<starttls", TURN_COMMAND, NULL },
		    } },
		{ "a server before 1.0", &proto_xmpp, false,
		    {
			{ "C:" OPEN, TURN_SERVER, "<stream:stream" },
			{ "S:<stream:stream id='1'>", TURN_COMMAND,
			    "ok 0 <stream:stream" },
		    } },
		{ "unknown host", &proto_xmpp, false,
		    {
			{ "C:" OPEN, TURN_SERVER, "<stream:stream" },
			{ "S:<stream:stream version='1.0'>", TURN_SERVER,
			    NULL },
			{ "S:<stream:error>", TURN_SERVER,
			    "perm 0- <stream:stream" },
			{ "S:<host-unknown/>", TURN_SERVER, NULL },
			{ "S:</stream:error>", TURN_OVER,
			    "perm 0 <stream:stream" },
			{ "S:</stream:stream>", TURN_OVER, "none 0 aside" },
		    } },
		{ "the server ends it", &proto_xmpp, false,
		    {
			{ "S:<stream:error>", TURN_COMMAND, "perm 0- unasked" },
			{ "S:</stream:error>", TURN_OVER, "perm 0 unasked" },
		    } },
		{ "not XML", &proto_xmpp, false,
		    {
			{ "C:hello", TURN_COMMAND, "?" },
			{ "C:", TURN_COMMAND, "?" },
			{ "S:hello>", TURN_COMMAND, "none 0 junk" },
		    } },
		{ "between servers", &proto_xmpp_server, false,
		    {
			{ "C:" OPEN, TURN_SERVER, "<stream:stream" },
			{ "S:<stream:stream version='1.0'>", TURN_SERVER,
			    NULL },
			{ "S:<stream:features/>", TURN_COMMAND, NULL },
			{ "C:" STARTTLS, TURN_SERVER, "<starttls bare" },
			{ "S:<proceed " TLS_NS "/>", TURN_UPGRADE, NULL },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_upgrade(void **state)
{
	static const struct talk talks[] = {
		{ "agreed", &proto_xmpp, false,
		    {
			{ "C:" STARTTLS, TURN_SERVER, "<starttls bare" },
			{ "S:<message to='a'/>", TURN_SERVER, "none 0 aside" },
			{ "S:<proceed " TLS_NS "/>", TURN_UPGRADE,
			    "ok 0 <starttls" },
			{ "TLS", TURN_COMMAND, NULL },
		    } },
		{ "agreed by two tags", &proto_xmpp, false,
		    {
			{ "C: " STARTTLS, TURN_SERVER, "<starttls bare" },
			{ "S:<proceed " TLS_NS ">", TURN_SERVER,
			    "ok 0- <starttls" },
			{ "S:</proceed>", TURN_UPGRADE, "ok 0 <starttls" },
		    } },
		{ "of another namespace", &proto_xmpp, false,
		    {
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<proceed xmlns='x'/>", TURN_COMMAND,
			    "ok 0 <starttls odd-tls" },
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<proceed xmlns='x'>", TURN_SERVER, NULL },
			{ "S:</proceed>", TURN_COMMAND,
			    "ok 1 <starttls odd-tls" },
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<proceed/>", TURN_COMMAND,
			    "ok 0 <starttls odd-tls" },
		    } },
		{ "not quite that", &proto_xmpp, false,
		    {
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:x<proceed " TLS_NS "/>", TURN_COMMAND,
			    "ok 0 <starttls odd-tls" },
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<proceed " TLS_NS ">", TURN_SERVER, NULL },
			{ "S:x</proceed>", TURN_COMMAND,
			    "ok 0 <starttls odd-tls" },
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<Proceed " TLS_NS "/>", TURN_SERVER,
			    "none 0 aside" },
			{ "S:<failure " TLS_NS ">", TURN_SERVER, NULL },
			{ "S:</proceed>", TURN_COMMAND,
			    "perm 1 <starttls no-tls" },
		    } },
		{ "refused", &proto_xmpp, false,
		    {
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<failure " TLS_NS "/>", TURN_COMMAND,
			    "perm 0 <starttls no-tls" },
			{ "S:</stream:stream>", TURN_OVER, "none 0 aside" },
		    } },
		{ "said before it was asked for", &proto_xmpp, false,
		    {
			{ "S:<proceed " TLS_NS "/>", TURN_COMMAND,
			    "none 0 aside" },
			{ "STALE", TURN_COMMAND, NULL },
			{ "C:" STARTTLS, TURN_SERVER, NULL },
			{ "S:<proceed " TLS_NS "/>", TURN_SERVER,
			    "none 0 aside" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_login(void **state)
{
	static const struct talk talks[] = {
		{ "at once", &proto_xmpp, false,
		    {
			{ "C:<auth mechanism='PLAIN'>AGEAYg==</auth>",
			    TURN_SERVER, "<auth hide 24 bare" },
			{ "S:<failure xmlns='x'>", TURN_SERVER,
			    "perm 0- <auth" },
			{ "S:<not-authorized/>", TURN_SERVER, NULL },
			{ "S:</failure>", TURN_COMMAND, "perm 0 <auth" },
			{ "C:<auth mechanism='EXTERNAL'>=</auth>", TURN_SERVER,
			    "<auth bare" },
			{ "S:<success xmlns='x'/>", TURN_COMMAND,
			    "ok 0 <auth" },
		    } },
		{ "by challenges", &proto_xmpp, false,
		    {
			{ "C:<auth mechanism='SCRAM-SHA-1'/>", TURN_SERVER,
			    "<auth bare" },
			{ "S:<challenge>", TURN_SERVER, "more 0- <auth" },
			{ "S:cj1h</challenge>", TURN_SECRET, "more 0 <auth" },
			{ "C:<response>Yz1i</response>", TURN_SERVER,
			    "secret hide 0" },
			{ "S:<challenge/>", TURN_SECRET, "more 0" },
			{ "C:<response/>", TURN_SERVER, "secret hide 0" },
			{ "S:<success>", TURN_SERVER, "ok 0-" },
			{ "S:dj1j</success>", TURN_COMMAND, "ok 0" },
		    } },
		{ "over several lines, and elsewhere", &proto_xmpp, false,
		    {
			{ "C:<auth mechanism='PLAIN'>", TURN_MORE,
			    "<auth bare" },
			{ "C:AGEAYg==", TURN_MORE, "more hide 0" },
			{ "C:</auth>", TURN_SERVER, "more hide 0" },
			{ "S:<success/>", TURN_COMMAND, "ok 0 <auth" },
			{ "C:<response>YQ==</response>", TURN_SERVER,
			    "<response hide 10 bare" },
			{ "S:<success/>", TURN_COMMAND, NULL },
			{ "C:<iq type='set' id='1'><query><password>x"
			  "</password></query></iq>",
			    TURN_SERVER, "<iq hide 39" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_stanzas(void **state)
{
	static const struct talk talks[] = {
		{ "questions", &proto_xmpp, false,
		    {
			{ "C:<iq type='get' id='1'><ping/></iq>", TURN_SERVER,
			    "<iq" },
			{ "S:<iq type='result' id='2'/>", TURN_SERVER,
			    "none 0 aside" },
			{ "S:<iq type='get' id='1'>", TURN_SERVER,
			    "none 0- aside" },
			{ "S:<ping/>", TURN_SERVER, "none 0- aside" },
			{ "S:</iq>", TURN_SERVER, "none 0 aside" },
			{ "S:<iq id=\"1\" type=\"result\">", TURN_SERVER,
			    "ok 0- <iq" },
			{ "S:</iq>", TURN_COMMAND, "ok 0 <iq" },
			{ "C:<iq type=\"set\" id=\"b\"/>", TURN_SERVER, "<iq" },
			{ "S:<iq type='error' id='b'>", TURN_SERVER,
			    "perm 0- <iq" },
			{ "S:<error type='cancel'>", TURN_SERVER, NULL },
			{ "S:</error>", TURN_SERVER, NULL },
			{ "S:</iq>", TURN_COMMAND, "perm 0 <iq" },
		    } },
		{ "nothing is owed", &proto_xmpp, false,
		    {
			{ "C:<iq type='get'/>", TURN_COMMAND, "<iq" },
			{ "C:<iq type='result' id='1'/>", TURN_COMMAND, "<iq" },
			{ "C:<presence/>", TURN_COMMAND, "<presence" },
			{ "C:<message to='a'><body>1 > 0</body></message>",
			    TURN_COMMAND, "<message" },
			{ "C:<frob/>", TURN_COMMAND, "?" },
			{ "S:<message>", TURN_COMMAND, "none 0- aside" },
			{ "S:<body>", TURN_COMMAND, "none 0- aside" },
			{ "S:1 >", TURN_COMMAND, "none 0- aside" },
			{ "S: 0</body>", TURN_COMMAND, "none 0- aside" },
			{ "S:</message>", TURN_COMMAND, "none 0 aside" },
			{ "S:<message type='error'/>", TURN_COMMAND,
			    "perm 0 unasked" },
			{ "S:<presence from='b'/>", TURN_COMMAND,
			    "none 0 aside" },
		    } },
		{ "over several lines", &proto_xmpp, false,
		    {
			{ "C:<iq type='get'", TURN_MORE, "<iq" },
			{ "C: id='1'>", TURN_MORE, "more" },
			{ "C:<ping/>", TURN_MORE, "more" },
			{ "C:</iq>", TURN_COMMAND, "more" },
			{ "C:<iq type='get' id='1'>", TURN_MORE, "<iq" },
			{ "C:<ping/>", TURN_MORE, "more" },
			{ "C:</iq>", TURN_SERVER, "more" },
			{ "S:<iq type='result' id='1'/>", TURN_COMMAND,
			    "ok 0 <iq" },
			{ "C:<message to='a'>", TURN_MORE, "<message" },
			{ "C:<body>", TURN_MORE, "more" },
			{ "C:<iq type='get' id='2'/>", TURN_MORE, "more" },
			{ "C:</body></message>", TURN_COMMAND, "more" },
			{ "C:<stream:stream to='a'", TURN_MORE,
			    "<stream:stream" },
			{ "C: version='1.0'>", TURN_SERVER, "more" },
		    } },
		{ "what looks like an end", &proto_xmpp, false,
		    {
			{ "C:<iq type='get' id='1'/>", TURN_SERVER, "<iq" },
			{ "S:<iq type='result' id='1' x='/>", TURN_SERVER,
			    "ok 0- <iq" },
			{ "S:'>", TURN_SERVER, "ok 0- <iq" },
			{ "S:<![CDATA[</iq>", TURN_SERVER, "ok 0- <iq" },
			{ "S:]]>", TURN_SERVER, "ok 0- <iq" },
			{ "S:<iq type='result' id='1'/>", TURN_SERVER,
			    "ok 0- <iq" },
			{ "S:</iq>", TURN_COMMAND, "ok 0 <iq" },
		    } },
		{ "a long id", &proto_xmpp, false,
		    {
			{ "C:<iq type='get' id='a2345678901234567890123456789"
			  "0123456789012345'/>",
			    TURN_SERVER, "<iq" },
			{ "S:<iq type='result' id='a23456789012345678901234567"
			  "890123456789'/>",
			    TURN_SERVER, "none 0 aside" },
			{ "S:<iq type='result' id='a23456789012345678901234567"
			  "890123456789012345'/>",
			    TURN_COMMAND, "ok 0 <iq" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_greetings(void **state)
{
	static const struct {
		const char *line;
		int client, server;
	} rows[] = {
		{ "<?xml version='1.0'?><stream:stream xmlns='jabber:client'>",
		    2, 1 },
		{ "<stream:stream xmlns='jabber:server'>", 1, 2 },
		{ "<stream:stream>", 1, 1 },
		{ "<?xml version='1.0'?><html>", 0, 0 },
		{ "<html>", 0, 0 },
		{ "220 mail", 0, 0 },
		{ "", 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].line);

		assert_int_equal(proto_xmpp.greets(rows[i].line, n),
		    rows[i].client);
		assert_int_equal(proto_xmpp_server.greets(rows[i].line, n),
		    rows[i].server);
	}
	assert_ptr_equal(protos_hello("<?xml version='1.0'?>" OPEN,
			     strlen("<?xml version='1.0'?>" OPEN)),
	    &proto_xmpp);
	assert_ptr_equal(protos_find("xmpp-server"), &proto_xmpp_server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_stanzas),
		cmocka_unit_test(test_greetings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
