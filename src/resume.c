/* SPDX-License-Identifier: ISC */
/* resume.c - a TLS session kept in a file and taken up again. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "buf.h"
#include "fail.h"
#include "resume.h"
#include "text.h"

enum {
	FILE_MOST = 1 << 20,
	CHAIN_MOST = 20 /* certificates */
};

/* -1 and what is wrong with the file; errno 0: `what` says all. */
static int
refuse(const char *path, const char *what, int error, struct fail *f)
{
	struct buf shown = { 0 };

	text_quote(&shown, path, strlen(path), 100);
	buf_add(&shown, "", 1);
	errno = error;
	if (error != 0)
		fail_errno(f, STATUS_USAGE, "%s %s", what, buf_bytes(&shown));
	else
		fail_set(f, STATUS_USAGE, "the session file %s %s",
		    buf_bytes(&shown), what);
	buf_free(&shown);
	return -1;
}

/* --- from the file --- */

/* What speaks against a file with secrets in it, or NULL. */
static const char *
fault_of(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is no file";
	if (st->st_uid != geteuid())
		return "belongs to somebody else";
	if ((st->st_mode & 077) != 0)
		return "is open to others (chmod 600 closes it)";
	return st->st_size > FILE_MOST ? "is too large for a session" : NULL;
}

/* All that there is.  -1 and errno. */
static int
read_all(int fd, struct buf *to)
{
	ssize_t n = 1;

	while (n > 0 && to->len <= FILE_MOST) {
		n = read(fd, buf_room(to, 65536), 65536);
		if (n > 0)
			buf_grew(to, (size_t)n);
	}
	return n < 0 ? -1 : 0;
}

/* What the file has; nothing if there is none. */
static int
read_file(const char *path, struct buf *to, struct fail *f)
{
	int fd = open(path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	const char *fault = NULL;
	struct stat st;
	int rc = 0;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ELOOP)
		fault = "is a symbolic link";
	else if (fd >= 0 && fstat(fd, &st) == 0)
		fault = fault_of(&st);
	if (fault != NULL)
		rc = refuse(path, fault, 0, f);
	else if (fd < 0 || read_all(fd, to) < 0)
		rc = refuse(path, "cannot read the session file", errno, f);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Nobody is asked for a password: sessions are not written with one. */
static int
no_password(char *text, int size, int writing, void *arg)
{
	(void)text;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

/* The certificates behind the session, if they are that session's. */
static void
read_chain(struct resume *r, BIO *bio)
{
	const X509 *peer = SSL_SESSION_get0_peer(r->session);
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *cert;

	while (chain != NULL && sk_X509_num(chain) < CHAIN_MOST &&
	    (cert = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
		if (sk_X509_push(chain, cert) == 0)
			X509_free(cert);
	}
	if (peer != NULL && sk_X509_num(chain) > 0 &&
	    X509_cmp(peer, sk_X509_value(chain, 0)) == 0)
		r->chain = chain;
	else
		sk_X509_pop_free(chain, X509_free);
}

int
resume_load(struct resume *r, const char *path, struct fail *f)
{
	struct buf text = { 0 };
	BIO *bio = NULL;
	int rc = read_file(path, &text, f);

	r->path = path;
	if (rc == 0 && text.len > 0) {
		bio = BIO_new_mem_buf(buf_bytes(&text), (int)text.len);
		r->session = bio == NULL ?
		    NULL :
		    PEM_read_bio_SSL_SESSION(bio, NULL, no_password, NULL);
		if (r->session == NULL)
			rc = refuse(path,
			    "holds no TLS session (it is left as it is)", 0, f);
		else
			read_chain(r, bio);
		BIO_free(bio);
	}
	ERR_clear_error();
	buf_free(&text);
	return rc;
}

/* --- in a connection --- */

void
resume_offer(struct resume *r, SSL *ssl, const char *name)
{
	const char *kept;

	r->offered = r->fresh = r->refused = false;
	snprintf(r->name, sizeof r->name, "%s", name);
	if (r->session == NULL || r->chain == NULL ||
	    SSL_SESSION_is_resumable(r->session) != 1)
		return;
	kept = SSL_SESSION_get0_hostname(r->session);
	if (kept != NULL && strcasecmp(kept, name) == 0)
		r->offered = SSL_set_session(ssl, r->session) == 1;
}

void
resume_begun(struct resume *r, SSL *ssl)
{
	STACK_OF(X509) *shown = SSL_get_peer_cert_chain(ssl);

	if (r->path == NULL || SSL_session_reused(ssl))
		return;
	sk_X509_pop_free(r->chain, X509_free);
	r->chain = shown == NULL ? NULL : X509_chain_up_ref(shown);
	if (SSL_version(ssl) < TLS1_3_VERSION &&
	    SSL_get_extms_support(ssl) != 1)
		r->refused = true;
}

void
resume_came(struct resume *r, SSL_SESSION *session)
{
	SSL_SESSION_free(r->session);
	r->session = session;
	r->fresh = true;
}

/* --- to the file --- */

static BIO *
in_words(const struct resume *r)
{
	BIO *bio = BIO_new(BIO_s_mem());
	/* OpenSSL puts the name in only when the server cared for it. */
	bool good = bio != NULL &&
	    SSL_SESSION_set1_hostname(r->session, r->name) == 1 &&
	    PEM_write_bio_SSL_SESSION(bio, r->session) == 1;
	int i;

	for (i = 0; good && i < sk_X509_num(r->chain); i++)
		good = PEM_write_bio_X509(bio, sk_X509_value(r->chain, i)) == 1;
	if (good)
		return bio;
	BIO_free(bio);
	return NULL;
}

/* A new file, whole or not there at all.  -1 and errno. */
static int
write_file(const char *path, const char *p, size_t n)
{
	struct buf name = { 0 };
	char *temporary;
	bool done;
	int fd, error;

	buf_addf(&name, "%s.XXXXXX", path);
	buf_add(&name, "", 1);
	temporary = buf_bytes(&name);
	fd = mkstemp(temporary);
	done = fd >= 0 && write(fd, p, n) == (ssize_t)n;
	if (fd >= 0 && close(fd) < 0)
		done = false;
	done = done && rename(temporary, path) == 0;
	error = errno;
	if (fd >= 0 && !done)
		unlink(temporary);
	buf_free(&name);
	errno = error;
	return done ? 0 : -1;
}

int
resume_save(struct resume *r, struct fail *f)
{
	char *p = NULL;
	int rc = 0;
	BIO *bio;
	long n;

	if (r->path == NULL || !r->fresh || r->refused || r->chain == NULL ||
	    SSL_SESSION_is_resumable(r->session) != 1)
		return 0;
	r->fresh = false;
	bio = in_words(r);
	n = bio == NULL ? 0 : BIO_get_mem_data(bio, &p);
	errno = 0;
	if (n <= 0 || write_file(r->path, p, (size_t)n) < 0)
		rc = refuse(r->path, "cannot write the session file",
		    errno == 0 ? ENOSPC : errno, f);
	/* OpenSSL wipes what such a BIO held. */
	BIO_free(bio);
	ERR_clear_error();
	return rc < 0 ? -1 : 1;
}

void
resume_free(struct resume *r)
{
	SSL_SESSION_free(r->session);
	sk_X509_pop_free(r->chain, X509_free);
	r->session = NULL;
	r->chain = NULL;
}
