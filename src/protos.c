/* SPDX-License-Identifier: ISC */
/* protos.c - finding a protocol by name, port, greeting or command. */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "proto.h"
#include "protos.h"
#include "text.h"

#define PROTO_ADDRESS(name) &proto_##name,
static const struct proto *const protos[] = { PROTOS(PROTO_ADDRESS) };
#undef PROTO_ADDRESS

const struct proto *
protos_at(size_t i)
{
	return i < sizeof protos / sizeof protos[0] ? protos[i] : NULL;
}

const struct proto *
protos_raw(void)
{
	return &proto_raw;
}

/* The first row with this name (or, without one, this port). */
static const struct scheme *
scheme_in(const struct scheme *s, const char *name, uint16_t port)
{
	for (; s != NULL && s->name != NULL; s++) {
		if (name == NULL ? s->port == port :
				   strcasecmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

static const struct scheme *
scheme_find(const char *name, uint16_t port, const struct proto **proto)
{
	size_t i;

	for (i = 0; i < sizeof protos / sizeof protos[0]; i++) {
		const struct scheme *s =
		    scheme_in(protos[i]->schemes, name, port);

		if (s != NULL) {
			*proto = protos[i];
			return s;
		}
	}
	*proto = NULL;
	return NULL;
}

const struct scheme *
protos_scheme(const char *name, const struct proto **proto)
{
	return scheme_find(name, 0, proto);
}

const struct scheme *
protos_port(uint16_t port, const struct proto **proto)
{
	return scheme_find(NULL, port, proto);
}

const struct proto *
protos_find(const char *name)
{
	const struct proto *proto = NULL;
	size_t i;

	for (i = 0; i < sizeof protos / sizeof protos[0]; i++) {
		if (strcasecmp(protos[i]->name, name) == 0)
			return protos[i];
	}
	return protos_scheme(name, &proto) == NULL ? NULL : proto;
}

const struct proto *
protos_greeting(const struct proto *now, const char *line, size_t len)
{
	const struct proto *found = NULL;
	int best = 0;
	size_t i;

	if (now->greets != NULL)
		best = now->greets(line, len);
	if (best > 0)
		found = now;
	for (i = 0; i < sizeof protos / sizeof protos[0]; i++) {
		int like = protos[i]->greets == NULL ?
		    0 :
		    protos[i]->greets(line, len);

		if (like > best) {
			best = like;
			found = protos[i];
		}
	}
	return found;
}

size_t
protos_verb_at(const struct proto *proto, const char *line, size_t len)
{
	return proto->verb_at != NULL ? proto->verb_at(line, len) :
					text_blanks(line, len);
}

/* Do the words of a verb ("AUTH TLS") begin this, with any blanks between? */
static bool
begins_verb(const char *p, size_t n, const char *word)
{
	size_t at = 0;

	for (; *word != '\0'; word++) {
		size_t blanks = text_blanks(p + at, n - at);

		if (*word == ' ' && blanks == 0)
			return false;
		if (*word == ' ')
			at += blanks;
		else if (at == n ||
		    tolower((unsigned char)p[at]) !=
			tolower((unsigned char)*word))
			return false;
		else
			at++;
	}
	return at == n || text_word(p + at, n - at) == 0;
}

const struct verb *
protos_verb(const struct proto *proto, const char *line, size_t len)
{
	size_t at = protos_verb_at(proto, line, len);
	const struct verb *v;

	for (v = proto->verbs; v != NULL && v->word != NULL; v++) {
		if (begins_verb(line + at, len - at, v->word))
			return v;
	}
	return NULL;
}

bool
protos_alone(const struct proto *proto, const struct verb *verb,
    const char *line, size_t len)
{
	size_t words = 1, at;
	const char *blank;

	if (verb == NULL)
		return false;
	for (blank = verb->word; (blank = strchr(blank, ' ')) != NULL; blank++)
		words++;
	at = protos_verb_at(proto, line, len);
	return text_nth(line + at, len - at, words) == len - at;
}

const struct proto *
protos_hello(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof protos / sizeof protos[0]; i++) {
		const struct verb *v = protos_verb(protos[i], line, len);

		if (v != NULL && (v->flags & VERB_HELLO) != 0)
			return protos[i];
	}
	return NULL;
}

void
protos_names(struct buf *to, const char *between)
{
	size_t i;

	for (i = 0; protos_at(i) != NULL; i++)
		buf_addf(to, "%s%s", i == 0 ? "" : between, protos_at(i)->name);
}

void
protos_list(struct buf *to)
{
	const struct proto *p;
	const struct scheme *s;
	size_t i;

	buf_adds(to,
	    "Protocols (-P NAME), and the URLs and ports that mean "
	    "them (* TLS at once):\n\n");
	for (i = 0; (p = protos_at(i)) != NULL; i++) {
		buf_addf(to, "  %-10s %s\n", p->name, p->title);
		if (p->schemes == NULL)
			continue;
		buf_addf(to, "  %-10s", "");
		for (s = p->schemes; s->name != NULL; s++) {
			/* Other ports of the same name are but guesses. */
			if (scheme_in(p->schemes, s->name, 0) == s)
				buf_addf(to, " %s:%u%s", s->name,
				    (unsigned)s->port, s->tls ? "*" : "");
		}
		buf_adds(to, "\n");
	}
}

uint16_t
protos_service(const char *name)
{
	const struct proto *proto;
	const struct scheme *scheme = protos_scheme(name, &proto);
	struct servent *entry;
	unsigned long number;

	if (text_number(name, 1, 65535, &number) == 0)
		return (uint16_t)number;
	if (scheme != NULL)
		return scheme->port;
	/* getservbyname would take digits; those were judged above. */
	if (name[strspn(name, "0123456789")] == '\0')
		return 0;
	entry = getservbyname(name, "tcp");
	return entry == NULL ? 0 : ntohs((uint16_t)entry->s_port);
}
