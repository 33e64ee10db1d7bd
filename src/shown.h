/* shown.h - bytes from anywhere, harmless within other forms.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef SHOWN_H
#define SHOWN_H

#include <stddef.h>

struct buf;

/*
 * Append n bytes on one line and fit for a terminal; at most `most` bytes of
 * them are shown, then "...".  text_quote is one of these.
 */
typedef void shown(struct buf *to, const char *p, size_t n, size_t most);

/* As text_quote, within a description of TAP: \ and # have a \ before them. */
shown shown_tap;

/* As text_quote, within an attribute or an element of XML. */
shown shown_xml;

/*
 * Within a string of JSON.  UTF-8 is kept exactly, with \uXXXX for what must
 * not reach a terminal; a byte that is not UTF-8 becomes \ufffd.
 */
shown shown_json;

#endif
