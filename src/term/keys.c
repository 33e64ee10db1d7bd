/* SPDX-License-Identifier: ISC */
/* keys.c - UTF-8, escape sequences, pastes and line ends. */
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "term/keys.h"
#include "text.h"

enum { ESC = 0x1b, DEL = 0x7f, SEQUENCE_MOST = 64 };

static const char paste_end[] = "\033[201~";

enum { PASTE_END = sizeof paste_end - 1 };

/* A sequence of ESC [ or ESC O, cut into its parts. */
struct sequence {
	char introducer;
	char final;
	unsigned number[2];
	bool private; /* of xterm's mouse and its like */
};

/* What a sequence means: by the final byte, and by the number before "~". */
static const struct meaning {
	char final;
	unsigned number;
	uint32_t plain, word; /* word: with Alt or Control */
} meanings[] = {
	{ 'A', 0, KEY_UP, KEY_UP },
	{ 'B', 0, KEY_DOWN, KEY_DOWN },
	{ 'C', 0, KEY_RIGHT, KEY_WORD_RIGHT },
	{ 'D', 0, KEY_LEFT, KEY_WORD_LEFT },
	{ 'H', 0, KEY_HOME, KEY_HOME },
	{ 'F', 0, KEY_END, KEY_END },
	{ 'c', 0, KEY_WORD_RIGHT, KEY_WORD_RIGHT },
	{ 'd', 0, KEY_WORD_LEFT, KEY_WORD_LEFT },
	{ '~', 1, KEY_HOME, KEY_HOME },
	{ '~', 3, KEY_DELETE, KEY_DELETE },
	{ '~', 4, KEY_END, KEY_END },
	{ '~', 7, KEY_HOME, KEY_HOME },
	{ '~', 8, KEY_END, KEY_END },
};

bool
keys_plain(char c)
{
	return ((unsigned char)c >= 0x20 && c != DEL) || c == '\t';
}

/* A byte between the introducer and the final one. */
static void
parameter(struct sequence *s, size_t *which, char c)
{
	if (c == ';' || c == ':')
		++*which;
	else if (c >= '<')
		s->private = true;
	else if (c >= '0' && c <= '9' && *which < 2 &&
	    s->number[*which] < 100000)
		s->number[*which] =
		    s->number[*which] * 10 + (unsigned)(c - '0');
}

/* Two keyboards' bad manners: ESC [ [ A, and three bytes behind ESC [ M. */
static size_t
behind_final(const struct sequence *s, size_t len)
{
	if (len != 3 || s->introducer != '[')
		return 0;
	return s->final == '[' ? 1 : s->final == 'M' ? 3 : 0;
}

/*
 * Cut the sequence that p begins with.  Returns its length; 0 when it is not
 * complete; -1 and the length of what to drop in *bad when it is broken.
 */
static int
sequence_read(struct sequence *s, const char *p, size_t n, size_t *bad)
{
	size_t at = 2, which = 0;

	memset(s, 0, sizeof *s);
	s->introducer = p[1];
	while (at < n && at < SEQUENCE_MOST && p[at] >= 0x20 && p[at] <= 0x3f)
		parameter(s, &which, p[at++]);
	*bad = at;
	if (at == n && at < SEQUENCE_MOST)
		return 0;
	if (at == SEQUENCE_MOST || p[at] < 0x40 || p[at] > 0x7e)
		return -1;
	s->final = p[at++];
	at += behind_final(s, at);
	return at > n ? 0 : (int)at;
}

static uint32_t
sequence_key(struct keys *k, const struct sequence *s)
{
	unsigned modifier = s->number[1];
	size_t i;

	if (s->private)
		return KEY_NONE;
	if (s->introducer == 'O' && s->final == 'M')
		return '\r';
	if (s->final == '~' && s->number[0] == 200) {
		k->paste = true;
		return KEY_NONE;
	}
	if (s->introducer == 'O' && modifier == 0)
		modifier = s->number[0];
	for (i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		const struct meaning *m = &meanings[i];

		if (m->final == s->final &&
		    (m->final != '~' || m->number == s->number[0]))
			return modifier > 2 ? m->word : m->plain;
	}
	return KEY_NONE;
}

static size_t
escape_next(struct keys *k, const char *p, size_t n, bool final, uint32_t *key)
{
	struct sequence s;
	size_t bad;
	int len;

	*key = ESC;
	if (n == 1)
		return final ? 1 : 0;
	if (p[1] != '[' && p[1] != 'O')
		return 1;
	if (n == 2)
		return final ? 1 : 0;
	len = sequence_read(&s, p, n, &bad);
	if (len == 0 && !final)
		return 0;
	if (len <= 0) {
		*key = KEY_NONE;
		return len == 0 ? n : bad;
	}
	*key = sequence_key(k, &s);
	return (size_t)len;
}

