/* SPDX-License-Identifier: ISC */
/* memcached.c - memcached's text protocol (its protocol.txt).  Floor 4. */
#include <string.h>

#include "proto.h"
#include "text.h"

static const struct scheme schemes[] = {
	{ "memcached", 11211, false },
	{ NULL, 0, false },
};

/* How a command looks beside its verb; asked.shape. */
enum {
	IS_OTHER,
	IS_STORAGE, /* key flags exptime bytes [noreply], then the data */
	IS_CAS,     /* key flags exptime bytes unique [noreply] */
	IS_QUIET,   /* "noreply" at the end: none */
	IS_META,    /* a flag "q": none that says only that all is well */
	IS_META_SET,
	IS_META_END /* mn: behind those with "q" */
};

#define STORAGE "key flags exptime octets [noreply]"

static const struct verb verbs[] = {
	{ "set", "set " STORAGE, "store the line behind it",
	    "protocol.txt, Storage commands", NULL, 0 },
	{ "add", "add " STORAGE, "store it where there is nothing yet",
	    "protocol.txt, Storage commands", NULL, 0 },
	{ "replace", "replace " STORAGE, "store it where there is something",
	    "protocol.txt, Storage commands", NULL, 0 },
	{ "append", "append " STORAGE, "put it behind what is there",
	    "protocol.txt, Storage commands", NULL, 0 },
	{ "prepend", "prepend " STORAGE, "put it before what is there",
	    "protocol.txt, Storage commands", NULL, 0 },
	{ "cas", "cas key flags exptime octets unique [noreply]",
	    "store it if nobody did since gets",
	    "protocol.txt, Storage commands", NULL, 0 },
	{ "get", "get key ...", "values of keys", "protocol.txt, Retrieval",
	    NULL, VERB_AHEAD },
	{ "gets", "gets key ...", "values, with the number that cas wants",
	    "protocol.txt, Retrieval", NULL, VERB_AHEAD },
	{ "gat", "gat exptime key ...", "values, and a new time to live",
	    "protocol.txt, Get And Touch", NULL, VERB_AHEAD },
	{ "gats", "gats exptime key ...", "gat with the number for cas",
	    "protocol.txt, Get And Touch", NULL, VERB_AHEAD },
	{ "delete", "delete key [noreply]", "forget a value",
	    "protocol.txt, Deletion", NULL, VERB_AHEAD },
	{ "incr", "incr key n [noreply]", "add n to a number",
	    "protocol.txt, Increment/Decrement", NULL, VERB_AHEAD },
	{ "decr", "decr key n [noreply]", "take n from a number",
	    "protocol.txt, Increment/Decrement", NULL, VERB_AHEAD },
	{ "touch", "touch key exptime [noreply]", "a new time to live",
	    "protocol.txt, Touch", NULL, VERB_AHEAD },
	{ "mg", "mg key flag ...", "meta get", "protocol.txt, Meta Get", NULL,
	    VERB_AHEAD },
	{ "ms", "ms key octets flag ...", "meta set: the data follow",
	    "protocol.txt, Meta Set", NULL, 0 },
	{ "md", "md key flag ...", "meta delete", "protocol.txt, Meta Delete",
	    NULL, VERB_AHEAD },
	{ "ma", "ma key flag ...", "meta arithmetic",
	    "protocol.txt, Meta Arithmetic", NULL, VERB_AHEAD },
	{ "me", "me key", "what is known of an item",
	    "protocol.txt, Meta Debug", NULL, VERB_AHEAD },
	{ "mn", "mn", "do nothing, but answer: the end of quiet ones",
	    "protocol.txt, Meta No-Op", NULL, VERB_AHEAD },
	{ "stats", "stats [items|slabs|sizes|settings|conns|reset|detail ...]",
	    "counters", "protocol.txt, Statistics", NULL, VERB_AHEAD },
	{ "lru_crawler", "lru_crawler metadump all", "walk through all items",
	    "protocol.txt, LRU Crawler", NULL, 0 },
	{ "slabs", "slabs reassign from to", "move memory between sizes",
	    "protocol.txt, Slabs Reassign", NULL, 0 },
	{ "watch", "watch fetchers|mutations|evictions",
	    "have log lines sent from now on", "protocol.txt, Watchers", NULL,
	    0 },
	{ "flush_all", "flush_all [seconds] [noreply]", "forget everything",
	    "protocol.txt, Other commands", NULL, VERB_AHEAD },
	{ "cache_memlimit", "cache_memlimit megabytes [noreply]",
	    "how much may be kept", "protocol.txt, Other commands", NULL, 0 },
	{ "verbosity", "verbosity level [noreply]", "how much it logs",
	    "protocol.txt, Other commands", NULL, VERB_AHEAD },
	{ "version", "version", "the server's version",
	    "protocol.txt, Other commands", NULL, VERB_AHEAD },
	{ "shutdown", "shutdown [graceful]", "end the server, if it lets you",
	    "protocol.txt, Other commands", NULL, 0 },
	{ "quit", "quit", "close; the server does not answer",
	    "protocol.txt, Other commands", NULL, VERB_END },
	{ .word = NULL },
};

