/* SPDX-License-Identifier: ISC */
/* imap_test.c - whole sessions of IMAP, and what a student gets wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"

#define ROWS(rows) rows, sizeof rows / sizeof rows[0]

#define CLEAR " (the password went in the clear: STARTTLS hides it)\n"
#define ALL "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
#define REST \
	"ENABLE IDLE NAMESPACE UNSELECT UIDPLUS ESEARCH SEARCHRES " \
	"LIST-EXTENDED LIST-STATUS STATUS=SIZE BINARY"
#define KEYS \
	": ALL, UNSEEN, FROM alice, SUBJECT lunch, SINCE 1-Feb-1994, " \
	"LARGER 1000, NOT, OR\n"
#define ITEMS \
	": FLAGS, UID, RFC822.SIZE, INTERNALDATE, ENVELOPE, BODYSTRUCTURE, " \
	"BODY[], BODY[HEADER], BODY[TEXT]\n"
#define SECTIONS \
	": BODY[], BODY[1], BODY[HEADER], BODY[TEXT], " \
	"BODY[HEADER.FIELDS (From To)], BODY[]<0.100>\n"
#define RECENT \
	"a BAD \\Recent is the server's own: no client sets or clears it\n"
#define UNCLOSED "BAD The closing \" of a string is missing\n"
#define TEXT_WANTED " wants a text of at most 256 octets, as in FROM alice\n"

static const char *const letters[] = {
	"From: Alice <alice@example.org>\nTo: bob@example.org\n"
	"Subject: lunch\nDate: Tue, 16 Jul 1996 10:00:00 +0200\n\n"
	"Soup?\n",
	"From: Bob <bob@example.org>\nSubject: =?utf-8?Q?caf=C3=A9?=\n"
	"Content-Type: multipart/mixed; boundary=x\n\n"
	"--x\n\nplain\n--x\nContent-Type: text/plain\n"
	"Content-Transfer-Encoding: base64\n\naGVsbG8=\n--x--\n",
	"Subject: outer\nContent-Type: message/rfc822\n\n"
	"Subject: inner\n\ndeep\n",
	NULL,
};

static void
begin(struct client *c, struct mailbox *box, const char *select)
{
	char *reply;

	memset(box, 0, sizeof *box);
	client_fill(box, letters);
	client_greeted(c, &service_imap, box);
	client_say(c, "l LOGIN alice wonderland",
	    "l OK The user is known" CLEAR);
	client_send(c, select, strlen(select));
	reply = client_reply(c);
	assert_non_null(strstr(reply, "* 3 EXISTS\n"));
	free(reply);
}

/* Another client of the same mailbox. */
static void
join(struct client *c, struct mailbox *box)
{
	client_begin(c, &service_imap, box);
	client_send(c, "l LOGIN alice wonderland\r\n", 26);
	client_send(c, "s SELECT INBOX\r\n", 16);
	buf_clear(&c->peer.out);
}

static void
test_before_login(void **state)
{
	static const struct exchange rows[] = {
		{ "",
		    "* BAD A command is a tag of your choice and a word: "
		    "a1 CAPABILITY\n" },
		{ "+ NOOP",
		    "* BAD A command is a tag of your choice and a word: "
		    "a1 CAPABILITY\n" },
		{ "LOGIN alice wonderland",
		    "LOGIN BAD A tag of your choice comes before the command: "
		    "a1 LOGIN\n" },
		{ "uid fetch 1 x",
		    "uid BAD A tag of your choice comes before the command: "
		    "a1 uid\n" },
		{ "a1",
		    "a1 BAD A command comes behind the tag: "
		    "a1 CAPABILITY\n" },
		{ "EHLO x", "EHLO BAD This is IMAP, and EHLO is of SMTP\n" },
		{ "a1 USER x", "a1 BAD This is IMAP, and USER is of POP3\n" },
		{ "QUIT",
		    "QUIT BAD This is IMAP, and QUIT is of SMTP and POP3\n" },
		{ "a1 EHLLO x",
		    "a1 BAD There is no command \"EHLLO\": CAPABILITY, LOGIN, "
		    "LIST, SELECT, FETCH, SEARCH, STORE, LOGOUT are some\n" },
		{ "a1 CAPABILITY",
		    "* CAPABILITY IMAP4rev2 IMAP4rev1 LITERAL+ STARTTLS "
		    "SASL-IR AUTH=SCRAM-SHA-256 AUTH=CRAM-MD5 AUTH=PLAIN "
		    "AUTH=LOGIN " REST "\na1 OK CAPABILITY done\n" },
		{ "a1 noop", "a1 OK NOOP done\n" },
		{ "a1 NOOP now", "a1 BAD NOOP stands alone: a1 NOOP\n" },
		{ "a1 SELECT INBOX",
		    "a1 BAD SELECT needs a user: a1 LOGIN NAME PASSWORD\n" },
		{ "a1 FETCH 1 FLAGS",
		    "a1 BAD FETCH needs a user: a1 LOGIN NAME PASSWORD\n" },
		{ "a1 LOGIN alice",
		    "a1 BAD LOGIN wants a user and a password: "
		    "a1 LOGIN alice secret\n" },
		{ "a1 LOGIN",
		    "a1 BAD LOGIN wants a user and a password: "
		    "a1 LOGIN alice secret\n" },
		{ "a1 LOGIN \"alice wonderland", "a1 " UNCLOSED },
		{ "a1 LOGIN alice \"wonder\\\"land", "a1 " UNCLOSED },
		{ "a1 LOGIN alice\" wonderland",
		    "a1 BAD LOGIN wants a user and a password: "
		    "a1 LOGIN alice secret\n" },
		{ "a1 LOGIN alice wrong",
		    "a1 NO [AUTHENTICATIONFAILED] The password is not that of "
		    "\"alice\"\n" },
		{ "a1 AUTHENTICATE PLAIN", "+ \n" },
		{ "*", "a1 BAD AUTHENTICATE is cancelled\n" },
		{ "a1 AUTHENTICATE LOGIN", "+ VXNlcm5hbWU6\n" },
		{ "YWxpY2U=", "+ UGFzc3dvcmQ6\n" },
		{ "d3Jvbmc=",
		    "a1 NO [AUTHENTICATIONFAILED] The password is not that of "
		    "\"alice\"\n" },
		{ "a1 LOGIN {5}\nalice {10}\nwonderland",
		    "+ Go ahead: 5 octets\n+ Go ahead: 10 octets\n"
		    "a1 OK The user is known" CLEAR },
		{ "a1 LOGIN alice wonderland",
		    "a1 BAD LOGIN comes too late: you are logged in\n" },
		{ "a1 STARTTLS",
		    "a1 BAD STARTTLS comes too late: you are logged in\n" },
		{ "a1 CAPABILITY",
		    "* CAPABILITY IMAP4rev2 IMAP4rev1 LITERAL+ " REST
		    "\na1 OK CAPABILITY done\n" },
		{ "a1 FETCH 1 FLAGS",
		    "a1 BAD FETCH needs a mailbox: a1 SELECT INBOX\n" },
		{ "a1 LOGOUT",
		    "* BYE localhost says good-bye\na1 OK LOGOUT done\n" },
	};
	struct mailbox box = { .validity = 7 };
	struct client c;

	(void)state;
	client_greeted(&c, &service_imap, &box);
	client_talk(&c, ROWS(rows));
	assert_true(c.peer.closing);
	assert_string_equal(c.peer.user, "alice");
	client_finish(&c, &box);
}