/* How the editor is given a character that is not ASCII. */
static uint32_t
marked(uint32_t code)
{
	return code < 0xa0 || wcwidth((wchar_t)code) == 0 ? code | KEY_MARKED :
							    code;
}

static size_t
char_next(bool utf8, const char *p, size_t n, bool final, uint32_t *key)
{
	uint32_t code;
	int len = -1;

	if ((unsigned char)*p < 0x80) {
		*key = (unsigned char)*p;
		return 1;
	}
	if (utf8)
		len = text_utf8(p, n, &code);
	if (len == 0 && !final)
		return 0;
	if (len <= 0) {
		*key = KEY_BYTE + (unsigned char)*p;
		return 1;
	}
	*key = marked(code);
	return (size_t)len;
}

/* How many of n bytes are those of the marker; -1 if others are there. */
static int
end_marker(const char *p, size_t n)
{
	if (n > PASTE_END)
		n = PASTE_END;
	return memcmp(p, paste_end, n) == 0 ? (int)n : -1;
}

/* Controls in a paste are no keys: what is pasted should do nothing. */
static size_t
paste_next(struct keys *k, const char *p, size_t n, bool final, uint32_t *key)
{
	int len;

	*key = KEY_NONE;
	if (*p != ESC)
		return 1;
	len = end_marker(p, n);
	if (len < 0 || (len < PASTE_END && final))
		return 1;
	if (len < PASTE_END)
		return 0;
	k->paste = false;
	return PASTE_END;
}

size_t
keys_next(struct keys *k, const char *p, size_t n, bool final, uint32_t *key)
{
	bool after_cr = k->cr;

	k->cr = *p == '\r';
	if (after_cr && *p == '\n') {
		*key = KEY_NONE;
		return 1;
	}
	if (k->paste && !keys_plain(*p) && *p != '\r' && *p != '\n')
		return paste_next(k, p, n, final, key);
	if (*p == ESC)
		return escape_next(k, p, n, final, key);
	return char_next(k->utf8, p, n, final, key);
}

/* Pass over what is no text; false: stop here. */
static bool
line_control(struct keys *k, const char *p, size_t n, size_t *i)
{
	uint32_t key;
	size_t used;

	if (!k->paste)
		return false;
	used = paste_next(k, p + *i, n - *i, false, &key);
	*i += used;
	return used > 0 && k->paste;
}

bool
keys_line(struct keys *k, const char *p, size_t n, struct buf *to, size_t *used)
{
	size_t i = 0, from;

	for (;;) {
		for (from = i; i < n && keys_plain(p[i]); i++)
			continue;
		buf_add(to, p + from, i - from);
		if (i > from)
			k->cr = false;
		if (i == n)
			break;
		if (p[i] == '\n' && k->cr) {
			k->cr = false;
			i++;
			continue;
		}
		k->cr = p[i] == '\r';
		if (p[i] == '\r' || p[i] == '\n') {
			*used = i + 1;
			return true;
		}
		if (!line_control(k, p, n, &i))
			break;
	}
	*used = i;
	return false;
}

bool
keys_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

size_t
keys_whole(const char *p, size_t n)
{
	uint32_t code;
	size_t back;

	for (back = 1; back <= 3 && back <= n; back++) {
		if (((unsigned char)p[n - back] & 0xc0) == 0x80)
			continue;
		return text_utf8(p + n - back, back, &code) == 0 ? n - back : n;
	}
	return n;
}

static size_t
put_utf8(char *p, uint32_t code)
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	size_t i;

	if (n == 1) {
		p[0] = (char)code;
		return 1;
	}
	for (i = n - 1; i > 0; i--) {
		p[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	p[0] = (char)((0xf00 >> n & 0xf0) | code);
	return n;
}

void
keys_bytes(struct buf *to, const wchar_t *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t code = (uint32_t)s[i] & ~(uint32_t)KEY_MARKED;
		char *p = buf_room(to, 4);

		if (code > KEY_BYTE + 0x7f && code <= KEY_BYTE + 0xff) {
			p[0] = (char)(code - KEY_BYTE);
			buf_grew(to, 1);
		} else {
			buf_grew(to, put_utf8(p, code));
		}
	}
}

wchar_t *
keys_wide(const char *p, size_t n, bool utf8)
{
	wchar_t *wide = xmalloc((n + 1) * sizeof *wide);
	size_t i = 0, len = 0;
	uint32_t key;

	while (i < n) {
		i += char_next(utf8, p + i, n - i, true, &key);
		if (key != '\0' && key != '\r' && key != '\n')
			wide[len++] = (wchar_t)key;
	}
	wide[len] = L'\0';
	return wide;
}
