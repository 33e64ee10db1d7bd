/* SPDX-License-Identifier: ISC */
/* aim.c - which port, protocol and TLS a target means. */
#include <stdio.h>
#include <string.h>

#include "aim.h"
#include "fail.h"
#include "proto.h"
#include "value.h"

/* Schemes that name no protocol; the greeting tells it. */
static const struct scheme bare[] = {
	{ "tcp", 0, false },
	{ "tls", 0, true },
	{ NULL, 0, false },
};

static bool
is_url(const struct aim *a)
{
	return a->target.scheme[0] != '\0';
}

int
aim_refuse_port(const char *word, struct fail *f)
{
	if (word[0] == '\0')
		return fail_set(f, STATUS_USAGE, "the port is empty");
	if (word[strspn(word, "0123456789")] == '\0')
		return value_refuse(f, "there is no port ", word,
		    " (ports are 1 to 65535)");
	return value_refuse(f, "no port is called ", word,
	    " (a number from 1 to 65535, or a service such as smtp)");
}

static int
refuse_path_port(const char *word, struct fail *f)
{
	return value_refuse(f, "a Unix-domain socket has no port (leave ", word,
	    " out)");
}

int
aim_second(struct aim *a, const char *word, struct fail *f)
{
	struct target *t = &a->target;

	if (strpbrk(word, ":/") != NULL)
		return value_refuse(f, "two targets: the second is ", word, "");
	if (t->path[0] != '\0')
		return refuse_path_port(word, f);
	if (t->service[0] != '\0')
		return value_refuse(f, "two ports: the second is ", word, "");
	if (strlen(word) >= sizeof t->service)
		return aim_refuse_port(word, f);
	memcpy(t->service, word, strlen(word) + 1);
	return 0;
}

static const struct scheme *
bare_scheme(const char *name)
{
	const struct scheme *s = bare;

	while (s->name != NULL && strcmp(s->name, name) != 0)
		s++;
	return s->name == NULL ? NULL : s;
}

int
aim_scheme(struct aim *a, const struct scheme *scheme,
    const struct proto *proto, struct fail *f)
{
	const char *name = a->target.scheme;

	if (is_url(a)) {
		a->scheme = bare_scheme(name);
		if (a->scheme == NULL)
			a->scheme = scheme;
		else
			proto = NULL;
		if (a->scheme == NULL)
			return value_refuse(f, "there is no scheme ", name,
			    ":// (telex --help lists the URLs)");
		if (proto != NULL && a->proto != NULL && proto != a->proto)
			return fail_set(f, STATUS_USAGE,
			    "two protocols: %s, and %s of the URL",
			    a->proto->name, proto->name);
		if (proto != NULL)
			a->proto = proto;
	}
	a->proto_given = a->proto != NULL;
	return 0;
}

static int
refuse_no_port(const struct aim *a, struct fail *f)
{
	const char *host = a->target.host;
	const char *left = strchr(host, ':') == NULL ? "" : "[";
	const char *right = strchr(host, ':') == NULL ? "" : "]";
	const char *scheme = is_url(a) ? a->target.scheme : "smtp";

	return fail_set(f, STATUS_USAGE,
	    "no port given for %s (name one: telex %s 25, or %s://%s%s%s%s)",
	    host, host, scheme, left, host, right, is_url(a) ? ":25" : "");
}

int
aim_port(struct aim *a, const char *word, uint16_t number, struct fail *f)
{
	if (a->target.path[0] != '\0')
		return word == NULL ? 0 : refuse_path_port(word, f);
	a->port = number;
	if (word != NULL && number == 0)
		return aim_refuse_port(word, f);
	if (word == NULL && a->scheme != NULL)
		a->port = a->scheme->port;
	else if (word == NULL && a->proto != NULL && a->proto->schemes != NULL)
		a->port = a->proto->schemes[0].port;
	return a->port == 0 ? refuse_no_port(a, f) : 0;
}

/* The scheme that is TLS, beside one that begins in plain text, or NULL. */
static const struct scheme *
tls_sibling(const struct aim *a)
{
	const struct scheme *s = a->proto == NULL ? bare : a->proto->schemes;

	while (s != NULL && s->name != NULL && !s->tls)
		s++;
	return s == NULL || s->name == NULL ? NULL : s;
}

/* TLS as the user said it, at once or by STARTTLS, against the scheme. */
static int
check_wants(const struct aim *a, struct fail *f)
{
	const struct scheme *s = a->scheme;
	const struct scheme *sibling = tls_sibling(a);

	if (s != NULL && s->tls && a->want_starttls)
		return fail_set(f, STATUS_USAGE,
		    "%s is TLS from the first byte, where -S has no place "
		    "(leave it out)",
		    s->name);
	if (is_url(a) && s != NULL && !s->tls && a->want_tls && sibling != NULL)
		return fail_set(f, STATUS_USAGE,
		    "%s:// begins in plain text, -T in TLS (%s:// is TLS "
		    "from the first byte)",
		    s->name, sibling->name);
	return 0;
}

static int
check_starttls(const struct aim *a, const struct scheme *by_port,
    struct fail *f)
{
	const struct scheme *s = is_url(a) ? a->scheme : by_port;

	if (!a->want_starttls)
		return 0;
	if (a->proto != NULL && a->proto->upgrade == NULL &&
	    a->proto->preamble == NULL)
		return fail_set(f, STATUS_USAGE,
		    "%s has no STARTTLS (leave -S out)", a->proto->name);
	if (a->proto == NULL && s != NULL && s->port != 0)
		return fail_set(f, STATUS_USAGE,
		    "telex does not know the STARTTLS of %s (-S=smtp is that "
		    "of SMTP)",
		    s->name);
	return 0;
}

int
aim_tls(struct aim *a, const struct scheme *by_port, const struct proto *proto,
    struct fail *f)
{
	bool wants_bytes = a->proto_given && a->proto->schemes == NULL;

	if (check_wants(a, f) == -1)
		return -1;
	a->tls = a->want_tls || (a->scheme != NULL && a->scheme->tls);
	/* Without a URL the port decides; raw is left alone. */
	a->tls_by_port = !a->tls && !is_url(a) && !a->want_starttls &&
	    by_port != NULL && by_port->tls && !wants_bytes;
	a->tls = a->tls || a->tls_by_port;
	if (a->proto == NULL && !is_url(a))
		a->proto = proto;
	return check_starttls(a, by_port, f);
}
