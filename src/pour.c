/* SPDX-License-Identifier: ISC */
/* pour.c - a file goes to the server, however long it is. */
#include <signal.h>
#include <string.h>

#include "buf.h"
#include "compose.h"
#include "fail.h"
#include "hear.h"
#include "pour.h"
#include "say.h"
#include "session.h"
#include "term/term.h"

/* Milliseconds: what is over by then needs no progress; from one picture of
 * it to the next. */
enum { PATIENCE = 1000, EVERY = 100 };

/* Columns of the bar, and of all that is shown. */
enum { BAR = 24, SHOWN = 75 };

struct pouring {
	struct session *s;
	struct term *term;
	const struct compose_file *file;
	const char *what;
	int64_t since, looked;
	bool shows;
	bool interrupted;
};

static void
add_bar(struct buf *to, unsigned percent)
{
	size_t full = percent * BAR / 100, i;

	buf_adds(to, "[");
	for (i = 0; i < BAR; i++)
		buf_adds(to, i < full ? "=" : i == full ? ">" : " ");
	buf_adds(to, "] ");
}

/* "file [=====>     ]  43%  441 of 1024 MB, 212 MB/s, 3 s left" */
static void
show(struct pouring *p, int64_t now)
{
	const struct compose_file *file = p->file;
	double done = (double)file->read, size = (double)file->size;
	double seconds = (double)(now - p->since) / 1000;
	double speed = done / seconds;
	struct buf text = { 0 };

	buf_addf(&text, "%s ", p->what);
	if (file->size > 0 && term_columns(p->term) > SHOWN)
		add_bar(&text, (unsigned)(100 * done / size));
	if (file->size > 0)
		buf_addf(&text, "%3.0f%%  %.0f of %.0f MB, ", 100 * done / size,
		    done / 1e6, size / 1e6);
	else
		buf_addf(&text, "%.0f MB, ", done / 1e6);
	buf_addf(&text, "%.*f MB/s", speed < 1e7, speed / 1e6);
	if (file->size > 0 && speed > 0)
		buf_addf(&text, ", %.0f s left", (size - done) / speed);
	buf_add(&text, "", 1);
	term_status(p->term, buf_bytes(&text));
	buf_free(&text);
	p->shows = true;
}

/* Now and then: hear the server, and show how far it is. */
static void
look_up(struct pouring *p)
{
	const struct outlet *o = &p->s->out;
	int64_t now = session_now();

	if (now < p->looked + EVERY)
		return;
	p->looked = now;
	hear_wait(p->s, -1, 0);
	if (now >= p->since + PATIENCE && o->err_terminal && !o->quiet &&
	    term_shows(p->term, 2))
		show(p, now);
}

/* Wait until the connection has taken what was said; false at its end. */
static bool
goes_on(struct pouring *p)
{
	struct session *s = p->s;

	look_up(p);
	while (session_is_open(s)) {
		if (!term_obeys(p->term)) {
			p->interrupted = true;
			return false;
		}
		if (wire_owed(&s->wire) == 0)
			return true;
		hear_wait(s, -1, EVERY);
		look_up(p);
	}
	return false;
}

/* The rest will never come: nothing must make a message of what has. */
static void
give_up(const struct pouring *p, const char *why, bool begun)
{
	struct session *s = p->s;

	if (s->dialog.proto->judge == NULL || !begun)
		outlet_error(&s->out, "%s: %s", p->what, why);
	else
		session_fail(s, STATUS_USAGE,
		    "%s: %s: the message is not complete, so the connection "
		    "is closed before its end",
		    p->what, why);
}

/* ^C, or a signal that ends the program: that one is for others to see. */
static void
stop(const struct pouring *p, bool begun)
{
	struct session *s = p->s;
	int signo = term_signal(p->term);

	if (signo != SIGINT) {
		raise(signo);
	} else if (s->dialog.proto->judge == NULL || !begun) {
		outlet_note(&s->out, 0, "%s: interrupted", p->what);
	} else {
		outlet_warning(&s->out,
		    "%s: interrupted: the message is not complete, so the "
		    "connection is closed before its end",
		    p->what);
		s->over = true;
	}
}

int
pour(struct session *s, struct term *t, struct compose_file *file,
    const char *what, bool begun)
{
	struct pouring p = { .s = s, .term = t, .file = file, .what = what };
	const char *bytes;
	struct fail f;
	size_t n;
	int rc = 1;

	p.since = p.looked = session_now();
	while (rc > 0 && goes_on(&p) &&
	    (rc = compose_read(file, &bytes, &n, &f)) > 0)
		rc = say_bytes(s, bytes, n) < 0 ? 0 : 1;
	if (p.shows)
		term_status(t, NULL);
	if (rc < 0)
		give_up(&p, f.text, begun || file->sent > 0);
	else if (p.interrupted)
		stop(&p, begun || file->sent > 0);
	return rc == 0 && file->ended && session_is_open(s) ? 0 : -1;
}
