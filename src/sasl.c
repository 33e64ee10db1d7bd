/* SPDX-License-Identifier: ISC */
/* sasl.c - the mechanisms, message by message. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "buf.h"
#include "fail.h"
#include "sasl.h"
#include "saslprep.h"
#include "scram.h"
#include "text.h"

/* One call: what came, and where what is to be said goes. */
struct turn {
	const char *p;
	size_t n;
	struct buf *say, *words;
};

struct mechanism {
	const char *name;
	unsigned needs;     /* SASL_... */
	bool user;          /* a user is needed too */
	const char *digest; /* of SCRAM */
	/* The initial response; NULL: the server speaks first. */
	void (*first)(struct sasl *a, struct turn *t);
	/* The answer to a challenge; NULL: none can come. */
	int (*step)(struct sasl *a, struct turn *t);
};

struct sasl {
	const struct mechanism *mech;
	struct sasl_plan plan;
	char *user, *secret; /* prepared */
	int step;            /* challenges so far */
	struct scram scram;
	bool proved; /* the server's signature was right */
	struct fail why;
};

static const char masked[] = "********";

static int
failed(struct sasl *a, const char *text)
{
	return fail_set(&a->why, STATUS_NETWORK, "%s: %s", a->mech->name, text);
}

/* "what TEXT": text of either side, made harmless. */
static void
say_word(struct buf *to, const char *what, const char *p, size_t n)
{
	buf_adds(to, what);
	text_quote(to, p, n, 200);
}

static void
say_user(struct turn *t, const char *what, const char *user)
{
	say_word(t->words, what, user, strlen(user));
}

static void
plain_first(struct sasl *a, struct turn *t)
{
	buf_add(t->say, "", 1);
	buf_adds(t->say, a->user);
	buf_add(t->say, "", 1);
	buf_adds(t->say, a->secret);
	say_user(t, "user ", a->user);
	buf_addf(t->words, ", password %s\n", masked);
}

/* Never written down but in expired drafts: the name, then the password. */
static int
login_step(struct sasl *a, struct turn *t)
{
	if (a->step > 2)
		return failed(a, "the server asks for a third answer");
	if (t->n > 0) {
		say_word(t->words, "the server asks: ", t->p, t->n);
		buf_adds(t->words, "\n");
	}
	if (a->step == 1) {
		buf_adds(t->say, a->user);
		say_user(t, "user ", a->user);
		buf_adds(t->words, "\n");
	} else {
		buf_adds(t->say, a->secret);
		buf_addf(t->words, "password %s\n", masked);
	}
	return 0;
}

/* RFC 2195: a keyed digest of the challenge. */
static int
cram_step(struct sasl *a, struct turn *t)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned size = 0, i;

	if (a->step > 1)
		return failed(a, "the server sends a second challenge");
	if (t->n == 0)
		return failed(a, "the server's challenge is empty");
	if (HMAC(EVP_md5(), a->secret, (int)strlen(a->secret),
		(const unsigned char *)t->p, t->n, sum, &size) == NULL)
		return failed(a, "OpenSSL cannot do MD5");
	buf_addf(t->say, "%s ", a->user);
	for (i = 0; i < size; i++)
		buf_addf(t->say, "%02x", sum[i]);
	text_wipe(sum, sizeof sum);
	say_word(t->words, "challenge: ", t->p, t->n);
	say_user(t, "\nuser ", a->user);
	buf_addf(t->words, ", digest of challenge and password %s\n", masked);
	return 0;
}

static void
scram_begin(struct sasl *a, struct turn *t)
{
	bool bind = (a->mech->needs & SASL_BINDING) != 0;
	struct scram_plan plan = {
		.digest = a->mech->digest,
		.user = a->user,
		.password = a->secret,
		.nonce = a->plan.nonce,
		.binding = bind ? a->plan.binding : NULL,
		.bound = a->plan.bound,
		.bound_len = a->plan.bound_len,
		.could_bind = a->plan.binding != NULL && a->plan.unbound,
	};

	scram_first(&a->scram, &plan, t->say);
	say_user(t, "client-first: user ", a->user);
	buf_addf(t->words, ", nonce %s, %s%s\n", plan.nonce,
	    bind ? "bound to TLS by " : "no channel binding",
	    bind ? plan.binding : "");
}

static int
scram_answer(struct sasl *a, struct turn *t)
{
	if (scram_final(&a->scram, t->p, t->n, t->say, &a->why) < 0)
		return -1;
	buf_addf(t->words,
	    "server-first: its nonce, salt of %zu octets, %lu iterations\n"
	    "client-final: the proof %s\n",
	    a->scram.salt_len, a->scram.iterations, masked);
	return 0;
}

