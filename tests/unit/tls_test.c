/* SPDX-License-Identifier: ISC */
/* tls_test.c - what is said of certificates made on the spot. */
#include <sys/stat.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "certs.h"
#include "chain.h"
#include "fail.h"
#include "tls.h"
#include "tlspair.h"

enum { DAY = 24 * 60 * 60 };

enum signer { BY_CA, BY_OTHER, BY_ITSELF, BY_MIDDLE };
enum pin { NO_PIN, PIN_CERT, PIN_KEY, PIN_COLONS, PIN_WRONG };

/* What all tests share: a CA that is trusted, one that is not. */
struct world {
	char dir[64];
	char empty[96];  /* a folder with nothing in it */
	char cafile[96]; /* the CA's certificate */
	EVP_PKEY *key;   /* of every certificate but the weak one */
	EVP_PKEY *weak;
	X509 *ca, *other, *middle;
};

/* A subjectAltName: type 0 ends the list. */
struct san {
	int type;
	const char *data;
	int len; /* 0: up to the NUL */
};

struct recipe {
	const char *cn; /* NULL: no subject */
	int cn_len;
	struct san san[8];
	enum signer signer;
	int from, until; /* days; both 0: -1 to 30 */
	bool weak;
	bool client_only;
};

struct row {
	const char *name;
	struct recipe recipe;
	const char *host;
	const char *verify_name;
	enum pin pin;
	bool insecure;
	bool untrusted; /* without the CA file */
	bool verified, pinned;
	const char *why[6];
	const char *never; /* must not occur in `why` */
	const char *ended; /* NULL: it is good for some days */
	const char *subject;
};

/* --- certificates --- */

static void
add_sans(X509 *cert, const struct san *san)
{
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();

	for (; san->type != 0; san++) {
		GENERAL_NAME *name = GENERAL_NAME_new();
		ASN1_STRING *s = ASN1_STRING_type_new(san->type == GEN_DNS ?
			V_ASN1_IA5STRING :
			V_ASN1_OCTET_STRING);

		ASN1_STRING_set(s, san->data,
		    san->len > 0 ? san->len : (int)strlen(san->data));
		GENERAL_NAME_set0_value(name, san->type, s);
		sk_GENERAL_NAME_push(names, name);
	}
	if (sk_GENERAL_NAME_num(names) > 0)
		assert_int_equal(1,
		    X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, 0));
	sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
}

static X509 *
bare(const char *cn, int cn_len, EVP_PKEY *key, int from, int until)
{
	static long serial = 1000;
	X509 *cert = X509_new();

	if (from == 0 && until == 0) {
		from = -1;
		until = 30;
	}
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), (long)from * DAY);
	X509_gmtime_adj(X509_getm_notAfter(cert), (long)until * DAY);
	X509_set_pubkey(cert, key);
	if (cn != NULL)
		X509_NAME_add_entry_by_NID(X509_get_subject_name(cert),
		    NID_commonName, V_ASN1_UTF8STRING,
		    (const unsigned char *)(uintptr_t)cn,
		    cn_len > 0 ? cn_len : -1, -1, 0);
	return cert;
}

static X509 *
make(const struct world *w, const struct recipe *r)
{
	X509 *issuers[] = { w->ca, w->other, NULL, w->middle };
	EVP_PKEY *key = r->weak ? w->weak : w->key;
	X509 *cert = bare(r->cn, r->cn_len, key, r->from, r->until);
	X509 *issuer = issuers[r->signer];

	X509_set_issuer_name(cert,
	    X509_get_subject_name(issuer != NULL ? issuer : cert));
	add_sans(cert, r->san);
	if (r->client_only)
		cert_extend(cert, NID_ext_key_usage, "clientAuth");
	assert_true(
	    X509_sign(cert, issuer != NULL ? w->key : key, EVP_sha256()) > 0);
	return cert;
}

/* A path in the tests' folder. */
static const char *
in(const struct world *w, const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", w->dir, name);
	return path;
}

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	snprintf(w->dir, sizeof w->dir, "%s/tls_test.XXXXXX",
	    getenv("TMPDIR") != NULL && strlen(getenv("TMPDIR")) < 40 ?
		getenv("TMPDIR") :
		"/tmp");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->empty, sizeof w->empty, "%s/empty", w->dir);
	snprintf(w->cafile, sizeof w->cafile, "%s/ca.pem", w->dir);
	assert_int_equal(0, mkdir(w->empty, 0700));
	w->key = EVP_EC_gen("P-256");
	w->weak = EVP_RSA_gen(1024);
	w->ca = cert_authority("Test CA", w->key, NULL);
	w->other = cert_authority("Other \033CA", w->key, NULL);
	w->middle = cert_authority("Middle CA", w->key,
	    &(struct issuer){ w->ca, w->key });
	cert_save(w->cafile, w->ca, NULL, NULL);
	*state = w;
	return 0;
}

/* No test sees this machine's own certificates. */
static int
each_set_up(void **state)
{
	const struct world *w = *state;
	char path[128];

	setenv("SSL_CERT_DIR", w->empty, 1);
	setenv("SSL_CERT_FILE", in(w, "none", path), 1);
	unsetenv("SSLKEYLOGFILE");
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const made[] = { "ca.pem", "bundle.pem", "keys",
		"link", "cert.pem", "key.pem", "locked.pem", "junk.pem",
		"empty" };
	struct world *w = *state;
	char path[128];
	size_t i;

	for (i = 0; i < sizeof made / sizeof made[0]; i++)
		remove(in(w, made[i], path));
	assert_int_equal(0, rmdir(w->dir));
	X509_free(w->ca);
	X509_free(w->other);
	X509_free(w->middle);
	EVP_PKEY_free(w->key);
	EVP_PKEY_free(w->weak);
	free(w);
	return 0;
}

