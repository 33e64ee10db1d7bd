/* SPDX-License-Identifier: ISC */
/* xmpp.c - XMPP, to clients and between servers (RFC 6120).  Floor 4. */
#include <string.h>

#include "proto.h"
#include "text.h"
#include "words.h"
#include "xml.h"

#define NS_TLS "urn:ietf:params:xml:ns:xmpp-tls"
#define NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_STREAM "http://etherx.jabber.org/streams"

/* 5223 was first used before there was STARTTLS (XEP-0368). */
static const struct scheme schemes[] = {
	{ "xmpp", 5222, false },
	{ "xmpps", 5223, true },
	{ NULL, 0, false },
};

static const struct scheme server_schemes[] = {
	{ "xmpp-server", 5269, false },
	{ "xmpps-server", 5270, true },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "<stream:stream",
	    "<stream:stream to='host' version='1.0' xmlns='jabber:client' "
	    "xmlns:stream='" NS_STREAM "'>",
	    "open a stream, and ask what the server can do", "RFC 6120, 4.2",
	    " to='", VERB_HELLO },
	{ "</stream:stream>", "</stream:stream>", "close the stream",
	    "RFC 6120, 4.4", NULL, VERB_END },
	{ "<starttls", "<starttls xmlns='" NS_TLS "'/>", "begin TLS",
	    "RFC 6120, 5.4.2.1", " xmlns='" NS_TLS "'/>", VERB_UPGRADE },
	{ "<auth", "<auth xmlns='" NS_SASL "' mechanism='PLAIN'>base64</auth>",
	    "log in", "RFC 6120, 6.4.2", " xmlns='" NS_SASL "' mechanism='",
	    VERB_SECRET | VERB_CHALLENGE },
	{ "<response", "<response xmlns='" NS_SASL "'>base64</response>",
	    "answer a challenge", "RFC 6120, 6.4.3", " xmlns='" NS_SASL "'>",
	    VERB_SECRET | VERB_CHALLENGE },
	{ "<abort", "<abort xmlns='" NS_SASL "'/>", "give up logging in",
	    "RFC 6120, 6.4.4", " xmlns='" NS_SASL "'/>", 0 },
	{ "<iq", "<iq type='get' id='1'>...</iq>",
	    "ask for something, or set it", "RFC 6120, 8.2.3", " type='", 0 },
	{ "<message", "<message to='user@host'><body>text</body></message>",
	    "say something to somebody", "RFC 6120, 8.2.1", " to='", 0 },
	{ "<presence", "<presence/>", "say that you are there",
	    "RFC 6120, 8.2.2", NULL, 0 },
	{ .word = NULL },
};

/* What a line of ours asks for: the shape of the answer. */
enum {
	ASKS_NOTHING = 0,
	ASKS_STREAM = 1 << 0,
	ASKS_TLS = 1 << 1,
	ASKS_SASL = 1 << 2,
	ASKS_IQ = 1 << 3,
	ASKS_END = 1 << 4
};

static const struct {
	const char *name;
	unsigned char shape;
} asks[] = {
	{ "<stream:stream", ASKS_STREAM },
	{ "</stream:stream>", ASKS_END },
	{ "<starttls", ASKS_TLS },
	{ "<auth", ASKS_SASL },
	{ "<response", ASKS_SASL },
	{ "<abort", ASKS_SASL },
	{ "<iq", ASKS_IQ },
};

/* What answers, beside <iq>, and how. */
static const struct answer {
	const char *name;
	unsigned char shapes;
	enum reply_class class;
	bool opens; /* the reply goes on behind this element */
	bool closes;
} answers[] = {
	{ "?xml", ASKS_STREAM, CLASS_OK, true, false },
	{ "stream:stream", ASKS_STREAM, CLASS_OK, true, false },
	{ "stream:features", ASKS_STREAM, CLASS_OK, false, false },
	{ "proceed", ASKS_TLS, CLASS_OK, false, false },
	{ "failure", ASKS_TLS | ASKS_SASL, CLASS_PERMANENT, false, false },
	{ "challenge", ASKS_SASL, CLASS_MORE, false, false },
	{ "success", ASKS_SASL, CLASS_OK, false, false },
	{ "stream:error", 0xff, CLASS_PERMANENT, false, true },
	{ "/stream:stream", ASKS_END, CLASS_OK, false, true },
};

/* What is kept of an element while its pieces come, beside its class. */
enum {
	KEPT_CLASS = 7,
	KEPT_ASIDE = 1 << 3,
	KEPT_CLOSES = 1 << 4,
	KEPT_OPENS = 1 << 5,
	KEPT_STRAY = 1 << 6, /* an error, but not of the oldest question */
	KEPT_PROCEED = 1 << 7
};

/* Before the server's version 1.0 there were no features. */
static bool
is_old(const struct xml_tag *tag)
{
	size_t len;

	return xml_tag_is(tag, "stream:stream") &&
	    xml_attribute(tag, "version", &len) == NULL;
}

