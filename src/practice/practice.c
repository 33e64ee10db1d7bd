/* SPDX-License-Identifier: ISC */
/* practice.c - the server's process, seen from telex. */
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fail.h"
#include "identity.h"
#include "practice/door.h"
#include "practice/frame.h"
#include "practice/house.h"
#include "practice/knobs.h"
#include "practice/practice.h"
#include "practice/rules.h"
#include "target.h"
#include "text.h"

enum { ANSWER_MS = 10000, BLOCK = 16384 };

/* All that the server is told. */
struct setup {
	struct knobs knobs;
	struct rules rules;
	char address[64];
	uint16_t port;
	char names[128]; /* of its certificate */
};

/* --- what is meant --- */

static int
bad_place(const char *where, struct fail *f)
{
	return fail_about(f, STATUS_USAGE, where,
	    "not ADDRESS:PORT for the practice server (an address of this "
	    "machine, in full, or a port up to 65530)");
}

/* "2525", ":2525", "127.0.0.1", "::1", "[::1]:2525" */
static int
read_place(struct setup *s, const char *where, struct fail *f)
{
	struct target t = { .host = "" };
	unsigned long port = 0;
	bool number =
	    where[0] != '\0' && strspn(where, "0123456789") == strlen(where);

	snprintf(s->address, sizeof s->address, "127.0.0.1");
	if (where[0] == '\0')
		return 0;
	if (number || (where[0] == ':' && where[1] != ':'))
		snprintf(t.service, sizeof t.service, "%.63s", where + !number);
	else if (target_parse(&t, where, f) < 0)
		return -1;
	if (t.service[0] != '\0' &&
	    text_number(t.service, 0, UINT16_MAX - DOORS + 1, &port) < 0)
		return bad_place(where, f);
	s->port = (uint16_t)port;
	if (t.host[0] == '\0' || strcmp(t.host, "localhost") == 0)
		return t.path[0] == '\0' ? 0 : bad_place(where, f);
	if (!target_is_address(t.host) || strlen(t.host) >= sizeof s->address)
		return bad_place(where, f);
	memcpy(s->address, t.host, strlen(t.host) + 1);
	return 0;
}

/* Is this address among IDENTITY_LOOPBACK?  127.0.0.2 is not. */
static bool
is_usual(const char *address)
{
	return strcmp(address, "127.0.0.1") == 0 || strcmp(address, "::1") == 0;
}

static int
read_plan(struct setup *s, const struct practice_plan *plan, struct fail *f)
{
	size_t i;

	if (read_place(s, plan->where == NULL ? "" : plan->where, f) < 0)
		return -1;
	for (i = 0; i < plan->nknobs; i++) {
		if (knobs_set(&s->knobs, plan->knobs[i], f) < 0)
			return -1;
	}
	for (i = 0; i < plan->nrules; i++) {
		if (rules_add(&s->rules, plan->rules[i], f) < 0)
			return -1;
	}
	snprintf(s->names, sizeof s->names, "%s%s%s", IDENTITY_LOOPBACK,
	    is_usual(s->address) ? "" : ",",
	    is_usual(s->address) ? "" : s->address);
	return 0;
}

/* --- the process --- */

/* What the terminal sends is for telex; its end is ours. */
static void
leave_terminal(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
		SIGTSTP, SIGCONT, SIGWINCH };
	size_t i;
	int fd;

	setsid();
	for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	fd = open("/dev/null", O_RDWR);
	if (fd < 0)
		return;
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void
be_server(struct setup *s, struct practice *p, int tell)
{
	struct house_plan plan = { .doors = p->doors,
		.knobs = &s->knobs,
		.rules = &s->rules,
		.names = s->names,
		.tell = tell };

	close(p->fd);
	leave_terminal();
	house_run(&plan);
	_exit(STATUS_OK);
}

static int
spawn(struct setup *s, struct practice *p, struct fail *f)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return fail_errno(f, STATUS_NETWORK,
		    "cannot start the practice server");
	fcntl(pair[0], F_SETFD, FD_CLOEXEC);
	fcntl(pair[1], F_SETFD, FD_CLOEXEC);
	p->fd = pair[0];
	p->pid = fork();
	if (p->pid == 0)
		be_server(s, p, pair[1]);
	close(pair[1]);
	if (p->pid > 0)
		return 0;
	return fail_errno(f, STATUS_NETWORK,
	    "cannot start the practice server");
}

static int
write_ca(struct practice *p, const char *name, struct fail *f)
{
	struct buf pem = { 0 };
	size_t put = 0;
	FILE *file;

	if (practice_ca(p, &pem, f) < 0)
		return -1;
	file = fopen(name, "w");
	if (file != NULL) {
		put = fwrite(buf_bytes(&pem), 1, pem.len, file);
		if (fclose(file) != 0)
			put = 0;
	}
	if (put != pem.len) {
		buf_free(&pem);
		return fail_errno(f, STATUS_USAGE, "cannot write %.200s", name);
	}
	buf_free(&pem);
	return 0;
}

static int
start(struct setup *s, const struct practice_plan *plan, struct practice *p,
    struct fail *f)
{
	int rc;

