/* SPDX-License-Identifier: ISC */
/* resume_test.c - sessions on their way through a file. */
#include <sys/stat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "certs.h"
#include "fail.h"
#include "pair.h"
#include "resume.h"
#include "tls.h"

struct world {
	char dir[64], path[96], cafile[96], other[96];
	EVP_PKEY *key;
	X509 *ca, *leaf;
	SSL_CTX *server; /* it knows its tickets again */
};

static void
save(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(0, chmod(path, mode));
}

static int
set_up(void **state)
{
	static const struct extension names[] = {
		{ NID_subject_alt_name, "DNS:localhost" }, { 0, NULL }
	};
	static const unsigned char context[] = "test";
	struct world *w = calloc(1, sizeof *w);
	struct issuer by;
	X509 *other;

	snprintf(w->dir, sizeof w->dir, "%s/resume_test.XXXXXX",
	    getenv("TMPDIR") != NULL && strlen(getenv("TMPDIR")) < 40 ?
		getenv("TMPDIR") :
		"/tmp");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof w->path, "%s/session", w->dir);
	snprintf(w->cafile, sizeof w->cafile, "%s/ca.pem", w->dir);
	snprintf(w->other, sizeof w->other, "%s/other.pem", w->dir);
	w->key = EVP_EC_gen("P-256");
	w->ca = cert_authority("CA", w->key, NULL);
	by = (struct issuer){ w->ca, w->key };
	w->leaf = cert_make("mx", w->key, &by, names, 9);
	cert_save(w->cafile, w->ca, NULL, NULL);
	other = cert_authority("Other", w->key, NULL);
	cert_save(w->other, other, NULL, NULL);
	X509_free(other);
	w->server = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(w->server, w->leaf);
	SSL_CTX_use_PrivateKey(w->server, w->key);
	SSL_CTX_set_session_id_context(w->server, context, sizeof context);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	unlink(w->path);
	unlink(w->cafile);
	unlink(w->other);
	assert_int_equal(0, rmdir(w->dir));
	SSL_CTX_free(w->server);
	X509_free(w->ca);
	X509_free(w->leaf);
	EVP_PKEY_free(w->key);
	free(w);
	return 0;
}

static int
each_set_up(void **state)
{
	const struct world *w = *state;

	unlink(w->path);
	return 0;
}

/* --- files --- */

static void
test_files(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *words; /* NULL: no fault */
	} files[] = {
		{ "", 0600, NULL },
		{ "", 0640, "is open to others (chmod 600 closes it)" },
		{ "To: me\n", 0600, "holds no TLS session (it is left" },
		{ "-----BEGIN SSL SESSION PARAMETERS-----\nMDA=\n"
		  "-----END SSL SESSION PARAMETERS-----\n",
		    0600, "holds no TLS session" },
	};
	const struct world *w = *state;
	struct fail f = { STATUS_OK, "" };
	size_t i;

	for (i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct resume r = { .path = NULL };
		int rc;

		save(w->path, files[i].text, files[i].mode);
		rc = resume_load(&r, w->path, &f);
		assert_int_equal(files[i].words == NULL ? 0 : -1, rc);
		if (rc < 0 && strstr(f.text, files[i].words) == NULL)
			fail_msg("'%s'", f.text);
		if (rc < 0)
			assert_int_equal(STATUS_USAGE, f.status);
		assert_int_equal(0, resume_save(&r, &f));
		assert_int_equal(0, ERR_peek_error());
		resume_free(&r);
	}
}

static void
test_places(void **state)
{
	const struct world *w = *state;
	struct resume r = { .path = NULL };
	struct fail f = { STATUS_OK, "" };

	assert_int_equal(0, resume_load(&r, w->path, &f));
	assert_int_equal(-1, resume_load(&r, w->dir, &f));
	assert_non_null(strstr(f.text, "is no file"));
	assert_int_equal(0, symlink(w->cafile, w->path));
	assert_int_equal(-1, resume_load(&r, w->path, &f));
	assert_non_null(strstr(f.text, "is a symbolic link"));
	assert_int_equal(-1, resume_load(&r, "/dev/null/x", &f));
	assert_non_null(strstr(f.text, "not a directory"));
	resume_free(&r);
}

/* --- connections --- */

/* What a connection is like, and what comes of it. */
struct meeting {
	const char *host, *cafile, *tls_opt;
	bool resumed, offered, verified;
	int kept;
};

static void
meet(const struct world *w, const struct meeting *m)
{
	struct tls_plan plan = { .cafile = m->cafile,
		.resume = w->path,
		.opts = &m->tls_opt,
		.nopts = m->tls_opt != NULL };
	struct fail f = { STATUS_OK, "" };
	SSL_CTX *ctx = tls_context(&plan, &f);
	struct tls_report r;
	SSL *client, *server;
	char byte;

	if (ctx == NULL)
		fail_msg("%s", f.text);
	client = tls_client(ctx, &plan, m->host, &f);
	server = SSL_new(w->server);
	pair_join(client, server);
	assert_true(pair_shake(client, server));
	tls_report(client, &plan, m->host, &r);
	/* Tickets come behind the handshake. */
	assert_int_equal(1, SSL_write(server, "x", 1));
	assert_int_equal(1, SSL_read(client, &byte, 1));
	if (r.resumed != m->resumed || r.offered != m->offered ||
	    r.verified != m->verified)
		fail_msg("%s: %d, %d, %d: %s", m->host, r.offered, r.resumed,
		    r.verified, r.why);
	assert_int_equal(m->kept, tls_keep(ctx, &f));
	SSL_shutdown(client);
	SSL_shutdown(server);
	SSL_free(client);
	SSL_free(server);
	tls_free(ctx);
	ERR_clear_error();
}

static void
test_resumption(void **state)
{
	static const char *const versions[] = { "MaxProtocol=TLSv1.2",
		"MinProtocol=TLSv1.3" };
	const struct world *w = *state;
	struct stat st;
	size_t i;

	for (i = 0; i < 2; i++) {
		const char *v = versions[i];
		const struct meeting all[] = {
			/* A new one, of a server that is not trusted. */
			{ "localhost", w->other, v, .kept = 1 },
			{ "localhost", w->cafile, v, true, true, true, 1 },
			{ "LOCALHOST", w->cafile, v, true, true, true, 1 },
			/* It was trusted before, and is not now. */
			{ "localhost", w->other, v, true, true, false, 1 },
			/* Another name: another session, in its place. */
			{ "mx.example", w->cafile, v, .kept = 1 },
			{ "mx.example", w->cafile, v, true, true, false, 1 },
			{ "localhost", w->cafile, v, false, false, true, 1 },
		};
		size_t n;

		unlink(w->path);
		for (n = 0; n < sizeof all / sizeof all[0]; n++) {
			struct meeting m = all[n];

			/* A ticket of TLS 1.2 is not for one time only. */
			if (m.resumed && i == 0)
				m.kept = 0;
			meet(w, &m);
		}
		assert_int_equal(0, stat(w->path, &st));
		assert_int_equal(0600, st.st_mode & 07777);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_files, each_set_up),
		cmocka_unit_test_setup(test_places, each_set_up),
		cmocka_unit_test_setup(test_resumption, each_set_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
