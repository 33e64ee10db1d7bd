/* SPDX-License-Identifier: ISC */
/* tlsopt_test.c - the TLS options, good and bad ones. */
#include <sys/stat.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs.h"
#include "fail.h"
#include "tlsopt.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* A folder with files in it, and whose they are. */
static struct {
	char folder[64];
	EVP_PKEY *key;
	X509 *cert;
} here;

static int
set_up(void **state)
{
	EVP_PKEY *other = EVP_EC_gen("P-256"),
		 *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
		 *small = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	X509 *weak = cert_make("weak", small, NULL, NULL, 9), *old;

	(void)state;
	strcpy(here.folder, "/tmp/telex-tlsopt-XXXXXX");
	assert_non_null(mkdtemp(here.folder));
	assert_int_equal(chdir(here.folder), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	here.key = EVP_EC_gen("P-256");
	here.cert = cert_authority("ca", here.key, NULL);
	old = cert_make("old", here.key,
	    &(struct issuer){ here.cert, here.key }, NULL, 9);
	assert_true(X509_sign(old, here.key, EVP_sha1()) > 0);
	cert_save("cert", here.cert, NULL, NULL);
	cert_save("weak", weak, small, NULL);
	cert_save("old", old, here.key, NULL);
	cert_save("key", NULL, here.key, NULL);
	cert_save("both", here.cert, here.key, NULL);
	cert_save("other", NULL, other, NULL);
	cert_save("ed", NULL, ed, NULL);
	cert_save("locked", NULL, here.key, "secret");
	cert_save("empty", NULL, NULL, NULL);
	EVP_PKEY_free(other);
	EVP_PKEY_free(ed);
	EVP_PKEY_free(small);
	X509_free(weak);
	X509_free(old);
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = { "cert", "key", "both", "other",
		"ed", "locked", "empty", "log", "link", "weak", "old" };
	size_t i;

	(void)state;
	X509_free(here.cert);
	EVP_PKEY_free(here.key);
	for (i = 0; i < ROWS(files); i++)
		unlink(files[i]);
	rmdir("folder");
	if (chdir("/") != 0)
		return -1;
	return rmdir(here.folder);
}

/* The sentence of a failure, or NULL for success, is this one. */
static void
expect(int rc, const struct fail *f, const char *why)
{
	const char *text = rc == 0 ? "it is taken" : f->text;

	assert_string_equal(text, why == NULL ? "it is taken" : why);
	assert_int_equal(rc, why == NULL ? 0 : -1);
	if (why != NULL)
		assert_int_equal(f->status, STATUS_USAGE);
}

#define NO_FILE ": no such file or directory"

/* How many certificates are trusted. */
static int
trusted(SSL_CTX *ctx)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);

	return sk_X509_OBJECT_num(X509_STORE_get0_objects(store));
}

