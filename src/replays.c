/* SPDX-License-Identifier: ISC */
/* replays.c - transcripts as tests. */
#include <sys/wait.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "ready.h"
#include "replay.h"
#include "replays.h"
#include "report.h"
#include "screen.h"
#include "tally.h"
#include "vars.h"

/* One file. */
struct job {
	struct ready ready;
	FILE *tally; /* what its process writes down */
	enum { JOB_WAITS, JOB_RUNS, JOB_DONE } state;
	pid_t pid; /* while it runs */
};

struct jobs {
	const struct options *opt;
	struct vars vars; /* what all files have in common */
	struct job *list;
	size_t count;
	struct report report;
	int status;
};

/* Read a file to its end, and have what it needs. */
static int
prepare(struct jobs *j, struct job *job, const char *name, struct fail *f)
{
	if (ready_open(&job->ready, name, j->opt, &j->vars, f) < 0 ||
	    ready_ask(&job->ready, j->opt, &j->vars, f) < 0)
		return -1;
	if (j->opt->jobs > 1)
		job->tally = tally_open();
	if (j->opt->jobs > 1 && job->tally == NULL)
		return fail_errno(f, STATUS_NETWORK,
		    "cannot make a temporary file");
	return 0;
}

static void
play(const struct jobs *j, struct job *job,
    void (*check)(void *arg, const struct check *c), void *arg,
    struct replayed *out)
{
	struct vars vars = { 0 };
	struct replay r = { .opt = j->opt,
		.in = &job->ready.in,
		.vetted = &job->ready.vetted,
		.vars = &vars,
		.mode = (enum match_mode)j->opt->match,
		.check = check,
		.arg = arg };

	vars_copy(&vars, &j->vars);
	replay_run(&r, out);
	vars_free(&vars);
}

/* A difference is what the replay is for; otherwise the first failure. */
static void
take_status(struct jobs *j, int status)
{
	if (status == STATUS_DIFFERS || j->status == 0)
		j->status = status;
}

static void
to_report(void *arg, const struct check *c)
{
	report_check(arg, c);
}

static void
to_tally(void *arg, const struct check *c)
{
	tally_check(arg, c);
}

/* One after the other, in this process. */
static void
play_here(struct jobs *j, struct job *job)
{
	struct replayed out;

	report_file(&j->report, job->ready.in.name);
	play(j, job, to_report, &j->report, &out);
	report_file_end(&j->report, out.how,
	    out.why.text[0] == '\0' ? NULL : out.why.text, out.seconds);
	take_status(j, out.status);
}

/* In a process of its own, which writes down what it finds. */
static void
play_there(struct jobs *j, struct job *job)
{
	struct replayed out;

	fflush(NULL);
	job->pid = fork();
	job->state = job->pid < 0 ? JOB_DONE : JOB_RUNS;
	if (job->pid != 0)
		return;
	play(j, job, to_tally, job->tally, &out);
	tally_end(job->tally, out.how, out.status,
	    out.why.text[0] == '\0' ? NULL : out.why.text, out.seconds);
	_exit(0);
}

static void
report_there(struct jobs *j, struct job *job)
{
	int status;

	report_file(&j->report, job->ready.in.name);
	status = tally_report(job->tally, &j->report);
	if (status < 0)
		report_file_end(&j->report, OUTCOME_FAILED,
		    "its process could not be started, or died", 0);
	take_status(j, status < 0 ? STATUS_NETWORK : status);
}

/* Wait for one of them, whichever it is. */
static void
reap(struct jobs *j)
{
	pid_t pid;
	size_t i;

	do
		pid = waitpid(-1, NULL, 0);
	while (pid < 0 && errno == EINTR);
	for (i = 0; i < j->count; i++)
		if (j->list[i].state == JOB_RUNS &&
		    (pid < 0 || j->list[i].pid == pid))
			j->list[i].state = JOB_DONE;
}

/* --jobs at once; reported in the order of the files. */
static void
play_all(struct jobs *j)
{
	size_t running = 0, started = 0, told = 0;

	while (told < j->count) {
		if (j->list[told].state == JOB_DONE) {
			report_there(j, &j->list[told++]);
		} else if (started < j->count &&
		    running < (size_t)j->opt->jobs) {
			play_there(j, &j->list[started]);
			running += j->list[started++].state == JOB_RUNS;
		} else {
			reap(j);
			running--;
		}
	}
}

static int
play_files(struct jobs *j, struct fail *f)
{
	const struct options *o = j->opt;
	enum report_form form = o->tap ? REPORT_TAP :
	    o->json                    ? REPORT_JSON :
					 REPORT_TEXT;
	bool terminal = isatty(STDOUT_FILENO);
	int color = o->color == WHEN_AUTO ? -1 : o->color == WHEN_ALWAYS;
	size_t i;

	if (report_open(&j->report, form, stdout, o->junit, f) < 0)
		return -1;
	j->report.color = screen_wants_color(color, terminal);
	if (o->jobs > 1) {
		play_all(j);
	} else {
		for (i = 0; i < j->count; i++)
			play_here(j, &j->list[i]);
	}
	return report_close(&j->report, f);
}

int
replays_run(const struct options *opt)
{
	struct jobs j = { .opt = opt, .count = opt->nfiles };
	struct fail f;
	size_t i;
	int rc;

	rc = ready_vars(&j.vars, opt, &f);
	j.list = xmalloc(j.count * sizeof *j.list);
	memset(j.list, 0, j.count * sizeof *j.list);
	for (i = 0; rc == 0 && i < j.count; i++)
		rc = prepare(&j, &j.list[i], opt->files[i], &f);
	if (rc == 0)
		rc = play_files(&j, &f);
	if (rc < 0)
		j.status = fail_say(&f);
	for (i = 0; i < j.count; i++) {
		ready_close(&j.list[i].ready);
		if (j.list[i].tally != NULL)
			tally_close(j.list[i].tally);
	}
	free(j.list);
	vars_free(&j.vars);
	return j.status;
}
