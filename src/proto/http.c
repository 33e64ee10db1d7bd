/* SPDX-License-Identifier: ISC */
/* http.c - HTTP/1.1 and 1.0 (RFC 9110, RFC 9112).  Floor 4. */
#include <string.h>

#include "proto.h"
#include "reply.h"
#include "text.h"

/* Other ports are known by the first request: see http_verb_at. */
static const struct scheme schemes[] = {
	{ "http", 80, false },
	{ "https", 443, true },
	{ NULL, 0, false },
};

/* Ahead of their replies go those that may be repeated (RFC 9112, 9.3.2). */
static const struct verb verbs[] = {
	{ "GET", "GET /path HTTP/1.1", "fetch what is there", "RFC 9110, 9.3.1",
	    NULL, VERB_HELLO | VERB_AHEAD },
	{ "HEAD", "HEAD /path HTTP/1.1", "the header alone, as of GET",
	    "RFC 9110, 9.3.2", NULL, VERB_HELLO | VERB_AHEAD },
	{ "POST", "POST /path HTTP/1.1",
	    "hand over a body of Content-Length octets", "RFC 9110, 9.3.3",
	    NULL, VERB_HELLO },
	{ "PUT", "PUT /path HTTP/1.1", "store the body there",
	    "RFC 9110, 9.3.4", NULL, VERB_HELLO | VERB_AHEAD },
	{ "DELETE", "DELETE /path HTTP/1.1", "remove what is there",
	    "RFC 9110, 9.3.5", NULL, VERB_HELLO | VERB_AHEAD },
	{ "CONNECT", "CONNECT host:port HTTP/1.1",
	    "a tunnel: after 200 lines pass as they are", "RFC 9110, 9.3.6",
	    NULL, VERB_HELLO },
	{ "OPTIONS", "OPTIONS /path HTTP/1.1 or OPTIONS * HTTP/1.1",
	    "ask what may be done", "RFC 9110, 9.3.7", NULL,
	    VERB_HELLO | VERB_AHEAD },
	{ "TRACE", "TRACE /path HTTP/1.1", "have the request sent back",
	    "RFC 9110, 9.3.8", NULL, VERB_HELLO | VERB_AHEAD },
	{ "PATCH", "PATCH /path HTTP/1.1", "change a part, as the body says",
	    "RFC 5789, 2", NULL, VERB_HELLO },
	{ .word = NULL },
};

/* What a request has said of itself; asked.shape. */
enum {
	IS_HEAD = 1 << 0,
	IS_CONNECT = 1 << 1,
	IS_SIMPLE = 1 << 2, /* no version: no header, and a bare answer */
	HAS_CHUNKS = 1 << 3,
	HAS_EXPECT = 1 << 4, /* the body waits for 100 */
	AT_CHUNK = 1 << 5,   /* its size is the next line */
	IN_CHUNK = 1 << 6,   /* the next line is what ends it */
	AT_TRAILER = 1 << 7
};

/* hold.step: what the next line of the response is; 0: the first. */
enum { STATUS_LINE, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER };

