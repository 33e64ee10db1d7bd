/* SPDX-License-Identifier: ISC */
/* compose.c - dates, identifiers, bytes and files for messages. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "buf.h"
#include "compose.h"
#include "fail.h"
#include "line.h"
#include "mimepart.h"
#include "quoted.h"
#include "text.h"

/* A number of lines of base64. */
enum { BLOCK = 600 * MIMEPART_BYTES };

void
compose_date(struct buf *to, time_t when)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm;
	char zone[8];

	/* Not strftime's names: those are the locale's. */
	localtime_r(&when, &tm);
	strftime(zone, sizeof zone, "%z", &tm);
	buf_addf(to, "%s, %d %s %d %02d:%02d:%02d %s", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, zone);
}

/*
 * May this stand behind the @ as it is (RFC 5322, section 3.2.3)?  A machine
 * can be called anything.
 */
static bool
is_dot_atom(const char *name)
{
	const char *fine = "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t n = strspn(name, fine);

	while (n > 0 && name[n] == '.') {
		name += n + 1;
		n = strspn(name, fine);
	}
	return n > 0 && name[n] == '\0';
}

/* Twelve random bytes in hex, which nobody else has. */
static bool
add_random(struct buf *to)
{
	unsigned char random[12];
	size_t i;

	if (RAND_bytes(random, sizeof random) != 1)
		return false;
	for (i = 0; i < sizeof random; i++)
		buf_addf(to, "%02x", random[i]);
	return true;
}

void
compose_msgid(struct buf *to)
{
	struct buf random = { 0 };
	char host[128];

	if (!add_random(&random))
		return;
	host[sizeof host - 1] = '\0';
	/* The random part alone makes it unique. */
	if (gethostname(host, sizeof host - 1) < 0 || !is_dot_atom(host))
		memcpy(host, "localhost", 10);
	buf_addf(to, "<%.*s@%s>", (int)random.len, buf_bytes(&random), host);
	buf_free(&random);
}

void
compose_boundary(struct buf *to)
{
	/* "=_" is in no base64 and no quoted-printable. */
	buf_adds(to, "=_");
	add_random(to);
	buf_add(to, "", 1);
	to->len--;
}

/* Hex digits in pairs; -1 if they are not. */
static int
hex_bytes(struct buf *to, const char *p, size_t n)
{
	size_t i;

	if (n % 2 != 0 || strspn(p, "0123456789abcdefABCDEF") < n)
		return -1;
	for (i = 0; i < n; i += 2) {
		char pair[3] = { p[i], p[i + 1], '\0' };
		char byte = (char)strtol(pair, NULL, 16);

		buf_add(to, &byte, 1);
	}
	return 0;
}

/* What one word of n bytes stands for; -1 if it stands for nothing. */
static int
word_bytes(struct buf *to, const char *word, size_t n)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t len;
	} named[] = {
		{ "crlf", "\r\n", 2 },
		{ "lf", "\n", 1 },
		{ "cr", "\r", 1 },
		{ "nul", "\0", 1 },
		{ "tab", "\t", 1 },
		{ "esc", "\033", 1 },
	};

	size_t i;

	for (i = 0; i < sizeof named / sizeof named[0]; i++) {
		if (text_is(word, n, named[i].name)) {
			buf_add(to, named[i].bytes, named[i].len);
			return 0;
		}
	}
	return hex_bytes(to, word, n);
}

int
compose_bytes(struct buf *to, const char *words)
{
	struct buf made = { 0 };
	bool fine = true;

	while (fine && *words != '\0') {
		size_t n = strcspn(words, " \t");

		fine = word_bytes(&made, words, n) == 0;
		words += n;
		words += strspn(words, " \t");
	}
	fine = fine && made.len > 0;
	/* Half of what was meant is not sent. */
	if (fine)
		buf_add(to, buf_bytes(&made), made.len);
	buf_free(&made);
	return fine ? 0 : -1;
}

int
compose_open(struct compose_file *c, const char *name, enum compose_form form,
    struct fail *f)
{
	struct stat st;
	char why[128];