/* --- a connection in memory --- */

static int
choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in_list, unsigned in_len, void *arg)
{
	static const unsigned char name[] = "imap";

	(void)ssl;
	(void)in_list;
	(void)in_len;
	(void)arg;
	*out = name;
	*len = 4;
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *
server_context(const struct world *w, X509 *cert, bool weak, X509 *extra)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_cipher_list(ctx, "ALL:@SECLEVEL=0");
	if (cert != NULL) {
		assert_int_equal(1, SSL_CTX_use_certificate(ctx, cert));
		assert_int_equal(1,
		    SSL_CTX_use_PrivateKey(ctx, weak ? w->weak : w->key));
	}
	if (extra != NULL)
		SSL_CTX_add1_chain_cert(ctx, extra);
	SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
	return ctx;
}

/* Shake hands; the client's last result. */
static int
shake(struct tlspair *p)
{
	int client = -1, server = -1;
	int i;

	for (i = 0; i < 20 && (client != 1 || server != 1); i++) {
		ERR_clear_error();
		server = SSL_do_handshake(p->server);
		ERR_clear_error();
		client = SSL_do_handshake(p->client);
		if (client != 1 &&
		    SSL_get_error(p->client, client) != SSL_ERROR_WANT_READ)
			break;
	}
	return client;
}

/* Nothing but printable characters of one line. */
static void
assert_harmless(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			fail_msg("byte %d in a text", *text);
	}
}

/* --- verdicts --- */

#define DNS(s) \
	{ \
		GEN_DNS, s, 0 \
	}
#define LOCALHOST \
	{ \
		DNS("localhost") \
	}

