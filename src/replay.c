/* SPDX-License-Identifier: ISC */
/* replay.c - the steps of a transcript, done on a connection. */
#include <stdio.h>
#include <string.h>

#include "deliver.h"
#include "hear.h"
#include "journal.h"
#include "options.h"
#include "play.h"
#include "reach.h"
#include "ready.h"
#include "replay.h"
#include "say.h"
#include "session.h"
#include "text.h"
#include "vars.h"
#include "vet.h"

/* Milliseconds that a server has to close after it said that it will. */
enum { CLOSE_WAIT = 5000 };

struct replaying {
	const struct replay *r;
	struct options *o; /* of this one */
	struct session s;
	struct play play;
	bool upfront;          /* -S: this is not of the transcript */
	int64_t until;         /* of a wait that has begun; 0: none */
	unsigned long settled; /* so far, of the play's trial */
};

/* Show a line of the server on stderr, as -v shows ours; it may repeat a
 * secret. */
static void
show_heard(struct replaying *r, const char *p, size_t n)
{
	struct buf masked = { 0 }, text = { 0 };

	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	vars_mask(r->play.trial.vars, &masked, p, n);
	buf_adds(&text, "S: ");
	text_quote(&text, masked.len == 0 ? "" : buf_bytes(&masked), masked.len,
	    1000);
	buf_adds(&text, "\n");
	outlet_text(&r->s.out, buf_bytes(&text), text.len);
	buf_free(&masked);
	buf_free(&text);
}

static void
on_heard(void *arg, const char *p, size_t n, const struct heard *h)
{
	struct replaying *r = arg;

	if (r->s.out.verbose > 0)
		show_heard(r, p, n);
	if (r->upfront && !deliver_begins(&r->s.dialog, h))
		return;
	r->play.trial.since_said = session_since_said(&r->s);
	trial_heard(&r->play.trial, &r->s.dialog, p, n, h);
}

/* Send the lines of a file as data. */
static void
say_file(struct replaying *r)
{
	struct fail f;

	if (deliver_file(&r->s, &r->play, r->r->in->name, r->play.text, &f) < 0)
		play_fault(&r->play, f.text);
}

/* <auth MECH USER> */
static void
authenticate(struct replaying *r)
{
	if (deliver_auth(&r->s, r->r->vars, r->play.text, r->play.len) == 0)
		play_passed(&r->play);
	else
		play_fault(&r->play, r->s.why.text);
}

/* Hear what comes, until `ms` have passed since this wait began (-1: no end).
 * False when they have. */
static bool
hear_for(struct replaying *r, int ms)
{
	struct session *s = &r->s;
	int64_t now = session_now();

	if (r->until == 0 && ms >= 0)
		r->until = now + ms;
	if (r->until != 0 && now >= r->until)
		return false;
	hear_wait(s, -1, r->until == 0 ? -1 : (int)(r->until - now));
	return true;
}

/* The next reply, or lines that nobody owes. */
static void
wait_reply(struct replaying *r)
{
	struct session *s = &r->s;
	char why[80];

	if (dialog_owed(&s->dialog) > 0) {
		hear_await(s);
		return;
	}
	if (hear_for(r, s->timeout > 0 ? s->timeout : -1))
		return;
	snprintf(why, sizeof why, "nothing came in %g s (-i SECS waits longer)",
	    (double)s->timeout / 1000);
	play_fault(&r->play, why);
}

/* All of the time is waited for, unless the connection ends. */
static void
hush(struct replaying *r)
{
	int ms = (int)(r->play.seconds * 1000);

	while (session_is_open(&r->s) && hear_for(r, ms))
		;
}

static void
await_end(struct replaying *r)
{
	int ms = r->s.timeout > 0 ? r->s.timeout : -1;

	while (session_is_open(&r->s) && hear_for(r, ms))
		;
}

/* Nothing more is said; what the server still says is heard. */
static void
close_ours(struct replaying *r)
{
	struct session *s = &r->s;

	if (!session_is_open(s) || wire_shut(&s->wire) < 0)
		return;
	while (session_is_open(s) && hear_for(r, CLOSE_WAIT))
		;
	s->over = true;
}

/* Connect; what -S says is not of the transcript, so nothing allows that it
 * is refused. */
static int
connect_now(struct replaying *r)
{
	struct session *s = &r->s;

	r->upfront = r->o->starttls;
	s->judged = !r->upfront;
	if (reach_open(s) < 0)
		return -1;
	if (r->upfront && !wire_is_tls(&s->wire)) {
		session_fail(s, STATUS_TLS,
		    "TLS was not begun: the server refuses this session");
		return -1;
	}
	r->upfront = false;
	s->judged = true;
	return 0;
}

/* <connect URL> in mid file: to the same server, if the user named one. */
static void
connect_again(struct replaying *r)
{
	struct session *s = &r->s;
	struct buf url = { 0 };
	struct fail f;
	int rc = 0;

	buf_add(&url, r->play.text, r->play.len);
	buf_add(&url, "", 1);
	reach_close(s);
	if (!r->r->opt->have_target)
		rc = options_target(r->o, buf_bytes(&url), NULL, &f);
	if (rc < 0)
		play_fault(&r->play, f.text);
	else if (connect_now(r) < 0)
		play_fault(&r->play, s->why.text);
	buf_free(&url);
}