static int
scram_step(struct sasl *a, struct turn *t)
{
	if (a->step == 1)
		return scram_answer(a, t);
	if (a->step > 2)
		return failed(a, "the server goes on behind its end");
	if (scram_verify(&a->scram, t->p, t->n, &a->why) < 0)
		return -1;
	a->proved = true;
	buf_adds(t->words,
	    "server-final: its signature is right, it knows the password\n");
	return 0;
}

static void
xoauth2_first(struct sasl *a, struct turn *t)
{
	buf_addf(t->say, "user=%s\001auth=Bearer ", a->user);
	buf_adds(t->say, a->secret);
	buf_adds(t->say, "\001\001");
	say_user(t, "user ", a->user);
	buf_addf(t->words, ", token %s\n", masked);
}

/* RFC 7628, section 3.1; the header is that of RFC 5801. */
static void
bearer_first(struct sasl *a, struct turn *t)
{
	const char *p;

	buf_adds(t->say, "n,");
	for (p = a->user; *p != '\0'; p++) {
		if (p == a->user)
			buf_adds(t->say, "a=");
		if (*p == ',' || *p == '=')
			buf_adds(t->say, *p == ',' ? "=2C" : "=3D");
		else
			buf_add(t->say, p, 1);
	}
	buf_adds(t->say, ",\001");
	if (a->plan.host != NULL)
		buf_addf(t->say, "host=%s\001port=%u\001", a->plan.host,
		    a->plan.port);
	buf_adds(t->say, "auth=Bearer ");
	buf_adds(t->say, a->secret);
	buf_adds(t->say, "\001\001");
	say_user(t, "user ", a->user);
	buf_addf(t->words, ", token %s\n", masked);
}

/* A challenge is a refusal, with the reason in JSON; it wants an answer
 * before the server says so in its own protocol. */
static int
token_step(struct sasl *a, struct turn *t)
{
	if (a->step > 1)
		return failed(a, "the server sends a second challenge");
	say_word(t->words, "the server refuses the token: ", t->p, t->n);
	buf_adds(t->words, "\n");
	if (strcmp(a->mech->name, "OAUTHBEARER") == 0)
		buf_adds(t->say, "\001");
	return 0;
}

static void
external_first(struct sasl *a, struct turn *t)
{
	buf_adds(t->say, a->user);
	say_user(t, a->user[0] == '\0' ? "whoever the certificate says" : "as ",
	    a->user);
	buf_adds(t->words, "\n");
}

static void
anonymous_first(struct sasl *a, struct turn *t)
{
	const char *trace = a->user[0] == '\0' ? "anonymous" : a->user;

	buf_adds(t->say, trace);
	say_user(t, "nobody; the server may note ", trace);
	buf_adds(t->words, "\n");
}

#define BOUND (SASL_PASSWORD | SASL_BINDING)
#define OPEN (SASL_PASSWORD | SASL_PRIVATE)
#define TOKEN (SASL_TOKEN | SASL_PRIVATE)

/* The best is the first. */
static const struct mechanism mechanisms[] = {
	{ "SCRAM-SHA-256-PLUS", BOUND, true, "SHA256", scram_begin,
	    scram_step },
	{ "SCRAM-SHA-1-PLUS", BOUND, true, "SHA1", scram_begin, scram_step },
	{ "SCRAM-SHA-256", SASL_PASSWORD, true, "SHA256", scram_begin,
	    scram_step },
	{ "SCRAM-SHA-1", SASL_PASSWORD, true, "SHA1", scram_begin, scram_step },
	{ "CRAM-MD5", SASL_PASSWORD, true, NULL, NULL, cram_step },
	{ "PLAIN", OPEN, true, NULL, plain_first, NULL },
	{ "LOGIN", OPEN, true, NULL, NULL, login_step },
	{ "OAUTHBEARER", TOKEN, false, NULL, bearer_first, token_step },
	{ "XOAUTH2", TOKEN, true, NULL, xoauth2_first, token_step },
	{ "EXTERNAL", SASL_CERT, false, NULL, external_first, NULL },
	{ "ANONYMOUS", SASL_NAMED, false, NULL, anonymous_first, NULL },
};

enum { KNOWN = sizeof mechanisms / sizeof mechanisms[0] };

const char *
sasl_known(size_t i)
{
	return i < KNOWN ? mechanisms[i].name : NULL;
}

static const struct mechanism *
find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < KNOWN; i++) {
		if (text_is(name, n, mechanisms[i].name))
			return &mechanisms[i];
	}
	return NULL;
}

unsigned
sasl_needs(const char *mechanism)
{
	const struct mechanism *m = find(mechanism, strlen(mechanism));

	return m == NULL ? 0 : m->needs;
}