static void
test_starttls(void **state)
{
	struct mailbox box = { .validity = 7 };
	struct client c;

	(void)state;
	client_greeted(&c, &service_imap, &box);
	client_say(&c, "a1 STARTTLS", "a1 OK Begin TLS now\n");
	assert_true(c.peer.starttls);
	c.peer.tls = true;
	client_say(&c, "a1 STARTTLS",
	    "a1 BAD This connection has TLS already\n");
	client_say(&c, "a1 AUTHENTICATE PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
	    "a1 OK The user is known\n");
	client_finish(&c, &box);
}

static void
test_mailboxes(void **state)
{
	static const struct exchange rows[] = {
		{ "a LIST \"\" *",
		    "* LIST (\\HasNoChildren) \"/\" INBOX\na OK LIST done\n" },
		{ "a LIST \"\" \"\"",
		    "* LIST (\\Noselect) \"/\" \"\"\na OK LIST done\n" },
		{ "a LIST in b%x",
		    "* LIST (\\HasNoChildren) \"/\" INBOX\na OK LIST done\n" },
		{ "a LIST \"\" *box",
		    "* LIST (\\HasNoChildren) \"/\" INBOX\na OK LIST done\n" },
		{ "a LIST \"\" *boxx",
		    "a OK LIST done: only INBOX is here, and LIST \"\" * "
		    "shows it\n" },
		{ "a LIST (SUBSCRIBED) \"\" (x inbox) RETURN (CHILDREN "
		  "STATUS (MESSAGES))",
		    "* LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\n"
		    "* STATUS INBOX (MESSAGES 3)\na OK LIST done\n" },
		{ "a LIST",
		    "a BAD LIST wants a reference and a pattern: "
		    "a LIST \"\" *\n" },
		{ "a LIST \"\" \"*", "a " UNCLOSED },
		{ "a LIST \" *", "a " UNCLOSED },
		{ "a STATUS \"INBOX (MESSAGES)", "a " UNCLOSED },
		{ "a LIST \"\"",
		    "a BAD LIST wants a reference and a "
		    "pattern: a LIST \"\" *\n" },
		{ "a LSUB \"\" %", "* LSUB () \"/\" INBOX\na OK LSUB done\n" },
		{ "a STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN "
		  "DELETED)",
		    "* STATUS INBOX (MESSAGES 3 RECENT 0 UIDNEXT 4 "
		    "UIDVALIDITY 7 UNSEEN 3 DELETED 0)\na OK STATUS done\n" },
		{ "a STATUS INBOX (MESSAGE)",
		    "a BAD STATUS wants a mailbox and items: "
		    "a STATUS INBOX (MESSAGES UNSEEN UIDNEXT)\n" },
		{ "a NAMESPACE",
		    "* NAMESPACE ((\"\" \"/\")) NIL NIL\n"
		    "a OK NAMESPACE done\n" },
		{ "a SUBSCRIBE INBOX",
		    "a OK SUBSCRIBE done, but INBOX is always subscribed "
		    "to\n" },
		{ "a CREATE x",
		    "a NO [CANNOT] CREATE needs another mailbox, and this "
		    "practice server has INBOX alone\n" },
		{ "a COPY 1 x",
		    "a NO [CANNOT] COPY needs another mailbox, and this "
		    "practice server has INBOX alone\n" },
		{ "a EXAMINE inbox",
		    "* OK [CLOSED] The mailbox before is left\n"
		    "* FLAGS (" ALL ")\n* 3 EXISTS\n* 0 RECENT\n"
		    "* OK [UNSEEN 1] The first that nobody has read\n"
		    "* OK [PERMANENTFLAGS ()] These are kept\n"
		    "* OK [UIDVALIDITY 7] While this is so, UIDs stay\n"
		    "* OK [UIDNEXT 4] The next message's UID\n"
		    "a OK [READ-ONLY] INBOX is open for reading only: "
		    "3 messages\n" },
		{ "a STORE 1 +FLAGS (\\Seen)",
		    "a NO [CANNOT] EXAMINE opened the mailbox for reading "
		    "only: a SELECT INBOX\n" },
		{ "a FETCH 1 BODY[TEXT]",
		    "* 1 FETCH (BODY[TEXT] {7}\nSoup?\n)\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 1 FLAGS",
		    "* 1 FETCH (FLAGS ())\na OK FETCH done\n" },
		{ "a CLOSE", "a OK CLOSE done: nothing is removed\n" },
		{ "a CHECK", "a BAD CHECK needs a mailbox: a SELECT INBOX\n" },
		{ "a ENABLE x",
		    "* ENABLED\na OK ENABLE done: IMAP4rev2 is all that can "
		    "be enabled here\n" },
		{ "a ENABLE IMAP4rev2",
		    "* ENABLED IMAP4rev2\na OK ENABLE done\n" },
		{ "a SELECT INBOX",
		    "* FLAGS (" ALL ")\n* 3 EXISTS\n* LIST () \"/\" INBOX\n"
		    "* OK [PERMANENTFLAGS (" ALL ")] These are kept\n"
		    "* OK [UIDVALIDITY 7] While this is so, UIDs stay\n"
		    "* OK [UIDNEXT 4] The next message's UID\n"
		    "a OK [READ-WRITE] INBOX is open: 3 messages\n" },
		{ "a SEARCH ALL",
		    "* ESEARCH (TAG \"a\") ALL 1:3\n"
		    "a OK SEARCH done: 3 of 3\n" },
		{ "a SELECT x",
		    "a NO [NONEXISTENT] There is no mailbox \"x\": the only "
		    "one here is INBOX\n" },
		{ "a UNSELECT",
		    "a BAD UNSELECT needs a mailbox: a SELECT INBOX\n" },
	};
	struct mailbox box;
	struct client c;

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	client_talk(&c, ROWS(rows));
	client_finish(&c, &box);
}

