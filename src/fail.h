/* fail.h - why something failed, and the exit status it deserves.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef FAIL_H
#define FAIL_H

#include <stddef.h>

/* The exit statuses of the program, as the manual lists them. */
enum status {
	STATUS_OK = 0,
	STATUS_NETWORK = 1,
	STATUS_USAGE = 2,
	STATUS_TLS = 3,
	STATUS_TRANSIENT = 4,
	STATUS_PERMANENT = 5,
	STATUS_DIFFERS = 6, /* a transcript and the server */
	STATUS_TIMEOUT = 7
};

/*
 * One sentence, "what failed: why (what to do)", without the program's name
 * and without a full stop, owned by whoever made the call that failed.
 */
struct fail {
	enum status status;
	char text[1024];
};

/* Set the sentence.  Returns -1, so that a caller can return the call. */
int fail_set(struct fail *f, enum status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of errno behind it. */
int fail_errno(struct fail *f, enum status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same as "NAME: why", with the name made harmless and not too long. */
int fail_about(struct fail *f, enum status status, const char *name,
    const char *why);

/* Say it: "telex: " and the sentence, on stderr.  Returns the status. */
int fail_say(const struct fail *f);

/* What errno value `error` means, in lower case: "connection refused". */
const char *fail_strerror(int error, char *text, size_t size);

/* Memory or the end of the process (status 1): nothing can go on without. */
void *xmalloc(size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);

/* These n bytes as a string; p may be NULL if there are none. */
char *xstrndup(const char *p, size_t n);

/*
 * A block that begins on a page, for the kernel to read into: where it is a
 * few bytes behind a page's start, as malloc's own large ones are, x86
 * processors copy at a third of the speed (loads meet stores whose addresses
 * look the same in their low 12 bits).
 */
void *xmalloc_page(size_t size);

#endif
