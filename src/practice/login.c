/* SPDX-License-Identifier: ISC */
/* login.c - who a client is, by any of four mechanisms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "buf.h"
#include "fail.h"
#include "practice/login.h"
#include "practice/peer.h"
#include "practice/vouch.h"
#include "saslprep.h"
#include "text.h"

enum { NONCE_BYTES = 18 };

/* An answer of the client, decoded. */
struct answer {
	const char *p;
	size_t n;
};

struct way {
	const char *name;
	const char *digest; /* of SCRAM */
	bool reveals;
	bool server_first; /* an initial response has no place */
	/* The next challenge, not encoded, for the answer that came; the
	 * first call without one if the client sent none. */
	enum login_result (
	    *step)(struct login *l, const struct answer *a, struct buf *say);
};

/* --- words --- */

static enum login_result
refuse(struct login *l, enum login_result result, const char *why)
{
	snprintf(l->why, sizeof l->why, "%s", why);
	return result;
}

/* "WHY "NAME" MORE", with the name made harmless. */
static enum login_result
refuse_name(struct login *l, const char *why, const char *name,
    const char *more)
{
	struct buf shown = { 0 };

	text_quote(&shown, name, strlen(name), 60);
	buf_add(&shown, "", 1);
	snprintf(l->why, sizeof l->why, "%s \"%s\"%s", why, buf_bytes(&shown),
	    more);
	buf_free(&shown);
	return LOGIN_WRONG;
}

/* What `echo` does to base64 is the commonest mistake of all. */
static bool
ends_in_lf(const char *p, size_t n)
{
	return n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r');
}

static const char echo[] = "it ends in a line end before base64: make it with "
			   "printf '%s' or echo -n";

/* --- names and passwords --- */

static bool
same(const char *wanted, const char *given)
{
	char *a = saslprep(wanted), *b = saslprep(given);
	bool is = a != NULL && b != NULL ? strcmp(a, b) == 0 :
					   strcmp(wanted, given) == 0;

	if (a != NULL)
		text_wipe(a, strlen(a));
	if (b != NULL)
		text_wipe(b, strlen(b));
	free(a);
	free(b);
	return is;
}

static const char *
password_of(const struct login *l)
{
	return l->manners->password(l->manners->arg, l->user);
}

static enum login_result
unknown_user(struct login *l)
{
	return refuse_name(l, "There is no user", l->user,
	    " here (a real server would not say so)");
}

static enum login_result
check(struct login *l, const char *password)
{
	const char *wanted = password_of(l);

	if (wanted == NULL)
		return unknown_user(l);
	if (!same(wanted, password))
		return refuse_name(l, "The password is not that of", l->user,
		    "");
	return LOGIN_OK;
}

/* n bytes as a string of its own, if they can be one. */
static char *
string(const char *p, size_t n)
{
	if (n > 0 && memchr(p, '\0', n) != NULL)
		return NULL;
	return xstrndup(p, n);
}

static void
forget(char *s)
{
	if (s != NULL)
		text_wipe(s, strlen(s));
	free(s);
}

static enum login_result
take_user(struct login *l, const char *p, size_t n)
{
	if (n == 0)
		return refuse(l, LOGIN_BAD, "The user name is empty");
	if (ends_in_lf(p, n))
		return refuse(l, LOGIN_WRONG, echo);
	if (n >= sizeof l->user || memchr(p, '\0', n) != NULL)
		return refuse(l, LOGIN_BAD, "That is no user name");
	memcpy(l->user, p, n);
	l->user[n] = '\0';
	return LOGIN_OK;
}

static enum login_result
take_password(struct login *l, const char *p, size_t n)
{
	char *password = string(p, n);
	enum login_result result;

	if (password == NULL)
		return refuse(l, LOGIN_BAD, "A password has no NUL in it");
	result = check(l, password);
	forget(password);
	if (result == LOGIN_WRONG && ends_in_lf(p, n))
		return refuse(l, LOGIN_WRONG, echo);
	return result;
}

/* --- the mechanisms --- */

