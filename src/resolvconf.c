/* SPDX-License-Identifier: ISC */
/* resolvconf.c - the lines of /etc/resolv.conf. */
/*
 * Read here, because not every C library tells what it found there, and few
 * tell all of it.
 */
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "resolvconf.h"
#include "target.h"
#include "text.h"

enum { DNS_PORT = 53 };

void
resolvconf_begin(struct resolvers *r)
{
	*r = (struct resolvers){ .timeout = 5000, .attempts = 2 };
}

/* "timeout:3" sets 3, not more than the C library's limit. */
static void
set_number(const char *word, size_t len, const char *name, int most, int *to)
{
	char digits[8];
	size_t n = strlen(name);
	unsigned long value;

	if (len <= n || len - n >= sizeof digits || strncmp(word, name, n) != 0)
		return;
	memcpy(digits, word + n, len - n);
	digits[len - n] = '\0';
	if (text_number(digits, 0, 9999999, &value) < 0)
		return;
	*to = value == 0 ? 1 : value > (unsigned)most ? most : (int)value;
}

void
resolvconf_options(struct resolvers *r, const char *words)
{
	int seconds = r->timeout / 1000;
	size_t len;

	for (; *words != '\0'; words += len) {
		words += strspn(words, " \t\r\n");
		len = strcspn(words, " \t\r\n");
		set_number(words, len, "timeout:", 30, &seconds);
		set_number(words, len, "attempts:", 5, &r->attempts);
		if (text_is(words, len, "trust-ad"))
			r->trusted = true;
	}
	r->timeout = seconds * 1000;
}

void
resolvconf_line(struct resolvers *r, const char *line)
{
	size_t len = text_word(line, strlen(line));
	const char *rest = line + len + strspn(line + len, " \t");
	char address[LOOKUP_TEXT];

	if (text_is(line, len, "options"))
		resolvconf_options(r, rest);
	len = text_word(rest, strlen(rest));
	if (!text_begins(line, strlen(line), "nameserver ") &&
	    !text_begins(line, strlen(line), "nameserver\t"))
		return;
	if (len >= sizeof address || r->n == RESOLVERS_MOST)
		return;
	memcpy(address, rest, len);
	address[len] = '\0';
	if (lookup_address(address, &r->server[r->n]))
		lookup_port(&r->server[r->n++], DNS_PORT);
}

void
resolvconf_read(struct resolvers *r, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512];

	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		resolvconf_line(r, line);
	if (file != NULL)
		fclose(file);
	if (r->n == 0)
		resolvconf_line(r, "nameserver 127.0.0.1");
}

int
resolvconf_server(const char *text, struct address *a, struct fail *f)
{
	unsigned long port = DNS_PORT;
	struct target t;
	struct fail ignored;

	if (target_parse(&t, text, &ignored) < 0 || t.scheme[0] != '\0' ||
	    t.path[0] != '\0' || !lookup_address(t.host, a) ||
	    (t.service[0] != '\0' &&
		text_number(t.service, 1, 65535, &port) < 0))
		return fail_about(f, STATUS_USAGE, text,
		    "no address of a name server (--dns ADDR[:PORT], such as "
		    "192.0.2.1 or [2001:db8::1]:53)");
	lookup_port(a, (uint16_t)port);
	return 0;
}