static void
test_fetch(void **state)
{
	static const struct exchange rows[] = {
		{ "a FETCH 1 (FLAGS UID RFC822.SIZE INTERNALDATE)",
		    "* 1 FETCH (FLAGS () UID 1 RFC822.SIZE 118 INTERNALDATE "
		    "\"17-Jul-1996 09:44:25 +0000\")\na OK FETCH done\n" },
		{ "a FETCH 3 FAST",
		    "* 3 FETCH (FLAGS () INTERNALDATE \"17-Jul-1996 09:44:25 "
		    "+0000\" RFC822.SIZE 72)\na OK FETCH done\n" },
		{ "a FETCH 1 ENVELOPE",
		    "* 1 FETCH (ENVELOPE (\"Tue, 16 Jul 1996 10:00:00 +0200\" "
		    "\"lunch\" ((\"Alice\" NIL \"alice\" \"example.org\")) "
		    "((\"Alice\" NIL \"alice\" \"example.org\")) "
		    "((\"Alice\" NIL \"alice\" \"example.org\")) "
		    "((NIL NIL \"bob\" \"example.org\")) NIL NIL NIL NIL))\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 1 BODY",
		    "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" "
		    "\"US-ASCII\") NIL NIL \"7BIT\" 7 1))\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 1 BODY.PEEK[HEADER.FIELDS (subject \"x y\")]",
		    "* 1 FETCH (BODY[HEADER.FIELDS (subject \"x y\")] {18}\n"
		    "Subject: lunch\n\n)\na OK FETCH done\n" },
		{ "a FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (From Date To)]",
		    "* 1 FETCH (BODY[HEADER.FIELDS.NOT (From Date To)] {18}\n"
		    "Subject: lunch\n\n)\na OK FETCH done\n" },
		{ "a FETCH 1 BODY.PEEK[]<6.5>",
		    "* 1 FETCH (BODY[]<6> {5}\nAlice)\na OK FETCH done\n" },
		{ "a FETCH 1 BODY.PEEK[]<999.5>",
		    "* 1 FETCH (BODY[]<999> {0}\n)\na OK FETCH done\n" },
		{ "a FETCH 1 BODY[TEXT]",
		    "* 1 FETCH (BODY[TEXT] {7}\nSoup?\n FLAGS (\\Seen))\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 1 (BODY[TEXT] FLAGS)",
		    "* 1 FETCH (BODY[TEXT] {7}\nSoup?\n FLAGS (\\Seen))\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 1 (BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[1.1])",
		    "* 1 FETCH (BODY[1] {7}\nSoup?\n BODY[2] NIL "
		    "BODY[1.1] NIL)\na OK FETCH done\n" },
		{ "a FETCH 2 (BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[2.MIME])",
		    "* 2 FETCH (BODY[1] {5}\nplain BODY[2] {8}\naGVsbG8= "
		    "BODY[2.MIME] {63}\nContent-Type: text/plain\n"
		    "Content-Transfer-Encoding: base64\n\n)\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 2 (BINARY.PEEK[2] BINARY.SIZE[2])",
		    "* 2 FETCH (BINARY[2] {5}\nhello BINARY.SIZE[2] 5)\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 3 (BODY.PEEK[1.HEADER] BODY.PEEK[1.TEXT] "
		  "BODY.PEEK[1.1] BODY.PEEK[1.HEADER.FIELDS (Subject)])",
		    "* 3 FETCH (BODY[1.HEADER] {18}\nSubject: inner\n\n "
		    "BODY[1.TEXT] {6}\ndeep\n BODY[1.1] {6}\ndeep\n "
		    "BODY[1.HEADER.FIELDS (Subject)] {18}\nSubject: inner\n\n)"
		    "\na OK FETCH done\n" },
		{ "a FETCH 3 RFC822.HEADER",
		    "* 3 FETCH (RFC822.HEADER {48}\nSubject: outer\n"
		    "Content-Type: message/rfc822\n\n)\na OK FETCH done\n" },
		{ "a UID FETCH 2:9 FLAGS",
		    "* 2 FETCH (FLAGS () UID 2)\n* 3 FETCH (FLAGS () UID 3)\n"
		    "a OK FETCH done\n" },
		/* A set up to "*" has the last one in it. */
		{ "a UID FETCH 9:* FLAGS",
		    "* 3 FETCH (FLAGS () UID 3)\na OK FETCH done\n" },
		{ "a UID FETCH 9 FLAGS",
		    "a OK FETCH done: there is no such message (UID SEARCH ALL "
		    "lists the UIDs)\n" },
		{ "a FETCH 9 FLAGS",
		    "a BAD There is no message 9: the "
		    "mailbox has 1 to 3\n" },
		{ "a FETCH 0 FLAGS",
		    "a BAD FETCH wants a set and items: a FETCH 1 FLAGS\n" },
		{ "a FETCH 1",
		    "a BAD FETCH wants a set and items: a FETCH 1 FLAGS\n" },
		{ "a FETCH",
		    "a BAD FETCH wants a set and items: a FETCH 1 FLAGS\n" },
		{ "a UID FETCH 1",
		    "a BAD UID FETCH wants a set and items: "
		    "a UID FETCH 1:* FLAGS\n" },
		{ "a FETCH 1 FLGS",
		    "a BAD There is no FETCH item \"FLGS\"" ITEMS },
		{ "a FETCH 1 FLAGS UID",
		    "a BAD Several items want parentheses, as in (FLAGS UID); "
		    "left over is \" UID\"\n" },
		{ "a FETCH 1 (FLAGS",
		    "a BAD The ) that ends the items is missing\n" },
		{ "a FETCH 1 BODY[HEAD]",
		    "a BAD Not a section: \"BODY[HEAD]\"" SECTIONS },
		{ "a FETCH 1 BODY[MIME]",
		    "a BAD Not a section: \"BODY[MIME]\"" SECTIONS },
		{ "a FETCH 1 BODY[1.]",
		    "a BAD Not a section: \"BODY[1.]\"" SECTIONS },
		{ "a FETCH 1 BODY[]<5>",
		    "a BAD Not a section: \"BODY[]<5>\"" SECTIONS },
		{ "a FETCH 1 BODY[]<0.0>",
		    "a BAD Not a section: \"BODY[]<0.0>\"" SECTIONS },
		{ "a FETCH 2 (BODY.PEEK[1.TEXT] BODY.PEEK[2.HEADER])",
		    "* 2 FETCH (BODY[1.TEXT] NIL BODY[2.HEADER] NIL)\n"
		    "a OK FETCH done\n" },
		{ "a FETCH 3 BODY.PEEK[HEADER.FIELDS.NOT (\"\" subject)]",
		    "* 3 FETCH (BODY[HEADER.FIELDS.NOT (\"\" subject)] {32}\n"
		    "Content-Type: message/rfc822\n\n)\na OK FETCH done\n" },
		{ "a FETCH 1 BODY[HEADER.FIELDS]",
		    "a BAD Not a section: \"BODY[HEADER.FIELDS]\"" SECTIONS },
		{ "a FETCH 1 BODY[HEADER.FIELDS (\"From)]", "a " UNCLOSED },
	};
	struct mailbox box;
	struct client c;

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	client_talk(&c, ROWS(rows));
	client_finish(&c, &box);
}

