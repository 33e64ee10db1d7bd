/* SPDX-License-Identifier: ISC */
/* dialog.c - the state of a conversation, without any I/O. */
#include <stdlib.h>
#include <string.h>

#include "dialog.h"
#include "fail.h"
#include "line.h"
#include "proto.h"
#include "protos.h"
#include "text.h"

/* Why a reply is owed. */
enum owed_kind { OWED_GREETING, OWED_COMMAND, OWED_DATA_END, OWED_SECRET };

struct owed {
	enum owed_kind kind;
	unsigned id;
	unsigned replies;        /* how many, to this one command */
	const struct verb *verb; /* NULL when the protocol has no such verb */
};

static bool
has_rules(const struct dialog *d)
{
	return d->proto->judge != NULL && d->owed != NULL;
}

static unsigned
verb_flags(const struct verb *v)
{
	return v == NULL ? 0 : v->flags;
}

static struct owed *
owed_first(const struct dialog *d)
{
	return d->count == 0 ? NULL : &d->owed[d->first];
}

static const struct owed *
owed_last(const struct dialog *d)
{
	return &d->owed[(d->first + d->count - 1) % DIALOG_OWED];
}

static struct owed *
owed_push(struct dialog *d, enum owed_kind kind, const struct verb *verb)
{
	struct owed *o;

	/* dialog_turn said TURN_SERVER long before this. */
	if (d->owed == NULL || d->count == DIALOG_OWED)
		return NULL;
	o = &d->owed[(d->first + d->count++) % DIALOG_OWED];
	o->kind = kind;
	o->verb = verb;
	o->id = d->id;
	o->replies = 1;
	d->replies++;
	return o;
}

/* One reply came to the first of them. */
static struct owed
owed_pop(struct dialog *d)
{
	struct owed o = { .kind = OWED_COMMAND };

	if (d->owed == NULL)
		return o;
	o = d->owed[d->first];
	d->replies--;
	if (--d->owed[d->first].replies == 0) {
		d->first = (d->first + 1) % DIALOG_OWED;
		d->count--;
	}
	return o;
}

void
dialog_start(struct dialog *d, const struct proto *proto, bool greeting)
{
	memset(d, 0, sizeof *d);
	d->owed = xmalloc(DIALOG_OWED * sizeof *d->owed);
	d->state = TURN_COMMAND;
	d->proto = proto;
	if (greeting)
		owed_push(d, OWED_GREETING, NULL);
}

void
dialog_end(struct dialog *d)
{
	free(d->owed);
	memset(d, 0, sizeof *d);
}

void
dialog_proto(struct dialog *d, const struct proto *proto)
{
	d->proto = proto;
	if (!has_rules(d)) {
		d->count = d->replies = 0;
		d->in_reply = false;
		d->state = TURN_COMMAND;
	}
}

/* The data's last line goes out: one reply, or one for each recipient. */
static void
data_end(struct dialog *d)
{
	struct owed *o;

	d->id++;
	o = owed_push(d, OWED_DATA_END, NULL);
	if (o != NULL && d->proto->reply_per_rcpt && d->recipients > 0)
		d->replies += (o->replies = d->recipients) - 1;
	d->recipients = 0;
	d->state = TURN_COMMAND;
}

static struct said
would_command(const struct dialog *d, const char *line, size_t len)
{
	struct said s = { SAID_COMMAND, NULL, len };

	s.verb = protos_verb(d->proto, line, len);
	if ((verb_flags(s.verb) & VERB_SECRET) != 0)
		s.secret = d->proto->secret_at(line, len);
	return s;
}

struct said
dialog_would(const struct dialog *d, const char *line, size_t len)
{
	struct said s = { SAID_FREE, NULL, len };

	if (!has_rules(d))
		return s;
	switch (d->state) {
	case TURN_DATA:
		s.kind = text_is(line, len, ".") ? SAID_DATA_END : SAID_DATA;
		return s;
	case TURN_SECRET:
		s.kind = SAID_SECRET;
		/* RFC 4954, section 4: "*" gives up and says nothing. */
		s.secret = text_is(line, len, "*") ? len : 0;
		return s;
	default:
		return would_command(d, line, len);
	}
}

