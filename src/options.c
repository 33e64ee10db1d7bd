/* SPDX-License-Identifier: ISC */
/* options.c - where the options and an operand lead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aim.h"
#include "options.h"
#include "protos.h"
#include "settings.h"

/* -u is for a target that names nobody. */
static void
take_user(struct options *o)
{
	if (o->user != NULL && o->target.user[0] == '\0')
		snprintf(o->target.user, sizeof o->target.user, "%s", o->user);
}

int
options_target(struct options *o, const char *operand, const char *port,
    struct fail *f)
{
	const struct given *g = &o->given;
	struct aim a = { .want_tls = g->tls,
		.want_starttls = o->starttls,
		.scheme = g->scheme,
		.proto = g->proto };
	const struct scheme *scheme;
	const struct proto *proto;
	const char *word = g->port;

	if (operand == NULL && g->path != NULL)
		memcpy(a.target.path, g->path, strlen(g->path) + 1);
	else if (target_parse(&a.target, operand, f) == -1)
		return -1;
	if (port != NULL && aim_second(&a, port, f) == -1)
		return -1;
	scheme = protos_scheme(a.target.scheme, &proto);
	if (aim_scheme(&a, scheme, proto, f) == -1)
		return -1;
	if (a.target.service[0] != '\0')
		word = a.target.service;
	if (aim_port(&a, word, word == NULL ? 0 : protos_service(word), f))
		return -1;
	scheme = protos_port(a.port, &proto);
	if (aim_tls(&a, scheme, proto, f) == -1)
		return -1;
	o->have_target = true;
	o->target = a.target;
	take_user(o);
	o->unix_path = a.target.path[0] == '\0' ? NULL : o->target.path;
	o->port = a.port;
	o->proto_given = a.proto_given;
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