static const struct row rows[] = {
	{ .name = "a good one",
	    .recipe = { .cn = "mail", .san = LOCALHOST },
	    .host = "localhost",
	    .verified = true,
	    .subject = "CN=mail" },
	{ .name = "the dot at the end and capitals do not matter",
	    .recipe = { .cn = "mail", .san = LOCALHOST },
	    .host = "LocalHost.",
	    .verified = true },
	{ .name = "wrong name",
	    .recipe = { .cn = "localhost",
		.san = { DNS("a.example"), DNS("b.example") } },
	    .host = "localhost",
	    .why = { "the certificate is for a.example, b.example, "
		     "not for localhost" },
	    .never = "trusted" },
	{ .name = "many names",
	    .recipe = { .cn = "x",
		.san = { DNS("a.example"), DNS("b.example"), DNS("c.example"),
		    DNS("d.example"), DNS("e.example"), DNS("f.example"),
		    DNS("g.example") } },
	    .host = "localhost",
	    .why = { "e.example and 2 more, not for" },
	    .never = "f.example" },
	{ .name = "the common name does not count",
	    .recipe = { .cn = "localhost" },
	    .host = "localhost",
	    .why = { "no host at all", "subjectAltName" } },
	{ .name = "another name to verify",
	    .recipe = { .cn = "x", .san = { DNS("mx.example") } },
	    .host = "localhost",
	    .verify_name = "mx.example",
	    .verified = true },
	{ .name = "another name to verify, and it is wrong",
	    .recipe = { .cn = "x", .san = LOCALHOST },
	    .host = "localhost",
	    .verify_name = "mx.example",
	    .why = { "for localhost, not for mx.example" } },
	{ .name = "no name to verify",
	    .recipe = { .cn = "x", .san = LOCALHOST },
	    .host = "",
	    .why = { "--verify-name" } },
	{ .name = "a star for a label",
	    .recipe = { .cn = "x", .san = { DNS("*.example.org") } },
	    .host = "mx.example.org",
	    .verified = true },
	{ .name = "a star is one label only",
	    .recipe = { .cn = "x", .san = { DNS("*.example.org") } },
	    .host = "a.mx.example.org",
	    .why = { "for *.example.org, not for a.mx.example.org" } },
	{ .name = "a star is no part of a label",
	    .recipe = { .cn = "x", .san = { DNS("m*.example.org") } },
	    .host = "mx.example.org",
	    .why = { "for m*.example.org" } },
	{ .name = "an address",
	    .recipe = { .cn = "x", .san = { { GEN_IPADD, "\177\0\0\1", 4 } } },
	    .host = "127.0.0.1",
	    .verified = true },
	{ .name = "an address of version 6, with a scope",
	    .recipe = { .cn = "x",
		.san = { { GEN_IPADD, "\376\200\0\0\0\0\0\0\0\0\0\0\0\0\0\1",
		    16 } } },
	    .host = "fe80::1%lo",
	    .verified = true },
	{ .name = "another address",
	    .recipe = { .cn = "x", .san = { { GEN_IPADD, "\177\0\0\2", 4 } } },
	    .host = "127.0.0.1",
	    .why = { "for 127.0.0.2, not for 127.0.0.1" } },
	{ .name = "an address is not a name",
	    .recipe = { .cn = "x", .san = { DNS("127.0.0.1") } },
	    .host = "127.0.0.1",
	    .why = { "not for 127.0.0.1" } },
	{ .name = "expired",
	    .recipe = { .cn = "x", .san = LOCALHOST, .from = -9, .until = -2 },
	    .host = "localhost",
	    .why = { "the certificate expired on 20" },
	    .never = "not for",
	    .ended = "2 days ago" },
	{ .name = "expired just now",
	    .recipe = { .cn = "x", .san = LOCALHOST, .from = -9, .until = 0 },
	    .host = "localhost",
	    .why = { "the certificate expired on 20" },
	    .ended = "" },
	{ .name = "not yet valid",
	    .recipe = { .cn = "x", .san = LOCALHOST, .from = 5, .until = 9 },
	    .host = "localhost",
	    .why = { "is not valid before 20", "clock" } },
	{ .name = "self-signed",
	    .recipe = { .cn = "x", .san = LOCALHOST, .signer = BY_ITSELF },
	    .host = "localhost",
	    .why = { "the certificate is self-signed", "--pin=sha256:" },
	    .never = ";" },
	{ .name = "several faults are all named",
	    .recipe = { .cn = "x",
		.san = { DNS("a.example") },
		.signer = BY_ITSELF,
		.from = -9,
		.until = -2 },
	    .host = "localhost",
	    .why = { "is self-signed", "expired on",
		"for a.example, not for localhost" },
	    .ended = "2 days ago" },
	{ .name = "unknown issuer, with an escape in its name",
	    .recipe = { .cn = "x", .san = LOCALHOST, .signer = BY_OTHER },
	    .host = "localhost",
	    .why = { "was issued by CN=Other \\1BCA, "
		     "which is not trusted here" },
	    .never = "has a fault" },
	{ .name = "no certificates on the machine",
	    .recipe = { .cn = "x", .san = LOCALHOST },
	    .host = "localhost",
	    .untrusted = true,
	    .why = { "was issued by CN=Test CA",
		"there are no CA certificates on this machine" } },
	{ .name = "a missing link",
	    .recipe = { .cn = "x", .san = LOCALHOST, .signer = BY_MIDDLE },
	    .host = "localhost",
	    .why = { "was issued by CN=Middle CA" } },
	{ .name = "a weak key",
	    .recipe = { .cn = "x", .san = LOCALHOST, .weak = true },
	    .host = "localhost",
	    .why = { "has a key that is too weak (RSA, 1024 bits; --tls-opt "
		     "CipherString=DEFAULT@SECLEVEL=1 accepts it)" } },
	{ .name = "not a server's",
	    .recipe = { .cn = "x", .san = LOCALHOST, .client_only = true },
	    .host = "localhost",
	    .why = { "is not made for a TLS server" } },
	{ .name = "insecure still says what is wrong",
	    .recipe = { .cn = "x", .san = LOCALHOST, .signer = BY_ITSELF },
	    .host = "localhost",
	    .insecure = true,
	    .why = { "is self-signed" } },
	{ .name = "the pin of the certificate",
	    .recipe = { .cn = "x",
		.san = { DNS("a.example") },
		.signer = BY_ITSELF },
	    .host = "localhost",
	    .pin = PIN_CERT,
	    .verified = true,
	    .pinned = true },
	{ .name = "the pin of the key",
	    .recipe = { .cn = "x", .san = LOCALHOST },
	    .host = "localhost",
	    .pin = PIN_KEY,
	    .verified = true,
	    .pinned = true },
	{ .name = "a pin with colons and capitals",
	    .recipe = { .cn = "x", .san = LOCALHOST, .signer = BY_OTHER },
	    .host = "localhost",
	    .pin = PIN_COLONS,
	    .verified = true,
	    .pinned = true },
	{ .name = "a wrong pin spoils a good certificate",
	    .recipe = { .cn = "x", .san = LOCALHOST },
	    .host = "localhost",
	    .pin = PIN_WRONG,
	    .why = { "neither the certificate nor its key" } },
	{ .name = "a wrong pin is not helped by insecure",
	    .recipe = { .cn = "x", .san = LOCALHOST, .signer = BY_ITSELF },
	    .host = "localhost",
	    .pin = PIN_WRONG,
	    .insecure = true,

	    .why = { "neither the certificate nor its key",
		"is self-signed" } },
	{ .name = "a NUL in a name",
	    .recipe = { .cn = "local\0host",
		.cn_len = 10,
		.san = { { GEN_DNS, "localhost\0.evil.example", 23 } } },
	    .host = "localhost",
	    .why = { "for localhost\\x00.evil.example, not for" },
	    .subject = "CN=local\\x00host" },
	{ .name = "escapes and commas in a name",
	    .recipe = { .cn = "\033[2J\nok",
		.san = { DNS("a\033[1m\n, localhost") } },
	    .host = "localhost",
	    .why = { "for a\\x1b\\x5b1m\\x0a\\x2c\\x20localhost, not" },
	    .subject = "CN=\\x1b[2J\\x0aok" },
	{ .name = "the sign that turns text around",
	    .recipe = { .cn = "a\342\200\256b", .san = LOCALHOST },
	    .host = "localhost",
	    .verified = true,
	    .subject = "CN=a\\u{202E}b" },
	{ .name = "an international name",
	    .recipe = { .cn = "b\303\274cher",
		.san = { DNS("xn--bcher-kva.example") } },
	    .host = "xn--bcher-kva.example",
	    .verified = true,
	    .subject = "CN=b\303\274cher" },
	{ .name = "ill-formed text",
	    .recipe = { .cn = NULL, .san = { DNS("\377\200") } },
	    .host = "localhost",
	    .why = { "for \\xff\\x80, not for" },
	    .subject = "\\xff\\x80" },
	{ .name = "no subject: the first name instead",
	    .recipe = { .cn = NULL,
		.san = { DNS("localhost"), DNS("b.example") } },
	    .host = "localhost",
	    .verified = true,
	    .subject = "localhost and 1 more" },
};

