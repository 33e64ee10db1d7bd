/* SPDX-License-Identifier: ISC */
/* target.c - cuts the name of a place into its parts. */
#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "fail.h"
#include "target.h"
#include "text.h"

/* The longest label of a name (RFC 1035, section 2.3.4), interface name. */
enum { LABEL_MOST = 63, SCOPE_MOST = 15, QUOTE_MOST = 128 };

/* What a byte that no host name has was probably meant to be. */
static const struct slip {
	char byte;
	const char *why;
} slips[] = {
	{ '/', "no host name has a \"/\" (a Unix-domain socket is unix:PATH)" },
	{ ' ', "no host name has a blank (host and port are two words)" },
	{ ',', "no host name has a comma (one host at a time)" },
	{ '%', "no host name has a \"%\" (only an IPv6 address has a scope)" },
	{ '[', "a \"[\" comes first or not at all ([ADDRESS]:PORT)" },
	{ ']', "there is no \"[\" before the \"]\" ([ADDRESS]:PORT)" },
	{ '*', "no host name has a \"*\" (a real name is wanted here)" },
};

static void
copy(char *to, const char *p, size_t n)
{
	memcpy(to, p, n);
	to[n] = '\0';
}

static int
refuse(struct fail *f, const char *p, size_t n, const char *why)
{
	char name[QUOTE_MOST + 1];

	copy(name, p, n < QUOTE_MOST ? n : QUOTE_MOST);
	return fail_about(f, STATUS_USAGE, name, why);
}

/* Not isalnum, which a locale may widen. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters, digits and the bytes of `more` alone? */
static bool
is_made_of(const char *p, size_t n, const char *more)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\0' ||
		    (!is_letter(p[i]) && !is_digit(p[i]) &&
			strchr(more, p[i]) == NULL))
			return false;
	}
	return true;
}

/* The address in bytes, in network order; its scope only has to look right. */
static int
address_family(const char *host, unsigned char bytes[16])
{
	const char *scope = strchr(host, '%');
	size_t n = scope == NULL ? strlen(host) : (size_t)(scope - host);
	char bare[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET, host, bytes) == 1)
		return AF_INET;
	if (n >= sizeof bare)
		return -1;
	copy(bare, host, n);
	if (inet_pton(AF_INET6, bare, bytes) != 1)
		return -1;
	if (scope != NULL &&
	    (scope[1] == '\0' || strlen(scope + 1) > SCOPE_MOST ||
		!is_made_of(scope + 1, strlen(scope + 1), "-_.:@")))
		return -1;
	return AF_INET6;
}

bool
target_is_address(const char *host)
{
	unsigned char bytes[16];

	return address_family(host, bytes) != -1;
}

bool
target_is_loopback(const char *host)
{
	static const unsigned char six[16] = { [15] = 1 };
	static const unsigned char
	    mapped[13] = { [10] = 0xff, [11] = 0xff, [12] = 127 };
	unsigned char bytes[16];
	int family = address_family(host, bytes);

	if (family == AF_INET)
		return bytes[0] == 127;
	if (family == AF_INET6)
		return memcmp(bytes, six, sizeof six) == 0 ||
		    memcmp(bytes, mapped, sizeof mapped) == 0;
	/* Names below .localhost are left to the resolver, so not sure. */
	return text_is(host, strlen(host), "localhost") ||
	    text_is(host, strlen(host), "localhost.");
}

static const char *
why_not_byte(char c)
{
	size_t i;

	for (i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		if (slips[i].byte == c)
			return slips[i].why;
	}
	return "there is a character that no host name has (letters, digits, "
	       "\"-\", \"_\" and \".\" are allowed)";
}

/*
 * Why these bytes are no host name, or NULL.  Letters of other alphabets
 * pass here; whether they make a name is seen when it is looked up.
 */