static void
test_search(void **state)
{
	static const struct {
		const char *keys, *found;
	} rows[] = {
		{ "ALL", " 1 2 3" },
		{ "UNSEEN", " 1 2 3" },
		{ "SEEN", "" },
		{ "NOT SEEN", " 1 2 3" },
		{ "FROM alice", " 1" },
		{ "from ALICE subject LUNCH", " 1" },
		{ "FROM alice SUBJECT x", "" },
		{ "TO bob", " 1" },
		{ "CC \"\"", "" },
		{ "SUBJECT \"\"", " 1 2 3" },
		{ "SUBJECT {5}\ncaf\xc3\xa9", " 2" },
		{ "CHARSET UTF-8 SUBJECT caf\xc3\xa9", " 2" },
		{ "TEXT inner", " 3" },
		{ "TEXT soup", " 1" },
		{ "TEXT Subject:", " 1 2 3" },
		{ "BODY lunch", "" },
		{ "BODY hello", " 2" },
		{ "BODY aGVsbG8=", " 2" },
		{ "HEADER Content-Type \"\"", " 2 3" },
		{ "HEADER Content-Type multipart", " 2" },
		{ "LARGER 100", " 1 2" },
		{ "SMALLER 100", " 3" },
		{ "SINCE 17-Jul-1996", " 1 2 3" },
		{ "SINCE 18-Jul-1996", "" },
		{ "BEFORE 18-Jul-1996", " 1 2 3" },
		{ "ON 17-Jul-1996", " 1 2 3" },
		{ "SENTON 16-Jul-1996", " 1" },
		{ "SENTBEFORE 17-Jul-1996", " 1" },
		{ "SENTSINCE 17-Jul-1996", "" },
		{ "2:3", " 2 3" },
		{ "UID 3", " 3" },
		{ "UID 9", "" },
		{ "*", " 3" },
		{ "OR FROM alice FROM bob", " 1 2" },
		{ "NOT OR FROM alice FROM bob", " 3" },
		{ "(FROM alice) OR (1 2) 1:3", " 1" },
		{ "NOT (LARGER 100 UNSEEN)", " 3" },
		{ "KEYWORD $Junk", "" },
		{ "UNKEYWORD $Junk UNDELETED UNDRAFT UNFLAGGED UNANSWERED OLD",
		    " 1 2 3" },
		{ "RECENT", "" },
	};
	static const struct exchange others[] = {
		{ "a SEARCH",
		    "a BAD SEARCH wants keys: a SEARCH UNSEEN FROM "
		    "alice\n" },
		{ "a SEARCH FOO",
		    "a BAD There is no key for SEARCH \"FOO\"" KEYS },
		{ "a SEARCH FROM \"alice", "a " UNCLOSED },
		{ "a SEARCH OR SEEN (HEADER Subject \"x)", "a " UNCLOSED },
		{ "a SEARCH SINCE \"1-Feb-1994", "a " UNCLOSED },
		{ "a SEARCH CHARSET \"UTF-8 ALL", "a " UNCLOSED },
		{ "a SEARCH FROM", "a BAD FROM" TEXT_WANTED },
		{ "a SEARCH SINCE today",
		    "a BAD SINCE wants a day, as in "
		    "SINCE 1-Feb-1994\n" },
		{ "a SEARCH LARGER x",
		    "a BAD LARGER wants a number of octets, "
		    "as in LARGER 1000\n" },
		{ "a SEARCH HEADER x",
		    "a BAD HEADER wants a field and a text, as in HEADER "
		    "Subject lunch\n" },
		{ "a SEARCH UID x", "a BAD UID wants a set, as in UID 1:5\n" },
		{ "a SEARCH NOT",
		    "a BAD SEARCH wants keys: a SEARCH UNSEEN "
		    "FROM alice\n" },
		{ "a SEARCH OR SEEN",
		    "a BAD SEARCH wants keys: a SEARCH "
		    "UNSEEN FROM alice\n" },
		{ "a SEARCH (SEEN",
		    "a BAD The ) of a list of keys is missing "
		    "before \"\"\n" },
		{ "a SEARCH 9",
		    "a BAD There is no message 9: the mailbox has "
		    "1 to 3\n" },
		{ "a SEARCH CHARSET KOI8-R TEXT x",
		    "a NO [BADCHARSET (UTF-8 US-ASCII)] Only these two are "
		    "known here\n" },
		{ "a SEARCH RETURN (MIN MAX COUNT) 2:3",
		    "* ESEARCH (TAG \"a\") MIN 2 MAX 3 COUNT 2\n"
		    "a OK SEARCH done: 2 of 3\n" },
		{ "a SEARCH RETURN () SEEN",
		    "* ESEARCH (TAG \"a\")\n"
		    "a OK SEARCH done: no message is like that\n" },
		{ "a SEARCH RETURN (FOO) ALL",
		    "a BAD RETURN knows MIN, MAX, ALL, COUNT and SAVE, not "
		    "\"FOO\"\n" },
		{ "a UID SEARCH RETURN (SAVE) LARGER 100",
		    "a OK SEARCH done: 2 of 3\n" },
		{ "a FETCH $ UID",
		    "* 1 FETCH (UID 1)\n* 2 FETCH (UID 2)\n"
		    "a OK FETCH done\n" },
		{ "a SEARCH RETURN (SAVE MAX) LARGER 100",
		    "* ESEARCH (TAG \"a\") MAX 2\na OK SEARCH done: 2 of 3\n" },
		{ "a UID SEARCH $", "* SEARCH 2\na OK SEARCH done: 1 of 3\n" },
	};
	struct mailbox box;
	struct client c;
	char say[100], want[200];
	size_t i;

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t n = strlen(rows[i].found) / 2;
		bool literal = strchr(rows[i].keys, '{') != NULL;

		snprintf(say, sizeof say, "a SEARCH %s", rows[i].keys);
		snprintf(want, sizeof want, "%s* SEARCH%s\na OK SEARCH done: ",
		    literal ? "+ Go ahead: 5 octets\n" : "", rows[i].found);
		if (n == 0)
			strncat(want, "no message is like that\n", 30);
		else
			snprintf(want + strlen(want), 30, "%zu of 3\n", n);
		client_say(&c, say, want);
	}
	client_talk(&c, ROWS(others));
	client_finish(&c, &box);
}