static struct play_state
state_of(const struct replaying *r)
{
	const struct session *s = &r->s;

	return (struct play_state){ .dialog = &s->dialog,
		.open = session_is_open(s),
		.tls = session_is_open(s) && wire_is_tls(&s->wire),
		.verified = s->tls.verified,
		.why = s->status != 0 ? s->why.text : NULL };
}

/* What stands between two steps: the handshake, what is not sent yet. */
static void
settle(struct replaying *r)
{
	struct session *s = &r->s;

	while (session_is_open(s) && wire_owed(&s->wire) > 0)
		hear_wait(s, -1, -1);
	if (session_is_open(s) && dialog_turn(&s->dialog) == TURN_UPGRADE)
		reach_upgrade(s);
	else if (session_is_open(s) && dialog_turn(&s->dialog) == TURN_PLAIN)
		reach_plain(s);
}

/* <protocol NAME>: a greeting that is owed stays so. */
static void
speak(struct replaying *r)
{
	struct session *s = &r->s;

	if (dialog_greeting_owed(&s->dialog))
		dialog_proto(&s->dialog, r->play.proto);
	else
		dialog_again(&s->dialog, r->play.proto, false);
	s->undecided = false;
}

/* Do one step; false at the end. */
static bool
step(struct replaying *r)
{
	struct session *s = &r->s;
	struct play_state st;
	enum play_step what;

	settle(r);
	st = state_of(r);
	what = play_next(&r->play, &st);
	if (what != PLAY_SAY)
		say_flush(s);
	/* For each that is awaited the time begins again. */
	if (what != PLAY_WAIT || r->settled != r->play.trial.settled)
		r->until = 0;
	r->settled = r->play.trial.settled;
	switch (what) {
	case PLAY_SAY:
		say_lines(s, r->play.text, r->play.len, r->play.open,
		    r->play.bare);
		break;
	case PLAY_FILE:
		say_file(r);
		break;
	case PLAY_WAIT:
		wait_reply(r);
		break;
	case PLAY_HUSH:
		hush(r);
		break;
	case PLAY_ENDS:
		await_end(r);
		break;
	case PLAY_AUTH:
		authenticate(r);
		break;
	case PLAY_CLOSE:
		close_ours(r);
		break;
	case PLAY_PROTO:
		speak(r);
		break;
	case PLAY_AGAIN:
		connect_again(r);
		break;
	default:
		return false;
	}
	return true;
}

/* What is still owed is heard, unless the server waits for us, and it may
 * close. */
static void
finish(struct replaying *r)
{
	struct session *s = &r->s;
	const struct dialog *d = &s->dialog;

	while (session_is_open(s) && dialog_turn(d) == TURN_SERVER) {
		hear_await(s);
		settle(r);
	}
	if (!session_is_open(s) || dialog_turn(d) != TURN_OVER ||
	    wire_shut(&s->wire) < 0)
		return;
	r->until = 0;
	while (session_is_open(s) && hear_for(r, CLOSE_WAIT))
		;
}

static void
outcome(struct replaying *r, struct replayed *out)
{
	const struct play *p = &r->play;

	if (p->failed) {
		out->how = OUTCOME_FAILED;
		out->why = p->why;
		out->status = (int)p->why.status;
	} else if (p->trial.bad > 0) {
		out->how = OUTCOME_DIFFERS;
		out->status = STATUS_DIFFERS;
	} else if (p->skipped) {
		out->how = OUTCOME_SKIPPED;
		fail_set(&out->why, STATUS_OK,
		    "the server does not offer what it needs");
	} else if (r->s.status != 0 && !p->over) {
		out->how = OUTCOME_FAILED;
		out->why = r->s.why;
		out->status = r->s.status;
	}
}

static void
run(struct replaying *r, struct replayed *out, struct options *o)
{
	struct session *s = &r->s;
	struct follower follower = { .heard = on_heard, .arg = r };
	struct journal journal = { .s = NULL };
	int64_t began = session_now();

	session_init(s, o, false);
	s->hushed = s->out.mute = true;
	s->out.terminal = false;
	s->out.quiet = o->verbose == 0;
	/* What the port tells is but a guess. */
	play_start(&r->play, r->r->in, r->r->vars,
	    o->proto_given ? o->proto : NULL, r->r->mode);
	r->play.trial.check = r->r->check;
	r->play.trial.arg = r->r->arg;
	session_follow(s, &follower);
	if (o->log != NULL && journal_open(&journal, s, o->log, &s->why) < 0) {
		s->status = (int)s->why.status;
	} else if (connect_now(r) == 0) {
		while (step(r))
			;
		finish(r);
		play_over(&r->play);
	}
	outcome(r, out);
	reach_close(s);
	journal_close(&journal);
	session_unfollow(s, &follower);
	out->seconds = (double)(session_now() - began) / 1000;
	play_end(&r->play);
	session_free(s);
}

void
replay_run(const struct replay *r, struct replayed *out)
{
	struct options o;
	struct replaying now = { .r = r, .o = &o };
	struct fail f;

	memset(out, 0, sizeof *out);
	if (ready_options(&o, r->opt, r->vetted, &f) < 0) {
		out->how = OUTCOME_FAILED;
		out->status = (int)f.status;
		out->why = f;
		return;
	}
	ready_own(r->vars, &o);
	run(&now, out, &o);
}
