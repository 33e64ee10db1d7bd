/* SPDX-License-Identifier: ISC */
/* dialog.c - the state of a conversation, without any I/O. */
#include <string.h>

#include "dialog.h"
#include "line.h"
#include "proto.h"
#include "protos.h"
#include "text.h"

/* What the greeting answers. */
static const struct asked unasked = { .greeting = true };

static bool
has_rules(const struct dialog *d)
{
	return d->proto->judge != NULL && d->owing.ring != NULL;
}

void
dialog_start(struct dialog *d, const struct proto *proto, bool greeting)
{
	memset(d, 0, sizeof *d);
	owing_init(&d->owing);
	d->state = TURN_COMMAND;
	d->proto = proto;
	if (greeting)
		owing_push(&d->owing, OWED_GREETING, 0, &unasked);
}

void
dialog_end(struct dialog *d)
{
	owing_free(&d->owing);
	buf_free(&d->begun);
	memset(d, 0, sizeof *d);
}

void
dialog_again(struct dialog *d, const struct proto *proto, bool greeting)
{
	bool tls = d->tls;
	bool as_is = d->as_is;

	dialog_end(d);
	dialog_start(d, proto, greeting);
	d->tls = tls;
	d->as_is = as_is;
}

void
dialog_proto(struct dialog *d, const struct proto *proto)
{
	d->proto = proto;
	memset(&d->hold, 0, sizeof d->hold);
	if (!has_rules(d) || proto->mute) {
		owing_clear(&d->owing);
		d->in_reply = false;
		d->state = TURN_COMMAND;
		d->go = false;
	}
}

/* Our next line is of this kind: now, or when nothing is owed any more. */
static void
turn_to(struct dialog *d, enum turn state, bool go)
{
	d->state = state;
	d->go = go;
}

/* A reply is owed to what was just said. */
static void
owe(struct dialog *d, enum owed_kind kind, const struct asked *asked)
{
	owing_push(&d->owing, kind, ++d->id, asked);
}

/* The message is complete: one reply, or one for each recipient. */
static void
data_end(struct dialog *d)
{
	static const struct asked nothing = { .verb = NULL };
	struct owed *o;

	turn_to(d, TURN_COMMAND, false);
	if (d->data_owes)
		owe(d, OWED_DATA_END, &nothing);
	o = owing_last(&d->owing);
	if (o != NULL && d->proto->reply_per_rcpt && d->recipients > 1)
		owing_more(&d->owing, o, d->recipients - 1);
	d->sent_to = d->recipients;
	d->recipients = 0;
}

/* The literal is complete. */
static void
literal_end(struct dialog *d)
{
	const struct owed *o = owing_last(&d->owing);

	turn_to(d, d->more ? TURN_MORE : TURN_COMMAND, d->more);
	if (o != NULL && !d->more && (o->asked.flags & VERB_DATA_END) != 0) {
		d->data_owes = false;
		data_end(d);
	}
}

/* What a line of ours asks for, without anything being changed. */
static struct wants
ask(const struct dialog *d, struct asked *a, const char *line, size_t len)
{
	struct wants w = { .secret = len,
		.said = d->said,
		.heard = d->hold.flags };

	memset(a, 0, sizeof *a);
	w.more = d->state == TURN_MORE || d->state == TURN_SECRET ||
	    d->state == TURN_LITERAL;
	if (w.more) {
		*a = d->last;
	} else {
		a->verb = protos_verb(d->proto, line, len);
		a->flags = a->verb == NULL ? 0 : a->verb->flags;
		a->alone = protos_alone(d->proto, a->verb, line, len);
	}
	if (d->proto->ask != NULL)
		d->proto->ask(a, &w, line, len);
	else
		w.more = false;
	return w;
}

