/* SPDX-License-Identifier: ISC */
/* typing.c - a person's side of the conversation. */
#include <string.h>

#include "buf.h"
#include "command.h"
#include "draft.h"
#include "hear.h"
#include "options.h"
#include "proto.h"
#include "reach.h"
#include "session.h"
#include "term/term.h"
#include "text.h"
#include "turns.h"
#include "typing.h"

/* Milliseconds: for a reply before the prompt comes back; for a server to
 * close after our end. */
enum { REPLY_WAIT = 50, CLOSE_WAIT = 5000 };

static const char local_prompt[] = "telex> ";

/* Give the reply a moment, so that the prompt does not stand before it. */
static void
wait_for_reply(struct typing *t)
{
	struct session *s = t->s;
	int64_t until = session_now() + REPLY_WAIT;

	if (term_has_paste(t->term) || dialog_owed(&s->dialog) == 0) {
		while (session_is_open(s) && wire_owed(&s->wire) > 0 &&
		    (hear_wait(s, -1, -1) & HEAR_SIGNAL) == 0)
			;
		return;
	}
	while (session_is_open(s)) {
		int64_t left = until - session_now();
		int found;

		if (left <= 0)
			break;
		found = hear_wait(s, -1, (int)left);
		turns_serve(t);
		if ((found & HEAR_SIGNAL) != 0)
			break;
		if ((found & HEAR_HEARD) != 0 &&
		    dialog_turn(&s->dialog) != TURN_SERVER)
			break;
	}
}

static void
drop_waiting(struct typing *t)
{
	size_t dropped = t->queue.count + term_drop_paste(t->term);

	queue_drop(&t->queue);
	if (dropped > 0)
		outlet_note(&t->s->out, 0, "%zu waiting line%s dropped",
		    dropped, dropped == 1 ? "" : "s");
}

/*
 * ^D on an empty line: our half is closed, and what the server still says is
 * shown, until it closes too or ^C.  Where ^C itself was the key, its signal
 * is still told of and ends the wait at once: who pressed it wants to leave.
 */
static void
leave(struct typing *t, const char *key)
{
	struct session *s = t->s;
	bool rules = s->dialog.proto->judge != NULL;
	int64_t until = session_now() + CLOSE_WAIT;

	t->leave = true;
	if (dialog_turn(&s->dialog) == TURN_DATA) {
		outlet_warning(&s->out,
		    "left in the mail data: the message was not completed");
		return;
	}
	outlet_note(&s->out, 0, "%s", key);
	if (wire_shut(&s->wire) < 0)
		hear_broken(s);
	while (session_is_open(s)) {
		int64_t left = until - session_now();
		int found;

		if (rules && left <= 0)
			break;
		found = hear_wait(s, -1, rules ? (int)left : -1);
		if ((found & HEAR_SIGNAL) != 0)
			break;
	}
}

/* Lines that somebody wrote elsewhere wait their turn like typed ones. */
static void
take_typed(struct typing *t, struct buf *typed)
{
	const char *lf;

	while (typed->len > 0) {
		const char *p = buf_bytes(typed);

		lf = memchr(p, '\n', typed->len);
		turns_queue(t, p, (size_t)(lf - p), false);
		buf_drop(typed, (size_t)(lf - p) + 1);
	}
}

/* What answers the bytes that it sends is not for the transcript. */
static void
run_command(struct typing *t, const struct buf *line)
{
	const struct wire *w = &t->s->wire;
	uint64_t sent = w->sent;
	struct buf typed = { 0 };

	t->local.typed = &typed;
	command_run(&t->local, buf_bytes(line), line->len);
	if (w->sent != sent)
		step_own(&t->step);
	take_typed(t, &typed);
	buf_free(&typed);
}

static void
local_command(struct typing *t)
{
	struct buf line = { 0 };
	enum term_end end;

	t->connected = session_is_open(t->s);
	t->at_local = true;
	end = term_local(t->term, local_prompt, &line);
	t->at_local = false;
	t->local.waiting = t->queue.count;
	if (end == TERM_LINE)
		run_command(t, &line);
	else if (end == TERM_SIGNAL)
		t->signo = term_signal(t->term);
	else if (end == TERM_HANGUP ||
	    (!session_is_open(t->s) &&
		(end == TERM_EOF || end == TERM_INTERRUPT)))
		t->leave = true;
	if (t->local.quit)
		t->leave = true;
	/* Its answer stands above the next prompt from the start. */
	outlet_flush(&t->s->out);
	buf_free(&line);
}

