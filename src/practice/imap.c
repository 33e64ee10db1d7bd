/* SPDX-License-Identifier: ISC */
/* imap.c - the practice server's IMAP (RFC 9051, RFC 3501).  Floor 8. */
#include <string.h>

#include "literal.h"
#include "practice/imapbox.h"
#include "practice/imapcall.h"
#include "practice/imapfetch.h"
#include "practice/imaplogin.h"
#include "practice/imapsearch.h"
#include "practice/imapstore.h"
#include "practice/peer.h"
#include "practice/wrong.h"
#include "text.h"

/* Literals that are no message; all of a command beside the message. */
enum { LITERAL_MOST = 4096, COMMAND_MOST = 2 * PEER_LINE };

enum {
	BOX = IMAP_AUTH | IMAP_SELECTED,
	WRITE = BOX | IMAP_WRITE,
	KEEP = BOX | IMAP_KEEP
};

#define STATUS_EXAMPLE "INBOX (MESSAGES UNSEEN UIDNEXT)"
#define APPEND_EXAMPLE "INBOX (\\Seen) {13}, and 13 octets"

static const struct imapverb verbs[] = {
	{ "CAPABILITY", IMAP_ALONE, imaplogin_capability, NULL, NULL },
	{ "NOOP", IMAP_ALONE, imaplogin_noop, NULL, NULL },
	{ "LOGOUT", IMAP_ALONE | IMAP_QUIET, imaplogin_logout, NULL, NULL },
	{ "STARTTLS", IMAP_ALONE | IMAP_NOBODY, imaplogin_starttls, NULL,
	    NULL },
	{ "LOGIN", IMAP_NOBODY, imaplogin_login, "a user and a password",
	    "alice secret" },
	{ "AUTHENTICATE", IMAP_NOBODY, imaplogin_authenticate, "a mechanism",
	    "PLAIN" },
	{ "ENABLE", IMAP_AUTH, imaplogin_enable, "a capability", "IMAP4rev2" },
	{ "SELECT", IMAP_AUTH | IMAP_QUIET, imapbox_select, "a mailbox",
	    "INBOX" },
	{ "EXAMINE", IMAP_AUTH | IMAP_QUIET, imapbox_examine, "a mailbox",
	    "INBOX" },
	{ "LIST", IMAP_AUTH, imapbox_list, "a reference and a pattern",
	    "\"\" *" },
	{ "LSUB", IMAP_AUTH, imapbox_lsub, "a reference and a pattern",
	    "\"\" *" },
	{ "STATUS", IMAP_AUTH, imapbox_status, "a mailbox and items",
	    STATUS_EXAMPLE },
	{ "NAMESPACE", IMAP_AUTH | IMAP_ALONE, imapbox_namespace, NULL, NULL },
	{ "APPEND", IMAP_AUTH, imapstore_append, "a mailbox and a literal",
	    APPEND_EXAMPLE },
	{ "IDLE", IMAP_AUTH | IMAP_ALONE, imaplogin_idle, NULL, NULL },
	{ "SUBSCRIBE", IMAP_AUTH, imapbox_subscribe, "a mailbox", "INBOX" },
	{ "UNSUBSCRIBE", IMAP_AUTH, imapbox_subscribe, "a mailbox", "INBOX" },
	{ "CREATE", IMAP_AUTH, imapbox_refuse, "a mailbox", "Lists" },
	{ "DELETE", IMAP_AUTH, imapbox_refuse, "a mailbox", "Lists" },
	{ "RENAME", IMAP_AUTH, imapbox_refuse, "two mailboxes", "A B" },
	{ "CLOSE", BOX | IMAP_ALONE, imapbox_close, NULL, NULL },
	{ "UNSELECT", BOX | IMAP_ALONE, imapbox_unselect, NULL, NULL },
	{ "CHECK", BOX | IMAP_ALONE, imaplogin_noop, NULL, NULL },
	{ "EXPUNGE", WRITE | IMAP_ALONE, imapstore_expunge, NULL, NULL },
	{ "FETCH", KEEP, imapfetch_run, "a set and items", "1 FLAGS" },
	{ "SEARCH", KEEP, imapsearch_run, "keys", "UNSEEN FROM alice" },
	{ "STORE", KEEP | IMAP_WRITE, imapstore_run, "a set and flags",
	    "1 +FLAGS (\\Seen)" },
	{ "COPY", KEEP, imapbox_refuse, "a set and a mailbox", "1 Lists" },
	{ "MOVE", KEEP, imapbox_refuse, "a set and a mailbox", "1 Lists" },
};

