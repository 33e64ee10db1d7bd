/* SPDX-License-Identifier: ISC */
/* imap_test.c - the Internet Message Access Protocol, told line by line. */
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
test_tags(void **state)
{
	static const struct talk talks[] = {
		{ "untagged lines answer nothing", &proto_imap, true,
		    {
			{ "S:* CAPABILITY IMAP4rev2", TURN_SERVER,
			    "none 0 aside" },
			{ "S:* NO slow today", TURN_SERVER, "perm 0 aside" },
			{ "S:* BAD slow today", TURN_SERVER, "perm 0 aside" },
			{ "S:* OK IMAP4rev1 ready", TURN_COMMAND,
			    "ok 0 greeting" },
			{ "C:a1 SELECT INBOX", TURN_SERVER, "SELECT" },
			{ "S:* 3 EXISTS", TURN_SERVER, "none 0 aside" },
			{ "S:* OK [UNSEEN 1] first", TURN_SERVER,
			    "ok 0 aside" },
			{ "S:* NO [ALERT] full", TURN_SERVER, "perm 0 aside" },
			{ "S:* BAD disk crash", TURN_SERVER, "perm 0 aside" },
			{ "S:a1 OK [READ-WRITE] done", TURN_COMMAND,
			    "ok 0 SELECT" },
			{ "S:* 4 EXISTS", TURN_COMMAND, "none 0 aside" },
			{ "C:a2 XFROB", TURN_SERVER, "?" },
			{ "S:a2 BAD what?", TURN_COMMAND, "perm 0" },
			{ "C:a3 uid fetch 1 UID", TURN_SERVER, "UID FETCH" },
			{ "S:a3 NO no", TURN_COMMAND, "perm 0 UID FETCH" },
			{ "C:a4 UID XSEND 1", TURN_SERVER, "UID" },
			{ "S:a4 OK", TURN_COMMAND, "ok 0 UID" },
		    } },
		{ "pipelined, and answered out of order", &proto_imap, false,
		    {
			{ "C:x NOOP", TURN_SERVER, "NOOP" },
			{ "C:y STATUS a (MESSAGES)", TURN_SERVER, "STATUS" },
			{ "C:z CHECK", TURN_SERVER, "CHECK" },
			{ "S:z OK", TURN_SERVER, "ok 0 CHECK" },
			{ "S:* STATUS a (MESSAGES 1)", TURN_SERVER,
			    "none 0 aside" },
			{ "S:y NO", TURN_SERVER, "perm 0 STATUS" },
			{ "S:X OK", TURN_SERVER, "ok 0 unasked" },
			{ "S:z OK", TURN_SERVER, "ok 0 unasked" },
			{ "S:x OK", TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "one tag for all: the oldest is answered", &proto_imap, false,
		    {
			{ "C:t NOOP", TURN_SERVER, "NOOP" },
			{ "C:t CHECK", TURN_SERVER, "CHECK" },
			{ "S:t OK", TURN_SERVER, "ok 0 NOOP" },
			{ "S:t OK", TURN_COMMAND, "ok 0 CHECK" },
		    } },
		{ "a tag of more than is kept", &proto_imap, false,
		    {
			{ "C:a1234567890123456789012345678901234567890"
			  "123456789 NOOP",
			    TURN_SERVER, "NOOP" },
			{ "S:a1234567890123456789012345678901234567890"
			  "1234567890 OK",
			    TURN_SERVER, "ok 0 unasked" },
			{ "S:a1234567890123456789012345678901234567890"
			  "123456789 OK",
			    TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "a word without a tag is one", &proto_imap, false,
		    {
			{ "C:FROB", TURN_SERVER, "?" },
			{ "S:FROB BAD Error", TURN_COMMAND, "perm 0" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:NOOP BAD Error", TURN_COMMAND, "perm 0 NOOP" },
			{ "C:UID FETCH 1 UID", TURN_SERVER, "UID FETCH" },
			{ "S:UID OK", TURN_COMMAND, "ok 0 UID FETCH" },
			{ "C:IDLE NOOP", TURN_SERVER, "NOOP" },
			{ "S:IDLE OK", TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "no tag at all: BAD can only mean this", &proto_imap, false,
		    {
			{ "C:(a NOOP", TURN_SERVER, "NOOP" },
			{ "S:* BAD invalid tag", TURN_COMMAND, "perm 0 NOOP" },
			{ "C:* NOOP", TURN_SERVER, "NOOP" },
			{ "S:* BAD invalid tag", TURN_COMMAND, "perm 0 NOOP" },
			{ "C: a NOOP", TURN_SERVER, "NOOP" },
			{ "S:* BAD invalid tag", TURN_COMMAND, "perm 0 NOOP" },
			{ "C:(a NOOP", TURN_SERVER, "NOOP" },
			{ "S:(a BAD invalid tag", TURN_COMMAND, "perm 0 NOOP" },
			{ "C:", TURN_COMMAND, "?" },
			{ "S:* BAD invalid tag", TURN_COMMAND, "perm 0 aside" },
			{ "C:  ", TURN_COMMAND, "?" },
			{ "C:a1 NOOP", TURN_SERVER, "NOOP" },
			{ "S:* BAD invalid tag", TURN_SERVER, "perm 0 aside" },
			{ "S:a1 OK", TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "what is no reply", &proto_imap, false,
		    {
			{ "C:a1 NOOP", TURN_SERVER, "NOOP" },
			{ "S:", TURN_SERVER, NULL },
			{ "S:*", TURN_SERVER, NULL },
			{ "S: a1 OK", TURN_SERVER, NULL },
			{ "S:a1", TURN_SERVER, NULL },
			{ "S:a1 OKAY", TURN_SERVER, NULL },
			{ "S:a1 BYE", TURN_SERVER, NULL },
			{ "S:a1 PREAUTH", TURN_SERVER, NULL },
			{ "S:+OK", TURN_SERVER, NULL },
			{ "S:a1 ok", TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "a + that nobody waits for", &proto_imap, false,
		    {
			{ "S:+ go", TURN_COMMAND, "more 0 unasked" },
			{ "C:a1 NOOP", TURN_SERVER, "NOOP" },
			{ "S:+", TURN_SERVER, "more 0 NOOP unasked" },
			{ "S:a1 OK", TURN_COMMAND, "ok 0 NOOP" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* Lines that some servers do not take get no tagged answer. */
static void
test_long_line(void **state)
{
	char line[1100];
	struct dialog d;
	struct heard h;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "a1 SEARCH ", 10);
	dialog_start(&d, &proto_imap, false);
	dialog_said(&d, line, sizeof line);
	h = verdict_line(&d, "* BAD line too long", 19);
	assert_false(h.unsolicited);
	assert_int_equal(dialog_turn(&d), TURN_COMMAND);
	dialog_end(&d);
}

static void
test_ends(void **state)
{
	static const struct talk talks[] = {
		{ "LOGOUT", &proto_imap, false,
		    {
			{ "C:z LOGOUT", TURN_SERVER, "LOGOUT" },
			{ "S:* BYE so long", TURN_OVER, "ok 0 aside" },
			{ "S:z OK done", TURN_OVER, "ok 0 LOGOUT" },
		    } },
		{ "BYE in place of the greeting", &proto_imap, true,
		    { { "S:* BYE full", TURN_OVER, "perm 0 greeting" } } },
		{ "it may be better later", &proto_imap, true,
		    {
			{ "S:* BYE [UNAVAILABLE] full", TURN_OVER,
			    "temp 0 greeting" },
		    } },
		{ "BYE in place of an answer", &proto_imap, false,
		    {
			{ "C:FROB x", TURN_SERVER, "?" },
			{ "S:* BYE too many of those", TURN_OVER, "perm 0" },
		    } },
		{ "BYE to nothing", &proto_imap, false,
		    { { "S:* BYE autologout", TURN_OVER, "perm 0 unasked" } } },
		{ "BYE in IDLE", &proto_imap, false,
		    {
			{ "C:a IDLE", TURN_SERVER, "IDLE" },
			{ "S:+ idling", TURN_MORE, "more 0 IDLE" },
			{ "S:* BYE autologout", TURN_OVER, "perm 0 IDLE" },
		    } },
		{ "PREAUTH", &proto_imap, true,
		    {
			{ "S:* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello",
			    TURN_COMMAND, "ok 0 greeting" },
			{ "HAS:IDLE", TURN_COMMAND, NULL },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_our_literals(void **state)
{
	static const struct talk talks[] = {
		{ "with a go-ahead, and without", &proto_imap, false,
		    {
			{ "C:a APPEND x {5}", TURN_SERVER, "APPEND" },
			{ "S:* 1 EXISTS", TURN_SERVER, "none 0 aside" },
			{ "S:+", TURN_LITERAL, "more 0 APPEND" },
			{ "C:abc", TURN_MORE, "literal" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:a OK", TURN_COMMAND, "ok 0 APPEND" },
			{ "C:b APPEND x (\\Seen) ~{3+}", TURN_LITERAL,
			    "APPEND" },
			{ "C:abc", TURN_SERVER, "literal" },
			{ "S:b OK", TURN_COMMAND, "ok 0 APPEND" },
			{ "C:c APPEND x {4+}", TURN_LITERAL, "APPEND" },
			{ "C:", TURN_LITERAL, "literal" },
			{ "C:", TURN_MORE, "literal" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:c OK", TURN_COMMAND, "ok 0 APPEND" },
			{ "C:d CREATE {0+}", TURN_MORE, "CREATE" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:d NO", TURN_COMMAND, "perm 0 CREATE" },
		    } },
		{ "the command goes on behind it", &proto_imap, false,
		    {
			{ "C:a RENAME {3}", TURN_SERVER, "RENAME" },
			{ "S:+ ", TURN_LITERAL, "more 0 RENAME" },
			{ "C:abc {4}", TURN_SERVER, "literal" },
			{ "S:+ go", TURN_LITERAL, "more 0 RENAME" },
			{ "C:abcd", TURN_SERVER, "literal" },
			{ "S:a OK", TURN_COMMAND, "ok 0 RENAME" },
			{ "C:b APPEND x {2+}", TURN_LITERAL, "APPEND" },
			{ "C:", TURN_MORE, "literal" },
			{ "C: {2+}", TURN_LITERAL, "more" },
			{ "C:ab", TURN_SERVER, "literal" },
			{ "S:b OK", TURN_COMMAND, "ok 0 APPEND" },
		    } },
		{ "refused", &proto_imap, false,
		    {
			{ "C:a APPEND x {5}", TURN_SERVER, "APPEND" },
			{ "S:a NO [TRYCREATE] no x", TURN_COMMAND,
			    "perm 0 APPEND no-data" },
			{ "C:b NOOP", TURN_SERVER, "NOOP" },
			{ "S:b OK", TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "refused when it is on its way", &proto_imap, false,
		    {
			{ "C:n NOOP", TURN_SERVER, "NOOP" },
			{ "C:a APPEND x {5+}", TURN_LITERAL, "APPEND" },
			{ "S:a NO no x", TURN_LITERAL, "perm 0 APPEND" },
			{ "C:abc", TURN_MORE, "literal" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:n OK", TURN_COMMAND, "ok 0 NOOP" },
		    } },
		{ "what only looks like one", &proto_imap, false,
		    {
			{ "C:a CREATE \"x {5}\"", TURN_SERVER, "CREATE" },
			{ "S:a OK", TURN_COMMAND, "ok 0 CREATE" },
			{ "C:a CREATE \"x {5+}", TURN_SERVER, "CREATE" },
			{ "S:a BAD missing quote", TURN_COMMAND,
			    "perm 0 CREATE" },
			{ "C:a CREATE \"x\\\" {5}", TURN_SERVER, "CREATE" },
			{ "S:a BAD missing quote", TURN_COMMAND,
			    "perm 0 CREATE" },
			{ "C:a APPEND \"x\\\\\" {5+}", TURN_LITERAL, "APPEND" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_their_literals(void **state)
{
	static const struct talk talks[] = {
		{ "two of them in one reply", &proto_imap, false,
		    {
			{ "C:a FETCH 1 (BODY[1] BODY[2])", TURN_SERVER,
			    "FETCH" },
			{ "S:* 1 FETCH (BODY[1] {7}", TURN_SERVER,
			    "none 0- aside octets 7" },
			{ "O:3", TURN_SERVER, "none 0- octets 4" },
			{ "O:4", TURN_SERVER, "none 0-" },
			{ "S: BODY[2] ~{2}", TURN_SERVER,
			    "none 0- aside octets 2" },
			{ "O:2", TURN_SERVER, "none 0-" },
			{ "S: FLAGS ())", TURN_SERVER, "none 0 aside" },
			{ "S:* 2 FETCH (BODY[1] {0}", TURN_SERVER,
			    "none 0- aside" },
			{ "S:)", TURN_SERVER, "none 0 aside" },
			{ "S:a OK", TURN_COMMAND, "ok 0 FETCH" },
		    } },
		{ "behind a literal nothing is a status", &proto_imap, false,
		    {
			{ "C:a LIST \"\" *", TURN_SERVER, "LIST" },
			{ "S:* LIST () \".\" {4}", TURN_SERVER,
			    "none 0- aside octets 4" },
			{ "O:4", TURN_SERVER, "none 0-" },
			{ "S:a OK", TURN_SERVER, "none 0 aside" },
			{ "S:a OK", TURN_COMMAND, "ok 0 LIST" },
		    } },
		{ "what only looks like one", &proto_imap, false,
		    {
			{ "C:a LIST \"\" *", TURN_SERVER, "LIST" },
			{ "S:* LIST () \".\" \"x {5}\"", TURN_SERVER,
			    "none 0 aside" },
			{ "S:* OK try {5}", TURN_SERVER, "ok 0 aside" },
			{ "S:* NO try {5}", TURN_SERVER, "perm 0 aside" },
			{ "S:* X {5}x", TURN_SERVER, "none 0 aside" },
			{ "S:* X {}", TURN_SERVER, "none 0 aside" },
			{ "S:a OK try {5}", TURN_COMMAND, "ok 0 LIST" },
			{ "S:* 1 FETCH (BODY[] {3}", TURN_COMMAND,
			    "none 0- aside octets 3" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_login(void **state)
{
	static const struct talk talks[] = {
		{ "atoms, quoted strings", &proto_imap, false,
		    {
			{ "C:a LOGIN alice secret", TURN_SERVER,
			    "LOGIN hide 14" },
			{ "S:a OK", TURN_COMMAND, "ok 0 LOGIN" },
			{ "C:a login  \"al \\\" ice\"  \"se cret\"",
			    TURN_SERVER, "LOGIN hide 22" },
			{ "S:a NO", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C:a LOGIN alice two words", TURN_SERVER,
			    "LOGIN hide 14" },
			{ "S:a BAD", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C:a LOGIN alice", TURN_SERVER, "LOGIN" },
			{ "S:a BAD", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C:a LOGIN", TURN_SERVER, "LOGIN" },
			{ "S:a BAD", TURN_COMMAND, "perm 0 LOGIN" },
		    } },
		{ "no tag", &proto_imap, false,
		    {
			{ "C:LOGIN alice secret", TURN_SERVER,
			    "LOGIN hide 12" },
			{ "S:LOGIN BAD no tag", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C: LOGIN alice secret", TURN_SERVER,
			    "LOGIN hide 13" },
			{ "S:* BAD no tag", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C:LOGIN list secret", TURN_SERVER, "LIST hide 11" },
			{ "S:LOGIN BAD no tag", TURN_COMMAND, "perm 0 LIST" },
			{ "C:LOGIN login secret", TURN_SERVER,
			    "LOGIN hide 12" },
			{ "S:LOGIN BAD no tag", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C:AUTHENTICATE PLAIN c2VjcmV0", TURN_SERVER,
			    "AUTHENTICATE hide 19" },
			{ "S:AUTHENTICATE BAD no tag", TURN_COMMAND,
			    "perm 0 AUTHENTICATE" },
		    } },
		{ "the password is a literal", &proto_imap, false,
		    {
			{ "C:a LOGIN alice {6}", TURN_SERVER, "LOGIN" },
			{ "S:+ OK", TURN_LITERAL, "more 0 LOGIN" },
			{ "C:secret", TURN_SERVER, "literal hide 0" },
			{ "S:a OK", TURN_COMMAND, "ok 0 LOGIN" },
			{ "C:a LOGIN \"alice\" {6+}", TURN_LITERAL, "LOGIN" },
			{ "S:a NO [PRIVACYREQUIRED] TLS first", TURN_LITERAL,
			    "perm 0 LOGIN" },
			{ "C:secret", TURN_COMMAND, "literal hide 0" },
			{ "C:a LOGIN alice {6 word {6}", TURN_SERVER,
			    "LOGIN hide 14" },
			{ "S:a BAD", TURN_COMMAND, "perm 0 LOGIN no-data" },
		    } },
		{ "both are literals", &proto_imap, false,
		    {
			{ "C:a LOGIN {5+}", TURN_LITERAL, "LOGIN" },
			{ "C:alice {6}", TURN_SERVER, "literal hide 0" },
			{ "S:+ OK", TURN_LITERAL, "more 0 LOGIN" },
			{ "C:secret", TURN_SERVER, "literal hide 0" },
			{ "S:a OK", TURN_COMMAND, "ok 0 LOGIN" },
		    } },
		{ "the name alone is one", &proto_imap, false,
		    {
			{ "C:a LOGIN {7+}", TURN_LITERAL, "LOGIN" },
			{ "C:alice", TURN_MORE, "literal hide 0" },
			{ "C: {6+}", TURN_LITERAL, "more" },
			{ "C:secret", TURN_SERVER, "literal hide 0" },
			{ "S:a NO", TURN_COMMAND, "perm 0 LOGIN" },
			{ "C:a LOGIN {7+}", TURN_LITERAL, "LOGIN" },
			{ "S:a NO LOGIN is off", TURN_LITERAL, "perm 0 LOGIN" },
			{ "C:alice", TURN_MORE, "literal hide 0" },
			{ "C: secret", TURN_COMMAND, "more hide 1" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_authenticate(void **state)
{
	static const struct talk talks[] = {
		{ "steps, and an empty last line (SCRAM)", &proto_imap, false,
		    {
			{ "C:a AUTHENTICATE SCRAM-SHA-1", TURN_SERVER,
			    "AUTHENTICATE" },
			{ "S:+ ", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "C:biwsbj1h", TURN_SERVER, "secret hide 0" },
			{ "S:* OK patience", TURN_SERVER, "ok 0 aside" },
			{ "S:+ cj1h", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "C:Yz1i", TURN_SERVER, "secret hide 0" },
			{ "S:+ dj1i", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "C:", TURN_SERVER, "secret" },
			{ "S:a OK [CAPABILITY X1] hello", TURN_COMMAND,
			    "ok 0 AUTHENTICATE" },
			{ "HAS:X1", TURN_COMMAND, NULL },
		    } },
		{ "given up", &proto_imap, false,
		    {
			{ "C:a authenticate PLAIN", TURN_SERVER,
			    "AUTHENTICATE" },
			{ "S:+", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "C:*", TURN_SERVER, "secret" },
			{ "S:a BAD aborted", TURN_COMMAND,
			    "perm 0 AUTHENTICATE" },
			{ "C:b NOOP", TURN_SERVER, "NOOP" },
		    } },
		{ "initial response, and a token that is refused", &proto_imap,
		    false,
		    {
			{ "C:a AUTHENTICATE XOAUTH2 dXNlcj1h", TURN_SERVER,
			    "AUTHENTICATE hide 23" },
			{ "S:+ eyJzdGF0dXMi", TURN_SECRET,
			    "more 0 AUTHENTICATE" },
			{ "C:", TURN_SERVER, "secret" },
			{ "S:a NO [AUTHENTICATIONFAILED] no", TURN_COMMAND,
			    "perm 0 AUTHENTICATE" },
		    } },
		{ "the server gives up", &proto_imap, false,
		    {
			{ "C:a AUTHENTICATE CRAM-MD5", TURN_SERVER,
			    "AUTHENTICATE" },
			{ "S:+ PDQ3", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "S:a NO too slow", TURN_COMMAND,
			    "perm 0 AUTHENTICATE" },
			{ "C:b NOOP", TURN_SERVER, "NOOP" },
		    } },
		{ "only AUTHENTICATE is followed by a secret", &proto_imap,
		    false,
		    {
			{ "C:a AUTH PLAIN", TURN_SERVER, "?" },
			{ "S:+", TURN_SERVER, "more 0 unasked" },
			{ "S:a BAD", TURN_COMMAND, "perm 0" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_idle(void **state)
{
	static const struct talk talks[] = {
		{ "until DONE", &proto_imap, false,
		    {
			{ "C:a IDLE", TURN_SERVER, "IDLE" },
			{ "S:+ idling", TURN_MORE, "more 0 IDLE" },
			{ "S:* 4 EXISTS", TURN_MORE, "none 0 aside" },
			{ "C:DONE", TURN_SERVER, "more" },
			{ "S:a OK", TURN_COMMAND, "ok 0 IDLE" },
			{ "C:b NOOP", TURN_SERVER, "NOOP" },
		    } },
		{ "another line ends it too", &proto_imap, false,
		    {
			{ "C:a IDLE", TURN_SERVER, "IDLE" },
			{ "S:+", TURN_MORE, "more 0 IDLE" },
			{ "C:b NOOP", TURN_SERVER, "more" },
			{ "S:a BAD Expected DONE", TURN_COMMAND,
			    "perm 0 IDLE" },
		    } },
		{ "refused", &proto_imap, false,
		    {
			{ "C:a IDLE", TURN_SERVER, "IDLE" },
			{ "S:a BAD log in", TURN_COMMAND, "perm 0 IDLE" },
		    } },
		{ "ended by the server", &proto_imap, false,
		    {
			{ "C:a IDLE", TURN_SERVER, "IDLE" },
			{ "S:+", TURN_MORE, "more 0 IDLE" },
			{ "S:a NO tired", TURN_COMMAND, "perm 0 IDLE" },
			{ "C:b NOOP", TURN_SERVER, "NOOP" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_starttls(void **state)
{
	static const struct talk talks[] = {
		{ "agreed to", &proto_imap, true,
		    {
			{ "S:* OK [CAPABILITY IMAP4rev1 STARTTLS] hi",
			    TURN_COMMAND, "ok 0 greeting" },
			{ "HAS:STARTTLS", TURN_COMMAND, NULL },
			{ "C:a STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:a OK begin", TURN_UPGRADE, "ok 0 STARTTLS" },
			{ "TLS", TURN_COMMAND, NULL },
			{ "LACKS:STARTTLS", TURN_COMMAND, NULL },
			{ "C:b CAPABILITY", TURN_SERVER, "CAPABILITY" },
			{ "S:* CAPABILITY IMAP4rev1 AUTH=PLAIN", TURN_SERVER,
			    "none 0 aside" },
			{ "S:b OK", TURN_COMMAND, "ok 0 CAPABILITY" },
			{ "HAS:AUTH=PLAIN", TURN_COMMAND, NULL },
			{ "HAS:AUTH", TURN_COMMAND, NULL },
			{ "C:c STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:c BAD again?", TURN_COMMAND,
			    "perm 0 STARTTLS no-tls" },
		    } },
		{ "by nobody else", &proto_imap, false,
		    {
			{ "C:a STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:* OK begin", TURN_SERVER, "ok 0 aside" },
			{ "S:b OK begin", TURN_SERVER, "ok 0 unasked" },
			{ "S:A OK begin", TURN_SERVER, "ok 0 unasked" },
			{ "S:+ begin", TURN_SERVER, "more 0 STARTTLS unasked" },
			{ "S:a NO begin", TURN_COMMAND,
			    "perm 0 STARTTLS no-tls" },
			{ "S:a OK begin", TURN_COMMAND, "ok 0 unasked" },
			{ "C:c STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:c PREAUTH begin", TURN_SERVER, NULL },
			{ "S:c OK", TURN_UPGRADE, "ok 0 STARTTLS" },
		    } },
		{ "half a line before it", &proto_imap, false,
		    {
			{ "STALE", TURN_COMMAND, NULL },
			{ "C:a STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:a OK begin", TURN_SERVER, "ok 0 unasked" },
			{ "S:a OK begin", TURN_UPGRADE, "ok 0 STARTTLS" },
		    } },
		{ "half a literal before it", &proto_imap, false,
		    {
			{ "S:* 1 FETCH (BODY[] {3}", TURN_COMMAND,
			    "none 0- aside octets 3" },
			{ "C:a STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "O:3", TURN_SERVER, "none 0-" },
			{ "S:a OK begin", TURN_SERVER, "none 0 aside" },
			{ "S:a OK begin", TURN_UPGRADE, "ok 0 STARTTLS" },
		    } },
		{ "nothing of before is known behind it", &proto_imap, false,
		    {
			{ "C:a STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "C:b NOOP", TURN_SERVER, "NOOP" },
			{ "S:a OK", TURN_UPGRADE, "ok 0 STARTTLS" },
			{ "TLS", TURN_COMMAND, NULL },
			{ "S:b OK", TURN_COMMAND, "ok 0 unasked" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_go_ahead(void **state)
{
	static const struct {
		const char *line;
		bool agrees;
	} rows[] = {
		{ "a1 OK begin", true },
		{ "a1 OK", true },
		{ "a1 ok x", true },
		{ "a2 OK begin", false },
		{ "A1 OK begin", false },
		{ "a OK begin", false },
		{ "a12 OK begin", false },
		{ "a1 OKAY", false },
		{ "a1 NO", false },
		{ "a1 PREAUTH", false },
		{ "a1  OK", false },
		{ "a1", false },
		{ "a1 ", false },
		{ "* OK", false },
		{ "+ OK", false },
		{ "", false },
	};
	const struct asked a = { .tag_len = 2, .tag = "a1" };
	const struct asked none = { .tag_len = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t len = strlen(rows[i].line);

		if (proto_imap.agrees(&a, rows[i].line, len) != rows[i].agrees)
			fail_msg("\"%s\"", rows[i].line);
		assert_false(proto_imap.agrees(&none, rows[i].line, len));
	}
}

static void
test_capabilities(void **state)
{
	static const struct talk talks[] = {
		{ "wherever they stand", &proto_imap, false,
		    {
			{ "S:* CAPABILITY A1 B2=x", TURN_COMMAND, NULL },
			{ "HAS:A1", TURN_COMMAND, NULL },
			{ "HAS:B2=x", TURN_COMMAND, NULL },
			{ "S:* OK [CAPABILITY C3] hi", TURN_COMMAND, NULL },
			{ "HAS:C3", TURN_COMMAND, NULL },
			{ "LACKS:A1", TURN_COMMAND, NULL },
			{ "C:a NOOP", TURN_SERVER, "NOOP" },
			{ "S:a ok [capability D4 E5] F6", TURN_COMMAND, NULL },
			{ "HAS:D4", TURN_COMMAND, NULL },
			{ "HAS:E5", TURN_COMMAND, NULL },
			{ "LACKS:F6", TURN_COMMAND, NULL },
		    } },
		{ "and nowhere else", &proto_imap, false,
		    {
			{ "S:* CAPABILITY A1", TURN_COMMAND, NULL },
			{ "S:* NO [CAPABILITY X] no", TURN_COMMAND, NULL },
			{ "S:* OK x [CAPABILITY X] no", TURN_COMMAND, NULL },
			{ "S:* OK [CAPABILITY X", TURN_COMMAND, NULL },
			{ "S:* OK [CAPABILITYX X] x", TURN_COMMAND, NULL },
			{ "S:* 1 FETCH (X {3}", TURN_COMMAND, NULL },
			{ "O:3", TURN_COMMAND, NULL },
			{ "S:* CAPABILITY X", TURN_COMMAND, NULL },
			{ "HAS:A1", TURN_COMMAND, NULL },
			{ "LACKS:X", TURN_COMMAND, NULL },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_classes(void **state)
{
	static const struct {
		const char *line, *what;
	} rows[] = {
		{ "a OK done", "ok" },
		{ "a NO sorry", "perm" },
		{ "a BAD what?", "perm" },
		{ "a NO [UNAVAILABLE] later", "temp" },
		{ "a NO [INUSE] later", "temp" },
		{ "a NO [LIMIT] too many", "temp" },
		{ "a BAD [SERVERBUG] oops", "temp" },
		{ "a no [expungeissued] x", "temp" },
		{ "a NO [LIMIT 5] x", "temp" },
		{ "a NO [LIMITLESS] x", "perm" },
		{ "a NO [OVERQUOTA] x", "perm" },
		{ "a NO [LIMIT", "perm" },
		{ "a NO LIMIT] x", "perm" },
		{ "a OK [UNAVAILABLE] x", "ok" },
	};
	char got[100];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct dialog d;
		struct heard h;

		dialog_start(&d, &proto_imap, false);
		dialog_said(&d, "a NOOP", 6);
		h = verdict_line(&d, rows[i].line, strlen(rows[i].line));
		talk_heard(got, sizeof got, &h, &d);
		*strchr(got, ' ') = '\0';
		assert_string_equal(got, rows[i].what);
		dialog_end(&d);
	}
}

static void
test_verbs(void **state)
{
	static const struct {
		const char *line;
		size_t at;
		const char *word;
	} rows[] = {
		{ "a1 NOOP", 3, "NOOP" },
		{ " a1  noop x", 5, "NOOP" },
		{ "NOOP", 0, "NOOP" },
		{ " NOOP ", 1, "NOOP" },
		{ "NOOP x", 0, "NOOP" },
		{ "a1 FROB", 3, "none" },
		{ "a1 LO", 3, "none" },
		{ "LO", 0, "none" },
		{ "a1 ", 3, "none" },
		{ "a1", 0, "none" },
		{ "", 0, "none" },
		{ "LOGIN LIST x", 6, "LIST" },
		{ "a1 UID FETCH 1", 3, "UID FETCH" },
		{ "a1 UID MOVE 1 x", 3, "UID MOVE" },
		{ "a1 UID NOOP", 3, "UID" },
		{ "UID FETCH 1", 0, "UID FETCH" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *line = rows[i].line;
		size_t len = strlen(line);
		const struct verb *v = protos_verb(&proto_imap, line, len);

		assert_string_equal(v == NULL ? "none" : v->word, rows[i].word);
		if (protos_verb_at(&proto_imap, line, len) != rows[i].at)
			fail_msg("\"%s\": %zu", line,
			    protos_verb_at(&proto_imap, line, len));
	}
	assert_true((protos_verb(&proto_imap, "a COMPRESS DEFLATE", 18)->flags &
			VERB_NEVER) != 0);
}

static void
test_remarks(void **state)
{
	static const struct remark_row rows[] = {
		{ "a NO [TRYCREATE] x", "no such mailbox: CREATE makes it" },
		{ "a no [trycreate]", "no such mailbox: CREATE makes it" },
		{ "* BYE [UNAVAILABLE] x", "try again later" },
		{ "* OK [LIMIT 5] x",
		    "too many or too large: a limit was reached" },
		{ "a NO x [LIMIT]", "" },
		{ "a OK [FROB] x", "" },
		{ "a NO [", "" },
		{ "a NO", "" },
		{ "a", "" },
		{ "", "" },
	};

	(void)state;
	lines_remark(&proto_imap, rows, ROWS(rows));
}

static void
test_greetings(void **state)
{
	static const struct greets_row rows[] = {
		{ "* OK ready", 2 },
		{ "* ok", 2 },
		{ "* PREAUTH hi", 2 },
		{ "* BYE full", 1 },
		{ "* OKAY", 0 },
		{ "*OK", 0 },
		{ "* ", 0 },
		{ "+OK", 0 },
		{ "220 x", 0 },
		{ "", 0 },
	};

	(void)state;
	lines_greet(&proto_imap, rows, ROWS(rows));
	assert_ptr_equal(protos_hello("a CAPABILITY", 12), &proto_imap);
	assert_ptr_equal(protos_find("imaps"), &proto_imap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_our_literals),
		cmocka_unit_test(test_their_literals),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_authenticate),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_go_ahead),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_remarks),
		cmocka_unit_test(test_greetings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