/* The verbs that are more than a line each way. */
static const struct {
	const char *word;
	unsigned char shape;
} shapes[] = {
	{ "set", IS_STORAGE },
	{ "add", IS_STORAGE },
	{ "replace", IS_STORAGE },
	{ "append", IS_STORAGE },
	{ "prepend", IS_STORAGE },
	{ "cas", IS_CAS },
	{ "delete", IS_QUIET },
	{ "incr", IS_QUIET },
	{ "decr", IS_QUIET },
	{ "touch", IS_QUIET },
	{ "flush_all", IS_QUIET },
	{ "cache_memlimit", IS_QUIET },
	{ "verbosity", IS_QUIET },
	{ "mg", IS_META },
	{ "md", IS_META },
	{ "ma", IS_META },
	{ "ms", IS_META_SET },
	{ "mn", IS_META_END },
};

/* A key is not longer, and a line not of more words that matter. */
enum { KEY_MOST = 250, WORDS = 24 };

struct word {
	const char *p;
	size_t len;
};

/* Cut a line at its blanks; returns how many words there are. */
static size_t
cut(struct word *words, const char *line, size_t len)
{
	size_t n = 0, at = 0;

	for (;;) {
		while (at < len && line[at] == ' ')
			at++;
		if (at == len || n == WORDS)
			return n;
		words[n].p = line + at;
		while (at < len && line[at] != ' ')
			at++;
		words[n].len = (size_t)(line + at - words[n].p);
		n++;
	}
}

/* Unlike text_is: memcached's words are in lower case. */
static bool
is(const struct word *w, const char *word)
{
	return w->len == strlen(word) && memcmp(w->p, word, w->len) == 0;
}

/* Octets of data and the line end behind them; 0: not a number it takes. */
static uint64_t
data_octets(const struct word *key, const struct word *w)
{
	uint64_t n;

	return key->len <= KEY_MOST && text_octets(w->p, w->len, &n) == 0 &&
		n < INT32_MAX - 1 ?
	    n + 2 :
	    0;
}

static bool
is_number(const struct word *w, bool sign)
{
	size_t skip = sign && w->len > 1 && w->p[0] == '-' ? 1 : 0;
	uint64_t n;

	return text_octets(w->p + skip, w->len - skip, &n) == 0;
}

/*
 * The data are taken only behind a command in good order: otherwise the
 * server reads them as the next command.
 */
static void
ask_storage(struct wants *w, const struct word *words, size_t n, size_t least)
{
	if (n < least || n > least + 1 || !is_number(&words[2], false) ||
	    !is_number(&words[3], true) ||
	    (least == 6 && !is_number(&words[5], false)))
		return;
	w->octets = data_octets(&words[1], &words[4]);
	w->literal = w->octets > 0;
	w->silent = w->literal && is(&words[n - 1], "noreply");
}

static void
ask_meta(struct asked *a, struct wants *w, const struct word *words, size_t n)
{
	size_t i;

	if (a->shape == IS_META_SET && n > 2) {
		w->octets = data_octets(&words[1], &words[2]);
		w->literal = w->octets > 0;
	}
	for (i = a->shape == IS_META_SET ? 3 : 2; i < n; i++)
		w->silent |= is(&words[i], "q");
}