struct said
dialog_said(struct dialog *d, const char *line, size_t len)
{
	struct said s = dialog_would(d, line, len);

	switch (s.kind) {
	case SAID_COMMAND:
		d->id++;
		d->commands++;
		owed_push(d, OWED_COMMAND, s.verb);
		break;
	case SAID_DATA_END:
		data_end(d);
		break;
	case SAID_SECRET:
		d->id++;
		owed_push(d, OWED_SECRET, NULL);
		d->state = TURN_COMMAND;
		break;
	default:
		break;
	}
	return s;
}

void
dialog_stale(struct dialog *d)
{
	if (d->count == 0 && !d->in_reply) {
		d->in_reply = true;
		d->stray = true;
	}
}

/* Keep what one line of the answer to EHLO or LHLO advertises. */
static void
words_add(struct dialog *d, const char *line, size_t len)
{
	if (len <= 4 || d->words_len + len - 3 > sizeof d->words)
		return;
	if (memchr(line, '\0', len) != NULL)
		return;
	memcpy(d->words + d->words_len, line + 4, len - 4);
	d->words_len += len - 4;
	d->words[d->words_len++] = '\0';
}

static bool
is_hello(const struct owed *o)
{
	return o != NULL && o->kind == OWED_COMMAND &&
	    (verb_flags(o->verb) & VERB_HELLO) != 0;
}

static bool
is_negative(const struct heard *h)
{
	return h->class == CLASS_TRANSIENT || h->class == CLASS_PERMANENT;
}

/* The reply to STARTTLS is complete. */
static void
heard_upgrade(struct dialog *d, struct heard *h, const char *line, size_t len)
{
	/* Every line of the reply has to say so. */
	bool agrees = d->proto->agrees(line, len) && d->code == h->code;

	if (agrees && !d->tls)
		d->state = TURN_UPGRADE;
	else if (is_negative(h))
		h->upgrade_refused = true;
	else
		h->disagreed = true;
}

/* The reply to a command is complete. */
static void
heard_command(struct dialog *d, struct heard *h, const char *line, size_t len)
{
	unsigned flags = verb_flags(h->verb);
	bool ok = h->class == CLASS_OK;

	if ((flags & VERB_UPGRADE) != 0)
		heard_upgrade(d, h, line, len);
	if ((flags & VERB_DATA) != 0 && h->class == CLASS_MORE) {
		d->state = TURN_DATA;
		d->at_start = true;
	}
	if ((flags & VERB_DATA) != 0 && h->class != CLASS_MORE)
		h->data_refused = true;
	if ((flags & VERB_CHALLENGE) != 0 && h->class == CLASS_MORE)
		d->state = TURN_SECRET;
	if (ok && (flags & VERB_RCPT) != 0)
		d->recipients++;
	if (ok && (flags & VERB_RESET) != 0)
		d->recipients = 0;
	if (ok && (flags & VERB_END) != 0) {
		d->state = TURN_OVER;
		d->ended = true;
	}
}

/* Does the server close behind a reply with this code? */
static bool
closes(const struct dialog *d, int code)
{
	const int *c;

	for (c = d->proto->closing; c != NULL && *c != 0; c++) {
		if (*c == code)
			return true;
	}
	return false;
}

/* A reply is complete: what it does to the dialogue. */
static void
heard_last(struct dialog *d, struct heard *h, const char *line, size_t len)
{
	bool over = d->state == TURN_OVER || closes(d, h->code);
	struct owed o;

	d->in_reply = false;
	/* A server that gave up on the secret says so unasked. */
	if (h->unsolicited && d->state == TURN_SECRET && is_negative(h))
		d->state = TURN_COMMAND;
	if (over)
		d->state = TURN_OVER;
	if (h->unsolicited || h->class == CLASS_PRELIMINARY)
		return;
	o = owed_pop(d);
	if (is_negative(h)) {
		d->refused++;
		d->refused_code = h->code;
	}
	if (o.kind == OWED_COMMAND)
		heard_command(d, h, line, len);
	if (o.kind == OWED_SECRET && h->class == CLASS_MORE)
		d->state = TURN_SECRET;
	/* Behind a 421 nothing more begins. */
	if (over)
		d->state = TURN_OVER;
}

