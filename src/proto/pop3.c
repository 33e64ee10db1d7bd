/* SPDX-License-Identifier: ISC */
/* pop3.c - the Post Office Protocol (RFC 1939, 2449, 2595, 5034).  Floor 4. */
#include <string.h>

#include "proto.h"
#include "text.h"
#include "words.h"

static const struct scheme schemes[] = {
	{ "pop3", 110, false },
	{ "pop3s", 995, true },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "USER", "USER name", "whose mailbox", "RFC 1939, 7", NULL,
	    VERB_AHEAD },
	{ "PASS", "PASS password", "the password behind USER", "RFC 1939, 7",
	    NULL, VERB_SECRET },
	{ "APOP", "APOP name digest",
	    "whose mailbox, and MD5 of the greeting's <...> and the password",
	    "RFC 1939, 7", NULL, VERB_SECRET },
	{ "AUTH", "AUTH [mechanism [initial response in base64]]",
	    "say who you are; alone: which mechanisms there are", "RFC 5034, 4",
	    NULL, VERB_CHALLENGE | VERB_SECRET },
	{ "STLS", "STLS", "go on under TLS", "RFC 2595, 4", NULL,
	    VERB_UPGRADE },
	{ "CAPA", "CAPA", "what the server can do", "RFC 2449, 5", NULL,
	    VERB_HELLO },
	{ "STAT", "STAT", "how many messages, how many octets", "RFC 1939, 5",
	    NULL, VERB_AHEAD },
	{ "LIST", "LIST [message]", "the size of one message, or of each",
	    "RFC 1939, 5", NULL, VERB_AHEAD },
	{ "UIDL", "UIDL [message]", "the lasting name of one, or of each",
	    "RFC 1939, 7", NULL, VERB_AHEAD },
	{ "RETR", "RETR message", "the whole message", "RFC 1939, 5", NULL,
	    VERB_AHEAD },
	{ "TOP", "TOP message lines", "its header, and so many lines of it",
	    "RFC 1939, 7", NULL, VERB_AHEAD },
	{ "DELE", "DELE message", "delete it when the session ends",
	    "RFC 1939, 5", NULL, VERB_AHEAD },
	{ "RSET", "RSET", "delete nothing after all", "RFC 1939, 5", NULL,
	    VERB_AHEAD },
	{ "NOOP", "NOOP", "do nothing, but answer", "RFC 1939, 5", NULL,
	    VERB_AHEAD },
	{ "UTF8", "UTF8", "headers and names may have UTF-8", "RFC 6856, 2.1",
	    NULL, 0 },
	{ "LANG", "LANG [language]",
	    "the language of replies; alone: which there are", "RFC 6856, 3.2",
	    NULL, VERB_AHEAD },
	{ "QUIT", "QUIT", "delete what was marked, and end the session",
	    "RFC 1939, 6", NULL, VERB_END },
	{ .word = NULL },
};

/* The shapes of a positive answer; a negative one is a single line. */
enum { ONE_LINE, BLOCK };

/* Verbs whose positive answer is a block: with this many words at most. */
static const struct {
	const char *word;
	int most;
} blocks[] = {
	{ "CAPA", 9 },
	{ "RETR", 9 },
	{ "TOP", 9 },
	{ "LIST", 1 },
	{ "UIDL", 1 },
	{ "AUTH", 1 },
	{ "LANG", 1 },
};

/* Refusals that may pass (RFC 2449, 8.1.1 and 8.1.2; RFC 3206, 4). */
static const char *const passing[] = { "[IN-USE", "[LOGIN-DELAY", "[SYS/TEMP" };

static void
pop3_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t i;
	int words = 0;

	if (a->verb == NULL)
		return;
	while (words < 3 && text_nth(line, len, words) < len)
		words++;
	for (i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (strcmp(a->verb->word, blocks[i].word) == 0 &&
		    words <= blocks[i].most)
			a->shape = BLOCK;
	}
	if ((a->flags & VERB_SECRET) == 0)
		return;
	w->secret = text_nth(line, len, 2);
	/* A password may have blanks anywhere, and all of them count. */
	if (strcmp(a->verb->word, "PASS") == 0) {
		w->secret = text_nth(line, len, 0) + strlen("PASS ");
		if (w->secret > len)
			w->secret = len;
	}
}

/* Of a refusal: "[code]" or "[code/...]" may stand before the text. */
static enum reply_class
refusal(const char *line, size_t len)
{
	size_t at = text_word(line, len);
	size_t i;

	at += text_blanks(line + at, len - at);
	for (i = 0; i < sizeof passing / sizeof passing[0]; i++) {
		size_t end = at + strlen(passing[i]);

		if (text_begins(line + at, len - at, passing[i]) && end < len &&
		    strchr("]/ ", line[end]) != NULL)
			return CLASS_TRANSIENT;
	}
	return CLASS_PERMANENT;
}

/* Set class and status word of a line that is not in a block. */
static void
status(struct judged *j, const char *line, size_t len)
{
	j->word = line;
	if (text_begins(line, len, "+OK")) {
		j->class = CLASS_OK;
		j->word_len = 3;
	} else if (text_begins(line, len, "-ERR")) {
		j->class = refusal(line, len);
		j->word_len = 4;
	} else if (len > 0 && line[0] == '+' && (len == 1 || line[1] == ' ')) {
		j->class = CLASS_MORE;
		j->word_len = 1;
	}
}

static struct judged
pop3_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = CLASS_NONE };

	if (h->step == BLOCK) {
		j.class = CLASS_OK;
		j.more = j.data = len != 1 || line[0] != '.';
	} else {
		status(&j, line, len);
		j.more = a->shape == BLOCK && j.class == CLASS_OK;
		/* Also after -ERR, of what could not be deleted. */
		j.closes = (a->flags & VERB_END) != 0 && j.class != CLASS_NONE;
	}
	h->step = j.more ? BLOCK : ONE_LINE;
	return j;
}

static bool
pop3_agrees(const struct asked *a, const char *line, size_t len)
{
	(void)a;
	return len >= 3 && memcmp(line, "+OK", 3) == 0 &&
	    (len == 3 || line[3] == ' ');
}

static void
pop3_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	if (a->verb == NULL || (a->flags & VERB_HELLO) == 0)
		return;
	if (j->first && j->class == CLASS_OK)
		words_clear(w);
	else if (j->data)
		words_add(w, line, len);
}

static int
pop3_greets(const char *line, size_t len)
{
	struct judged j = { .class = CLASS_NONE };

	status(&j, line, len);
	if (j.class == CLASS_NONE || j.class == CLASS_MORE)
		return 0;
	return text_says(line, len, "POP") ? 2 : 1;
}

const struct proto proto_pop3 = {
	.name = "pop3",
	.title = "Post Office Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = pop3_judge,
	.ask = pop3_ask,
	.greets = pop3_greets,
	.agrees = pop3_agrees,
	.learn = pop3_learn,
	.hello = "CAPA",
	.upgrade = "STLS",
	.offer = "STLS",
	.quit = "QUIT",
};