static void
test_store_and_expunge(void **state)
{
	static const struct exchange rows[] = {
		{ "a STORE 1 +FLAGS (\\Seen \\Flagged)",
		    "* 1 FETCH (FLAGS (\\Flagged \\Seen))\na OK STORE done\n" },
		{ "a STORE 1 -FLAGS \\Seen",
		    "* 1 FETCH (FLAGS (\\Flagged))\na OK STORE done\n" },
		{ "a STORE 1 FLAGS (\\Draft $Junk)",
		    "* 1 FETCH (FLAGS (\\Draft))\n"
		    "a OK STORE done, but keywords are not kept here\n" },
		{ "a STORE 1 FLAGS ()",
		    "* 1 FETCH (FLAGS ())\na OK STORE done\n" },
		{ "a STORE 1:2 +FLAGS.SILENT (\\Deleted)",
		    "a OK STORE done\n" },
		{ "a UID STORE 3 +FLAGS \\Answered \\Seen",
		    "* 3 FETCH (UID 3 FLAGS (\\Answered \\Seen))\n"
		    "a OK STORE done\n" },
		{ "a STORE 1 +FLAGS (\\Sean)",
		    "a BAD Not a flag: \"\\Sean)\": \\Seen, \\Answered, "
		    "\\Flagged, \\Deleted, \\Draft, in parentheses\n" },
		{ "a STORE 3 FLAGS (\\Draft \\Recent)", RECENT },
		{ "a STORE 3 -FLAGS \\recent", RECENT },
		{ "a FETCH 3 FLAGS",
		    "* 3 FETCH (FLAGS (\\Answered \\Seen))\n"
		    "a OK FETCH done\n" },
		{ "a STORE 1 FLOGS (\\Seen)",
		    "a BAD STORE wants FLAGS, +FLAGS or -FLAGS, not "
		    "\"FLOGS (\\Seen)\"\n" },
		{ "a STORE 1 FLAGS",
		    "a BAD STORE wants a set and flags: "
		    "a STORE 1 +FLAGS (\\Seen)\n" },
		{ "a UID EXPUNGE 2:3",
		    "* 2 EXPUNGE\na OK EXPUNGE done: 1 removed for good\n" },
		{ "a EXPUNGE",
		    "* 1 EXPUNGE\na OK EXPUNGE done: 1 removed for good\n" },
		{ "a EXPUNGE",
		    "a OK EXPUNGE done: nothing was marked; "
		    "STORE 1 +FLAGS (\\Deleted) marks message 1\n" },
		{ "a FETCH 1:* UID", "* 1 FETCH (UID 3)\na OK FETCH done\n" },
		{ "a STORE 1 +FLAGS.SILENT (\\Deleted)", "a OK STORE done\n" },
		{ "a CLOSE",
		    "a OK CLOSE done: what was marked \\Deleted is removed\n" },
	};
	struct mailbox box;
	struct client c;

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	client_talk(&c, ROWS(rows));
	assert_int_equal(box.count, 0);
	client_finish(&c, &box);
}

