/* SPDX-License-Identifier: ISC */
/* imap.c - the replies of IMAP, and the codes in them.  Floor 3. */
#include "explain/codes.h"

#define CORE "RFC 9051, 7.1"
#define MORE "RFC 5530, 3"

static const char *const status[] = { "OK", "NO", "BAD", "BYE", "PREAUTH", "+",
	NULL };

static const struct code codes[] = {
	{ "OK", "done", "RFC 9051, 7.1.1" },
	{ "NO", "understood, but refused or failed", "RFC 9051, 7.1.2" },
	{ "BAD", "not understood, or not now", "RFC 9051, 7.1.3" },
	{ "PREAUTH", "you are logged in already", "RFC 9051, 7.1.4" },
	{ "BYE", "the server closes this connection", "RFC 9051, 7.1.5" },
	{ "+", "the server waits for the rest of the command",
	    "RFC 9051, 7.6" },
	{ "ALERT", "read this, says the server", CORE },
	{ "ALREADYEXISTS", "there is such a mailbox", MORE },
	{ "ANNOTATE", "too many or too large annotations", "RFC 5257" },
	{ "ANNOTATIONS", "which annotations may be stored", "RFC 5257" },
	{ "APPENDUID", "the UID that the message got", "RFC 4315, 3" },
	{ "AUTHENTICATIONFAILED", "name or password is wrong", MORE },
	{ "AUTHORIZATIONFAILED", "you may not act as that user", MORE },
	{ "BADCHARSET", "a character set the server lacks", CORE },
	{ "BADCOMPARATOR", "an order the server lacks", "RFC 5255" },
	{ "BADEVENT", "an event the server cannot report", "RFC 5465" },
	{ "BADURL", "a URL that could not be resolved", "RFC 4469" },
	{ "CANNOT", "it is against a rule of the server", MORE },
	{ "CAPABILITY", "what the server can do", CORE },
	{ "CLIENTBUG", "the server takes this for our mistake", MORE },
	{ "CLOSED", "the mailbox before is closed now", "RFC 9051, 7.1" },
	{ "COMPRESSIONACTIVE", "it is compressed already", "RFC 4978" },
	{ "CONTACTADMIN", "ask the server's admin", MORE },
	{ "COPYUID", "the UIDs that the copies got", "RFC 4315, 3" },
	{ "CORRUPTION", "data of the server is damaged", MORE },
	{ "EXPIRED", "the password has expired", MORE },
	{ "EXPUNGEISSUED", "some of them are gone meanwhile", MORE },
	{ "HASCHILDREN", "it has mailboxes below it", CORE },
	{ "HIGHESTMODSEQ", "the mailbox's latest change", "RFC 7162, 3" },
	{ "INPROGRESS", "it takes time: so far it has come", "RFC 9585" },
	{ "INUSE", "somebody else has it: try later", MORE },
	{ "LIMIT", "more than the server allows", MORE },
	{ "MAILBOXID", "the mailbox's lasting name", "RFC 8474" },
	{ "MAXCONVERTMESSAGES", "too many messages to convert", "RFC 5259" },
	{ "MAXCONVERTPARTS", "too many parts to convert", "RFC 5259" },
	{ "MESSAGELIMIT", "done for so many messages only", "RFC 9738" },
	{ "METADATA", "why, or what else there is", "RFC 5464" },
	{ "MODIFIED", "changed meanwhile by others", "RFC 7162, 3" },
	{ "NEWNAME", "the mailbox has another name now", "RFC 2060" },
	{ "NOMODSEQ", "changes are not counted here", "RFC 7162, 3" },
	{ "NONEXISTENT", "there is no such mailbox", MORE },
	{ "NOPERM", "you are not allowed to", MORE },
	{ "NOTIFICATIONOVERFLOW", "too much news: no more is told",
	    "RFC 5465" },
	{ "NOTSAVED", "the search result was not kept", CORE },
	{ "NOUPDATE", "the search will not be kept current", "RFC 5267" },
	{ "OVERQUOTA", "there is no room left for you", MORE },
	{ "PARSE", "a message's header is malformed", CORE },
	{ "PERMANENTFLAGS", "the flags that stay when set", CORE },
	{ "PRIVACYREQUIRED", "begin TLS first", MORE },
	{ "READ-ONLY", "nothing can be changed in it", CORE },
	{ "READ-WRITE", "it can be changed", CORE },
	{ "REFERRAL", "another server has it: see the URL", "RFC 2221" },
	{ "SERVERBUG", "the server is at fault", MORE },
	{ "TEMPFAIL", "converting failed; it may pass", "RFC 5259" },
	{ "TOOBIG", "the message would be too large", "RFC 4469" },
	{ "TRYCREATE", "no such mailbox, but it could be made", CORE },
	{ "UIDNEXT", "the UID of the next new message", CORE },
	{ "UIDNOTSTICKY", "UIDs do not last in this mailbox", CORE },
	{ "UIDREQUIRED", "numbers are off: use the UID commands", "RFC 9586" },
	{ "UIDVALIDITY", "UIDs hold as long as this is the same", CORE },
	{ "UNAVAILABLE", "some other server is not there just now", MORE },
	{ "UNDEFINED-FILTER", "there is no such filter", "RFC 5466" },
	{ "UNKNOWN-CTE", "an encoding the server cannot undo", CORE },
	{ "UNSEEN", "the first message not seen yet", "RFC 3501, 7.1" },
	{ "URLMECH", "how URLs are authorized", "RFC 4467" },
	{ "USEATTR", "not with this special use", "RFC 6154" },
	{ .word = NULL },
};