static void
make_pin(enum pin kind, X509 *cert, char text[128])
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char md[32] = { 0 };
	unsigned char *der = NULL;
	char *to = text +
	    snprintf(text, 128, "%s",
		kind == PIN_COLONS ? "SHA256:" : "sha256:");
	int i, n;

	if (kind == PIN_CERT || kind == PIN_COLONS)
		X509_digest(cert, EVP_sha256(), md, NULL);
	if (kind == PIN_KEY) {
		n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
		EVP_Digest(der, (size_t)n, md, NULL, EVP_sha256(), NULL);
		OPENSSL_free(der);
	}
	for (i = 0; i < 32; i++) {
		if (kind == PIN_COLONS && i > 0)
			*to++ = ':';
		*to++ = digits[md[i] >> 4];
		*to++ = digits[md[i] & 15];
		if (kind != PIN_COLONS) {
			to[-1] = (char)tolower((unsigned char)to[-1]);
			to[-2] = (char)tolower((unsigned char)to[-2]);
		}
	}
	*to = '\0';
}

static void
check_report(const struct row *row, const struct tls_report *r)
{
	size_t i;

	if (r->verified != row->verified || r->pinned != row->pinned)
		fail_msg("%s: verified %d, pinned %d (%s)", row->name,
		    r->verified, r->pinned, r->why);
	if (r->verified != (r->why[0] == '\0'))
		fail_msg("%s: '%s'", row->name, r->why);
	for (i = 0; row->why[i] != NULL; i++) {
		if (strstr(r->why, row->why[i]) == NULL)
			fail_msg("%s: no '%s' in '%s'", row->name, row->why[i],
			    r->why);
	}
	if (row->never != NULL && strstr(r->why, row->never) != NULL)
		fail_msg("%s: '%s' in '%s'", row->name, row->never, r->why);
	if (!r->verified && strstr(r->why, r->sha256) == NULL)
		fail_msg("%s: no pin in '%s'", row->name, r->why);
	if ((r->ended[0] != '\0') != (row->ended != NULL) ||
	    (r->days < 0) != (row->ended != NULL) ||
	    (row->ended != NULL && strstr(r->ended, row->ended) == NULL))
		fail_msg("%s: ended '%s', %d days", row->name, r->ended,
		    r->days);
	if (row->subject != NULL && strcmp(r->subject, row->subject) != 0)
		fail_msg("%s: subject '%s'", row->name, r->subject);
	assert_harmless(r->why);
	assert_harmless(r->subject);
}

static void
check_row(const struct world *w, const struct row *row)
{
	X509 *cert = make(w, &row->recipe);
	struct tls_plan plan = { .verify_name = row->verify_name,
		.insecure = row->insecure,
		.cafile = row->untrusted ? NULL : w->cafile };
	struct tls_report r;
	struct tlspair p;
	struct buf text = { 0 };
	struct tls_chain chain;
	char pin[128];
	size_t i;

	if (row->pin != NO_PIN) {
		make_pin(row->pin, cert, pin);
		plan.pin = pin;
	}
	tlspair_begin(&p, &plan, row->host,
	    server_context(w, cert, row->recipe.weak, NULL));
	if (shake(&p) != 1)
		fail_msg("%s: the handshake failed", row->name);
	tls_report(p.client, &plan, row->host, &r);
	check_report(row, &r);
	tls_chain(p.client, &chain);
	chain_text(&text, &r, &chain);
	tls_chain_free(&chain);
	for (i = 0; i < text.len; i++) {
		if (buf_bytes(&text)[i] == '\n')
			buf_bytes(&text)[i] = ' ';
	}
	buf_add(&text, "", 1);
	assert_harmless(buf_bytes(&text));
	assert_non_null(strstr(buf_bytes(&text), r.sha256));
	buf_free(&text);
	tlspair_end(&p);
	X509_free(cert);
}

static void
test_verdicts(void **state)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(*state, &rows[i]);
}

