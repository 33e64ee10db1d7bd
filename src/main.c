/* SPDX-License-Identifier: ISC */
/* main.c - from the arguments to an exit status.  Floor 20. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cmdline.h"
#include "draw.h"
#include "drill.h"
#include "easel.h"
#include "fail.h"
#include "feed.h"
#include "journal.h"
#include "options.h"
#include "reach.h"
#include "ready.h"
#include "replays.h"
#include "script.h"
#include "serve.h"
#include "session.h"
#include "signals.h"
#include "step.h"
#include "term/history.h"
#include "term/term.h"
#include "turns.h"
#include "typing.h"
#include "vars.h"

/*
 * A file or socket of ours must never become descriptor 0, 1 or 2: what is
 * meant for stdout would go there.  What fills the place cannot be written
 * to, so that a closed stdout is an error and not a silence.
 */
static void
fill_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int
complain(const struct fail *f)
{
	fprintf(stderr, "telex: %s\n", f->text);
	return (int)f->status;
}

/* Text of our own that was asked for: --help, --version. */
static int
print(struct buf *text)
{
	struct fail f;
	size_t n = fwrite(buf_bytes(text), 1, text->len, stdout);

	if (n == text->len && fflush(stdout) == 0) {
		buf_free(text);
		return STATUS_OK;
	}
	fail_errno(&f, STATUS_NETWORK, "cannot write to standard output");
	buf_free(text);
	return complain(&f);
}

static int
show_help(const struct options *opt)
{
	struct buf text = { 0 };
	struct fail f;

	if (cmdline_help(&text, opt->topic) == 0)
		return print(&text);
	fail_set(&f, STATUS_USAGE,
	    "no help on \"%.40s\" (telex --help lists the topics)", opt->topic);
	return complain(&f);
}

/* The lines of -c, or the file of -f, or standard input. */
static int
script_source(struct script *in, const struct options *opt, struct fail *f)
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
};

/* Begin what --log and --draw ask for; -1 with the reason said. */
static int
keep_begin(struct kept *k, struct session *s)
{
	struct fail f;

	if ((s->opt->log == NULL ||
		journal_open(&k->journal, s, s->opt->log, &f) == 0) &&
	    easel_open(&k->easel, s, &f) == 0)
		return 0;
	session_fail(s, f.status, "%s", f.text);
	return -1;
}

/* End it; what is not complete gives a status to a session that has none. */
static void
keep_end(struct kept *k, struct session *s)
{
	struct fail f;
	int status = 0;

	if (!journal_close(&k->journal))
		status = STATUS_NETWORK;
	if (easel_close(&k->easel, s, &f) < 0) {
		outlet_error(&s->out, "%s", f.text);
		status = (int)f.status;
	}
	if (s->status == 0)
		s->status = status;
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
		return complain(&f);
	}
	if (script_source(&in, opt, &f) < 0)
		return complain(&f);
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

/* A transcript that is gone through by hand. */
struct lesson_plan {
	struct ready ready;
	struct vars vars;
	enum match_mode mode;
};

/* A person at a terminal, perhaps with a transcript; -1 when there is no
 * terminal to be had. */
static int
run_person(struct options *opt, struct lesson_plan *lesson, struct drill *drill)
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

static int
run(struct options *opt, struct drill *drill)
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

/* The same beside a server of our own. */
static int
run_practice(struct options *opt)
{
	struct drill drill;
	struct fail f;
	int status;

	if (drill_open(&drill, opt, &f) < 0)
		return complain(&f);
	status = run(opt, &drill);
	drill_close(&drill);
	return status;
}

/* Why no lesson can be given; 0: it can. */
static int
no_lesson(const struct options *opt, struct fail *f)
{
	const char *name = opt->step ? "--step" : "--speed";

	if (!isatty(STDIN_FILENO))
		return fail_set(f, STATUS_USAGE,
		    "%s needs a terminal: somebody looks on, and presses the "
		    "keys",
		    name);
	if (opt->nfiles > 1)
		return fail_set(f, STATUS_USAGE,
		    "%s goes through one transcript, and %zu are named (^] "
		    "replay FILE begins the next)",
		    name, opt->nfiles);
	if (opt->tap || opt->json || opt->junit != NULL)
		return fail_set(f, STATUS_USAGE,
		    "%s shows the session itself: a report of the checks "
		    "takes a replay without it",
		    name);
	return 0;
}

/* Go through a transcript at the terminal. */
static int
run_lesson(const struct options *opt)
{
	struct lesson_plan plan = { .mode = (enum match_mode)opt->match };
	struct options own;
	struct fail f;
	int status = -1;

	if (no_lesson(opt, &f) == 0 && ready_vars(&plan.vars, opt, &f) == 0 &&
	    ready_open(&plan.ready, opt->files[0], opt, &plan.vars, &f) == 0 &&
	    ready_ask(&plan.ready, &plan.vars, &f) == 0 &&
	    ready_options(&own, opt, &plan.ready.vetted, &f) == 0) {
		ready_own(&plan.vars, &own);
		status = run_person(&own, &plan, NULL);
		if (status < 0)
			fail_set(&f, STATUS_USAGE,
			    "a transcript is gone through at a terminal that "
			    "can move its cursor, and TERM says that this one "
			    "cannot");
	}
	ready_close(&plan.ready);
	vars_free(&plan.vars);
	return status < 0 ? complain(&f) : status;
}

/* The server's side of a transcript. */
static int
run_serve(const struct options *opt)
{
	struct vars vars = { 0 };
	struct serve_plan plan = { .file = opt->serve,
		.port = opt->serve_port,
		.match = (int)opt->match,
		.proto = opt->given.proto,
		.timeout = opt->timeout >= 0 ? opt->timeout : 300000,
		.ca = opt->serve_ca,
		.vars = &vars };
	int status;

	ready_set(&vars, opt);
	status = serve_run(&plan);
	vars_free(&vars);
	return status;
}

/* A picture of a transcript that is not played. */
static int
run_draw(const struct options *opt)
{
	struct fail f;

	if (opt->nfiles > 1)
		fail_set(&f, STATUS_USAGE,
		    "--draw shows one transcript, and %zu are named",
		    opt->nfiles);
	else if (draw_file(opt->files[0], opt->given.proto, opt->draw,
		     opt->force ? DRAW_FORCE : DRAW_NEW, &f) == 0)
		return STATUS_OK;
	return complain(&f);
}

static int
act(struct options *opt)
{
	if (opt->serve != NULL)
		return run_serve(opt);
	if (opt->replay_none)
		return run_draw(opt);
	if (opt->replay && (opt->step || opt->speed > 0))
		return run_lesson(opt);
	if (opt->practice)
		return run_practice(opt);
	return opt->replay ? replays_run(opt) : run(opt, NULL);
}

int
main(int argc, char **argv)
{
	struct options opt;
	struct buf text = { 0 };
	struct fail f;
	int status;

	fill_descriptors();
	signal(SIGPIPE, SIG_IGN);
	if (cmdline_read(&opt, argc, argv, &f) < 0) {
		options_free(&opt);
		return complain(&f);
	}
	switch (opt.act) {
	case ACT_HELP:
		status = show_help(&opt);
		break;
	case ACT_VERSION:
		cmdline_version(&text);
		status = print(&text);
		break;
	default:
		status = act(&opt);
		break;
	}
	options_free(&opt);
	return status;
}
