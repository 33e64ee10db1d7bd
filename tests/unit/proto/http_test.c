/* SPDX-License-Identifier: ISC */
/* http_test.c - requests, and where responses end. */
#include <stdio.h>
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
test_requests(void **state)
{
	static const struct talk talks[] = {
		{ "with a header", &proto_http, false,
		    {
			{ "C:GET / HTTP/1.1", TURN_MORE, "GET" },
			{ "C:Host: a.example", TURN_MORE, "more" },
			{ "C:Content-Type: x", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
		    } },
		{ "an empty line before", &proto_http, false,
		    {
			{ "C:", TURN_COMMAND, "?" },
			{ "C:HEAD / HTTP/1.0", TURN_MORE, "HEAD" },
			{ "C:", TURN_SERVER, "more" },
		    } },
		{ "secrets", &proto_http, false,
		    {
			{ "C:GET / HTTP/1.1", TURN_MORE, "GET" },
			{ "C:Authorization: Basic YTpi", TURN_MORE,
			    "more hide 15" },
			{ "C:proxy-authorization:Basic YTpi", TURN_MORE,
			    "more hide 20" },
			{ "C:COOKIE: \t id=1", TURN_MORE, "more hide 10" },
			{ "C:Cookies: id=1", TURN_MORE, "more" },
			{ "C:Authorization:", TURN_MORE, "more" },
			{ "C:Authorization", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
		    } },
		{ "a body", &proto_http, false,
		    {
			{ "C:POST /a HTTP/1.1", TURN_MORE, "POST" },
			{ "C:content-length:  7 ", TURN_MORE, "more" },
			{ "C:", TURN_LITERAL, "more" },
			{ "C:a=1", TURN_LITERAL, "literal" },
			{ "C:23", TURN_SERVER, "literal bare" },
			{ "S:HTTP/1.1 201 Created", TURN_SERVER,
			    "ok 201- POST" },
			{ "S:Content-Length: 0", TURN_SERVER,
			    "none 201- POST" },
			{ "S:", TURN_COMMAND, "ok 201 POST" },
		    } },
		{ "no body", &proto_http, false,
		    {
			{ "C:POST /a HTTP/1.1", TURN_MORE, "POST" },
			{ "C:Content-Length: 0", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 204 No", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "ok 204 POST" },
			{ "C:POST /a HTTP/1.1", TURN_MORE, "POST" },
			{ "C:Content-Length: seven", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
		    } },
		{ "a body that waits", &proto_http, false,
		    {
			{ "C:PUT /a HTTP/1.1", TURN_MORE, "PUT" },
			{ "C:Content-Length: 3", TURN_MORE, "more" },
			{ "C:Expect: 100-Continue", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 103 Early Hints", TURN_SERVER,
			    "prelim 103- PUT" },
			{ "S:Link: x", TURN_SERVER, "none 103- PUT" },
			{ "S:", TURN_LITERAL, "prelim 103 PUT" },
			{ "S:HTTP/1.1 100 Continue", TURN_LITERAL, NULL },
			{ "S:", TURN_LITERAL, "prelim 100 PUT" },
			{ "C:abc", TURN_SERVER, "literal bare" },
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, "ok 200- PUT" },
			{ "S:Content-Length: 0", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "ok 200 PUT" },
		    } },
		{ "a body that is not wanted", &proto_http, false,
		    {
			{ "C:PUT /a HTTP/1.1", TURN_MORE, "PUT" },
			{ "C:Content-Length: 3", TURN_MORE, "more" },
			{ "C:Expect: 100-continue", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 413 Large", TURN_SERVER,
			    "perm 413- PUT" },
			{ "S:Content-Length: 0", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "perm 413 PUT no-data" },
		    } },
		{ "a body in chunks", &proto_http, false,
		    {
			{ "C:POST /a HTTP/1.1", TURN_MORE, "POST" },
			{ "C:Transfer-Encoding: gzip, chunked", TURN_MORE,
			    "more" },
			{ "C:", TURN_MORE, "more" },
			{ "C:5;a=b", TURN_LITERAL, "more" },
			{ "C:hello", TURN_MORE, "literal" },
			{ "C:A", TURN_LITERAL, "more" },
			{ "C:12345", TURN_LITERAL, "literal" },
			{ "C:123", TURN_MORE, "literal" },
			{ "C:0", TURN_MORE, "more" },
			{ "C:Trailer: x", TURN_MORE, "more" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, "ok 200- POST" },
		    } },
		{ "no chunk", &proto_http, false,
		    {
			{ "C:POST /a HTTP/1.1", TURN_MORE, "POST" },
			{ "C:Transfer-Encoding: chunked", TURN_MORE, "more" },
			{ "C:", TURN_MORE, "more" },
			{ "C:hello", TURN_SERVER, "more" },
		    } },
		{ "answered before its end", &proto_http, false,
		    {
			{ "C:get / HTTP/1.1", TURN_MORE, "GET" },
			{ "S:HTTP/1.1 400 Bad", TURN_MORE, "perm 400- GET" },
			{ "S:Connection: close", TURN_MORE, NULL },
			{ "S:Content-Length: 3", TURN_MORE, NULL },
			{ "S:", TURN_MORE, "perm 400- GET octets 3" },
			{ "O:3", TURN_OVER, "perm 400 GET" },
		    } },
		{ "without a version", &proto_http, false,
		    {
			{ "C:GET /", TURN_SERVER, "?" },
			{ "S:<html>", TURN_SERVER, "ok 0- octets to the end" },
			{ "O:1000", TURN_SERVER, "none 0- octets to the end" },
			{ "CLOSED", TURN_COMMAND, "ok 0" },
		    } },
		{ "without a version, answered with one", &proto_http, false,
		    {
			{ "C:GET", TURN_SERVER, "GET" },
			{ "S:HTTP/1.1 400 Bad", TURN_SERVER, "perm 400- GET" },
			{ "S:", TURN_SERVER,
			    "perm 400- GET octets to the end" },
			{ "CLOSED", TURN_COMMAND, "perm 400 GET" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

#define GET \
	{ "C:GET / HTTP/1.1", TURN_MORE, "GET" }, \
	{ \
		"C:", TURN_SERVER, "more" \
	}

static void
test_responses(void **state)
{
	static const struct talk talks[] = {
		{ "two of a length", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, "ok 200- GET" },
			{ "S:content-LENGTH :5", TURN_SERVER, NULL },
			{ "S:content-LENGTH:5", TURN_SERVER, "none 200- GET" },
			{ "S:Content-Length: 5", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "ok 200- GET octets 5" },
			{ "O:3", TURN_SERVER, "none 0- octets 2" },
			{ "O:2", TURN_COMMAND, "ok 200 GET" },
			{ "C:HEAD / HTTP/1.1", TURN_MORE, "HEAD" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 404", TURN_SERVER, "perm 404- HEAD" },
			{ "S:Content-Length: 5", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "perm 404 HEAD" },
		    } },
		{ "chunks", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Content-Length: 9", TURN_SERVER, NULL },
			{ "S:Transfer-Encoding: Chunked", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "none 200- GET" },
			{ "S:1f;x=y", TURN_SERVER, "none 200- GET octets 31" },
			{ "O:31", TURN_SERVER, "none 0-" },
			{ "S:", TURN_SERVER, "none 200- GET" },
			{ "S:0A ", TURN_SERVER, "none 200- GET octets 10" },
			{ "O:10", TURN_SERVER, "none 0-" },
			{ "S:", TURN_SERVER, "none 200- GET" },
			{ "S:0", TURN_SERVER, "none 200- GET" },
			{ "S:Trailer: x", TURN_SERVER, "none 200- GET" },
			{ "S:", TURN_COMMAND, "ok 200 GET" },
		    } },
		{ "a chunk of no size", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Transfer-Encoding: chunked", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "none 200- GET" },
			{ "S:xyz", TURN_SERVER,
			    "ok 200- GET octets to the end" },
			{ "CLOSED", TURN_COMMAND, "ok 200 GET" },
		    } },
		{ "a chunk too large", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Transfer-Encoding: chunked", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "none 200- GET" },
			{ "S:fffffffffffffffff", TURN_SERVER,
			    "ok 200- GET octets to the end" },
		    } },
		{ "text behind a chunk", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Transfer-Encoding: chunked", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "none 200- GET" },
			{ "S:1", TURN_SERVER, "none 200- GET octets 1" },
			{ "O:1", TURN_SERVER, NULL },
			{ "S:x", TURN_SERVER, "ok 200- GET octets to the end" },
		    } },
		{ "up to the end", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.0 200 OK", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "ok 200- GET octets to the end" },
			{ "O:70000", TURN_SERVER, NULL },
			{ "CLOSED", TURN_OVER, "ok 200 GET" },
		    } },
		{ "two lengths", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Content-Length: 5", TURN_SERVER, NULL },
			{ "S:Content-Length: 6", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "ok 200- GET octets to the end" },
		    } },
		{ "closing", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Connection: foo, Close", TURN_SERVER, NULL },
			{ "S:Content-Length: 1", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "ok 200- GET octets 1" },
			{ "O:1", TURN_OVER, "ok 200 GET" },
		    } },
		{ "an old server closes", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.0 304 Same", TURN_SERVER, "more 304- GET" },
			{ "S:", TURN_OVER, "more 304 GET" },
		    } },
		{ "unless it says otherwise", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.0 200 OK", TURN_SERVER, NULL },
			{ "S:Connection: Keep-Alive", TURN_SERVER, NULL },
			{ "S:Content-Length: 0", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "ok 200 GET" },
		    } },
		{ "unasked", &proto_http, false,
		    {
			{ "S:HTTP/1.1 408 Late", TURN_COMMAND,
			    "temp 408- unasked" },
			{ "S:Connection: close", TURN_COMMAND, NULL },
			{ "S:Content-Length: 0", TURN_COMMAND, NULL },
			{ "S:", TURN_OVER, "temp 408 unasked" },
		    } },
		{ "no response", &proto_http, false,
		    {
			GET,
			{ "S:220 ESMTP", TURN_SERVER, "none 0 junk" },
			{ "S:HTTP/1.1", TURN_SERVER, "none 0 junk" },
			{ "S:HTTP/1.1 20 OK", TURN_SERVER, "none 0 junk" },
			{ "S:HTTP/1.1 2000", TURN_SERVER, "none 0 junk" },
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, "ok 200- GET" },
		    } },
		{ "two requests ahead", &proto_http, false,
		    {
			{ "C:HEAD /a HTTP/1.1", TURN_MORE, "HEAD" },
			{ "C:", TURN_SERVER, "more" },
			{ "C:GET /b HTTP/1.1", TURN_MORE, "GET" },
			{ "S:HTTP/1.1 200 OK", TURN_MORE, "ok 200- HEAD" },
			{ "S:Content-Length: 7", TURN_MORE, NULL },
			{ "S:", TURN_MORE, "ok 200 HEAD" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, "ok 200- GET" },
			{ "S:Content-Length: 7", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "ok 200- GET octets 7" },
			{ "O:7", TURN_COMMAND, "ok 200 GET" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* Behind some responses lines pass as they are. */
static void
test_other_protocols(void **state)
{
	static const struct talk talks[] = {
		{ "a tunnel", &proto_http, false,
		    {
			{ "C:CONNECT a.example:25 HTTP/1.1", TURN_MORE,
			    "CONNECT" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 200 OK", TURN_SERVER, NULL },
			{ "S:Content-Length: 5", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "ok 200 CONNECT" },
			{ "C:anything", TURN_COMMAND, "free" },
			{ "S:anything", TURN_COMMAND, "none 0" },
		    } },
		{ "no tunnel", &proto_http, false,
		    {
			{ "C:CONNECT a.example:25 HTTP/1.1", TURN_MORE,
			    "CONNECT" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:HTTP/1.1 403 No", TURN_SERVER, NULL },
			{ "S:Content-Length: 5", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, "perm 403- CONNECT octets 5" },
			{ "O:5", TURN_COMMAND, "perm 403 CONNECT" },
			{ "C:GET / HTTP/1.1", TURN_MORE, "GET" },
		    } },
		{ "another protocol", &proto_http, false,
		    {
			GET,
			{ "S:HTTP/1.1 101 Switching", TURN_SERVER,
			    "ok 101- GET" },
			{ "S:Upgrade: websocket", TURN_SERVER, NULL },
			{ "S:", TURN_COMMAND, "ok 101 GET" },
			{ "C:anything", TURN_COMMAND, "free" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_classes(void **state)
{
	static const struct class_row rows[] = {
		{ "HTTP/1.1 100 x", CLASS_PRELIMINARY },
		{ "HTTP/1.1 101 x", CLASS_OK },
		{ "HTTP/1.1 200 x", CLASS_OK },
		{ "HTTP/1.1 299 x", CLASS_OK },
		{ "HTTP/1.1 301 x", CLASS_MORE },
		{ "HTTP/1.1 400 x", CLASS_PERMANENT },
		{ "HTTP/1.1 404", CLASS_PERMANENT },
		{ "HTTP/1.1 408 x", CLASS_TRANSIENT },
		{ "HTTP/1.1 425 x", CLASS_TRANSIENT },
		{ "HTTP/1.1 429 x", CLASS_TRANSIENT },
		{ "HTTP/1.1 500 x", CLASS_PERMANENT },
		{ "HTTP/1.1 501 x", CLASS_PERMANENT },
		{ "HTTP/1.1 502 x", CLASS_TRANSIENT },
		{ "HTTP/1.1 503 x", CLASS_TRANSIENT },
		{ "HTTP/1.1 504 x", CLASS_TRANSIENT },
		{ "HTTP/1.1 505 x", CLASS_PERMANENT },
		{ "HTTP/1.1 999 x", CLASS_PERMANENT },
		{ "HTTP/1.1 099 x", CLASS_NONE },
		{ "HTTP/2 200", CLASS_NONE },
		{ "ICY 200 OK", CLASS_NONE },
		{ "", CLASS_NONE },
	};

	(void)state;
	lines_judge(&proto_http, rows, ROWS(rows));
}

/* Words of other protocols are no requests. */
static void
test_hello(void **state)
{
	static const struct {
		const char *line;
		bool told;
	} rows[] = {
		{ "GET / HTTP/1.1", true },
		{ "GET / HTTP/1.0 ", true },
		{ "get / http/1.1\r\nHost: x\r\n", true },
		{ "POST / HTTP/1.1", true },
		{ "GET", true },
		{ "GET key", false },
		{ "get key\r\nGET / HTTP/1.1\r\n", false },
		{ "GET /HTTP/1.1", false },
		{ "GET / HTTP/11", false },
		{ "SET key HTTP/1.1", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *line = rows[i].line;

		if ((protos_hello(line, strlen(line)) == &proto_http) !=
		    rows[i].told)
			fail_msg("\"%s\"", line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_responses),
		cmocka_unit_test(test_other_protocols),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_hello),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
