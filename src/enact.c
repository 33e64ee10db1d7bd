/* SPDX-License-Identifier: ISC */
/* enact.c - the server's part of a transcript, as it is played. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "enact.h"
#include "fail.h"
#include "fill.h"
#include "guest.h"
#include "hark.h"
#include "match.h"
#include "paper.h"
#include "protos.h"
#include "score.h"
#include "vars.h"

/* Lines of the client without an event or a reply between them, and the
 * replies without a line of the client between them. */
struct scene {
	struct cue *cues;
	size_t count;
	struct buf text; /* of the cues, one behind the other */
	struct buf open; /* of the cue that is not complete */
	size_t *due;     /* of each reply: how many cues come before it */
	size_t replies;
};

struct enact {
	const struct enact_plan *plan;
	struct guest *guest;
	struct paper paper; /* the dialogue as it is written */
	size_t at;          /* in the score */
};

static const struct item *
item_at(const struct enact *e, size_t i)
{
	return i < e->plan->score->count ? &e->plan->score->items[i] : NULL;
}

static bool
is_ours(const struct item *item)
{
	return item != NULL && item->kind == ITEM_HEAR;
}

static bool
is_clients(const struct item *item)
{
	return item != NULL &&
	    (item->kind == ITEM_SAY || item->kind == ITEM_FILE);
}

/*
 * The octets that item i announces when nobody has told how many: all lines
 * up to the one that begins with ")", as IMAP has them.
 */
static uint64_t
octets_behind(const struct enact *e, size_t i)
{
	const struct item *item = item_at(e, i);
	struct buf text = { 0 };
	uint64_t octets = 0;

	if (item == NULL || item->how != TEXT_TEMPLATE ||
	    !fill_counts(&e->guest->vars, item->text, item->len))
		return 0;
	while (is_ours(item = item_at(e, ++i)) &&
	    (item->len == 0 || item->text[0] != ')')) {
		octets += guest_text(e->guest, item, 0, &text) ? 2 : 0;
		octets += text.len;
		buf_clear(&text);
	}
	buf_free(&text);
	return octets;
}

static bool
text_of(const struct enact *e, size_t i, struct buf *to)
{
	return guest_text(e->guest, item_at(e, i), octets_behind(e, i), to);
}

/* --- what the client is to say --- */

static struct cue *
add_cue(struct scene *s, const struct item *item)
{
	size_t n = s->count;
	struct cue *c;

	if ((n & (n - 1)) == 0)
		s->cues =
		    xrealloc(s->cues, (n == 0 ? 1 : 2 * n) * sizeof *s->cues);
	c = &s->cues[s->count++];
	memset(c, 0, sizeof *c);
	c->item = item;
	c->loose = n > 0 && c[-1].loose && c[-1].goes_on;
	return c;
}

/* What the dialogue on paper is like behind a cue. */
static void
note_turn(const struct enact *e, struct cue *c)
{
	enum turn turn = dialog_turn(&e->paper.dialog);

	c->octets = e->paper.dialog.state == TURN_LITERAL;
	c->goes_on =
	    turn == TURN_DATA || turn == TURN_LITERAL || turn == TURN_MORE;
	c->id = e->paper.dialog.id;
}

/* The first n bytes of what is open are a line, `end` more its end. */
static void
add_line(struct enact *e, struct scene *s, const struct item *item, size_t n,
    size_t end)
{
	struct cue *c = add_cue(s, item);
	const char *text = s->open.len == 0 ? "" : buf_bytes(&s->open);
	struct said said = paper_said(&e->paper, text, n, end == 0);

	c->len = n;
	c->bare = said.bare || end == 0;
	c->kind = said.kind;
	note_turn(e, c);
	buf_add(&s->text, text, n);
	buf_drop(&s->open, n + end);
}

/* C< stands for so many lines of data that nobody knows here. */
static int
add_file(struct enact *e, struct scene *s, const struct item *item)
{
	struct cue *c;

	if (e->paper.dialog.state != TURN_DATA)
		return fail_set(&e->guest->why, STATUS_USAGE,
		    "%.200s:%lu: where no mail data is sent, C< cannot be "
		    "served",
		    e->guest->file, item->line);
	c = add_cue(s, item);
	c->kind = SAID_DATA;
	c->loose = true;
	note_turn(e, c);
	return 0;
}

/* Cut what an item says, behind what was open, into lines. */
static void
add_lines(struct enact *e, struct scene *s, const struct item *item)
{
	bool alone = s->open.len == 0;
	bool ended = text_of(e, e->at, &s->open);
	size_t before = s->count;
	const char *end;

	while (s->open.len > 0 &&
	    (end = memchr(buf_bytes(&s->open), '\n', s->open.len)) != NULL) {
		size_t n = (size_t)(end - buf_bytes(&s->open));
		bool crlf = n > 0 && end[-1] == '\r';

		add_line(e, s, item, crlf ? n - 1 : n, crlf ? 2 : 1);
	}
	if (!ended)
		return;
	buf_add(&s->open, "\n", 1);
	add_line(e, s, item, s->open.len - 1, 1);
	s->cues[before].whole = alone && s->count == before + 1;
}

