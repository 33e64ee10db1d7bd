/* SPDX-License-Identifier: ISC */
/* scram.c - SCRAM: a password is proved by both sides, and never sent. */
#include <string.h>

#include <openssl/crypto.h>

#include "buf.h"
#include "fail.h"
#include "scram.h"
#include "scramkey.h"
#include "text.h"

/* Bytes; borrowed. */
struct part {
	const char *p;
	size_t n;
};

/* What server-first-message says. */
struct first {
	struct part nonce; /* of both sides */
	struct buf salt;
};

static void
no_comma(struct buf *to, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == ',')
			buf_adds(to, "=2C");
		else if (*name == '=')
			buf_adds(to, "=3D");
		else
			buf_add(to, name, 1);
	}
}

void
scram_first(struct scram *c, const struct scram_plan *plan, struct buf *to)
{
	memset(c, 0, sizeof *c);
	c->plan = *plan;
	if (plan->binding != NULL)
		buf_addf(&c->gs2, "p=%s,,", plan->binding);
	else
		buf_adds(&c->gs2, plan->could_bind ? "y,," : "n,,");
	buf_adds(&c->bare, "n=");
	no_comma(&c->bare, plan->user);
	buf_addf(&c->bare, ",r=%s", plan->nonce);
	buf_add(to, buf_bytes(&c->gs2), c->gs2.len);
	buf_add(to, buf_bytes(&c->bare), c->bare.len);
	if (plan->binding != NULL)
		buf_add(&c->gs2, plan->bound, plan->bound_len);
}

/* "X=value" at the beginning, and the comma behind it, are taken off. */
static int
take(struct part *from, char name, struct part *value)
{
	const char *comma;

	if (from->n < 2 || from->p[0] != name || from->p[1] != '=')
		return -1;
	comma = memchr(from->p, ',', from->n);
	value->p = from->p + 2;
	value->n = comma == NULL ? from->n - 2 : (size_t)(comma - value->p);
	from->n -= value->n + 2;
	from->p += value->n + 2;
	if (comma != NULL) {
		from->p++;
		from->n--;
	}
	return 0;
}

/* "e=invalid-proof": the server's own reason. */
static int
server_error(const struct part *why, struct fail *f)
{
	struct buf text = { 0 };
	int rc;

	text_quote(&text, why->p, why->n, 100);
	rc = fail_set(f, STATUS_PERMANENT, "the server refused: %.*s",
	    (int)text.len, text.len == 0 ? "" : buf_bytes(&text));
	buf_free(&text);
	return rc;
}

/* Ours, and something printable of the server's behind it. */
static bool
is_nonce(const struct scram *c, const struct part *nonce)
{
	size_t own = strlen(c->plan.nonce), i;

	if (nonce->n <= own || memcmp(nonce->p, c->plan.nonce, own) != 0)
		return false;
	for (i = own; i < nonce->n; i++) {
		if (nonce->p[i] <= ' ' || nonce->p[i] > '~')
			return false;
	}
	return true;
}

static int
read_iterations(struct scram *c, const struct part *number, struct fail *f)
{
	char digits[24];

	if (number->n == 0 || number->n >= sizeof digits)
		return fail_set(f, STATUS_NETWORK,
		    "the server's number of iterations is none");
	memcpy(digits, number->p, number->n);
	digits[number->n] = '\0';
	if (strlen(digits) != number->n ||
	    text_number(digits, 1, SCRAM_MOST, &c->iterations) < 0)
		return fail_set(f, STATUS_NETWORK,
		    "the server wants a number of iterations that is not "
		    "between 1 and %d",
		    SCRAM_MOST);
	return 0;
}

/* "r=...,s=...,i=...[,extensions]" (RFC 5802, section 7). */
static int
read_first(struct scram *c, struct part from, struct first *first,
    struct fail *f)
{
	struct part salt, number, why;

