/* SPDX-License-Identifier: ISC */
/* iac.c - Telnet's commands, taken out and refused. */
#include <string.h>

#include "buf.h"
#include "iac.h"

enum {
	SE = 240,
	SB = 250,
	WILL = 251,
	WONT = 252,
	DO = 253,
	DONT = 254,
	IAC = 255
};

/* What the next byte is. */
enum { DATA, COMMAND, OPTION, INSIDE, INSIDE_COMMAND };

/* The options that servers ask for (IANA's telnet-options). */
static const struct name {
	unsigned char option;
	const char *text;
} names[] = {
	{ 0, "BINARY" },
	{ 1, "ECHO" },
	{ 3, "SUPPRESS-GO-AHEAD" },
	{ 5, "STATUS" },
	{ 6, "TIMING-MARK" },
	{ 24, "TERMINAL-TYPE" },
	{ 25, "END-OF-RECORD" },
	{ 31, "NAWS" },
	{ 32, "TERMINAL-SPEED" },
	{ 33, "FLOW-CONTROL" },
	{ 34, "LINEMODE" },
	{ 35, "X-DISPLAY-LOCATION" },
	{ 36, "ENVIRON" },
	{ 37, "AUTHENTICATION" },
	{ 38, "ENCRYPT" },
	{ 39, "NEW-ENVIRON" },
	{ 42, "CHARSET" },
	{ 46, "START-TLS" },
};

/* WILL gets DONT and DO gets WONT; WONT and DONT are how it is. */
static void
refuse(struct iac *t, unsigned char option, struct buf *say)
{
	bool ours = t->verb == DO;
	unsigned char answer[3] = { IAC, ours ? WONT : DONT, option };
	unsigned char *asked = &t->asked[ours][option];

	if ((t->verb != WILL && !ours) || *asked == IAC_REFUSALS)
		return;
	++*asked;
	buf_add(say, answer, sizeof answer);
}

/* The byte behind an IAC; true if it stands for itself. */
static bool
command(struct iac *t, unsigned char c)
{
	t->state = DATA;
	if (c >= WILL && c <= DONT) {
		t->verb = c;
		t->state = OPTION;
	} else if (c == SB) {
		t->state = INSIDE;
	}
	return c == IAC;
}

/* One byte that is no plain data; true if it stands for a byte of data. */
static bool
take(struct iac *t, unsigned char c, struct buf *say)
{
	switch (t->state) {
	case COMMAND:
		return command(t, c);
	case OPTION:
		t->state = DATA;
		refuse(t, c, say);
		return false;
	case INSIDE:
		if (c == IAC)
			t->state = INSIDE_COMMAND;
		return false;
	default:
		t->state = INSIDE;
		/* Any command but SE breaks it off. */
		if (c != IAC)
			command(t, c);
		return false;
	}
}

/* n bytes of data, without the NUL behind a CR.  Returns how many are left. */
static size_t
unpad(struct iac *t, char *p, size_t n)
{
	size_t in = 0, out = 0;

	while (in < n) {
		const char *at = memchr(p + in, '\0', n - in);
		size_t run = at == NULL ? n - in : (size_t)(at - p) - in;

		if (run > 0) {
			t->cr = p[in + run - 1] == '\r';
			memmove(p + out, p + in, run);
			out += run;
			in += run;
		}
		if (at == NULL)
			break;
		if (!t->cr)
			p[out++] = '\0';
		t->cr = false;
		in++;
	}
	return out;
}

size_t
iac_take(struct iac *t, char *p, size_t n, struct buf *say)
{
	size_t in = 0, out = 0;

	while (in < n) {
		if (t->state == DATA) {
			const char *at = memchr(p + in, IAC, n - in);
			size_t run =
			    at == NULL ? n - in : (size_t)(at - p) - in;

			if (out != in)
				memmove(p + out, p + in, run);
			out += unpad(t, p + out, run);
			in += run;
			if (at == NULL)
				break;
			t->state = COMMAND;
			in++;
		} else if (take(t, (unsigned char)p[in++], say)) {
			p[out++] = (char)IAC;
			t->cr = false;
		}
	}
	return out;
}

bool
iac_is_open(const struct iac *t)
{
	return t->state != DATA;
}

void
iac_double(struct buf *to, const char *p, size_t n)
{
	const char *at;

	while (n > 0 && (at = memchr(p, IAC, n)) != NULL) {
		size_t run = (size_t)(at - p) + 1;

		buf_add(to, p, run);
		buf_add(to, at, 1);
		p += run;
		n -= run;
	}
	buf_add(to, p, n);
}

void
iac_words(const char *answer, struct buf *to)
{
	unsigned char option = (unsigned char)answer[2];
	size_t i;

	buf_adds(to, (unsigned char)answer[1] == DONT ? "WILL " : "DO ");
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].option == option) {
			buf_adds(to, names[i].text);
			return;
		}
	}
	buf_addf(to, "%u", (unsigned)option);
}
