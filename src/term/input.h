/* input.h - what was typed or pasted and not yet taken.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

struct buf;
struct input;

/* How what is there wants to be taken. */
enum input_mood {
	INPUT_KEYS, /* one key after the other: input_key */
	INPUT_TEXT, /* text without line ends, put in at once: input_text */
	INPUT_LINES /* whole lines that the editor need not see: input_line */
};

enum input_line {
	INPUT_LINE, /* a line is complete */
	INPUT_MORE, /* it is not, more bytes may complete it */
	INPUT_OVER  /* it is not, and what follows is for the editor */
};

/* A line that comes in no more than this many milliseconds after the one
 * before belongs to the same paste. */
enum { INPUT_PAUSE = 20 };

struct input *input_new(bool utf8);
void input_free(struct input *in);

/* Room for n bytes, and how many came; ms: after waiting so long. */
char *input_room(struct input *in, size_t n);
void input_grew(struct input *in, size_t n, int ms);

bool input_is_empty(const struct input *in);

enum input_mood input_look(struct input *in);

/* The next key; false: none without more bytes.  `final`: none will come. */
bool input_key(struct input *in, bool final, uint32_t *key);

/* How long to wait for more before saying that; -1 if nothing is begun. */
int input_patience(const struct input *in);

/* Append text to `to`; false: nothing came, more bytes are needed. */
bool input_text(struct input *in, bool final, struct buf *to);

/* Append to `to` up to the line's end. */
enum input_line input_line(struct input *in, struct buf *to);

/* Lines are taken by input_line and the last was INPUT_LINE; the way out. */
bool input_flows(const struct input *in);
void input_settle(struct input *in);

/* The next input_line will give a line. */
bool input_has_line(const struct input *in);

/* The terminal is in the middle of a bracketed paste. */
bool input_in_paste(const struct input *in);

/* Forget all, also that a paste was going on.  Returns the line ends. */
size_t input_drop(struct input *in);

/* Overwrite what was taken: it was a secret. */
void input_wipe(struct input *in);

/* Bytes of a line as the editor's characters, to be freed. */
wchar_t *input_wide(const struct input *in, const char *p, size_t n);

#endif