	if (read_plan(s, plan, f) < 0 ||
	    door_open(p->doors, s->address, s->port, f) < 0)
		return -1;
	memcpy(p->address, s->address, sizeof p->address);
	p->self_signed = (s->knobs.faults & IDENTITY_SELF_SIGNED) != 0;
	p->public = !target_is_loopback(s->address);
	rc = spawn(s, p, f);
	door_close(p->doors);
	if (rc == 0 && plan->ca != NULL)
		rc = write_ca(p, plan->ca, f);
	return rc;
}

int
practice_start(const struct practice_plan *plan, struct practice *p,
    struct fail *f)
{
	struct setup s = { .port = 0 };
	int rc;

	memset(p, 0, sizeof *p);
	p->fd = -1;
	knobs_init(&s.knobs);
	rc = start(&s, plan, p, f);
	knobs_free(&s.knobs);
	rules_free(&s.rules);
	if (rc < 0)
		practice_stop(p);
	return rc;
}

void
practice_stop(struct practice *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	if (p->pid > 0) {
		kill(p->pid, SIGTERM);
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	p->pid = 0;
	buf_free(&p->in);
	buf_free(&p->notes);
}

/* --- where it is --- */

/* "any address" is no address to go to. */
const char *
practice_host(const struct practice *p)
{
	if (strcmp(p->address, "0.0.0.0") == 0)
		return "127.0.0.1";
	return strcmp(p->address, "::") == 0 ? "::1" : p->address;
}

uint16_t
practice_port(const struct practice *p, const char *name)
{
	int i;

	for (i = 0; i < DOORS; i++) {
		if (p->doors[i].name != NULL &&
		    strcmp(p->doors[i].name, name) == 0)
			return p->doors[i].port;
	}
	return 0;
}

void
practice_banner(const struct practice *p, struct buf *to)
{
	int i;

	buf_addf(to, "practice server on %s:", p->address);
	for (i = 0; i < DOORS; i++)
		buf_addf(to, "%s %s %u", i == 0 ? "" : ",", p->doors[i].name,
		    (unsigned)p->doors[i].port);
	buf_adds(to, "\n");
}

/* --- what it says --- */

static int
gone(struct fail *f)
{
	return fail_set(f, STATUS_NETWORK, "the practice server has ended");
}

/* What has come, as far as it is there; false when nothing more will. */
static bool
receive(struct practice *p)
{
	ssize_t got;

	if (p->fd < 0)
		return false;
	got = recv(p->fd, buf_room(&p->in, BLOCK), BLOCK, MSG_DONTWAIT);
	if (got > 0)
		buf_grew(&p->in, (size_t)got);
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Notes are put aside; the first other frame is an answer. */
static enum frame_kind
next_frame(struct practice *p, size_t *n)
{
	enum frame_kind kind;

	while (frame_take(&p->in, &kind, n) && kind != FRAME_NONE) {
		if (kind != FRAME_NOTE)
			return kind;
		buf_add(&p->notes, buf_bytes(&p->in), *n);
		buf_drop(&p->in, *n);
	}
	return FRAME_NONE;
}

bool
practice_notes(struct practice *p, struct buf *to)
{
	bool there = receive(p);
	size_t n;

	/* An answer that nobody waits for came too late. */
	while (next_frame(p, &n) != FRAME_NONE)
		buf_drop(&p->in, n);
	if (p->notes.len > 0)
		buf_add(to, buf_bytes(&p->notes), p->notes.len);
	buf_clear(&p->notes);
	return there;
}

static int
await(struct practice *p, enum frame_kind *kind, size_t *n, struct fail *f)
{
	struct pollfd wait = { p->fd, POLLIN, 0 };
	int rc;

	while ((*kind = next_frame(p, n)) == FRAME_NONE) {
		rc = poll(&wait, 1, ANSWER_MS);
		if (rc == 0)
			return fail_set(f, STATUS_TIMEOUT,
			    "the practice server does not answer");
		if (rc > 0 && !receive(p))
			return gone(f);
	}
	return 0;
}

static int
ask(struct practice *p, enum frame_kind kind, const char *word, struct buf *to,
    struct fail *f)
{
	struct buf question = { 0 };
	enum frame_kind came;
	size_t n = 0;
	ssize_t put;

	frame_put(&question, kind, word, strlen(word));
	put = p->fd < 0 ?
	    -1 :
	    send(p->fd, buf_bytes(&question), question.len, MSG_NOSIGNAL);
	if (put != (ssize_t)question.len) {
		buf_free(&question);
		return gone(f);
	}
	buf_free(&question);
	if (await(p, &came, &n, f) < 0)
		return -1;
	if (came == kind)
		buf_add(to, buf_bytes(&p->in), n);
	else
		fail_set(f, STATUS_NETWORK, "%.*s", (int)n,
		    n == 0 ? "" : buf_bytes(&p->in));
	buf_drop(&p->in, n);
	return came == kind ? 0 : -1;
}

int
practice_ca(struct practice *p, struct buf *to, struct fail *f)
{
	return ask(p, FRAME_CA, "", to, f);
}

int
practice_list(struct practice *p, struct buf *to, struct fail *f)
{
	return ask(p, FRAME_LIST, "", to, f);
}

int
practice_show(struct practice *p, const char *number, struct buf *to,
    struct fail *f)
{
	return ask(p, FRAME_SHOW, number, to, f);
}
