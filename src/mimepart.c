/* SPDX-License-Identifier: ISC */
/* mimepart.c - the header of one part of a message, and base64. */
#include <string.h>

#include "buf.h"
#include "mimepart.h"
#include "text.h"

/* A line should not be longer (RFC 5322, section 2.1.1). */
enum { COLUMNS = 76 };

/* Of printable ASCII, what separates (RFC 2045, section 5.1). */
static const char tspecials[] = "()<>@,;:\\\"/[]?=";

static bool
is_token_char(char c)
{
	return c > ' ' && c < 0x7f && strchr(tspecials, c) == NULL;
}

/* Past a token; NULL if there is none. */
static const char *
token(const char *p)
{
	const char *end = p;

	while (is_token_char(*end))
		end++;
	return end == p ? NULL : end;
}

/* Past a value in quotes; NULL if there is none. */
static const char *
quoted(const char *p)
{
	if (*p++ != '"')
		return NULL;
	for (; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (*p < ' ' || *p > '~')
			return NULL;
	}
	return p + 1;
}

bool
mimepart_is_type(const char *type)
{
	const char *p = token(type);

	if (p == NULL || *p != '/')
		return false;
	p = token(p + 1);
	while (p != NULL && *p == ';') {
		p = token(p + 1);
		if (p == NULL || *p++ != '=')
			return false;
		p = *p == '"' ? quoted(p) : token(p);
	}
	return p != NULL && *p == '\0';
}

bool
mimepart_is_bare(const char *type)
{
	size_t n = strlen(type);

	return text_begins(type, n, "multipart/") ||
	    text_begins(type, n, "message/");
}

/* What of a name can be in one line between quotes. */
static bool
is_plain(const char *name)
{
	size_t columns = 0;

	for (; *name != '\0'; name++) {
		if (*name < ' ' || *name > '~')
			return false;
		columns += *name == '"' || *name == '\\' ? 2 : 1;
	}
	return columns <= COLUMNS - 16;
}

/* "utf-8", "us-ascii", or nothing where it is neither (RFC 2231, 4). */
static const char *
charset_of(const char *name)
{
	size_t n = strlen(name), i;
	bool ascii = true;
	uint32_t code;
	int len;

	for (i = 0; i < n; i += (size_t)len) {
		len = text_utf8(name + i, n - i, &code);
		if (len <= 0)
			return "";
		ascii = ascii && len == 1;
	}
	return ascii ? "us-ascii" : "utf-8";
}

static void
add_quoted(struct buf *to, const char *attribute, const char *value)
{
	buf_addf(to, "%s=\"", attribute);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_adds(to, "\\");
		buf_add(to, value, 1);
	}
	buf_adds(to, "\"");
}

/* One character of a value as RFC 2231, section 7, has it: attribute-char. */
static void
add_percent(struct buf *to, char c)
{
	if (is_token_char(c) && strchr("*'%", c) == NULL)
		buf_add(to, &c, 1);
	else
		buf_addf(to, "%%%02X", (unsigned char)c);
}

/* So much of the value as fits into a line, which is appended. */
static const char *
add_section(struct buf *to, const char *value)
{
	size_t begin = to->len;

	while (begin > 0 && buf_bytes(to)[begin - 1] != '\n')
		begin--;
	while (*value != '\0' && to->len - begin + 4 <= COLUMNS)
		add_percent(to, *value++);
	return value;
}

/* "name*=utf-8''gr%C3%BCn", in several sections where it is long. */
static void
add_extended(struct buf *to, const char *attribute, const char *value)
{
	const char *charset = charset_of(value);
	size_t before = to->len;
	unsigned section;

	buf_addf(to, "%s*=%s''", attribute, charset);
	if (*add_section(to, value) == '\0')
		return;
	to->len = before;
	for (section = 0; *value != '\0'; section++) {
		if (section > 0)
			buf_adds(to, ";\r\n ");
		buf_addf(to, "%s*%u*=", attribute, section);
		if (section == 0)
			buf_addf(to, "%s''", charset);
		value = add_section(to, value);
	}
}

/* A parameter of the field that begins at `field`. */
static void
add_parameter(struct buf *to, size_t field, const char *attribute,
    const char *value)
{
	struct buf text = { 0 };

	if (is_plain(value))
		add_quoted(&text, attribute, value);
	else {
		/* It has a line of its own. */
		buf_adds(&text, "\n ");
		add_extended(&text, attribute, value);
		buf_drop(&text, 2);
	}
	buf_adds(to, ";");
	if (to->len - field + 1 + text.len <= COLUMNS)
		buf_adds(to, " ");
	else
		buf_adds(to, "\r\n ");
	buf_add(to, buf_bytes(&text), text.len);
	buf_free(&text);
}

void
mimepart_header(struct buf *to, const struct mimepart *part)
{
	size_t field = to->len;

	buf_addf(to, "Content-Type: %s", part->type);
	if (part->charset != NULL)
		buf_addf(to, "; charset=%s", part->charset);
	add_parameter(to, field, "name", part->name);
	buf_adds(to, "\r\nContent-Transfer-Encoding: base64\r\n");
	field = to->len;
	buf_adds(to, "Content-Disposition: attachment");
	add_parameter(to, field, "filename", part->name);
	buf_adds(to, "\r\n");
}

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One line, without its end; returns where it ends. */
static char *
base64_line(char *to, const unsigned char *p, size_t n)
{
	unsigned long v;

	for (; n >= 3; n -= 3, p += 3) {
		v = (unsigned long)p[0] << 16 | (unsigned long)p[1] << 8 | p[2];
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		*to++ = digits[v >> 6 & 63];
		*to++ = digits[v & 63];
	}
	if (n > 0) {
		v = (unsigned long)p[0] << 16;
		if (n == 2)
			v |= (unsigned long)p[1] << 8;
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		*to++ = n == 2 ? digits[v >> 6 & 63] : '=';
		*to++ = '=';
	}
	return to;
}

size_t
mimepart_base64(char *to, const void *p, size_t n)
{
	const unsigned char *bytes = p;
	char *at = to;

	while (n > 0) {
		size_t len = n < MIMEPART_BYTES ? n : MIMEPART_BYTES;

		at = base64_line(at, bytes, len);
		*at++ = '\r';
		*at++ = '\n';
		bytes += len;
		n -= len;
	}
	return (size_t)(at - to);
}