/* The whole report, the chain, the choice of the protocol. */
static void
test_report(void **state)
{
	const struct world *w = *state;
	struct recipe recipe = { .cn = "mx",
		.san = LOCALHOST,
		.signer = BY_MIDDLE };
	struct tls_plan plan = { .cafile = w->cafile, .alpn = "smtp,imap" };
	X509 *cert = make(w, &recipe);
	struct tls_chain chain;
	struct tls_report r;
	struct tlspair p;

	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, cert, false, w->middle));
	assert_int_equal(1, shake(&p));
	tls_report(p.client, &plan, "localhost", &r);
	assert_true(r.verified);
	assert_string_equal("TLSv1.3", r.version);
	assert_string_equal("TLS_AES_256_GCM_SHA384", r.cipher);
	assert_string_equal("imap", r.alpn);
	assert_int_equal(10, strlen(r.until));
	assert_int_equal(64, strlen(r.sha256));
	assert_int_equal(64, strlen(r.key256));
	assert_string_equal("localhost",
	    SSL_get_servername(p.server, TLSEXT_NAMETYPE_host_name));
	assert_string_equal("ECDSA-SHA256", r.signer);
	assert_string_equal("x25519", r.group);
	assert_false(r.resumed);
	assert_int_equal(0, r.scts);
	assert_int_equal(STAPLE_NONE, r.staple.status);
	tls_chain(p.client, &chain);
	assert_int_equal(2, chain.n);
	assert_int_equal(0, X509_cmp(cert, chain.links[0].cert));
	assert_int_equal(0, X509_cmp(w->middle, chain.links[1].cert));
	assert_true(chain.links[1].sent);
	assert_null(chain.links[0].problem);
	assert_int_equal(0, X509_cmp(w->ca, chain.anchor));
	tls_chain_free(&chain);
	tls_chain(NULL, &chain);
	assert_int_equal(0, chain.n);
	tlspair_end(&p);
	X509_free(cert);
}

/* The links that are at fault, one of them never sent. */
static void
test_faults_of_links(void **state)
{
	const struct world *w = *state;
	struct recipe recipe = { .cn = "mx", .san = { DNS("a.example") } };
	struct issuer by = { w->ca, w->key };
	X509 *cert = make(w, &recipe);
	X509 *late = cert_make("Late CA", w->key, &by, NULL, -1);
	X509 *leaf =
	    cert_make("mx", w->key, &(struct issuer){ late, w->key }, NULL, 9);
	struct tls_plan plan = { .cafile = w->cafile };
	struct tls_chain chain;
	struct tls_report r;
	struct tlspair p;

	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, cert, false, w->other));
	assert_int_equal(1, shake(&p));
	tls_report(p.client, &plan, "localhost", &r);
	tls_chain(p.client, &chain);
	assert_int_equal(2, chain.n);
	assert_non_null(
	    strstr(chain.links[0].problem, "is for a.example, not for"));
	assert_null(chain.links[1].problem);
	tls_chain_free(&chain);
	tlspair_end(&p);

	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, leaf, false, late));
	assert_int_equal(1, shake(&p));
	tls_report(p.client, &plan, "localhost", &r);
	tls_chain(p.client, &chain);
	assert_int_equal(2, chain.n);
	/* Of the server's certificate it is the issuer, of itself it is not. */
	assert_non_null(
	    strstr(r.why, "the certificate of its issuer CN=Late CA expired"));
	assert_non_null(
	    strstr(chain.links[1].problem, "this certificate expired on"));
	assert_null(strstr(chain.links[1].problem, "issuer"));
	assert_null(chain.anchor);
	tls_chain_free(&chain);
	tlspair_end(&p);
	X509_free(cert);
	X509_free(late);
	X509_free(leaf);
}

/* Who is greeted by name, and who is not. */
static void
test_servername(void **state)
{
	static const struct {
		const char *host, *verify_name, *servername, *sni;
	} names[] = {
		{ "mx.example.", NULL, NULL, "mx.example" },
		{ "mx.example", "b.example", NULL, "b.example" },
		{ "mx.example", "b.example", "c.example", "c.example" },
		{ "127.0.0.1", NULL, NULL, NULL },
		{ "::1", NULL, NULL, NULL },
		{ "fe80::1%lo", NULL, NULL, NULL },
		{ "127.0.0.1", NULL, "c.example", "c.example" },
		{ "mx.example", NULL, "", NULL },
		{ NULL, NULL, NULL, NULL },
	};
	const struct world *w = *state;
	struct recipe recipe = { .cn = "x", .san = LOCALHOST };
	X509 *cert = make(w, &recipe);
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct tls_plan plan = { .cafile = w->cafile,
			.verify_name = names[i].verify_name,
			.servername = names[i].servername };
		struct tlspair p;
		const char *sni;

		tlspair_begin(&p, &plan, names[i].host,
		    server_context(w, cert, false, NULL));
		assert_int_equal(1, shake(&p));
		sni = SSL_get_servername(p.server, TLSEXT_NAMETYPE_host_name);
		if (names[i].sni == NULL)
			assert_null(sni);
		else
			assert_string_equal(names[i].sni, sni);
		tlspair_end(&p);
	}
	X509_free(cert);
}

static void
test_bad_names(void **state)
{
	static const char *const bad[] = { "b\303\274cher", "a b", "\033[m",
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxx" };
	struct tls_plan plan = { 0 };
	struct fail f = { STATUS_OK, "" };
	SSL_CTX *ctx = tls_context(&plan, &f);
	size_t i;

	(void)state;
	assert_non_null(ctx);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_null(tls_client(ctx, &plan, bad[i], &f));
		assert_int_equal(STATUS_USAGE, f.status);
		assert_harmless(f.text);
	}
	tls_free(ctx);
}

/* --- where trust comes from --- */

/* With this bundle, is a server with this certificate verified? */
static bool
verified_by_default(const struct world *w, X509 *cert, X509 *extra)
{
	struct tls_plan plan = { 0 };
	struct tls_report r;
	struct tlspair p;

	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, cert, false, extra));
	assert_int_equal(1, shake(&p));
	tls_report(p.client, &plan, "localhost", &r);
	if (!r.verified && strstr(r.why, "no CA certificates") != NULL)
		fail_msg("%s", r.why);
	tlspair_end(&p);
	return r.verified;
}