/* One line of a reply, judged by the protocol. */
static struct heard
heard_judged(struct dialog *d, struct judged j, const char *line, size_t len)
{
	struct heard h = { .last = true };
	bool first = !d->in_reply;
	struct owed *o;

	h.class = j.class;
	h.code = j.code;
	h.last = !j.more;
	if (first && j.class == CLASS_NONE) {
		h.unsolicited = true;
		h.junk = true;
		return h;
	}
	if (first) {
		d->stray = d->count == 0;
		d->code = j.code;
	} else if (j.code != d->code) {
		d->code = 0;
	}
	d->in_reply = j.more;
	h.unsolicited = d->stray;
	o = d->stray ? NULL : owed_first(d);
	if (o != NULL) {
		h.verb = o->verb;
		h.id = o->id;
		h.greeting = o->kind == OWED_GREETING;
	}
	if (is_hello(o) && first)
		d->words_len = 0;
	else if (is_hello(o) && j.class == CLASS_OK)
		words_add(d, line, len);
	if (h.last)
		heard_last(d, &h, line, len);
	return h;
}

struct heard
dialog_heard(struct dialog *d, const char *line, size_t len)
{
	struct heard h = { .last = true };

	if (!has_rules(d))
		return h;
	return heard_judged(d, d->proto->judge(&d->open, line, len), line, len);
}

enum turn
dialog_turn(const struct dialog *d)
{
	if (!has_rules(d))
		return TURN_COMMAND;
	if (d->state == TURN_UPGRADE || d->state == TURN_OVER)
		return d->state;
	return d->count > 0 ? TURN_SERVER : d->state;
}

enum turn
dialog_turn_ahead(const struct dialog *d)
{
	enum turn turn = dialog_turn(d);
	const struct owed *o;

	if (turn != TURN_SERVER || d->state != TURN_COMMAND)
		return turn;
	if (d->count == DIALOG_OWED)
		return TURN_SERVER;
	o = owed_last(d);
	if (o->kind == OWED_GREETING || o->kind == OWED_SECRET)
		return TURN_SERVER;
	if (o->kind == OWED_COMMAND && (verb_flags(o->verb) & VERB_AHEAD) == 0)
		return TURN_SERVER;
	return TURN_COMMAND;
}

size_t
dialog_block(struct dialog *d, const char *p, size_t n, bool eof, bool *ended)
{
	size_t safe;
	size_t end = line_dot(p, n, d->at_start, &safe);

	/* At the end of input the line "." needs no line end. */
	if (end == 0 && eof && safe < n && p[safe] == '.')
		end = n;
	*ended = end > 0;
	if (end > 0) {
		data_end(d);
		d->at_start = true;
		return end;
	}
	if (eof)
		safe = n;
	if (safe > 0)
		d->at_start = p[safe - 1] == '\n';
	return safe;
}

void
dialog_upgraded(struct dialog *d)
{
	d->tls = true;
	d->count = d->replies = 0;
	d->open = 0;
	d->in_reply = false;
	d->words_len = 0;
	d->recipients = 0;
	d->state = TURN_COMMAND;
}

size_t
dialog_owed(const struct dialog *d)
{
	return d->replies;
}

const char *
dialog_awaited(const struct dialog *d)
{
	const struct owed *o = owed_first(d);

	if (o == NULL)
		return NULL;
	switch (o->kind) {
	case OWED_GREETING:
		return "the greeting";
	case OWED_DATA_END:
		return "the reply to the mail data";
	case OWED_SECRET:
		return "the reply to the hidden line";
	default:
		return o->verb == NULL ? "the reply to the last command" :
					 o->verb->word;
	}
}

bool
dialog_greeting_owed(const struct dialog *d)
{
	const struct owed *o = owed_first(d);

	return o != NULL && o->kind == OWED_GREETING;
}

const char *
dialog_word(const struct dialog *d, size_t i)
{
	const char *p = d->words;

	while (p < d->words + d->words_len) {
		if (i-- == 0)
			return p;
		p += strlen(p) + 1;
	}
	return NULL;
}

bool
dialog_offers(const struct dialog *d, const char *word)
{
	const char *offered;
	size_t i;

	for (i = 0; (offered = dialog_word(d, i)) != NULL; i++) {
		if (text_is(offered, text_word(offered, strlen(offered)), word))
			return true;
	}
	return false;
}