/* What a command or a further line of one brings about. */
static void
follow(struct dialog *d, const struct asked *a, const struct wants *w)
{
	d->more = w->more;
	if (w->literal) {
		d->octets = w->octets;
		turn_to(d, TURN_LITERAL, !w->wait);
		if (d->octets == 0 && d->go)
			literal_end(d);
	} else if (w->more) {
		turn_to(d, TURN_MORE, true);
	} else if ((a->flags & VERB_DATA_NOW) != 0) {
		turn_to(d, TURN_DATA, true);
		d->at_start = true;
		d->data_owes = false;
	} else {
		turn_to(d, TURN_COMMAND, false);
		if ((a->flags & VERB_DATA_END) != 0) {
			d->data_owes = false;
			data_end(d);
		}
	}
}

/* No line of the answer is looked at: all that comes belongs to it. */
static void
answer_to_end(struct dialog *d)
{
	d->held = (struct judged){ .class = CLASS_OK };
	d->coming = OCTETS_TO_END;
	d->in_reply = true;
	d->stray = false;
	d->code = 0;
}

static void
said_command(struct dialog *d, const char *line, size_t len)
{
	struct asked a;
	struct wants w = ask(d, &a, line, len);

	d->commands++;
	d->said = w.said;
	d->last = a;
	if (w.silent)
		d->id++;
	else
		owe(d, OWED_COMMAND, &a);
	follow(d, &a, &w);
	if ((a.flags & VERB_TO_END) != 0)
		answer_to_end(d);
	if (w.silent && (a.flags & VERB_END) != 0) {
		turn_to(d, TURN_OVER, false);
		d->ended = true;
	}
}

static void
said_more(struct dialog *d, const char *line, size_t len)
{
	struct owed *o = owing_last(&d->owing);
	struct asked a;
	struct wants w = ask(d, &a, line, len);

	d->said = w.said;
	d->last = a;
	/* It may have been answered before it is complete. */
	if (o != NULL && o->id == d->id)
		o->asked = a;
	follow(d, &a, &w);
}

size_t
dialog_octets(struct dialog *d, size_t n)
{
	size_t used = d->octets < n ? (size_t)d->octets : n;

	d->octets -= used;
	if (d->octets == 0)
		literal_end(d);
	return used;
}

/* A line counts with its end, of which the last octets may be short. */
static void
said_literal(struct dialog *d, const char *line, size_t len)
{
	size_t used = dialog_octets(d, len + 2);
	size_t at = used < len ? used : len;

	if (d->octets > 0)
		return;
	/* The line's own end may have been of them. */
	if (d->state == TURN_MORE && used < len + 2)
		said_more(d, line + at, len - at);
	else if (d->state != TURN_MORE && used < len)
		said_command(d, line + at, len - at);
}

struct said
dialog_would(const struct dialog *d, const char *line, size_t len)
{
	struct said s = { SAID_FREE, NULL, len, false };
	struct wants w;
	struct asked a;

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
	case TURN_LITERAL:
		s.kind = SAID_LITERAL;
		s.secret = dialog_hides(d) ? 0 : len;
		s.bare = d->octets == len && !d->more;
		return s;
	case TURN_MORE:
		w = ask(d, &a, line, len);
		s.kind = SAID_MORE;
		break;
	default:
		w = ask(d, &a, line, len);
		s.kind = SAID_COMMAND;
		s.verb = a.verb;
		break;
	}
	s.secret = w.secret;
	s.bare = w.bare;
	return s;
}

static void
said_secret(struct dialog *d, const char *line, size_t len)
{
	struct asked a = { .hidden = true };
	struct wants w = { .secret = len };

	turn_to(d, TURN_COMMAND, false);
	/* Where commands have tags, the command itself is still owed. */
	if (d->proto->tagged)
		return;
	if (d->proto->ask != NULL)
		d->proto->ask(&a, &w, line, len);
	owe(d, OWED_SECRET, &a);
	if (w.literal) {
		d->last = a;
		follow(d, &a, &w);
	}
}

