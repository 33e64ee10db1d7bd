/* SPDX-License-Identifier: ISC */
/* stage.h - a session without a terminal: what it shows is kept, and its
 * server is the test, or a player. */
#ifndef STAGE_H
#define STAGE_H

#include <sys/socket.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialog.h"
#include "hear.h"
#include "options.h"
#include "player.h"
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
stage_open(struct stage *st, const struct options *opt, bool person,
    const struct proto *proto)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		abort();
	st->server = fds[1];
	session_init(&st->s, opt, person);
	wire_open(&st->s.wire, fds[0]);
	st->s.over = false;
	st->s.opened = st->s.said_at = session_now();
	dialog_start(&st->s.dialog, proto,
	    proto->judge != NULL && !proto->mute);
	session_proto(&st->s);
}

static inline void
stage_begin(struct stage *st, const struct options *opt, bool person,
    const struct proto *proto)
{
	memset(st, 0, sizeof *st);
	stage_dark(st);
	stage_open(st, opt, person, proto);
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

/* It plays the server of a stage. */
static inline void
player_of(struct player *p, struct stage *st, const char *const *part)
{
	memset(p, 0, sizeof *p);
	player_on(p, st->server, st->s.wire.fd, part);
	st->server = -1;
}

#endif
