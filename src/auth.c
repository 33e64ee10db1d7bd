/* SPDX-License-Identifier: ISC */
/* auth.c - a whole SASL exchange, as the session's protocol has it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/rand.h>

#include "auth.h"
#include "binding.h"
#include "buf.h"
#include "fail.h"
#include "hello.h"
#include "options.h"
#include "parley.h"
#include "proto.h"
#include "sasl.h"
#include "saslprep.h"
#include "saslway.h"
#include "session.h"
#include "text.h"
#include "tls.h"

/* Random bytes in a nonce: a multiple of 3 needs no padding. */
enum { NONCE_BYTES = 18 };

struct auth {
	struct session *s;
	const struct saslway *way;
	struct parley parley;
	struct buf offered; /* names of mechanisms */
	struct buf binding;
	const char *bound; /* the name of that, or NULL */
	struct sasl *sasl;
	struct buf response; /* the initial one, while it waits */
	bool waits;
};

static int
await_command(struct auth *a)
{
	struct session *s = a->s;

	if (parley_turn(&a->parley) < 0)
		return -1;
	if (dialog_turn(&s->dialog) == TURN_COMMAND)
		return 0;
	return parley_fail(&a->parley, STATUS_USAGE,
	    "not now: something else than a command is awaited");
}

/* What the server can do, if it has not told. */
static int
ask(struct auth *a)
{
	struct session *s = a->s;
	const struct proto *proto = s->dialog.proto;
	struct buf line = { 0 };
	int rc;

	if (s->dialog.words.len > 0 || proto->hello == NULL)
		return 0;
	hello_line(s, proto->hello, &line);
	rc = parley_say(&a->parley, buf_bytes(&line), line.len, line.len);
	buf_free(&line);
	return rc;
}

static void
leave(struct auth *a)
{
	parley_end(&a->parley);
	sasl_close(a->sasl);
	buf_free(&a->offered);
	buf_free(&a->binding);
	buf_free(&a->response);
}

/* Find out where we are; leave is due afterwards in any case.  What the server
 * can do does not matter to the protocol's own commands. */
static int
enter(struct auth *a, struct session *s, bool own)
{
	memset(a, 0, sizeof *a);
	a->s = s;
	parley_begin(&a->parley, s);
	if (await_command(a) < 0)
		return -1;
	a->way = saslway_of(s->dialog.proto);
	if (a->way == NULL)
		return parley_fail(&a->parley, STATUS_USAGE,
		    "telex knows no SASL in protocol %s",
		    s->dialog.proto->name);
	if (!own && (ask(a) < 0 || await_command(a) < 0))
		return -1;
	saslway_offered(a->way, &s->dialog.words, &a->offered);
	buf_add(&a->offered, "", 1);
	if (wire_is_tls(&s->wire))
		a->bound = binding_make(s->wire.ssl, &a->binding);
	return 0;
}

/* Nothing was fit to be chosen: why not, and what helps. */
static void
say_no_way(struct auth *a, bool open)
{
	const char *names = buf_bytes(&a->offered);
	struct buf text = { 0 };

	text_quote(&text, names, strlen(names), 300);
	if (text.len == 0)
		buf_adds(&text, "nothing");
	parley_fail(&a->parley, STATUS_TLS, "%s (the server offers %.*s)",
	    open ? "no way in that telex knows" :
		   "no way in that hides the password from others: begin TLS "
		   "first, or name a mechanism",
	    (int)text.len, buf_bytes(&text));
	buf_free(&text);
}

static const char *
choose(struct auth *a, bool password)
{
	struct session *s = a->s;
	bool open = wire_is_tls(&s->wire) || !session_is_clear(s);
	unsigned have = (password ? SASL_PASSWORD : 0) |
	    (open ? SASL_PRIVATE : 0) | (a->bound != NULL ? SASL_BINDING : 0);
	const char *best;

	if (wire_is_tls(&s->wire) && s->opt->tls_plan.cert != NULL)
		have |= SASL_CERT;
	best = sasl_choose(buf_bytes(&a->offered), have);
	if (best == NULL && password && open && a->way->pass != NULL &&
	    (a->way->bars == NULL ||
		!words_have(&s->dialog.words, a->way->bars)))
		best = SASLWAY_OWN;
	if (best == NULL)
		say_no_way(a, open);
	return best;
}

/* The server knows us already, and says that this is enough. */
static const char *
by_certificate(const struct auth *a)
{
	const struct wire *w = &a->s->wire;

	return wire_is_tls(w) && tls_showed(w->ssl) ?
	    sasl_choose(buf_bytes(&a->offered), SASL_CERT) :
	    NULL;
}

const char *
auth_choose(struct session *s, bool given)
{
	const char *best = NULL;
	struct auth a;

	if (enter(&a, s, false) == 0) {
		best = given ? NULL : by_certificate(&a);
		if (best == NULL)
			best = choose(&a, true);
	}
	leave(&a);
	return best;
}

