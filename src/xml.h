/* xml.h - where the elements of XML begin and end.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef XML_H
#define XML_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How deep the bytes seen so far are in elements, and in what (text, a tag, a
 * quoted value); zero is a good start.  The result depends on the bytes only,
 * not on how they were cut.
 */
struct xml {
	int depth;
	unsigned state; /* 0: in text; below 16 */
};

void xml_feed(struct xml *x, const char *p, size_t n);

/* One tag: what stands from "<" on. */
struct xml_tag {
	const char *at; /* NULL: there is none */
	size_t len;     /* as much of it as there is */
	const char *name;
	size_t name_len; /* "/stream:stream" with its slash; "?xml" */
};

/* The first tag of n bytes that begin in text. */
struct xml_tag xml_tag(const char *p, size_t n);

bool xml_tag_is(const struct xml_tag *tag, const char *name);

/* Does the tag end here, and is it an element by itself ("<a/>")? */
bool xml_tag_ends(const struct xml_tag *tag);
bool xml_tag_is_empty(const struct xml_tag *tag);

/* The value of an attribute, without its quotes; NULL if there is none. */
const char *xml_attribute(const struct xml_tag *tag, const char *name,
    size_t *len);

/* Is there one with this very value? */
bool xml_attribute_is(const struct xml_tag *tag, const char *name,
    const char *value);

#endif
