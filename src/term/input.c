/* SPDX-License-Identifier: ISC */
/* input.c - keys one by one, pastes line by line. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "term/input.h"
#include "term/keys.h"
#include "text.h"

/* Nobody types so many letters between two reads. */
enum { BURST = 64 };

/* In milliseconds: an ESC alone is the key; its sequence comes at once, but
 * perhaps over a slow line. */
enum { ESC_ALONE = 50, ESC_BEGUN = 500 };

/* How long the LF of a CR LF may take when a paste was cut between them; a
 * terminal gives it in blocks, of which the last may be one byte. */
enum { PASTE_PAUSE = 1000 };

struct input {
	struct buf bytes;
	struct keys keys;
	enum input_mood mood;
	bool fresh;     /* the mood is to be judged anew */
	bool flows;     /* lines are being taken */
	size_t literal; /* leading bytes that are text, in INPUT_TEXT */
	bool pasted;    /* a burst came, and no pause since */
};

struct input *
input_new(bool utf8)
{
	struct input *in = xmalloc(sizeof *in);

	memset(in, 0, sizeof *in);
	in->keys.utf8 = utf8;
	return in;
}

void
input_free(struct input *in)
{
	buf_free(&in->bytes);
	free(in);
}

char *
input_room(struct input *in, size_t n)
{
	return buf_room(&in->bytes, n);
}

void
input_grew(struct input *in, size_t n, int ms)
{
	buf_grew(&in->bytes, n);
	in->fresh = true;
	/* The LF of a CR LF follows at once: this one was typed. */
	if (ms >= (in->pasted ? PASTE_PAUSE : INPUT_PAUSE))
		in->keys.cr = false;
	in->pasted = n >= BURST || (in->pasted && ms < PASTE_PAUSE);
}

bool
input_is_empty(const struct input *in)
{
	return in->bytes.len == 0;
}

static void
used(struct input *in, size_t n)
{
	buf_drop(&in->bytes, n);
	in->fresh = true;
}

/* The line ends among the first n bytes of a text, up to `most`. */
static size_t
line_ends(const struct input *in, size_t most)
{
	const char *p = buf_bytes(&in->bytes);
	size_t n = in->bytes.len, ends = 0, i;
	bool cr = in->keys.cr;

	for (i = 0; i < n && ends < most; i++) {
		if (p[i] == '\r' || (p[i] == '\n' && !cr))
			ends++;
		else if (in->keys.paste ?
			n - i > 5 && memcmp(p + i, "\033[201~", 6) == 0 :
			!keys_plain(p[i]) && p[i] != '\n')
			break;
		cr = p[i] == '\r';
	}
	return ends;
}

/* How many bytes are text, before a line end or a key. */
static size_t
burst(const struct input *in)
{
	const char *p = buf_bytes(&in->bytes);
	size_t i = 0;

	while (i < in->bytes.len && keys_plain(p[i]))
		i++;
	return i;
}

static enum input_mood
judge(const struct input *in, size_t *literal)
{
	*literal = in->bytes.len;
	if (in->bytes.len == 0)
		return INPUT_KEYS;
	if (in->keys.paste)
		return line_ends(in, 1) > 0 ? INPUT_LINES : INPUT_TEXT;
	if (line_ends(in, 2) > 1)
		return INPUT_LINES;
	*literal = burst(in);
	return *literal >= BURST ? INPUT_TEXT : INPUT_KEYS;
}

enum input_mood
input_look(struct input *in)
{
	if (in->fresh) {
		in->mood = judge(in, &in->literal);
		in->fresh = false;
	}
	return in->mood;
}

bool
input_key(struct input *in, bool final, uint32_t *key)
{
	bool paste = in->keys.paste;
	size_t n;

	if (in->bytes.len == 0)
		return false;
	n = keys_next(&in->keys, buf_bytes(&in->bytes), in->bytes.len, final,
	    key);
	buf_drop(&in->bytes, n);
	/* A line that ended may be followed by a paste. */
	if (in->keys.paste != paste || *key == '\r' || *key == '\n')
		in->fresh = true;
	return n > 0;
}

int
input_patience(const struct input *in)
{
	const char *p = buf_bytes(&in->bytes);

	if (in->bytes.len == 0)
		return -1;
	return *p == '\033' && in->bytes.len > 1 ? ESC_BEGUN : ESC_ALONE;
}

bool
input_text(struct input *in, bool final, struct buf *to)
{
	const char *p = buf_bytes(&in->bytes);
	size_t n = in->literal, taken = 0;

	if (!final)
		n = keys_whole(p, n);
	keys_line(&in->keys, p, n, to, &taken);
	/* The beginning of what might have been the marker of the end. */
	if (taken == 0 && final) {
		uint32_t key;

		taken = keys_next(&in->keys, p, n, true, &key);
	}
	if (taken > 0)
		used(in, taken);
	return taken > 0;
}

enum input_line
input_line(struct input *in, struct buf *to)
{
	bool paste = in->keys.paste, done;
	size_t taken = 0;

	done = keys_line(&in->keys, buf_bytes(&in->bytes), in->bytes.len, to,
	    &taken);
	used(in, taken);
	in->flows = true;
	if (done)
		return INPUT_LINE;
	if (in->keys.paste || (!paste && in->bytes.len == 0))
		return INPUT_MORE;
	in->flows = false;
	return INPUT_OVER;
}

bool
input_flows(const struct input *in)
{
	return in->flows;
}

void
input_settle(struct input *in)
{
	in->flows = false;
}

bool
input_has_line(const struct input *in)
{
	size_t literal;

	if (in->flows)
		return line_ends(in, 1) > 0;
	return judge(in, &literal) == INPUT_LINES;
}

bool
input_in_paste(const struct input *in)
{
	return in->keys.paste;
}

size_t
input_drop(struct input *in)
{
	size_t ends;

	ends = line_ends(in, SIZE_MAX);
	buf_wipe(&in->bytes);
	in->keys.paste = false;
	in->keys.cr = false;
	in->flows = false;
	in->fresh = true;
	return ends;
}

void
input_wipe(struct input *in)
{
	if (in->bytes.data != NULL)
		text_wipe(in->bytes.data, in->bytes.head);
	if (in->bytes.len == 0)
		buf_wipe(&in->bytes);
}

wchar_t *
input_wide(const struct input *in, const char *p, size_t n)
{
	return keys_wide(p, n, in->keys.utf8);
}