bool
sasl_reveals(const char *mechanism)
{
	return (sasl_needs(mechanism) & SASL_PRIVATE) != 0;
}

const char *
sasl_choose(const char *offered, unsigned have)
{
	const struct mechanism *best = NULL, *m;
	size_t len = strlen(offered), at, n;

	for (at = text_blanks(offered, len); at < len; at += n) {
		n = text_word(offered + at, len - at);
		m = find(offered + at, n);
		if (m != NULL && (m->needs & ~have) == 0 &&
		    (best == NULL || m < best))
			best = m;
		n += text_blanks(offered + at + n, len - at - n);
	}
	return best == NULL ? NULL : best->name;
}

static void
forget(char *secret)
{
	if (secret != NULL)
		text_wipe(secret, strlen(secret));
	free(secret);
}

/* Is all there that the mechanism needs? */
static int
check(const struct mechanism *m, const struct sasl_plan *plan, struct fail *f)
{
	bool secret = (m->needs & (SASL_PASSWORD | SASL_TOKEN)) != 0;

	if (m->user && (plan->user == NULL || plan->user[0] == '\0'))
		return fail_set(f, STATUS_USAGE, "%s needs a user", m->name);
	if (secret && plan->secret == NULL)
		return fail_set(f, STATUS_USAGE, "%s needs a %s", m->name,
		    (m->needs & SASL_TOKEN) != 0 ? "token" : "password");
	if ((m->needs & SASL_BINDING) != 0 && plan->binding == NULL)
		return fail_set(f, STATUS_USAGE,
		    "%s needs TLS, to which it binds", m->name);
	return 0;
}

/* Is it well-formed?  Both are kept as they are to be sent. */
static int
prepare(struct sasl *a, struct fail *f)
{
	const struct sasl_plan *p = &a->plan;

	a->user = saslprep(p->user == NULL ? "" : p->user);
	a->secret = saslprep(p->secret == NULL ? "" : p->secret);
	if (a->user == NULL || a->secret == NULL)
		return fail_set(f, STATUS_USAGE,
		    "the %s is not UTF-8, or has control characters",
		    a->user == NULL ? "user's name" : "password");
	if (a->mech->user && a->user[0] == '\0')
		return fail_set(f, STATUS_USAGE, "the user's name is empty");
	return 0;
}

struct sasl *
sasl_open(const char *mechanism, const struct sasl_plan *plan, struct fail *f)
{
	const struct mechanism *m = find(mechanism, strlen(mechanism));
	struct buf name = { 0 };
	struct sasl *a;

	if (m == NULL) {
		text_quote(&name, mechanism, strlen(mechanism), 40);
		fail_set(f, STATUS_USAGE, "telex does not know mechanism %.*s",
		    (int)name.len, name.len == 0 ? "" : buf_bytes(&name));
		buf_free(&name);
		return NULL;
	}
	a = xmalloc(sizeof *a);
	memset(a, 0, sizeof *a);
	a->mech = m;
	a->plan = *plan;
	if (check(m, plan, f) == 0 && prepare(a, f) == 0)
		return a;
	sasl_close(a);
	return NULL;
}

void
sasl_close(struct sasl *a)
{
	if (a == NULL)
		return;
	forget(a->user);
	forget(a->secret);
	scram_free(&a->scram);
	text_wipe(a, sizeof *a);
	free(a);
}

const char *
sasl_name(const struct sasl *a)
{
	return a->mech->name;
}

const struct fail *
sasl_why(const struct sasl *a)
{
	return &a->why;
}

const char *
sasl_warning(const struct sasl *a)
{
	if (a->scram.iterations == 0 || a->scram.iterations >= SCRAM_LEAST)
		return NULL;
	return "so few iterations make it easy to guess the password from "
	       "what was sent";
}

bool
sasl_first(struct sasl *a, struct buf *response, struct buf *words)
{
	struct turn t = { .say = response, .words = words };

	if (a->mech->first != NULL)
		a->mech->first(a, &t);
	return a->mech->first != NULL;
}

int
sasl_step(struct sasl *a, const char *challenge, size_t n, struct buf *response,
    struct buf *words)
{
	struct turn t = { challenge, n, response, words };

	a->step++;
	if (a->mech->step == NULL)
		return failed(a,
		    "the server sends a challenge, which this "
		    "mechanism does not have");
	return a->mech->step(a, &t);
}

int
sasl_accepted(struct sasl *a)
{
	if (a->mech->digest == NULL || a->proved)
		return 0;
	return fail_set(&a->why, STATUS_TLS,
	    "the server says yes but has not proved that it knows the "
	    "password: it may be an impostor");
}
