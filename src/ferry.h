/* ferry.h - a BIO of OpenSSL on functions of ours.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef FERRY_H
#define FERRY_H

#include <sys/types.h>
#include <stddef.h>

/* What the owner gives; both functions get `arg`. */
struct ferry {
	/* Bytes that came, n at most; 0 at the end, -1 and errno (EAGAIN and
	 * EINTR: it is to be tried again). */
	ssize_t (*in)(void *arg, void *p, size_t n);
	/* Takes all of it. */
	void (*out)(void *arg, const void *p, size_t n);
	void *arg;
	struct bio_method_st *method; /* made by ferry_bio */
};

/* The BIO, which OpenSSL frees; *f stays where it is.  NULL: no memory. */
struct bio_st *ferry_bio(struct ferry *f);

/* When the BIO is gone; harmless if there was none. */
void ferry_free(struct ferry *f);

#endif
