/* SPDX-License-Identifier: ISC */
/* stage.h - a session without a terminal: what it shows is kept, and its
 * server is the test, or a process that plays a part. */
#ifndef STAGE_H
#define STAGE_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialog.h"
#include "hear.h"
#include "options.h"
#include "proto.h"
#include "session.h"

/* Nothing may be asserted while stdout and stderr are elsewhere: between
 * stage_begin and stage_end, or stage_dark and stage_light. */
struct stage {
	struct session s;
	int server; /* the other end of the session's wire */
	int was_out, was_err;
	FILE *to_out, *to_err;
	char out[32768], err[16384]; /* what was shown there, in the end */
	char sent[16384];            /* ... and sent to the server */
	size_t sent_len;
};

static inline void
stage_dark(struct stage *st)
{
	fflush(NULL);
	st->was_out = dup(STDOUT_FILENO);
	st->was_err = dup(STDERR_FILENO);
	st->to_out = tmpfile();
	st->to_err = tmpfile();
	if (st->to_out == NULL || st->to_err == NULL)
		abort();
	dup2(fileno(st->to_out), STDOUT_FILENO);
	dup2(fileno(st->to_err), STDERR_FILENO);
}

static inline void
stage_read(FILE *from, char *to, size_t size)
{
	rewind(from);
	to[fread(to, 1, size - 1, from)] = '\0';
	fclose(from);
}

static inline void
stage_light(struct stage *st)
{
	fflush(NULL);
	dup2(st->was_out, STDOUT_FILENO);
	dup2(st->was_err, STDERR_FILENO);
	close(st->was_out);
	close(st->was_err);
	stage_read(st->to_out, st->out, sizeof st->out);
	stage_read(st->to_err, st->err, sizeof st->err);
}

/* A session that is connected to st->server and speaks this protocol. */
static inline void
stage_begin(struct stage *st, const struct options *opt, bool person,
    const struct proto *proto)
{
	int fds[2];

	memset(st, 0, sizeof *st);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		abort();
	stage_dark(st);
	st->server = fds[1];
	session_init(&st->s, opt, person);
	wire_open(&st->s.wire, fds[0]);
	st->s.over = false;
	st->s.opened = session_now();
	dialog_start(&st->s.dialog, proto,
	    proto->judge != NULL && !proto->mute);
	session_proto(&st->s);
}

/* The server says so, and it is dealt with. */
static inline void
stage_hears(struct stage *st, const char *text)
{
	if (send(st->server, text, strlen(text), MSG_NOSIGNAL) < 0)
		abort();
	hear_drain(&st->s);
}

/* The curtain falls: what was shown and sent can be looked at. */
static inline void
stage_end(struct stage *st)
{
	ssize_t n;

	session_free(&st->s);
	while (st->server >= 0 &&
	    (n = recv(st->server, st->sent + st->sent_len,
		 sizeof st->sent - st->sent_len - 1, MSG_DONTWAIT)) > 0)
		st->sent_len += (size_t)n;
	st->sent[st->sent_len] = '\0';
	if (st->server >= 0)
		close(st->server);
	stage_light(st);
}

/*
 * A server in a process of its own; ended by NULL, its part is:
 *
 *	S:text	say that
 *	C	hear a line
 *	DATA	hear lines to the one that is a dot
 *	ALL	hear everything until the client has no more to say
 */
struct player {
	pid_t pid;
	int log;
	uint16_t port;     /* of 127.0.0.1, where it waits for one client */
	char heard[16384]; /* known in the end */
};

/* Hear until the text ends so; false when the client says no more. */
static inline bool
player_hears(int fd, int log, const char *end)
{
	char last[8] = "";
	size_t len = strlen(end);

	do {
		memmove(last, last + 1, sizeof last - 1);
		if (read(fd, last + sizeof last - 1, 1) != 1 ||
		    write(log, last + sizeof last - 1, 1) != 1)
			return false;
	} while (len == 0 || memcmp(last + sizeof last - len, end, len) != 0);
	return true;
}

static inline void
player_plays(int fd, int log, const char *const *part)
{
	static const struct {
		const char *word, *end;
	} ends[] = { { "C", "\n" }, { "DATA", "\r\n.\r\n" }, { "ALL", "" } };
	size_t i;

	/* A test that waits for ever is told by the end of its server. */
	alarm(10);
	for (; *part != NULL; part++) {
		if (strncmp(*part, "S:", 2) == 0) {
			send(fd, *part + 2, strlen(*part + 2), MSG_NOSIGNAL);
			continue;
		}
		for (i = 0; strcmp(ends[i].word, *part) != 0; i++)
			;
		if (!player_hears(fd, log, ends[i].end))
			break;
	}
	close(fd);
}

/* Play on a socket, which becomes the player's: it is connected to the other
 * end, or waits for a client (-1). */
static inline void
player_on(struct player *p, int fd, int others, const char *const *part)
{
	int log[2];

	if (pipe(log) < 0 || (p->pid = fork()) < 0)
		abort();
	p->log = log[0];
	if (p->pid == 0) {
		close(log[0]);
		if (others < 0)
			fd = accept(fd, NULL, NULL);
		else
			close(others);
		player_plays(fd, log[1], part);
		_exit(0);
	}
	close(log[1]);
	close(fd);
}

static inline void
player_begin(struct player *p, const char *const *part)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(p, 0, sizeof *p);
	if (bind(fd, (struct sockaddr *)&a, len) < 0 || listen(fd, 4) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		abort();
	p->port = ntohs(a.sin_port);
	player_on(p, fd, -1, part);
}

/* It plays the server of a stage. */
static inline void
player_of(struct player *p, struct stage *st, const char *const *part)
{
	memset(p, 0, sizeof *p);
	player_on(p, st->server, st->s.wire.fd, part);
	st->server = -1;
}

/* It has played its part, or the client has left. */
static inline void
player_end(struct player *p)
{
	size_t len = 0;
	ssize_t n;

	while (len < sizeof p->heard - 1 &&
	    (n = read(p->log, p->heard + len, sizeof p->heard - 1 - len)) > 0)
		len += (size_t)n;
	p->heard[len] = '\0';
	close(p->log);
	waitpid(p->pid, NULL, 0);
}

#endif
