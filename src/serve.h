/* serve.h - the server's side of a transcript.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef SERVE_H
#define SERVE_H

#include <stdint.h>

struct proto;
struct vars;

/* What is to be served; strings are borrowed. */
struct serve_plan {
	const char *file; /* the transcript; "-" is standard input */
	uint16_t port;    /* 0: one that is free */
	int match;        /* enum match_mode, until the file says another */
	const struct proto *proto; /* of -P; NULL: the file tells */
	int timeout;               /* milliseconds of silence; 0: any */
	const char *ca;            /* the CA's certificate goes here and
				      stays; NULL: to a file that goes */
	const struct vars *vars;   /* of --set, or NULL */
};

/*
 * Listen on a port of 127.0.0.1, say so on stderr, serve one client, and
 * return the exit status: 0 all was as the transcript has it; 2 the file
 * cannot be served; 6 the client said something else, or left; 7 it said
 * nothing for too long; else 1 or 3.  Says why on stderr.  A signal ends the
 * program.  SIGPIPE has to be ignored.
 */
int serve_run(const struct serve_plan *plan);

#endif
