/* SPDX-License-Identifier: ISC */
/* main.c - from the arguments to an exit status.  Floor 22. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "about.h"
#include "buf.h"
#include "check.h"
#include "cmdline.h"
#include "draw.h"
#include "drill.h"
#include "fail.h"
#include "options.h"
#include "purse.h"
#include "ready.h"
#include "replays.h"
#include "run.h"
#include "serve.h"
#include "shells.h"
#include "telexrc.h"
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
	return fail_say(&f);
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
	return fail_say(&f);
}

/* The same beside a server of our own. */
static int
run_practice(struct options *opt)
{
	struct drill drill;
	struct fail f;
	int status;

	if (drill_open(&drill, opt, &f) < 0)
		return fail_say(&f);
	status = run_session(opt, &drill);
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
	struct run_lesson plan = { .mode = (enum match_mode)opt->match };
	struct options own;
	struct fail f;
	int status = -1;

	if (no_lesson(opt, &f) == 0 && ready_vars(&plan.vars, opt, &f) == 0 &&
	    ready_open(&plan.ready, opt->files[0], opt, &plan.vars, &f) == 0 &&
	    ready_ask(&plan.ready, opt, &plan.vars, &f) == 0 &&
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
	return status < 0 ? fail_say(&f) : status;
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
	return fail_say(&f);
}

/* What is only to be printed. */
static int
show(const struct options *opt)
{
	struct buf text = { 0 };

	if (opt->act == ACT_HELP)
		return show_help(opt);
	if (opt->act == ACT_VERSION)
		about_telex(&text);
	else
		shells_script(&text, opt->shell);
	return print(&text);
}

static bool
is_check(const struct options *opt)
{
	return opt->check || opt->interval > 0;
}

static int
act(struct options *opt)
{
	if (opt->act != ACT_RUN)
		return show(opt);
	if (is_check(opt))
		return check_run(opt);
	if (opt->serve != NULL)
		return run_serve(opt);
	if (opt->replay_none)
		return run_draw(opt);
	if (opt->replay && (opt->step || opt->speed > 0))
		return run_lesson(opt);
	if (opt->practice)
		return run_practice(opt);
	return opt->replay ? replays_run(opt) : run_session(opt, NULL);
}

int
main(int argc, char **argv)
{
	struct vars purse = { 0 };
	struct options opt;
	struct fail f;
	char rc[4096];
	int status;

	fill_descriptors();
	signal(SIGPIPE, SIG_IGN);
	purse_take(&purse);
	if (cmdline_read(&opt, argc, argv,
		telexrc_path(rc, sizeof rc) ? rc : NULL, &f) < 0) {
		status = is_check(&opt) ? check_unknown(&f) : fail_say(&f);
	} else {
		opt.purse = &purse;
		status = act(&opt);
	}
	options_free(&opt);
	vars_free(&purse);
	return status;
}
