/* SPDX-License-Identifier: ISC */
/* imapkeys.c - FROM alice NOT (SEEN OR LARGER 1000 SINCE 1-Feb-1994). */
#include <string.h>

#include "practice/imapcall.h"
#include "practice/imapdate.h"
#include "practice/imapkeys.h"
#include "practice/mailbox.h"
#include "practice/mailtext.h"
#include "text.h"

/* A search looks for each text in every message: there is an end to it. */
enum { DEPTH_MOST = 20, TEXT_MOST = 256 };

/* What stands behind the name of a key. */
enum wants {
	WANTS_NOTHING,
	WANTS_TEXT,
	WANTS_FIELD, /* a field's name and a text */
	WANTS_DAY,
	WANTS_NUMBER,
	WANTS_WORD, /* a keyword */
	WANTS_SET,
	WANTS_KEY,
	WANTS_KEYS,
	WANTS_END /* keys up to ")" */
};

/* What a key is compared with. */
struct target {
	const struct imapkeys *keys;
	const struct imapcall *call;
	const struct mail *mail;
	size_t i;
};

struct imapkeys_kind {
	const char *name;
	enum wants wants;
	bool (*match)(const struct target *t, const struct imapkey *key);
	unsigned flag;
	const char *field;
};

/* --- comparing --- */

static bool
always(const struct target *t, const struct imapkey *key)
{
	(void)t;
	(void)key;
	return true;
}

static bool
never(const struct target *t, const struct imapkey *key)
{
	(void)t;
	(void)key;
	return false;
}

static bool
has_flag(const struct target *t, const struct imapkey *key)
{
	return (t->mail->flags & key->kind->flag) != 0;
}

static bool
lacks_flag(const struct target *t, const struct imapkey *key)
{
	return !has_flag(t, key);
}

static bool
in_field(const struct target *t, const struct imapkey *key)
{
	const char *name = key->kind->field;

	return mailtext_field(t->mail,
	    name == NULL ? buf_bytes(&key->field) : name,
	    buf_bytes(&key->text));
}

static bool
in_body(const struct target *t, const struct imapkey *key)
{
	return mailtext_body(t->mail, buf_bytes(&key->text));
}

static bool
in_text(const struct target *t, const struct imapkey *key)
{
	return mailtext_field(t->mail, NULL, buf_bytes(&key->text)) ||
	    in_body(t, key);
}

static bool
is_larger(const struct target *t, const struct imapkey *key)
{
	return t->mail->len > key->number;
}

static bool
is_smaller(const struct target *t, const struct imapkey *key)
{
	return t->mail->len < key->number;
}

static bool
came_before(const struct target *t, const struct imapkey *key)
{
	return imapdate_day(t->mail->when) < key->day;
}

static bool
came_on(const struct target *t, const struct imapkey *key)
{
	return imapdate_day(t->mail->when) == key->day;
}

static bool
came_since(const struct target *t, const struct imapkey *key)
{
	return imapdate_day(t->mail->when) >= key->day;
}

static bool
sent_before(const struct target *t, const struct imapkey *key)
{
	long day;

	return mailtext_day(t->mail, &day) && day < key->day;
}

static bool
sent_on(const struct target *t, const struct imapkey *key)
{
	long day;

	return mailtext_day(t->mail, &day) && day == key->day;
}

static bool
sent_since(const struct target *t, const struct imapkey *key)
{
	long day;

	return mailtext_day(t->mail, &day) && day >= key->day;
}

static bool
is_uid(const struct target *t, const struct imapkey *key)
{
	return imapcall_in(t->call, &key->set, true, t->i);
}

static bool
is_number(const struct target *t, const struct imapkey *key)
{
	return imapcall_in(t->call, &key->set, false, t->i);
}

static bool
matches(const struct target *t, size_t place)
{
	const struct imapkey *key = &t->keys->list[place];

	return key->kind->match(t, key);
}

static bool
is_not(const struct target *t, const struct imapkey *key)
{
	return !matches(t, key->child);
}

static bool
is_either(const struct target *t, const struct imapkey *key)
{
	return matches(t, key->child) ||
	    matches(t, t->keys->list[key->child].next);
}

static bool
is_all(const struct target *t, const struct imapkey *key)
{
	size_t place;

	for (place = key->child; place != 0;
	     place = t->keys->list[place].next) {
		if (!matches(t, place))
			return false;
	}
	return true;
}

