/* SPDX-License-Identifier: ISC */
/* imapbox.c - INBOX, whatever is asked for. */
#include <string.h>

#include "practice/imapbox.h"
#include "practice/imapcall.h"
#include "practice/imapstore.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "text.h"

#define FLAGS "\\Answered \\Flagged \\Deleted \\Seen \\Draft"

/* --- SELECT --- */

static size_t
count(const struct mailbox *box, unsigned flag, bool set)
{
	size_t i, n = 0;

	for (i = 0; i < box->count; i++)
		n += ((box->list[i]->flags & flag) != 0) == set;
	return n;
}

static void
say_unseen(struct imapcall *c)
{
	const struct mailbox *box = c->peer->box;
	size_t i = 0;

	while (i < box->count && (box->list[i]->flags & MAIL_SEEN) != 0)
		i++;
	if (i < box->count)
		buf_addf(&c->peer->out,
		    "* OK [UNSEEN %zu] The first that nobody has read\r\n",
		    i + 1);
}

static void
open_box(struct imapcall *c, bool readonly)
{
	const struct mailbox *box = c->peer->box;
	struct imap *imap = c->imap;
	struct buf *out = &c->peer->out;

	if (imap->selected)
		buf_adds(out, "* OK [CLOSED] The mailbox before is left\r\n");
	imap->selected = true;
	imap->readonly = readonly;
	imapset_free(&imap->saved);
	imapview_open(&imap->view, box);
	buf_addf(out, "* FLAGS (" FLAGS ")\r\n* %zu EXISTS\r\n", box->count);
	if (imap->rev2) {
		buf_adds(out, "* LIST () \"/\" INBOX\r\n");
	} else {
		buf_adds(out, "* 0 RECENT\r\n");
		say_unseen(c);
	}
	buf_addf(out, "* OK [PERMANENTFLAGS (%s)] These are kept\r\n",
	    readonly ? "" : FLAGS);
	buf_addf(out, "* OK [UIDVALIDITY %lu] While this is so, UIDs stay\r\n",
	    (unsigned long)box->validity);
	buf_addf(out, "* OK [UIDNEXT %lu] The next message's UID\r\n",
	    (unsigned long)box->next_uid + 1);
}

static bool
inbox_alone(struct imapcall *c)
{
	return imapcall_inbox(c) && imapcall_end(c);
}

static void
leave(struct imapcall *c)
{
	c->imap->selected = false;
	imapview_close(&c->imap->view);
	imapset_free(&c->imap->saved);
}

/* A SELECT that fails leaves the mailbox before (RFC 9051, section 6.3.2). */
static void
select_box(struct imapcall *c, bool readonly)
{
	if (inbox_alone(c)) {
		open_box(c, readonly);
		imapcall_ok(c, "[%s] INBOX is %s: %zu message%s",
		    readonly ? "READ-ONLY" : "READ-WRITE",
		    readonly ? "open for reading only" : "open",
		    c->peer->box->count, c->peer->box->count == 1 ? "" : "s");
		return;
	}
	if (c->imap->selected)
		leave(c);
}

void
imapbox_select(struct imapcall *c)
{
	select_box(c, false);
}

void
imapbox_examine(struct imapcall *c)
{
	select_box(c, true);
}

void
imapbox_close(struct imapcall *c)
{
	bool readonly = c->imap->readonly;

	if (!readonly)
		imapstore_remove(c);
	leave(c);
	imapcall_ok(c, "CLOSE done: %s",
	    readonly ? "nothing is removed" :
		       "what was marked \\Deleted is removed");
}

void
imapbox_unselect(struct imapcall *c)
{
	leave(c);
	imapcall_ok(c, "UNSELECT done: nothing is removed");
}

/* --- LIST --- */

/* Is INBOX what a pattern means, "*" and "%" being any characters? */
static bool
is_inbox(const char *p, size_t n)
{
	const char *name = "INBOX";
	size_t at = 0, i = 0, star = n, back = 0;

	while (i < 5) {
		if (at < n && (p[at] == '*' || p[at] == '%')) {
			star = at++;
			back = i;
		} else if (at < n && text_is(p + at, 1, (char[2]){ name[i] })) {
			at++;
			i++;
		} else if (star < n) {
			at = star + 1;
			i = ++back;
		} else {
			return false;
		}
	}
	while (at < n && (p[at] == '*' || p[at] == '%'))
		at++;
	return at == n;
}

/* One pattern behind the reference, which is its beginning. */
static bool
read_pattern(struct imapcall *c, const struct buf *reference, bool *is,
    bool *root)
{
	struct buf pattern = { 0 };
	bool good;

	buf_add(&pattern, buf_bytes(reference), reference->len);
	good = imapin_string(&c->in, "%*]", &pattern);
	if (good && pattern.len == 0)
		*root = true;
	if (good && is_inbox(buf_bytes(&pattern), pattern.len))
		*is = true;
	buf_free(&pattern);
	return good;
}

/* Reference and pattern, or patterns in parentheses (RFC 9051, 6.3.9). */
static bool
read_patterns(struct imapcall *c, bool *is, bool *root)
{
	struct buf reference = { 0 };
	bool good, list;

	good = imapin_string(&c->in, "]", &reference) && imapin_blank(&c->in);
	list = good && imapin_skip(&c->in, "(");
	while (good) {
		good = read_pattern(c, &reference, is, root);
		if (!list || !imapin_blank(&c->in))
			break;
	}
	buf_free(&reference);
	return good && (!list || imapin_skip(&c->in, ")"));
}

