/* SPDX-License-Identifier: ISC */
/* redis.c - Redis: RESP2 and RESP3, inline commands.  Floor 4. */
#include <string.h>

#include "buf.h"
#include "proto.h"
#include "redisverbs.h"
#include "text.h"

static const struct scheme schemes[] = {
	{ "redis", 6379, false },
	{ "rediss", 6379, true },
	{ NULL, 0, false },
};

/* What is special about a command; asked.shape. */
enum {
	IS_ORDINARY,
	IS_SUBSCRIBE,   /* as many replies as channels: asked.size */
	IS_UNSUBSCRIBE, /* from all of them: until none is left */
	IS_MONITOR,
	IS_STREAM, /* no RESP comes any more (SYNC) */
	IS_ARRAY,  /* "*2": a command in RESP, asked.size values of it left */
	IS_VALUE   /* ... and behind the octets of one */
};

/* What our lines have said; wants.said. */
enum { NO_REPLIES = 1 << 0, SKIP_REPLY = 1 << 1 };

/* hold.step: what the next line of the server is. */
enum {
	AT_REPLY,
	IN_REPLY,   /* a value of it; hold.code is its worst class so far */
	IN_ASIDE,   /* a value of a message that nobody asked for */
	AT_KIND,    /* "$9", and then "subscribe" or "message" */
	IN_KIND,    /* ... */
	IN_MESSAGE, /* a value of one that came before the confirmation */
	IN_CONFIRM, /* ... of the confirmation; hold.code are to come */
	IN_CONFIRM_PATTERN,
	IN_CONFIRM_SHARD
};

/* hold.flags: subscriptions to channels and to patterns, and two modes. */
enum {
	COUNT_MASK = 0x7fff,
	PATTERN_SHIFT = 15,
	HAS_MONITOR = 1 << 30,
	HAS_PUSHES = 1 << 29 /* RESP3: messages are marked as such */
};

/* Lines of ours. */

/* Words behind which secrets stand, and how many words further. */
static const struct secret {
	const char *verb, *word;
	size_t further;
} secrets[] = {
	{ "HELLO", "AUTH", 2 },
	{ "CONFIG SET", "requirepass", 1 },
	{ "CONFIG SET", "masterauth", 1 },
	{ "CONFIG SET", "tls-key-file-pass", 1 },
	{ "CONFIG SET", "tls-client-key-file-pass", 1 },
	{ "MIGRATE", "AUTH", 1 },
	{ "MIGRATE", "AUTH2", 2 },
};

/* Rules of ACL SETUSER that begin so are passwords or their digests. */
static bool
is_secret(const char *verb, const char *p, size_t n, size_t *further)
{
	size_t i;

	*further = 0;
	if (strcmp(verb, "ACL SETUSER") == 0 && n > 0 &&
	    (p[0] == '>' || p[0] == '<' || p[0] == '#' || p[0] == '!'))
		return true;
	for (i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		*further = secrets[i].further;
		if (strcmp(verb, secrets[i].verb) == 0 &&
		    text_is(p, n, secrets[i].word))
			return true;
	}
	return false;
}

static size_t
secret_at(const struct verb *verb, const char *line, size_t len)
{
	size_t at, n, further;
	size_t i = 1;

	/* The last argument; one in quotes may have blanks. */
	if (strcmp(verb->word, "AUTH") == 0) {
		at = text_nth(line, len, 1);
		n = text_nth(line, len, 2);
		return n == len || line[at] == '"' || line[at] == '\'' ? at : n;
	}
	while ((at = text_nth(line, len, i++)) < len) {
		n = text_word(line + at, len - at);
		if (is_secret(verb->word, line + at, n, &further))
			return at + text_nth(line + at, len - at, further);
	}
	return len;
}

static uint64_t
count_words(const char *line, size_t len)
{
	size_t at = text_blanks(line, len);
	uint64_t n = 0;

	for (; at < len; n++)
		at += text_nth(line + at, len - at, 1);
	return n;
}

/* "*2", "$4", "ECHO", "$2", "hi": a command as programs send it. */
static void
ask_array(struct asked *a, struct wants *w, const char *line, size_t len)
{
	if (a->shape == IS_VALUE) {
		a->shape = IS_ARRAY;
		w->more = --a->size > 0;
	} else if (len > 1 && line[0] == '$' &&
	    text_octets(line + 1, len - 1, &w->octets) == 0) {
		a->shape = IS_VALUE;
		w->literal = true;
	} else {
		w->more = false;
	}
}

