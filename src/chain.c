/* SPDX-License-Identifier: ISC */
/* chain.c - a server's certificates, in three forms. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "buf.h"
#include "cert.h"
#include "chain.h"
#include "shown.h"
#include "staple.h"
#include "tls.h"

/* --- lines --- */

/* What others say of the server's own certificate. */
static void
add_vouchers(struct buf *to, const struct tls_report *r)
{
	cert_label(to, "OCSP staple");
	if (r->resumed)
		buf_adds(to, "none: the session was resumed");
	else
		staple_words(to, &r->staple);
	buf_adds(to, "\n");
	cert_label(to, "SCTs");
	if (r->scts == 0)
		buf_adds(to, "none\n");
	else
		buf_addf(to, "%d, not verified\n", r->scts);
}

void
chain_text(struct buf *to, const struct tls_report *r,
    const struct tls_chain *chain)
{
	size_t i;

	for (i = 0; i < chain->n; i++) {
		const struct tls_link *link = &chain->links[i];

		buf_addf(to, "%zu  ", i);
		cert_name(to, X509_get_subject_name(link->cert));
		buf_adds(to,
		    link->sent ? "\n" : " (the server did not send it)\n");
		cert_lines(to, link->cert);
		if (i == 0)
			add_vouchers(to, r);
		cert_label(to, "verdict");
		if (link->problem != NULL)
			buf_addf(to, "NOT VERIFIED: %s\n", link->problem);
		else
			buf_adds(to, "nothing wrong found\n");
	}
	if (chain->anchor != NULL) {
		buf_adds(to, "trusted because of ");
		cert_name(to, X509_get_subject_name(chain->anchor));
		buf_adds(to, "\n");
	}
}

/* --- PEM --- */

void
chain_pem(struct buf *to, const struct tls_chain *chain)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	size_t i;
	long n;

	for (i = 0; bio != NULL && i < chain->n; i++) {
		if (chain->links[i].sent)
			PEM_write_bio_X509(bio, chain->links[i].cert);
	}
	n = bio == NULL ? 0 : BIO_get_mem_data(bio, &p);
	if (n > 0)
		buf_add(to, p, (size_t)n);
	BIO_free(bio);
}

/* --- JSON --- */

/* "name":  with a comma before it, unless the object begins. */
static void
add_name(struct buf *to, const char *name)
{
	bool begins = to->len == 0 || buf_bytes(to)[to->len - 1] == '{';

	buf_addf(to, "%s\"%s\":", begins ? "" : ",", name);
}

static void
add_bool(struct buf *to, const char *name, bool value)
{
	add_name(to, name);
	buf_adds(to, value ? "true" : "false");
}

static void
add_quoted(struct buf *to, const char *p, size_t n)
{
	buf_adds(to, "\"");
	shown_json(to, p, n, SIZE_MAX);
	buf_adds(to, "\"");
}

/* A string; nothing at all is null. */
static void
add_text(struct buf *to, const char *name, const char *text)
{
	add_name(to, name);
	if (text == NULL || text[0] == '\0')
		buf_adds(to, "null");
	else
		add_quoted(to, text, strlen(text));
}

/* What the function appends, as a string. */
static void
add_words(struct buf *to, const char *name,
    void (*words)(struct buf *, const X509 *), const X509 *cert)
{
	struct buf b = { 0 };

	words(&b, cert);
	buf_add(&b, "", 1);
	add_text(to, name, buf_bytes(&b));
	buf_free(&b);
}

static void
add_subject(struct buf *to, const X509 *cert)
{
	cert_name(to, X509_get_subject_name(cert));
}

static void
add_issuer(struct buf *to, const X509 *cert)
{
	cert_name(to, X509_get_issuer_name(cert));
}

static void
add_since(struct buf *to, const X509 *cert)
{
	cert_time(to, X509_get0_notBefore(cert));
}

static void
add_until(struct buf *to, const X509 *cert)
{
	cert_time(to, X509_get0_notAfter(cert));
}

static void
add_sha256(struct buf *to, const X509 *cert)
{
	unsigned char md[32];
	char hex[65];

	cert_digest(cert, md);
	cert_hex(hex, md);
	buf_adds(to, hex);
}

