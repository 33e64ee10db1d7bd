/* SPDX-License-Identifier: ISC */
/* check.c - a server, looked at for those who monitor it. */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "check.h"
#include "clock.h"
#include "fail.h"
#include "feed.h"
#include "hello.h"
#include "options.h"
#include "reach.h"
#include "run.h"
#include "script.h"
#include "session.h"
#include "stopwatch.h"
#include "text.h"

/* What the exit status and the first word of the line say. */
enum level { LEVEL_OK, LEVEL_WARNING, LEVEL_CRITICAL, LEVEL_UNKNOWN };

/* What was found; times in microseconds. */
struct finding {
	enum level level;
	bool has[MEASURES];
	int64_t values[MEASURES];
	int64_t beyond[MEASURES]; /* the limit that was passed, -1: none */
	char name[16];            /* of the protocol, in capitals */
	struct buf text;
};

/* Values and limits, divided by `scale`, are in the unit. */
static const struct unit {
	const char *name;
	double scale;
	int decimals;
	const char *unit;
} units[MEASURES] = {
	[MEASURE_TIME] = { "time", 1e6, 6, "s" },
	[MEASURE_REPLY] = { "reply", 1e6, 6, "s" },
	[MEASURE_DAYS] = { "days", 1, 0, "" },
};

static void
at_least(struct finding *f, enum level level)
{
	if (f->level < level)
		f->level = level;
}

/* Of days too few are bad, of all else too many. */
static bool
is_beyond(enum measure m, int64_t value, int64_t limit)
{
	if (limit < 0)
		return false;
	return m == MEASURE_DAYS ? value < limit : value > limit;
}

static void
weigh(struct finding *f, const struct options *o)
{
	size_t m;

	for (m = 0; m < MEASURES; m++) {
		const struct limit *l = &o->limits[m];

		f->beyond[m] = -1;
		if (f->has[m] && is_beyond(m, f->values[m], l->crit)) {
			at_least(f, LEVEL_CRITICAL);
			f->beyond[m] = l->crit;
		} else if (f->has[m] && is_beyond(m, f->values[m], l->warn)) {
			at_least(f, LEVEL_WARNING);
			f->beyond[m] = l->warn;
		}
	}
}

/* A limit as it was written: of its decimals, none that say nothing. */
static void
add_limit(struct buf *to, enum measure m, int64_t limit)
{
	const struct unit *u = &units[m];
	char text[40];
	int n = snprintf(text, sizeof text, "%.*f", u->decimals,
	    (double)limit / u->scale);

	if (u->decimals > 0) {
		while (text[n - 1] == '0')
			n--;
		n -= text[n - 1] == '.';
	}
	buf_add(to, text, (size_t)n);
}

/* Behind a value, why it is not well. */
static void
add_beyond(struct finding *f, enum measure m)
{
	if (f->beyond[m] < 0)
		return;
	buf_adds(&f->text, " (limit ");
	add_limit(&f->text, m, f->beyond[m]);
	buf_adds(&f->text, ")");
}

/* The measures begin behind the first bar: no server's word may have one. */
static void
add_why(struct buf *to, const char *why)
{
	size_t before = to->len;
	char *p;

	text_quote(to, why, strlen(why), 1000);
	for (p = buf_bytes(to) + before; before < to->len; before++, p++)
		*p = *p == '|' ? '/' : *p;
}

/* Why there are no days to be judged. */
static const char *
no_days(const struct session *s)
{
	if (!wire_is_tls(&s->wire))
		return "there was no TLS (-S or -T asks for it)";
	return s->tls.tlsa[0] == '3' ?
	    "for one that a TLSA record of usage 3 names, no date counts" :
	    "the server showed none";
}

/*
 * How long the certificate is good.  A limit that somebody gave and that
 * nothing could be held against was not kept; but what is known to be wrong
 * is told first.
 */
static void
add_days(struct finding *f, const struct session *s)
{
	if (f->has[MEASURE_DAYS]) {
		buf_addf(&f->text, "; certificate until %s, ", s->tls.until);
		if (s->tls.ended[0] != '\0')
			buf_addf(&f->text, "expired %s", s->tls.ended);
		else
			buf_addf(&f->text, "%d day%s", s->tls.days,
			    s->tls.days == 1 ? "" : "s");
		add_beyond(f, MEASURE_DAYS);
	} else if (s->opt->days_given) {
		if (f->level == LEVEL_OK)
			f->level = LEVEL_UNKNOWN;
		buf_addf(&f->text, "; the certificate's days are not known: %s",
		    no_days(s));
	}
}

