/* SPDX-License-Identifier: ISC */
/* tunnel.c - the CONNECT of HTTP. */
#include <string.h>

#include "buf.h"
#include "hop.h"
#include "text.h"
#include "tunnel.h"

enum { BEGIN, ANSWER };

static const char version[] = "HTTP/1.";

enum { VERSION = sizeof version - 1, STATUS = VERSION + 2 };

/* What may be meant by a refusal, and its cure. */
static const struct hint {
	const char *code;
	const char *text;
	const char *known; /* where a user was named; NULL: the same */
} hints[] = {
	{ "400", " (is it a proxy?)", NULL },
	{ "401", " (is it a proxy?)", " (is the password right?)" },
	{ "403", " (do its rules allow this port?)", NULL },
	{ "404", " (is it a proxy?)", NULL },
	{ "405", " (is it a proxy?)", NULL },
	{ "407", " (-x http://USER@... says who asks)",
	    " (is the password right?)" },
	{ "500", " (is a server running there?)", NULL },
	{ "502", " (is a server running there?)", NULL },
	{ "503", " (is a server running there?)", NULL },
	{ "504", " (no server answered it)", NULL },
};

/* "host:port", an IPv6 address in brackets. */
static void
say_place(struct hop *h)
{
	bool six = strchr(h->host, ':') != NULL;

	buf_addf(&h->say, "%s%s%s:%u", six ? "[" : "", h->host, six ? "]" : "",
	    (unsigned)h->port);
}

static enum hop_says
begin(struct hop *h)
{
	struct buf who = { 0 };

	buf_adds(&h->say, "CONNECT ");
	say_place(h);
	buf_adds(&h->say, " HTTP/1.1\r\nHost: ");
	say_place(h);
	buf_adds(&h->say, "\r\n");
	if (h->user != NULL) {
		buf_adds(&who, h->user);
		buf_adds(&who, ":");
		buf_adds(&who, h->password);
		buf_adds(&h->say, "Proxy-Authorization: Basic ");
		text_base64(&h->say, buf_bytes(&who), who.len);
		buf_adds(&h->say, "\r\n");
		buf_free(&who);
	}
	buf_adds(&h->say, "\r\n");
	h->state = ANSWER;
	hop_next(h, 0);
	return HOP_MORE;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Can what came be the beginning of a status line? */
static bool
is_http(const char *p, size_t n)
{
	size_t i;

	if (memcmp(p, version, n < VERSION ? n : VERSION) != 0)
		return false;
	if ((n > VERSION && !is_digit(p[VERSION])) ||
	    (n > VERSION + 1 && p[VERSION + 1] != ' '))
		return false;
	for (i = STATUS; i < n && i < STATUS + 3; i++) {
		if (!is_digit(p[i]))
			return false;
	}
	return n <= STATUS + 3 || p[STATUS + 3] == ' ' ||
	    p[STATUS + 3] == '\r' || p[STATUS + 3] == '\n';
}

/* Is the header complete?  LF alone ends a line too (RFC 9112, 2.2). */
static bool
is_complete(const char *p, size_t n)
{
	if (n < STATUS + 3 || p[n - 1] != '\n')
		return false;
	return p[n - 2] == '\n' || (p[n - 2] == '\r' && p[n - 3] == '\n');
}

/* Does it name ways to say who asks (RFC 9110, 11.7.1), but not Basic? */
static bool
has_other_ways(const struct hop *h)
{
	const char *p = buf_bytes(&h->in), *end = p + h->in.len;
	bool found = false;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		size_t n = lf == NULL ? (size_t)(end - p) : (size_t)(lf - p);

		if (text_begins(p, n, "Proxy-Authenticate:")) {
			found = true;
			if (text_says(p, n, "Basic"))
				return false;
		}
		p += n + 1;
	}
	return found;
}

static enum hop_says
refuse(struct hop *h)
{
	const char *code = buf_bytes(&h->in) + STATUS;
	const struct hint *hint = hints;
	const struct hint *end = hints + sizeof hints / sizeof hints[0];

	while (hint < end && memcmp(hint->code, code, 3) != 0)
		hint++;
	h->denied = memcmp(code, "407", 3) == 0 || memcmp(code, "401", 3) == 0;
	hop_quote(h, "the proxy says: ", "", 0);
	if (memcmp(code, "407", 3) == 0 && has_other_ways(h))
		buf_adds(&h->why,
		    " (it does not take a password as Basic sends it)");
	else if (hint < end)
		buf_adds(&h->why,
		    h->user != NULL && hint->known != NULL ? hint->known :
							     hint->text);
	return HOP_REFUSED;
}

/* The whole header is there. */
static enum hop_says
heard(struct hop *h)
{
	char class = buf_bytes(&h->in)[STATUS];

	if (class == '2')
		return HOP_OPEN;
	if (class != '1')
		return refuse(h);
	/* Something was said in between (RFC 9110, section 15.2). */
	hop_next(h, 0);
	return HOP_MORE;
}

enum hop_says
tunnel_step(struct hop *h, const char **p, size_t *n)
{
	enum hop_says says = HOP_MORE;

	if (h->state == BEGIN)
		return begin(h);
	while (says == HOP_MORE && *n > 0) {
		h->want = h->in.len + 1;
		hop_take(h, p, n);
		if (!is_http(buf_bytes(&h->in), h->in.len))
			return hop_quote(h,
			    "no HTTP answer (is it a proxy?): ", *p, *n);
		if (is_complete(buf_bytes(&h->in), h->in.len))
			says = heard(h);
		else if (h->in.len >= HOP_MOST)
			return hop_refuse(h, "its answer does not end");
	}
	return says;
}