static void
test_roots(void **state)
{
	static const struct {
		const char *file, *folder, *why;
		int trusted;
	} rows[] = {
		{ NULL, NULL, NULL, 0 },
		{ "cert", NULL, NULL, 1 },
		{ "both", NULL, NULL, 1 },
		{ NULL, "folder", NULL, 0 },
		{ "cert", "folder", NULL, 1 },
		{ "none", NULL, "cannot read the CA file none" NO_FILE, 0 },
		{ "a\033b", NULL, "cannot read the CA file a\\x1bb" NO_FILE,
		    0 },
		{ "folder", NULL,
		    "cannot read the CA file folder: is a directory", 0 },
		{ "empty", NULL,
		    "the CA file empty holds no usable certificate (PEM is "
		    "wanted)",
		    0 },
		{ "key", NULL,
		    "the CA file key holds no usable certificate (PEM is "
		    "wanted)",
		    0 },
		{ NULL, "none", "cannot read the CA directory none" NO_FILE,
		    0 },
		{ NULL, "cert",
		    "cannot read the CA directory cert: not a directory", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
		struct fail f;

		expect(tlsopt_roots(ctx, rows[i].file, rows[i].folder, &f), &f,
		    rows[i].why);
		assert_int_equal(trusted(ctx), rows[i].trusted);
		SSL_CTX_free(ctx);
	}
}

static void
test_pem(void **state)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	BIO *memory = BIO_new(BIO_s_mem());
	static const char *const bad[] = { "", "x",
		"-----BEGIN CERTIFICATE-----\nAAAA\n"
		"-----END CERTIFICATE-----\n" };
	char pem[4096];
	struct fail f;
	size_t i;
	int n;

	(void)state;
	PEM_write_bio_X509(memory, here.cert);
	n = BIO_read(memory, pem, sizeof pem - 1);
	assert_true(n > 0);
	pem[n] = '\0';
	expect(tlsopt_pem(ctx, NULL, &f), &f, NULL);
	for (i = 0; i < ROWS(bad); i++)
		expect(tlsopt_pem(ctx, bad[i], &f), &f,
		    "that is no certificate in PEM");
	assert_int_equal(trusted(ctx), 0);
	expect(tlsopt_pem(ctx, pem, &f), &f, NULL);
	assert_int_equal(trusted(ctx), 1);
	BIO_free(memory);
	SSL_CTX_free(ctx);
}

