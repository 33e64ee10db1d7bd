/* SPDX-License-Identifier: ISC */
/* rerun.h - a command line that plays transcripts, with servers that are
 * processes of the test's own. */
#ifndef RERUN_H
#define RERUN_H

#include <sys/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "fail.h"
#include "options.h"
#include "player.h"

enum { RERUN_WORDS = 16 };

/* The words of a command line, and what they mean. */
struct rerun {
	struct options opt;
	char words[512];
	char *argv[RERUN_WORDS];
};

/* "%u" in it is the port.  The words are those of the manual. */
static inline void
rerun_read(struct rerun *r, const char *line, unsigned port)
{
	struct fail f;
	int argc = 0;
	char *p;

	memset(r, 0, sizeof *r);
	p = strstr(line, "%u");
	snprintf(r->words, sizeof r->words, "telex %.*s",
	    p == NULL ? (int)strlen(line) : (int)(p - line), line);
	if (p != NULL)
		snprintf(r->words + strlen(r->words),
		    sizeof r->words - strlen(r->words), "%u%s", port, p + 2);
	for (p = strtok(r->words, " "); p != NULL; p = strtok(NULL, " "))
		r->argv[argc++] = p;
	if (cmdline_read(&r->opt, argc, r->argv, NULL, &f) < 0) {
		fprintf(stderr, "%s\n", f.text);
		abort();
	}
}

/* A file; "%u" in it is the port. */
static inline void
rerun_write(const char *name, const char *text, unsigned port)
{
	const char *p = strstr(text, "%u");
	FILE *f = fopen(name, "w");

	if (f == NULL)
		abort();
	if (p == NULL)
		fputs(text, f);
	else
		fprintf(f, "%.*s%u%s", (int)(p - text), text, port, p + 2);
	fclose(f);
}

/* Go to a folder of our own, and leave it when it is empty again. */
static inline void
rerun_enter(char *folder)
{
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
}

static inline void
rerun_leave(const char *folder)
{
	if (chdir("/") != 0 || rmdir(folder) != 0)
		abort();
}

/* A port of 127.0.0.1 where nobody waits; `fd` keeps it. */
static inline unsigned
rerun_nobody(int *fd)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&a, len) < 0 ||
	    getsockname(*fd, (struct sockaddr *)&a, &len) < 0)
		abort();
	return ntohs(a.sin_port);
}

#endif
