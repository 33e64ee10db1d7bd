/* SPDX-License-Identifier: ISC */
/* trust.c - whether the server's certificate is to be trusted. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "buf.h"
#include "cert.h"
#include "tlsa.h"
#include "trust.h"

enum {
	NAMES_SHOWN = 5, /* of a certificate that bears the wrong ones */
	BUNDLE_MOST = 16 << 20
};

/* What of a certificate belongs into the words about a fault. */
enum detail { NOTHING, ISSUER, SINCE, UNTIL, KEY, SIGNATURE };

static const struct words {
	int error;
	bool no_root; /* no trusted root was found */
	enum detail detail;
	const char *before, *after;
} words[] = {
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, true, NOTHING,
	    "is self-signed", "" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, true, NOTHING,
	    "is self-signed and not trusted here", "" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, true, ISSUER,
	    "was issued by ", ", which is not trusted here" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, true, ISSUER, "was issued by ",
	    ", which is not trusted here" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, false, UNTIL, "expired on ", "" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, false, SINCE, "is not valid before ",
	    " (is this machine's clock right?)" },
	{ X509_V_ERR_EE_KEY_TOO_SMALL, false, KEY,
	    "has a key that is too weak (", ")" },
	{ X509_V_ERR_CA_KEY_TOO_SMALL, false, KEY,
	    "has a key that is too weak (", ")" },
	{ X509_V_ERR_CA_MD_TOO_WEAK, false, SIGNATURE,
	    "is signed in a way that is too weak (", ")" },
	{ X509_V_ERR_INVALID_PURPOSE, false, NOTHING,
	    "is not made for a TLS server", "" },
	{ X509_V_ERR_INVALID_CA, false, NOTHING, "may not issue certificates",
	    "" },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, false, NOTHING,
	    "bears a signature that is not its issuer's", "" },
	{ X509_V_ERR_CERT_REVOKED, false, NOTHING,
	    "was revoked by its issuer (OCSP)", "" },
	{ X509_V_ERR_CERT_REJECTED, false, NOTHING,
	    "is marked as not to be trusted", "" },
	{ X509_V_ERR_CERT_UNTRUSTED, false, NOTHING,
	    "is not trusted for servers", "" },
	{ X509_V_ERR_DANE_NO_MATCH, false, NOTHING,
	    "is not what any TLSA record says", "" },
};

const char *
trust_environment(const char *name)
{
	if (geteuid() != getuid() || getegid() != getgid())
		return NULL;
	return getenv(name);
}

/* --- what is wrong --- */

static void
forget_faults(struct trust *t)
{
	while (t->nfaults > 0)
		X509_free(t->faults[--t->nfaults].cert);
}

void
trust_clear(struct trust *t)
{
	forget_faults(t);
	t->nameless = false;
	X509_free(t->leaf);
	X509_free(t->anchor);
	t->leaf = t->anchor = NULL;
	t->no_roots = false;
}

static void
add_fault(struct trust *t, int error, int depth, X509 *cert)
{
	size_t i;

	/* This one only follows from a missing issuer. */
	if (error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE &&
	    t->nfaults > 0)
		return;
	for (i = 0; i < t->nfaults; i++) {
		if (t->faults[i].error == error && t->faults[i].depth == depth)
			return;
	}
	if (t->nfaults == TRUST_FAULTS)
		return;
	if (cert == NULL)
		cert = t->leaf;
	X509_up_ref(cert);
	t->faults[t->nfaults++] = (struct fault){ error, depth, cert };
}

/* OpenSSL asks whether to go on: always, to hear of every fault. */
static int
collect(int ok, X509_STORE_CTX *x)
{
	if (!ok)
		add_fault(X509_STORE_CTX_get_app_data(x),
		    X509_STORE_CTX_get_error(x),
		    X509_STORE_CTX_get_error_depth(x),
		    X509_STORE_CTX_get_current_cert(x));
	return 1;
}

static const struct words *
find_words(int error)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (words[i].error == error)
			return &words[i];
	}
	return NULL;
}

/* The least that has to be given up for so weak a thing. */
static void
add_cure(struct buf *to, int bits)
{
	enum { LEVEL_1_BITS = 80 };

	buf_addf(to, "; --tls-opt CipherString=DEFAULT@SECLEVEL=%d accepts it",
	    bits >= LEVEL_1_BITS ? 1 : 0);
}

static void
add_detail(struct buf *to, enum detail detail, X509 *cert)
{
	int bits = 0;

	switch (detail) {
	case NOTHING:
		break;
	case ISSUER:
		cert_name(to, X509_get_issuer_name(cert));
		break;
	case SINCE:
		cert_day(to, X509_get0_notBefore(cert));
		break;
	case UNTIL:
		cert_day(to, X509_get0_notAfter(cert));
		break;
	case KEY:
		cert_key(to, cert);
		add_cure(to,
		    EVP_PKEY_get_security_bits(X509_get0_pubkey(cert)));
		break;
	case SIGNATURE:
		cert_signature(to, cert);
		add_cure(to,
		    X509_get_signature_info(cert, NULL, NULL, &bits, NULL) ==
			    1 ?
			bits :
			0);
		break;
	}
}

