/* SPDX-License-Identifier: ISC */
/* xml.c - counting elements without understanding them. */
#include <limits.h>
#include <string.h>

#include "text.h"
#include "xml.h"

enum state {
	TEXT,
	BEGIN,  /* behind "<" */
	OPEN,   /* in "<a ..." */
	EMPTY,  /* ... behind "/" */
	SINGLE, /* in '...' */
	DOUBLE, /* in "..." */
	END,    /* in "</a" */
	ASIDE,  /* in "<?..." or "<!..." */
	BANG,   /* behind "<!" */
	CDATA,  /* in "<![CDATA[...]]>" */
	CDATA1, /* ... behind "]" */
	CDATA2, /* ... behind "]]" */
	STATES
};

/* What matters of a byte; its column below. */
static const char special[] = "<>/'\"?![]";

enum { COLUMNS = sizeof special };

/* The last column is for all other bytes. */
static const unsigned char next[STATES][COLUMNS] = {
	/* clang-format off */
	/*           <      >     /       '       "     ?      !     [      ] */
	[TEXT] = { BEGIN, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT,
	    TEXT },
	[BEGIN] = { OPEN, TEXT, END, OPEN, OPEN, ASIDE, BANG, OPEN, OPEN,
	    OPEN },
	[OPEN] = { OPEN, TEXT, EMPTY, SINGLE, DOUBLE, OPEN, OPEN, OPEN, OPEN,
	    OPEN },
	[EMPTY] = { OPEN, TEXT, EMPTY, SINGLE, DOUBLE, OPEN, OPEN, OPEN, OPEN,
	    OPEN },
	[SINGLE] = { SINGLE, SINGLE, SINGLE, OPEN, SINGLE, SINGLE, SINGLE,
	    SINGLE, SINGLE, SINGLE },
	[DOUBLE] = { DOUBLE, DOUBLE, DOUBLE, DOUBLE, OPEN, DOUBLE, DOUBLE,
	    DOUBLE, DOUBLE, DOUBLE },
	[END] = { END, TEXT, END, END, END, END, END, END, END, END },
	[ASIDE] = { ASIDE, TEXT, ASIDE, ASIDE, ASIDE, ASIDE, ASIDE, ASIDE,
	    ASIDE, ASIDE },
	[BANG] = { ASIDE, TEXT, ASIDE, ASIDE, ASIDE, ASIDE, ASIDE, CDATA,
	    ASIDE, ASIDE },
	[CDATA] = { CDATA, CDATA, CDATA, CDATA, CDATA, CDATA, CDATA, CDATA,
	    CDATA1, CDATA },
	[CDATA1] = { CDATA, CDATA, CDATA, CDATA, CDATA, CDATA, CDATA, CDATA,
	    CDATA2, CDATA },
	[CDATA2] = { CDATA, TEXT, CDATA, CDATA, CDATA, CDATA, CDATA, CDATA,
	    CDATA2, CDATA },
	/* clang-format on */
};

void
xml_feed(struct xml *x, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *found = p[i] == '\0' ? NULL : strchr(special, p[i]);
		size_t column =
		    found == NULL ? COLUMNS - 1 : (size_t)(found - special);

		if (p[i] == '>' && x->state == OPEN && x->depth < INT_MAX)
			x->depth++;
		else if (p[i] == '>' && x->state == END && x->depth > INT_MIN)
			x->depth--;
		x->state = next[x->state][column];
	}
}

struct xml_tag
xml_tag(const char *p, size_t n)
{
	struct xml_tag tag = { 0 };
	struct xml x = { 0 };
	size_t i;

	tag.at = n == 0 ? NULL : memchr(p, '<', n);
	if (tag.at == NULL)
		return tag;
	n -= (size_t)(tag.at - p);
	for (i = 0; i < n; i++) {
		xml_feed(&x, tag.at + i, 1);
		if (x.state == TEXT)
			break;
	}
	tag.len = i < n ? i + 1 : n;
	tag.name = tag.at + 1;
	for (i = 1; i < tag.len && text_word(tag.at + i, 1) == 1; i++) {
		char c = tag.at[i];

		if (c == '>' || (c == '/' && i > 1))
			break;
	}
	tag.name_len = i - 1;
	return tag;
}

bool
xml_tag_is(const struct xml_tag *tag, const char *name)
{
	return tag->at != NULL && tag->name_len == strlen(name) &&
	    memcmp(tag->name, name, tag->name_len) == 0;
}

bool
xml_tag_ends(const struct xml_tag *tag)
{
	struct xml x = { 0 };

	xml_feed(&x, tag->at, tag->len);
	return tag->len > 0 && x.state == TEXT;
}

bool
xml_tag_is_empty(const struct xml_tag *tag)
{
	return tag->len > 2 && tag->at[tag->len - 2] == '/' &&
	    xml_tag_ends(tag);
}

/* The length of an attribute's name. */
static size_t
name_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && strchr("=<>/'\"", p[i]) == NULL &&
	    text_word(p + i, 1) == 1)
		i++;
	return i;
}

/* The value behind the name: "=", quotes and what is between them. */
static const char *
value_at(const char *p, size_t n, size_t *len)
{
	size_t i = text_blanks(p, n);
	const char *end;

	if (i == n || p[i] != '=')
		return NULL;
	i++;
	i += text_blanks(p + i, n - i);
	if (i == n || (p[i] != '\'' && p[i] != '"'))
		return NULL;
	end = memchr(p + i + 1, p[i], n - i - 1);
	if (end == NULL)
		return NULL;
	*len = (size_t)(end - (p + i + 1));
	return p + i + 1;
}

const char *
xml_attribute(const struct xml_tag *tag, const char *name, size_t *len)
{
	const char *p, *end;

	if (tag->at == NULL)
		return NULL;
	end = tag->at + tag->len;
	p = tag->name + tag->name_len;
	while (p < end) {
		const char *value;
		size_t n;

		p += text_blanks(p, (size_t)(end - p));
		n = name_length(p, (size_t)(end - p));
		value = value_at(p + n, (size_t)(end - p) - n, len);
		if (n == 0 || value == NULL)
			return NULL;
		if (n == strlen(name) && memcmp(p, name, n) == 0)
			return value;
		p = value + *len + 1;
	}
	return NULL;
}

bool
xml_attribute_is(const struct xml_tag *tag, const char *name, const char *value)
{
	size_t len;
	const char *is = xml_attribute(tag, name, &len);

	return is != NULL && len == strlen(value) &&
	    memcmp(is, value, len) == 0;
}
