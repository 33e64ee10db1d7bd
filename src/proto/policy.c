/* SPDX-License-Identifier: ISC */
/* policy.c - what Postfix asks a policy server.  Floor 4. */
#include "proto.h"
#include "reply.h"
#include "text.h"

#define README "Postfix SMTPD_POLICY_README"

static const struct scheme schemes[] = {
	{ "policy", 10023, false },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "request", "request=smtpd_access_policy", "begins a question", README,
	    "=smtpd_access_policy", 0 },
	{ "protocol_state", "protocol_state=RCPT", "the command that came",
	    README, "=", 0 },
	{ "client_address", "client_address=192.0.2.1", "who connected", README,
	    "=", 0 },
	{ "helo_name", "helo_name=host", "how it greeted", README, "=", 0 },
	{ "sender", "sender=user@example.org", "who gets the bounces", README,
	    "=", 0 },
	{ "recipient", "recipient=user@example.org", "for whom it is", README,
	    "=", 0 },
	{ .word = NULL },
};

/* A question is lines of name=value up to an empty one. */
static void
policy_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	(void)a;
	(void)line;
	w->silent = !w->more && len == 0;
	w->more = len > 0;
}

/* An action is a code of SMTP with text, or a word of Postfix. */
static enum reply_class
class_of(const char *action, size_t len)
{
	enum reply_class class = reply_class_of(reply_code(action, len));

	if (class != CLASS_NONE)
		return class;
	if (text_begins(action, len, "REJECT") ||
	    text_begins(action, len, "DISCARD"))
		return CLASS_PERMANENT;
	return text_begins(action, len, "DEFER") ? CLASS_TRANSIENT : CLASS_OK;
}

/* The answer is one of these up to an empty line, too. */
static struct judged
policy_judge(struct hold *h, const struct asked *a, const char *line,
    size_t len)
{
	struct judged j = { .more = len > 0 };

	(void)a;
	if (text_begins(line, len, "action="))
		h->code = class_of(line + 7, len - 7);
	else if (len > 0 && h->code == CLASS_NONE)
		return (struct judged){ .class = CLASS_NONE };
	j.class = (enum reply_class)h->code;
	if (!j.more)
		h->code = CLASS_NONE;
	return j;
}

const struct proto proto_policy = {
	.name = "policy",
	.title = "Postfix's questions to a policy server",
	.schemes = schemes,
	.verbs = verbs,
	.judge = policy_judge,
	.ask = policy_ask,
	.mute = true,
};