/* Begin another clause. */
static void
add_clause(struct buf *to, const char *text)
{
	if (to->len > 0)
		buf_adds(to, "; ");
	buf_adds(to, text);
}

/* Beside an issuer's `own` certificate the reader knows whose it is. */
static void
fault_words(const struct fault *fault, bool own, struct buf *to)
{
	const struct words *w = find_words(fault->error);

	add_clause(to, own ? "this certificate " : "the certificate ");
	if (fault->depth > 0 && !own) {
		buf_adds(to, "of its issuer ");
		cert_name(to, X509_get_subject_name(fault->cert));
		buf_adds(to, " ");
	}
	if (w == NULL) {
		buf_addf(to, "has a fault: %s",
		    X509_verify_cert_error_string(fault->error));
		return;
	}
	buf_adds(to, w->before);
	add_detail(to, w->detail, fault->cert);
	buf_adds(to, w->after);
}

static void
name_words(const struct trust *t, struct buf *to)
{
	if (t->name[0] == '\0') {
		add_clause(to,
		    "there is no name to verify it against "
		    "(--verify-name NAME gives one)");
		return;
	}
	if (t->nameless || cert_is_for(t->leaf, t->name) ||
	    (t->also[0] != '\0' && cert_is_for(t->leaf, t->also)))
		return;
	add_clause(to, "the certificate is for ");
	if (cert_names(to, t->leaf, NAMES_SHOWN) == 0)
		buf_adds(to, "no host at all (it has no subjectAltName)");
	buf_addf(to, ", not for %s%s%s", t->name,
	    t->also[0] != '\0' ? " or " : "", t->also);
}

void
trust_words_for(const struct trust *t, X509 *cert, struct buf *to)
{
	size_t i;

	for (i = 0; i < t->nfaults; i++) {
		if (X509_cmp(t->faults[i].cert, cert) == 0)
			fault_words(&t->faults[i], t->faults[i].depth > 0, to);
	}
	if (t->leaf != NULL && X509_cmp(t->leaf, cert) == 0)
		name_words(t, to);
}

void
trust_words(const struct trust *t, struct buf *to)
{
	size_t i;

	if (t->leaf == NULL) {
		add_clause(to, "the server has shown no certificate");
		return;
	}
	for (i = 0; i < t->nfaults; i++)
		fault_words(&t->faults[i], false, to);
	name_words(t, to);
	if (t->no_roots)
		add_clause(to,
		    "there are no CA certificates on this machine "
		    "(install the package ca-certificates, or name some with "
		    "--cafile)");
}

/* --- the machine's certificates --- */

/* The bundle's file: what the user's environment says, else OpenSSL's. */
static const char *
bundle_path(void)
{
	const char *path = trust_environment(X509_get_default_cert_file_env());

	return path != NULL ? path : X509_get_default_cert_file();
}

