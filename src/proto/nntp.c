/* SPDX-License-Identifier: ISC */
/* nntp.c - the Network News Transfer Protocol (RFC 3977).  Floor 4. */
#include <string.h>

#include "proto.h"
#include "reply.h"
#include "text.h"
#include "words.h"

static const struct scheme schemes[] = {
	{ "nntp", 119, false },
	{ "nntps", 563, true },
	{ NULL, 0, false },
};

/* Those without VERB_AHEAD must be the last of their group (RFC 3977, 3.5;
 * RFC 4642, 2.2; RFC 4643, 2.3; RFC 8054, 2.2). */
static const struct verb verbs[] = {
	{ "CAPABILITIES", "CAPABILITIES [keyword]", "what the server can do",
	    "RFC 3977, 5.2", NULL, VERB_HELLO },
	{ "MODE READER", "MODE READER", "begin to read news", "RFC 3977, 5.3",
	    NULL, 0 },
	{ "MODE STREAM", "MODE STREAM", "may CHECK and TAKETHIS follow?",
	    "RFC 4644, 2.3", NULL, 0 },
	{ "STARTTLS", "STARTTLS", "go on under TLS", "RFC 4642, 2.2", NULL,
	    VERB_UPGRADE },
	{ "AUTHINFO USER", "AUTHINFO USER name", "say who you are",
	    "RFC 4643, 2.3", NULL, 0 },
	{ "AUTHINFO PASS", "AUTHINFO PASS password",
	    "the password behind AUTHINFO USER", "RFC 4643, 2.3", NULL,
	    VERB_SECRET },
	{ "AUTHINFO SASL", "AUTHINFO SASL mechanism [initial response]",
	    "say who you are, by SASL", "RFC 4643, 2.4", NULL,
	    VERB_CHALLENGE | VERB_SECRET },
	{ "AUTHINFO SIMPLE", "AUTHINFO SIMPLE",
	    "say who you are: name and password in the next line",
	    "RFC 2980, 3.1.2", NULL, VERB_CHALLENGE },
	{ "AUTHINFO GENERIC", "AUTHINFO GENERIC authenticator [argument ...]",
	    "say who you are, as the two programs agree", "RFC 2980, 3.1.3",
	    NULL, VERB_CHALLENGE | VERB_SECRET },
	{ "GROUP", "GROUP newsgroup", "go to this newsgroup", "RFC 3977, 6.1.1",
	    NULL, VERB_AHEAD },
	{ "LISTGROUP", "LISTGROUP [newsgroup [range]]",
	    "the same, with the numbers of its articles", "RFC 3977, 6.1.2",
	    NULL, VERB_AHEAD },
	{ "LAST", "LAST", "go to the article before this one",
	    "RFC 3977, 6.1.3", NULL, VERB_AHEAD },
	{ "NEXT", "NEXT", "go to the next article", "RFC 3977, 6.1.4", NULL,
	    VERB_AHEAD },
	{ "ARTICLE", "ARTICLE [<message-id> | number]",
	    "an article: header and body", "RFC 3977, 6.2.1", NULL,
	    VERB_AHEAD },
	{ "HEAD", "HEAD [<message-id> | number]", "its header",
	    "RFC 3977, 6.2.2", NULL, VERB_AHEAD },
	{ "BODY", "BODY [<message-id> | number]", "its body", "RFC 3977, 6.2.3",
	    NULL, VERB_AHEAD },
	{ "STAT", "STAT [<message-id> | number]", "is there such an article?",
	    "RFC 3977, 6.2.4", NULL, VERB_AHEAD },
	{ "POST", "POST", "an article follows, up to a line of one dot",
	    "RFC 3977, 6.3.1", NULL, VERB_DATA },
	{ "IHAVE", "IHAVE <message-id>",
	    "offer an article; if wanted it follows, up to a dot",
	    "RFC 3977, 6.3.2", NULL, VERB_DATA },
	{ "CHECK", "CHECK <message-id>", "is this article wanted?",
	    "RFC 4644, 2.4", NULL, VERB_AHEAD },
	{ "TAKETHIS", "TAKETHIS <message-id>",
	    "the article follows at once, up to a line of one dot",
	    "RFC 4644, 2.5", NULL, VERB_DATA_NOW | VERB_AHEAD },
	{ "DATE", "DATE", "the server's clock", "RFC 3977, 7.1", NULL,
	    VERB_AHEAD },
	{ "HELP", "HELP", "the server's own help", "RFC 3977, 7.2", NULL,
	    VERB_AHEAD },
	{ "NEWGROUPS", "NEWGROUPS yyyymmdd hhmmss [GMT]",
	    "newsgroups made since then", "RFC 3977, 7.3", NULL, VERB_AHEAD },
	{ "NEWNEWS", "NEWNEWS wildmat yyyymmdd hhmmss [GMT]",
	    "articles that came since then", "RFC 3977, 7.4", NULL,
	    VERB_AHEAD },
	{ "LIST ACTIVE", "LIST ACTIVE [wildmat]",
	    "newsgroups, their numbers and status", "RFC 3977, 7.6.3", NULL,
	    VERB_AHEAD },
	{ "LIST ACTIVE.TIMES", "LIST ACTIVE.TIMES [wildmat]",
	    "who made each newsgroup, and when", "RFC 3977, 7.6.4", NULL,
	    VERB_AHEAD },
	{ "LIST COUNTS", "LIST COUNTS [wildmat]",
	    "newsgroups, with how many articles", "RFC 6048, 2.2", NULL,
	    VERB_AHEAD },
	{ "LIST DISTRIB.PATS", "LIST DISTRIB.PATS",
	    "which Distribution for which newsgroup", "RFC 3977, 7.6.5", NULL,
	    VERB_AHEAD },
	{ "LIST DISTRIBUTIONS", "LIST DISTRIBUTIONS",
	    "the Distributions there are", "RFC 6048, 2.3", NULL, VERB_AHEAD },
	{ "LIST HEADERS", "LIST HEADERS [MSGID | RANGE]",
	    "the header lines that HDR knows", "RFC 3977, 8.6", NULL,
	    VERB_AHEAD },
	{ "LIST MODERATORS", "LIST MODERATORS",
	    "where articles for moderated newsgroups go", "RFC 6048, 2.4", NULL,
	    VERB_AHEAD },
	{ "LIST MOTD", "LIST MOTD", "the message of the day", "RFC 6048, 2.5",
	    NULL, VERB_AHEAD },
	{ "LIST NEWSGROUPS", "LIST NEWSGROUPS [wildmat]",
	    "what each newsgroup is about", "RFC 3977, 7.6.6", NULL,
	    VERB_AHEAD },
	{ "LIST OVERVIEW.FMT", "LIST OVERVIEW.FMT",
	    "the fields of OVER, in their order", "RFC 3977, 8.4", NULL,
	    VERB_AHEAD },
	{ "LIST SUBSCRIPTIONS", "LIST SUBSCRIPTIONS [wildmat]",
	    "newsgroups for new readers", "RFC 6048, 2.6", NULL, VERB_AHEAD },
	{ "LIST", "LIST [keyword [wildmat | argument]]",
	    "newsgroups, or what the keyword says", "RFC 3977, 7.6.1", NULL,
	    VERB_AHEAD },
	{ "OVER", "OVER [<message-id> | range]", "one line for each article",
	    "RFC 3977, 8.3", NULL, VERB_AHEAD },
	{ "HDR", "HDR field [<message-id> | range]",
	    "one header line of each article", "RFC 3977, 8.5", NULL,
	    VERB_AHEAD },
	{ "XOVER", "XOVER [range]", "OVER as it was before", "RFC 2980, 2.8",
	    NULL, VERB_AHEAD },
	{ "XHDR", "XHDR field [<message-id> | range]", "HDR as it was before",
	    "RFC 2980, 2.6", NULL, VERB_AHEAD },
	{ "XPAT", "XPAT field <message-id>|range pattern [pattern ...]",
	    "those header lines that match", "RFC 2980, 2.9", NULL,
	    VERB_AHEAD },
	{ "XGTITLE", "XGTITLE [wildmat]", "what newsgroups are about",
	    "RFC 2980, 2.5", NULL, VERB_AHEAD },
	{ "XPATH", "XPATH <message-id>", "the file that an article is in",
	    "RFC 2980, 2.10", NULL, VERB_AHEAD },
	{ "XROVER", "XROVER [range]", "the References of each article",
	    "RFC 2980, 2.11", NULL, VERB_AHEAD },
	{ "XINDEX", "XINDEX newsgroup", "an index for the reader TIN",
	    "RFC 2980, 2.7", NULL, VERB_AHEAD },
	{ "XTHREAD", "XTHREAD [DBINIT | THREAD]", "threads for the reader trn",
	    "RFC 2980, 2.12", NULL, VERB_AHEAD },
	{ "SLAVE", "SLAVE", "this client serves many", "RFC 977, 3.12", NULL,
	    VERB_AHEAD },
	{ "COMPRESS", "COMPRESS DEFLATE", "go on compressed", "RFC 8054, 2.2",
	    NULL, VERB_NEVER },
	{ "QUIT", "QUIT", "end the session", "RFC 3977, 5.4", NULL, VERB_END },
	{ .word = NULL },
};