/* Which commands have more replies than one, or none. */
static void
ask_verb(struct asked *a, struct wants *w, const char *line, size_t len)
{
	static const struct {
		const char *word;
		unsigned char shape;
	} shapes[] = {
		{ "SUBSCRIBE", IS_SUBSCRIBE },
		{ "PSUBSCRIBE", IS_SUBSCRIBE },
		{ "SSUBSCRIBE", IS_SUBSCRIBE },
		{ "UNSUBSCRIBE", IS_UNSUBSCRIBE },
		{ "PUNSUBSCRIBE", IS_UNSUBSCRIBE },
		{ "SUNSUBSCRIBE", IS_UNSUBSCRIBE },
		{ "MONITOR", IS_MONITOR },
		{ "SYNC", IS_STREAM },
		{ "PSYNC", IS_STREAM },
	};
	size_t i;

	for (i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		if (strcmp(a->verb->word, shapes[i].word) == 0)
			a->shape = shapes[i].shape;
	}
	if (a->shape == IS_SUBSCRIBE || a->shape == IS_UNSUBSCRIBE) {
		a->size = count_words(line, len) - 1;
		if (a->size > 0)
			a->shape = IS_SUBSCRIBE;
	}
	if ((a->flags & VERB_SECRET) != 0)
		w->secret = secret_at(a->verb, line, len);
	/* It closes; only when it cannot, there is an answer. */
	if (strcmp(a->verb->word, "SHUTDOWN") == 0)
		w->silent = true;
}

/* CLIENT REPLY says whether this and later commands are answered. */
static void
ask_replies(const struct asked *a, struct wants *w, const char *line,
    size_t len)
{
	size_t at = text_nth(line, len, 2);
	size_t n = text_word(line + at, len - at);
	bool says =
	    a->verb != NULL && strcmp(a->verb->word, "CLIENT REPLY") == 0;

	if (says && text_is(line + at, n, "ON"))
		w->said = 0;
	else if (says && text_is(line + at, n, "OFF"))
		w->said = NO_REPLIES;
	w->silent |= w->said != 0;
	w->said &= ~(unsigned)SKIP_REPLY;
	if (says && text_is(line + at, n, "SKIP")) {
		w->said |= SKIP_REPLY;
		w->silent = true;
	}
}

static void
redis_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	if (w->more) {
		ask_array(a, w, line, len);
		return;
	}
	ask_replies(a, w, line, len);
	if (len > 1 && line[0] == '*' && !w->silent) {
		a->shape = IS_ARRAY;
		w->more = text_octets(line + 1, len - 1, &a->size) == 0 &&
		    a->size > 0;
		w->silent =
		    text_is(line, len, "*0") || text_is(line, len, "*-1");
	} else if (a->verb != NULL) {
		ask_verb(a, w, line, len);
	}
	/* An empty line is passed over. */
	w->silent |= text_blanks(line, len) == len;
}

/* Lines of the server. */

static enum reply_class
class_of(const char *line, size_t len)
{
	static const char *const passing[] = { "-LOADING", "-BUSY", "-TRYAGAIN",
		"-MASTERDOWN", "-CLUSTERDOWN" };
	size_t n = text_word(line, len);
	size_t i;

	for (i = 0; i < sizeof passing / sizeof passing[0]; i++) {
		if (text_is(line, n, passing[i]))
			return CLASS_TRANSIENT;
	}
	return len > 0 && (line[0] == '-' || line[0] == '!') ? CLASS_PERMANENT :
							       CLASS_OK;
}

/* A value begins: it may hold others.  Returns the octets behind its line. */
static uint64_t
take_value(struct hold *h, const char *line, size_t len)
{
	uint64_t n = 0;

	h->left--;
	if (len < 2 || text_octets(line + 1, len - 1, &n) < 0)
		return 0;
	if (strchr("$=!", line[0]) != NULL)
		return n + 2;
	if (strchr("*~>%|", line[0]) == NULL)
		return 0;
	if (line[0] == '%' || line[0] == '|')
		n *= 2;
	/* Attributes come before the value that they belong to. */
	n += line[0] == '|';
	h->left = h->left > UINT64_MAX - n ? UINT64_MAX : h->left + n;
	return 0;
}

/* The last line of a confirmation: ":2" subscriptions are left. */
static bool
confirmed(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	unsigned channels = h->flags & COUNT_MASK;
	unsigned patterns = h->flags >> PATTERN_SHIFT & (COUNT_MASK >> 1);
	unsigned mine;
	uint64_t n = 0;

	if (len > 1)
		(void)text_octets(line + 1, len - 1, &n);
	if (h->step == IN_CONFIRM_SHARD)
		mine = (unsigned)n;
	else if (h->step == IN_CONFIRM)
		mine = channels = (unsigned)n - patterns;
	else
		mine = patterns = (unsigned)n - channels;
	h->flags &= HAS_MONITOR | HAS_PUSHES;
	h->flags |= (channels & COUNT_MASK) |
	    (patterns & (COUNT_MASK >> 1)) << PATTERN_SHIFT;
	if (a->shape == IS_UNSUBSCRIBE)
		h->code = mine > 0;
	else
		h->code--;
	return h->code <= 0;
}