/* Behind UID. */
static const struct imapverb uid_verbs[] = {
	{ "FETCH", BOX, imapfetch_run, "a set and items", "1:* FLAGS" },
	{ "SEARCH", BOX, imapsearch_run, "keys", "UNSEEN FROM alice" },
	{ "STORE", WRITE, imapstore_run, "a set and flags",
	    "1 +FLAGS (\\Seen)" },
	{ "EXPUNGE", WRITE, imapstore_expunge, "a set", "1:*" },
	{ "COPY", BOX, imapbox_refuse, "a set and a mailbox", "1 Lists" },
	{ "MOVE", BOX, imapbox_refuse, "a set and a mailbox", "1 Lists" },
};

static const struct imapverb *
find_verb(const struct imapin *name, bool uid)
{
	const struct imapverb *table = uid ? uid_verbs : verbs;
	size_t n = uid ? sizeof uid_verbs : sizeof verbs, i;

	for (i = 0; i < n / sizeof *table; i++) {
		if (imapin_is(name, table[i].name))
			return &table[i];
	}
	return NULL;
}

/* --- one command --- */

/* May this be said now? */
static bool
in_place(struct imapcall *c)
{
	unsigned flags = c->verb->flags;
	const char *name = c->verb->name;
	int tag = (int)c->tag.len;

	if ((flags & IMAP_AUTH) != 0 && c->peer->user[0] == '\0')
		imapcall_bad(c, "%s needs a user: %.*s LOGIN NAME PASSWORD",
		    name, tag, c->tag.p);
	else if ((flags & IMAP_NOBODY) != 0 && c->peer->user[0] != '\0')
		imapcall_bad(c, "%s comes too late: you are logged in", name);
	else if ((flags & IMAP_SELECTED) != 0 && !c->imap->selected)
		imapcall_bad(c, "%s needs a mailbox: %.*s SELECT INBOX", name,
		    tag, c->tag.p);
	else if ((flags & IMAP_WRITE) != 0 && c->imap->readonly)
		imapcall_no(c,
		    "[CANNOT] EXAMINE opened the mailbox for reading "
		    "only: %.*s SELECT INBOX",
		    tag, c->tag.p);
	else
		return true;
	return false;
}

static void
run_verb(struct imapcall *c)
{
	bool alone = (c->verb->flags & IMAP_ALONE) != 0;

	if (!in_place(c))
		return;
	if (alone ? imapcall_end(c) : imapcall_blank(c))
		c->verb->run(c);
}

/* What stands where a tag should is one: a common mistake, and the client
 * waits for the answer that bears it. */
static void
explain_tag(struct imapcall *c, const struct imapin *word)
{
	struct wrong w;

	if (find_verb(&c->tag, false) != NULL || imapin_is(&c->tag, "UID"))
		imapcall_bad(c,
		    "A tag of your choice comes before "
		    "the command: a1 %.*s",
		    (int)c->tag.len, c->tag.p);
	else if (wrong_port("IMAP", c->in.p, c->in.len, &w))
		imapcall_bad(c, "This is IMAP, and %s is of %s", w.word, w.of);
	else if (word->len == 0)
		imapcall_bad(c,
		    "A command comes behind the tag: %.*s "
		    "CAPABILITY",
		    (int)c->tag.len, c->tag.p);
	else {
		c->peer->unknown = true;
		imapcall_bad_at(c, "There is no command", word,
		    ": CAPABILITY, LOGIN, LIST, SELECT, FETCH, SEARCH, STORE, "
		    "LOGOUT are some");
	}
}

static void
run_words(struct imapcall *c)
{
	struct imapin word = { 0 };

	if (!imapin_atom(&c->in, "]", &c->tag) || c->tag.len >= IMAP_TAG ||
	    memchr(c->tag.p, '+', c->tag.len) != NULL) {
		c->tag.len = 0;
		imapcall_bad(c,
		    "A command is a tag of your choice and a word: "
		    "a1 CAPABILITY");
		return;
	}
	if (imapin_blank(&c->in))
		imapin_atom(&c->in, "", &word);
	if (imapin_is(&word, "UID") && imapin_blank(&c->in)) {
		imapin_atom(&c->in, "", &word);
		c->uid = true;
	}
	/* A tag may be "UID", but it is one that was forgotten. */
	if (!imapin_is(&c->tag, "UID"))
		c->verb = find_verb(&word, c->uid);
	if (c->imap->nul)
		imapcall_bad(c, "A NUL has no place in a command");
	else if (c->verb == NULL)
		explain_tag(c, &word);
	else
		run_verb(c);
}

static void
forget(struct peer *p, struct imap *imap)
{
	buf_free(&imap->command);
	imap->nul = false;
	if (imap->mood == IMAP_REST || imap->mood == IMAP_SWALLOW)
		imap->mood = IMAP_READY;
	p->midway = imap->mood != IMAP_READY;
}

static void
run(struct peer *p, struct imap *imap)
{
	struct imapcall c = { .peer = p, .imap = imap };

	imap->mood = IMAP_READY;
	c.in.p = imap->command.len == 0 ? "" : buf_bytes(&imap->command);
	c.in.len = imap->command.len;
	run_words(&c);
	forget(p, imap);
}

