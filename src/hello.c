/* SPDX-License-Identifier: ISC */
/* hello.c - how we greet a server. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hello.h"
#include "options.h"
#include "session.h"

/* What we call ourselves: the machine's name where it is a proper one. */
static void
our_name(char *name, size_t size)
{
	const char *fine = "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

	name[size - 1] = '\0';
	if (gethostname(name, size - 1) < 0 || name[0] == '\0' ||
	    name[strspn(name, fine)] != '\0')
		snprintf(name, size, "localhost");
}

void
hello_line(const struct session *s, const char *line, struct buf *to)
{
	const char *host = s->opt->unix_path != NULL ? "localhost" : s->ascii;
	const char *percent;
	char name[128];

	our_name(name, sizeof name);
	while ((percent = strchr(line, '%')) != NULL) {
		buf_add(to, line, (size_t)(percent - line));
		buf_adds(to, percent[1] == 'o' ? name : host);
		line = percent + 2;
	}
	buf_adds(to, line);
	buf_add(to, "", 1);
	to->len--;
}