/* What was refused: the session as a whole, or commands. */
static void
add_refusal(struct finding *f, const struct session *s, int status)
{
	at_least(f,
	    status == STATUS_TRANSIENT ? LEVEL_WARNING : LEVEL_CRITICAL);
	if (s->unwelcome[0] != '\0') {
		buf_adds(&f->text, "the server refuses this session: ");
		add_why(&f->text, s->unwelcome);
		buf_adds(&f->text, "; ");
		return;
	}
	buf_addf(&f->text,
	    "%u of %u commands refused (last: ", s->dialog.refused,
	    s->dialog.commands);
	add_why(&f->text, s->dialog.refused_as);
	buf_adds(&f->text, "); ");
}

/* What the session ended with, as a level and in words. */
static void
conclude(struct finding *f, const struct session *s)
{
	int status = session_status(s);

	if (s->status != 0) {
		at_least(f,
		    status == STATUS_USAGE ? LEVEL_UNKNOWN : LEVEL_CRITICAL);
		add_why(&f->text, s->why.text);
		return;
	}
	if (status != 0)
		add_refusal(f, s, status);
	if (s->junk > 0) {
		at_least(f, LEVEL_CRITICAL);
		buf_addf(&f->text, "%u line%s no reply of %s; ", s->junk,
		    s->junk == 1 ? " was" : "s were", s->dialog.proto->name);
	}
	buf_addf(&f->text, "%.3f s", (double)f->values[MEASURE_TIME] / 1e6);
	add_beyond(f, MEASURE_TIME);
	buf_addf(&f->text, ", the slowest reply %.3f s",
	    (double)f->values[MEASURE_REPLY] / 1e6);
	add_beyond(f, MEASURE_REPLY);
	add_days(f, s);
}

static void
measure(struct finding *f, enum measure m, int64_t value)
{
	f->has[m] = true;
	f->values[m] = value;
}

/* The lines of -c or of a file, or the greeting of the protocol alone. */
static int
lines_of(struct script *in, const struct session *s, struct fail *why)
{
	const struct proto *proto = s->dialog.proto;
	struct buf hello = { 0 };

	if (s->opt->ncommands > 0 || s->opt->file != NULL)
		return run_lines(in, s->opt, why);
	if (proto->hello != NULL)
		hello_line(s, proto->hello, &hello);
	script_text(in, hello.len > 0 ? buf_bytes(&hello) : "", hello.len);
	buf_free(&hello);
	return 0;
}

/*
 * The line begins with a service, as a rule in capitals: the one that was
 * spoken, or without a connection the one that was meant.
 */
static void
name_it(struct finding *f, const struct session *s)
{
	const struct proto *proto =
	    s->dialog.proto != NULL ? s->dialog.proto : s->opt->proto;
	const char *name =
	    proto != NULL && proto->judge != NULL ? proto->name : "telex";
	size_t i;

	for (i = 0; i < sizeof f->name - 1 && name[i] != '\0'; i++)
		f->name[i] = (char)toupper((unsigned char)name[i]);
	f->name[i] = '\0';
}

/* One session, from its beginning to its end. */
static void
look(struct finding *f, const struct options *o)
{
	struct session s;
	struct script in;

	session_init(&s, o, false);
	s.hushed = s.out.mute = s.out.quiet = true;
	s.out.terminal = false;
	session_time(&s);
	if (reach_open(&s) == 0 && reach_turn(&s) == 0) {
		if (lines_of(&in, &s, &s.why) == 0) {
			feed_run(&s, &in);
			script_close(&in);
		} else {
			session_fail(&s, s.why.status, "%s", s.why.text);
		}
	}
	measure(f, MEASURE_TIME, clock_us() - s.watch->began);
	measure(f, MEASURE_REPLY, s.watch->slowest);
	/* Whom a TLSA record of usage 3 names has no last day (RFC 7671). */
	if (wire_is_tls(&s.wire) && s.tls.subject[0] != '\0' &&
	    s.tls.tlsa[0] != '3')
		measure(f, MEASURE_DAYS, s.tls.days);
	name_it(f, &s);
	weigh(f, o);
	conclude(f, &s);
	reach_close(&s);
	session_free(&s);
}