static void
test_append(void **state)
{
	static const struct exchange rows[] = {
		{ "a APPEND INBOX (\\Seen) \"17-Jul-1996 02:44:25 -0700\" "
		  "{13}\nTo: b\n\nx\ny",
		    "+ Go ahead: 13 octets\n* 4 EXISTS\n"
		    "a OK [APPENDUID 7 4] APPEND done\n" },
		{ "a FETCH 4 (FLAGS INTERNALDATE BODY[])",
		    "* 4 FETCH (FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 "
		    "09:44:25 +0000\" BODY[] {15}\nTo: b\n\nx\ny\n)\n"
		    "a OK FETCH done\n" },
		{ "a APPEND inbox {3+}\nabc",
		    "* 5 EXISTS\na OK [APPENDUID 7 5] APPEND done\n" },
		{ "a APPEND INBOX {0}\n",
		    "+ Go ahead: 0 octets\n"
		    "a NO APPEND is cancelled by an empty message\n" },
		{ "a APPEND x {3+}\nabc",
		    "a NO [NONEXISTENT] There is no mailbox \"x\": the only "
		    "one here is INBOX\n" },
		{ "a APPEND INBOX {3+}\nabcdef",
		    "a BAD Behind the octets that {} announced came \"def\": "
		    "each end of a line counts for two\n" },
		{ "a APPEND INBOX \"today\" {3+}\nabc",
		    "a BAD Not a time: \"\"today\" {3+}\": "
		    "\"17-Jul-1996 02:44:25 +0000\" is one\n" },
		{ "a APPEND INBOX (\\x) {3+}\nabc",
		    "a BAD Not a flag: \"\\x) {3+}\": \\Seen, \\Answered, "
		    "\\Flagged, \\Deleted, \\Draft, in parentheses\n" },
		{ "a APPEND INBOX abc",
		    "a BAD APPEND wants a mailbox and a literal: "
		    "a APPEND INBOX (\\Seen) {13}, and 13 octets\n" },
		{ "a APPEND INBOX {10001}",
		    "a NO [TOOBIG] A message is of at most 10000 octets, "
		    "another literal of 4096\n" },
		{ "a SEARCH TEXT {4097}",
		    "a NO [TOOBIG] A message is of at most 10000 octets, "
		    "another literal of 4096\n" },
		{ "a APPEND INBOX (\\Seen \\Recent) {3+}\nabc", RECENT },
		{ "a APPEND \"INBOX (\\Seen) {3+}\nabc", "a " UNCLOSED },
		{ "a APPEND INBOX \"17-Jul-1996 {3+}\nabc", "a " UNCLOSED },
		{ "a NOOP", "a OK NOOP done\n" },
	};
	struct mailbox box;
	struct client c;
	char big[20001];

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	/* Bare line ends become whole ones, and the last line gets one. */
	client_send(&c, "a APPEND INBOX {10}\r\n", 21);
	client_send(&c, "To: b\n\nx\ny", 10);
	client_send(&c, "\r\n", 2);
	client_expect(&c, "APPEND",
	    "+ Go ahead: 10 octets\n* 4 EXISTS\n"
	    "a OK [APPENDUID 7 4] APPEND done\n");
	assert_int_equal(box.list[3]->len, 15);
	assert_memory_equal(box.list[3]->bytes, "To: b\r\n\r\nx\r\ny\r\n", 15);
	assert_int_equal(c.accepted, 1);
	client_finish(&c, &box);
	begin(&c, &box, "s SELECT INBOX\r\n");
	client_talk(&c, ROWS(rows));
	/* Too much that comes unasked is read and forgotten. */
	memset(big, 'x', sizeof big);
	client_send(&c, "a APPEND INBOX {20001+}\r\n", 25);
	client_send(&c, big, sizeof big);
	client_send(&c, " {3+}\r\nabc\r\n", 12);
	client_expect(&c, "APPEND", rows[9].reply);
	client_send(&c, "a APPEND INBOX {3+}\r\na\0b\r\n", 26);
	client_expect(&c, "NUL", "a BAD A NUL has no place in a command\n");
	box.most = box.bytes + box.extra;
	client_say(&c, "a APPEND INBOX {3+}\nabc",
	    "a NO [OVERQUOTA] The mailbox is full: STORE 1:* +FLAGS "
	    "(\\Deleted) and EXPUNGE empty it\n");
	client_finish(&c, &box);
}