/* A value of whatever goes on. */
static struct judged
judge_value(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = class_of(line, len), .more = true };
	int step = h->step;

	if (step == IN_REPLY && h->code < (int)j.class)
		h->code = (int)j.class;
	if (len > 0 && (line[0] == '-' || line[0] == '+')) {
		j.word = line + 1;
		j.word_len = text_word(line + 1, len - 1);
	}
	/* Of lines in between only errors are coloured. */
	if (j.class == CLASS_OK)
		j.class = CLASS_NONE;
	j.aside = step == IN_ASIDE;
	j.octets = take_value(h, line, len);
	if (h->left > 0)
		return j;
	if (step >= IN_CONFIRM) {
		j.more = !confirmed(h, a, line, len);
		j.class = CLASS_OK;
	} else if (step != IN_MESSAGE) {
		j.class =
		    step == IN_ASIDE ? CLASS_NONE : (enum reply_class)h->code;
		j.ends = j.octets > 0;
		j.more = j.ends;
		h->code = 0;
	}
	h->step = AT_REPLY;
	return j;
}

/* "subscribe": a confirmation, or else a message that came before it. */
static void
judge_kind(struct hold *h, const char *line, size_t len)
{
	static const struct {
		const char *word;
		int step;
	} kinds[] = {
		{ "subscribe", IN_CONFIRM },
		{ "unsubscribe", IN_CONFIRM },
		{ "psubscribe", IN_CONFIRM_PATTERN },
		{ "punsubscribe", IN_CONFIRM_PATTERN },
		{ "ssubscribe", IN_CONFIRM_SHARD },
		{ "sunsubscribe", IN_CONFIRM_SHARD },
	};
	size_t i;

	h->left--;
	h->step = h->left > 0 ? IN_MESSAGE : AT_REPLY;
	for (i = 0; h->left > 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
		if (text_is(line, len, kinds[i].word))
			h->step = kinds[i].step;
	}
}

/* What begins with this line: messages that nobody asked for, too. */
static int
begins(const struct hold *h, const struct asked *a, const char *line,
    size_t len)
{
	bool asks = a->shape == IS_SUBSCRIBE || a->shape == IS_UNSUBSCRIBE;
	bool subscribed = (h->flags & ~(unsigned)HAS_MONITOR) != 0 &&
	    (h->flags & HAS_PUSHES) == 0;

	if ((h->flags & HAS_MONITOR) != 0 && len > 1 && line[0] == '+' &&
	    line[1] >= '0' && line[1] <= '9')
		return IN_ASIDE;
	if (line[0] == '>')
		return asks ? AT_KIND : IN_ASIDE;
	if (line[0] == '*' && asks)
		return AT_KIND;
	/* In RESP2 only the answer to PING has two. */
	if (line[0] == '*' && subscribed && !text_is(line, len, "*2"))
		return IN_ASIDE;
	return IN_REPLY;
}

/* The first line of a reply, or of a part of one. */
static struct judged
judge_first(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = CLASS_NONE };

	if (len == 0 || strchr("+-:$*_#,(=!%~>|", line[0]) == NULL)
		return j;
	h->step = begins(h, a, line, len);
	h->left = 1;
	if (line[0] == '>')
		h->flags |= HAS_PUSHES;
	if (h->step == AT_KIND) {
		(void)take_value(h, line, len);
		if (h->code == 0)
			h->code = a->size > INT32_MAX ? INT32_MAX :
			    a->size == 0              ? 1 :
							(int)a->size;
		j.class = CLASS_OK;
		j.more = true;
		return j;
	}
	if (h->step == IN_REPLY)
		h->code = 0;
	j = judge_value(h, a, line, len);
	if (j.more && j.class == CLASS_NONE && !j.aside)
		j.class = CLASS_OK;
	return j;
}

static struct judged
redis_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = CLASS_NONE, .more = true };

	if (a->shape == IS_STREAM && len > 0 && line[0] != '-') {
		j.class = CLASS_OK;
		j.octets = OCTETS_TO_END;
		j.ends = true;
	} else if (h->step == AT_KIND) {
		h->step = IN_KIND;
	} else if (h->step == IN_KIND) {
		judge_kind(h, line, len);
	} else if (h->step != AT_REPLY) {
		j = judge_value(h, a, line, len);
	} else {
		j = judge_first(h, a, line, len);
		if (a->shape == IS_MONITOR && text_is(line, len, "+OK"))
			h->flags |= HAS_MONITOR;
		if (text_is(line, len, "+RESET"))
			h->flags = 0;
		j.closes = text_begins(line, len, "-ERR Protocol error") ||
		    text_begins(line, len, "-ERR max number of clients") ||
		    text_begins(line, len, "-DENIED");
	}
	return j;
}

/* What a person may not know: there is no value. */
static bool
redis_remark(const struct asked *a, const char *line, size_t len,
    struct buf *to)
{
	(void)a;
	if (!text_is(line, len, "$-1") && !text_is(line, len, "*-1") &&
	    !text_is(line, len, "_"))
		return false;
	buf_adds(to, "nil: there is no such value");
	return true;
}

const struct proto proto_redis = {
	.name = "redis",
	.title = "Redis Serialization Protocol",
	.marks = true,
	.schemes = schemes,
	.verbs = redis_verbs,
	.judge = redis_judge,
	.ask = redis_ask,
	.remark = redis_remark,
	.quit = "QUIT",
	.mute = true,
};
