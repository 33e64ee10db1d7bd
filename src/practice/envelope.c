/* SPDX-License-Identifier: ISC */
/* envelope.c - addresses and parameters, and what is wrong with them. */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "practice/envelope.h"
#include "text.h"

/* What is left to read, and where a refusal goes. */
struct reader {
	const char *p;
	size_t n;
	bool mail; /* MAIL, not RCPT */
	struct envelope *e;
	struct refusal *no;
};

/* --- refusals --- */

static bool refuse(struct reader *r, int code, const char *enhanced,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static bool
refuse(struct reader *r, int code, const char *enhanced, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->no->why, sizeof r->no->why, fmt, ap);
	va_end(ap);
	snprintf(r->no->enhanced, sizeof r->no->enhanced, "%s", enhanced);
	r->no->code = code;
	return false;
}

/* The bad sender's address is X.1.7, the bad recipient's X.1.3 (RFC 3463). */
static bool
bad_address(struct reader *r, const char *why)
{
	return refuse(r, 501, r->mail ? "5.1.7" : "5.1.3", "%s", why);
}

/* "WHY WORD", with the client's word made harmless. */
static bool
bad_word(struct reader *r, int code, const char *why, const char *p, size_t n)
{
	struct buf shown = { 0 };

	text_quote(&shown, p, n, 40);
	buf_add(&shown, "", 1);
	refuse(r, code, "5.5.4", "%s %s", why, buf_bytes(&shown));
	buf_free(&shown);
	return false;
}

