/* SPDX-License-Identifier: ISC */
/* feed.c - pacing a script by the replies. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "feed.h"
#include "hear.h"
#include "line.h"
#include "nokey.h"
#include "options.h"
#include "protos.h"
#include "reach.h"
#include "relay.h"
#include "say.h"
#include "script.h"
#include "session.h"
#include "signals.h"
#include "skip.h"
#include "tell.h"
#include "text.h"

/* Milliseconds that a server of an unknown protocol has for a greeting, and
 * that one has to close after it said that it will. */
enum { GREETING_WAIT = 1000, CLOSE_WAIT = 5000 };

struct feed {
	struct session *s;
	struct script *in;
	char *block;           /* mail data with its line ends made CR LF */
	char last;             /* the byte sent last, for CR LF */
	unsigned long skipped; /* its lines */
};

/* Have something to take from the script; false when that cannot be yet. */
static bool
feed_fill(struct feed *f)
{
	struct session *s = f->s;

	if (!f->in->ready && (hear_wait(s, f->in->fd, -1) & HEAR_INPUT) == 0)
		return false;
	if (script_fill(f->in, &s->why) != SCRIPT_ERROR)
		return true;
	session_fail(s, s->why.status, "%s", s->why.text);
	return false;
}

/*
 * A command was refused: what the script has as its body must not become
 * commands.  Passes over one line.
 */
static void
feed_skip(struct feed *f)
{
	struct dialog *d = &f->s->dialog;
	bool octets = d->skip != SKIP_DATA;
	struct script_piece piece;
	bool end;

	if (!script_has_line(f->in)) {
		feed_fill(f);
		return;
	}
	end = !script_line(f->in, &piece);
	if (!end && piece.last)
		f->skipped++;
	if (!end &&
	    !skip_line(d, piece.text, piece.len, piece.first, piece.last))
		return;
	/* The dot is no line of the message. */
	if (!end && !octets)
		f->skipped--;
	f->s->skip_body = false;
	outlet_warning(&f->s->out,
	    "the %s refused: %lu line%s of the input %s not sent, up to %s",
	    octets ? "literal was" : "mail data was", f->skipped,
	    f->skipped == 1 ? "" : "s", f->skipped == 1 ? "was" : "were",
	    script_at_end(f->in) ? "its end" :
		octets           ? "the end of its command" :
				   "the line \".\"");
	f->skipped = 0;
}

/* The next line, or piece of a very long one, goes out. */
static void
feed_line(struct feed *f)
{
	struct session *s = f->s;
	struct script_piece piece;
	/* A line of -c is a line; bytes of a file stay as they are. */
	bool as_is = s->opt->raw && f->in->fd >= 0;

	if (!script_has_line(f->in)) {
		feed_fill(f);
		return;
	}
	if (!script_line(f->in, &piece))
		return;
	f->last = 0;
	if (piece.first && piece.last && !as_is) {
		say_line(s, piece.text, piece.len);
		return;
	}
	if (piece.first)
		say_begin(s, piece.text, piece.len);
	else
		say_rest(s, piece.text, piece.len);
	if (piece.last && as_is)
		say_rest(s, piece.text + piece.len, piece.end);
	else if (piece.last)
		say_rest(s, "\r\n", 2);
}

/*
 * The octets are complete where a line of the input ends, and no command
 * goes on behind them: that line end belongs to nothing.
 */
static void
feed_line_end(struct feed *f)
{
	const char *p;
	size_t n;

	if (dialog_turn(&f->s->dialog) == TURN_MORE || f->s->opt->raw)
		return;
	p = script_block(f->in, &n);
	if (n > 0 && p[0] == '\n')
		script_used(f->in, 1);
	else if (n > 1 && p[0] == '\r' && p[1] == '\n')
		script_used(f->in, 2);
}

/* A block of mail data or of a literal goes out. */
static void
feed_data(struct feed *f)
{
	struct session *s = f->s;
	bool literal = dialog_turn(&s->dialog) == TURN_LITERAL;
	/* Asked before the last of them makes it another's turn. */
	bool hidden = dialog_hides(&s->dialog);
	const char *p;
	bool ended;
	size_t n;

	p = script_block(f->in, &n);
	n = dialog_block(&s->dialog, p, n, f->in->eof && n == f->in->len,
	    &ended);
	if (n == 0) {
		feed_fill(f);
		return;
	}
	script_used(f->in, n);
	if (f->block == NULL)
		f->block = xmalloc_page(2 * SCRIPT_BLOCK + 64);
	s->said_at = session_now();
	if (!s->opt->raw) {
		n = line_crlf(f->block, p, n, &f->last);
		p = f->block;
		/* The script's last line had no end. */
		if (ended && !literal && f->last != '\n') {
			n -= f->last == '\r';
			memcpy(f->block + n, "\r\n", 2);
			n += 2;
		}
	}
	say_block(s, p, n, hidden);
	if (hidden)
		text_wipe(f->block, n);
	/* One that was among the octets is not there any more. */
	if (ended && literal && f->last != '\n')
		feed_line_end(f);
	if (ended)
		f->last = 0;
}

