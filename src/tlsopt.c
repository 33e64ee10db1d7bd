/* SPDX-License-Identifier: ISC */
/* tlsopt.c - the TLS options, each read and put into a context. */
#include <sys/stat.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "buf.h"
#include "fail.h"
#include "text.h"
#include "tlsopt.h"

#define WEAKER "--tls-opt CipherString=DEFAULT@SECLEVEL=0"

enum {
	SHOWN_MOST = 128, /* bytes of what the user gave */
	PIN_LEN = 32
};

/* A sentence around a text of the user's. */
static int
refuse(struct fail *f, const char *before, const char *text, const char *after)
{
	struct buf b = { 0 };

	text_quote(&b, text, strlen(text), SHOWN_MOST);
	buf_add(&b, "", 1);
	fail_set(f, STATUS_USAGE, "%s %s%s", before, buf_bytes(&b), after);
	buf_free(&b);
	return -1;
}

/* The same for a file, with the reason in errno. */
static int
refuse_file(struct fail *f, const char *before, const char *path)
{
	char why[128];
	char after[160];

	snprintf(after, sizeof after, ": %s",
	    fail_strerror(errno, why, sizeof why));
	return refuse(f, before, path, after);
}

/* Can this file or folder be read?  OpenSSL's own errors do not tell. */
static int
check_readable(const char *path, bool folder, const char *before,
    struct fail *f)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = 0;

	if (fd < 0 || fstat(fd, &st) < 0) {
		rc = refuse_file(f, before, path);
	} else if ((S_ISDIR(st.st_mode) != 0) != folder) {
		errno = folder ? ENOTDIR : EISDIR;
		rc = refuse_file(f, before, path);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

int
tlsopt_roots(SSL_CTX *ctx, const char *file, const char *folder, struct fail *f)
{
	if (file != NULL) {
		if (check_readable(file, false, "cannot read the CA file", f) <
		    0)
			return -1;
		if (SSL_CTX_load_verify_file(ctx, file) != 1)
			return refuse(f, "the CA file", file,
			    " holds no "
			    "usable certificate (PEM is wanted)");
	}
	if (folder != NULL) {
		if (check_readable(folder, true, "cannot read the CA directory",
			f) < 0)
			return -1;
		SSL_CTX_load_verify_dir(ctx, folder);
	}
	return 0;
}

/* A pass phrase is never asked for: a script would hang. */
static int
no_pass_phrase(char *to, int size, int writing, void *arg)
{
	bool *wanted = arg;

	(void)to;
	(void)size;
	(void)writing;
	*wanted = true;
	return -1;
}

/* What OpenSSL has against the user's own certificate. */
static const char *
certificate_fault(unsigned long error)
{
	int reason =
	    ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;

	switch (reason) {
	case SSL_R_EE_KEY_TOO_SMALL:
	case SSL_R_CA_KEY_TOO_SMALL:
		return ": its key is too weak (" WEAKER " allows it)";
	case SSL_R_CA_MD_TOO_WEAK:
		return ": it is signed in a way that is too weak (" WEAKER
		       " allows it)";
	default:
		return ": it must be PEM";
	}
}

static int
use_identity(SSL_CTX *ctx, const char *cert, const char *key, struct fail *f)
{
	bool *wanted = SSL_CTX_get_default_passwd_cb_userdata(ctx);

	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
		return refuse(f, "cannot use the certificate", cert,
		    certificate_fault(ERR_peek_last_error()));
	if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1)
		return 0;
	if (*wanted)
		return refuse(f, "the key in", key,
		    " is encrypted (openssl "
		    "pkey -in FILE -out PLAIN takes the pass phrase off)");
	switch (ERR_GET_REASON(ERR_peek_last_error())) {
	case X509_R_KEY_VALUES_MISMATCH:
	case X509_R_KEY_TYPE_MISMATCH:
	case SSL_R_NO_CERTIFICATE_ASSIGNED:
		return refuse(f, "the key in", key,
		    " does not belong to the certificate");
	default:
		return refuse(f, "there is no usable key in", key,
		    " (PEM is wanted; --key names another file)");
	}
}

int
tlsopt_pem(SSL_CTX *ctx, const char *pem, struct fail *f)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	BIO *memory;
	X509 *cert;
	int done;

	if (pem == NULL)
		return 0;
	memory = BIO_new_mem_buf(pem, -1);
	cert =
	    memory == NULL ? NULL : PEM_read_bio_X509(memory, NULL, NULL, NULL);
	done = cert != NULL && X509_STORE_add_cert(store, cert) == 1;
	X509_free(cert);
	BIO_free(memory);
	ERR_clear_error();
	return done ?
	    0 :
	    fail_set(f, STATUS_USAGE, "that is no certificate in PEM");
}

int
tlsopt_identity(SSL_CTX *ctx, const char *cert, const char *key, struct fail *f)
{
	bool wanted = false;
	int rc;

	if (cert == NULL && key == NULL)
		return 0;
	if (cert == NULL)
		return fail_set(f, STATUS_USAGE,
		    "--key needs --cert: a key alone proves nothing");
	if (key == NULL)
		key = cert;
	if (check_readable(cert, false, "cannot read the certificate", f) < 0)
		return -1;
	if (check_readable(key, false, "cannot read the key", f) < 0)
		return -1;
	ERR_clear_error();
	SSL_CTX_set_default_passwd_cb(ctx, no_pass_phrase);
	SSL_CTX_set_default_passwd_cb_userdata(ctx, &wanted);
	rc = use_identity(ctx, cert, key, f);
	SSL_CTX_set_default_passwd_cb(ctx, NULL);
	SSL_CTX_set_default_passwd_cb_userdata(ctx, NULL);
	return rc;
}