static void
test_bundle(void **state)
{
	const struct world *w = *state;
	struct recipe by_ca = { .cn = "x", .san = LOCALHOST };
	struct recipe by_middle = { .cn = "x",
		.san = LOCALHOST,
		.signer = BY_MIDDLE };
	struct recipe by_itself = { .cn = "x",
		.san = LOCALHOST,
		.signer = BY_ITSELF };
	X509 *a = make(w, &by_ca), *b = make(w, &by_middle);
	X509 *c = make(w, &by_itself);
	char path[128];
	FILE *f;

	setenv("SSL_CERT_FILE", in(w, "bundle.pem", path), 1);
	cert_save(path, w->other, NULL, NULL);
	assert_false(verified_by_default(w, a, NULL));
	assert_false(verified_by_default(w, a, w->ca));
	f = fopen(path, "a");
	PEM_write_X509(f, w->ca);
	fclose(f);
	assert_true(verified_by_default(w, a, NULL));
	assert_true(verified_by_default(w, a, w->ca));
	assert_false(verified_by_default(w, b, NULL));
	assert_true(verified_by_default(w, b, w->middle));
	assert_false(verified_by_default(w, c, NULL));
	f = fopen(path, "a");
	PEM_write_X509(f, c);
	fclose(f);
	assert_true(verified_by_default(w, c, NULL));
	/* A link of the chain may be trusted by itself. */
	cert_save(path, w->middle, NULL, NULL);
	assert_true(verified_by_default(w, b, NULL));
	X509_free(a);
	X509_free(b);
	X509_free(c);
}

/* The folder, by the hash of the issuer's name. */
static void
test_folder(void **state)
{
	const struct world *w = *state;
	struct recipe recipe = { .cn = "x", .san = LOCALHOST };
	X509 *cert = make(w, &recipe);
	struct tls_plan plan = { .capath = w->empty };
	struct tls_report r;
	struct tlspair p;
	char path[160];

	snprintf(path, sizeof path, "%s/%08lx.0", w->empty,
	    X509_NAME_hash_ex(X509_get_subject_name(w->ca), NULL, NULL, NULL));
	cert_save(path, w->ca, NULL, NULL);
	assert_true(verified_by_default(w, cert, NULL));
	setenv("SSL_CERT_DIR", "/nonexistent", 1);
	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, cert, false, NULL));
	assert_int_equal(1, shake(&p));
	tls_report(p.client, &plan, "localhost", &r);
	assert_true(r.verified);
	tlspair_end(&p);
	remove(path);
	X509_free(cert);
}

/* --- bad options --- */

static void
test_options(void **state)
{
	static const char *const unknown[] = { "Nonsense\033=1" };
	static const char *const value[] = { "MinProtocol=TLSv9" };
	static const char *const bare_word[] = { "MinProtocol" };
	static const char *const good[] = { "MinProtocol=TLSv1.3",
		"Groups=X25519" };
	const struct world *w = *state;
	char junk[128], cert[128], key[128], locked[128], weak[128];
	struct {
		struct tls_plan plan;
		const char *text; /* NULL: it is good */
	} all[] = {
		{ { .opts = good, .nopts = 2 }, NULL },
		{ { .opts = unknown, .nopts = 1 }, "Nonsense\\x1b=1: " },
		{ { .opts = value, .nopts = 1 }, "refuses this value" },
		{ { .opts = bare_word, .nopts = 1 }, "NAME=VALUE" },
		{ { .alpn = "" }, "--alpn" },
		{ { .alpn = "smtp,,imap" }, "--alpn smtp,,imap: " },
		{ { .alpn = "smtp," }, "--alpn" },
		{ { .pin = "" }, "64 hexadecimal digits" },
		{ { .pin = "sha1:00" }, "--pin sha1:00: wants" },
		{ { .pin = "sha256:00" }, "--pin" },
		{ { .pin = "sha256:0" }, "--pin" },
		{ { .pin = "sha256:000102030405060708090a0b0c0d0e0f"
			   "000102030405060708090a0b0c0d0e0f" },
		    NULL },
		{ { .pin = "sha256:000102030405060708090a0b0c0d0e0f"
			   "000102030405060708090a0b0c0d0e0f:" },
		    "--pin" },
		{ { .pin = "sha256:000102030405060708090a0b0c0d0e0f"
			   "000102030405060708090a0b0c0d0e0f00" },
		    "--pin" },
		{ { .cafile = "/nonexistent" },
		    "CA file /nonexistent: no such file or directory" },
		{ { .cafile = w->empty }, "is a directory" },
		{ { .cafile = junk }, "holds no usable certificate" },
		{ { .capath = w->cafile }, "not a directory" },
		{ { .capath = "/nonexistent" }, "no such file" },
		{ { .key = key }, "--key needs --cert" },
		{ { .cert = cert, .key = key }, NULL },
		{ { .cert = cert }, "no usable key in" },
		{ { .cert = "/nonexistent" }, "no such file" },
		{ { .cert = cert, .key = "/nonexistent" }, "the key" },
		{ { .cert = cert, .key = locked }, "is encrypted" },
		{ { .cert = cert, .key = weak }, "does not belong" },
		{ { .cert = junk, .key = key }, "must be PEM" },
		{ { .keylog = "/nonexistent/x" }, "no such file" },
	};
	struct recipe recipe = { .cn = "client" };
	X509 *client = make(w, &recipe);
	size_t i;

	in(w, "junk.pem", junk);
	in(w, "cert.pem", cert);
	in(w, "key.pem", key);
	in(w, "locked.pem", locked);
	in(w, "bundle.pem", weak);
	cert_save(cert, client, NULL, NULL);
	cert_save(key, NULL, w->key, NULL);
	cert_save(locked, NULL, w->key, "secret");
	cert_save(weak, NULL, w->weak, NULL);
	cert_save(junk, NULL, NULL, NULL);
	for (i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct fail f = { STATUS_OK, "" };
		SSL_CTX *ctx = tls_context(&all[i].plan, &f);

		if ((ctx != NULL) != (all[i].text == NULL))
			fail_msg("row %zu: '%s'", i, f.text);
		if (ctx == NULL &&
		    (strstr(f.text, all[i].text) == NULL ||
			f.status != STATUS_USAGE))
			fail_msg("row %zu: '%s', not '%s'", i, f.text,
			    all[i].text);
		assert_harmless(f.text);
		assert_int_equal(0, ERR_peek_error());
		tls_free(ctx);
	}
	X509_free(client);
}

