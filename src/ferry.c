/* SPDX-License-Identifier: ISC */
/* ferry.c - a BIO of OpenSSL on functions of ours. */
#include <errno.h>

#include <openssl/bio.h>

#include "ferry.h"

static int
bring_in(BIO *b, char *p, int n)
{
	struct ferry *f = BIO_get_data(b);
	ssize_t got = f->in(f->arg, p, (size_t)n);

	BIO_clear_retry_flags(b);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_read(b);
	if (got == 0)
		BIO_set_flags(b, BIO_FLAGS_IN_EOF);
	return (int)got;
}

static int
bring_out(BIO *b, const char *p, int n)
{
	struct ferry *f = BIO_get_data(b);

	f->out(f->arg, p, (size_t)n);
	return n;
}

static long
control(BIO *b, int command, long n, void *p)
{
	(void)n;
	(void)p;
	if (command == BIO_CTRL_EOF)
		return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0;
	return command == BIO_CTRL_FLUSH;
}

static int
create(BIO *b)
{
	BIO_set_init(b, 1);
	return 1;
}

BIO *
ferry_bio(struct ferry *f)
{
	BIO *b;

	f->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "ferry");
	if (f->method == NULL)
		return NULL;
	BIO_meth_set_read(f->method, bring_in);
	BIO_meth_set_write(f->method, bring_out);
	BIO_meth_set_ctrl(f->method, control);
	BIO_meth_set_create(f->method, create);
	b = BIO_new(f->method);
	if (b == NULL)
		ferry_free(f);
	else
		BIO_set_data(b, f);
	return b;
}

void
ferry_free(struct ferry *f)
{
	BIO_meth_free(f->method);
	f->method = NULL;
}
