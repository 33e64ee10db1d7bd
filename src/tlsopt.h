/* tlsopt.h - the TLS options, each read and put into a context.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef TLSOPT_H
#define TLSOPT_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

struct fail;

/*
 * Each returns 0, or -1 and a sentence (STATUS_USAGE) that names the option
 * or the file.  What the user gave is shown in a harmless form.
 */

/* --cafile and --capath; either may be NULL. */
int tlsopt_roots(SSL_CTX *ctx, const char *file, const char *folder,
    struct fail *f);

/* One more certificate to trust, as PEM text; may be NULL. */
int tlsopt_pem(SSL_CTX *ctx, const char *pem, struct fail *f);

/* --cert and --key; without a key it is in the certificate's file. */
int tlsopt_identity(SSL_CTX *ctx, const char *cert, const char *key,
    struct fail *f);

/* Say there whenever the server asks for our certificate, if there is one. */
void tlsopt_watch(SSL_CTX *ctx, bool *showed);

/* --alpn: "smtp,imap". */
int tlsopt_alpn(SSL_CTX *ctx, const char *names, struct fail *f);

/* --pin: "sha256:" and 64 hexadecimal digits, colons between or not. */
int tlsopt_pin(unsigned char md[32], const char *pin, struct fail *f);

/*
 * --keylog, or (NULL) the file that SSLKEYLOGFILE names: opened for
 * appending, made with mode 0600, a symbolic link refused.  *fd stays as it
 * is when there is none.
 */
int tlsopt_keylog(int *fd, const char *path, const char *variable,
    struct fail *f);

/* --tls-opt: NAME=VALUE as SSL_CONF_cmd has them. */
int tlsopt_settings(SSL_CTX *ctx, const char *const *settings, size_t n,
    struct fail *f);

/* A host's name for TLS, without the dot that may end it. */
int tlsopt_name(char *to, size_t size, const char *name, struct fail *f);

#endif
