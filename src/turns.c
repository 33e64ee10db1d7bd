/* SPDX-License-Identifier: ISC */
/* turns.c - lines from the terminal, each at its turn. */
#include <stdio.h>
#include <string.h>

#include "begun.h"
#include "buf.h"
#include "command.h"
#include "hear.h"
#include "options.h"
#include "proto.h"
#include "protos.h"
#include "reach.h"
#include "say.h"
#include "session.h"
#include "skip.h"
#include "term/complete.h"
#include "term/term.h"
#include "text.h"
#include "turns.h"

/* Milliseconds: a line waits before that is said; a server may take to close
 * after it said that it would. */
enum { PATIENCE = 2000, CLOSE_WAIT = 5000 };

bool
turns_secret(const struct typing *t)
{
	/* The one that `secret` announced may be waiting already. */
	bool announced = t->local.secret && t->queue.count == 0;

	return session_is_open(t->s) &&
	    (announced ||
		(dialog_hides(&t->s->dialog) &&
		    dialog_turn(&t->s->dialog) != TURN_SERVER));
}

static void
turns_prompt(struct typing *t)
{
	const struct session *s = t->s;
	char text[64];
	enum reply_class class = CLASS_NONE;

	if (wire_is_tls(&s->wire))
		class = s->tls.verified ? CLASS_OK : CLASS_TRANSIENT;
	session_prompt(s, text, sizeof text);
	term_prompt(t->term, text, screen_sgr(&s->out.screen, class));
}

/* A line that the editor did not show is shown when it goes. */
static void
show_line(struct typing *t, const char *line, size_t len, size_t secret)
{
	struct buf text = { 0 };
	char prompt[64];

	session_prompt(t->s, prompt, sizeof prompt);
	buf_adds(&text, prompt);
	text_quote(&text, line, secret < len ? secret : len, len);
	if (secret < len)
		buf_adds(&text, "********");
	buf_adds(&text, "\n");
	outlet_text(&t->s->out, buf_bytes(&text), text.len);
	buf_free(&text);
}

/* What is secret in a line leaves no trace in the history. */
static void
remember(struct typing *t, const struct said *said, const char *line)
{
	size_t len = said->secret;

	if (said->kind != SAID_COMMAND && said->kind != SAID_FREE)
		return;
	while (len > 0 && line[len - 1] == ' ')
		len--;
	term_remember(t->term, line, len);
}

/* May a secret go where others can read it?  The user decides. */
static bool
may_be_clear(struct typing *t)
{
	struct session *s = t->s;
	struct buf answer = { 0 };
	bool yes;

	if (session_forbids_secrets(s)) {
		outlet_error(&s->out,
		    "not sent: TLS is required for secrets (STARTTLS first)");
		return false;
	}
	if (!session_is_clear(s))
		return true;
	outlet_warning(&s->out, "this secret would go %s",
	    wire_is_tls(&s->wire) ? "to a server that is not verified" :
				    "in plain text over the network");
	outlet_flush(&s->out);
	t->at_local = true;
	yes = term_local(t->term, "send it? [y/N] ", &answer) == TERM_LINE &&
	    answer.len > 0 && (buf_bytes(&answer)[0] | 0x20) == 'y';
	t->at_local = false;
	buf_free(&answer);
	if (!yes)
		outlet_note(&s->out, 0, "not sent");
	return yes;
}

/* Send a line whose turn it is. */
void
turns_send(struct typing *t, const char *line, size_t len, bool shown)
{
	struct session *s = t->s;
	struct said said = begun_would(&s->dialog, line, len);

	if (t->local.secret) {
		said.secret = 0;
		said.kind = SAID_SECRET;
	}
	s->hide = t->local.secret ? 0 : SIZE_MAX;
	t->local.secret = false;
	if (!shown)
		show_line(t, line, len, said.secret);
	if (said.secret < len && !may_be_clear(t)) {
		s->hide = SIZE_MAX;
		return;
	}
	step_own(&t->step);
	if (say_line(s, line, len) == 0)
		remember(t, &said, line);
}