/* A line was typed: it goes now, or waits its turn. */
static void
got_line(struct typing *t, const struct buf *line, bool shown)
{
	struct buf text = { 0 };
	size_t open;
	enum cue_line is = CUE_OWN;

	if (!t->local.secret)
		is =
		    cue_take(&t->cue, buf_bytes(line), line->len, &text, &open);
	if (is == CUE_PLAY)
		turns_play(t, &text, open, shown);
	else if (is == CUE_OWN && t->queue.count == 0 && turns_ours(t) &&
	    !t->s->skip_body)
		turns_send(t, buf_bytes(line), line->len, shown);
	else if (is == CUE_OWN)
		turns_queue(t, buf_bytes(line), line->len, shown);
	buf_free(&text);
	wait_for_reply(t);
}

static void
got_interrupt(struct typing *t)
{
	if (t->queue.count > 0 || term_has_paste(t->term))
		drop_waiting(t);
	else if (t->local.secret)
		/* It was not meant so; what the server asks for stays hidden.
		 */
		t->local.secret = false;
	else
		leave(t, "interrupted (^C on an empty line)");
}

/* AUTH LOGIN asks for the name as it does for the password. */
static const char *
hidden_prompt(const struct typing *t)
{
	return t->s->asks_user && !t->local.secret ? "user (hidden): " :
						     "password: ";
}

/* Read one line, or find out why there is none. */
static void
typing_once(struct typing *t)
{
	struct buf line = { 0 };
	enum term_end end;
	bool shown = true;

	turns_serve(t);
	if (!session_is_open(t->s))
		return;
	t->connected = true;
	t->hidden = turns_secret(t) && !term_has_paste(t->term);
	if (t->queue.count == 0 && !t->local.secret && !term_has_paste(t->term))
		cue_show(&t->cue, t->hidden);
	t->reading = true;
	if (t->hidden)
		end = term_secret(t->term, hidden_prompt(t), &line);
	else
		end = term_line(t->term, &line, &shown);
	t->hidden = t->reading = false;
	switch (end) {
	case TERM_LINE:
		got_line(t, &line, shown);
		break;
	case TERM_LOCAL:
		local_command(t);
		break;
	case TERM_DROPPED:
		t->cue.began = 0;
		drop_waiting(t);
		break;
	case TERM_INTERRUPT:
		got_interrupt(t);
		break;
	case TERM_EOF:
		leave(t, "end of input (^D)");
		break;
	case TERM_SIGNAL:
		t->signo = term_signal(t->term);
		break;
	case TERM_HANGUP:
		t->leave = true;
		break;
	case TERM_ABANDONED:
		break;
	}
	buf_free(&line);
}

/* What was typed and did not go is not lost without a word. */
static void
show_unsent(struct typing *t)
{
	struct buf half = { 0 };
	struct buf text = { 0 };

	if (t->queue.count > 0)
		outlet_warning(&t->s->out, "%zu line%s not sent",
		    t->queue.count, t->queue.count == 1 ? " was" : "s were");
	term_half(t->term, &half);
	if (half.len > 0) {
		text_quote(&text, buf_bytes(&half), half.len, 200);
		outlet_warning(&t->s->out, "not sent: %.*s", (int)text.len,
		    buf_bytes(&text));
	}
	buf_free(&half);
	buf_free(&text);
}

int
typing_run(struct typing *t, struct session *s, struct options *opt,
    struct term *term)
{
	bool stay = !session_is_open(s);
	struct draft draft;

	draft_begin(&draft, s);
	t->s = s;
	t->term = term;
	t->local.s = s;
	t->local.opt = opt;
	t->local.term = term;
	t->local.draft = &draft;
	t->local.step = t->cue.step = &t->step;
	t->cue.term = term;
	t->cue.speed = opt->speed;
	while (!t->leave && t->signo == 0) {
		if (session_is_open(s)) {
			typing_once(t);
			stay = stay && s->status == 0;
			continue;
		}
		if (wire_is_open(&s->wire)) {
			cue_end(&t->cue);
			show_unsent(t);
			step_over(&t->step, s->by_server);
			reach_close(s);
			if (!stay)
				break;
		}
		stay = true;
		local_command(t);
	}
	step_over(&t->step, false);
	outlet_flush(&s->out);
	reach_close(s);
	draft_end(&draft);
	cue_end(&t->cue);
	queue_free(&t->queue);
	return t->signo;
}