/* RFC 4616: [authzid] NUL authcid NUL password. */
static enum login_result
plain(struct login *l, const struct answer *a, struct buf *say)
{
	const char *user, *password, *end;
	enum login_result result;

	(void)say;
	if (a == NULL)
		return LOGIN_MORE;
	end = a->p + a->n;
	user = a->n == 0 ? NULL : memchr(a->p, '\0', a->n);
	password = user == NULL ?
	    NULL :
	    memchr(user + 1, '\0', (size_t)(end - user) - 1);
	if (password == NULL)
		return refuse(l, LOGIN_BAD,
		    "PLAIN is NUL, name, NUL, password in base64: printf "
		    "'\\0alice\\0wonderland' | base64");
	result = take_user(l, user + 1, (size_t)(password - user) - 1);
	if (result != LOGIN_OK)
		return result;
	if (user > a->p &&
	    ((size_t)(user - a->p) != strlen(l->user) ||
		memcmp(a->p, l->user, strlen(l->user)) != 0))
		return refuse(l, LOGIN_WRONG,
		    "Nobody may act as another user here: begin with the NUL");
	return take_password(l, password + 1, (size_t)(end - password) - 1);
}

/* Never written down but in expired drafts. */
static enum login_result
login(struct login *l, const struct answer *a, struct buf *say)
{
	enum login_result result;

	if (a == NULL) {
		buf_adds(say, "Username:");
		return LOGIN_MORE;
	}
	if (l->user[0] != '\0')
		return take_password(l, a->p, a->n);
	result = take_user(l, a->p, a->n);
	if (result != LOGIN_OK)
		return result;
	buf_adds(say, "Password:");
	return LOGIN_MORE;
}

/* RFC 2195: a keyed digest of the challenge, in lower case. */
static enum login_result
check_digest(struct login *l, const char *digest, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const char *password = password_of(l);
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned size = 0, i;
	bool right = n == 32;

	if (password == NULL)
		return unknown_user(l);
	if (HMAC(EVP_md5(), password, (int)strlen(password),
		(const unsigned char *)buf_bytes(&l->nonce), l->nonce.len, sum,
		&size) == NULL)
		return refuse(l, LOGIN_WRONG, "OpenSSL cannot do MD5 here");
	for (i = 0; right && i < size; i++)
		right = digest[2 * i] == digits[sum[i] >> 4] &&
		    digest[2 * i + 1] == digits[sum[i] & 15];
	text_wipe(sum, sizeof sum);
	if (right)
		return LOGIN_OK;
	return refuse(l, LOGIN_WRONG,
	    "The digest is not HMAC-MD5 of the challenge with the password");
}

static enum login_result
cram(struct login *l, const struct answer *a, struct buf *say)
{
	enum login_result result;
	const char *blank;
	size_t n;

	if (a == NULL) {
		buf_add(say, buf_bytes(&l->nonce), l->nonce.len);
		return LOGIN_MORE;
	}
	blank = a->n == 0 ? NULL : memchr(a->p, ' ', a->n);
	if (blank == NULL)
		return refuse(l, LOGIN_BAD,
		    "CRAM-MD5 is answered with name, blank, digest in base64");
	n = (size_t)(blank - a->p);
	result = take_user(l, a->p, n);
	return result == LOGIN_OK ? check_digest(l, blank + 1, a->n - n - 1) :
				    result;
}

static enum login_result
scram_first(struct login *l, const struct answer *a, struct buf *say)
{
	unsigned char salt[VOUCH_SALT];
	const char *why = vouch_first(&l->vouch, a->p, a->n);

	if (why != NULL)
		return refuse(l, LOGIN_BAD, why);
	if (RAND_bytes(salt, sizeof salt) != 1)
		return refuse(l, LOGIN_WRONG, "OpenSSL has no randomness");
	memcpy(l->user, l->vouch.user, sizeof l->user);
	buf_add(&l->nonce, "", 1);
	vouch_challenge(&l->vouch, buf_bytes(&l->nonce), salt, say);
	return LOGIN_MORE;
}

static enum login_result
scram_final(struct login *l, const struct answer *a, struct buf *say)
{
	const char *password = password_of(l), *why;
	struct vouch_secret secret = { .digest = l->way->digest };
	struct buf text = { 0 };
	char *prepared;

	if (password == NULL)
		return unknown_user(l);
	prepared = saslprep(password);
	secret.password = prepared == NULL ? password : prepared;
	buf_add(&text, a->p, a->n);
	why = vouch_final(&l->vouch, &secret, &text, say);
	buf_free(&text);
	forget(prepared);
	return why == NULL ? LOGIN_MORE : refuse(l, LOGIN_WRONG, why);
}

