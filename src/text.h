/* text.h - words, numbers, UTF-8 and base64.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Overwrite n bytes in a way that no compiler leaves out. */
void text_wipe(void *p, size_t n);

/* Are these n bytes the word, whatever the case of ASCII letters? */
bool text_is(const char *p, size_t n, const char *word);

/* Do these n bytes begin with the word, whatever the case? */
bool text_begins(const char *p, size_t n, const char *word);

/*
 * How many bytes come before the first blank or control, or the end; and how
 * many of those come before the first other byte.  Servers cut commands so:
 * " STARTTLS" and "STARTTLS" with CR CR LF behind it are STARTTLS.
 */
size_t text_word(const char *p, size_t n);
size_t text_blanks(const char *p, size_t n);

/* Where the i-th word begins, from 0; n if there are fewer. */
size_t text_nth(const char *p, size_t n, size_t i);

/* Does this stand anywhere in n bytes, whatever the case? */
bool text_says(const char *p, size_t n, const char *word);

/*
 * Read a decimal number of digits alone, from low to high.  Returns 0, or -1
 * when it is not one (empty, a sign, a blank, another character, out of
 * range) and leaves *value alone.
 */
int text_number(const char *s, unsigned long low, unsigned long high,
    unsigned long *value);

/* The same of n bytes, to about 9 * 10^18: a number of octets. */
int text_octets(const char *p, size_t n, uint64_t *octets);

/*
 * Decode one UTF-8 character (RFC 3629) from n bytes.  Returns its length
 * and sets *code; 0 when more bytes are needed; -1 when the first byte
 * begins no valid character.
 */
int text_utf8(const char *p, size_t n, uint32_t *code);

/* Base64 (RFC 4648, section 4) appended to a buffer. */
void text_base64(struct buf *to, const void *p, size_t n);

/* The way back; -1 when the n bytes are not base64, with `to` unchanged. */
int text_unbase64(struct buf *to, const char *p, size_t n);

/*
 * Append a form of n bytes that is safe to show and stays on one line: what
 * is not printable ASCII or valid printable UTF-8 becomes \xHH or \u{...};
 * at most `most` bytes of the input are shown, then "...".
 */
void text_quote(struct buf *to, const char *p, size_t n, size_t most);

/*
 * Copy what a buffer holds, as a string; if that is too long it is cut between
 * two characters and ends in "...".  The size is 5 at least.
 */
void text_copy(char *to, size_t size, const struct buf *from);

/*
 * Append n bytes as lines of hexadecimal, 16 a line, with the printable ones
 * beside them and `mark` before each line.
 */
void text_hex(struct buf *to, const char *mark, const char *p, size_t n);

/*
 * May this character reach a terminal as it is?  Not controls (C0 but TAB,
 * DEL, C1), format and bidi controls, line and paragraph separators,
 * surrogates, private tags, noncharacters.
 */
bool text_harmless(uint32_t code);

#endif