/* What a message means: a person sees it, others with -v. */
static void
say_words(struct auth *a, struct buf *words)
{
	struct outlet *o = &a->s->out;

	while (words->len > 0) {
		const char *line = buf_bytes(words);
		const char *end = memchr(line, '\n', words->len);
		size_t n = end == NULL ? words->len : (size_t)(end - line);

		outlet_note(o, a->s->person ? 0 : 1, "  %.*s", (int)n, line);
		buf_drop(words, end == NULL ? n : n + 1);
	}
	buf_free(words);
}

/* Where commands have tags, one that no other command has. */
static void
add_tag(struct auth *a, struct buf *to)
{
	const struct dialog *d = &a->s->dialog;

	if (d->proto->tagged)
		buf_addf(to, "auth%u ", d->commands + 1);
}

/* The command that begins, with the initial response where it may go; the
 * dialogue knows where the secret in it begins. */
static int
begin(struct auth *a)
{
	const char *name = sasl_name(a->sasl);
	struct buf line = { 0 }, words = { 0 };
	int rc;

	a->waits = sasl_first(a->sasl, &a->response, &words);
	say_words(a, &words);
	add_tag(a, &line);
	if (a->waits && saslway_early(a->way, &a->s->dialog.words) &&
	    saslway_begin(a->way, name, &a->response, &line))
		a->waits = false;
	else
		saslway_begin(a->way, name, NULL, &line);
	rc = parley_say(&a->parley, buf_bytes(&line), line.len, line.len);
	buf_free(&line);
	return rc;
}

/* The server's challenge is in this reply; -1 and why it is no good. */
static int
step(struct auth *a, const struct buf *challenge, struct buf *response)
{
	static const char nothing[] = "";
	const char *p = challenge->len == 0 ? nothing : buf_bytes(challenge);
	struct buf words = { 0 };
	int rc;

	rc = sasl_step(a->sasl, p, challenge->len, response, &words);
	say_words(a, &words);
	if (rc < 0)
		return parley_fail(&a->parley, sasl_why(a->sasl)->status, "%s",
		    sasl_why(a->sasl)->text);
	if (sasl_warning(a->sasl) != NULL)
		outlet_warning(&a->s->out, "%s", sasl_warning(a->sasl));
	return 0;
}

/* Answer the challenge that came. */
static int
answer(struct auth *a)
{
	const struct buf *reply = &a->parley.reply;
	struct buf challenge = { 0 }, line = { 0 };
	int rc = 0;

	if (a->waits) {
		/* Whatever stands there only says that we may begin. */
		a->waits = false;
	} else {
		buf_wipe(&a->response);
		rc = saslway_challenge(a->way, buf_bytes(reply), reply->len,
		    &challenge);
		if (rc < 0)
			parley_fail(&a->parley, STATUS_NETWORK,
			    "the server's challenge is not base64");
		else
			rc = step(a, &challenge, &a->response);
	}
	if (rc == 0) {
		saslway_respond(a->way, &a->response, &line);
		rc = parley_say(&a->parley,
		    line.len == 0 ? "" : buf_bytes(&line), line.len, 0);
	}
	buf_free(&challenge);
	buf_free(&line);
	return rc;
}

/* The server says yes: may it? */
static int
accepted(struct auth *a)
{
	const struct buf *reply = &a->parley.reply;
	struct buf proof = { 0 }, none = { 0 };
	int rc = saslway_proof(a->way, buf_bytes(reply), reply->len, &proof);

	if (rc < 0)
		parley_fail(&a->parley, STATUS_NETWORK,
		    "what the server says with its OK is not base64");
	else if (rc > 0)
		rc = step(a, &proof, &none);
	buf_free(&proof);
	buf_free(&none);
	if (rc < 0)
		return -1;
	if (sasl_accepted(a->sasl) < 0)
		return parley_fail(&a->parley, sasl_why(a->sasl)->status, "%s",
		    sasl_why(a->sasl)->text);
	return 0;
}

/* A response is awaited that we do not have: the reason was said. */
static void
give_up(struct auth *a)
{
	const char *line = saslway_cancel(a->way);
	struct fail why = a->s->why;

	if (session_is_open(a->s) && dialog_turn(&a->s->dialog) == TURN_SECRET)
		parley_say(&a->parley, line, strlen(line), strlen(line));
	a->s->why = why;
}

static int
exchange(struct auth *a)
{
	int rc = begin(a);

	while (rc == 0 && a->parley.class == CLASS_MORE)
		rc = answer(a);
	if (rc < 0) {
		give_up(a);
		return -1;
	}
	return a->parley.class == CLASS_OK ? accepted(a) :
					     parley_refusal(&a->parley);
}

