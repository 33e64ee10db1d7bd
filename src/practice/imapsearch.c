/* SPDX-License-Identifier: ISC */
/* imapsearch.c - which messages are so, in the old form and the new one. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "practice/imapcall.h"
#include "practice/imapkeys.h"
#include "practice/imapsearch.h"
#include "practice/peer.h"
#include "text.h"

/* What RETURN (...) asks for (RFC 9051, section 6.4.4). */
enum {
	RETURN_MIN = 1 << 0,
	RETURN_MAX = 1 << 1,
	RETURN_ALL = 1 << 2,
	RETURN_COUNT = 1 << 3,
	RETURN_SAVE = 1 << 4
};

/* What was found: numbers and uids. */
struct found {
	struct imapset numbers, uids;
	unsigned long count;
	uint32_t first[2], last[2]; /* of both */
};

static bool
read_options(struct imapcall *c, unsigned *options)
{
	static const char *const names[] = { "MIN", "MAX", "ALL", "COUNT",
		"SAVE" };
	struct imapin atom;
	size_t i;

	while (imapin_atom(&c->in, "", &atom)) {
		for (i = 0; i < 5 && !imapin_is(&atom, names[i]); i++)
			;
		if (i == 5) {
			imapcall_bad_at(c,
			    "RETURN knows MIN, MAX, ALL, COUNT "
			    "and SAVE, not",
			    &atom, "");
			return false;
		}
		*options |= 1U << i;
		imapin_blank(&c->in);
	}
	if (*options == 0)
		*options = RETURN_ALL;
	if (imapin_skip(&c->in, ")"))
		return imapcall_blank(c);
	imapcall_usage(c);
	return false;
}

/* "RETURN (...)" and "CHARSET utf-8", both of them optional. */
static bool
read_head(struct imapcall *c, unsigned *options)
{
	struct buf charset = { 0 };
	bool good = true;

	*options = c->imap->rev2 ? RETURN_ALL : 0;
	if (imapin_skip(&c->in, "RETURN (")) {
		*options = 0;
		if (!read_options(c, options))
			return false;
	}
	if (!imapin_skip(&c->in, "CHARSET "))
		return true;
	if (!imapin_string(&c->in, "", &charset) ||
	    (!text_is(buf_bytes(&charset), charset.len, "UTF-8") &&
		!text_is(buf_bytes(&charset), charset.len, "US-ASCII"))) {
		if (!imapcall_unclosed(c))
			imapcall_no(c,
			    "[BADCHARSET (UTF-8 US-ASCII)] Only these two "
			    "are known here");
		good = false;
	}
	buf_free(&charset);
	return good && imapcall_blank(c);
}

static void
add(struct found *f, uint32_t number, uint32_t uid)
{
	imapset_add(&f->numbers, number);
	imapset_add(&f->uids, uid);
	if (f->count++ == 0) {
		f->first[0] = number;
		f->first[1] = uid;
	}
	f->last[0] = number;
	f->last[1] = uid;
}

static void
search(struct imapcall *c, const struct imapkeys *keys, struct found *f)
{
	size_t i;

	for (i = 0; i < c->imap->view.count; i++) {
		struct mail *mail =
		    imapview_mail(&c->imap->view, c->peer->box, i);

		if (mail != NULL && imapkeys_match(keys, c, i, mail))
			add(f, (uint32_t)i + 1, c->imap->view.list[i].uid);
	}
}

/* Keep what "$" is to mean from now on. */
static void
save(struct imapcall *c, unsigned options, struct found *f)
{
	bool ends = (options & (RETURN_MIN | RETURN_MAX)) != 0 &&
	    (options & (RETURN_ALL | RETURN_COUNT)) == 0;

	imapset_free(&c->imap->saved);
	if (!ends) {
		c->imap->saved = f->uids;
		memset(&f->uids, 0, sizeof f->uids);
		return;
	}
	if (f->count > 0 && (options & RETURN_MIN) != 0)
		imapset_add(&c->imap->saved, f->first[1]);
	if (f->count > 0 && (options & RETURN_MAX) != 0 &&
	    !imapset_has(&c->imap->saved, f->last[1]))
		imapset_add(&c->imap->saved, f->last[1]);
}

/* * SEARCH 1 2 3 */
static void
say_list(struct imapcall *c, const struct imapset *set)
{
	size_t i;
	uint32_t n;

	buf_adds(&c->peer->out, "* SEARCH");
	for (i = 0; i < set->count; i++) {
		for (n = set->list[i].low; n <= set->list[i].high; n++)
			buf_addf(&c->peer->out, " %lu", (unsigned long)n);
	}
	buf_adds(&c->peer->out, "\r\n");
}

/* * ESEARCH (TAG "a1") UID COUNT 3 ALL 1:3 */
static void
say_more(struct imapcall *c, unsigned options, const struct found *f)
{
	struct buf *out = &c->peer->out;
	bool uid = c->uid;

	if (options == RETURN_SAVE)
		return;
	buf_addf(out, "* ESEARCH (TAG \"%.*s\")%s", (int)c->tag.len, c->tag.p,
	    uid ? " UID" : "");
	if (f->count > 0 && (options & RETURN_MIN) != 0)
		buf_addf(out, " MIN %lu", (unsigned long)f->first[uid]);
	if (f->count > 0 && (options & RETURN_MAX) != 0)
		buf_addf(out, " MAX %lu", (unsigned long)f->last[uid]);
	if ((options & RETURN_COUNT) != 0)
		buf_addf(out, " COUNT %lu", f->count);
	if (f->count > 0 && (options & RETURN_ALL) != 0) {
		buf_adds(out, " ALL ");
		imapset_say(uid ? &f->uids : &f->numbers, out);
	}
	buf_adds(out, "\r\n");
}

static void
answer(struct imapcall *c, const struct imapkeys *keys, unsigned options)
{
	struct found f = { .count = 0 };

	search(c, keys, &f);
	if (options == 0)
		say_list(c, c->uid ? &f.uids : &f.numbers);
	else
		say_more(c, options, &f);
	if ((options & RETURN_SAVE) != 0)
		save(c, options, &f);
	if (f.count == 0)
		imapcall_ok(c, "SEARCH done: no message is like that");
	else
		imapcall_ok(c, "SEARCH done: %lu of %zu", f.count,
		    c->imap->view.count);
	imapset_free(&f.numbers);
	imapset_free(&f.uids);
}

void
imapsearch_run(struct imapcall *c)
{
	struct imapkeys *keys = xmalloc(sizeof *keys);
	unsigned options;

	keys->count = 0;
	if (read_head(c, &options) && imapkeys_read(keys, c))
		answer(c, keys, options);
	imapkeys_free(keys);
	free(keys);
}