static const struct code_more more[] = {
	{ "BYE", ON_GREETING, "the server does not want this session" },
	{ "NO", "LOGIN", "name or password is wrong, or it wants TLS first" },
	{ "OK", "STORE", "the messages stay until EXPUNGE or CLOSE" },
	{ .word = NULL },
};

/* Commands that need a mailbox that was selected, and a login. */
#define OF_MESSAGES \
	"FETCH|STORE|SEARCH|COPY|MOVE|EXPUNGE|CLOSE|UNSELECT|CHECK|SORT|" \
	"THREAD|UID FETCH|UID STORE|UID SEARCH|UID COPY|UID MOVE|UID EXPUNGE"
#define OF_USERS \
	OF_MESSAGES "|SELECT|EXAMINE|LIST|LSUB|STATUS|CREATE|DELETE|RENAME|" \
		    "APPEND|IDLE|NAMESPACE|SUBSCRIBE|UNSUBSCRIBE|ENABLE"
#define STRANGER "-LOGIN|-AUTHENTICATE"

static const struct code_next next[] = {
	{ "NONEXISTENT", NULL, NULL, "LIST", NULL },
	{ "PRIVACYREQUIRED", NULL, NULL, "STARTTLS", "-TLS" },
	{ "TRYCREATE", NULL, NULL, "CREATE", NULL },
	{ "UIDREQUIRED", NULL, NULL, "UID FETCH", NULL },
	{ "BADCHARSET", NULL, NULL, "", NULL },
	{ "PREAUTH", ON_GREETING, NULL, "SELECT", NULL },
	{ "OK", ON_GREETING "|CAPABILITY", NULL, "STARTTLS",
	    "-TLS|?LOGINDISABLED|" STRANGER },
	{ "OK", ON_GREETING "|CAPABILITY", NULL, "LOGIN", STRANGER },
	{ "OK", "LOGIN", NULL, "SELECT", NULL },
	{ "OK", "AUTHENTICATE", NULL, "SELECT", NULL },
	{ "OK", "STARTTLS", NULL, "CAPABILITY", NULL },
	{ "OK", "LIST", NULL, "SELECT", NULL },
	{ "OK", "SELECT", NULL, "FETCH", NULL },
	{ "OK", "EXAMINE", NULL, "FETCH", NULL },
	{ "OK", "SEARCH", NULL, "FETCH", NULL },
	{ "OK", "FETCH", NULL, "LOGOUT", NULL },
	{ "BAD", NULL, "tag of your choice", "", NULL },
	{ "NO", "LOGIN", NULL, "STARTTLS", "-TLS|?LOGINDISABLED" },
	{ "BAD", "LOGIN", NULL, "STARTTLS", "-TLS|?LOGINDISABLED" },
	{ "NO", OF_USERS, NULL, "LOGIN", STRANGER },
	{ "BAD", OF_USERS, NULL, "LOGIN", STRANGER },
	{ "NO", OF_MESSAGES, NULL, "SELECT", "-SELECT|-EXAMINE" },
	{ "BAD", OF_MESSAGES, NULL, "SELECT", "-SELECT|-EXAMINE" },
	{ "NO", "SELECT|EXAMINE", NULL, "LIST", NULL },
	{ "BAD", OF_USERS "|CAPABILITY|NOOP|LOGOUT|ID|UID", NULL, "", NULL },
	{ "BAD", "LOGIN|AUTHENTICATE|STARTTLS", NULL, "", STRANGER },
	{ .verb = NULL },
};

/* A SELECT that fails leaves no mailbox selected (RFC 9051, 6.3.2). */
static const struct code_mark marks[] = {
	{ "PREAUTH", ON_GREETING, NULL, "LOGIN" },
	{ "NO", "SELECT|EXAMINE", "SELECT|EXAMINE", NULL },
	{ "OK", "CLOSE|UNSELECT", "SELECT|EXAMINE", NULL },
	{ "OK", "UNAUTHENTICATE", "SELECT|EXAMINE|LOGIN|AUTHENTICATE", NULL },
	{ .word = NULL },
};

const struct codes codes_imap = {
	.title = "IMAP",
	.protos = { "imap" },
	.place = CODE_STATUS,
	.status = status,
	.codes = codes,
	.more = more,
	.next = next,
	.marks = marks,
};