static void
echo(const struct feed *f, bool on)
{
	struct termios t;

	if (f->in->fd < 0 || tcgetattr(f->in->fd, &t) < 0)
		return;
	if (on)
		t.c_lflag |= ECHO;
	else
		t.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(f->in->fd, TCSANOW, &t);
}

static void
feed_hidden(struct feed *f)
{
	if (dialog_turn(&f->s->dialog) == TURN_LITERAL)
		feed_data(f);
	else
		feed_line(f);
}

/*
 * A line or literal that is a secret.  On a terminal without an editor it is
 * not echoed, and a signal must not leave the terminal so.
 */
static void
feed_secret(struct feed *f)
{
	int signo;

	if (!f->s->person) {
		feed_hidden(f);
		return;
	}
	signals_open(NULL);
	echo(f, false);
	feed_hidden(f);
	echo(f, true);
	while ((signo = signals_next()) != 0) {
		if (signo == SIGTSTP)
			signals_stop();
		else if (signo != SIGCONT && signo != SIGWINCH)
			signals_die(signo);
	}
	signals_close();
}

/* Bytes of a protocol without rules, when stdout is a terminal. */
static void
feed_bytes(struct feed *f)
{
	struct session *s = f->s;
	const char *p;
	size_t n;

	if (f->in->len == 0 && (!feed_fill(f) || nokey_take(s, f->in)))
		return;
	p = script_block(f->in, &n);
	if (f->block == NULL)
		f->block = xmalloc_page(2 * SCRIPT_BLOCK + 64);
	script_used(f->in, n);
	if (!s->opt->raw) {
		n = line_crlf(f->block, p, n, &f->last);
		p = f->block;
	}
	if (n > 0)
		say_bytes(s, p, n);
}

/*
 * Nothing has told the protocol: the script's first command may, else a
 * greeting that comes soon.
 */
static void
feed_guess(struct feed *f)
{
	struct session *s = f->s;
	const struct proto *told;
	int64_t until = session_now() + GREETING_WAIT;
	const char *p;
	size_t n;

	if (f->in->ready && f->in->len == 0)
		feed_fill(f);
	p = script_block(f->in, &n);
	told = n == 0 ? NULL : protos_hello(p, n);
	if (told != NULL && s->wire.received == 0) {
		dialog_again(&s->dialog, told, !told->mute);
		s->undecided = false;
	}
	while (s->undecided && session_is_open(s)) {
		int64_t left = until - session_now();

		if (left <= 0 || hear_wait(s, -1, (int)left) == 0)
			s->undecided = false;
	}
}

/*
 * A first line of the PROXY protocol (version 1) comes before everything the
 * server says: it waits for no greeting and has no reply.
 */
static void
feed_proxy(struct feed *f)
{
	struct script_piece piece;
	const char *p;
	size_t n;

	if (!script_has_line(f->in))
		feed_fill(f);
	p = script_block(f->in, &n);
	if (n == 0 || !text_begins(p, n, "PROXY ") ||
	    !script_line(f->in, &piece))
		return;
	say_bytes(f->s, piece.text, piece.len);
	say_bytes(f->s, "\r\n", 2);
}

/* The server said that it closes: give it a moment to do so. */
static void
feed_over(struct session *s)
{
	int64_t until = session_now() + CLOSE_WAIT;

	if (wire_shut(&s->wire) < 0)
		hear_broken(s);
	while (session_is_open(s)) {
		int64_t left = until - session_now();

		if (left <= 0 || hear_wait(s, -1, (int)left) == 0)
			s->over = true;
	}
}

/* Our half is closed (but under --eof=wait): the server's end follows. */
static void
feed_shut(struct session *s)
{
	int ms = s->timeout > 0 ? s->timeout : -1;

	if (s->opt->eof != EOF_WAIT && wire_shut(&s->wire) < 0)
		hear_broken(s);
	while (session_is_open(s)) {
		if (hear_wait(s, -1, ms) == 0) {
			outlet_note(&s->out, 0,
			    "the server did not close in %g s",
			    (double)ms / 1000);
			s->over = true;
		}
		if (s->opt->eof == EOF_WAIT)
			say_answer(s);
	}
}

