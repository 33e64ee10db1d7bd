/* SPDX-License-Identifier: ISC */
/* fail.c - sentences about failures, and memory that cannot be had. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fail.h"
#include "text.h"

/* How much of a name a sentence shows. */
enum { SHOWN = 100 };

const char *
fail_strerror(int error, char *text, size_t size)
{
	snprintf(text, size, "%s", strerror(error));
	/* "Connection refused" reads as a clause, "I/O error" stays. */
	if (size > 1 && islower((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

int
fail_set(struct fail *f, enum status status, const char *fmt, ...)
{
	va_list ap;

	f->status = status;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof f->text, fmt, ap);
	va_end(ap);
	return -1;
}

int
fail_errno(struct fail *f, enum status status, const char *fmt, ...)
{
	char why[128];
	int error = errno;
	va_list ap;
	size_t len;

	f->status = status;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof f->text, fmt, ap);
	va_end(ap);
	len = strlen(f->text);
	snprintf(f->text + len, sizeof f->text - len, ": %s",
	    fail_strerror(error, why, sizeof why));
	return -1;
}

int
fail_about(struct fail *f, enum status status, const char *name,
    const char *why)
{
	struct buf quoted = { 0 };

	text_quote(&quoted, name, strlen(name), SHOWN);
	buf_add(&quoted, "", 1);
	fail_set(f, status, "%s: %s", buf_bytes(&quoted), why);
	buf_free(&quoted);
	return -1;
}

int
fail_say(const struct fail *f)
{
	fprintf(stderr, "telex: %s\n", f->text);
	return (int)f->status;
}

static void
out_of_memory(void)
{
	static const char text[] = "telex: out of memory\n";

	ssize_t rc;

	/* stdio may want memory of its own. */
	rc = write(STDERR_FILENO, text, sizeof text - 1);
	(void)rc;
	exit(STATUS_NETWORK);
}

void *
xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
xmalloc_page(size_t size)
{
	enum { PAGE = 4096 };
	void *p = aligned_alloc(PAGE, (size / PAGE + 1) * PAGE);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
xrealloc(void *p, size_t size)
{
	void *q = realloc(p, size ? size : 1);

	if (q == NULL)
		out_of_memory();
	return q;
}

char *
xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(xmalloc(size), s, size);
}

char *
xstrndup(const char *p, size_t n)
{
	char *s = xmalloc(n + 1);

	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}