static const struct imapkeys_kind kinds[] = {
	{ "ALL", WANTS_NOTHING, always, 0, NULL },
	{ "ANSWERED", WANTS_NOTHING, has_flag, MAIL_ANSWERED, NULL },
	{ "BCC", WANTS_TEXT, in_field, 0, "Bcc" },
	{ "BEFORE", WANTS_DAY, came_before, 0, NULL },
	{ "BODY", WANTS_TEXT, in_body, 0, NULL },
	{ "CC", WANTS_TEXT, in_field, 0, "Cc" },
	{ "DELETED", WANTS_NOTHING, has_flag, MAIL_DELETED, NULL },
	{ "DRAFT", WANTS_NOTHING, has_flag, MAIL_DRAFT, NULL },
	{ "FLAGGED", WANTS_NOTHING, has_flag, MAIL_FLAGGED, NULL },
	{ "FROM", WANTS_TEXT, in_field, 0, "From" },
	{ "HEADER", WANTS_FIELD, in_field, 0, NULL },
	{ "KEYWORD", WANTS_WORD, never, 0, NULL },
	{ "LARGER", WANTS_NUMBER, is_larger, 0, NULL },
	{ "NEW", WANTS_NOTHING, never, 0, NULL },
	{ "NOT", WANTS_KEY, is_not, 0, NULL },
	{ "OLD", WANTS_NOTHING, always, 0, NULL },
	{ "ON", WANTS_DAY, came_on, 0, NULL },
	{ "OR", WANTS_KEYS, is_either, 0, NULL },
	{ "RECENT", WANTS_NOTHING, never, 0, NULL },
	{ "SEEN", WANTS_NOTHING, has_flag, MAIL_SEEN, NULL },
	{ "SENTBEFORE", WANTS_DAY, sent_before, 0, NULL },
	{ "SENTON", WANTS_DAY, sent_on, 0, NULL },
	{ "SENTSINCE", WANTS_DAY, sent_since, 0, NULL },
	{ "SINCE", WANTS_DAY, came_since, 0, NULL },
	{ "SMALLER", WANTS_NUMBER, is_smaller, 0, NULL },
	{ "SUBJECT", WANTS_TEXT, in_field, 0, "Subject" },
	{ "TEXT", WANTS_TEXT, in_text, 0, NULL },
	{ "TO", WANTS_TEXT, in_field, 0, "To" },
	{ "UID", WANTS_SET, is_uid, 0, NULL },
	{ "UNANSWERED", WANTS_NOTHING, lacks_flag, MAIL_ANSWERED, NULL },
	{ "UNDELETED", WANTS_NOTHING, lacks_flag, MAIL_DELETED, NULL },
	{ "UNDRAFT", WANTS_NOTHING, lacks_flag, MAIL_DRAFT, NULL },
	{ "UNFLAGGED", WANTS_NOTHING, lacks_flag, MAIL_FLAGGED, NULL },
	{ "UNKEYWORD", WANTS_WORD, always, 0, NULL },
	{ "UNSEEN", WANTS_NOTHING, lacks_flag, MAIL_SEEN, NULL },
};

static const struct imapkeys_kind numbers = { "a set", WANTS_SET, is_number, 0,
	NULL };
static const struct imapkeys_kind list = { "(", WANTS_END, is_all, 0, NULL };

/* --- reading --- */

static bool
read_text(struct imapcall *c, struct buf *text)
{
	if (!imapin_blank(&c->in) || !imapin_string(&c->in, "]", text) ||
	    text->len > TEXT_MOST)
		return false;
	buf_add(text, "", 1);
	text->len--;
	return strlen(buf_bytes(text)) == text->len;
}

static bool
read_set(struct imapcall *c, struct imapkey *key)
{
	return (key->kind == &numbers || imapin_blank(&c->in)) &&
	    imapset_read(&key->set, &c->in);
}

/* What a key wants to know, beside other keys. */
static bool
read_argument(struct imapcall *c, struct imapkey *key)
{
	struct imapin *in = &c->in, atom;

	switch (key->kind->wants) {
	case WANTS_TEXT:
		return read_text(c, &key->text);
	case WANTS_FIELD:
		return read_text(c, &key->field) && read_text(c, &key->text);
	case WANTS_DAY:
		return imapin_blank(in) && imapdate_read(in, &key->day);
	case WANTS_NUMBER:
		return imapin_blank(in) && imapin_number(in, &key->number);
	case WANTS_WORD:
		return imapin_blank(in) && imapin_atom(in, "\\", &atom);
	case WANTS_SET:
		return read_set(c, key);
	default:
		return true;
	}
}