	memset(c, 0, sizeof *c);
	/* A FIFO must not keep us waiting for its writer. */
	c->fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c->fd < 0)
		return fail_about(f, STATUS_USAGE, name,
		    fail_strerror(errno, why, sizeof why));
	if (fstat(c->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(c->fd);
		return fail_about(f, STATUS_USAGE, name,
		    "it is no regular file");
	}
	c->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	c->form = form;
	c->at_start = true;
	c->in = xmalloc(BLOCK);
	c->stuffed = xmalloc(2 * BLOCK);
	c->out = xmalloc(QUOTED_MOST * BLOCK + 64);
	c->quoted.stuff = true;
	return 0;
}

static int
cannot_read(struct fail *f)
{
	return fail_errno(f, STATUS_USAGE, "cannot read the file");
}

ssize_t
compose_peek(const struct compose_file *c, void *p, size_t n, struct fail *f)
{
	ssize_t got = pread(c->fd, p, n, 0);

	return got < 0 ? cannot_read(f) : got;
}

/* Copy n bytes with each line's first dot doubled. */
static size_t
stuff_dots(char *to, const char *p, size_t n, bool *at_start)
{
	char *d = to;

	while (n > 0) {
		const char *lf = memchr(p, '\n', n);
		size_t len = lf == NULL ? n : (size_t)(lf - p) + 1;

		if (*at_start && p[0] == '.')
			*d++ = '.';
		memcpy(d, p, len);
		d += len;
		p += len;
		n -= len;
		*at_start = lf != NULL;
	}
	return (size_t)(d - to);
}

/* Fill the block, but at the end; how many bytes are there, or -1. */
static ssize_t
fill(struct compose_file *c, struct fail *f)
{
	size_t most = BLOCK, len = 0;
	ssize_t got = 1;

	if (c->size > 0 && c->size - c->read < most)
		most = (size_t)(c->size - c->read);
	while (len < most && got != 0) {
		got = read(c->fd, c->in + len, most - len);
		if (got > 0)
			len += (size_t)got;
		else if (got < 0 && errno != EINTR)
			return cannot_read(f);
	}
	c->read += len;
	if (got == 0 && c->read < c->size)
		return fail_set(f, STATUS_USAGE,
		    "the file has become shorter meanwhile");
	return (ssize_t)len;
}

/* A block in the form that is wanted; returns the bytes in `out`. */
static size_t
encode(struct compose_file *c, size_t len)
{
	switch (c->form) {
	case COMPOSE_BASE64:
		return mimepart_base64(c->out, c->in, len);
	case COMPOSE_QUOTED:
		return quoted_add(&c->quoted, c->out, c->in, len);
	case COMPOSE_STUFFED:
		len = stuff_dots(c->stuffed, c->in, len, &c->at_start);
		return line_crlf(c->out, c->stuffed, len, &c->last);
	default:
		return line_crlf(c->out, c->in, len, &c->last);
	}
}

/* What is left to be said behind the last block. */
static size_t
encode_end(struct compose_file *c)
{
	size_t n;

	if (c->form == COMPOSE_QUOTED)
		return quoted_end(&c->quoted, c->out, true);
	if (c->form == COMPOSE_BASE64 || c->sent == 0 || c->last == '\n')
		return 0;
	n = c->last == '\r' ? 1 : 2;
	memcpy(c->out, &"\r\n"[2 - n], n);
	return n;
}

int
compose_read(struct compose_file *c, const char **p, size_t *n, struct fail *f)
{
	ssize_t len;

	if (c->ended)
		return 0;
	*p = c->out;
	/* A blank alone is held back. */
	do {
		len = fill(c, f);
		if (len < 0)
			return -1;
		c->ended = len == 0;
		*n = c->ended ? encode_end(c) : encode(c, (size_t)len);
	} while (*n == 0 && !c->ended);
	c->sent += *n;
	return *n > 0;
}

void
compose_close(struct compose_file *c)
{
	close(c->fd);
	free(c->in);
	free(c->stuffed);
	free(c->out);
}