/* The server asks who we are. */
static int
asked(SSL *ssl, void *arg)
{
	bool *showed = arg;

	*showed = SSL_get_certificate(ssl) != NULL;
	return 1;
}

void
tlsopt_watch(SSL_CTX *ctx, bool *showed)
{
	SSL_CTX_set_cert_cb(ctx, asked, showed);
}

int
tlsopt_alpn(SSL_CTX *ctx, const char *names, struct fail *f)
{
	unsigned char list[512];
	const char *p = names;
	size_t len, used = 0;

	if (names == NULL)
		return 0;
	for (;; p += len + 1) {
		len = strcspn(p, ",");
		if (len == 0 || len > 255 || used + len + 1 > sizeof list)
			return refuse(f, "--alpn", names,
			    ": wants names "
			    "with commas between, as in smtp,imap");
		list[used++] = (unsigned char)len;
		memcpy(list + used, p, len);
		used += len;
		if (p[len] == '\0')
			break;
	}
	if (SSL_CTX_set_alpn_protos(ctx, list, (unsigned)used) != 0)
		return fail_set(f, STATUS_USAGE, "--alpn cannot be set");
	return 0;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at =
	    c == '\0' ? NULL : strchr(digits, tolower((unsigned char)c));

	return at == NULL ? -1 : (int)(at - digits);
}

int
tlsopt_pin(unsigned char md[32], const char *pin, struct fail *f)
{
	static const char kind[] = "sha256:";
	const char *p = pin;
	size_t n = 0;

	if (text_begins(p, strlen(p), kind))
		p += strlen(kind);
	else
		p = "";
	while (n < PIN_LEN && hex_value(p[0]) >= 0 && hex_value(p[1]) >= 0) {
		md[n++] =
		    (unsigned char)(hex_value(p[0]) * 16 + hex_value(p[1]));
		p += 2;
		if (*p == ':' && n < PIN_LEN)
			p++;
	}
	if (n < PIN_LEN || *p != '\0')
		return refuse(f, "--pin", pin,
		    ": wants sha256: and 64 hexadecimal digits");
	return 0;
}

int
tlsopt_keylog(int *fd, const char *path, const char *variable, struct fail *f)
{
	const char *before = "cannot write the key log";

	if (path == NULL) {
		path = variable;
		before = "cannot write the key log of SSLKEYLOGFILE,";
	}
	if (path == NULL || *path == '\0')
		return 0;
	*fd = open(path,
	    O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK |
		O_CLOEXEC,
	    0600);
	return *fd < 0 ? refuse_file(f, before, path) : 0;
}

/* One NAME=VALUE; what is wrong with it, or NULL. */
static const char *
set_one(SSL_CONF_CTX *conf, const char *setting)
{
	const char *eq = strchr(setting, '=');
	char name[64];

	if (eq == NULL || eq == setting ||
	    (size_t)(eq - setting) >= sizeof name)
		return ": wants NAME=VALUE, as in MinProtocol=TLSv1.3";
	memcpy(name, setting, (size_t)(eq - setting));
	name[eq - setting] = '\0';
	switch (SSL_CONF_cmd(conf, name, eq + 1)) {
	case 1:
	case 2:
		return NULL;
	case -2:
		return ": OpenSSL has no such option (SSL_CONF_cmd(3) lists "
		       "them: MinProtocol, CipherString, Groups, ...)";
	default:
		return ": OpenSSL refuses this value";
	}
}

int
tlsopt_settings(SSL_CTX *ctx, const char *const *settings, size_t n,
    struct fail *f)
{
	SSL_CONF_CTX *conf;
	const char *wrong = NULL;
	size_t i;

	if (n == 0)
		return 0;
	conf = SSL_CONF_CTX_new();
	SSL_CONF_CTX_set_flags(conf,
	    SSL_CONF_FLAG_FILE | SSL_CONF_FLAG_CLIENT |
		SSL_CONF_FLAG_SHOW_ERRORS);
	SSL_CONF_CTX_set_ssl_ctx(conf, ctx);
	for (i = 0; wrong == NULL && i < n; i++)
		wrong = set_one(conf, settings[i]);
	if (wrong == NULL && SSL_CONF_CTX_finish(conf) != 1)
		wrong = ": OpenSSL refuses this value";
	SSL_CONF_CTX_free(conf);
	return wrong == NULL ? 0 :
			       refuse(f, "--tls-opt", settings[i - 1], wrong);
}

int
tlsopt_name(char *to, size_t size, const char *name, struct fail *f)
{
	size_t len = strlen(name);
	size_t i;

	if (len > 1 && name[len - 1] == '.')
		len--;
	for (i = 0; i < len; i++) {
		if (name[i] <= ' ' || name[i] > '~')
			return refuse(f, "the name", name,
			    " is none for TLS "
			    "(letters beyond ASCII are written xn--...)");
	}
	if (len >= size)
		return refuse(f, "the name", name, " is too long");
	memcpy(to, name, len);
	to[len] = '\0';
	return 0;
}