static void
memcached_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	struct word words[WORDS];
	size_t n = cut(words, line, len);
	size_t i;

	w->more = false;
	for (i = 0; n > 0 && i < sizeof shapes / sizeof shapes[0]; i++) {
		if (is(&words[0], shapes[i].word))
			a->shape = shapes[i].shape;
	}
	if (a->shape == IS_STORAGE || a->shape == IS_CAS)
		ask_storage(w, words, n, a->shape == IS_CAS ? 6 : 5);
	else if (a->shape == IS_META || a->shape == IS_META_SET)
		ask_meta(a, w, words, n);
	else if (a->shape == IS_QUIET)
		w->silent = n > 1 && is(&words[n - 1], "noreply");
	else if (n > 0 && is(&words[0], "quit"))
		w->silent = true;
}

/* Lines of the server by their first word. */
static const struct answer {
	const char *word;
	enum reply_class class;
	bool more;            /* another line follows */
	unsigned char octets; /* the word that counts octets; 0: none */
} answers[] = {
	{ "VALUE", CLASS_OK, true, 3 },
	{ "VA", CLASS_OK, false, 1 },
	{ "END", CLASS_OK, false, 0 },
	{ "STAT", CLASS_OK, true, 0 },
	{ "ITEM", CLASS_OK, true, 0 },
	{ "PREFIX", CLASS_OK, true, 0 },
	{ "STORED", CLASS_OK, false, 0 },
	/* These are said not to be errors, but nothing was done. */
	{ "NOT_STORED", CLASS_MORE, false, 0 },
	{ "EXISTS", CLASS_MORE, false, 0 },
	{ "NOT_FOUND", CLASS_MORE, false, 0 },
	{ "EN", CLASS_MORE, false, 0 },
	{ "NF", CLASS_MORE, false, 0 },
	{ "NS", CLASS_MORE, false, 0 },
	{ "EX", CLASS_MORE, false, 0 },
	{ "ERROR", CLASS_PERMANENT, false, 0 },
	{ "ERROR:", CLASS_PERMANENT, false, 0 },
	{ "Error", CLASS_PERMANENT, false, 0 },
	{ "CLIENT_ERROR", CLASS_PERMANENT, false, 0 },
	{ "SERVER_ERROR", CLASS_TRANSIENT, false, 0 },
	{ "BUSY", CLASS_TRANSIENT, false, 0 },
};

static void
judge_octets(struct judged *j, const struct word *words, size_t n, size_t which)
{
	uint64_t octets;

	if (n <= which ||
	    text_octets(words[which].p, words[which].len, &octets) < 0)
		return;
	j->octets = octets + 2;
	j->ends = !j->more;
	j->more = true;
}

static const struct answer *
answer_of(const struct word *w)
{
	static const struct answer other = { "", CLASS_OK, false, 0 };
	static const struct answer item = { "", CLASS_OK, true, 0 };
	size_t i;

	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		if (is(w, answers[i].word))
			return &answers[i];
	}
	/* An item of a list: "key=a exp=...". */
	return w->len > 4 && memcmp(w->p, "key=", 4) == 0 ? &item : &other;
}

/* Replies to quiet commands come before that to mn, and belong to it. */
static void
judge_quiet(struct hold *h, struct judged *j, const struct word *first)
{
	if (h->step < (int)j->class)
		h->step = (int)j->class;
	if (is(first, "MN")) {
		j->class = (enum reply_class)h->step;
		h->step = 0;
	} else {
		j->more = true;
	}
}

static struct judged
memcached_judge(struct hold *h, const struct asked *a, const char *line,
    size_t len)
{
	struct word words[WORDS] = { { line, 0 } };
	size_t n = cut(words, line, len);
	const struct answer *answer = answer_of(&words[0]);
	struct judged j = { .class = answer->class,
		.more = answer->more,
		.word = words[0].p,
		.word_len = words[0].len };

	/* A line of the log that watch asked for. */
	if (words[0].len > 3 && memcmp(words[0].p, "ts=", 3) == 0) {
		j.class = CLASS_NONE;
		j.aside = true;
		return j;
	}
	/* What does not fit today does not fit tomorrow. */
	if (text_begins(line, len, "SERVER_ERROR object too large"))
		j.class = CLASS_PERMANENT;
	if (a->shape == IS_META_END)
		judge_quiet(h, &j, &words[0]);
	if (answer->octets > 0)
		judge_octets(&j, words, n, answer->octets);
	return j;
}

const struct proto proto_memcached = {
	.name = "memcached",
	.title = "memcached's text protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = memcached_judge,
	.ask = memcached_ask,
	.quit = "quit",
	.mute = true,
};
