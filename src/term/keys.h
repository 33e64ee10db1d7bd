/* keys.h - what the bytes of a terminal mean.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

struct buf;

/*
 * A key is a Unicode character or one of these.  The codes from KEY_UP on
 * are those of C1 controls, which never come as such.
 */
enum {
	KEY_UP = 0x80,
	KEY_DOWN,
	KEY_RIGHT,
	KEY_LEFT,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_WORD_RIGHT,
	KEY_WORD_LEFT,
	KEY_INSERT, /* a text waits to be put in */
	KEY_LAST = KEY_INSERT,
	/* A byte that is part of no character: 0xff is 0xdcff. */
	KEY_BYTE = 0xdc00,
	/* Set in a character that has no width or is a C1 control: the editor
	 * then shows its number and counts its columns right. */
	KEY_MARKED = 0x40000000,
	KEY_NONE = 0x7fffffff /* these bytes mean nothing */
};

/* What the bytes before have to do with the next.  Begin with all zero. */
struct keys {
	bool utf8;  /* the terminal's bytes are UTF-8 */
	bool paste; /* between the markers of a bracketed paste */
	bool cr;    /* the last byte was CR: an LF belongs to it */
};

/* Make the locale's letters those of UTF-8, whatever it says: what is typed
 * goes out byte by byte.  False if there is no such locale. */
bool keys_locale(void);

/*
 * The key that n bytes (at least one) begin with.  Returns how many bytes it
 * took, 0 if more are needed; never 0 when `final`: nothing more will come.
 */
size_t keys_next(struct keys *k, const char *p, size_t n, bool final,
    uint32_t *key);

/*
 * Append text to `to` up to a line end: true then, and the line end is used.
 * False at the end of the bytes, behind the end of a bracketed paste, before
 * an unfinished marker and, outside a bracketed paste, before a control
 * character; inside they are dropped.
 */
bool keys_line(struct keys *k, const char *p, size_t n, struct buf *to,
    size_t *used);

/* Is this byte text for keys_line: neither control nor line end? */
bool keys_plain(char c);

/* n without the unfinished character at the end of these bytes. */
size_t keys_whole(const char *p, size_t n);

/* The bytes that characters of the editor stand for, appended. */
void keys_bytes(struct buf *to, const wchar_t *s, size_t n);

/* The way back, as a string to be freed; NUL and line ends left out. */
wchar_t *keys_wide(const char *p, size_t n, bool utf8);

#endif
