/* SPDX-License-Identifier: ISC */
/* identity.c - a throw-away CA and what it issues. */
#include <arpa/inet.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "buf.h"
#include "fail.h"
#include "identity.h"

enum { MINUTE = 60, DAY = 24 * 60 * 60, SERIAL_BITS = 127 };

/* What a client is shown that wants another name (RFC 2606). */
#define NOBODY "nobody.invalid"

struct identity {
	X509 *ca; /* NULL: self-signed */
	X509 *cert;
	EVP_PKEY *key;
};

/* One certificate that is to be made. */
struct wanted {
	const char *name; /* its subject's CN */
	const char *alt;  /* subjectAltName, or NULL */
	X509 *issuer;     /* NULL: itself */
	EVP_PKEY *key;    /* its own */
	EVP_PKEY *signer; /* its issuer's */
	bool ca;
	bool expired;
};

/* An extension in the words of OpenSSL's configuration. */
struct extension {
	int nid;
	const char *value;
};

static const struct extension of_ca[] = {
	{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
	{ NID_key_usage, "critical,keyCertSign" },
	{ NID_subject_key_identifier, "hash" },
	{ 0, NULL },
};

static const struct extension of_leaf[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature" },
	{ NID_ext_key_usage, "serverAuth" },
	{ NID_subject_key_identifier, "hash" },
	{ NID_authority_key_identifier, "keyid" },
	{ 0, NULL },
};

static int
no_memory(struct fail *f)
{
	ERR_clear_error();
	return fail_set(f, STATUS_TLS, "OpenSSL cannot make a certificate");
}

/* --- names --- */

static bool
is_address(const char *name)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, name, bytes) == 1 ||
	    inet_pton(AF_INET6, name, bytes) == 1;
}

/* "a,b" as "DNS:a,IP:b". */
static int
alt_names(struct buf *to, const char *names, struct fail *f)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.*:";

	for (;;) {
		size_t n = strcspn(names, ",");
		char name[254];

		if (n == 0 || n >= sizeof name || strspn(names, letters) < n)
			return fail_about(f, STATUS_USAGE, names,
			    "not a name for a certificate");
		memcpy(name, names, n);
		name[n] = '\0';
		if (!is_address(name) && strchr(name, ':') != NULL)
			return fail_about(f, STATUS_USAGE, name,
			    "not an address");
		buf_addf(to, "%s%s:%s", to->len > 0 ? "," : "",
		    is_address(name) ? "IP" : "DNS", name);
		if (names[n] == '\0')
			break;
		names += n + 1;
	}
	buf_add(to, "", 1);
	return 0;
}

/* --- certificates --- */

/* Without one that is random, browsers take it for another's. */
static int
set_serial(X509 *cert)
{
	BIGNUM *n = BN_new();
	int done = n != NULL &&
	    BN_rand(n, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) != NULL;

	BN_free(n);
	return done ? 0 : -1;
}

static int
set_dates(X509 *cert, bool expired)
{
	long from = expired ? -2 * DAY : -MINUTE;
	long until = expired ? -DAY : DAY;

	return X509_gmtime_adj(X509_getm_notBefore(cert), from) != NULL &&
		X509_gmtime_adj(X509_getm_notAfter(cert), until) != NULL ?
	    0 :
	    -1;
}

static int
set_names(X509 *cert, const struct wanted *w)
{
	const X509 *issuer = w->issuer == NULL ? cert : w->issuer;

	return X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN",
		   MBSTRING_ASC, (const unsigned char *)w->name, -1, -1,
		   0) == 1 &&
		X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1 ?
	    0 :
	    -1;
}

static int
add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	int done;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	done = e != NULL && X509_add_ext(cert, e, -1) == 1;
	X509_EXTENSION_free(e);
	return done ? 0 : -1;
}