/* The limit behind a measure, if there is one: ":" for what is to be more. */
static void
add_edge(struct buf *to, enum measure m, int64_t limit)
{
	if (limit < 0)
		return;
	add_limit(to, m, limit);
	if (m == MEASURE_DAYS)
		buf_adds(to, ":");
}

/* "days=71;21:;7:" as plug-ins of monitoring programs write it. */
static void
add_measures(struct buf *to, const struct finding *f, const struct options *o)
{
	size_t m;

	for (m = 0; m < MEASURES; m++) {
		const struct unit *u = &units[m];
		const struct limit *l = &o->limits[m];

		if (!f->has[m])
			continue;
		buf_addf(to, " %s=%.*f%s;", u->name, u->decimals,
		    (double)f->values[m] / u->scale, u->unit);
		add_edge(to, m, l->warn);
		buf_adds(to, ";");
		add_edge(to, m, l->crit);
	}
}

/* A line goes out; false with the reason said when it cannot. */
static bool
print(const struct buf *line)
{
	struct fail why;

	if (fwrite(buf_bytes(line), 1, line->len, stdout) == line->len &&
	    fflush(stdout) == 0)
		return true;
	fail_errno(&why, STATUS_NETWORK, "cannot write to standard output");
	fail_say(&why);
	return false;
}

/* Look once, and print the line. */
static enum level
once(const struct options *o)
{
	static const char *const levels[] = { "OK", "WARNING", "CRITICAL",
		"UNKNOWN" };
	struct finding f = { .level = LEVEL_OK };
	struct buf line = { 0 };
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	look(&f, o);
	if (o->interval > 0) {
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ ",
		    gmtime_r(&now, &tm));
		buf_adds(&line, when);
	}
	buf_addf(&line, "%s %s - %.*s |", f.name, levels[f.level],
	    (int)f.text.len, buf_bytes(&f.text));
	add_measures(&line, &f, o);
	buf_adds(&line, "\n");
	if (!print(&line))
		f.level = LEVEL_UNKNOWN;
	buf_free(&line);
	buf_free(&f.text);
	return f.level;
}

/* Sleep until this time of the monotonic clock, in milliseconds. */
static void
sleep_until(int64_t when)
{
	struct timespec t;
	int64_t rest;

	while ((rest = when - clock_ms()) > 0) {
		t.tv_sec = (time_t)(rest / 1000);
		t.tv_nsec = (long)(rest % 1000) * 1000000;
		nanosleep(&t, NULL);
	}
}

/* What cannot be looked at, or not more than once. */
static int
refuse(const struct options *o, struct fail *f)
{
	if (!o->have_target)
		return fail_set(f, STATUS_USAGE,
		    "--check needs a server (telex --check smtp://HOST)");
	if (o->interval > 0 && o->file != NULL && strcmp(o->file, "-") == 0)
		return fail_set(f, STATUS_USAGE,
		    "--interval reads its lines each time, and standard input "
		    "has them once (-f FILE)");
	return 0;
}

int
check_unknown(const struct fail *why)
{
	struct buf line = { 0 };

	buf_adds(&line, "TELEX UNKNOWN - ");
	add_why(&line, why->text);
	buf_adds(&line, "\n");
	print(&line);
	buf_free(&line);
	return LEVEL_UNKNOWN;
}

int
check_run(const struct options *opt)
{
	struct options o = *opt;
	int64_t next = clock_ms();
	enum level level;
	struct fail f;

	o.unix_path = opt->unix_path == NULL ? NULL : o.target.path;
	if (opt->eof == EOF_SHUTDOWN)
		o.eof = EOF_QUIT;
	if (refuse(&o, &f) < 0)
		return check_unknown(&f);
	for (;;) {
		level = once(&o);
		if (o.interval == 0 || ferror(stdout))
			return (int)level;
		/* What took longer than the interval leaves steps out. */
		while (next <= clock_ms())
			next += o.interval;
		sleep_until(next);
	}
}
