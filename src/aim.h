/* aim.h - which port, protocol and TLS a target means.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef AIM_H
#define AIM_H

#include <stdbool.h>
#include <stdint.h>

#include "target.h"

struct fail;
struct proto;
struct scheme;

/*
 * One target while it is being understood.  Nothing is looked up here: the
 * caller looks up what each step needs, in the order below.  -1 and a
 * sentence (status 2) when the parts contradict each other.
 */
struct aim {
	bool want_tls;      /* -T */
	bool want_starttls; /* -S */
	struct target target;
	const struct scheme *scheme; /* -P's at first, then the URL's */
	const struct proto *proto;   /* -P's at first, then the one meant */
	bool proto_given;            /* it is more than a guess */
	uint16_t port;               /* 0: a Unix-domain socket */
	bool tls;                    /* from the first byte */
	bool tls_by_port;            /* ... because of the port */
};

/* Add the second operand, a port. */
int aim_second(struct aim *a, const char *word, struct fail *f);

/* The URL's scheme and its protocol, NULL if there is none of this name. */
int aim_scheme(struct aim *a, const struct scheme *scheme,
    const struct proto *proto, struct fail *f);

/* The word that names the port (NULL: none) and the number it stands for. */
int aim_port(struct aim *a, const char *word, uint16_t number, struct fail *f);

/* What is known of this port; NULL if nothing. */
int aim_tls(struct aim *a, const struct scheme *by_port,
    const struct proto *proto, struct fail *f);

/* Say what is wrong with a word that names no port. */
int aim_refuse_port(const char *word, struct fail *f);

#endif
