/* SPDX-License-Identifier: ISC */
/* run.c - one session, typed or from a script. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "drill.h"
#include "easel.h"
#include "events.h"
#include "fail.h"
#include "feed.h"
#include "journal.h"
#include "options.h"
#include "reach.h"
#include "run.h"
#include "script.h"
#include "session.h"
#include "signals.h"
#include "term/history.h"
#include "term/term.h"
#include "turns.h"
#include "typing.h"

int
run_lines(struct script *in, const struct options *opt, struct fail *f)
{
	struct buf text = { 0 };
	size_t i;
	int fd = STDIN_FILENO;

	if (opt->ncommands > 0) {
		for (i = 0; i < opt->ncommands; i++)
			buf_addf(&text, "%s\n", opt->commands[i]);
		script_text(in, buf_bytes(&text), text.len);
		buf_free(&text);
		return 0;
	}
	if (opt->file != NULL && strcmp(opt->file, "-") != 0)
		fd = open(opt->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno(f, STATUS_USAGE, "cannot open %.200s",
		    opt->file);
	script_open(in, fd);
	return 0;
}

/* What a session leaves behind: a transcript, a picture. */
struct kept {
	struct journal journal;
	struct easel easel;
	struct events events;
};

/* Begin what --log, --json and --draw ask for; -1 with the reason said. */
static int
keep_begin(struct kept *k, struct session *s)
{
	struct fail f;

	if ((s->opt->log == NULL ||
		journal_open(&k->journal, s, s->opt->log, &f) == 0) &&
	    (!s->opt->json || events_open(&k->events, s, &f) == 0) &&
	    easel_open(&k->easel, s, &f) == 0)
		return 0;
	session_fail(s, f.status, "%s", f.text);
	return -1;
}

/* What is not complete gives a status to a session that has none. */
static void
incomplete(struct session *s, const struct fail *f)
{
	if (s->status == 0) {
		s->why = *f;
		s->status = (int)f->status;
	}
}

/* End it; the events come last, as they tell the status. */
static void
keep_end(struct kept *k, struct session *s)
{
	struct fail f;

	if (!journal_close(&k->journal)) {
		fail_set(&f, STATUS_NETWORK, "the transcript is not complete");
		incomplete(s, &f);
	}
	if (easel_close(&k->easel, s, &f) < 0) {
		outlet_error(&s->out, "%s", f.text);
		incomplete(s, &f);
	}
	events_close(&k->events);
}

/* A script, or a person at a terminal that can have no editor. */
static int
run_script(const struct options *opt, bool person, struct drill *drill)
{
	struct kept kept = { .easel = { .to = NULL } };
	struct session s;
	struct script in;
	struct fail f;
	int status;

	if (!opt->have_target) {
		fail_set(&f, STATUS_USAGE,
		    "no server named (telex HOST PORT; telex --help)");
		return fail_say(&f);
	}
	if (run_lines(&in, opt, &f) < 0)
		return fail_say(&f);
	session_init(&s, opt, person);
	drill_join(drill, &s);
	if (keep_begin(&kept, &s) == 0 && drill_wait(drill, &s, &in) &&
	    reach_open(&s) == 0)
		feed_run(&s, &in);
	reach_close(&s);
	drill_leave(drill);
	keep_end(&kept, &s);
	status = session_status(&s);
	script_close(&in);
	session_free(&s);
	return status;
}

/* A signal that came while there was nothing to edit; 0 if none did. */
static int
ending_signal(void)
{
	int signo;

	do
		signo = signals_next();
	while (signo == SIGWINCH || signo == SIGCONT || signo == SIGTSTP);
	return signo;
}

int
run_person(struct options *opt, struct run_lesson *lesson, struct drill *drill)
{
	struct kept kept = { .easel = { .to = NULL } };
	struct typing typing = {
		.local = { .journal = &kept.journal, .drill = drill },
	};
	char history[4096], why[128];
	struct term_plan plan = {
		.hooks = { turns_wait, turns_complete, &typing },
		.escape = opt->escape,
		.color = true,
	};
	struct session s;
	struct term *term;
	const char *trouble;
	int status, signo = 0;

	if (!opt->no_history && history_path(history, sizeof history))
		plan.history = history;
	/* Only the editor asks the locale what a letter is. */
	setlocale(LC_CTYPE, "");
	signals_open(signals_restore);
	term = term_open(&plan, why);
	if (term == NULL) {
		signals_close();
		return -1;
	}
	session_init(&s, opt, true);
	s.out.term = term;
	drill_join(drill, &s);
	trouble = term_trouble(term);
	if (trouble != NULL)
		outlet_warning(&s.out, "%s", trouble);
	if (lesson != NULL)
		step_begin(&typing.step, &s, &lesson->ready, &lesson->vars,
		    lesson->mode);
	if (keep_begin(&kept, &s) == 0 &&
	    (!opt->have_target || reach_open(&s) == 0))
		signo = typing_run(&typing, &s, opt, term);
	else
		signo = ending_signal();
	reach_close(&s);
	drill_leave(drill);
	keep_end(&kept, &s);
	outlet_flush(&s.out);
	status = session_status(&s);
	if (typing.step.differ > 0)
		status = STATUS_DIFFERS;
	step_free(&typing.step);
	s.out.term = NULL;
	session_free(&s);
	term_close(term);
	signals_close();
	if (signo != 0)
		signals_die(signo);
	return status;
}

int
run_session(struct options *opt, struct drill *drill)
{
	bool person =
	    opt->ncommands == 0 && opt->file == NULL && isatty(STDIN_FILENO);
	int status = -1;

	if (person)
		status = run_person(opt, NULL, drill);
	if (status >= 0)
		return status;
	/* What cannot move its cursor is not sent colours either. */
	if (person && opt->color == WHEN_AUTO)
		opt->color = WHEN_NEVER;
	return run_script(opt, person, drill);
}