static const char *
why_not_host(const char *p, size_t n)
{
	size_t i, label = 0;
	uint32_t code;
	int len;

	for (i = 0; i < n; i += (size_t)len) {
		len = text_utf8(p + i, n - i, &code);
		if (len < 1 || (len > 1 && !text_harmless(code)))
			return why_not_byte('\0');
		if (len > 1 || is_made_of(p + i, 1, "-_")) {
			label += len > 1 ? 0 : 1;
		} else if (p[i] != '.') {
			return why_not_byte(p[i]);
		} else if (i == 0 || p[i - 1] == '.') {
			return "a host name has no empty part (two dots in "
			       "a row, or one in front)";
		} else {
			label = 0;
		}
		if (label > LABEL_MOST)
			return "a part of the name is longer than 63 bytes";
	}
	return NULL;
}

static int
set_host(struct target *t, const char *p, size_t n, struct fail *f)
{
	const char *why;

	if (n == 0)
		return fail_set(f, STATUS_USAGE,
		    "no host is named (telex HOST PORT)");
	if (p[0] == '-')
		return refuse(f, p, n,
		    "no host name begins with \"-\" "
		    "(options come before the host)");
	if (n >= sizeof t->host)
		return refuse(f, p, n, "longer than any host name");
	why = why_not_host(p, n);
	if (why != NULL)
		return refuse(f, p, n, why);
	copy(t->host, p, n);
	return 0;
}

static int
set_service(struct target *t, const char *p, size_t n, struct fail *f)
{
	if (n == 0)
		return fail_set(f, STATUS_USAGE,
		    "no port stands behind the "
		    "\":\" (HOST:PORT, or HOST alone)");
	if (n >= sizeof t->service || !(is_letter(p[0]) || is_digit(p[0])) ||
	    !is_made_of(p, n, "-_.+"))
		return refuse(f, p, n,
		    "no port (a number from 1 to 65535 or "
		    "the name of a service)");
	copy(t->service, p, n);
	return 0;
}

/* In a URL the "%" of a scope may be written %25 (RFC 6874, section 2). */
static int
set_bracketed(struct target *t, const char *p, size_t n, bool url,
    struct fail *f)
{
	const char *close = memchr(p, ']', n);
	size_t inner = close == NULL ? 0 : (size_t)(close - p - 1);
	unsigned char bytes[16];
	char *scope;

	if (close == NULL)
		return refuse(f, p, n, "the \"]\" is missing ([ADDRESS]:PORT)");
	if (inner < sizeof t->host)
		copy(t->host, p + 1, inner);
	scope = strchr(t->host, '%');
	if (url && scope != NULL && strncmp(scope, "%25", 3) == 0 &&
	    scope[3] != '\0')
		memmove(scope + 1, scope + 3, strlen(scope + 3) + 1);
	if (address_family(t->host, bytes) != AF_INET6)
		return refuse(f, p, n,
		    "only an IPv6 address stands in "
		    "brackets ([2001:db8::1]:25)");
	n -= inner + 2;
	if (n > 0 && close[1] != ':')
		return refuse(f, close + 1, n,
		    "only a port can stand behind "
		    "the \"]\" ([ADDRESS]:PORT)");
	return n == 0 ? 0 : set_service(t, close + 2, n - 1, f);
}

/* More than one colon and no bracket: an IPv6 address or a mistake. */
static int
set_colons(struct target *t, const char *p, size_t n, bool url, struct fail *f)
{
	if (n < sizeof t->host)
		copy(t->host, p, n);
	if (target_is_address(t->host) && !url)
		return 0;
	return refuse(f, p, n,
	    "more than one \":\" (an IPv6 address with a "
	    "port is written [ADDRESS]:PORT)");
}

static int
set_place(struct target *t, const char *p, size_t n, bool url, struct fail *f)
{
	const char *colon = memchr(p, ':', n);
	size_t host = colon == NULL ? n : (size_t)(colon - p);

	if (n > 0 && p[0] == '[')
		return set_bracketed(t, p, n, url, f);
	if (colon != NULL && memchr(colon + 1, ':', n - host - 1) != NULL)
		return set_colons(t, p, n, url, f);
	if (set_host(t, p, host, f) != 0)
		return -1;
	return colon == NULL ? 0 : set_service(t, colon + 1, n - host - 1, f);
}