/* Nobody can make the server keep much before the login. */
static void
test_literals_of_strangers(void **state)
{
	struct mailbox box = { .validity = 7 };
	struct client c;

	(void)state;
	client_greeted(&c, &service_imap, &box);
	client_say(&c, "a APPEND INBOX {5000}",
	    "a BAD [TOOBIG] Literals are of at most 4096 octets before the "
	    "login\n");
	client_say(&c, "a LOGIN {4097}",
	    "a BAD [TOOBIG] Literals are of at most 4096 octets before the "
	    "login\n");
	assert_int_equal(c.peer.want, 0);
	assert_false(c.peer.midway);
	client_finish(&c, &box);
}

/* Two clients: what one does, the other hears when it may. */
static void
test_two_clients(void **state)
{
	struct mailbox box;
	struct client c, d;

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	join(&d, &box);
	client_say(&d, "d STORE 2 +FLAGS (\\Deleted)",
	    "* 2 FETCH (FLAGS (\\Deleted))\nd OK STORE done\n");
	client_say(&c, "a FETCH 1 UID",
	    "* 1 FETCH (UID 1)\n* 2 FETCH (FLAGS (\\Deleted))\n"
	    "a OK FETCH done\n");
	client_say(&d, "d EXPUNGE",
	    "* 2 EXPUNGE\nd OK EXPUNGE done: 1 removed for good\n");
	/* Numbers may not change in FETCH, STORE and SEARCH. */
	client_say(&c, "a FETCH 2:3 UID",
	    "* 3 FETCH (UID 3)\na NO [EXPUNGEISSUED] Another client has "
	    "removed some of them: NOOP tells which\n");
	client_say(&c, "a STORE 2 +FLAGS (\\Seen)",
	    "a NO [EXPUNGEISSUED] Another client has removed some of them: "
	    "NOOP tells which\n");
	client_say(&c, "a SEARCH ALL",
	    "* SEARCH 1 3\na OK SEARCH done: 2 of 3\n");
	mailbox_add(&box, "x\r\n", 3, "", "");
	client_say(&c, "a SEARCH 3",
	    "* SEARCH 3\n* 4 EXISTS\na OK SEARCH done: 1 of 3\n");
	client_say(&c, "a NOOP", "* 2 EXPUNGE\na OK NOOP done\n");
	client_say(&c, "a FETCH 1:* UID",
	    "* 1 FETCH (UID 1)\n* 2 FETCH (UID 3)\n* 3 FETCH (UID 4)\n"
	    "a OK FETCH done\n");
	client_say(&d, "d UID SEARCH ALL",
	    "* SEARCH 1 3\n* 3 EXISTS\nd OK SEARCH done: 2 of 2\n");
	client_end(&d);
	client_finish(&c, &box);
}