/* What is owed comes, and TLS begins or ends as was agreed. */
static void
feed_settle(struct session *s)
{
	while (session_is_open(s)) {
		switch (dialog_turn(&s->dialog)) {
		case TURN_SERVER:
			hear_await(s);
			say_answer(s);
			break;
		case TURN_UPGRADE:
			reach_upgrade(s);
			break;
		case TURN_PLAIN:
			reach_plain(s);
			break;
		default:
			return;
		}
	}
}

/* The input has ended: see to what is owed, then do as --eof says. */
static void
feed_end(struct feed *f)
{
	struct session *s = f->s;
	const char *quit = s->dialog.proto->quit;

	feed_settle(s);
	if (session_is_open(s) && tell_unfinished(s))
		return;
	if (s->opt->eof == EOF_QUIT && quit != NULL &&
	    dialog_turn(&s->dialog) == TURN_COMMAND) {
		say_line(s, quit, strlen(quit));
		feed_settle(s);
	}
	if (session_is_open(s) && s->opt->eof == EOF_CLOSE)
		s->over = true;
	else if (dialog_turn(&s->dialog) == TURN_OVER)
		feed_over(s);
	else
		feed_shut(s);
}

/* Input that nobody will read any more is not lost without a word. */
static void
feed_unused(struct feed *f)
{
	struct session *s = f->s;

	/* Nobody asked it to close, and what else was to be said is not: a
	 * script that ends has all of its replies. */
	if (s->by_server && !s->dialog.ended && s->dialog.proto->quit != NULL &&
	    session_status(s) == 0 && !s->person && !script_exhausted(f->in) &&
	    f->in->len == 0)
		session_fail(s, STATUS_NETWORK,
		    "the server closed the connection before the input ended");
	/* What comes after may be meant for the next program. */
	script_rewind(f->in);
	if (f->in->len == 0 || s->status != 0 || s->stop)
		return;
	outlet_warning(&s->out,
	    "the conversation ended before the input: the rest was not sent");
	if (!s->dialog.ended && s->worst == 0)
		s->status = STATUS_NETWORK;
}

/* One step, by whose turn it is. */
static void
feed_step(struct feed *f)
{
	struct session *s = f->s;
	enum turn turn;

	say_answer(s);
	turn = s->opt->pipeline ? dialog_turn_ahead(&s->dialog) :
				  dialog_turn(&s->dialog);
	if (wire_owed(&s->wire) > 0) {
		hear_wait(s, -1, -1);
		return;
	}
	/* A long command is owed a reply once it is complete. */
	if (f->in->inside && s->dialog.proto->judge != NULL) {
		feed_line(f);
		return;
	}
	if (turn == TURN_UPGRADE) {
		reach_upgrade(s);
	} else if (turn == TURN_PLAIN) {
		reach_plain(s);
	} else if (turn == TURN_SERVER) {
		hear_await(s);
	} else if (s->skip_body) {
		feed_skip(f);
	} else if (s->dialog.proto->judge == NULL) {
		feed_bytes(f);
	} else if (dialog_hides(&s->dialog)) {
		feed_secret(f);
	} else if (turn == TURN_LITERAL ||
	    (turn == TURN_DATA && s->out.verbose == 0)) {
		feed_data(f);
	} else {
		feed_line(f);
	}
}

/* Is there more to be played? */
static bool
feed_goes_on(const struct feed *f)
{
	const struct session *s = f->s;

	if (!session_is_open(s))
		return false;
	if (dialog_turn(&s->dialog) == TURN_UPGRADE ||
	    dialog_turn(&s->dialog) == TURN_PLAIN)
		return true;
	return !s->stop && dialog_turn(&s->dialog) != TURN_OVER &&
	    (!script_at_end(f->in) || s->skip_body);
}

void
feed_run(struct session *s, struct script *in)
{
	struct feed f = { .s = s, .in = in };

	if (dialog_greeting_owed(&s->dialog) || s->undecided)
		feed_proxy(&f);
	if (s->undecided)
		feed_guess(&f);
	if (relay_is_enough(s)) {
		relay_run(s, in);
	} else {
		while (feed_goes_on(&f))
			if (!nokey_take(s, in))
				feed_step(&f);
		if (session_is_open(s))
			feed_end(&f);
	}
	feed_unused(&f);
	free(f.block);
	outlet_flush(&s->out);
}
