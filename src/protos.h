/* protos.h - the protocols there are.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef PROTOS_H
#define PROTOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct proto;
struct scheme;
struct verb;

/* The i-th protocol, NULL behind the last; the last is raw. */
const struct proto *protos_at(size_t i);

/* By name or by the name of one of its schemes; NULL if there is none. */
const struct proto *protos_find(const char *name);

/* No rules at all: both sides may speak at any time. */
const struct proto *protos_raw(void);

/*
 * A scheme by name ("submissions") or by port (465), with its protocol in
 * *proto.  NULL, there too, if there is none.
 */
const struct scheme *protos_scheme(const char *name,
    const struct proto **proto);
const struct scheme *protos_port(uint16_t port, const struct proto **proto);

/* The protocol a greeting looks like most, `now` when others do not do so
 * more; NULL if no protocol knows it. */
const struct proto *protos_greeting(const struct proto *now, const char *line,
    size_t len);

/* The protocol whose hello this command is ("EHLO x"); NULL if none. */
const struct proto *protos_hello(const char *line, size_t len);

/* The verb that a command begins with; NULL if the protocol has none. */
const struct verb *protos_verb(const struct proto *proto, const char *line,
    size_t len);

/* Append the names of all, with this between them. */
void protos_names(struct buf *to, const char *between);

/* Is it no more than this verb (or NULL) of its own, without an argument? */
bool protos_alone(const struct proto *proto, const struct verb *verb,
    const char *line, size_t len);

/* Append the protocols, with the URLs and ports that mean them. */
void protos_list(struct buf *to);

/* Where the verb of this command begins: behind blanks, and a tag. */
size_t protos_verb_at(const struct proto *proto, const char *line, size_t len);

/*
 * A port by number or service name: the protocols' own table first, then a
 * short list of well-known services, then /etc/services.  0 if there is none
 * or it is not 1 to 65535.
 */
uint16_t protos_service(const char *name);

#endif
