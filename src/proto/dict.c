/* SPDX-License-Identifier: ISC */
/* dict.c - the Dictionary Server Protocol (RFC 2229).  Floor 4. */
#include <string.h>

#include "proto.h"
#include "reply.h"
#include "text.h"

static const struct scheme schemes[] = {
	{ "dict", 2628, false },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "DEFINE", "DEFINE database word",
	    "what the word means; * is all databases, ! the first that has it",
	    "RFC 2229, 3.2", NULL, VERB_AHEAD },
	{ "MATCH", "MATCH database strategy word",
	    "words like this one; the strategy . is the server's choice",
	    "RFC 2229, 3.3", NULL, VERB_AHEAD },
	{ "SHOW DATABASES", "SHOW DATABASES", "which dictionaries there are",
	    "RFC 2229, 3.5.1", NULL, VERB_AHEAD },
	{ "SHOW STRATEGIES", "SHOW STRATEGIES", "which ways to search",
	    "RFC 2229, 3.5.2", NULL, VERB_AHEAD },
	{ "SHOW INFO", "SHOW INFO database", "where a dictionary comes from",
	    "RFC 2229, 3.5.3", NULL, VERB_AHEAD },
	{ "SHOW SERVER", "SHOW SERVER", "about the server", "RFC 2229, 3.5.4",
	    NULL, VERB_AHEAD },
	{ "SHOW", "SHOW DB|STRAT|INFO database|SERVER", "what the server has",
	    "RFC 2229, 3.5", NULL, VERB_AHEAD },
	{ "CLIENT", "CLIENT text", "who you are, for the server's log",
	    "RFC 2229, 3.6", NULL, VERB_AHEAD },
	{ "STATUS", "STATUS", "how the server fares", "RFC 2229, 3.7", NULL,
	    VERB_AHEAD },
	{ "HELP", "HELP", "the server's commands", "RFC 2229, 3.8", NULL,
	    VERB_AHEAD },
	{ "OPTION MIME", "OPTION MIME", "have texts begin with MIME headers",
	    "RFC 2229, 3.10.1", NULL, VERB_AHEAD },
	{ "AUTH", "AUTH user digest",
	    "log in: MD5, in hex, of the greeting's last <...> and the "
	    "password",
	    "RFC 2229, 3.11", NULL, VERB_SECRET },
	{ "SASLAUTH", "SASLAUTH mechanism response", "log in by SASL",
	    "RFC 2229, 3.12", NULL, VERB_SECRET | VERB_CHALLENGE },
	{ "SASLRESP", "SASLRESP response", "answer a challenge",
	    "RFC 2229, 3.12", NULL, VERB_SECRET | VERB_CHALLENGE },
	{ "QUIT", "QUIT", "end the session", "RFC 2229, 3.9", NULL, VERB_END },
	{ .word = NULL },
};

/* Behind the verb, and with AUTH and SASLAUTH one word more. */
static void
dict_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	int words;
	size_t at = text_blanks(line, len);

	w->more = false;
	if ((a->flags & VERB_SECRET) == 0)
		return;
	words = strcmp(a->verb->word, "SASLRESP") == 0 ? 1 : 2;
	while (words-- > 0) {
		at += text_word(line + at, len - at);
		at += text_blanks(line + at, len - at);
	}
	w->secret = at;
}

/* Does a text follow this code, up to a line of one dot? */
static bool
has_text(int code)
{
	return (code >= 110 && code <= 114) || code == 130 || code == 151 ||
	    code == 152;
}

/*
 * 1yz codes, with and without texts, and then one that ends the reply.  In
 * hold.step: a text goes on.  In texts dictd does not double dots.
 */
static struct judged
dict_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .more = true };

	if (h->step != 0) {
		h->step = !text_is(line, len, ".");
		j.code = h->code;
		return j;
	}
	reply_status(&j, line, len);
	if (j.code == 0 && h->code == 0)
		return j;
	h->code = j.code;
	h->step = has_text(j.code);
	/* The further code: each is of the same reply. */
	j.more = j.class == CLASS_NONE || j.class == CLASS_PRELIMINARY;
	if (!j.more)
		h->code = 0;
	/* Where access is denied in place of a greeting, that is all. */
	j.closes = j.code == 221 || j.code == 420 || j.code == 421 ||
	    (a->greeting && j.class == CLASS_PERMANENT);
	return j;
}

/* "220 host text <capabilities> <message-id>" (RFC 2229, 3.1). */
static int
dict_greets(const char *line, size_t len)
{
	int code = reply_code(line, len);
	size_t at, marks = 0;

	if (code == 420 || code == 421 || code == 530)
		return 1;
	if (code != 220 || len < 5 || line[3] != ' ')
		return 0;
	while (len > 0 && text_word(line + len - 1, 1) == 0)
		len--;
	for (at = 4; at < len; at++) {
		if (text_begins(line + at, len - at, " dictd "))
			return 2;
		marks += line[at] == '<';
	}
	return marks >= 2 && line[len - 1] == '>' ? 2 : 0;
}

const struct proto proto_dict = {
	.name = "dict",
	.title = "Dictionary Server Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = dict_judge,
	.ask = dict_ask,
	.greets = dict_greets,
	.quit = "QUIT",
};