/* --- the key log --- */

static void
test_keylog(void **state)
{
	const struct world *w = *state;
	struct recipe recipe = { .cn = "x", .san = LOCALHOST };
	X509 *cert = make(w, &recipe);
	char path[128], link_path[128], line[512];
	struct tls_plan plan = { .cafile = w->cafile,
		.keylog = in(w, "keys", path) };
	struct fail f = { STATUS_OK, "" };
	struct tlspair p;
	struct stat st;
	FILE *log;
	int lines = 0, times;

	for (times = 0; times < 2; times++) {
		tlspair_begin(&p, &plan, "localhost",
		    server_context(w, cert, false, NULL));
		assert_int_equal(1, shake(&p));
		tlspair_end(&p);
		/* The second time by the variable, appended. */
		setenv("SSLKEYLOGFILE", path, 1);
		plan.keylog = NULL;
	}
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(0600, st.st_mode & 07777);
	log = fopen(path, "r");
	while (fgets(line, sizeof line, log) != NULL)
		lines += strstr(line, "CLIENT_TRAFFIC_SECRET_0 ") == line;
	fclose(log);
	assert_int_equal(2, lines);
	assert_int_equal(0, symlink(path, in(w, "link", link_path)));
	plan.keylog = link_path;
	assert_null(tls_context(&plan, &f));
	assert_int_equal(STATUS_USAGE, f.status);
	X509_free(cert);
}

/* --- words for failures --- */

/* Give the client these bytes in place of a server. */
static void
answer(const struct world *w, const char *bytes, size_t n, bool close_after,
    char text[512])
{
	struct tls_plan plan = { .cafile = w->cafile };
	struct tlspair p;
	BIO *in_bio = BIO_new(BIO_s_mem());
	int result;

	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, NULL, false, NULL));
	BIO_write(in_bio, bytes, (int)n);
	BIO_set_mem_eof_return(in_bio, close_after ? 0 : -1);
	SSL_set0_rbio(p.client, in_bio);
	ERR_clear_error();
	errno = 0;
	result = SSL_do_handshake(p.client);
	assert_true(result != 1);
	tls_words(p.client, result, text, 512);
	assert_int_equal(0, ERR_peek_error());
	assert_harmless(text);
	tlspair_end(&p);
}

static void
test_words(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} answers[] = {
		{ "\025\003\003\000\002\002\060", 7,
		    "the server sent the alert 'unknown ca'" },
		{ "\025\003\003\000\002\002\050", 7, "'handshake failure' (" },
		{ "\025\003\003\000\002\002\106", 7, "MinProtocol" },
		{ "\025\003\003\000\002\002\164", 7,
		    "'certificate required' (it wants" },
		{ "\025\003\003\000\002\002\160", 7, "--servername" },
		{ "\025\003\003\000\002\002\077", 7, "alert 'number 63'" },
		{ "220 mail.example ESMTP\r\n", 24, "in plain text" },
		{ "500 what?\r\n", 11, "in plain text" },
		{ "HTTP/1.1 400 Bad Request\r\n\r\n", 28, "in plain text" },
		{ "\026\003\003\377\377\001\001\001", 8, "is not TLS" },
		{ "\026\003\003\000\004\016\000\000\000", 9, "out of place" },
		{ "", 0, "connection ended during the handshake" },
		{ "\026\003\003", 3, "connection ended during the" },
	};
	char text[512];
	size_t i;

	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		answer(*state, answers[i].bytes, answers[i].n, true, text);
		if (strstr(text, answers[i].text) == NULL)
			fail_msg("row %zu: '%s'", i, text);
	}
}

