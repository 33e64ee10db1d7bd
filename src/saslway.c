/* SPDX-License-Identifier: ISC */
/* saslway.c - how SASL travels in each protocol. */
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "literal.h"
#include "proto.h"
#include "reply.h"
#include "sasl.h"
#include "saslway.h"
#include "text.h"
#include "words.h"

/* RFC 5804, section 1.2: longer strings have to be literals. */
enum { STRING_MOST = 1024 };

static const struct saslway ways[] = {
	/* RFC 4954; RFC 5321, section 4.5.3.1.4. */
	{ .proto = &proto_smtp, .verb = "AUTH", .offer = "AUTH", .most = 512 },
	{ .proto = &proto_lmtp, .verb = "AUTH", .offer = "AUTH", .most = 512 },
	/* RFC 5034; servers before it know no initial response. */
	{ .proto = &proto_pop3,
	    .verb = "AUTH",
	    .offer = "SASL",
	    .early = "SASL",
	    .most = 255,
	    .user = "USER",
	    .pass = "PASS" },
	/* RFC 9051, section 6.2.2; RFC 4959. */
	{ .proto = &proto_imap,
	    .verb = "AUTHENTICATE",
	    .offer = "AUTH",
	    .early = "SASL-IR IMAP4rev2",
	    .most = 8000,
	    .pass = "LOGIN",
	    .bars = "LOGINDISABLED" },
	/* RFC 5804, section 2.1. */
	{ .proto = &proto_sieve,
	    .verb = "AUTHENTICATE",
	    .offer = "SASL",
	    .most = 65536,
	    .strings = true },
	/* RFC 4643, section 2.4. */
	{ .proto = &proto_nntp,
	    .verb = "AUTHINFO SASL",
	    .offer = "SASL",
	    .empty = "=",
	    .most = 512,
	    .proof = 283,
	    .user = "AUTHINFO USER",
	    .pass = "AUTHINFO PASS" },
};

bool
saslway_needs_secret(const char *mechanism)
{
	return strcasecmp(mechanism, SASLWAY_OWN) == 0 ||
	    (sasl_needs(mechanism) & (SASL_PASSWORD | SASL_TOKEN)) != 0;
}

bool
saslway_reveals(const char *mechanism)
{
	return strcasecmp(mechanism, SASLWAY_OWN) == 0 ||
	    sasl_reveals(mechanism);
}

const struct saslway *
saslway_of(const struct proto *proto)
{
	size_t i;

	for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (ways[i].proto == proto)
			return &ways[i];
	}
	return NULL;
}

/* "AUTH PLAIN LOGIN", "AUTH=PLAIN": old servers of SMTP say both. */
void
saslway_offered(const struct saslway *w, const struct words *words,
    struct buf *to)
{
	size_t n = strlen(w->offer), i;
	const char *word;

	for (i = 0; (word = words_at(words, i)) != NULL; i++) {
		if (!text_begins(word, strlen(word), w->offer) ||
		    (word[n] != ' ' && word[n] != '='))
			continue;
		if (to->len > 0)
			buf_adds(to, " ");
		buf_adds(to, word + n + 1);
	}
}

bool
saslway_lists(const char *offered, const char *mechanism)
{
	size_t len = strlen(offered), at, n;

	for (at = 0; at < len; at += n) {
		at += text_blanks(offered + at, len - at);
		n = text_word(offered + at, len - at);
		if (text_is(offered + at, n, mechanism))
			return true;
	}
	return false;
}

bool
saslway_early(const struct saslway *w, const struct words *words)
{
	const char *p = w->early;
	char name[32];
	size_t n;

	for (; p != NULL && *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		memcpy(name, p, n);
		name[n] = '\0';
		if (words_have(words, name))
			return true;
	}
	return w->early == NULL;
}

/* A string of ManageSieve that needs no escapes. */
static void
add_string(struct buf *to, const struct buf *text)
{
	if (text->len > STRING_MOST)
		buf_addf(to, "{%zu+}\r\n", text->len);
	else
		buf_adds(to, "\"");
	buf_add(to, buf_bytes(text), text->len);
	if (text->len <= STRING_MOST)
		buf_adds(to, "\"");
}

static void
add_response(const struct saslway *w, const struct buf *response,
    const char *empty, struct buf *to)
{
	struct buf text = { 0 };

	text_base64(&text, buf_bytes(response), response->len);
	if (w->strings)
		add_string(to, &text);
	else if (text.len == 0)
		buf_adds(to, empty);
	else
		buf_add(to, buf_bytes(&text), text.len);
	buf_free(&text);
}

