/* SPDX-License-Identifier: ISC */
/* tls.c - what is trusted, and words for what was found. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "agreed.h"
#include "alert.h"
#include "buf.h"
#include "cert.h"
#include "fail.h"
#include "resume.h"
#include "staple.h"
#include "text.h"
#include "tls.h"
#include "tlsa.h"
#include "tlsopt.h"
#include "trust.h"

enum { PIN_LEN = 32 };

/* What belongs to a context beside OpenSSL's part: its "app data". */
struct tls {
	struct trust trust;
	struct resume resume;
	bool showed; /* our certificate, as the server asked for it */
	bool have_pin;
	unsigned char pin[PIN_LEN];
	int keylog;   /* descriptor, -1: none */
	int unlogged; /* errno's value of a write to it that failed */
};

/* --- the context --- */

static void
keylog_line(const SSL *ssl, const char *line)
{
	struct tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	struct buf b = { 0 };
	ssize_t put;

	/* One write: several programs may share the file.  If it fails, the
	 * session is worth more than its log. */
	buf_addf(&b, "%s\n", line);
	put = write(t->keylog, buf_bytes(&b), b.len);
	if (put < 0)
		t->unlogged = errno;
	else if ((size_t)put < b.len)
		t->unlogged = ENOSPC;
	errno = 0;
	buf_free(&b);
}

static int
session_came(SSL *ssl, SSL_SESSION *session)
{
	struct tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	resume_came(&t->resume, session);
	return 1;
}

static int
set_resume(SSL_CTX *ctx, struct tls *t, const char *path, struct fail *f)
{
	if (path == NULL)
		return 0;
	SSL_CTX_set_session_cache_mode(ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, session_came);
	return resume_load(&t->resume, path, f);
}

/* What telex wants of every connection; --tls-opt may change it. */
static int
set_floor(SSL_CTX *ctx, struct fail *f)
{
	SSL_CTX_set_security_level(ctx, 2);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1)
		return fail_set(f, STATUS_TLS, "OpenSSL has no TLS 1.2");
	return 0;
}

static int
set_up(SSL_CTX *ctx, struct tls *t, const struct tls_plan *plan, struct fail *f)
{
	const char *log = trust_environment("SSLKEYLOGFILE");

	if (set_floor(ctx, f) < 0 ||
	    tlsopt_roots(ctx, plan->cafile, plan->capath, f) < 0 ||
	    tlsopt_pem(ctx, plan->pem, f) < 0 ||
	    tlsopt_alpn(ctx, plan->alpn, f) < 0 ||
	    tlsopt_keylog(&t->keylog, plan->keylog, log, f) < 0 ||
	    tlsopt_settings(ctx, plan->opts, plan->nopts, f) < 0 ||
	    /* Whether a key is strong enough, the settings say. */
	    tlsopt_identity(ctx, plan->cert, plan->key, f) < 0 ||
	    set_resume(ctx, t, plan->resume, f) < 0)
		return -1;
	tlsopt_watch(ctx, &t->showed);
	t->have_pin = plan->pin != NULL;
	if (t->have_pin && tlsopt_pin(t->pin, plan->pin, f) < 0)
		return -1;
	if (t->keylog >= 0)
		SSL_CTX_set_keylog_callback(ctx, keylog_line);
	if (plan->want_dane && SSL_CTX_dane_enable(ctx) != 1)
		return fail_set(f, STATUS_TLS, "OpenSSL has no DANE");
	t->trust.dane = plan->want_dane;
	t->trust.defaults = plan->cafile == NULL && plan->capath == NULL;
	trust_watch(&t->trust, ctx);
	return 0;
}

SSL_CTX *
tls_context(const struct tls_plan *plan, struct fail *f)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct tls *t;

	if (ctx == NULL) {
		fail_set(f, STATUS_TLS, "OpenSSL cannot begin");
		ERR_clear_error();
		return NULL;
	}
	t = xmalloc(sizeof *t);
	memset(t, 0, sizeof *t);
	t->keylog = -1;
	SSL_CTX_set_app_data(ctx, t);
	if (set_up(ctx, t, plan, f) < 0) {
		tls_free(ctx);
		ctx = NULL;
	}
	ERR_clear_error();
	return ctx;
}

void
tls_free(SSL_CTX *ctx)
{
	struct tls *t = ctx == NULL ? NULL : SSL_CTX_get_app_data(ctx);

	if (t != NULL) {
		trust_clear(&t->trust);
		resume_free(&t->resume);
		if (t->keylog >= 0)
			close(t->keylog);
		free(t);
	}
	SSL_CTX_free(ctx);
}

/* --- one connection --- */

/* The names that the certificate may bear. */
static int
set_names(struct trust *t, const struct tls_plan *plan, const char *host,
    struct fail *f)
{
	const struct tlsa_host *d = plan->dane;
	const char *name = plan->verify_name, *also = NULL;