static void
test_idle(void **state)
{
	struct mailbox box;
	struct client c;

	(void)state;
	begin(&c, &box, "s SELECT INBOX\r\n");
	client_say(&c, "a IDLE", "+ Idling: a line DONE ends it\n");
	assert_true(c.peer.midway);
	mailbox_add(&box, "x\r\n", 3, "", "");
	c.peer.service->changed(&c.peer);
	client_expect(&c, "news", "* 4 EXISTS\n");
	mailbox_flags(&box, box.list[3], MAIL_SEEN);
	mailbox_remove(&box, box.list[0]);
	c.peer.service->changed(&c.peer);
	client_expect(&c, "more", "* 1 EXPUNGE\n* 3 FETCH (FLAGS (\\Seen))\n");
	c.peer.service->changed(&c.peer);
	client_expect(&c, "nothing", "");
	client_say(&c, "done", "a OK IDLE done\n");
	assert_false(c.peer.midway);
	mailbox_remove(&box, box.list[0]);
	c.peer.service->changed(&c.peer);
	client_expect(&c, "a change after IDLE", "");
	client_say(&c, "b IDLE",
	    "+ Idling: a line DONE ends it\n* 1 EXPUNGE\n");
	client_say(&c, "c NOOP",
	    "b BAD Only DONE ends IDLE, without a tag; now it is over "
	    "anyway\n");
	client_finish(&c, &box);
}

/* An answer may be large, but not many times the mailbox. */
static void
test_limits(void **state)
{
	struct buf b = { 0 };
	struct mailbox box;
	struct client c;
	char *big = calloc(1, 300000), *reply;
	size_t i;

	(void)state;
	assert_non_null(big);
	begin(&c, &box, "s SELECT INBOX\r\n");
	memset(big, 'x', 300000);
	mailbox_add(&box, big, 300000, "", "");
	mailbox_add(&box, "x\r\n", 3, "", "");
	client_say(&c, "a NOOP", "* 5 EXISTS\na OK NOOP done\n");
	buf_adds(&b, "a FETCH 4:5 (UID");
	for (i = 0; i < 50; i++)
		buf_adds(&b, " BODY.PEEK[]");
	buf_adds(&b, ")\r\n");
	client_send(&c, buf_bytes(&b), b.len);
	assert_true(c.peer.out.len < 3000000);
	reply = client_reply(&c);
	assert_non_null(strstr(reply, " BODY[] NIL)\na NO [LIMIT] "));
	assert_null(strstr(reply, "* 5 FETCH"));
	free(reply);
	buf_clear(&b);
	buf_adds(&b, "a FETCH 1 (");
	for (i = 0; i < 101; i++)
		buf_adds(&b, " UID" + (i == 0));
	buf_adds(&b, ")\r\n");
	client_send(&c, buf_bytes(&b), b.len);
	client_expect(&c, "items", "a BAD [LIMIT] At most 100 items, please\n");
	buf_clear(&b);
	buf_adds(&b, "a SEARCH");
	for (i = 0; i < 21; i++)
		buf_adds(&b, " NOT");
	buf_adds(&b, " ALL\r\n");
	client_send(&c, buf_bytes(&b), b.len);
	client_expect(&c, "NOT NOT",
	    "a BAD [LIMIT] At most 100 keys, and 20 deep, please\n");
	buf_clear(&b);
	buf_adds(&b, "a SEARCH");
	for (i = 0; i < 100; i++)
		buf_adds(&b, " ALL");
	buf_adds(&b, "\r\n");
	client_send(&c, buf_bytes(&b), b.len);
	client_expect(&c, "ALL ALL",
	    "a BAD [LIMIT] At most 100 keys, and 20 deep, please\n");
	buf_clear(&b);
	buf_addf(&b, "a SEARCH TEXT %.257s\r\n", big);
	client_send(&c, buf_bytes(&b), b.len);
	client_expect(&c, "a long text", "a BAD TEXT" TEXT_WANTED);
	buf_free(&b);
	free(big);
	client_finish(&c, &box);
}

/* What is kept of a command that is not complete counts. */
static void
test_what_is_held(void **state)
{
	static char octets[5000];
	struct mailbox box = { .list = NULL };
	struct client c;
	size_t before;

	(void)state;
	client_begin(&c, &service_imap, &box);
	service_imap.line(&c.peer, "a LOGIN alice wonderland", 24);
	before = service_imap.holds(&c.peer);
	service_imap.line(&c.peer, "b APPEND INBOX {6000+}", 22);
	assert_int_equal(c.peer.want, 6000);
	service_imap.bytes(&c.peer, octets, sizeof octets);
	assert_true(service_imap.holds(&c.peer) >= before + sizeof octets);
	client_finish(&c, &box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before_login),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_store_and_expunge),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_literals_of_strangers),
		cmocka_unit_test(test_two_clients),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_what_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
