/* SPDX-License-Identifier: ISC */
/* imapfetch.c - what is asked of messages, and what they are. */
#include <string.h>

#include "practice/imapbody.h"
#include "practice/imapcall.h"
#include "practice/imapdate.h"
#include "practice/imapfetch.h"
#include "practice/imapflag.h"
#include "practice/imapsay.h"
#include "practice/imapsection.h"
#include "practice/mailbox.h"
#include "practice/mime.h"
#include "practice/peer.h"
#include "text.h"

/* One command's answers are at most so large, and four times the mailbox. */
enum { ITEMS_MOST = 100, ANSWER_LEAST = 1 << 20 };

struct fetch;

/* What can be asked for. */
struct kind {
	const char *name;
	void (*say)(struct fetch *f, const struct mail *mail,
	    const struct kind *kind);
	bool section;   /* "[" comes next, or this has no section */
	bool peek;      /* it does not mean that the message was read */
	const char *as; /* items or a section that this is short for */
};

struct item {
	const struct kind *kind;
	struct imapsection section;
	bool part; /* only count bytes of it, from `from` on */
	uint32_t from, count;
};

struct fetch {
	struct imapcall *call;
	struct item list[ITEMS_MOST];
	size_t count;
	const struct item *item; /* at hand */
	struct mime mime;        /* of the message at hand; or empty */
	size_t most;             /* bytes of peer->out */
	bool over, coding, gone; /* what could not be answered */
};

static struct buf *
out(struct fetch *f)
{
	return &f->call->peer->out;
}

static void
say_flags(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	(void)kind;
	imapflag_say(out(f), mail->flags);
}

static void
say_uid(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	(void)kind;
	buf_addf(out(f), "%lu", (unsigned long)mail->uid);
}

static void
say_size(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	(void)kind;
	buf_addf(out(f), "%zu", mail->len);
}

static void
say_date(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	(void)kind;
	imapdate_say(out(f), mail->when);
}

static void
say_envelope(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	(void)kind;
	imapbody_envelope(out(f), mail->bytes, mail_header(mail));
}

static void
say_structure(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	imapbody_structure(out(f), mail->bytes, mail->len,
	    strcmp(kind->name, "BODYSTRUCTURE") == 0);
}

/* The section's bytes; NULL if there are none, or more than may be sent. */
static const char *
find(struct fetch *f, const struct mail *mail, struct buf *store, size_t *n)
{
	const char *p;

	if (f->mime.count == 0)
		mime_parse(&f->mime, mail->bytes, mail->len);
	p = imapsection_find(&f->item->section, &f->mime, store, n);
	if (p == NULL || out(f)->len <= f->most)
		return p;
	f->over = true;
	return NULL;
}

static void
say_bytes(struct fetch *f, const char *p, size_t n)
{
	const struct item *item = f->item;

	if (item->part) {
		size_t from = item->from < n ? item->from : n;

		p += from;
		n = item->count < n - from ? item->count : n - from;
	}
	if (n > 0 && memchr(p, '\0', n) != NULL)
		buf_adds(out(f), "~");
	imapsay_literal(out(f), p, n);
}

static void
say_section(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	struct buf store = { 0 };
	size_t n = 0;
	const char *p = find(f, mail, &store, &n);

	(void)kind;
	if (p == NULL)
		buf_adds(out(f), "NIL");
	else
		say_bytes(f, p, n);
	buf_free(&store);
}

/* A part as it was before it was encoded (RFC 3516), or its size. */
static void
say_binary(struct fetch *f, const struct mail *mail, const struct kind *kind)
{
	bool size = strcmp(kind->name, "BINARY.SIZE") == 0;
	const struct imapsection *s = &f->item->section;
	struct buf store = { 0 };
	size_t n = 0;
	const char *p = find(f, mail, &store, &n);
	bool good = p != NULL;

	if (good && s->depth > 0) {
		good =
		    mime_decode(mime_at(&f->mime, s->path, s->depth), &store);
		f->coding = f->coding || !good;
		p = store.len == 0 ? "" : buf_bytes(&store);
		n = store.len;
	}
	if (size)
		buf_addf(out(f), "%zu", good ? n : 0);
	else if (good)
		say_bytes(f, p, n);
	else
		buf_adds(out(f), "NIL");
	buf_free(&store);
}