/* An <iq> with an answer to ours has the same id. */
static int
judge_iq(const struct asked *a, const struct xml_tag *tag)
{
	bool error = xml_attribute_is(tag, "type", "error");
	size_t len;
	const char *id = xml_attribute(tag, "id", &len);

	if (id == NULL || a->shape != ASKS_IQ || len != a->tag_len ||
	    memcmp(id, a->tag, len < TAG_MOST ? len : TAG_MOST) != 0)
		return KEPT_ASIDE;
	if (error)
		return CLASS_PERMANENT;
	return xml_attribute_is(tag, "type", "result") ? CLASS_OK : KEPT_ASIDE;
}

/* An element begins: what is it? */
static int
judge_element(const struct asked *a, const struct xml_tag *tag)
{
	unsigned shape = a->hidden ? (unsigned)ASKS_SASL : a->shape;
	size_t i;

	if (xml_tag_is(tag, "iq"))
		return judge_iq(a, tag);
	if ((xml_tag_is(tag, "message") || xml_tag_is(tag, "presence")) &&
	    xml_attribute_is(tag, "type", "error"))
		return KEPT_STRAY | CLASS_PERMANENT;
	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		const struct answer *answer = &answers[i];
		int kept = answer->closes ? KEPT_CLOSES : 0;

		if (!xml_tag_is(tag, answer->name))
			continue;
		if ((answer->shapes & shape) == 0 && answer->shapes != 0xff)
			return kept | KEPT_ASIDE;
		if (answer->opens && !is_old(tag))
			kept |= KEPT_OPENS;
		if (xml_tag_is(tag, "proceed") &&
		    xml_attribute_is(tag, "xmlns", NS_TLS))
			kept |= KEPT_PROCEED;
		return kept | (int)answer->class;
	}
	return KEPT_ASIDE;
}

static struct judged
xmpp_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct xml x = { h->step, h->flags };
	struct xml_tag tag = { 0 };
	struct judged j = { 0 };

	if (x.state == 0)
		tag = xml_tag(line, len);
	if (x.state == 0 && x.depth == 0) {
		/* Text between elements is nothing. */
		if (tag.at == NULL)
			return j;
		h->code = judge_element(a, &tag);
		/* A stream is open as long as the connection. */
		if (xml_tag_is(&tag, "stream:stream"))
			x.depth = -1;
	}
	xml_feed(&x, line, len);
	if (x.depth < 0 && x.state == 0)
		x.depth = 0;
	h->step = x.depth;
	h->flags = x.state;
	j.class = (enum reply_class)(h->code & KEPT_CLASS);
	j.aside = (h->code & KEPT_ASIDE) != 0;
	j.more = x.depth != 0 || x.state != 0 || (h->code & KEPT_OPENS) != 0;
	j.closes = (h->code & KEPT_CLOSES) != 0 && !j.more;
	/* What ends as the go-ahead does has to begin like it. */
	if (xml_tag_is(&tag, "/proceed") && (h->code & KEPT_PROCEED) == 0)
		j.code = 1;
	if ((h->code & KEPT_STRAY) != 0) {
		j.tag = " ";
		j.tag_len = 1;
	}
	return j;
}

/* RFC 6120, 5.4.2.3: this element, of this namespace. */
static bool
xmpp_agrees(const struct asked *a, const char *line, size_t len)
{
	struct xml_tag tag = xml_tag(line, len);

	(void)a;
	if (tag.at != line || tag.len != len)
		return false;
	if (text_is(line, len, "</proceed>"))
		return true;
	return xml_tag_is(&tag, "proceed") && xml_tag_is_empty(&tag) &&
	    xml_attribute_is(&tag, "xmlns", NS_TLS);
}

static void
xmpp_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	struct xml_tag tag = xml_tag(line, len);

	(void)j;
	if (a->shape != ASKS_STREAM)
		return;
	if (xml_tag_is(&tag, "stream:stream"))
		words_clear(w);
	else if (xml_tag_is(&tag, "starttls"))
		words_add(w, tag.at, tag.len);
}

/* Behind blanks and "<?xml version='1.0'?>". */
static size_t
xmpp_verb_at(const char *line, size_t len)
{
	size_t at = text_blanks(line, len);
	struct xml_tag tag = xml_tag(line + at, len - at);

	if (tag.at == line + at && xml_tag_is(&tag, "?xml"))
		at += tag.len;
	return at + text_blanks(line + at, len - at);
}

/* The engine knows the verb where a blank follows it, not in "<auth>". */
static void
find_verb(struct asked *a, const struct xml_tag *tag)
{
	const struct verb *v;

	for (v = verbs; v->word != NULL; v++) {
		size_t n = strcspn(v->word, ">") - 1;

		if (tag->name_len == n &&
		    memcmp(tag->name, v->word + 1, n) == 0) {
			a->verb = v;
			a->flags = v->flags;
		}
	}
}