/* --- lines and literals --- */

/* A call in the mood's name, with the tag that it was begun with. */
static struct imapcall
resume(struct peer *p, struct imap *imap)
{
	return (struct imapcall){ .peer = p,
		.imap = imap,
		.tag = { imap->tag, strlen(imap->tag), 0 } };
}

static void
say_too_big(struct peer *p, struct imap *imap)
{
	struct imapcall c = resume(p, imap);

	forget(p, imap);
	if (p->user[0] == '\0')
		imapcall_bad(&c,
		    "[TOOBIG] Literals are of at most %d octets "
		    "before the login",
		    LITERAL_MOST);
	else
		imapcall_no(&c,
		    "[TOOBIG] A message is of at most %zu octets, "
		    "another literal of %d",
		    p->manners->message_most, LITERAL_MOST);
}

/* Keep the tag and whether it is APPEND: its literal may be large. */
static uint64_t
read_ahead(struct peer *p, struct imap *imap)
{
	struct imapcall c = { .peer = p, .imap = imap };
	struct imapin word = { 0 };

	c.in.p = buf_bytes(&imap->command);
	c.in.len = imap->command.len;
	imapin_atom(&c.in, "]", &c.tag);
	imapin_blank(&c.in);
	imapin_atom(&c.in, "", &word);
	imapcall_mood(&c, IMAP_REST);
	return imapin_is(&word, "APPEND") && p->user[0] != '\0' ?
	    p->manners->message_most :
	    LITERAL_MOST;
}

/* Octets that nobody wants, but that the client sends without asking. */
static void
swallow(struct peer *p, struct imap *imap, const char *line, size_t len)
{
	uint64_t octets;
	bool now;

	if (literal_ends(line, len, &octets, &now) && now)
		p->want = octets;
	else
		say_too_big(p, imap);
}

static void
gather(struct peer *p, struct imap *imap, const char *line, size_t len)
{
	uint64_t octets, most;
	bool now;

	buf_add(&imap->command, line, len);
	imap->nul = imap->nul || (len > 0 && memchr(line, '\0', len) != NULL);
	if (!literal_ends(line, len, &octets, &now)) {
		run(p, imap);
		return;
	}
	most = read_ahead(p, imap);
	if (octets <= most &&
	    imap->command.len + octets <=
		p->manners->message_most + COMMAND_MOST) {
		buf_adds(&imap->command, "\r\n");
		p->want = octets;
		if (!now)
			buf_addf(&p->out, "+ Go ahead: %lu octets\r\n",
			    (unsigned long)octets);
		return;
	}
	imap->mood = IMAP_SWALLOW;
	buf_free(&imap->command);
	swallow(p, imap, line, len);
}

static void
greet(struct peer *p)
{
	buf_adds(&p->out, "* OK [");
	imaplogin_capabilities(p, &p->out);
	buf_addf(&p->out, "] %s practices IMAP\r\n", p->manners->host);
}

static void
take_line(struct peer *p, const char *line, size_t len)
{
	struct imap *imap = p->state;
	struct imapcall c = resume(p, imap);

	if (imap->mood == IMAP_IDLE)
		imaplogin_done(&c, line, len);
	else if (imap->mood == IMAP_LOGIN)
		imaplogin_answer(&c, line, len);
	else if (imap->mood == IMAP_SWALLOW)
		swallow(p, imap, line, len);
	else
		gather(p, imap, line, len);
}

static void
take_bytes(struct peer *p, const char *b, size_t n)
{
	struct imap *imap = p->state;

	if (imap->mood != IMAP_REST)
		return;
	buf_add(&imap->command, b, n);
	imap->nul = imap->nul || (n > 0 && memchr(b, '\0', n) != NULL);
}

static void
changed(struct peer *p)
{
	struct imap *imap = p->state;

	if (imap->mood == IMAP_IDLE && imap->selected)
		imapview_tell(&imap->view, p->box, &p->out, false, imap->rev2);
}

static void
end(struct peer *p)
{
	struct imap *imap = p->state;

	buf_free(&imap->command);
	imapview_close(&imap->view);
	imapset_free(&imap->saved);
	login_end(&imap->login);
}

/* A literal that is not complete, and what is known of the messages. */
static size_t
holds(const struct peer *p)
{
	const struct imap *imap = p->state;

	return imap->command.size + imap->view.room * sizeof *imap->view.list +
	    imap->saved.room * sizeof *imap->saved.list;
}

const struct service service_imap = {
	.name = "imap",
	.state = sizeof(struct imap),
	.greet = greet,
	.line = take_line,
	.bytes = take_bytes,
	.changed = changed,
	.end = end,
	.holds = holds,
};