static const struct kind kinds[] = {
	{ "FLAGS", say_flags, false, true, NULL },
	{ "UID", say_uid, false, true, NULL },
	{ "INTERNALDATE", say_date, false, true, NULL },
	{ "RFC822.SIZE", say_size, false, true, NULL },
	{ "ENVELOPE", say_envelope, false, true, NULL },
	{ "BODY", say_structure, false, true, NULL },
	{ "BODYSTRUCTURE", say_structure, false, true, NULL },
	{ "BODY", say_section, true, false, NULL },
	{ "BODY.PEEK", say_section, true, true, NULL },
	{ "BINARY", say_binary, true, false, NULL },
	{ "BINARY.PEEK", say_binary, true, true, NULL },
	{ "BINARY.SIZE", say_binary, true, true, NULL },
	{ "RFC822", say_section, false, false, "]" },
	{ "RFC822.HEADER", say_section, false, true, "HEADER]" },
	{ "RFC822.TEXT", say_section, false, false, "TEXT]" },
};

static const struct kind *
find_kind(const char *name, size_t n, bool section)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].section == section &&
		    text_is(name, n, kinds[i].name))
			return &kinds[i];
	}
	return NULL;
}

/* "<0.100>" */
static bool
read_partial(struct item *item, struct imapin *in)
{
	if (!imapin_skip(in, "<"))
		return true;
	item->part = true;
	return imapin_number(in, &item->from) && imapin_skip(in, ".") &&
	    imapin_number(in, &item->count) && item->count > 0 &&
	    imapin_skip(in, ">");
}

static bool
read_section(struct item *item, struct imapin *in)
{
	const char *as = item->kind->as;
	struct imapin whole = { as, as == NULL ? 0 : strlen(as), 0 };

	if (as != NULL)
		return imapsection_read(&item->section, &whole);
	if (!item->kind->section)
		return true;
	in->at++;
	return imapsection_read(&item->section, in) &&
	    (item->kind->say != say_binary ||
		item->section.kind == SECTION_WHOLE) &&
	    read_partial(item, in);
}

static bool
read_item(struct fetch *f, struct imapin *in)
{
	struct imapin what = *in;
	const char *name = in->p + in->at;
	struct item *item;
	size_t n;

	for (n = 0;
	     n < in->len - in->at && strchr(" ()[]<>\r\n", name[n]) == NULL;
	     n++)
		;
	if (f->count == ITEMS_MOST) {
		imapcall_bad(f->call, "[LIMIT] At most %d items, please",
		    ITEMS_MOST);
		return false;
	}
	item = &f->list[f->count];
	in->at += n;
	item->kind = find_kind(name, n, in->at < in->len && name[n] == '[');
	if (item->kind == NULL) {
		imapcall_bad_at(f->call, "There is no FETCH item", &what,
		    ": FLAGS, UID, RFC822.SIZE, INTERNALDATE, ENVELOPE, "
		    "BODYSTRUCTURE, BODY[], BODY[HEADER], BODY[TEXT]");
		return false;
	}
	f->count++;
	if (read_section(item, in))
		return true;
	if (!imapcall_unclosed(f->call))
		imapcall_bad_at(f->call, "Not a section:", &what,
		    ": BODY[], BODY[1], BODY[HEADER], BODY[TEXT], "
		    "BODY[HEADER.FIELDS (From To)], BODY[]<0.100>");
	return false;
}

static bool
read_list(struct fetch *f, struct imapin *in)
{
	do {
		if (!read_item(f, in))
			return false;
	} while (imapin_blank(in));
	if (imapin_skip(in, ")"))
		return true;
	imapcall_bad(f->call, "The ) that ends the items is missing");
	return false;
}

/* The words for many items; each of them alone. */
static bool
read_items(struct fetch *f)
{
	static const char *const macros[][2] = {
		{ "ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)" },
		{ "FAST", "FLAGS INTERNALDATE RFC822.SIZE)" },
		{ "FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)" },
	};
	struct imapin *in = &f->call->in, back = *in, atom;
	size_t i;

	if (imapin_skip(in, "("))
		return read_list(f, in) && imapcall_end(f->call);
	imapin_atom(in, "", &atom);
	for (i = 0; i < sizeof macros / sizeof *macros; i++) {
		if (imapin_is(&atom, macros[i][0])) {
			struct imapin list = { macros[i][1],
				strlen(macros[i][1]), 0 };

			return read_list(f, &list) && imapcall_end(f->call);
		}
	}
	*in = back;
	if (!read_item(f, in))
		return false;
	if (imapin_end(in))
		return true;
	imapcall_bad_at(f->call,
	    "Several items want parentheses, as in "
	    "(FLAGS UID); left over is",
	    in, "");
	return false;
}

