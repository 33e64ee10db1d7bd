/* SPDX-License-Identifier: ISC */
/* irc.c - Internet Relay Chat (RFC 2812, RFC 1459, IRCv3).  Floor 4. */
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "ircask.h"
#include "ircline.h"
#include "ircverbs.h"
#include "proto.h"
#include "text.h"
#include "words.h"

static const struct scheme schemes[] = {
	{ "irc", 6667, false },
	{ "ircs", 6697, true },
	{ NULL, 0, false },
};

/* Is this one of the parameters of our command, as much of it as is kept? */
static bool
is_asked(const struct asked *a, const char *word, size_t len)
{
	size_t known = a->tag_len < TAG_MOST ? a->tag_len : TAG_MOST;
	const char *p = a->tag, *end = a->tag + known;
	size_t n;

	while (p < end) {
		p += text_blanks(p, (size_t)(end - p));
		if (p < end && *p == ':')
			p++;
		n = text_word(p, (size_t)(end - p));
		if (n > 0 && n <= len && strncasecmp(p, word, n) == 0 &&
		    (n == len || (p + n == end && a->tag_len > TAG_MOST)))
			return true;
		p += n;
	}
	return false;
}

static enum reply_class
class_of(const struct ircline *m)
{
	if (m->code == 0)
		return ircline_is(m, "FAIL") ? CLASS_PERMANENT : CLASS_NONE;
	/* RPL_TRYAGAIN, ERR_UNAVAILRESOURCE */
	if (m->code == 263 || m->code == 437)
		return CLASS_TRANSIENT;
	if ((m->code >= 400 && m->code < 600 && m->code != 422) ||
	    m->code == 691 || m->code == 696 || m->code == 902 ||
	    (m->code >= 904 && m->code <= 907))
		return CLASS_PERMANENT;
	return CLASS_OK;
}

/* An error: is it about what was asked? */
static bool
is_about(const struct asked *a, const struct ircline *m)
{
	const char *p = m->rest;
	size_t n = m->rest_len, len;
	const char *first;

	if (ircline_is(m, "FAIL")) {
		first = ircline_next(&p, &n, &len);
		return first != NULL && text_is(first, len, a->verb->word);
	}
	/* Behind our name, which stands in each. */
	ircline_next(&p, &n, &len);
	first = ircline_next(&p, &n, &len);
	if (first == NULL || n == 0)
		return true;
	/* ERR_UNKNOWNCOMMAND, ERR_NOTREGISTERED, ERR_NEEDMOREPARAMS and
	 * RPL_TRYAGAIN name the command. */
	if (m->code == 421 || m->code == 451 || m->code == 461 ||
	    m->code == 263)
		return text_begins(a->verb->word, strlen(a->verb->word),
			   "CAP") ?
		    text_is(first, len, "CAP") :
		    text_is(first, len, a->verb->word);
	for (; first != NULL && n > 0; first = ircline_next(&p, &n, &len)) {
		if (is_asked(a, first, len))
			return true;
	}
	return false;
}

/* Behind these the end of the answer still comes. */
static bool
is_half(const struct asked *a, int code)
{
	return (strcmp(a->verb->word, "WHOIS") == 0 && code == 401) ||
	    (strcmp(a->verb->word, "WHOWAS") == 0 && code == 406);
}

/* What this line means for registration. */
static enum reply_class
answers_welcome(const struct ircline *m)
{
	if (m->code == 376 || m->code == 422)
		return CLASS_OK;
	/* Some servers go on when this is answered. */
	if (ircline_is(m, "PING"))
		return CLASS_MORE;
	if ((m->code >= 430 && m->code < 440) ||
	    (m->code >= 460 && m->code < 470))
		return class_of(m);
	return CLASS_NONE;
}

static enum reply_class
answers_sasl(const struct ircline *m)
{
	if (m->code == 903)
		return CLASS_OK;
	if (ircline_is(m, "AUTHENTICATE"))
		return CLASS_MORE;
	return m->code >= 902 && m->code <= 907 ? class_of(m) : CLASS_NONE;
}

/* "CAP me LS * :..." goes on; the one without the star ends the list. */
static enum reply_class
answers_cap(const struct asked *a, const struct ircline *m)
{
	size_t sub_len = 0, star_len = 0;
	const char *sub = ircline_parameter(m->rest, m->rest_len, 1, &sub_len);
	const char *star =
	    ircline_parameter(m->rest, m->rest_len, 2, &star_len);

	if (sub == NULL || !ircline_is(m, "CAP"))
		return CLASS_NONE;
	if (strcmp(a->verb->word, "CAP REQ") == 0)
		return text_is(sub, sub_len, "ACK") ? CLASS_OK :
		    text_is(sub, sub_len, "NAK")    ? CLASS_PERMANENT :
						      CLASS_NONE;
	if (!text_is(a->verb->word + 4, strlen(a->verb->word + 4), "LS"))
		return text_is(sub, sub_len, "LIST") ? CLASS_OK : CLASS_NONE;
	return text_is(sub, sub_len, "LS") &&
		!(star != NULL && text_is(star, star_len, "*")) ?
	    CLASS_OK :
	    CLASS_NONE;
}

/* Does it end the answer as the table of commands says? */
static enum reply_class
answers_verb(const struct asked *a, const struct ircline *m)
{
	const struct irc_end *end = ircverbs_end(a->verb);
	size_t i, len;
	const char *first = ircline_parameter(m->rest, m->rest_len, 0, &len);

	if (end == NULL)
		return CLASS_NONE;
	for (i = 0; i < sizeof end->ends / sizeof end->ends[0]; i++) {
		if (m->code != 0 && m->code == end->ends[i])
			return CLASS_OK;
	}
	if (end->echo == NULL || !ircline_is(m, end->echo))
		return CLASS_NONE;
	/* Others leave channels too. */
	if (end->one && (first == NULL || !is_asked(a, first, len)))
		return CLASS_NONE;
	return CLASS_OK;
}