/* Where the text of the first element begins that must not be kept. */
static size_t
secret_at(const struct asked *a, const struct xml_tag *tag, const char *line,
    size_t len)
{
	static const char *const elements[] = { "<password>",
		"<initial-response>" };
	size_t at = (size_t)(tag->at - line) + tag->len;
	size_t i;

	if ((a->flags & VERB_SECRET) != 0 && at < len && line[at] != '<' &&
	    !text_begins(line + at, len - at, "=<"))
		return at;
	for (i = 0; i < sizeof elements / sizeof elements[0]; i++) {
		size_t n = strlen(elements[i]);
		const char *found = memmem(line, len, elements[i], n);

		if (found != NULL)
			return (size_t)(found - line) + n;
	}
	return len;
}

/* What is asked by an <iq>: an answer with the same id. */
static void
ask_iq(struct asked *a, const struct xml_tag *tag)
{
	size_t len;
	const char *id = xml_attribute(tag, "id", &len);

	if (id == NULL ||
	    (!xml_attribute_is(tag, "type", "get") &&
		!xml_attribute_is(tag, "type", "set"))) {
		a->shape = ASKS_NOTHING;
		return;
	}
	a->tag_len = len;
	memcpy(a->tag, id, len < TAG_MOST ? len : TAG_MOST);
}

/* A line that begins an element. */
static void
ask_first(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t at = xmpp_verb_at(line, len), i;
	struct xml_tag tag = xml_tag(line + at, len - at);

	if (tag.at != NULL)
		find_verb(a, &tag);
	for (i = 0; i < sizeof asks / sizeof asks[0]; i++) {
		if (a->verb != NULL && strcmp(a->verb->word, asks[i].name) == 0)
			a->shape = asks[i].shape;
	}
	if (a->shape == ASKS_IQ)
		ask_iq(a, &tag);
	if (tag.at != NULL)
		w->secret = secret_at(a, &tag, line, len);
	w->silent = a->shape == ASKS_NOTHING;
	/* RFC 6120, 5.3.1 and 6.3.5: no blanks until the answer. */
	w->bare = a->shape == ASKS_TLS || a->shape == ASKS_SASL;
}

static void
xmpp_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	struct xml x = { 0 };

	if (a->hidden)
		return;
	if (w->more) {
		x.depth = (int)(w->said >> 4) - 1;
		x.state = w->said & 15;
		if ((a->flags & VERB_SECRET) != 0)
			w->secret = 0;
	} else {
		ask_first(a, w, line, len);
		if (a->shape == ASKS_STREAM)
			x.depth = -1;
	}
	xml_feed(&x, line, len);
	w->more = x.depth > 0 || x.state != 0;
	w->said = (unsigned)(x.depth < 0 ? 0 : x.depth + 1) << 4 | x.state;
}

/* The server speaks second, but may be told by its first element. */
static int
greets(const char *line, size_t len, const char *ns)
{
	struct xml_tag tag = xml_tag(line, len);

	if (xml_tag_is(&tag, "?xml")) {
		size_t used = (size_t)(tag.at - line) + tag.len;

		tag = xml_tag(line + used, len - used);
	}
	if (!xml_tag_is(&tag, "stream:stream"))
		return 0;
	return xml_attribute_is(&tag, "xmlns", ns) ? 2 : 1;
}

static int
xmpp_greets(const char *line, size_t len)
{
	return greets(line, len, "jabber:client");
}

static int
server_greets(const char *line, size_t len)
{
	return greets(line, len, "jabber:server");
}

const struct proto proto_xmpp = {
	.name = "xmpp",
	.title = "Extensible Messaging and Presence Protocol",
	.marks = true,
	.schemes = schemes,
	.verbs = verbs,
	.judge = xmpp_judge,
	.ask = xmpp_ask,
	.greets = xmpp_greets,
	.agrees = xmpp_agrees,
	.verb_at = xmpp_verb_at,
	.learn = xmpp_learn,
	.hello = "<stream:stream to='%h' version='1.0' xmlns='jabber:client' "
		 "xmlns:stream='" NS_STREAM "'>",
	.upgrade = "<starttls xmlns='" NS_TLS "'/>",
	.offer = "<starttls",
	.quit = "</stream:stream>",
	.cut = '>',
	.mute = true,
};

const struct proto proto_xmpp_server = {
	.name = "xmpp-server",
	.title = "XMPP between servers",
	.marks = true,
	.schemes = server_schemes,
	.verbs = verbs,
	.judge = xmpp_judge,
	.ask = xmpp_ask,
	.greets = server_greets,
	.agrees = xmpp_agrees,
	.verb_at = xmpp_verb_at,
	.learn = xmpp_learn,
	.hello = "<stream:stream from='%o' to='%h' version='1.0' "
		 "xmlns='jabber:server' xmlns:stream='" NS_STREAM "'>",
	.upgrade = "<starttls xmlns='" NS_TLS "'/>",
	.offer = "<starttls",
	.quit = "</stream:stream>",
	.cut = '>',
	.mute = true,
};