static int
add_extensions(X509 *cert, const struct wanted *w)
{
	const struct extension *e = w->ca ? of_ca : of_leaf;
	X509 *issuer = w->issuer == NULL ? cert : w->issuer;

	for (; e->value != NULL; e++) {
		if (add_extension(cert, issuer, e->nid, e->value) < 0)
			return -1;
	}
	return w->alt == NULL ?
	    0 :
	    add_extension(cert, issuer, NID_subject_alt_name, w->alt);
}

/* Make one; NULL when memory or randomness are out. */
static X509 *
certificate(const struct wanted *w)
{
	X509 *cert = X509_new();

	if (cert == NULL)
		return NULL;
	if (X509_set_version(cert, X509_VERSION_3) == 1 &&
	    set_serial(cert) == 0 && set_dates(cert, w->expired) == 0 &&
	    set_names(cert, w) == 0 && X509_set_pubkey(cert, w->key) == 1 &&
	    add_extensions(cert, w) == 0 &&
	    X509_sign(cert, w->signer, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

/* The CA, whose key lives as long as this call, and the certificate. */
static int
issue(struct identity *i, struct wanted *leaf)
{
	struct wanted ca = { .name = "telex throw-away CA", .ca = true };

	ca.key = ca.signer = EVP_EC_gen("P-256");
	if (ca.key != NULL)
		i->ca = certificate(&ca);
	if (i->ca != NULL) {
		leaf->issuer = i->ca;
		leaf->signer = ca.key;
		i->cert = certificate(leaf);
	}
	EVP_PKEY_free(ca.key);
	return i->cert == NULL ? -1 : 0;
}

struct identity *
identity_make(const char *names, unsigned faults, struct fail *f)
{
	struct wanted leaf = { .name = "telex" };
	struct identity *i = xmalloc(sizeof *i);
	struct buf alt = { 0 };
	int done = -1;

	memset(i, 0, sizeof *i);
	if ((faults & IDENTITY_WRONG_NAME) != 0)
		names = NOBODY;
	if (alt_names(&alt, names, f) < 0)
		goto out;
	i->key = EVP_EC_gen("P-256");
	leaf.alt = buf_bytes(&alt);
	leaf.key = leaf.signer = i->key;
	leaf.expired = (faults & IDENTITY_EXPIRED) != 0;
	if (i->key == NULL)
		done = no_memory(f);
	else if ((faults & IDENTITY_SELF_SIGNED) == 0)
		done = issue(i, &leaf);
	else
		done = (i->cert = certificate(&leaf)) == NULL ? -1 : 0;
	if (done < 0)
		no_memory(f);
out:
	buf_free(&alt);
	if (done < 0) {
		identity_free(i);
		return NULL;
	}
	return i;
}

void
identity_free(struct identity *i)
{
	if (i == NULL)
		return;
	X509_free(i->ca);
	X509_free(i->cert);
	EVP_PKEY_free(i->key);
	free(i);
}

int
identity_pem(const struct identity *i, struct buf *to, struct fail *f)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *text;
	long n = 0;

	if (memory != NULL &&
	    PEM_write_bio_X509(memory, i->ca == NULL ? i->cert : i->ca) == 1)
		n = BIO_get_mem_data(memory, &text);
	if (n > 0)
		buf_add(to, text, (size_t)n);
	BIO_free(memory);
	return n > 0 ? 0 : no_memory(f);
}

struct ssl_ctx_st *
identity_context(const struct identity *i, struct fail *f)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx != NULL &&
	    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_use_certificate(ctx, i->cert) == 1 &&
	    SSL_CTX_use_PrivateKey(ctx, i->key) == 1) {
		/* Lines have ends of their own: a client that leaves without
		 * a word under TLS has cut nothing off. */
		SSL_CTX_set_options(ctx,
		    SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
		/* Clients come once; tickets would only lie behind. */
		SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
		SSL_CTX_set_num_tickets(ctx, 0);
		return ctx;
	}
	SSL_CTX_free(ctx);
	ERR_clear_error();
	fail_set(f, STATUS_TLS, "OpenSSL cannot begin");
	return NULL;
}

void
identity_context_free(struct ssl_ctx_st *ctx)
{
	SSL_CTX_free(ctx);
}