/* What STATUS tells, and LIST with RETURN (STATUS (...)). */
static bool
say_status(struct imapcall *c, struct buf *to)
{
	const struct mailbox *box = c->peer->box;
	const struct {
		const char *name;
		uint64_t value;
	} items[] = {
		{ "MESSAGES", box->count },
		{ "RECENT", 0 },
		{ "UIDNEXT", (uint64_t)box->next_uid + 1 },
		{ "UIDVALIDITY", box->validity },
		{ "UNSEEN", count(box, MAIL_SEEN, false) },
		{ "DELETED", count(box, MAIL_DELETED, true) },
		{ "SIZE", box->bytes },
	};
	const size_t most = sizeof items / sizeof *items;
	struct imapin atom;
	size_t i, n = 0;

	if (!imapin_skip(&c->in, "("))
		return false;
	buf_adds(to, "* STATUS INBOX (");
	do {
		if (!imapin_atom(&c->in, "", &atom) || n++ == 2 * most)
			return false;
		for (i = 0; i < most && !imapin_is(&atom, items[i].name); i++)
			;
		if (i == most)
			return false;
		buf_addf(to, "%s%s %llu", n == 1 ? "" : " ", items[i].name,
		    (unsigned long long)items[i].value);
	} while (imapin_blank(&c->in));
	buf_adds(to, ")\r\n");
	return imapin_skip(&c->in, ")");
}

/* "RETURN (CHILDREN STATUS (MESSAGES))" */
static bool
read_return(struct imapcall *c, struct buf *status)
{
	struct imapin atom;

	if (imapin_end(&c->in))
		return true;
	if (!imapin_blank(&c->in) || !imapin_skip(&c->in, "RETURN ("))
		return false;
	while (imapin_atom(&c->in, "", &atom)) {
		if (!imapin_is(&atom, "STATUS")) {
			imapin_blank(&c->in);
			continue;
		}
		buf_clear(status);
		if (!imapin_blank(&c->in) || !say_status(c, status))
			return false;
		imapin_blank(&c->in);
	}
	return imapin_skip(&c->in, ")") && imapin_end(&c->in);
}

/* "(SUBSCRIBED)" and a blank: every mailbox here is. */
static bool
read_selection(struct imapcall *c, bool *subscribed)
{
	struct imapin atom;

	if (!imapin_skip(&c->in, "("))
		return true;
	while (imapin_atom(&c->in, "", &atom)) {
		*subscribed = *subscribed || imapin_is(&atom, "SUBSCRIBED");
		imapin_blank(&c->in);
	}
	return imapin_skip(&c->in, ")") && imapin_blank(&c->in);
}

void
imapbox_list(struct imapcall *c)
{
	bool is = false, root = false, subscribed = false;
	struct buf status = { 0 };

	if (!read_selection(c, &subscribed) || !read_patterns(c, &is, &root) ||
	    !read_return(c, &status)) {
		imapcall_usage(c);
	} else {
		if (is)
			buf_addf(&c->peer->out,
			    "* LIST (\\HasNoChildren%s) \"/\" INBOX\r\n",
			    subscribed ? " \\Subscribed" : "");
		else if (root)
			buf_adds(&c->peer->out,
			    "* LIST (\\Noselect) \"/\" \"\"\r\n");
		if (is)
			buf_add(&c->peer->out, buf_bytes(&status), status.len);
		imapcall_ok(c,
		    is || root ? "LIST done" :
				 "LIST done: only INBOX is here, "
				 "and LIST \"\" * shows it");
	}
	buf_free(&status);
}

void
imapbox_lsub(struct imapcall *c)
{
	bool is = false, root = false;

	if (!read_patterns(c, &is, &root) || !imapin_end(&c->in)) {
		imapcall_usage(c);
		return;
	}
	if (is)
		buf_adds(&c->peer->out, "* LSUB () \"/\" INBOX\r\n");
	imapcall_ok(c, "LSUB done");
}

void
imapbox_status(struct imapcall *c)
{
	struct buf line = { 0 };

	if (imapcall_inbox(c)) {
		if (imapin_blank(&c->in) && say_status(c, &line) &&
		    imapin_end(&c->in)) {
			buf_add(&c->peer->out, buf_bytes(&line), line.len);
			imapcall_ok(c, "STATUS done");
		} else {
			imapcall_usage(c);
		}
	}
	buf_free(&line);
}

void
imapbox_namespace(struct imapcall *c)
{
	buf_adds(&c->peer->out, "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
	imapcall_ok(c, "NAMESPACE done");
}

/* --- what cannot be --- */

void
imapbox_subscribe(struct imapcall *c)
{
	if (inbox_alone(c))
		imapcall_ok(c, "%s done, but INBOX is always subscribed to",
		    c->verb->name);
}

void
imapbox_refuse(struct imapcall *c)
{
	imapcall_no(c,
	    "[CANNOT] %s needs another mailbox, and this practice "
	    "server has INBOX alone",
	    c->verb->name);
}