	if (take(&from, 'e', &why) == 0)
		return server_error(&why, f);
	if (from.n > 1 && memcmp(from.p, "m=", 2) == 0)
		return fail_set(f, STATUS_NETWORK,
		    "the server wants an extension of SCRAM that telex does "
		    "not know");
	if (take(&from, 'r', &first->nonce) < 0 ||
	    take(&from, 's', &salt) < 0 || take(&from, 'i', &number) < 0)
		return fail_set(f, STATUS_NETWORK,
		    "that is no first message of a SCRAM server");
	if (!is_nonce(c, &first->nonce))
		return fail_set(f, STATUS_NETWORK,
		    "the server's nonce does not begin with ours: this "
		    "answers another exchange");
	if (text_unbase64(&first->salt, salt.p, salt.n) < 0 ||
	    first->salt.len == 0)
		return fail_set(f, STATUS_NETWORK,
		    "the server's salt is not base64");
	c->salt_len = first->salt.len;
	return read_iterations(c, &number, f);
}

/*
 * The proof for this AuthMessage, and the signature that the server will have
 * to show.
 */
static bool
prove(struct scram *c, const struct buf *salt, const struct part *message,
    unsigned char *proof)
{
	const struct scramkey_plan plan = { .digest = c->plan.digest,
		.password = c->plan.password,
		.salt = buf_bytes(salt),
		.salt_len = salt->len,
		.iterations = c->iterations,
		.message = message->p,
		.message_len = message->n };
	struct scramkey k;
	bool ok = scramkey_make(&k, &plan);
	size_t i;

	c->size = k.size;
	for (i = 0; i < k.size; i++)
		proof[i] = k.client[i] ^ k.client_signature[i];
	memcpy(c->sum, k.server_signature, k.size);
	text_wipe(&k, sizeof k);
	return ok;
}

/* All but the proof is known: the message, with it. */
static int
write_final(struct scram *c, const struct part *from, const struct first *first,
    struct buf *to)
{
	struct buf final = { 0 }, message = { 0 };
	unsigned char proof[64];
	struct part all;
	bool ok;

	buf_adds(&final, "c=");
	text_base64(&final, buf_bytes(&c->gs2), c->gs2.len);
	buf_adds(&final, ",r=");
	buf_add(&final, first->nonce.p, first->nonce.n);
	buf_add(&message, buf_bytes(&c->bare), c->bare.len);
	buf_adds(&message, ",");
	buf_add(&message, from->p, from->n);
	buf_adds(&message, ",");
	buf_add(&message, buf_bytes(&final), final.len);
	all = (struct part){ buf_bytes(&message), message.len };
	ok = prove(c, &first->salt, &all, proof);
	if (ok) {
		buf_adds(&final, ",p=");
		text_base64(&final, proof, c->size);
		buf_add(to, buf_bytes(&final), final.len);
	}
	text_wipe(proof, sizeof proof);
	buf_free(&final);
	buf_free(&message);
	return ok ? 0 : -1;
}

int
scram_final(struct scram *c, const char *p, size_t n, struct buf *to,
    struct fail *f)
{
	struct part from = { p, n };
	struct first first = { .nonce = { NULL, 0 } };
	int rc = read_first(c, from, &first, f);

	if (rc == 0 && write_final(c, &from, &first, to) < 0)
		rc = fail_set(f, STATUS_NETWORK, "OpenSSL cannot do %s",
		    c->plan.digest);
	buf_free(&first.salt);
	return rc;
}

int
scram_verify(struct scram *c, const char *p, size_t n, struct fail *f)
{
	struct part from = { p, n }, value;
	struct buf sum = { 0 };
	bool same;

	if (take(&from, 'e', &value) == 0)
		return server_error(&value, f);
	if (take(&from, 'v', &value) < 0 ||
	    text_unbase64(&sum, value.p, value.n) < 0) {
		buf_free(&sum);
		return fail_set(f, STATUS_NETWORK,
		    "that is no last message of a SCRAM server");
	}
	same = sum.len == c->size &&
	    CRYPTO_memcmp(buf_bytes(&sum), c->sum, c->size) == 0;
	buf_free(&sum);
	if (same)
		return 0;
	return fail_set(f, STATUS_TLS,
	    "the server does not know the password: its signature is wrong, "
	    "as of an impostor");
}

void
scram_free(struct scram *c)
{
	buf_free(&c->bare);
	buf_free(&c->gs2);
	text_wipe(c, sizeof *c);
}
