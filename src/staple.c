/* SPDX-License-Identifier: ISC */
/* staple.c - what the issuer says of a certificate, by OCSP. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "buf.h"
#include "cert.h"
#include "staple.h"

/* Clocks differ; in seconds. */
enum { SKEW = 300 };

/*
 * Good news without an end (nextUpdate) counts so long, in seconds: public
 * issuers say nothing that is for more than ten days.  Newer news is to be
 * had at any time then (RFC 6960, 4.2.2.1), so old ones may be kept on
 * purpose.  That a certificate is revoked never grows too old.
 */
enum { ENDLESS_MOST = 10 * 86400 };

/* One answer within a response. */
struct answer {
	int status, cause;
	ASN1_GENERALIZEDTIME *revoked, *since, *until;
};

static void
put_time(char to[24], const ASN1_TIME *time)
{
	struct buf b = { 0 };

	to[0] = '\0';
	if (time != NULL)
		cert_time(&b, time);
	if (b.len > 0 && b.len < 24)
		snprintf(to, 24, "%.*s", (int)b.len, buf_bytes(&b));
	buf_free(&b);
}

/* Does the certificate promise a staple (RFC 7633, status_request)? */
static bool
is_demanded(const X509 *cert)
{
	enum { STATUS_REQUEST = 5 };
	TLS_FEATURE *list = X509_get_ext_d2i(cert, NID_tlsfeature, NULL, NULL);
	bool found = false;
	int i;

	for (i = 0; i < sk_ASN1_INTEGER_num(list); i++)
		found = found ||
		    ASN1_INTEGER_get(sk_ASN1_INTEGER_value(list, i)) ==
			STATUS_REQUEST;
	TLS_FEATURE_free(list);
	return found;
}

static X509 *
issuer_of(const STACK_OF(X509) * chain)
{
	X509 *leaf = sk_X509_value(chain, 0);
	int i;

	for (i = sk_X509_num(chain) - 1; i >= 0; i--) {
		X509 *cert = sk_X509_value(chain, i);

		if (X509_check_issued(cert, leaf) == X509_V_OK)
			return cert;
	}
	return NULL;
}