static int
read_cues(struct enact *e, struct scene *s)
{
	const struct item *item = NULL, *next;
	const char *text;
	size_t i;

	while (is_clients(next = item_at(e, e->at))) {
		item = next;
		if (item->kind == ITEM_SAY)
			add_lines(e, s, item);
		else if (add_file(e, s, item) < 0)
			return -1;
		e->at++;
	}
	if (s->open.len > 0)
		add_line(e, s, item, s->open.len, 0);
	/* The texts move no more. */
	text = s->text.len == 0 ? "" : buf_bytes(&s->text);
	for (i = 0; i < s->count; i++) {
		s->cues[i].text = text;
		text += s->cues[i].len;
	}
	return 0;
}

/* --- when each reply is due --- */

/* Behind the last line of this command, and what goes in one write with it. */
static size_t
behind_command(const struct scene *s, unsigned id)
{
	size_t n = 0;

	while (n < s->count &&
	    (s->cues[n].id <= id || (n > 0 && s->cues[n].item->joined)))
		n++;
	return n;
}

/* Of a line that is no reply to a command that is known. */
#define WITH_NEXT SIZE_MAX

static size_t
due(struct enact *e, const struct scene *s)
{
	struct buf text = { 0 };
	bool ended = text_of(e, e->at, &text);
	struct heard h;

	paper_heard(&e->paper, text.len == 0 ? "" : buf_bytes(&text), text.len,
	    !ended, &h);
	buf_free(&text);
	return h.id == 0 ? WITH_NEXT : behind_command(s, h.id);
}

static void
read_replies(struct enact *e, struct scene *s)
{
	size_t next = s->count;
	size_t i;

	for (; is_ours(item_at(e, e->at)); e->at++) {
		size_t n = s->replies;

		if ((n & (n - 1)) == 0)
			s->due = xrealloc(s->due,
			    (n == 0 ? 1 : 2 * n) * sizeof *s->due);
		s->due[s->replies++] = due(e, s);
	}
	/* What the server says unasked, and octets, go with the reply behind
	 * them; without one they come when all is there. */
	for (i = s->replies; i > 0; i--) {
		if (s->due[i - 1] == WITH_NEXT)
			s->due[i - 1] = next;
		next = s->due[i - 1];
	}
}

/* --- playing --- */

static int
play(const struct enact *e, const struct scene *s)
{
	size_t first = e->at - s->replies;
	size_t heard, said = 0;

	for (heard = 0;; heard++) {
		for (; said < s->replies && s->due[said] <= heard; said++) {
			size_t i = first + said;

			if (guest_say(e->guest, item_at(e, i),
				octets_behind(e, i)) < 0)
				return -1;
		}
		if (heard == s->count)
			return 0;
		if (hark(e->guest, &s->cues[heard]) < 0)
			return -1;
	}
}

static int
play_scene(struct enact *e)
{
	struct scene s = { .count = 0 };
	int rc = read_cues(e, &s);

	if (rc == 0) {
		read_replies(e, &s);
		rc = play(e, &s);
	}
	free(s.cues);
	free(s.due);
	buf_free(&s.text);
	buf_free(&s.open);
	return rc;
}

/* <set name=value> */
static void
set_variable(struct guest *g, const struct item *item)
{
	const char *sign = memchr(item->text, '=', item->len);
	size_t n = sign == NULL ? 0 : (size_t)(sign - item->text);

	if (sign != NULL)
		vars_set(&g->vars, item->text, n, sign + 1, item->len - n - 1);
}

/* <protocol NAME> */
static void
set_protocol(struct enact *e, const struct item *item)
{
	const struct proto *proto;
	struct buf name = { 0 };

	buf_add(&name, item->text, item->len);
	buf_add(&name, "", 1);
	proto = protos_find(buf_bytes(&name));
	buf_free(&name);
	if (proto == NULL)
		return;
	paper_proto(&e->paper, proto);
	paper_proto(&e->guest->paper, proto);
}

/* An event of the score; 1 if nothing can follow it. */
static int
play_event(struct enact *e, const struct item *item)
{
	struct guest *g = e->guest;

	switch (item->event) {
	case EVENT_PROTOCOL:
		set_protocol(e, item);
		return 0;
	case EVENT_MATCH:
		g->exact = item->number == MATCH_BY_TEXT;
		return 0;
	case EVENT_SET:
		set_variable(g, item);
		return 0;
	case EVENT_PAUSE:
		return guest_pause(g, (int64_t)(item->seconds * 1000));
	case EVENT_CLOSE:
		return guest_leaves(g, item) < 0 ? -1 : 1;
	default:
		break;
	}
	if ((item->accepts & (ACCEPT_TLS | ACCEPT_VERIFIED)) == 0)
		return 1;
	if (guest_tls(g, item, e->plan->ctx) < 0)
		return -1;
	paper_settle(&e->paper);
	return 0;
}

static int
play_all(struct enact *e)
{
	const struct item *item;

	while ((item = item_at(e, e->at)) != NULL) {
		int rc;

		if (item->kind != ITEM_EVENT) {
			rc = play_scene(e);
		} else {
			rc = play_event(e, item);
			e->at++;
		}
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return 0;
}

int
enact(const struct enact_plan *plan, struct guest *g)
{
	struct enact e = { .plan = plan, .guest = g };
	int rc;

	paper_start(&e.paper, plan->proto);
	paper_start(&g->paper, plan->proto);
	rc = play_all(&e);
	if (rc == 0)
		rc = guest_dismiss(g, e.at == 0 ? NULL : item_at(&e, e.at - 1));
	if (rc < 0) {
		/* Under TLS a client that is left without a word takes it for
		 * an attack. */
		conn_end(&g->conn);
		conn_work(&g->conn);
	}
	paper_end(&e.paper);
	return rc;
}