static const struct imapkeys_kind *
find_kind(const struct imapin *name)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (imapin_is(name, kinds[i].name))
			return &kinds[i];
	}
	return NULL;
}

static const struct imapkeys_kind *
read_kind(struct imapin *in)
{
	struct imapin name;

	if (imapin_skip(in, "("))
		return &list;
	if (in->at < in->len && strchr("0123456789*$", in->p[in->at]) != NULL &&
	    in->p[in->at] != '\0')
		return &numbers;
	return imapin_atom(in, "", &name) ? find_kind(&name) : NULL;
}

/* What to say about an argument that is missing or wrong. */
static const char *
hint(enum wants wants)
{
	switch (wants) {
	case WANTS_DAY:
		return " wants a day, as in SINCE 1-Feb-1994";
	case WANTS_NUMBER:
		return " wants a number of octets, as in LARGER 1000";
	case WANTS_FIELD:
		return " wants a field and a text, as in HEADER Subject lunch";
	case WANTS_SET:
		return " wants a set, as in UID 1:5";
	default:
		return " wants a text of at most 256 octets, as in FROM alice";
	}
}

static bool read_key(struct imapkeys *k, struct imapcall *c, int depth);

/* The keys that a key is made of. */
static bool
read_children(struct imapkeys *k, struct imapcall *c, size_t place, int depth)
{
	enum wants wants = k->list[place].kind->wants;
	size_t last = 0, n;

	for (n = 0; wants != WANTS_KEY || n < 1; n++) {
		size_t child = k->count;

		if (wants == WANTS_KEYS && n == 2)
			break;
		if (wants != WANTS_END && !imapcall_blank(c))
			return false;
		if (!read_key(k, c, depth + 1))
			return false;
		if (last == 0)
			k->list[place].child = child;
		else
			k->list[last].next = child;
		last = child;
		if (wants == WANTS_END && !imapin_blank(&c->in))
			break;
	}
	if (wants != WANTS_END || imapin_skip(&c->in, ")"))
		return true;
	imapcall_bad_at(c, "The ) of a list of keys is missing before", &c->in,
	    "");
	return false;
}

static bool
read_key(struct imapkeys *k, struct imapcall *c, int depth)
{
	struct imapin back = c->in;
	size_t place = k->count;
	struct imapkey *key;

	if (k->count == KEYS_MOST || depth > DEPTH_MOST) {
		imapcall_bad(c, "[LIMIT] At most %d keys, and %d deep, please",
		    KEYS_MOST, DEPTH_MOST);
		return false;
	}
	key = &k->list[place];
	memset(key, 0, sizeof *key);
	k->count++;
	key->kind = read_kind(&c->in);
	if (key->kind == NULL) {
		imapcall_bad_at(c, "There is no key for SEARCH", &back,
		    ": ALL, UNSEEN, FROM alice, SUBJECT lunch, "
		    "SINCE 1-Feb-1994, LARGER 1000, NOT, OR");
		return false;
	}
	if (!read_argument(c, key)) {
		if (!imapcall_unclosed(c))
			imapcall_bad(c, "%s%s", key->kind->name,
			    hint(key->kind->wants));
		return false;
	}
	if (key->kind->wants == WANTS_SET &&
	    !imapcall_settle(c, &key->set, key->kind != &numbers))
		return false;
	return key->kind->wants < WANTS_KEY ||
	    read_children(k, c, place, depth);
}

bool
imapkeys_read(struct imapkeys *k, struct imapcall *c)
{
	size_t last = 0;

	memset(&k->list[0], 0, sizeof k->list[0]);
	k->list[0].kind = &list;
	k->count = 1;
	do {
		size_t place = k->count;

		if (!read_key(k, c, 1))
			return false;
		if (last == 0)
			k->list[0].child = place;
		else
			k->list[last].next = place;
		last = place;
	} while (imapin_blank(&c->in) && !imapin_end(&c->in));
	return imapcall_end(c);
}

bool
imapkeys_match(const struct imapkeys *k, const struct imapcall *c, size_t i,
    const struct mail *mail)
{
	struct target t = { k, c, mail, i };

	return matches(&t, 0);
}

void
imapkeys_free(struct imapkeys *k)
{
	size_t i;

	for (i = 0; i < k->count; i++) {
		buf_free(&k->list[i].text);
		buf_free(&k->list[i].field);
		imapset_free(&k->list[i].set);
	}
	k->count = 0;
}