/* Our certificate has been shown where there is one, and it was asked for. */
static void
test_showed(void **state)
{
	static const struct {
		bool ours, wanted;
	} shows[] = { { true, true }, { true, false }, { false, true } };
	const struct world *w = *state;
	struct recipe recipe = { .cn = "x", .san = LOCALHOST };
	X509 *cert = make(w, &recipe);
	char path[128], key[128];
	size_t i;

	cert_save(in(w, "own.pem", path), cert, NULL, NULL);
	cert_save(in(w, "own.key", key), NULL, w->key, NULL);
	for (i = 0; i < sizeof shows / sizeof shows[0]; i++) {
		struct tls_plan plan = { .cafile = w->cafile,
			.cert = shows[i].ours ? path : NULL,
			.key = shows[i].ours ? key : NULL };
		SSL_CTX *server = server_context(w, cert, false, NULL);
		struct tlspair p;

		SSL_CTX_load_verify_locations(server, w->cafile, NULL);
		SSL_CTX_set_verify(server,
		    shows[i].wanted ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
		tlspair_begin(&p, &plan, "localhost", server);
		assert_false(tls_showed(p.client));
		assert_int_equal(1, shake(&p));
		assert_int_equal(tls_showed(p.client),
		    shows[i].ours && shows[i].wanted);
		tlspair_end(&p);
	}
	remove(path);
	remove(key);
	X509_free(cert);
}

/* Settings of a server that does not suit us, and its end without a bow. */
static void
test_peers(void **state)
{
	const struct world *w = *state;
	struct recipe recipe = { .cn = "x", .san = LOCALHOST };
	X509 *cert = make(w, &recipe);
	struct tls_plan plan = { .cafile = w->cafile };
	struct tlspair p;
	SSL_CTX *old = server_context(w, cert, false, NULL);
	char text[512], byte;
	int result;

	SSL_CTX_set_min_proto_version(old, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(old, TLS1_1_VERSION);
	tlspair_begin(&p, &plan, "localhost", old);
	result = shake(&p);
	tls_words(p.client, result, text, sizeof text);
	assert_non_null(strstr(text, "'protocol version'"));
	assert_non_null(strstr(text, "--tls-opt MinProtocol=TLSv1"));
	tlspair_end(&p);

	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, cert, false, NULL));
	assert_int_equal(1, shake(&p));
	BIO_shutdown_wr(SSL_get_wbio(p.server));
	/* Tickets come first, then the end. */
	result = SSL_read(p.client, &byte, 1);
	assert_int_equal(SSL_ERROR_SSL, SSL_get_error(p.client, result));
	tls_words(p.client, result, text, sizeof text);
	assert_non_null(strstr(text, "without close_notify"));
	tlspair_end(&p);

	/* No certificate at all is no certificate that can be trusted. */
	plan.opts = (const char *const[]){ "CipherString=aNULL:@SECLEVEL=0",
		"MaxProtocol=TLSv1.2" };
	plan.nopts = 2;
	plan.insecure = true;
	tlspair_begin(&p, &plan, "localhost",
	    server_context(w, NULL, false, NULL));
	result = shake(&p);
	if (result == 1) {
		struct tls_report r;

		tls_report(p.client, &plan, "localhost", &r);
		assert_false(r.verified);
		assert_non_null(strstr(r.why, "no certificate"));
		assert_string_equal("", r.subject);
	}
	assert_int_equal(1, result);
	tlspair_end(&p);
	X509_free(cert);
}

/* A later handshake may not bring another server. */
static void
test_renegotiation(void **state)
{
	const struct world *w = *state;
	struct recipe recipe = { .cn = "x", .san = LOCALHOST };
	X509 *cert = make(w, &recipe), *second = make(w, &recipe);
	static const char *const tls12[] = { "MaxProtocol=TLSv1.2" };
	struct tls_plan plan = { .cafile = w->cafile,
		.opts = tls12,
		.nopts = 1 };
	char text[512], byte;
	int change, result = 0, i;

	for (change = 0; change < 2; change++) {
		struct tlspair p;

		tlspair_begin(&p, &plan, "localhost",
		    server_context(w, cert, false, NULL));
		assert_int_equal(1, shake(&p));
		SSL_set_options(p.server,
		    SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
		if (change)
			assert_int_equal(1,
			    SSL_use_certificate(p.server, second));
		assert_int_equal(1, SSL_renegotiate(p.server));
		for (i = 0; i < 10; i++) {
			ERR_clear_error();
			if (i == 0)
				SSL_do_handshake(p.server);
			else
				SSL_read(p.server, &byte, 1);
			ERR_clear_error();
			result = SSL_read(p.client, &byte, 1);
			if (SSL_get_error(p.client, result) !=
			    SSL_ERROR_WANT_READ)
				break;
		}
		assert_int_equal(change ? SSL_ERROR_SSL : SSL_ERROR_WANT_READ,
		    SSL_get_error(p.client, result));
		assert_int_equal(change, SSL_renegotiate_pending(p.server));
		if (change) {
			tls_words(p.client, result, text, sizeof text);
			assert_non_null(strstr(text, "another certificate"));
		}
		tlspair_end(&p);
	}
	X509_free(cert);
	X509_free(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_verdicts, each_set_up),
		cmocka_unit_test_setup(test_report, each_set_up),
		cmocka_unit_test_setup(test_faults_of_links, each_set_up),
		cmocka_unit_test_setup(test_servername, each_set_up),
		cmocka_unit_test_setup(test_bad_names, each_set_up),
		cmocka_unit_test_setup(test_bundle, each_set_up),
		cmocka_unit_test_setup(test_folder, each_set_up),
		cmocka_unit_test_setup(test_options, each_set_up),
		cmocka_unit_test_setup(test_keylog, each_set_up),
		cmocka_unit_test_setup(test_words, each_set_up),
		cmocka_unit_test_setup(test_showed, each_set_up),
		cmocka_unit_test_setup(test_peers, each_set_up),
		cmocka_unit_test_setup(test_renegotiation, each_set_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
