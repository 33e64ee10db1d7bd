/* alert.h - what OpenSSL reports, in words.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef ALERT_H
#define ALERT_H

#include <stddef.h>

#include <openssl/types.h>

/*
 * A sentence for a call that failed with this result, from OpenSSL's error
 * queue, which is emptied, and from errno.
 */
void alert_words(const SSL *ssl, int result, char *text, size_t size);

#endif
