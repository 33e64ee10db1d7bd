/* SPDX-License-Identifier: ISC */
/* player.h - a process that plays the other end of a connection. */
#ifndef PLAYER_H
#define PLAYER_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdint.h>

/*
 * Ended by NULL, its part is:
 *
 *	S:text	say that
 *	C	hear a line
 *	DATA	hear lines to the one that is a dot
 *	ALL	hear everything until the other end has no more to say
 */
struct player {
	pid_t pid;
	int log;
	uint16_t port;     /* of 127.0.0.1, where it waits for one client */
	char heard[16384]; /* known in the end */
};

/* Hear until the text ends so; false when the other end says no more. */
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

	/* A test that waits for ever is told by the end of the other side. */
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
		/* Nor does it wait for ever for a test that has died. */
		alarm(60);
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

/* A server, of one client. */
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

/* It has played its part, or the other end has left. */
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
