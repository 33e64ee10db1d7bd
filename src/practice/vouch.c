/* SPDX-License-Identifier: ISC */
/* vouch.c - SCRAM: the client proves a password that it does not send. */
#include <stdbool.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "buf.h"
#include "practice/vouch.h"
#include "scramkey.h"
#include "text.h"

/* Bytes; borrowed. */
struct part {
	const char *p;
	size_t n;
};

static const char no_first[] =
    "that is no first message of a SCRAM client: n,,n=USER,r=NONCE";
static const char no_final[] =
    "that is no last message of a SCRAM client: c=...,r=...,p=...";

/* Up to the next comma, which is taken off too. */
static bool
take(struct part *from, const char *mark, struct part *value)
{
	size_t len = strlen(mark);
	const char *comma;

	if (from->n < len || memcmp(from->p, mark, len) != 0)
		return false;
	comma = memchr(from->p, ',', from->n);
	value->p = from->p + len;
	value->n = comma == NULL ? from->n - len : (size_t)(comma - value->p);
	len += value->n + (comma != NULL);
	from->p += len;
	from->n -= len;
	return true;
}

/* "=2C" is a comma, "=3D" an equals sign, and no other is allowed. */
static bool
read_user(struct vouch *v, const struct part *name)
{
	size_t i = 0, len = 0;

	while (i < name->n && len + 1 < sizeof v->user) {
		char c = name->p[i];

		if (c == '\0')
			return false;
		if (c == '=') {
			if (name->n - i < 3)
				return false;
			if (memcmp(name->p + i, "=2C", 3) != 0 &&
			    memcmp(name->p + i, "=3D", 3) != 0)
				return false;
			c = name->p[i + 2] == 'C' ? ',' : '=';
			i += 2;
		}
		v->user[len++] = c;
		i++;
	}
	v->user[len] = '\0';
	return i == name->n && len > 0;
}

static bool
is_printable(const struct part *text)
{
	size_t i;

	for (i = 0; i < text->n; i++) {
		if (text->p[i] <= ' ' || text->p[i] > '~')
			return false;
	}
	return text->n > 0;
}

const char *
vouch_first(struct vouch *v, const char *p, size_t n)
{
	struct part from = { p, n }, flag, other, name, nonce, bare;

	if (take(&from, "p=", &flag))
		return "channel binding is not offered here";
	if (!take(&from, "n", &flag) && !take(&from, "y", &flag))
		return no_first;
	if (flag.n > 0 || !take(&from, "", &other))
		return no_first;
	if (other.n > 0)
		return "to act as another user is not offered here";
	buf_add(&v->gs2, p, (size_t)(from.p - p));
	bare = from;
	if (take(&from, "m=", &other))
		return "no extension of SCRAM is known here";
	if (!take(&from, "n=", &name) || !take(&from, "r=", &nonce) ||
	    !read_user(v, &name) || !is_printable(&nonce))
		return no_first;
	buf_add(&v->message, bare.p, bare.n);
	buf_add(&v->nonce, nonce.p, nonce.n);
	return NULL;
}

void
vouch_challenge(struct vouch *v, const char *nonce,
    const unsigned char salt[VOUCH_SALT], struct buf *to)
{
	struct buf first = { 0 };

	memcpy(v->salt, salt, VOUCH_SALT);
	buf_adds(&v->nonce, nonce);
	buf_adds(&first, "r=");
	buf_add(&first, buf_bytes(&v->nonce), v->nonce.len);
	buf_adds(&first, ",s=");
	text_base64(&first, salt, VOUCH_SALT);
	buf_addf(&first, ",i=%d", VOUCH_ITERATIONS);
	buf_add(to, buf_bytes(&first), first.len);
	buf_adds(&v->message, ",");
	buf_add(&v->message, buf_bytes(&first), first.len);
	buf_adds(&v->message, ",");
	buf_free(&first);
}

static bool
compute(const struct vouch *v, const struct vouch_secret *secret,
    struct scramkey *k)
{
	const struct scramkey_plan plan = { .digest = secret->digest,
		.password = secret->password,
		.salt = v->salt,
		.salt_len = VOUCH_SALT,
		.iterations = VOUCH_ITERATIONS,
		.message = buf_bytes(&v->message),
		.message_len = v->message.len };

	return scramkey_make(k, &plan);
}

/* Its proof, with our signature taken out, is a key that we know. */
static bool
is_right(const struct scramkey *made, const struct buf *shown,
    const char *digest)
{
	unsigned char key[SCRAMKEY_MOST], stored[SCRAMKEY_MOST];
	size_t i;
	bool same;

	if (shown->len != made->size)
		return false;
	for (i = 0; i < made->size; i++)
		key[i] = (unsigned char)buf_bytes(shown)[i] ^
		    made->client_signature[i];
	same = EVP_Digest(key, made->size, stored, NULL,
		   EVP_get_digestbyname(digest), NULL) == 1 &&
	    CRYPTO_memcmp(stored, made->stored, made->size) == 0;
	text_wipe(key, sizeof key);
	return same;
}

static const char *
check(struct vouch *v, const struct vouch_secret *secret,
    const struct buf *shown, struct buf *to)
{
	struct scramkey made;
	const char *why = NULL;

	if (!compute(v, secret, &made))
		why = "OpenSSL cannot do this here";
	else if (!is_right(&made, shown, secret->digest))
		why = "the password is wrong";
	if (why == NULL) {
		buf_adds(to, "v=");
		text_base64(to, made.server_signature, made.size);
	}
	text_wipe(&made, sizeof made);
	return why;
}

/* Does this say base64 of those bytes? */
static bool
encodes(const struct part *text, const struct buf *bytes)
{
	struct buf wanted = { 0 };
	bool same;

	text_base64(&wanted, buf_bytes(bytes), bytes->len);
	same = text->n == wanted.len && text->n > 0 &&
	    memcmp(text->p, buf_bytes(&wanted), text->n) == 0;
	buf_free(&wanted);
	return same;
}

const char *
vouch_final(struct vouch *v, const struct vouch_secret *secret,
    const struct buf *final, struct buf *to)
{
	struct part from = { buf_bytes(final), final->len };
	struct part all = from, binding, nonce, proof;
	struct buf shown = { 0 };
	const char *why;

	if (!take(&from, "c=", &binding) || !take(&from, "r=", &nonce))
		return no_final;
	all.n = (size_t)(nonce.p + nonce.n - all.p);
	if (!take(&from, "p=", &proof) ||
	    text_unbase64(&shown, proof.p, proof.n) < 0)
		return no_final;
	buf_add(&v->message, all.p, all.n);
	if (!encodes(&binding, &v->gs2))
		why = "its c= does not repeat how the first message began";
	else if (nonce.n != v->nonce.len ||
	    memcmp(nonce.p, buf_bytes(&v->nonce), nonce.n) != 0)
		why = "its r= is not the nonce of both sides";
	else
		why = check(v, secret, &shown, to);
	buf_free(&shown);
	return why;
}

void
vouch_free(struct vouch *v)
{
	buf_free(&v->gs2);
	buf_free(&v->message);
	buf_free(&v->nonce);
	text_wipe(v, sizeof *v);
}