/* Random, printable and without a comma. */
static int
make_nonce(struct auth *a, struct buf *to)
{
	unsigned char bytes[NONCE_BYTES];

	if (RAND_bytes(bytes, sizeof bytes) != 1)
		return parley_fail(&a->parley, STATUS_NETWORK,
		    "OpenSSL has no random numbers");
	text_base64(to, bytes, sizeof bytes);
	buf_add(to, "", 1);
	return 0;
}

static int
by_sasl(struct auth *a, const char *mechanism, const char *user,
    const char *password)
{
	struct session *s = a->s;
	struct buf nonce = { 0 };
	struct sasl_plan plan = {
		.user = user,
		.secret = password,
		.binding = a->bound,
		.bound = buf_bytes(&a->binding),
		.bound_len = a->binding.len,
		.unbound = strstr(buf_bytes(&a->offered), "-PLUS") == NULL,
		.host = s->ascii[0] == '\0' ? NULL : s->ascii,
		.port = s->peer.port,
	};
	struct fail why;
	int rc = -1;

	if (make_nonce(a, &nonce) < 0)
		goto out;
	plan.nonce = buf_bytes(&nonce);
	a->sasl = sasl_open(mechanism, &plan, &why);
	if (a->sasl == NULL)
		parley_fail(&a->parley, why.status, "%s", why.text);
	else
		rc = exchange(a);
out:
	buf_free(&nonce);
	return rc;
}

/*
 * Each line when the one before was agreed to; an NNTP server may be content
 * with the name (281).
 */
static int
say_own(struct auth *a, const struct buf *lines)
{
	const struct parley *p = &a->parley;
	const char *line = buf_bytes(lines), *end = line + lines->len;

	while (line < end) {
		const char *next =
		    memmem(line, (size_t)(end - line), "\r\n", 2);
		size_t n = (size_t)((next == NULL ? end : next) - line);

		if (parley_say(&a->parley, line, n, n) < 0)
			return -1;
		if (p->class != CLASS_MORE &&
		    (p->class != CLASS_OK || p->code != 0))
			break;
		line = next == NULL ? end : next + 2;
	}
	return p->class == CLASS_OK ? 0 : parley_refusal(&a->parley);
}

static int
by_own(struct auth *a, const char *user, const char *password)
{
	char *name = user == NULL ? NULL : saslprep(user);
	char *pass = password == NULL ? NULL : saslprep(password);
	struct buf lines = { 0 };
	int rc = -1;

	if (a->way->pass == NULL)
		parley_fail(&a->parley, STATUS_USAGE,
		    "protocol %s has no command for a password: name a "
		    "mechanism",
		    a->way->proto->name);
	else if (name == NULL || name[0] == '\0' || pass == NULL)
		parley_fail(&a->parley, STATUS_USAGE,
		    "a name and a password are needed, in UTF-8 and without "
		    "control characters");
	else {
		add_tag(a, &lines);
		saslway_own(a->way, name, pass, &lines);
		rc = say_own(a, &lines);
	}
	buf_free(&lines);
	if (pass != NULL)
		text_wipe(pass, strlen(pass));
	free(pass);
	free(name);
	return rc;
}

/* TLS is demanded and not there: at a terminal the session goes on. */
static int
may_go(struct auth *a, const char *mechanism)
{
	struct session *s = a->s;

	if (!saslway_needs_secret(mechanism) || !session_forbids_secrets(s))
		return 0;
	parley_fail(&a->parley, STATUS_TLS,
	    "a secret was not sent: TLS was asked for and does not protect "
	    "this connection");
	s->over = s->over || !s->person;
	if (s->status == 0 && !s->person)
		s->status = STATUS_TLS;
	return -1;
}

int
auth_run(struct session *s, const char *mechanism, const char *user,
    const char *password)
{
	bool own = mechanism != NULL && strcasecmp(mechanism, SASLWAY_OWN) == 0;
	struct auth a;
	int rc = -1;

	if (enter(&a, s, own) < 0)
		goto out;
	if (mechanism == NULL)
		mechanism = choose(&a, password != NULL);
	if (mechanism == NULL || may_go(&a, mechanism) < 0)
		goto out;
	if (strcasecmp(mechanism, SASLWAY_OWN) == 0) {
		mechanism = SASLWAY_OWN;
		rc = by_own(&a, user, password);
	} else {
		if (!saslway_lists(buf_bytes(&a.offered), mechanism))
			outlet_note(&s->out, 0,
			    "the server does not offer that mechanism");
		rc = by_sasl(&a, mechanism, user, password);
		if (a.sasl != NULL)
			mechanism = sasl_name(a.sasl);
	}
out:
	leave(&a);
	if (rc == 0)
		session_authenticated(s, mechanism, user == NULL ? "" : user);
	return rc;
}