	trust_clear(t);
	t->also[0] = '\0';
	if (name == NULL && d != NULL) {
		name = d->base;
		also = d->domain;
	}
	if (name == NULL)
		name = host != NULL ? host : "";
	if (also != NULL && tlsopt_name(t->also, sizeof t->also, also, f) < 0)
		return -1;
	return tlsopt_name(t->name, sizeof t->name, name, f);
}

SSL *
tls_client(SSL_CTX *ctx, const struct tls_plan *plan, const char *host,
    struct fail *f)
{
	struct tls *t = SSL_CTX_get_app_data(ctx);
	char sni[sizeof t->trust.name];
	unsigned char bytes[16];
	SSL *ssl;

	if (set_names(&t->trust, plan, host, f) < 0 ||
	    tlsopt_name(sni, sizeof sni,
		plan->servername != NULL ? plan->servername : t->trust.name,
		f) < 0)
		return NULL;
	ssl = SSL_new(ctx);
	if (ssl == NULL ||
	    (sni[0] != '\0' && cert_address(sni, bytes) == 0 &&
		SSL_set_tlsext_host_name(ssl, sni) != 1)) {
		fail_set(f, STATUS_TLS, "OpenSSL cannot begin a connection");
		SSL_free(ssl);
		ERR_clear_error();
		return NULL;
	}
	if (plan->want_dane && tlsa_offer(ssl, plan->dane, f) < 0) {
		SSL_free(ssl);
		ERR_clear_error();
		return NULL;
	}
	ERR_clear_error();
	t->showed = false;
	SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
	resume_offer(&t->resume, ssl, sni);
	return ssl;
}

int
tls_keep(SSL_CTX *ctx, struct fail *f)
{
	struct tls *t = SSL_CTX_get_app_data(ctx);

	return resume_save(&t->resume, f);
}

bool
tls_showed(const SSL *ssl)
{
	const struct tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	return t->showed;
}

/* --- the report --- */

static bool
pin_matches(const struct tls *t)
{
	unsigned char md[PIN_LEN], key[PIN_LEN];

	if (!t->have_pin || t->trust.leaf == NULL)
		return false;
	cert_digest(t->trust.leaf, md);
	cert_key_digest(t->trust.leaf, key);
	return memcmp(md, t->pin, PIN_LEN) == 0 ||
	    memcmp(key, t->pin, PIN_LEN) == 0;
}

static void
report_session(const SSL *ssl, struct tls_report *r)
{
	const char *cipher = SSL_get_cipher_name(ssl);
	const unsigned char *alpn;
	struct buf b = { 0 };
	unsigned len;

	snprintf(r->version, sizeof r->version, "%s", SSL_get_version(ssl));
	snprintf(r->cipher, sizeof r->cipher, "%s",
	    cipher == NULL ? "" : cipher);
	SSL_get0_alpn_selected(ssl, &alpn, &len);
	if (len > 0)
		text_quote(&b, (const char *)alpn, len, len);
	text_copy(r->alpn, sizeof r->alpn, &b);
	buf_free(&b);
}

static void
report_certificate(const X509 *cert, struct tls_report *r)
{
	unsigned char md[PIN_LEN];
	struct buf b = { 0 };

	cert_subject(&b, cert);
	text_copy(r->subject, sizeof r->subject, &b);
	buf_clear(&b);
	cert_day(&b, X509_get0_notAfter(cert));
	text_copy(r->until, sizeof r->until, &b);
	buf_clear(&b);
	r->days = cert_left(&b, X509_get0_notAfter(cert));
	text_copy(r->ended, sizeof r->ended, &b);
	buf_free(&b);
	cert_digest(cert, md);
	cert_hex(r->sha256, md);
	cert_key_digest(cert, md);
	cert_hex(r->key256, md);
}

/* Why it is not verified, and the pin that would accept it. */
static void
report_why(const struct tls *t, const struct buf *faults, struct tls_report *r)
{
	char advice[160] = "";
	struct buf b = { 0 };

	if (t->have_pin && t->trust.leaf != NULL)
		buf_addf(&b,
		    "neither the certificate nor its key is the "
		    "pinned one%s",
		    faults->len > 0 ? "; " : "");
	if (faults->len > 0)
		buf_add(&b, buf_bytes(faults), faults->len);
	if (t->trust.dane)
		snprintf(advice, sizeof advice,
		    " (its key would need 3 1 1 %s)", r->key256);
	else if (t->trust.leaf != NULL)
		snprintf(advice, sizeof advice,
		    t->have_pin ?
			" (its SHA-256 is %s)" :
			" (--pin=sha256:%s accepts just this certificate)",
		    r->sha256);
	text_copy(r->why, sizeof r->why - strlen(advice), &b);
	snprintf(r->why + strlen(r->why), sizeof r->why - strlen(r->why), "%s",
	    advice);
	buf_free(&b);
}

