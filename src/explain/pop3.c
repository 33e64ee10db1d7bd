/* SPDX-License-Identifier: ISC */
/* pop3.c - the replies of POP3, and the codes in them.  Floor 3. */
#include "explain/codes.h"

static const char *const status[] = { "+OK", "-ERR", "+", NULL };

static const struct code codes[] = {
	{ "+OK", "done", "RFC 1939, 3" },
	{ "-ERR", "refused, or not understood", "RFC 1939, 3" },
	{ "+", "a challenge in base64: answer it likewise", "RFC 5034, 4" },
	{ "AUTH", "it is about who you are: name or password", "RFC 3206, 5" },
	{ "IN-USE", "another session has the mailbox open", "RFC 2449, 8.1.2" },
	{ "LOGIN-DELAY", "too soon behind the last login", "RFC 2449, 8.1.1" },
	{ "SYS/PERM", "the server is at fault: ask its admin", "RFC 3206, 4" },
	{ "SYS/TEMP", "the server is at fault: try later", "RFC 3206, 4" },
	{ "UTF8", "there is UTF-8 in it: send UTF8 first", "RFC 6856, 5" },
	{ .word = NULL },
};

static const struct code_more more[] = {
	{ "+", NULL, "^] base64 TEXT makes base64, a lone * gives up" },
	{ "-ERR", ON_GREETING, "the server does not want this session" },
	{ "-ERR", "PASS", "the name may be wrong as well: begin with USER" },
	{ "-ERR", ON_ANSWER,
	    "not accepted, no base64, or given up by a lone *" },
	{ "+OK", "DELE", "it goes at QUIT; RSET takes it back" },
	{ "+OK", "USER", "the name need not exist for that" },
	{ .word = NULL },
};

/* Commands that only one who has logged in may give. */
#define LOCKED "STAT|LIST|UIDL|RETR|TOP|DELE|RSET|NOOP"
#define STRANGER "-PASS|-APOP|-AUTH"

static const struct code_next next[] = {
	{ "+OK", ON_GREETING, NULL, "USER", NULL },
	{ "+OK", "CAPA", NULL, "USER", STRANGER },
	{ "+OK", "CAPA", NULL, "STAT", NULL },
	{ "+OK", "STLS", NULL, "CAPA", NULL },
	{ "+OK", "USER", NULL, "PASS", NULL },
	{ "+OK", "PASS", NULL, "STAT", NULL },
	{ "+OK", "APOP", NULL, "STAT", NULL },
	{ "+OK", "STAT", NULL, "LIST", NULL },
	{ "+OK", "DELE", NULL, "QUIT", NULL },
	{ "UTF8", NULL, NULL, "UTF8", NULL },
	{ "-ERR", "USER|PASS|APOP|AUTH", "TLS", "STLS", "-TLS" },
	{ "-ERR", "PASS", NULL, "USER", STRANGER },
	{ "-ERR", LOCKED, NULL, "PASS", "+USER|" STRANGER },
	{ "-ERR", LOCKED, NULL, "USER", STRANGER },
	{ "-ERR", "USER|APOP|RETR|DELE", NULL, "", "+ALONE" },
	{ "-ERR", "LIST|UIDL|RETR|DELE", NULL, "LIST", NULL },
	{ "-ERR", "TOP", NULL, "", NULL },
	{ .verb = NULL },
};

/* After a password that was wrong the name has to be said again. */
static const struct code_mark marks[] = {
	{ "-ERR", "PASS", "USER", NULL },
	{ .word = NULL },
};

const struct codes codes_pop3 = {
	.title = "POP3",
	.protos = { "pop3" },
	.place = CODE_STATUS,
	.status = status,
	.codes = codes,
	.more = more,
	.next = next,
	.marks = marks,
};