void
turns_play(struct typing *t, const struct buf *text, size_t open, bool shown)
{
	const struct offer *o = step_offer(&t->step);
	const char *p = text->len == 0 ? "" : buf_bytes(text);
	struct said said = begun_would(&t->s->dialog, p, text->len);
	bool editable = t->cue.text.len > 0;

	if (open < said.secret)
		said.secret = open;
	if (!shown)
		show_line(t, p, text->len, said.secret);
	if ((said.secret < text->len || o->what == PLAY_AUTH) &&
	    !may_be_clear(t))
		return;
	step_do(&t->step, p, text->len, said.secret);
	if (editable)
		remember(t, &said, p);
}

bool
turns_ours(const struct typing *t)
{
	enum turn turn = dialog_turn(&t->s->dialog);

	return session_is_open(t->s) && turn != TURN_SERVER &&
	    turn != TURN_UPGRADE && turn != TURN_PLAIN &&
	    (turn != TURN_OVER || t->local.now);
}

void
turns_queue(struct typing *t, const char *line, size_t len, bool shown)
{
	if (t->queue.count == 0) {
		t->since = session_now();
		t->said = false;
	}
	queue_put(&t->queue, line, len, shown);
}

/* Would the next line want a question answered before it goes? */
static bool
wants_question(const struct typing *t)
{
	size_t len;
	bool shown;
	const char *line = queue_peek(&t->queue, &len, &shown);

	return line != NULL &&
	    (session_is_clear(t->s) || session_forbids_secrets(t->s)) &&
	    (t->local.secret ||
		begun_would(&t->s->dialog, line, len).secret < len);
}

/*
 * A command was refused: what was pasted as its body must become no command.
 * What is typed from now on was typed by somebody who knows.
 */
static void
skip_body(struct typing *t)
{
	struct session *s = t->s;
	bool end = false;

	while (!end && t->queue.count > 0) {
		struct buf line = { 0 };
		bool shown;

		queue_take(&t->queue, &line, &shown);
		end = skip_line(&s->dialog, buf_bytes(&line), line.len, true,
		    true);
		t->skipped++;
		buf_free(&line);
	}
	if (!end && term_has_paste(t->term))
		return;
	s->skip_body = false;
	if (t->skipped > 0)
		outlet_warning(&s->out,
		    "the command was refused: %zu line%s of it that waited %s "
		    "not sent",
		    t->skipped, t->skipped == 1 ? "" : "s",
		    t->skipped == 1 ? "was" : "were");
	t->skipped = 0;
}

/*
 * Send what waits, as far as it is our turn; do the handshake in between.
 * False when this cannot go on while the terminal reads a line.
 */
static bool
serve_queue(struct typing *t)
{
	struct session *s = t->s;

	while (session_is_open(s)) {
		struct buf line = { 0 };
		bool shown;

		if (dialog_turn(&s->dialog) == TURN_UPGRADE)
			reach_upgrade(s);
		if (dialog_turn(&s->dialog) == TURN_PLAIN)
			reach_plain(s);
		say_answer(s);
		if (s->skip_body)
			skip_body(t);
		if (t->queue.count == 0)
			t->local.now = false;
		if (t->queue.count == 0 || !(turns_ours(t) || t->local.now))
			break;
		if (t->reading && wants_question(t))
			return false;
		if (queue_take(&t->queue, &line, &shown))
			turns_send(t, buf_bytes(&line), line.len, shown);
		buf_free(&line);
		t->since = session_now();
	}
	return true;
}

/* Say what is awaited when a line has waited for it long enough. */
static void
say_waiting(struct typing *t)
{
	const char *awaited = dialog_awaited(&t->s->dialog);

	t->said = true;
	if (awaited == NULL)
		awaited = "the server";
	outlet_note(&t->s->out, 0,
	    "%zu line%s wait%s for %s (^] send now does not wait, ^C drops "
	    "what waits)",
	    t->queue.count, t->queue.count == 1 ? "" : "s",
	    t->queue.count == 1 ? "s" : "", awaited);
}