/* hold.flags: what its header said. */
enum {
	SAYS_LENGTH = 1 << 0,
	SAYS_CHUNKED = 1 << 1,
	SAYS_CLOSE = 1 << 2,
	SAYS_KEEP = 1 << 3,
	SAYS_NONSENSE = 1 << 4, /* a length that is none */
	IS_OLD = 1 << 5,        /* HTTP/1.0 */
	NO_BODY = 1 << 6,
	IS_LAST = 1 << 7 /* behind it HTTP ends */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Do these bytes begin with "HTTP/1.1"? */
static bool
is_version(const char *p, size_t n)
{
	return n >= 8 && text_begins(p, n, "HTTP/") && is_digit(p[5]) &&
	    p[6] == '.' && is_digit(p[7]);
}

/* Does a line end in a version?  What is behind the line is not looked at. */
static bool
has_version(const char *line, size_t len)
{
	const char *end = memchr(line, '\n', len);

	if (end != NULL)
		len = (size_t)(end - line);
	while (len > 0 && text_word(line + len - 1, 1) == 0)
		len--;
	return len > 9 && is_version(line + len - 8, 8) &&
	    text_word(line + len - 9, 1) == 0;
}

/*
 * "GET key" is said to other servers as well: only a method alone, or with a
 * version at the line's end, is one of these verbs.
 */
static size_t
http_verb_at(const char *line, size_t len)
{
	size_t at = text_blanks(line, len);
	size_t end = at + text_word(line + at, len - at);

	end += text_blanks(line + end, len - end);
	return end == len || has_version(line, len) ? at : len;
}

/*
 * The value of a header line of this name: its offset, and in *n its length
 * without blanks around it.  0: another name.
 */
static size_t
header_is(const char *line, size_t len, const char *name, size_t *n)
{
	size_t at = strlen(name);

	if (len <= at || !text_begins(line, len, name) || line[at] != ':')
		return 0;
	at++;
	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	while (len > at && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	*n = len - at;
	return at;
}

/* Is the word in a list with commas ("keep-alive, Upgrade")? */
static bool
list_has(const char *p, size_t n, const char *word)
{
	size_t at = 0;

	while (at < n) {
		size_t end = at;

		while (end < n && p[end] != ',')
			end++;
		at += text_blanks(p + at, end - at);
		if (text_is(p + at, text_word(p + at, end - at), word))
			return true;
		at = end + 1;
	}
	return false;
}

/* A number of octets in hexadecimal; what follows ";" is passed over. */
static bool
chunk_size(const char *p, size_t n, uint64_t *size)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *digit;
	size_t i;

	*size = 0;
	for (i = 0; i < n && p[i] != '\0'; i++) {
		digit = strchr(digits, p[i]);
		if (digit == NULL)
			break;
		if (*size >> 59 != 0)
			return false;
		*size = *size << 4 | (uint64_t)((digit - digits) % 16);
	}
	return i > 0 && (i == n || p[i] == ';' || text_word(p + i, 1) == 0);
}

/* Lines of ours. */

static const char *const secrets[] = { "Authorization", "Proxy-Authorization",
	"Cookie" };

static void
ask_header(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t i, at, n;

	for (i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		at = header_is(line, len, secrets[i], &n);
		if (at > 0)
			w->secret = at;
	}
	at = header_is(line, len, "Content-Length", &n);
	if (at > 0)
		(void)text_octets(line + at, n, &a->size);
	at = header_is(line, len, "Transfer-Encoding", &n);
	if (at > 0 && list_has(line + at, n, "chunked"))
		a->shape |= HAS_CHUNKS;
	at = header_is(line, len, "Expect", &n);
	if (at > 0 && list_has(line + at, n, "100-continue"))
		a->shape |= HAS_EXPECT;
}

/* The empty line: the body follows, if there is one. */
static void
ask_body(struct asked *a, struct wants *w)
{
	w->more = (a->shape & HAS_CHUNKS) != 0;
	if (w->more) {
		a->shape |= AT_CHUNK;
	} else if (a->size > 0) {
		w->literal = true;
		w->octets = a->size;
		w->wait = (a->shape & HAS_EXPECT) != 0;
	}
}

/* A line of a body in chunks (RFC 9112, 7.1). */
static void
ask_chunk(struct asked *a, struct wants *w, const char *line, size_t len)
{
	if ((a->shape & IN_CHUNK) != 0) {
		a->shape &= ~IN_CHUNK;
	} else if ((a->shape & AT_TRAILER) != 0) {
		w->more = len > 0;
	} else if (!chunk_size(line, len, &w->octets)) {
		/* The server will say so; who knows what it takes next. */
		w->more = false;
	} else if (w->octets == 0) {
		a->shape |= AT_TRAILER;
	} else {
		a->shape |= IN_CHUNK;
		w->literal = true;
	}
}

static void
ask_request(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t n = text_word(line, len);

	/* Servers pass over an empty line (RFC 9112, 2.2). */
	w->silent = len == 0;
	w->more = has_version(line, len);
	if (!w->more)
		a->shape = IS_SIMPLE;
	else if (n == 4 && memcmp(line, "HEAD", 4) == 0)
		a->shape = IS_HEAD;
	else if (n == 7 && memcmp(line, "CONNECT", 7) == 0)
		a->shape = IS_CONNECT;
}

static void
http_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	if (!w->more)
		ask_request(a, w, line, len);
	else if ((a->shape & AT_CHUNK) != 0)
		ask_chunk(a, w, line, len);
	else if (len > 0)
		ask_header(a, w, line, len);
	else
		ask_body(a, w);
}

/* Lines of the server. */

/* 4yz and 5yz do not say what mail's do: what may pass when asked again? */
static enum reply_class
class_of(int code)
{
	static const int passing[] = { 408, 425, 429, 502, 503, 504 };
	size_t i;

	for (i = 0; i < sizeof passing / sizeof passing[0]; i++) {
		if (code == passing[i])
			return CLASS_TRANSIENT;
	}
	/* Behind 101 no other response follows. */
	if (code == 101)
		return CLASS_OK;
	return code < 400 ? reply_class_of(code) : CLASS_PERMANENT;
}