static void
say_item(struct fetch *f, const struct mail *mail)
{
	const struct item *item = f->item;
	const char *name = item->kind->name, *peek = strstr(name, ".PEEK");

	buf_add(out(f), name,
	    peek == NULL ? strlen(name) : (size_t)(peek - name));
	if (item->kind->section) {
		buf_adds(out(f), "[");
		imapsection_say(&item->section, out(f));
		buf_adds(out(f), "]");
	}
	if (item->part)
		buf_addf(out(f), "<%lu>", (unsigned long)item->from);
	buf_adds(out(f), " ");
	item->kind->say(f, mail, item->kind);
}

/* To read a message is to have seen it; returns whether that is new. */
static bool
see(struct fetch *f, struct mail *mail)
{
	bool read = false;
	size_t i;

	for (i = 0; i < f->count; i++)
		read = read || !f->list[i].kind->peek;
	if (!read || f->call->imap->readonly || (mail->flags & MAIL_SEEN) != 0)
		return false;
	mailbox_flags(f->call->peer->box, mail, mail->flags | MAIL_SEEN);
	return true;
}

static void
say_mail(struct fetch *f, size_t i, struct mail *mail)
{
	bool seen = see(f, mail), flags = false, uid = false;
	size_t k;

	buf_addf(out(f), "* %zu FETCH (", i + 1);
	for (k = 0; k < f->count; k++) {
		f->item = &f->list[k];
		flags = flags || f->item->kind->say == say_flags;
		uid = uid || f->item->kind->say == say_uid;
		buf_adds(out(f), k == 0 ? "" : " ");
		say_item(f, mail);
	}
	if (f->call->uid && !uid)
		buf_addf(out(f), " UID %lu", (unsigned long)mail->uid);
	if (seen && !flags) {
		buf_adds(out(f), " FLAGS ");
		imapflag_say(out(f), mail->flags);
	}
	if (seen || flags)
		f->call->imap->view.list[i].flags = mail->flags;
	buf_adds(out(f), ")\r\n");
	mime_free(&f->mime);
}

/* Every message of the set; how many there were. */
static size_t
say_all(struct fetch *f, const struct imapset *set)
{
	struct imapcall *c = f->call;
	size_t i, n = 0;
	struct mail *mail;

	f->most = out(f)->len + ANSWER_LEAST + 4 * c->peer->box->bytes;
	for (i = 0; !f->over && imapcall_next(c, set, &i, &mail); i++) {
		n++;
		if (mail == NULL)
			f->gone = true;
		else
			say_mail(f, i, mail);
	}
	return n;
}

static void
answer(struct fetch *f, const struct imapset *set)
{
	struct imapcall *c = f->call;
	size_t n = say_all(f, set);

	if (f->over)
		imapcall_no(c,
		    "[LIMIT] That is too much at once: ask for "
		    "fewer messages or items");
	else if (f->coding)
		imapcall_no(c,
		    "[UNKNOWN-CTE] That encoding cannot be undone: "
		    "BODY[...] shows it as it is");
	else if (f->gone)
		imapcall_no(c,
		    "[EXPUNGEISSUED] Another client has removed "
		    "some of them: NOOP tells which");
	else if (n == 0)
		imapcall_ok(c, "FETCH done: there is no such message%s",
		    c->uid ? " (UID SEARCH ALL lists the UIDs)" : "");
	else
		imapcall_ok(c, "FETCH done");
}

void
imapfetch_run(struct imapcall *c)
{
	struct fetch f = { .call = c };
	struct imapset set = { 0 };
	size_t i;

	if (imapcall_set(c, &set) && imapcall_blank(c) && read_items(&f))
		answer(&f, &set);
	for (i = 0; i < f.count; i++)
		imapsection_free(&f.list[i].section);
	imapset_free(&set);
}