static int
set_scheme(struct target *t, const char *p, size_t n, struct fail *f)
{
	size_t i;

	if (n == 0 || n >= sizeof t->scheme || !is_letter(p[0]) ||
	    !is_made_of(p, n, "+-."))
		return refuse(f, p, n,
		    "no protocol has such a name "
		    "(smtp://HOST, for example)");
	for (i = 0; i < n; i++)
		t->scheme[i] = p[i] >= 'A' && p[i] <= 'Z' ?
		    (char)(p[i] - 'A' + 'a') :
		    p[i];
	return 0;
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int
set_user(struct target *t, const char *p, size_t n, struct fail *f)
{
	size_t i, len = 0;
	int c;

	if (n == 0)
		return fail_set(f, STATUS_USAGE,
		    "no user is named before "
		    "the \"@\" (smtp://USER@HOST, or no \"@\")");
	for (i = 0; i < n && len < sizeof t->user - 1; i++) {
		c = (unsigned char)p[i];
		if (c == '%') {
			if (n - i < 3 || hex_value(p[i + 1]) < 0 ||
			    hex_value(p[i + 2]) < 0)
				return refuse(f, p, n,
				    "two hex digits belong "
				    "behind a \"%\" (%25 is a \"%\")");
			c = hex_value(p[i + 1]) * 16 + hex_value(p[i + 2]);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return refuse(f, p, n,
			    "a control character is no "
			    "part of a user's name");
		t->user[len++] = (char)c;
	}
	if (i < n)
		return refuse(f, p, n, "longer than any user's name");
	return 0;
}

/*
 * The last "@" counts, so that a mail address can be the user.  Passwords
 * are looked for first: no sentence may quote one.
 */
static int
parse_url(struct target *t, const char *text, const char *rest, struct fail *f)
{
	size_t n = strcspn(rest, "/?#");
	const char *tail = rest + n;
	const char *at = strrchr(rest, '@');

	if (at != NULL && memchr(rest, ':', (size_t)(at - rest)) != NULL)
		return fail_set(f, STATUS_USAGE,
		    "the URL holds a password, "
		    "and others can read it there (write the user alone: "
		    "USER@HOST)");
	if (set_scheme(t, text, (size_t)(rest - text) - 3, f) != 0)
		return -1;
	if (*tail != '\0' && strcmp(tail, "/") != 0)
		return refuse(f, tail, strlen(tail),
		    "a path or query has no "
		    "meaning here (the URL ends behind host and port)");
	if (at != NULL) {
		if (set_user(t, rest, (size_t)(at - rest), f) != 0)
			return -1;
		n -= (size_t)(at - rest) + 1;
		rest = at + 1;
	}
	return set_place(t, rest, n, true, f);
}

static int
set_path(struct target *t, const char *path, struct fail *f)
{
	size_t n = strlen(path);

	if (n == 0)
		return fail_set(f, STATUS_USAGE,
		    "no path stands behind "
		    "\"unix:\" (unix:/run/server.sock)");
	if (n >= sizeof t->path)
		return refuse(f, path, n,
		    "too long for a Unix-domain socket "
		    "(107 bytes at most)");
	copy(t->path, path, n);
	return 0;
}

int
target_parse(struct target *t, const char *text, struct fail *f)
{
	const char *colon = strchr(text, ':');
	size_t n = strlen(text);

	memset(t, 0, sizeof *t);
	if (text_begins(text, n, "unix:"))
		return set_path(t, text + 5, f);
	if (colon == NULL || colon == text)
		colon = text + n;
	if (text_begins(colon, strlen(colon), ":unix:"))
		return set_scheme(t, text, (size_t)(colon - text), f) != 0 ?
		    -1 :
		    set_path(t, colon + 6, f);
	if (text_begins(colon, strlen(colon), "://"))
		return parse_url(t, text, colon + 3, f);
	/* What stands before the "@" might hold a password: not quoted. */
	if (strchr(text, '@') != NULL)
		return fail_set(f, STATUS_USAGE,
		    "a user's name belongs into "
		    "a URL (smtp://USER@HOST)");
	return set_place(t, text, n, false, f);
}