/* --- addresses --- */

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* A character of an atom, or of UTF-8 (RFC 6531). */
static bool
is_atom(unsigned char c)
{
	return is_letter(c) || c >= 0x80 ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* How many bytes are "a.b.c"; dots stand alone and between. */
static size_t
dots(const char *p, size_t n, bool (*is)(unsigned char))
{
	size_t i = 0, end = 0;

	while (i < n && is((unsigned char)p[i])) {
		while (i < n && is((unsigned char)p[i]))
			i++;
		end = i;
		if (i == n || p[i] != '.')
			break;
		i++;
	}
	return end;
}

/* "quoted \" string" */
static size_t
quoted(const char *p, size_t n)
{
	size_t i = 1;

	while (i < n && p[i] != '"') {
		if (p[i] == '\\')
			i++;
		if (i < n && ((unsigned char)p[i] < ' ' || p[i] == 127))
			return 0;
		i++;
	}
	return i < n ? i + 1 : 0;
}

static size_t
local_part(const char *p, size_t n)
{
	if (n > 0 && p[0] == '"')
		return quoted(p, n);
	return dots(p, n, is_atom);
}

static bool
is_host(unsigned char c)
{
	return is_letter(c) || c == '-' || c == '_' || c >= 0x80;
}

/* Where "a-1.example.org" ends, if no hyphen stands at an end of a label. */
static size_t
host_name(const char *p, size_t n)
{
	size_t len = dots(p, n, is_host), i;

	for (i = 0; i < len; i++) {
		if (p[i] == '-' &&
		    (i == 0 || p[i - 1] == '.' || i + 1 == len ||
			p[i + 1] == '.'))
			return 0;
	}
	return len;
}

/* "192.0.2.1", "IPv6:2001:db8::1": of other tags none is registered. */
static bool
is_literal(const char *p, size_t n)
{
	const size_t tag = sizeof "IPv6:" - 1;
	bool six = text_begins(p, n, "IPv6:");
	unsigned char bytes[16];
	char address[INET6_ADDRSTRLEN];

	if (six) {
		p += tag;
		n -= tag;
	}
	if (n >= sizeof address)
		return false;
	memcpy(address, p, n);
	address[n] = '\0';
	return inet_pton(six ? AF_INET6 : AF_INET, address, bytes) == 1;
}

/* "example.org" or "[192.0.2.1]" (RFC 5321, sections 4.1.2 and 4.1.3) */
static size_t
host_part(const char *p, size_t n)
{
	const char *end;

	if (n == 0 || p[0] != '[')
		return host_name(p, n);
	end = memchr(p, ']', n);
	return end != NULL && is_literal(p + 1, (size_t)(end - p) - 1) ?
	    (size_t)(end - p) + 1 :
	    0;
}

bool
envelope_is_host(const char *p, size_t n)
{
	return n > 0 && n < 256 && host_part(p, n) == n;
}

static bool
all_utf8(const char *p, size_t n, bool *foreign)
{
	while (n > 0) {
		uint32_t code;
		int len = text_utf8(p, n, &code);

		if (len <= 0)
			return false;
		*foreign = *foreign || code > 127;
		p += len;
		n -= (size_t)len;
	}
	return true;
}

/* "@a,@b:" is read and forgotten (RFC 5321, appendix C). */
static void
skip_route(const char **p, size_t *n)
{
	const char *colon = *n > 0 && **p == '@' ? memchr(*p, ':', *n) : NULL;

	if (colon != NULL) {
		*n -= (size_t)(colon + 1 - *p);
		*p = colon + 1;
	}
}

static bool
check_parts(struct reader *r, const char *p, size_t n)
{
	struct envelope *e = r->e;
	size_t host;

	e->local = local_part(p, n);
	if (e->local == 0)
		return bad_address(r,
		    "That is no name before the @ (a name with blanks stands "
		    "in \"\")");
	if (e->local > ENVELOPE_LOCAL)
		return bad_address(r,
		    "The name before the @ is longer than "
		    "64 octets");
	if (e->local == n && !r->mail && text_is(p, n, "postmaster"))
		return true;
	if (e->local == n)
		return bad_address(r,
		    "The address has no domain: <name@example.org>");
	if (p[e->local] != '@')
		return bad_address(r, "That is no name before the @");
	host = host_part(p + e->local + 1, n - e->local - 1);
	if (host == 0 || e->local + 1 + host < n)
		return bad_address(r, "That is no domain behind the @");
	return true;
}

static bool
read_address(struct reader *r, const char *p, size_t n)
{
	struct envelope *e = r->e;

	if (n + 2 > ENVELOPE_PATH)
		return bad_address(r, "The address is longer than 254 octets");
	skip_route(&p, &n);
	if (n == 0 && !r->mail)
		return bad_address(r,
		    "Only a sender may be empty: <> is nobody to send to");
	if (n > 0 && !check_parts(r, p, n))
		return false;
	if (!all_utf8(p, n, &e->foreign))
		return bad_address(r, "The address is not UTF-8");
	if (n > 0)
		memcpy(e->path, p, n);
	e->path[n] = '\0';
	return true;
}

/* Where the path ends; in quotes ">" is a letter as any other. */
static size_t
path_end(const char *p, size_t n)
{
	bool quote = false;
	size_t i;

	for (i = 1; i < n; i++) {
		if (p[i] == '\\' && quote)
			i++;
		else if (p[i] == '"')
			quote = !quote;
		else if (p[i] == '>' && !quote)
			return i;
	}
	return 0;
}

static bool
read_path(struct reader *r)
{
	const char *word = r->mail ? "FROM:" : "TO:";
	size_t len = strlen(word), end;

	if (!text_begins(r->p, r->n, word))
		return refuse(r, 501, "5.5.4", "Say %s %s<address>",
		    r->mail ? "MAIL" : "RCPT", word);
	r->p += len;
	r->n -= len;
	if (r->n > 0 && r->p[0] == ' ')
		return refuse(r, 501, "5.5.4",
		    "No blank stands between %s and <", word);
	if (r->n == 0 || r->p[0] != '<')
		return refuse(r, 501, "5.5.4",
		    "The address stands in <>: %s<name@example.org>", word);
	end = path_end(r->p, r->n);
	if (end == 0)
		return refuse(r, 501, "5.5.4", "A > is missing");
	if (!read_address(r, r->p + 1, end - 1))
		return false;
	r->p += end + 1;
	r->n -= end + 1;
	return true;
}

/* --- parameters --- */

static bool
set_size(struct reader *r, const char *value, size_t n)
{
	if (text_octets(value, n, &r->e->size) < 0)
		return bad_word(r, 501, "SIZE= wants a number, not", value, n);
	return true;
}

static bool
set_body(struct reader *r, const char *value, size_t n)
{
	r->e->eight = text_is(value, n, "8BITMIME");
	if (!r->e->eight && !text_is(value, n, "7BIT"))
		return bad_word(r, 555, "BODY is 7BIT or 8BITMIME here, not",
		    value, n);
	return true;
}

static bool
set_utf8(struct reader *r, const char *value, size_t n)
{
	if (value != NULL)
		return bad_word(r, 501, "SMTPUTF8 has no value, such as", value,
		    n);
	r->e->utf8 = true;
	return true;
}

/* RFC 4954, section 5: believed of nobody, but no error. */
static bool
set_auth(struct reader *r, const char *value, size_t n)
{
	if (n == 0)
		return bad_word(r, 501, "AUTH= is <> or an address, not", value,
		    n);
	return true;
}

struct parameter {
	const char *name;
	bool value; /* it needs one */
	bool (*set)(struct reader *r, const char *value, size_t n);
};

static const struct parameter of_mail[] = {
	{ "SIZE", true, set_size },
	{ "BODY", true, set_body },
	{ "AUTH", true, set_auth },
	{ "SMTPUTF8", false, set_utf8 },
};

enum { PARAMETERS = sizeof of_mail / sizeof of_mail[0] };

static bool
read_parameter(struct reader *r, const char *p, size_t n, unsigned *seen)
{
	const char *equals = memchr(p, '=', n);
	size_t name = equals == NULL ? n : (size_t)(equals - p);
	size_t i;

	for (i = 0; i < PARAMETERS && r->mail; i++) {
		const struct parameter *that = &of_mail[i];

		if (!text_is(p, name, that->name))
			continue;
		if ((*seen & 1U << i) != 0)
			return bad_word(r, 501, "Twice the same parameter:", p,
			    n);
		*seen |= 1U << i;
		if (that->value && equals == NULL)
			return bad_word(r, 501, "A value is missing:", p, n);
		return that->set(r, equals == NULL ? NULL : equals + 1,
		    equals == NULL ? 0 : n - name - 1);
	}
	return bad_word(r, 555,
	    r->mail ? "MAIL knows no parameter" : "RCPT knows no parameter", p,
	    n);
}

static bool
read_parameters(struct reader *r)
{
	unsigned seen = 0;

	if (r->n > 0 && r->p[0] != ' ')
		return refuse(r, 501, "5.5.4",
		    "After > comes a blank or the end of the line");
	for (;;) {
		size_t blanks = text_blanks(r->p, r->n), len;

		r->p += blanks;
		r->n -= blanks;
		if (r->n == 0)
			return true;
		len = text_word(r->p, r->n);
		r->e->esmtp = true;
		if (!read_parameter(r, r->p, len, &seen))
			return false;
		r->p += len;
		r->n -= len;
	}
}

bool
envelope_read(struct envelope *e, bool mail, const char *p, size_t n,
    struct refusal *no)
{
	struct reader r = { p, n, mail, e, no };

	memset(e, 0, sizeof *e);
	no->code = 0;
	return read_path(&r) && read_parameters(&r);
}
