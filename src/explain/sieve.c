/* SPDX-License-Identifier: ISC */
/* sieve.c - the replies of ManageSieve, and the codes in them.  Floor 3. */
#include "explain/codes.h"

#define CODES "RFC 5804, 1.3"

static const char *const status[] = { "OK", "NO", "BYE", NULL };

static const struct code codes[] = {
	{ "OK", "done", "RFC 5804, 1.2" },
	{ "NO", "refused; the text is for people", "RFC 5804, 1.2" },
	{ "BYE", "the server closes this connection", "RFC 5804, 1.2" },
	{ "ACTIVE", "the script is in use, and cannot be deleted", CODES },
	{ "ALREADYEXISTS", "a script has this name", CODES },
	{ "AUTH-TOO-WEAK", "the way to log in is too weak", CODES },
	{ "ENCRYPT-NEEDED", "begin TLS before this way to log in", CODES },
	{ "NONEXISTENT", "there is no script of this name", CODES },
	{ "QUOTA", "there is no room for the script", CODES },
	{ "QUOTA/MAXSCRIPTS", "there are too many scripts", CODES },
	{ "QUOTA/MAXSIZE", "the script is too large", CODES },
	{ "REFERRAL", "another server has them: see its URL", CODES },
	{ "SASL", "the last words of the login", CODES },
	{ "TAG", "what NOOP was told to say", "RFC 5804, 2.13" },
	{ "TRANSITION-NEEDED", "log in by PLAIN once", CODES },
	{ "TRYLATER", "a fault that may pass", CODES },
	{ "WARNINGS", "stored, but read what it says", CODES },
	{ .word = NULL },
};

/* Commands that only one who has logged in may give. */
#define OF_SCRIPTS \
	"HAVESPACE|PUTSCRIPT|SETACTIVE|GETSCRIPT|DELETESCRIPT|RENAMESCRIPT|" \
	"CHECKSCRIPT"
#define OF_USERS OF_SCRIPTS "|LISTSCRIPTS"

static const struct code_next next[] = {
	{ "ACTIVE", NULL, NULL, "SETACTIVE", NULL },
	{ "ENCRYPT-NEEDED", NULL, NULL, "STARTTLS", "-TLS" },
	{ "NONEXISTENT", NULL, NULL, "LISTSCRIPTS", NULL },
	{ "QUOTA", NULL, NULL, "LISTSCRIPTS", NULL },
	{ "QUOTA/MAXSCRIPTS", NULL, NULL, "DELETESCRIPT", NULL },
	{ "OK", ON_GREETING "|STARTTLS", NULL, "AUTHENTICATE", NULL },
	{ "OK", "AUTHENTICATE", NULL, "LISTSCRIPTS", NULL },
	{ "OK", "LISTSCRIPTS", NULL, "GETSCRIPT", NULL },
	{ "OK", "PUTSCRIPT", NULL, "SETACTIVE", NULL },
	{ "OK", "SETACTIVE", NULL, "LOGOUT", NULL },
	{ "NO", "AUTHENTICATE", "TLS", "STARTTLS", "-TLS" },
	{ "NO", OF_USERS, NULL, "AUTHENTICATE", "-AUTHENTICATE" },
	{ "NO", OF_SCRIPTS "|AUTHENTICATE", NULL, "", "+ALONE" },
	{ "NO", "SETACTIVE|GETSCRIPT|DELETESCRIPT|RENAMESCRIPT", NULL,
	    "LISTSCRIPTS", NULL },
	{ .verb = NULL },
};

static const struct code_mark marks[] = {
	{ "OK", "UNAUTHENTICATE", "AUTHENTICATE", NULL },
	{ .word = NULL },
};

const struct codes codes_sieve = {
	.title = "ManageSieve",
	.protos = { "sieve" },
	.place = CODE_STATUS,
	.status = status,
	.codes = codes,
	.next = next,
	.marks = marks,
};
