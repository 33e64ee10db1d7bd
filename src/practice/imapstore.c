/* SPDX-License-Identifier: ISC */
/* imapstore.c - flags set, messages removed and put in. */
#include <string.h>

#include "practice/imapcall.h"
#include "practice/imapdate.h"
#include "practice/imapflag.h"
#include "practice/imapstore.h"
#include "practice/mailbox.h"
#include "practice/peer.h"

/* What stands where a flag should is none, or none for a client to set. */
static void
bad_flag(struct imapcall *c)
{
	struct imapin in = c->in, atom;

	if (imapin_atom(&in, "\\", &atom) && imapin_is(&atom, "\\Recent"))
		imapcall_bad(c,
		    "\\Recent is the server's own: no client sets or clears "
		    "it");
	else
		imapcall_bad_at(c, "Not a flag:", &c->in,
		    ": \\Seen, \\Answered, \\Flagged, \\Deleted, \\Draft, in "
		    "parentheses");
}

/* --- STORE --- */

struct change {
	char how; /* '+', '-' or '=' */
	bool silent, others;
	unsigned flags;
};

static bool
read_change(struct imapcall *c, struct change *change)
{
	struct imapin *in = &c->in;

	change->how = imapin_skip(in, "+") ? '+' :
	    imapin_skip(in, "-")           ? '-' :
					     '=';
	if (!imapin_skip(in, "FLAGS")) {
		imapcall_bad_at(c, "STORE wants FLAGS, +FLAGS or -FLAGS, not",
		    in, "");
		return false;
	}
	change->silent = imapin_skip(in, ".SILENT");
	if (!imapcall_blank(c))
		return false;
	if (imapflag_list(in, &change->flags, &change->others))
		return imapcall_end(c);
	bad_flag(c);
	return false;
}

static void
store(struct imapcall *c, const struct change *change, size_t i,
    struct mail *mail)
{
	unsigned *told = &c->imap->view.list[i].flags, flags = change->flags;
	bool known = *told == mail->flags;

	if (change->how == '+')
		flags = mail->flags | flags;
	else if (change->how == '-')
		flags = mail->flags & ~flags;
	mailbox_flags(c->peer->box, mail, flags);
	if (known || !change->silent)
		*told = flags;
	if (change->silent)
		return;
	buf_addf(&c->peer->out, "* %zu FETCH (", i + 1);
	if (c->uid)
		buf_addf(&c->peer->out, "UID %lu ", (unsigned long)mail->uid);
	buf_adds(&c->peer->out, "FLAGS ");
	imapflag_say(&c->peer->out, flags);
	buf_adds(&c->peer->out, ")\r\n");
}

static void
store_all(struct imapcall *c, const struct change *change,
    const struct imapset *set)
{
	size_t i, n = 0;
	struct mail *mail;
	bool gone = false;

	for (i = 0; imapcall_next(c, set, &i, &mail); i++) {
		n++;
		if (mail == NULL)
			gone = true;
		else
			store(c, change, i, mail);
	}
	if (gone)
		imapcall_no(c,
		    "[EXPUNGEISSUED] Another client has removed "
		    "some of them: NOOP tells which");
	else if (n == 0)
		imapcall_ok(c, "STORE done: there is no such message%s",
		    c->uid ? " (UID SEARCH ALL lists the UIDs)" : "");
	else if (change->others)
		imapcall_ok(c, "STORE done, but keywords are not kept here");
	else
		imapcall_ok(c, "STORE done");
}

void
imapstore_run(struct imapcall *c)
{
	struct imapset set = { 0 };
	struct change change;

	if (imapcall_set(c, &set) && imapcall_blank(c) &&
	    read_change(c, &change))
		store_all(c, &change, &set);
	imapset_free(&set);
}

/* --- EXPUNGE --- */

/* Remove what is marked and, if there is a set, in it; how many. */
static size_t
expunge(struct imapcall *c, const struct imapset *set)
{
	size_t i, n = 0;

	for (i = 0; i < c->imap->view.count; i++) {
		struct mail *mail =
		    imapview_mail(&c->imap->view, c->peer->box, i);

		if (mail == NULL || (mail->flags & MAIL_DELETED) == 0 ||
		    (set != NULL && !imapcall_in(c, set, true, i)))
			continue;
		mailbox_remove(c->peer->box, mail);
		n++;
	}
	return n;
}

