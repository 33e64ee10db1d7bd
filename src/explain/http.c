/* SPDX-License-Identifier: ISC */
/* http.c - the status codes of HTTP, in a few words each.  Floor 3. */
#include "explain/codes.h"

#define R1(s) "RFC 9110, 15.2." s
#define R2(s) "RFC 9110, 15.3." s
#define R3(s) "RFC 9110, 15.4." s
#define R4(s) "RFC 9110, 15.5." s
#define R5(s) "RFC 9110, 15.6." s

static const struct code codes[] = {
	{ "100", "go on: the body is welcome", R1("1") },
	{ "101", "another protocol from here on", R1("2") },
	{ "102", "still at it", "RFC 2518" },
	{ "103", "header lines in advance", "RFC 8297" },
	{ "104", "an upload can be resumed", "IANA, no RFC" },
	{ "200", "done", R2("1") },
	{ "201", "done, and something new is there", R2("2") },
	{ "202", "accepted, but not done yet", R2("3") },
	{ "203", "done, but changed on its way", R2("4") },
	{ "204", "done, and there is nothing to show", R2("5") },
	{ "205", "done: empty the form", R2("6") },
	{ "206", "the part that was asked for", R2("7") },
	{ "207", "several statuses, in the body", "RFC 4918" },
	{ "208", "told before, in the same answer", "RFC 5842" },
	{ "226", "the changes since last time", "RFC 3229" },
	{ "300", "there are several: choose", R3("1") },
	{ "301", "moved for good: see Location", R3("2") },
	{ "302", "elsewhere for now: see Location", R3("3") },
	{ "303", "GET the Location instead", R3("4") },
	{ "304", "as it was: your copy is good", R3("5") },
	{ "305", "obsolete: a proxy was wanted", R3("6") },
	{ "306", "no longer used", R3("7") },
	{ "307", "the same request, at Location, for now", R3("8") },
	{ "308", "the same request, at Location, for good", R3("9") },
	{ "400", "the request is malformed", R4("1") },
	{ "401", "say who you are: see WWW-Authenticate", R4("2") },
	{ "402", "reserved: it is to be paid for", R4("3") },
	{ "403", "you may not, whoever you are", R4("4") },
	{ "404", "there is no such thing", R4("5") },
	{ "405", "not by this method: see Allow", R4("6") },
	{ "406", "not in a form that you accept", R4("7") },
	{ "407", "the proxy asks who you are", R4("8") },
	{ "408", "the request came too slowly", R4("9") },
	{ "409", "it does not fit what is there", R4("10") },
	{ "410", "it was there, and is gone for good", R4("11") },
	{ "411", "Content-Length is missing", R4("12") },
	{ "412", "a condition of yours does not hold", R4("13") },
	{ "413", "the body is too large", R4("14") },
	{ "414", "the URL is too long", R4("15") },
	{ "415", "a kind of body that is not wanted", R4("16") },
	{ "416", "there is no such part of it", R4("17") },
	{ "417", "what Expect asks for cannot be had", R4("18") },
	{ "418", "not used, but for a joke", R4("19") },
	{ "421", "the wrong server for this host", R4("20") },
	{ "422", "well-formed, but it makes no sense", R4("21") },
	{ "423", "it is locked", "RFC 4918" },
	{ "424", "another step failed before it", "RFC 4918" },
	{ "425", "too early: send it after the handshake", "RFC 8470" },
	{ "426", "only by another protocol: see Upgrade", R4("22") },
	{ "428", "a condition such as If-Match is wanted", "RFC 6585, 3" },
	{ "429", "too many requests: slow down", "RFC 6585, 4" },
	{ "431", "the header lines are too long", "RFC 6585, 5" },
	{ "451", "withheld for legal reasons", "RFC 7725" },
	{ "500", "something failed in the server", R5("1") },
	{ "501", "the server lacks this method", R5("2") },
	{ "502", "the server behind answered nonsense", R5("3") },
	{ "503", "not now: overload or maintenance", R5("4") },
	{ "504", "the server behind did not answer", R5("5") },
	{ "505", "not this version of HTTP", R5("6") },
	{ "506", "the server's choice goes in circles", "RFC 2295" },
	{ "507", "no room left on the server", "RFC 4918" },
	{ "508", "it goes in circles", "RFC 5842" },
	{ "510", "an extension is wanted (obsolete)", "RFC 2774" },
	{ "511", "log in to the network first", "RFC 6585, 6" },
	{ .word = NULL },
};

static const struct code_more more[] = {
	{ "400", NULL, "HTTP/1.1 wants Host:, then an empty line" },
	{ "401", NULL, "not 403: another name or password may do" },
	{ "403", NULL, "not 401: logging in does not help" },
	{ .word = NULL },
};

static const struct code_theory theory = {
	.first = { [1] = "the final answer is still to come",
	    [2] = "done",
	    [3] = "something else is to be asked for",
	    [4] = "the request is at fault",
	    [5] = "the server is at fault" },
	.rfc = "RFC 9110, 15",
};

const struct codes codes_http = {
	.title = "HTTP",
	.protos = { "http" },
	.place = CODE_HTTP,
	.codes = codes,
	.more = more,
	.theory = &theory,
};