/* The shapes of a positive answer: as its code says, or with a block. */
enum { BY_CODE, BLOCK };

/* Verbs whose every 2yz has a block: their codes have differed. */
static const char *const blocks[] = { "HDR", "OVER", "XHDR", "XOVER", "XPAT",
	"XGTITLE", "XROVER", "XINDEX", "XTHREAD" };

/* Codes with a block (RFC 3977, appendix C): not 211, which has one for
 * LISTGROUP alone. */
static const int block_codes[] = { 100, 101, 215, 220, 221, 222, 224, 225, 230,
	231 };

/* What follows "AUTHINFO PASS", or a mechanism, is nobody's business. */
static size_t
secret_at(const struct verb *verb, const char *line, size_t len)
{
	size_t at;

	if (strcmp(verb->word, "AUTHINFO PASS") != 0)
		return text_nth(line, len, 3);
	/* A password may begin with blanks, which count. */
	at = text_nth(line, len, 1);
	at += text_word(line + at, len - at);
	return at < len ? at + 1 : len;
}

static void
nntp_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	const char *word = a->verb == NULL ? "" : a->verb->word;
	size_t i;

	if (text_begins(word, strlen(word), "LIST"))
		a->shape = BLOCK;
	for (i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (strcmp(word, blocks[i]) == 0)
			a->shape = BLOCK;
	}
	if ((a->flags & VERB_SECRET) != 0)
		w->secret = secret_at(a->verb, line, len);
}