void
imapstore_remove(struct imapcall *c)
{
	expunge(c, NULL);
}

void
imapstore_expunge(struct imapcall *c)
{
	struct imapset set = { 0 };
	size_t n;

	if (c->uid && (!imapcall_set(c, &set) || !imapcall_end(c))) {
		imapset_free(&set);
		return;
	}
	n = expunge(c, c->uid ? &set : NULL);
	imapset_free(&set);
	if (n > 0)
		imapcall_ok(c, "EXPUNGE done: %zu removed for good", n);
	else
		imapcall_ok(c,
		    "EXPUNGE done: nothing was marked; "
		    "STORE 1 +FLAGS (\\Deleted) marks message 1");
}

/* --- APPEND --- */

struct letter {
	struct buf bytes;
	unsigned flags;
	bool dated;
	time_t when;
};

/* Flags, a time and the message; the first two may be left out. */
static bool
read_letter(struct imapcall *c, struct letter *letter)
{
	struct imapin *in = &c->in;
	bool others;

	if (in->at < in->len && in->p[in->at] == '(') {
		if (!imapflag_list(in, &letter->flags, &others)) {
			bad_flag(c);
			return false;
		}
		if (!imapcall_blank(c))
			return false;
	}
	if (in->at < in->len && in->p[in->at] == '"') {
		letter->dated = true;
		if (!imapdate_time(in, &letter->when)) {
			if (!imapcall_unclosed(c))
				imapcall_bad_at(c, "Not a time:", in,
				    ": \"17-Jul-1996 02:44:25 +0000\" is one");
			return false;
		}
		if (!imapcall_blank(c))
			return false;
	}
	if (in->at == in->len || in->p[in->at] != '{' ||
	    !imapin_string(in, "", &letter->bytes)) {
		imapcall_usage(c);
		return false;
	}
	if (imapin_end(in))
		return true;
	imapcall_bad_at(c, "Behind the octets that {} announced came", in,
	    ": each end of a line counts for two");
	return false;
}

/* Messages here are lines that end in CR LF, the last one too. */
static void
make_lines(struct buf *to, const char *p, size_t n)
{
	size_t i, begin = 0;

	for (i = 0; i < n; i++) {
		if (p[i] != '\n' || (i > 0 && p[i - 1] == '\r'))
			continue;
		buf_add(to, p + begin, i - begin);
		buf_adds(to, "\r");
		begin = i;
	}
	buf_add(to, p + begin, n - begin);
	if (n > 0 && p[n - 1] != '\n')
		buf_adds(to, p[n - 1] == '\r' ? "\n" : "\r\n");
}

static void
keep(struct imapcall *c, const struct letter *letter)
{
	struct mailbox *box = c->peer->box;
	struct buf lines = { 0 };
	struct mail *mail;

	make_lines(&lines, buf_bytes(&letter->bytes), letter->bytes.len);
	mail = mailbox_add(box, lines.len == 0 ? "" : buf_bytes(&lines),
	    lines.len, "", "");
	buf_free(&lines);
	if (mail == NULL) {
		imapcall_no(c,
		    "[OVERQUOTA] The mailbox is full: STORE "
		    "1:* +FLAGS (\\Deleted) and EXPUNGE empty it");
		return;
	}
	mailbox_flags(box, mail, letter->flags);
	if (letter->dated)
		mail->when = letter->when;
	if (c->peer->accepted != NULL)
		c->peer->accepted(c->peer->arg, c->peer, mail->uid);
	imapcall_ok(c, "[APPENDUID %lu %lu] APPEND done",
	    (unsigned long)box->validity, (unsigned long)mail->uid);
}

void
imapstore_append(struct imapcall *c)
{
	struct letter letter = { .flags = 0 };

	if (!imapcall_inbox(c) || !imapcall_blank(c))
		return;
	if (read_letter(c, &letter)) {
		if (letter.bytes.len == 0)
			imapcall_no(c,
			    "APPEND is cancelled by an empty "
			    "message");
		else
			keep(c, &letter);
	}
	buf_free(&letter.bytes);
}
