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
	{ "+OK", "DELE", "it goes at QUIT; RSET takes it back" },
	{ "+OK", "USER", "the name need not exist for that" },
	{ .word = NULL },
};

static const struct code_next next[] = {
	{ "+OK", ON_GREETING, NULL, "USER" },
	{ "+OK", "CAPA", NULL, "USER" },
	{ "+OK", "STLS", NULL, "CAPA" },
	{ "+OK", "USER", NULL, "PASS" },
	{ "+OK", "PASS", NULL, "STAT" },
	{ "+OK", "APOP", NULL, "STAT" },
	{ "+OK", "STAT", NULL, "LIST" },
	{ "+OK", "DELE", NULL, "QUIT" },
	{ "UTF8", NULL, NULL, "UTF8" },
	{ "-ERR", "USER", "TLS", "STLS" },
	{ "-ERR", "PASS", "TLS", "STLS" },
	{ "-ERR", "PASS", NULL, "USER" },
	{ "-ERR", "RETR", NULL, "LIST" },
	{ "-ERR", "DELE", NULL, "LIST" },
	{ "-ERR", "TOP", NULL, "" },
	{ .verb = NULL },
};

const struct codes codes_pop3 = {
	.title = "POP3",
	.protos = { "pop3" },
	.place = CODE_STATUS,
	.status = status,
	.codes = codes,
	.more = more,
	.next = next,
};
