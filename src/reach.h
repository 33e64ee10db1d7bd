/* reach.h - opening, protecting and closing a connection.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef REACH_H
#define REACH_H

struct session;

/*
 * Connect where the options say, with TLS from the first byte or by STARTTLS
 * if they say so.  0, or -1 with the error said and s->status set.
 */
int reach_open(struct session *s);

/*
 * Begin TLS now (the go-ahead came, or the user insists); refused when bytes
 * wait that came before.  0, or -1 with the reason said and s->over set.
 */
int reach_upgrade(struct session *s);

/* The protocol's hello, STARTTLS and the handshake.  0 or -1 as above. */
int reach_starttls(struct session *s);

/* TLS ends, the connection goes on in plain text (RFC 4217, 12.3).  0 or -1
 * as above. */
int reach_plain(struct session *s);

/* Wait until it is our turn.  0, or -1 when the connection is over. */
int reach_turn(struct session *s);

/* Close the connection; a person gets a line about how it went. */
void reach_close(struct session *s);

#endif