static void
test_identity(void **state)
{
	static const struct {
		const char *cert, *key, *why;
	} rows[] = {
		{ NULL, NULL, NULL },
		{ "both", NULL, NULL },
		{ "cert", "key", NULL },
		{ "cert", "both", NULL },
		{ NULL, "key",
		    "--key needs --cert: a key alone proves nothing" },
		{ "none", NULL, "cannot read the certificate none" NO_FILE },
		{ "folder", NULL,
		    "cannot read the certificate folder: is a directory" },
		{ "cert", "none", "cannot read the key none" NO_FILE },
		{ "key", NULL,
		    "cannot use the certificate key: it must be PEM" },
		{ "weak", NULL,
		    "cannot use the certificate weak: its key is too weak "
		    "(--tls-opt CipherString=DEFAULT@SECLEVEL=0 allows it)" },
		{ "old", NULL,
		    "cannot use the certificate old: it is signed in a way "
		    "that is too weak (--tls-opt "
		    "CipherString=DEFAULT@SECLEVEL=0 allows it)" },
		{ "cert", NULL,
		    "there is no usable key in cert (PEM is wanted; --key "
		    "names another file)" },
		{ "cert", "empty",
		    "there is no usable key in empty (PEM is wanted; --key "
		    "names another file)" },
		{ "cert", "other",
		    "the key in other does not belong to the certificate" },
		{ "cert", "ed",
		    "the key in ed does not belong to the certificate" },
		{ "cert", "locked",
		    "the key in locked is encrypted (openssl pkey -in FILE "
		    "-out PLAIN takes the pass phrase off)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
		struct fail f;

		SSL_CTX_set_security_level(ctx, 2);
		expect(tlsopt_identity(ctx, rows[i].cert, rows[i].key, &f), &f,
		    rows[i].why);
		if (rows[i].why == NULL)
			assert_int_equal(SSL_CTX_get0_privatekey(ctx) != NULL,
			    rows[i].cert != NULL);
		assert_null(SSL_CTX_get_default_passwd_cb(ctx));
		assert_null(SSL_CTX_get_default_passwd_cb_userdata(ctx));
		SSL_CTX_free(ctx);
	}
}

/* n bytes of a name, with these behind it. */
static char *
long_name(size_t n, const char *behind)
{
	char *name = malloc(n + strlen(behind) + 1);

	assert_non_null(name);
	memset(name, 'a', n);
	strcpy(name + n, behind);
	return name;
}

#define ALPN(names) \
	"--alpn " names ": wants names with commas between, as in smtp,imap"

static void
test_alpn(void **state)
{
	static const struct {
		const char *names, *why;
	} rows[] = {
		{ NULL, NULL },
		{ "smtp", NULL },
		{ "smtp,imap", NULL },
		{ "a b", NULL },
		{ "", ALPN("") },
		{ ",smtp", ALPN(",smtp") },
		{ "smtp,", ALPN("smtp,") },
		{ "smtp,,imap", ALPN("smtp,,imap") },
		{ "\033,", ALPN("\\x1b,") },
	};
	static const struct {
		size_t n;
		const char *behind;
		int rc;
	} longs[] = { { 255, "", 0 }, { 256, "", -1 } };
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct fail f;
	char all[600];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		expect(tlsopt_alpn(ctx, rows[i].names, &f), &f, rows[i].why);
	for (i = 0; i < ROWS(longs); i++) {
		char *name = long_name(longs[i].n, longs[i].behind);

		assert_int_equal(tlsopt_alpn(ctx, name, &f), longs[i].rc);
		free(name);
	}
	/* 255 of two bytes each are 510, one more 512: all there is room for;
	 * then one is too many. */
	for (i = 0; i < 514; i++)
		all[i] = i % 2 == 0 ? 'a' : ',';
	all[511] = '\0';
	assert_int_equal(tlsopt_alpn(ctx, all, &f), 0);
	all[511] = ',';
	all[513] = '\0';
	assert_int_equal(tlsopt_alpn(ctx, all, &f), -1);
	SSL_CTX_free(ctx);
}

#define D31 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEE"

static void
test_pin(void **state)
{
	static const struct {
		const char *pin;
		bool good;
	} rows[] = {
		{ "sha256:" D31 "ff", true },
		{ "SHA256:" D31 "FF", true },
		{ "sha256:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:"
		  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
		    true },
		{ "sha256:" D31 "ff:", false },
		{ "sha256:" D31 "ff0", false },
		{ "sha256:" D31 "ff00", false },
		{ "sha256:" D31 "f", false },
		{ "sha256:" D31, false },
		{ "sha256:" D31 "fg", false },
		{ "sha256:" D31 "gf", false },
		{ "sha256::" D31 "ff", false },
		{ "sha256:" D31 "::ff", false },
		{ "sha1:" D31 "ff", false },
		{ D31 "ff", false },
		{ "sha256:", false },
		{ "", false },
	};
	static const unsigned char want[32] = { 0x00, 0x11, 0x22, 0x33, 0x44,
		0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
		0xff, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
		0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		unsigned char md[32] = { 0 };
		char why[200];
		struct fail f;
		int rc = tlsopt_pin(md, rows[i].pin, &f);

		snprintf(why, sizeof why,
		    "--pin %s: wants sha256: and 64 hexadecimal digits",
		    rows[i].pin);
		expect(rc, &f, rows[i].good ? NULL : why);
		if (rows[i].good)
			assert_memory_equal(md, want, sizeof md);
	}
}

static void
test_keylog(void **state)
{
	static const struct {
		const char *path, *variable;
		bool opens;
		const char *why;
	} rows[] = {
		{ NULL, NULL, false, NULL },
		{ NULL, "", false, NULL },
		{ "", "log", false, NULL },
		{ "log", NULL, true, NULL },
		{ NULL, "log", true, NULL },
		{ "log", "none/log", true, NULL },
		{ "none/log", "log", false,
		    "cannot write the key log none/log" NO_FILE },
		{ NULL, "none/log", false,
		    "cannot write the key log of SSLKEYLOGFILE, "
		    "none/log" NO_FILE },
		{ "folder", NULL, false,
		    "cannot write the key log folder: is a directory" },
	};
	struct stat st;
	struct fail f;
	size_t i, written = 0;
	mode_t mask = umask(0);
	int fd;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		fd = -7;
		expect(tlsopt_keylog(&fd, rows[i].path, rows[i].variable, &f),
		    &f, rows[i].why);
		assert_int_equal(fd >= 0, rows[i].opens);
		if (!rows[i].opens) {
			assert_int_equal(fd, rows[i].why == NULL ? -7 : -1);
			continue;
		}
		/* What was in it stays. */
		assert_int_equal(write(fd, "x", 1), 1);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_size, ++written);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		close(fd);
	}
	umask(mask);
	/* Nobody leads the keys elsewhere. */
	assert_int_equal(symlink("log", "link"), 0);
	assert_int_equal(tlsopt_keylog(&fd, "link", NULL, &f), -1);
	assert_memory_equal(f.text, "cannot write the key log link: ", 31);
}