/* CLASS_NONE: it does not answer the command. */
static enum reply_class
answers(const struct asked *a, const struct ircline *m)
{
	enum reply_class class = class_of(m);

	if (a->hidden)
		return answers_sasl(m);
	if (a->verb == NULL)
		return CLASS_NONE;
	if (ircline_is(m, "ERROR"))
		return (a->flags & VERB_END) != 0 ? CLASS_OK : CLASS_PERMANENT;
	if (a->shape == IRC_AS_WELCOME)
		return answers_welcome(m);
	if (class >= CLASS_TRANSIENT)
		return is_half(a, m->code) || !is_about(a, m) ? CLASS_NONE :
								class;
	if ((a->flags & VERB_CHALLENGE) != 0)
		return answers_sasl(m);
	if (text_begins(a->verb->word, strlen(a->verb->word), "CAP "))
		return answers_cap(a, m);
	return answers_verb(a, m);
}

/* Is this a word of "CAP me ACK :..."? */
static bool
acknowledges(const struct ircline *m, const char *name)
{
	const char *p = m->rest;
	size_t n = m->rest_len, len;
	const char *word = ircline_parameter(p, n, 1, &len);

	if (!ircline_is(m, "CAP") || word == NULL || !text_is(word, len, "ACK"))
		return false;
	p = ircline_parameter(p, n, 2, &n);
	while (p != NULL && n > 0) {
		len = text_blanks(p, n);
		p += len;
		n -= len;
		len = text_word(p, n);
		if (text_is(p, len, name))
			return true;
		p += len;
		n -= len;
	}
	return false;
}

/* Keep what later commands are judged by. */
static void
take_note(struct hold *h, const struct ircline *m)
{
	size_t len;
	const char *what = ircline_parameter(m->rest, m->rest_len, 1, &len);

	if (m->code == 1)
		h->flags |= IRC_WELCOME;
	else if (m->code >= 431 && m->code <= 437)
		h->flags += 1 << IRC_NICKS;
	else if (m->code == 421 && what != NULL && text_is(what, len, "CAP"))
		h->flags |= IRC_NO_CAP;
	else if (acknowledges(m, "sasl"))
		h->flags |= IRC_SASL;
}

static struct judged
irc_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct ircline m = ircline(line, len);
	struct judged j = { .word = m.word, .word_len = m.word_len };

	take_note(h, &m);
	j.code = m.code;
	j.closes = ircline_is(&m, "ERROR");
	j.class = answers(a, &m);
	if (j.class != CLASS_NONE)
		return j;
	j.class = class_of(&m);
	/* Whatever it is about, it went wrong. */
	if (j.class >= CLASS_TRANSIENT) {
		j.tag = " ";
		j.tag_len = 1;
	} else {
		j.aside = true;
	}
	return j;
}

static bool
irc_agrees(const struct asked *a, const char *line, size_t len)
{
	(void)a;
	return ircline(line, len).code == 670;
}

static void
irc_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	struct ircline m = ircline(line, len);
	size_t n;
	const char *word = ircline_parameter(m.rest, m.rest_len, 1, &n);
	int at = 2;

	(void)a;
	(void)j;
	if (!ircline_is(&m, "CAP") || word == NULL || !text_is(word, n, "LS"))
		return;
	word = ircline_parameter(m.rest, m.rest_len, at, &n);
	if (word != NULL && text_is(word, n, "*"))
		word = ircline_parameter(m.rest, m.rest_len, ++at, &n);
	if (word != NULL)
		words_add_each(w, word, n);
}

static int
irc_greets(const char *line, size_t len)
{
	struct ircline m = ircline(line, len);
	size_t n = 0;
	const char *to = ircline_parameter(m.rest, m.rest_len, 0, &n);

	if (ircline_is(&m, "NOTICE") && to != NULL)
		return m.word != line || text_is(to, n, "AUTH") ? 2 : 1;
	if (m.code != 0 && m.word != line)
		return 2;
	return ircline_is(&m, "ERROR") || ircline_is(&m, "PING") ? 1 : 0;
}

static bool
irc_remark(const struct asked *a, const char *line, size_t len, struct buf *to)
{
	struct ircline m = ircline(line, len);

	(void)a;
	if (!ircline_is(&m, "PING"))
		return false;
	buf_adds(to, "the server wants \"PONG ");
	text_quote(to, m.rest, m.rest_len, 60);
	buf_adds(to, "\" (--auto-pong says it by itself)");
	return true;
}

static bool
irc_answer(const char *line, size_t len, struct buf *to)
{
	struct ircline m = ircline(line, len);

	if (!ircline_is(&m, "PING"))
		return false;
	buf_adds(to, "PONG ");
	buf_add(to, m.rest, m.rest_len);
	return true;
}

const struct proto proto_irc = {
	.name = "irc",
	.title = "Internet Relay Chat",
	.schemes = schemes,
	.verbs = ircverbs,
	.judge = irc_judge,
	.ask = ircask,
	.greets = irc_greets,
	.agrees = irc_agrees,
	.verb_at = ircline_at,
	.learn = irc_learn,
	.remark = irc_remark,
	.answer = irc_answer,
	.upgrade = "STARTTLS",
	.quit = "QUIT",
	.mute = true,
};
