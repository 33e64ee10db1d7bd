/* certs.h - the server's certificates, shown or kept.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef CERTS_H
#define CERTS_H

struct session;

/*
 * After the handshake, as --show-certs says.  JSON and PEM are what a script
 * has on stdout, in place of the server's words.
 */
void certs_show(struct session *s);

/* At the end: a warning if --show-certs or --resume had nothing of TLS. */
void certs_missed(struct session *s);

/* What else the handshake gave, as a note of this level. */
void certs_note(struct session *s, int level);

/* `^] cert`, with "text", "json", "pem" or a file that is not there yet. */
void certs_command(struct session *s, const char *arg);

#endif