/* First, final, and a line that is empty because all is said. */
static enum login_result
scram(struct login *l, const struct answer *a, struct buf *say)
{
	if (a == NULL)
		return LOGIN_MORE;
	l->step++;
	if (l->step == 1)
		return scram_first(l, a, say);
	if (l->step == 2)
		return scram_final(l, a, say);
	if (a->n > 0)
		return refuse(l, LOGIN_BAD, "An empty line was to come");
	return LOGIN_OK;
}

static const struct way ways[] = {
	{ "SCRAM-SHA-256", "SHA256", false, false, scram },
	{ "CRAM-MD5", NULL, false, true, cram },
	{ "PLAIN", NULL, true, false, plain },
	{ "LOGIN", NULL, true, false, login },
};

enum { WAYS = sizeof ways / sizeof ways[0] };

/* --- what others call --- */

const char *
login_mechanism(size_t i)
{
	return i < WAYS ? ways[i].name : NULL;
}

bool
login_reveals(const struct login *l)
{
	return l->way != NULL && l->way->reveals;
}

/* Something that was never said before (RFC 2195 wants it like an address). */
static bool
make_nonce(struct login *l)
{
	unsigned char random[NONCE_BYTES];

	if (RAND_bytes(random, sizeof random) != 1)
		return false;
	if (l->way->server_first)
		buf_adds(&l->nonce, "<");
	text_base64(&l->nonce, random, sizeof random);
	if (l->way->server_first)
		buf_addf(&l->nonce, "@%s>", l->manners->host);
	return true;
}

static enum login_result
step(struct login *l, const struct answer *a, struct buf *challenge)
{
	struct buf say = { 0 };
	enum login_result result = l->way->step(l, a, &say);

	if (result == LOGIN_MORE)
		text_base64(challenge, buf_bytes(&say), say.len);
	buf_free(&say);
	return result;
}

static enum login_result
decoded(struct login *l, const char *p, size_t n, struct buf *challenge)
{
	struct buf text = { 0 };
	enum login_result result;

	if (text_unbase64(&text, p, n) < 0) {
		buf_free(&text);
		return refuse(l, LOGIN_BAD, "That is not base64");
	}
	/* What is empty points somewhere too. */
	buf_add(&text, "", 1);
	result = step(l, &(struct answer){ buf_bytes(&text), text.len - 1 },
	    challenge);
	buf_free(&text);
	return result;
}

static const struct way *
find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (text_is(name, n, ways[i].name))
			return &ways[i];
	}
	return NULL;
}

enum login_result
login_begin(struct login *l, const struct manners *m, const char *words,
    size_t n, struct buf *challenge)
{
	size_t name = text_word(words, n);
	size_t initial = text_nth(words, n, 1);
	size_t len = text_word(words + initial, n - initial);

	memset(l, 0, sizeof *l);
	l->manners = m;
	if (name == 0 || text_nth(words, n, 2) < n)
		return refuse(l, LOGIN_BAD,
		    "Name one mechanism, and perhaps a first response");
	l->way = find(words, name);
	if (l->way == NULL)
		return refuse(l, LOGIN_UNKNOWN,
		    "SCRAM-SHA-256, CRAM-MD5, PLAIN and LOGIN are known here");
	if (len > 0 && l->way->server_first)
		return refuse(l, LOGIN_BAD,
		    "CRAM-MD5 begins with our challenge: nothing comes first");
	if (!make_nonce(l))
		return refuse(l, LOGIN_WRONG, "OpenSSL has no randomness");
	if (len == 0)
		return step(l, NULL, challenge);
	if (len == 1 && words[initial] == '=')
		len = 0;
	return decoded(l, words + initial, len, challenge);
}

enum login_result
login_line(struct login *l, const char *line, size_t n, struct buf *challenge)
{
	if (n == 1 && line[0] == '*')
		return refuse(l, LOGIN_CANCELLED, "Authentication cancelled");
	return decoded(l, line, n, challenge);
}

enum login_result
login_password(struct login *l, const struct manners *m, const char *user,
    const char *password)
{
	enum login_result result;

	memset(l, 0, sizeof *l);
	l->manners = m;
	result = take_user(l, user, strlen(user));
	return result == LOGIN_OK ? check(l, password) : result;
}

void
login_end(struct login *l)
{
	buf_free(&l->nonce);
	vouch_free(&l->vouch);
	l->way = NULL;
	l->step = 0;
}