#define NO_OPTION \
	": OpenSSL has no such option (SSL_CONF_cmd(3) lists them: " \
	"MinProtocol, CipherString, Groups, ...)"

static void
test_settings(void **state)
{
	static const struct {
		const char *settings[3];
		const char *why;
	} rows[] = {
		{ { NULL }, NULL },
		{ { "MinProtocol=TLSv1.3" }, NULL },
		{ { "minprotocol=TLSv1.3" }, NULL },
		{ { "MaxProtocol=TLSv1.3", "MinProtocol=TLSv1.3" }, NULL },
		{ { "MinProtocol=x" },
		    "--tls-opt MinProtocol=x: OpenSSL refuses this value" },
		{ { "MinProtocol=TLSv1.3", "No\033ne=x" },
		    "--tls-opt No\\x1bne=x" NO_OPTION },
		{ { "None=x", "MinProtocol=TLSv1.3" },
		    "--tls-opt None=x" NO_OPTION },
		{ { "=x" },
		    "--tls-opt =x: wants NAME=VALUE, as in "
		    "MinProtocol=TLSv1.3" },
		{ { "x" },
		    "--tls-opt x: wants NAME=VALUE, as in "
		    "MinProtocol=TLSv1.3" },
	};
	struct fail f;
	size_t i, n;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

		for (n = 0; rows[i].settings[n] != NULL; n++)
			;
		expect(tlsopt_settings(ctx, rows[i].settings, n, &f), &f,
		    rows[i].why);
		if (n > 0 && rows[i].why == NULL)
			assert_int_equal(SSL_CTX_get_min_proto_version(ctx),
			    TLS1_3_VERSION);
		SSL_CTX_free(ctx);
	}
}

/* A name is as long as OpenSSL's are, at most. */
static void
test_settings_long(void **state)
{
	static const struct {
		size_t n;
		const char *why;
	} rows[] = { { 63, "has no such option" }, { 64, "wants NAME=VALUE" } };
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char *name = long_name(rows[i].n, "=x");
		const char *const settings[] = { name };
		struct fail f;

		assert_int_equal(tlsopt_settings(ctx, settings, 1, &f), -1);
		assert_non_null(strstr(f.text, rows[i].why));
		free(name);
	}
	SSL_CTX_free(ctx);
}

#define NO_NAME(name) \
	"the name " name " is none for TLS (letters beyond ASCII are " \
	"written xn--...)"

static void
test_name(void **state)
{
	static const struct {
		const char *name, *made, *why;
	} rows[] = {
		{ "a.b", "a.b", NULL },
		{ "a.b.", "a.b", NULL },
		{ "a.b..", "a.b.", NULL },
		{ ".", ".", NULL },
		{ "", "", NULL },
		{ "1234567", "1234567", NULL },
		{ "1234567.", "1234567", NULL },
		{ "a~!", "a~!", NULL },
		{ "12345678", NULL, "the name 12345678 is too long" },
		{ "a b", NULL, NO_NAME("a b") },
		{ "a\177b", NULL, NO_NAME("a\\x7fb") },
		{ "a\303\274b", NULL, NO_NAME("a\303\274b") },
	};
	struct fail f;
	char to[8];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		expect(tlsopt_name(to, sizeof to, rows[i].name, &f), &f,
		    rows[i].why);
		if (rows[i].why == NULL)
			assert_string_equal(to, rows[i].made);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_pem),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_alpn),
		cmocka_unit_test(test_pin),
		cmocka_unit_test(test_keylog),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_settings_long),
		cmocka_unit_test(test_name),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