static bool
is_mode_reader(const struct asked *a)
{
	return a->verb != NULL && strcmp(a->verb->word, "MODE READER") == 0;
}

static bool
has_block(const struct asked *a, int code)
{
	size_t i;

	if (a->shape == BLOCK && code / 100 == 2)
		return true;
	for (i = 0; i < sizeof block_codes / sizeof block_codes[0]; i++) {
		if (code == block_codes[i])
			return true;
	}
	return false;
}

static struct judged
nntp_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = CLASS_OK };

	if (h->code != 0) {
		j.code = h->code;
		j.more = j.data = len != 1 || line[0] != '.';
	} else {
		reply_status(&j, line, len);
		/* 1yz informs (RFC 3977, 3.2): nothing else follows. */
		if (j.class == CLASS_PRELIMINARY)
			j.class = CLASS_OK;
		j.more = has_block(a, j.code);
		/* RFC 3977, 3.2.1, 5.1.1 and 5.3.2. */
		j.closes = j.code == 205 || j.code == 400 ||
		    (j.code == 502 && (a->greeting || is_mode_reader(a)));
	}
	h->code = j.more ? j.code : 0;
	return j;
}

static bool
nntp_agrees(const struct asked *a, const char *line, size_t len)
{
	(void)a;
	return len >= 3 && memcmp(line, "382", 3) == 0 &&
	    (len == 3 || line[3] == ' ');
}

static void
nntp_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	if (a->verb == NULL || j->class != CLASS_OK)
		return;
	/* RFC 3977, 5.3.1: the list is another one afterwards. */
	if (is_mode_reader(a) || ((a->flags & VERB_HELLO) != 0 && j->first))
		words_clear(w);
	else if ((a->flags & VERB_HELLO) != 0 && j->data)
		words_add(w, line, len);
}

static int
nntp_greets(const char *line, size_t len)
{
	int code = reply_code(line, len);

	if (code == 400 || code == 502)
		return text_says(line, len, "NNTP") ? 2 : 1;
	if (code != 200 && code != 201)
		return 0;
	return text_says(line, len, "NNTP") || text_says(line, len, "NNRP") ||
		text_says(line, len, "news") ?
	    2 :
	    1;
}

const struct proto proto_nntp = {
	.name = "nntp",
	.title = "Network News Transfer Protocol",
	.schemes = schemes,
	.verbs = verbs,
	.judge = nntp_judge,
	.ask = nntp_ask,
	.greets = nntp_greets,
	.agrees = nntp_agrees,
	.learn = nntp_learn,
	.hello = "CAPABILITIES",
	.upgrade = "STARTTLS",
	.offer = "STARTTLS",
	.quit = "QUIT",
};
