/* SPDX-License-Identifier: ISC */
/* replays.c - transcripts as tests. */
#include <sys/wait.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "buf.h"
#include "options.h"
#include "replay.h"
#include "replays.h"
#include "report.h"
#include "screen.h"
#include "tally.h"
#include "text.h"
#include "transcript.h"
#include "vars.h"
#include "vet.h"

/* One file. */
struct job {
	struct transcript in;
	struct vetted vetted;
	bool open;
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

static int
complain(const struct fail *f)
{
	fprintf(stderr, "telex: %s\n", f->text);
	return (int)f->status;
}

/* NAME=VALUE from the command line or a line of --secrets-fd. */
static void
set_pair(struct vars *v, const char *pair, size_t len)
{
	const char *eq = memchr(pair, '=', len);
	size_t name = eq == NULL ? len : (size_t)(eq - pair);

	if (eq != NULL && vars_name(pair, name))
		vars_set(v, pair, name, eq + 1, len - name - 1);
}

void
replays_set(struct vars *v, const struct options *opt)
{
	size_t i;

	for (i = 0; i < opt->nsets; i++)
		set_pair(v, opt->sets[i], strlen(opt->sets[i]));
}

static int
read_secrets(struct vars *v, int fd, struct fail *f)
{
	struct buf text = { 0 };
	char *p, *end;
	ssize_t got;

	do {
		got = read(fd, buf_room(&text, 4096), 4096);
		if (got > 0)
			buf_grew(&text, (size_t)got);
	} while (got > 0 || (got < 0 && errno == EINTR));
	buf_add(&text, "\n", 1);
	for (p = buf_bytes(&text); text.len > 0; p = buf_bytes(&text)) {
		struct buf name = { 0 };

		end = memchr(p, '\n', text.len);
		if (end == NULL)
			break;
		buf_adds(&name,
		    text_begins(p, text.len, "secret:") ? "" : "secret:");
		buf_add(&name, p, (size_t)(end - p));
		set_pair(v, buf_bytes(&name), name.len);
		buf_free(&name);
		buf_drop(&text, (size_t)(end - p) + 1);
	}
	buf_free(&text);
	if (got < 0)
		return fail_errno(f, STATUS_USAGE,
		    "cannot read the secrets from descriptor %d", fd);
	return 0;
}

/* From the environment: TELEX_VAR_name, TELEX_SECRET_name. */
static const char *
from_environment(const char *name)
{
	char var[32 + VARS_NAME_MOST];
	bool secret = vars_is_secret(name, strlen(name));
	char *p;

	snprintf(var, sizeof var, "TELEX_%s_%s", secret ? "SECRET" : "VAR",
	    secret ? name + strlen("secret:") : name);
	/* What no shell can name. */
	for (p = var; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	return getenv(var);
}

/* What nothing sets is asked for, once for all files. */
static int
have_name(struct jobs *j, const struct job *job, const struct vet_name *n,
    struct fail *f)
{
	bool secret = vars_is_secret(n->name, strlen(n->name));
	const char *value = from_environment(n->name);
	struct buf answer = { 0 };
	char question[VARS_NAME_MOST + 8];
	int rc;

	if (value != NULL) {
		vars_set(&j->vars, n->name, strlen(n->name), value,
		    strlen(value));
		return 0;
	}
	snprintf(question, sizeof question, "%s: ", n->name);
	rc = ask(question, secret, &answer, f);
	if (rc == 0)
		vars_set(&j->vars, n->name, strlen(n->name),
		    answer.len == 0 ? "" : buf_bytes(&answer), answer.len);
	else
		fail_set(f, STATUS_USAGE, "%s:%lu: ${%s} is not set (%s)",
		    job->in.name, n->line, n->name,
		    secret ? "TELEX_SECRET_..., --secrets-fd, or a terminal "
			     "to ask" :
			     "--set NAME=VALUE, or TELEX_VAR_...");
	buf_free(&answer);
	return rc;
}

/* Read a file to its end, and have what it needs. */
static int
prepare(struct jobs *j, struct job *job, const char *name, struct fail *f)
{
	const struct options *o = j->opt;
	struct vars known = { 0 };
	size_t i;
	int rc;

	if (transcript_open(&job->in, name, f) < 0)
		return -1;
	job->open = true;
	if (o->jobs > 1)
		job->tally = tally_open();
	if (o->jobs > 1 && job->tally == NULL)
		return fail_errno(f, STATUS_NETWORK,
		    "cannot make a temporary file");
	vars_copy(&known, &j->vars);
	replay_own(&known);
	rc = vet_transcript(&job->in, &known, o->proto, &job->vetted, f);
	vars_free(&known);
	for (i = 0; rc == 0 && i < job->vetted.nmissing; i++) {
		const char *missing = job->vetted.missing[i].name;

		/* Another file may have asked for it by now. */
		if (vars_get(&j->vars, missing, strlen(missing)) == NULL)
			rc = have_name(j, job, &job->vetted.missing[i], f);
	}
	return rc;
}

static void
play(const struct jobs *j, struct job *job,
    void (*check)(void *arg, const struct check *c), void *arg,
    struct replayed *out)
{
	struct vars vars = { 0 };
	struct replay r = { .opt = j->opt,
		.in = &job->in,
		.vetted = &job->vetted,
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

	report_file(&j->report, job->in.name);
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

	report_file(&j->report, job->in.name);
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
	int rc = 0;

	replays_set(&j.vars, opt);
	if (opt->secrets_fd >= 0)
		rc = read_secrets(&j.vars, opt->secrets_fd, &f);
	j.list = xmalloc(j.count * sizeof *j.list);
	memset(j.list, 0, j.count * sizeof *j.list);
	for (i = 0; rc == 0 && i < j.count; i++)
		rc = prepare(&j, &j.list[i], opt->files[i], &f);
	if (rc == 0)
		rc = play_files(&j, &f);
	if (rc < 0)
		j.status = complain(&f);
	for (i = 0; i < j.count; i++) {
		if (j.list[i].open)
			transcript_close(&j.list[i].in);
		if (j.list[i].tally != NULL)
			tally_close(j.list[i].tally);
		vet_free(&j.list[i].vetted);
	}
	free(j.list);
	vars_free(&j.vars);
	return j.status;
}
