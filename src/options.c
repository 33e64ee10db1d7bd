/* SPDX-License-Identifier: ISC */
/* options.c - where the options and an operand lead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aim.h"
#include "candidates.h"
#include "fail.h"
#include "options.h"
#include "proto.h"
#include "protos.h"
#include "settings.h"

/* -u is for a target that names nobody. */
static void
take_user(struct options *o)
{
	if (o->user != NULL && o->target.user[0] == '\0')
		snprintf(o->target.user, sizeof o->target.user, "%s", o->user);
}

/* A domain alone, whose exchangers speak SMTP if nothing else is said. */
static int
take_mx(struct aim *a, const char *domain, struct fail *f)
{
	const struct target *t = &a->target;

	if (target_parse(&a->target, domain, f) == -1)
		return -1;
	if (t->scheme[0] != '\0' || t->service[0] != '\0' || t->path[0] != '\0')
		return fail_about(f, STATUS_USAGE, domain,
		    "-m takes a domain alone (-p and -P say the rest)");
	if (target_is_address(t->host))
		return fail_about(f, STATUS_USAGE, domain,
		    "an address has no mail exchangers (without -m it is "
		    "connected to)");
	if (a->proto == NULL)
		a->proto = protos_find("smtp");
	return 0;
}

/* The service that --srv looks for, or NULL and a sentence. */
static const char *
find_service(const struct aim *a, const char *port, struct fail *f)
{
	const struct target *t = &a->target;
	const char *service =
	    a->scheme == NULL ? NULL : candidates_service(a->scheme->name);

	if (t->path[0] != '\0' || target_is_address(t->host))
		fail_set(f, STATUS_USAGE,
		    "--srv looks up a domain (telex --srv imaps://DOMAIN)");
	else if (port != NULL || t->service[0] != '\0')
		fail_set(f, STATUS_USAGE, "--srv finds the port: leave %s out",
		    port != NULL ? port : t->service);
	else if (service == NULL)
		fail_set(f, STATUS_USAGE,
		    "--srv has no records to ask for: name a service (telex "
		    "--srv imaps://DOMAIN; mail between servers: -m DOMAIN)");
	else
		return service;
	return NULL;
}

/* What the user named, cut into its parts. */
static int
read_place(struct aim *a, const struct given *g, const char *operand,
    const char *port, struct fail *f)
{
	const struct scheme *scheme;
	const struct proto *proto;
	int rc = 0;

	if (operand != NULL)
		rc = target_parse(&a->target, operand, f);
	else if (g->mx != NULL)
		rc = take_mx(a, g->mx, f);
	else
		memcpy(a->target.path, g->path, strlen(g->path) + 1);
	if (rc == -1 || (port != NULL && aim_second(a, port, f) == -1))
		return -1;
	scheme = protos_scheme(a->target.scheme, &proto);
	return aim_scheme(a, scheme, proto, f);
}

/*
 * Does it begin with STARTTLS?  What TLSA records protect is never said in
 * plain text (RFC 7672, section 2.2); a transcript has its own STARTTLS.
 */
static bool
wants_starttls(const struct options *o, bool tls)
{
	return o->given.starttls ||
	    (o->verify == VERIFY_DANE && !tls && !o->replay);
}

int
options_target(struct options *o, const char *operand, const char *port,
    struct fail *f)
{
	const struct given *g = &o->given;
	struct aim a = { .want_tls = g->tls,
		.want_starttls = g->starttls,
		.scheme = g->scheme,
		.proto = g->proto };
	const struct scheme *scheme;
	const struct proto *proto;
	const char *word = g->port, *service = NULL;

	if (read_place(&a, g, operand, port, f) == -1)
		return -1;
	if (o->srv && (service = find_service(&a, word, f)) == NULL)
		return -1;
	if (a.target.service[0] != '\0')
		word = a.target.service;
	if (aim_port(&a, word, word == NULL ? 0 : protos_service(word), f))
		return -1;
	scheme = protos_port(a.port, &proto);
	if (aim_tls(&a, scheme, proto, f) == -1)
		return -1;
	o->have_target = true;
	o->by_mx = operand == NULL && g->mx != NULL;
	o->service = service;
	o->target = a.target;
	take_user(o);
	o->unix_path = a.target.path[0] == '\0' ? NULL : o->target.path;
	o->port = a.port;
	o->proto_given = a.proto_given;
	o->starttls = wants_starttls(o, a.tls);
	o->proto =
	    a.proto == NULL && o->starttls ? protos_find("smtp") : a.proto;
	o->tls = a.tls;
	o->tls_by_port = a.tls_by_port;
	return 0;
}

void
options_free(struct options *o)
{
	free(o->commands);
	free(o->tls_opts);
	free(o->sets);
	free(o->practice_knobs);
	free(o->practice_rules);
	free(o->given.operands);
	settings_free(o->settings);
	free(o->settings);
	free(o->before);
	*o = (struct options){ .escape = -1, .secrets_fd = -1 };
}