/* Does the transcript's line type itself? */
static bool
types(const struct typing *t)
{
	return t->reading && !t->at_local && cue_left(&t->cue) >= 0;
}

/* -1: no limit. */
static int64_t
sooner(int64_t left, int ms)
{
	return ms >= 0 && ms < left ? ms : left;
}

/* How long to wait at most, with our own reasons to wake up; ms -1: none. */
static int
shorter(const struct typing *t, int ms)
{
	int64_t now = session_now();
	int64_t left = INT32_MAX;

	if (t->queue.count > 0 && !t->said)
		left = t->since + PATIENCE - now;
	if (t->closing != 0 && session_is_open(t->s) && t->closing - now < left)
		left = t->closing - now;
	left = sooner(left, step_left(&t->step));
	if (types(t))
		left = sooner(left, cue_left(&t->cue));
	if (left < 0)
		left = 0;
	if (ms >= 0 && ms < left)
		return ms;
	return left == INT32_MAX ? ms : (int)left;
}

/* The server said that it closes: our half is closed, and it has a while. */
static void
serve_close(struct typing *t)
{
	struct session *s = t->s;

	if (!session_is_open(s) || dialog_turn(&s->dialog) != TURN_OVER) {
		t->closing = 0;
	} else if (t->closing == 0) {
		t->closing = session_now() + CLOSE_WAIT;
		if (wire_shut(&s->wire) < 0)
			hear_broken(s);
	} else if (session_now() >= t->closing) {
		s->over = true;
	}
}

/* Everything that is to be done without a key; false as serve_queue. */
bool
turns_serve(struct typing *t)
{
	bool fine = t->at_local || serve_queue(t);

	step_serve(&t->step, turns_ours(t) && t->queue.count == 0);
	serve_close(t);
	if (t->queue.count > 0 && !t->said &&
	    session_now() >= t->since + PATIENCE)
		say_waiting(t);
	if (session_is_open(t->s))
		turns_prompt(t);
	return fine;
}

/* Must the terminal give up the line it is reading? */
static bool
must_stop(struct typing *t)
{
	if (session_is_open(t->s) && !turns_serve(t))
		return true;
	if (t->connected && !session_is_open(t->s))
		return true;
	if (t->at_local)
		return false;
	return turns_secret(t) != t->hidden ||
	    (t->reading && !t->hidden && t->queue.count == 0 &&
		cue_waits(&t->cue));
}

int
turns_wait(void *arg, int fd, int ms)
{
	struct typing *t = arg;
	int64_t until = session_now() + ms;

	while (!must_stop(t)) {
		int64_t left = ms < 0 ? INT32_MAX : until - session_now();
		int found;

		if (left < 0 || (types(t) && cue_type(&t->cue)))
			return 0;
		found =
		    hear_wait(t->s, fd, shorter(t, ms < 0 ? -1 : (int)left));
		if ((found & HEAR_SIGNAL) != 0)
			return 0;
		if ((found & HEAR_INPUT) != 0 && types(t)) {
			cue_stop(&t->cue);
			return 0;
		}
		if ((found & HEAR_INPUT) != 0)
			return 1;
	}
	return -1;
}

/* Words for the line up to the cursor. */
void
turns_complete(void *arg, const char *line, size_t len, struct complete *c)
{
	struct typing *t = arg;
	const struct dialog *d = &t->s->dialog;
	const struct verb *v;
	const char *word;
	char text[64];
	size_t i;

	if (t->at_local) {
		command_complete(c, line, len);
		return;
	}
	if (!session_is_open(t->s) || dialog_turn(d) == TURN_DATA)
		return;
	/* Behind the tag, where there is one. */
	complete_begin(c, line, protos_verb_at(d->proto, line, len), len);
	for (v = d->proto->verbs; v != NULL && v->word != NULL; v++) {
		snprintf(text, sizeof text, "%s%s", v->word,
		    v->fixed == NULL ? "" : v->fixed);
		complete_offer(c, text);
	}
	/* What the server advertised: "AUTH PLAIN", "STARTTLS". */
	for (i = 0; (word = words_at(&d->words, i)) != NULL; i++)
		complete_offer(c, word);
}