bool
saslway_begin(const struct saslway *w, const char *mechanism,
    const struct buf *first, struct buf *to)
{
	struct buf line = { 0 };
	/* The line's end, and a tag. */
	size_t around = w->proto->tagged ? 2 + TAG_MOST : 2;
	bool fits;

	buf_addf(&line, w->strings ? "%s \"%s\"" : "%s %s", w->verb, mechanism);
	if (first != NULL) {
		buf_adds(&line, " ");
		/* In the command nothing would be none. */
		add_response(w, first, "=", &line);
	}
	fits = first == NULL || line.len + around <= w->most;
	if (fits)
		buf_add(to, buf_bytes(&line), line.len);
	buf_free(&line);
	return fits;
}

void
saslway_respond(const struct saslway *w, const struct buf *response,
    struct buf *to)
{
	add_response(w, response, w->empty == NULL ? "" : w->empty, to);
}

const char *
saslway_cancel(const struct saslway *w)
{
	return w->strings ? "\"*\"" : "*";
}

/* Base64, with blanks around it, or "=" for nothing. */
static int
decode(const char *p, size_t n, struct buf *to)
{
	size_t blanks = text_blanks(p, n);

	p += blanks;
	n -= blanks;
	while (n > 0 &&
	    (p[n - 1] == ' ' || p[n - 1] == '\t' || p[n - 1] == '\r' ||
		p[n - 1] == '\n'))
		n--;
	if (n == 1 && p[0] == '=')
		return 0;
	return text_unbase64(to, p, n);
}

/* A string, quoted or a literal, that begins here: decoded. */
static int
decode_string(const char *p, size_t n, struct buf *to)
{
	const char *end = memchr(p, '\n', n);
	uint64_t octets;
	size_t line;
	bool now;

	if (n > 0 && p[0] == '"') {
		end = memchr(p + 1, '"', n - 1);
		return end == NULL ? -1 :
				     decode(p + 1, (size_t)(end - p) - 1, to);
	}
	if (end == NULL || p[0] != '{')
		return -1;
	line = (size_t)(end - p);
	if (line > 0 && p[line - 1] == '\r')
		line--;
	if (!literal_ends(p, line, &octets, &now))
		return -1;
	end++;
	if (octets > n - (size_t)(end - p))
		return -1;
	return decode(end, (size_t)octets, to);
}

/* Where the last line of a reply begins. */
static size_t
last_line(const char *p, size_t n)
{
	size_t at = n;

	while (at > 0 && (p[at - 1] == '\n' || p[at - 1] == '\r'))
		at--;
	while (at > 0 && p[at - 1] != '\n')
		at--;
	return at;
}

int
saslway_challenge(const struct saslway *w, const char *p, size_t n,
    struct buf *to)
{
	size_t at = last_line(p, n);

	if (w->strings)
		return decode_string(p, n, to);
	at += text_word(p + at, n - at);
	return decode(p + at, n - at, to);
}

/* 'OK (SASL "base64") "text"' (RFC 5804, section 1.3). */
static int
proof_string(const char *p, size_t n, struct buf *to)
{
	static const char code[] = "(SASL ";
	size_t at = text_word(p, n);

	at += text_blanks(p + at, n - at);
	if (!text_begins(p + at, n - at, code))
		return 0;
	at += sizeof code - 1;
	return decode_string(p + at, n - at, to) < 0 ? -1 : 1;
}

int
saslway_proof(const struct saslway *w, const char *p, size_t n, struct buf *to)
{
	if (w->strings)
		return proof_string(p, n, to);
	/* The code and one blank are all that reply_code looks at. */
	if (w->proof == 0 || n < 4 || reply_code(p, 4) != w->proof)
		return 0;
	return saslway_challenge(w, p, n, to) < 0 ? -1 : 1;
}

/* "text" as IMAP has it, or octets where that cannot be (RFC 9051, 4.3). */
static void
add_quoted(struct buf *to, const char *text)
{
	const char *p = text;

	while (*p != '\0' && (unsigned char)*p < 0x80)
		p++;
	if (*p != '\0') {
		buf_addf(to, " {%zu}\r\n", strlen(text));
		buf_adds(to, text);
		return;
	}
	buf_adds(to, " \"");
	for (p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_adds(to, "\\");
		buf_add(to, p, 1);
	}
	buf_adds(to, "\"");
}

void
saslway_own(const struct saslway *w, const char *user, const char *password,
    struct buf *to)
{
	if (w->user == NULL) {
		buf_adds(to, w->pass);
		add_quoted(to, user);
		add_quoted(to, password);
		return;
	}
	buf_addf(to, "%s ", w->user);
	buf_adds(to, user);
	buf_addf(to, "\r\n%s ", w->pass);
	buf_adds(to, password);
}