/* "HTTP/1.1 200 OK": the code, or 0. */
static int
status_code(const char *line, size_t len)
{
	const char *p = line + 9;

	if (len < 12 || !is_version(line, len) || line[8] != ' ' ||
	    p[0] < '1' || p[0] > '9' || !is_digit(p[1]) || !is_digit(p[2]) ||
	    (len > 12 && p[3] != ' '))
		return 0;
	return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

static struct judged
judge_status(struct hold *h, const struct asked *a, const char *line,
    size_t len)
{
	struct judged j = { .code = status_code(line, len) };

	if (j.code == 0) {
		if ((a->shape & IS_SIMPLE) == 0)
			return j;
		j.class = CLASS_OK;
		j.more = j.ends = true;
		j.octets = OCTETS_TO_END;
		return j;
	}
	j.class = class_of(j.code);
	j.word = line + 9;
	j.word_len = 3;
	j.more = true;
	memset(h, 0, sizeof *h);
	h->code = j.code;
	h->step = HEADER;
	if (line[5] == '1' && line[7] == '0')
		h->flags |= IS_OLD;
	if (j.code == 101 ||
	    ((a->shape & IS_CONNECT) != 0 && j.class == CLASS_OK))
		h->flags |= IS_LAST;
	if (j.code < 200 || j.code == 204 || j.code == 304 ||
	    (a->shape & IS_HEAD) != 0 || (h->flags & IS_LAST) != 0)
		h->flags |= NO_BODY;
	return j;
}

static void
learn_length(struct hold *h, const char *p, size_t n)
{
	uint64_t octets;

	if (text_octets(p, n, &octets) < 0 ||
	    ((h->flags & SAYS_LENGTH) != 0 && octets != h->left)) {
		h->flags |= SAYS_NONSENSE;
		return;
	}
	h->flags |= SAYS_LENGTH;
	h->left = octets;
}

static void
learn_header(struct hold *h, const char *line, size_t len)
{
	size_t at, n;

	at = header_is(line, len, "Content-Length", &n);
	if (at > 0)
		learn_length(h, line + at, n);
	at = header_is(line, len, "Transfer-Encoding", &n);
	if (at > 0)
		h->flags |= list_has(line + at, n, "chunked") ? SAYS_CHUNKED :
								SAYS_NONSENSE;
	at = header_is(line, len, "Connection", &n);
	if (at > 0 && list_has(line + at, n, "close"))
		h->flags |= SAYS_CLOSE;
	if (at > 0 && list_has(line + at, n, "keep-alive"))
		h->flags |= SAYS_KEEP;
}

/* The response ends with this line, or with the octets behind it. */
static struct judged
last(struct hold *h, uint64_t octets)
{
	struct judged j = { .class = class_of(h->code), .code = h->code };
	bool old = (h->flags & (IS_OLD | SAYS_KEEP)) == IS_OLD;

	j.closes = h->code >= 200 && (h->flags & IS_LAST) == 0 &&
	    (old || (h->flags & SAYS_CLOSE) != 0);
	j.raw = (h->flags & IS_LAST) != 0;
	j.octets = octets;
	j.more = j.ends = octets > 0;
	memset(h, 0, sizeof *h);
	return j;
}

/* How the body is framed (RFC 9112, 6.3). */
static struct judged
judge_header(struct hold *h, const char *line, size_t len)
{
	struct judged j = { .code = h->code, .more = true };

	if (len > 0) {
		learn_header(h, line, len);
		return j;
	}
	if ((h->flags & NO_BODY) != 0)
		return last(h, 0);
	if ((h->flags & SAYS_CHUNKED) != 0) {
		h->step = CHUNK_SIZE;
		return j;
	}
	if ((h->flags & (SAYS_LENGTH | SAYS_NONSENSE)) == SAYS_LENGTH)
		return last(h, h->left);
	return last(h, OCTETS_TO_END);
}

static struct judged
judge_chunk(struct hold *h, const char *line, size_t len)
{
	struct judged j = { .code = h->code, .more = true };

	if (h->step == TRAILER)
		return len > 0 ? j : last(h, 0);
	if (h->step == CHUNK_END && len == 0) {
		h->step = CHUNK_SIZE;
	} else if (h->step == CHUNK_END || !chunk_size(line, len, &j.octets)) {
		/* Where a chunk ends cannot be known any more. */
		return last(h, OCTETS_TO_END);
	} else {
		h->step = j.octets == 0 ? TRAILER : CHUNK_END;
	}
	return j;
}

static struct judged
http_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	if (h->step == STATUS_LINE)
		return judge_status(h, a, line, len);
	if (h->step == HEADER)
		return judge_header(h, line, len);
	return judge_chunk(h, line, len);
}

const struct proto proto_http = {
	.name = "http",
	.title = "Hypertext Transfer Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = http_judge,
	.ask = http_ask,
	.verb_at = http_verb_at,
	.mute = true,
};