static OCSP_BASICRESP *
open_response(struct staple *s, const unsigned char *der, size_t n)
{
	OCSP_RESPONSE *r =
	    n > LONG_MAX ? NULL : d2i_OCSP_RESPONSE(NULL, &der, (long)n);
	OCSP_BASICRESP *basic = NULL;

	if (r == NULL)
		s->why = "it is no OCSP response";
	else if (OCSP_response_status(r) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		s->why = "it tells of a failure of the OCSP server";
	else if ((basic = OCSP_response_get1_basic(r)) == NULL)
		s->why = "it is no basic OCSP response";
	OCSP_RESPONSE_free(r);
	return basic;
}

/* The answer about this certificate, whichever hash names it. */
static bool
find_answer(OCSP_BASICRESP *basic, const X509 *leaf, const X509 *issuer,
    struct answer *a)
{
	const EVP_MD *const ways[] = { EVP_sha1(), EVP_sha256() };
	bool found = false;
	size_t i;

	for (i = 0; !found && i < sizeof ways / sizeof ways[0]; i++) {
		OCSP_CERTID *id = OCSP_cert_to_id(ways[i], leaf, issuer);

		found = id != NULL &&
		    OCSP_resp_find_status(basic, id, &a->status, &a->cause,
			&a->revoked, &a->since, &a->until) == 1;
		OCSP_CERTID_free(id);
	}
	return found;
}

/* Is it signed by the issuer, or by somebody whom the issuer appointed? */
static bool
is_issued(OCSP_BASICRESP *basic, STACK_OF(X509) * chain)
{
	X509_STORE *store = X509_STORE_new();
	bool good = false;
	int i;

	if (store != NULL) {
		/* The certificate in question is no witness in its own case. */
		for (i = 1; i < sk_X509_num(chain); i++)
			X509_STORE_add_cert(store, sk_X509_value(chain, i));
		X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
		good = OCSP_basic_verify(basic, chain, store, 0) == 1;
	}
	X509_STORE_free(store);
	return good;
}

/* How long ago it was said. */
static void
put_age(char to[24], const ASN1_TIME *since)
{
	struct buf b = { 0 };

	cert_when(&b, since);
	snprintf(to, 24, "%.*s", (int)b.len, buf_bytes(&b));
	buf_free(&b);
}

static void
keep_answer(struct staple *s, const struct answer *a)
{
	s->status = a->status == V_OCSP_CERTSTATUS_GOOD ? STAPLE_GOOD :
	    a->status == V_OCSP_CERTSTATUS_REVOKED      ? STAPLE_REVOKED :
							  STAPLE_UNKNOWN;
	if (s->status == STAPLE_REVOKED && a->cause >= 0)
		s->cause = OCSP_crl_reason_str(a->cause);
	put_time(s->since, a->since);
	put_time(s->until, a->until);
	put_time(s->revoked, a->revoked);
	if (a->since != NULL)
		put_age(s->age, a->since);
	s->current = OCSP_check_validity(a->since, a->until, SKEW, -1) == 1;
	if (s->current && a->until == NULL && s->status == STAPLE_GOOD &&
	    OCSP_check_validity(a->since, NULL, SKEW, ENDLESS_MOST) != 1) {
		s->current = false;
		s->why = "that is too old for a word without an end";
	}
}

/* Whose word it is, once there is an answer. */
static void
judge(struct staple *s, OCSP_BASICRESP *basic, STACK_OF(X509) * chain,
    bool trusted)
{
	s->issued = trusted && is_issued(basic, chain);
	if (!trusted)
		s->why = "nobody here vouches for its issuer";
	else if (!s->issued)
		s->why = "its signature is not the issuer's";
	else if (!s->current && s->why == NULL)
		s->why = "that is not of these days";
}

void
staple_read(struct staple *s, const unsigned char *der, size_t n,
    STACK_OF(X509) * chain, bool trusted)
{
	struct answer a = { .status = -1 };
	OCSP_BASICRESP *basic;
	const X509 *issuer;

	memset(s, 0, sizeof *s);
	if (sk_X509_num(chain) <= 0)
		return;
	s->demanded = is_demanded(sk_X509_value(chain, 0));
	if (n > 0) {
		s->status = STAPLE_ODD;
		basic = open_response(s, der, n);
		issuer = issuer_of(chain);
		if (basic != NULL && issuer == NULL) {
			s->why = "the issuer's certificate is not there";
		} else if (basic != NULL &&
		    !find_answer(basic, sk_X509_value(chain, 0), issuer, &a)) {
			s->why = "it is about other certificates";
		} else if (basic != NULL) {
			keep_answer(s, &a);
			judge(s, basic, chain, trusted);
		}
		OCSP_BASICRESP_free(basic);
	}
	ERR_clear_error();
}

const char *
staple_name(const struct staple *s)
{
	static const char *const names[] = {
		[STAPLE_ODD] = "unusable",
		[STAPLE_GOOD] = "good",
		[STAPLE_REVOKED] = "revoked",
		[STAPLE_UNKNOWN] = "unknown",
	};

	return names[s->status];
}

void
staple_words(struct buf *to, const struct staple *s)
{
	/* "2026-11-20" of each time. */
	enum { DAY = 10 };

	if (s->status == STAPLE_NONE) {
		buf_adds(to,
		    s->demanded ?
			"none, though the certificate demands it (RFC 7633)" :
			"none");
		return;
	}
	buf_adds(to, staple_name(s));
	if (s->revoked[0] != '\0')
		buf_addf(to, " since %.*s", DAY, s->revoked);
	if (s->cause != NULL)
		buf_addf(to, " (%s)", s->cause);
	if (s->since[0] != '\0')
		buf_addf(to, ", said on %.*s", DAY, s->since);
	if (s->until[0] != '\0')
		buf_addf(to, ", until %.*s", DAY, s->until);
	else if (s->age[0] != '\0')
		buf_addf(to, " (%s), without an end", s->age);
	if (s->why != NULL)
		buf_addf(to, "; %s", s->why);
}