/* What of others came with the certificate: the issuer's word, the logs'. */
static void
report_vouchers(SSL *ssl, struct tls *t, struct tls_report *r)
{
	STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
	bool trusted = chain != NULL && t->trust.nfaults == 0;
	const unsigned char *der = NULL;
	long n = SSL_get_tlsext_status_ocsp_resp(ssl, &der);

	staple_read(&r->staple, der, n > 0 ? (size_t)n : 0,
	    trusted ? chain : SSL_get_peer_cert_chain(ssl), trusted);
	if (r->staple.status == STAPLE_REVOKED && r->staple.issued) {
		trust_revoked(&t->trust);
		/* A resumed session would bring no such word. */
		t->resume.refused = true;
	}
	r->scts = sk_SCT_num(SSL_get0_peer_scts(ssl));
	if (r->scts < 0)
		r->scts = 0;
	ERR_clear_error();
}

/* A resumed session shows no certificate: it is the one of its beginning. */
static void
report_resumed(SSL *ssl, struct tls *t, struct tls_report *r)
{
	r->offered = t->resume.offered;
	r->resumed = SSL_session_reused(ssl) == 1;
	if (r->resumed && t->trust.leaf == NULL && t->resume.chain != NULL)
		trust_again(&t->trust, ssl, t->resume.chain);
	resume_begun(&t->resume, ssl);
}

/* Which record matches; false if none does. */
static bool
report_dane(SSL *ssl, struct tls *t, struct tls_report *r)
{
	struct tlsa match;

	if (tlsa_match(ssl, &match) < 0)
		return false;
	snprintf(r->tlsa, sizeof r->tlsa, "%u %u %u", match.usage,
	    match.selector, match.matching);
	t->trust.nameless = match.usage == TLSA_DANE_EE;
	return true;
}

void
tls_report(SSL *ssl, const struct tls_plan *plan, const char *host,
    struct tls_report *r)
{
	struct tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	struct buf faults = { 0 };
	bool named;

	/* The context and tls_client have kept what is needed of them. */
	(void)plan;
	(void)host;
	memset(r, 0, sizeof *r);
	r->unlogged = t->unlogged;
	report_session(ssl, r);
	agreed_group(ssl, r->group, sizeof r->group);
	agreed_signer(ssl, r->signer, sizeof r->signer);
	report_resumed(ssl, t, r);
	report_vouchers(ssl, t, r);
	if (t->trust.leaf != NULL)
		report_certificate(t->trust.leaf, r);
	named = !t->trust.dane || report_dane(ssl, t, r);
	trust_words(&t->trust, &faults);
	r->pinned = pin_matches(t);
	r->verified = r->pinned || (!t->have_pin && named && faults.len == 0);
	if (!r->verified)
		report_why(t, &faults, r);
	buf_free(&faults);
}

/* --- the chain --- */

static void
add_link(struct tls_chain *chain, const struct trust *t, X509 *cert, bool sent)
{
	struct tls_link *link;
	struct buf words = { 0 };

	chain->links =
	    xrealloc(chain->links, (chain->n + 1) * sizeof *chain->links);
	link = &chain->links[chain->n++];
	X509_up_ref(cert);
	*link = (struct tls_link){ .cert = cert, .sent = sent };
	trust_words_for(t, cert, &words);
	if (words.len > 0) {
		buf_add(&words, "", 1);
		link->problem = xstrdup(buf_bytes(&words));
	}
	buf_free(&words);
}

static bool
has_link(const struct tls_chain *chain, const X509 *cert)
{
	size_t i;

	for (i = 0; i < chain->n; i++) {
		if (X509_cmp(chain->links[i].cert, cert) == 0)
			return true;
	}
	return false;
}

void
tls_chain(SSL *ssl, struct tls_chain *chain)
{
	STACK_OF(X509) * sent;
	const struct tls *t;
	size_t i;
	int n;

	memset(chain, 0, sizeof *chain);
	if (ssl == NULL)
		return;
	t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	sent = SSL_get_peer_cert_chain(ssl);
	if (sent == NULL && SSL_session_reused(ssl))
		sent = t->resume.chain;
	for (n = 0; n < sk_X509_num(sent); n++)
		add_link(chain, &t->trust, sk_X509_value(sent, n), true);
	for (i = 0; i < t->trust.nfaults; i++) {
		if (!has_link(chain, t->trust.faults[i].cert))
			add_link(chain, &t->trust, t->trust.faults[i].cert,
			    false);
	}
	chain->anchor = t->trust.anchor;
	if (chain->anchor != NULL)
		X509_up_ref(chain->anchor);
}

void
tls_chain_free(struct tls_chain *chain)
{
	size_t i;

	for (i = 0; i < chain->n; i++) {
		X509_free(chain->links[i].cert);
		free(chain->links[i].problem);
	}
	free(chain->links);
	X509_free(chain->anchor);
	memset(chain, 0, sizeof *chain);
}

void
tls_words(SSL *ssl, int result, char *text, size_t size)
{
	alert_words(ssl, result, text, size);
}