/* The whole bundle in memory; empty if there is none. */
static void
read_bundle(struct buf *to)
{
	int fd = open(bundle_path(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && to->len < BUNDLE_MOST) {
		n = read(fd, buf_room(to, 1 << 18), 1 << 18);
		if (n > 0)
			buf_grew(to, (size_t)n);
	}
	if (fd >= 0)
		close(fd);
}

/*
 * Is this very certificate in the bundle?  Finding one of its lines there
 * takes no time, parsing the bundle would take longer than the handshake.
 */
static bool
bundle_has(const struct buf *bundle, X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool has = false;
	char *pem = NULL, *line = NULL;
	long n = 0;

	if (bio != NULL && PEM_write_bio_X509(bio, cert) == 1)
		n = BIO_get_mem_data(bio, &pem);
	if (n > 0)
		line = memchr(pem, '\n', (size_t)n);
	/* The line behind the heading has the serial number. */
	if (line != NULL && pem + n - line > 64 && bundle->len > 0)
		has = memmem(buf_bytes(bundle), bundle->len, line + 1, 64) !=
		    NULL;
	BIO_free(bio);
	return has;
}

/* Is there any file in one of these folders (colons between them)? */
static bool
folders_hold_any(const char *list)
{
	const struct dirent *entry;
	char path[1024];
	size_t len;
	DIR *dir;
	bool any = false;

	for (; !any && *list != '\0'; list += len + (list[len] == ':')) {
		len = strcspn(list, ":");
		snprintf(path, sizeof path, "%.*s", (int)len, list);
		dir = opendir(path);
		while (dir != NULL && !any && (entry = readdir(dir)) != NULL)
			any = entry->d_name[0] != '.';
		if (dir != NULL)
			closedir(dir);
	}
	return any;
}

static bool
has_roots(const struct buf *bundle)
{
	const char *list = trust_environment(X509_get_default_cert_dir_env());

	return bundle->len > 0 ||
	    folders_hold_any(list != NULL ? list : X509_get_default_cert_dir());
}

/*
 * The directory did not have the root.  Add the bundle to the store if it
 * can help; false if it cannot.
 */
static bool
add_bundle(struct trust *t, X509_STORE *store)
{
	const struct words *w = NULL;
	struct buf bundle = { 0 };
	size_t i;

	for (i = 0; i < t->nfaults && (w == NULL || !w->no_root); i++)
		w = find_words(t->faults[i].error);
	if (!t->defaults || t->bundle_added || w == NULL || !w->no_root)
		return false;
	read_bundle(&bundle);
	t->no_roots = !has_roots(&bundle);
	t->bundle_added = bundle.len > 0 &&
	    (w->error != X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
		bundle_has(&bundle, t->leaf)) &&
	    X509_STORE_load_file(store, bundle_path()) == 1;
	buf_free(&bundle);
	return t->bundle_added;
}

/* --- verification --- */

/* Verify once, as `asked` would, and keep what is found. */
static void
verify_once(struct trust *t, X509_STORE_CTX *asked)
{
	X509_STORE_CTX *x = X509_STORE_CTX_new();
	STACK_OF(X509) * chain;
	int result = -1;

	forget_faults(t);
	if (x != NULL &&
	    X509_STORE_CTX_init(x, X509_STORE_CTX_get0_store(asked), t->leaf,
		X509_STORE_CTX_get0_untrusted(asked)) == 1) {
		X509_STORE_CTX_set_default(x, "ssl_server");
		X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(x),
		    X509_STORE_CTX_get0_param(asked));
		if (t->dane)
			tlsa_judge(x, asked);
		X509_STORE_CTX_set_app_data(x, t);
		X509_STORE_CTX_set_verify_cb(x, collect);
		result = X509_verify_cert(x);
	}
	/* Some errors end it without asking. */
	if (result <= 0 && t->nfaults == 0)
		add_fault(t,
		    x == NULL ? X509_V_ERR_OUT_OF_MEM :
				X509_STORE_CTX_get_error(x),
		    0, t->leaf);
	chain = x == NULL ? NULL : X509_STORE_CTX_get1_chain(x);
	if (t->nfaults == 0 && sk_X509_num(chain) > 0) {
		t->anchor = sk_X509_value(chain, sk_X509_num(chain) - 1);
		X509_up_ref(t->anchor);
	}
	X509_STORE_CTX_set0_verified_chain(asked, chain);
	X509_STORE_CTX_free(x);
}

static int
verify(X509_STORE_CTX *asked, void *arg)
{
	struct trust *t = arg;
	X509 *leaf = X509_STORE_CTX_get0_cert(asked);

	if (t->leaf != NULL && X509_cmp(t->leaf, leaf) != 0) {
		X509_STORE_CTX_set_error(asked, X509_V_ERR_CERT_REJECTED);
		return 0;
	}
	trust_clear(t);
	X509_up_ref(leaf);
	t->leaf = leaf;
	verify_once(t, asked);
	if (add_bundle(t, X509_STORE_CTX_get0_store(asked)))
		verify_once(t, asked);
	X509_STORE_CTX_set_error(asked,
	    t->nfaults == 0 ? X509_V_OK : t->faults[0].error);
	return 1;
}

void
trust_again(struct trust *t, SSL *ssl, STACK_OF(X509) * chain)
{
	SSL_CTX *ctx = SSL_get_SSL_CTX(ssl);
	X509_STORE_CTX *asked = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (asked != NULL &&
	    X509_STORE_CTX_init(asked, SSL_CTX_get_cert_store(ctx),
		sk_X509_value(chain, 0), chain) == 1) {
		param = X509_STORE_CTX_get0_param(asked);
		X509_VERIFY_PARAM_set1(param, SSL_get0_param(ssl));
		X509_VERIFY_PARAM_set_auth_level(param,
		    SSL_get_security_level(ssl));
		X509_STORE_CTX_set_ex_data(asked,
		    SSL_get_ex_data_X509_STORE_CTX_idx(), ssl);
		verify(asked, t);
		/* Of the session it was as that began. */
		SSL_set_verify_result(ssl, X509_STORE_CTX_get_error(asked));
	}
	X509_STORE_CTX_free(asked);
}

void
trust_revoked(struct trust *t)
{
	add_fault(t, X509_V_ERR_CERT_REVOKED, 0, t->leaf);
	X509_free(t->anchor);
	t->anchor = NULL;
}

void
trust_watch(struct trust *t, SSL_CTX *ctx)
{
	/* As a browser does: what the user trusts need not be a root. */
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx),
	    X509_V_FLAG_PARTIAL_CHAIN);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify, t);
	if (t->defaults)
		SSL_CTX_set_default_verify_dir(ctx);
}