static void
add_key_sha256(struct buf *to, const X509 *cert)
{
	unsigned char md[32];
	char hex[65];

	cert_key_digest(cert, md);
	cert_hex(hex, md);
	buf_adds(to, hex);
}

/* The names one by one: no comma is left within one. */
static void
add_names(struct buf *to, const char *name, const X509 *cert,
    size_t (*list)(struct buf *, const X509 *, size_t))
{
	struct buf all = { 0 };
	const char *p;
	size_t len;

	list(&all, cert, SIZE_MAX);
	buf_add(&all, "", 1);
	p = buf_bytes(&all);
	add_name(to, name);
	buf_adds(to, "[");
	while (*p != '\0') {
		len = strcspn(p, ",");
		add_quoted(to, p, len);
		p += len;
		if (*p == ',') {
			buf_adds(to, ",");
			p += strlen(", ");
		}
	}
	buf_adds(to, "]");
	buf_free(&all);
}

static void
add_key(struct buf *to, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);

	add_name(to, "key");
	buf_adds(to, "{");
	add_text(to, "type", key == NULL ? NULL : EVP_PKEY_get0_type_name(key));
	add_name(to, "bits");
	buf_addf(to, "%d}", key == NULL ? 0 : EVP_PKEY_get_bits(key));
}

static void
add_link(struct buf *to, const struct tls_link *link)
{
	const X509 *cert = link->cert;

	buf_adds(to, "{");
	add_words(to, "subject", add_subject, cert);
	add_names(to, "names", cert, cert_names);
	add_names(to, "other_names", cert, cert_others);
	add_words(to, "issuer", add_issuer, cert);
	add_words(to, "not_before", add_since, cert);
	add_words(to, "not_after", add_until, cert);
	add_name(to, "days");
	buf_addf(to, "%d", cert_days(X509_get0_notAfter(cert)));
	add_key(to, link->cert);
	add_words(to, "signature", cert_signature, cert);
	add_words(to, "sha256", add_sha256, cert);
	add_words(to, "key_sha256", add_key_sha256, cert);
	add_bool(to, "sent", link->sent);
	add_text(to, "problem", link->problem);
	buf_adds(to, "}");
}

static void
add_staple(struct buf *to, const struct staple *s)
{
	add_name(to, "ocsp");
	if (s->status == STAPLE_NONE) {
		buf_adds(to, "null");
		return;
	}
	buf_adds(to, "{");
	add_text(to, "status", staple_name(s));
	add_bool(to, "verified", s->issued && s->current);
	add_text(to, "this_update", s->since);
	add_text(to, "next_update", s->until);
	add_text(to, "revoked", s->revoked);
	add_text(to, "problem", s->why);
	buf_adds(to, "}");
}

static void
add_anchor(struct buf *to, const X509 *cert)
{
	add_name(to, "anchor");
	if (cert == NULL) {
		buf_adds(to, "null");
		return;
	}
	buf_adds(to, "{");
	add_words(to, "subject", add_subject, cert);
	add_words(to, "sha256", add_sha256, cert);
	buf_adds(to, "}");
}

void
chain_json(struct buf *to, const struct tls_report *r,
    const struct tls_chain *chain)
{
	size_t i;

	buf_adds(to, "{");
	add_text(to, "version", r->version);
	add_text(to, "cipher", r->cipher);
	add_text(to, "group", r->group);
	add_text(to, "signer", r->signer);
	add_text(to, "alpn", r->alpn);
	add_bool(to, "resumed", r->resumed);
	add_bool(to, "verified", r->verified);
	add_text(to, "problem", r->why);
	add_staple(to, &r->staple);
	add_name(to, "scts");
	buf_addf(to, "%d", r->scts);
	add_name(to, "certificates");
	buf_adds(to, "[");
	for (i = 0; i < chain->n; i++) {
		if (i > 0)
			buf_adds(to, ",");
		add_link(to, &chain->links[i]);
	}
	buf_adds(to, "]");
	add_anchor(to, chain->anchor);
	buf_adds(to, "}");
}
