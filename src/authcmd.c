/* SPDX-License-Identifier: ISC */
/* authcmd.c - the local command that authenticates. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auth.h"
#include "authcmd.h"
#include "buf.h"
#include "craft.h"
#include "options.h"
#include "purse.h"
#include "sasl.h"
#include "saslway.h"
#include "session.h"
#include "term/term.h"
#include "text.h"

/* What was said on the line, and asked for. */
struct identity {
	const char *mechanism; /* NULL: the best */
	char name[40];         /* room for it */
	struct buf user, password;
};

static bool
is_mechanism(const char *word)
{
	return sasl_needs(word) != 0 || strcasecmp(word, SASLWAY_OWN) == 0;
}

/* What the mechanism takes, in a word. */
static const char *
secret_name(const char *mechanism)
{
	return (sasl_needs(mechanism) & SASL_TOKEN) != 0 ? "token" : "password";
}

static void
refuse_mechanism(struct command *c, const char *name, size_t n)
{
	struct buf known = { 0 }, quoted = { 0 };
	size_t i;

	text_quote(&quoted, name, n, 40);
	for (i = 0; sasl_known(i) != NULL; i++)
		buf_addf(&known, "%s ", sasl_known(i));
	outlet_error(&c->s->out,
	    "auth: telex does not know mechanism %.*s (%.*s%s)",
	    (int)quoted.len, buf_bytes(&quoted), (int)known.len,
	    buf_bytes(&known), SASLWAY_OWN);
	buf_free(&known);
	buf_free(&quoted);
}

/* One word is a mechanism if there is such a one, else the user. */
static int
read_words(struct command *c, const char *arg, struct identity *id)
{
	size_t n = text_word(arg, strlen(arg));
	const char *rest = arg + n + text_blanks(arg + n, strlen(arg + n));

	if (n > 0 && n < sizeof id->name) {
		memcpy(id->name, arg, n);
		id->name[n] = '\0';
		if (is_mechanism(id->name))
			id->mechanism = id->name;
	}
	if (id->mechanism == NULL && *rest != '\0') {
		refuse_mechanism(c, arg, n);
		return -1;
	}
	buf_adds(&id->user, id->mechanism == NULL ? arg : rest);
	if (id->user.len == 0)
		buf_adds(&id->user, c->opt->target.user);
	return 0;
}

/* May it go where others can read it?  The user decides, as for what is
 * typed. */
static bool
may_go(struct command *c, const char *mechanism)
{
	struct session *s = c->s;
	struct buf reply = { 0 };
	bool yes;

	if (session_forbids_secrets(s)) {
		outlet_error(&s->out,
		    "auth: not sent: TLS is required for secrets (STARTTLS "
		    "first)");
		return false;
	}
	if (!session_is_clear(s))
		return true;
	outlet_warning(&s->out, "%s%s would go %s",
	    saslway_reveals(mechanism) ? "the " : "",
	    saslway_reveals(mechanism) ? secret_name(mechanism) :
					 "a proof, from which the password can "
					 "be guessed,",
	    wire_is_tls(&s->wire) ? "to a server that is not verified" :
				    "in plain text over the network");
	outlet_flush(&s->out);
	yes = term_local(c->term, "send it? [y/N] ", &reply) == TERM_LINE &&
	    reply.len > 0 && (buf_bytes(&reply)[0] | 0x20) == 'y';
	buf_free(&reply);
	if (!yes)
		outlet_note(&s->out, 0, "not sent");
	return yes;
}

/* Where a name is needed and none was given. */
static bool
ask_user(struct command *c, struct identity *id)
{
	if (id->user.len > 0 || !saslway_needs_secret(id->mechanism))
		return true;
	outlet_flush(&c->s->out);
	return term_local(c->term, "user: ", &id->user) == TERM_LINE &&
	    id->user.len > 0;
}

/* From the environment, else typed unseen. */
static bool
ask_password(struct command *c, struct identity *id)
{
	const char *given = purse_get(c->opt->purse, "TELEX_PASSWORD");
	char prompt[16];

	if (!saslway_needs_secret(id->mechanism))
		return true;
	if (given != NULL) {
		buf_adds(&id->password, given);
		return true;
	}
	outlet_flush(&c->s->out);
	snprintf(prompt, sizeof prompt, "%s: ", secret_name(id->mechanism));
	return term_secret(c->term, prompt, &id->password) == TERM_LINE &&
	    id->password.len > 0;
}

static void
run(struct command *c, struct identity *id)
{
	struct session *s = c->s;

	if (id->mechanism == NULL)
		id->mechanism = auth_choose(s,
		    purse_get(c->opt->purse, "TELEX_PASSWORD") != NULL);
	if (id->mechanism == NULL)
		return;
	if (saslway_needs_secret(id->mechanism) && !may_go(c, id->mechanism))
		return;
	if (!ask_user(c, id) || !ask_password(c, id) || !session_is_open(s)) {
		outlet_note(&s->out, 0, "not sent");
		return;
	}
	buf_add(&id->user, "", 1);
	buf_add(&id->password, "", 1);
	outlet_note(&s->out, 0, "authentication by %s", id->mechanism);
	outlet_flush(&s->out);
	if (auth_run(s, id->mechanism, buf_bytes(&id->user),
		buf_bytes(&id->password)) == 0)
		outlet_note(&s->out, 0, "authenticated");
}

void
auth_command(struct command *c, const char *arg)
{
	struct identity id = { .mechanism = NULL };

	/* What waits would come between. */
	if (c->waiting > 0)
		outlet_error(&c->s->out,
		    "auth: %zu line%s to be sent before it", c->waiting,
		    c->waiting == 1 ? " waits" : "s wait");
	else if (read_words(c, arg, &id) == 0)
		run(c, &id);
	buf_free(&id.user);
	buf_free(&id.password);
}