struct said
dialog_said(struct dialog *d, const char *line, size_t len)
{
	struct said s = dialog_would(d, line, len);
	bool over = d->state == TURN_OVER;

	switch (s.kind) {
	case SAID_COMMAND:
		d->state = TURN_COMMAND;
		said_command(d, line, len);
		/* What is said all the same changes nothing about that. */
		if (over && d->state == TURN_COMMAND)
			d->state = TURN_OVER;
		break;
	case SAID_MORE:
		said_more(d, line, len);
		break;
	case SAID_LITERAL:
		said_literal(d, line, len);
		break;
	case SAID_DATA_END:
		data_end(d);
		break;
	case SAID_SECRET:
		said_secret(d, line, len);
		break;
	default:
		break;
	}
	return s;
}

void
dialog_stale(struct dialog *d)
{
	if (d->owing.count == 0 && !d->in_reply) {
		d->in_reply = true;
		d->stray = true;
	}
}

enum turn
dialog_turn(const struct dialog *d)
{
	if (!has_rules(d))
		return TURN_COMMAND;
	if (d->go || d->state == TURN_UPGRADE || d->state == TURN_PLAIN ||
	    d->state == TURN_OVER)
		return d->state;
	return d->owing.count > 0 ? TURN_SERVER : d->state;
}

enum turn
dialog_turn_ahead(const struct dialog *d)
{
	enum turn turn = dialog_turn(d);
	const struct owed *o;

	if (turn != TURN_SERVER || d->state != TURN_COMMAND)
		return turn;
	if (d->owing.count == OWING_MOST)
		return TURN_SERVER;
	o = owing_last(&d->owing);
	if (o->kind == OWED_GREETING || o->kind == OWED_SECRET)
		return TURN_SERVER;
	if (o->kind == OWED_COMMAND && (o->asked.flags & VERB_AHEAD) == 0)
		return TURN_SERVER;
	return TURN_COMMAND;
}

bool
dialog_hides(const struct dialog *d)
{
	if (!has_rules(d))
		return false;
	return d->state == TURN_SECRET ||
	    (d->state == TURN_LITERAL && (d->last.flags & VERB_SECRET) != 0);
}

/* Data up to the line of one dot. */
static size_t
block_data(struct dialog *d, const char *p, size_t n, bool eof, bool *ended)
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

/* As many octets as were announced, counted as they go out. */
static size_t
block_literal(struct dialog *d, const char *p, size_t n, bool eof, bool *ended)
{
	uint64_t made = 0;
	size_t used;

	if (d->as_is)
		made = used = d->octets < n ? (size_t)d->octets : n;
	else
		used = line_fit(p, n, d->octets, &made);
	/* Its line feed may not be here yet: they are counted together. */
	if (!d->as_is && !eof && made > 0 && made < d->octets &&
	    p[used - 1] == '\r') {
		used--;
		made--;
	}
	dialog_octets(d, (size_t)made);
	*ended = d->octets == 0;
	return used;
}

size_t
dialog_block(struct dialog *d, const char *p, size_t n, bool eof, bool *ended)
{
	if (d->state == TURN_LITERAL)
		return block_literal(d, p, n, eof, ended);
	/* What was begun ends in the first line here. */
	if (d->begun.len > 0)
		d->at_start = false;
	buf_wipe(&d->begun);
	return block_data(d, p, n, eof, ended);
}

void
dialog_upgraded(struct dialog *d)
{
	dialog_plain(d);
	d->tls = true;
	words_clear(&d->words);
	if (d->proto->regreets)
		owing_push(&d->owing, OWED_GREETING, 0, &unasked);
}

void
dialog_plain(struct dialog *d)
{
	d->tls = false;
	buf_wipe(&d->begun);
	owing_clear(&d->owing);
	memset(&d->hold, 0, sizeof d->hold);
	d->in_reply = false;
	d->coming = 0;
	d->recipients = 0;
	turn_to(d, TURN_COMMAND, false);
}

size_t
dialog_owed(const struct dialog *d)
{
	return d->owing.replies;
}

const char *
dialog_awaited(const struct dialog *d)
{
	return owing_awaited(&d->owing);
}

bool
dialog_greeting_owed(const struct dialog *d)
{
	const struct owed *o = owing_first(&d->owing);

	return o != NULL && o->kind == OWED_GREETING;
}
