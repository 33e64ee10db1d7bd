/* SPDX-License-Identifier: ISC */
/* optset.c - what an option sets, where that is not simply its value. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aim.h"
#include "args.h"
#include "buf.h"
#include "explain.h"
#include "fail.h"
#include "help.h"
#include "options.h"
#include "optset.h"
#include "proto.h"
#include "protos.h"
#include "resolvconf.h"
#include "text.h"
#include "value.h"
#include "vars.h"

void
optset_append(const char ***list, size_t *n, const char *value)
{
	*list = xrealloc(*list, (*n + 1) * sizeof **list);
	(*list)[(*n)++] = value;
}

int
optset_port(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (protos_service(value) == 0)
		return aim_refuse_port(value, f);
	if (o->given.port != NULL)
		return fail_set(f, STATUS_USAGE, "two ports: %s and %s",
		    o->given.port, value);
	o->given.port = value;
	return 0;
}

int
optset_source_port(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	o->source_port = protos_service(value);
	return o->source_port == 0 ? aim_refuse_port(value, f) : 0;
}

int
optset_proxy(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (o->proxy.kind != NULL)
		return fail_set(f, STATUS_USAGE,
		    "two proxies (one at a time is all)");
	return proxy_parse(&o->proxy, value, f);
}

int
optset_proxy_header(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	return preface_parse(&o->preface, value, f);
}

int
optset_unix(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (value[0] == '\0' || strlen(value) >= sizeof o->target.path)
		return fail_set(f, STATUS_USAGE,
		    "--unix takes a path of 1 to %zu bytes",
		    sizeof o->target.path - 1);
	if (o->given.path != NULL)
		return value_refuse(f, "two targets: the second is ", value,
		    "");
	o->given.path = value;
	return 0;
}

int
optset_dns(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	struct address ignored;

	(void)row;
	o->dns = value;
	return resolvconf_server(value, &ignored, f);
}

static int
refuse_protocol(const char *name, struct fail *f)
{
	struct buf names = { 0 };

	buf_adds(&names, " (");
	protos_names(&names, ", ");
	buf_add(&names, ")", 2);
	value_refuse(f, "telex does not know the protocol ", name,
	    buf_bytes(&names));
	buf_free(&names);
	return -1;
}

int
optset_protocol(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	const struct proto *proto = protos_find(value);
	const struct proto *ignored;

	(void)row;
	if (proto == NULL)
		return refuse_protocol(value, f);
	if (o->given.proto != NULL && o->given.proto != proto)
		return fail_set(f, STATUS_USAGE,
		    "two protocols: %s and %s (choose one)",
		    o->given.proto->name, proto->name);
	o->given.proto = proto;
	o->given.scheme = protos_scheme(value, &ignored);
	return 0;
}

int
optset_starttls(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	o->given.starttls = true;
	/* getopt leaves the "=" of -S=NAME in. */
	return value == NULL ?
	    0 :
	    optset_protocol(o, row, value + (value[0] == '='), f);
}

int
optset_command(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (strpbrk(value, "\r\n") != NULL)
		return fail_set(f, STATUS_USAGE,
		    "-c sends one line (another -c sends the next)");
	optset_append(&o->commands, &o->ncommands, value);
	return 0;
}

int
optset_tls_opt(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (strchr(value, '=') == NULL || value[0] == '=')
		return fail_set(f, STATUS_USAGE,
		    "--tls-opt takes NAME=VALUE, such as "
		    "MinProtocol=TLSv1.3");
	optset_append(&o->tls_opts, &o->tls_plan.nopts, value);
	o->tls_plan.opts = o->tls_opts;
	return 0;
}

/* The words of the row stand for what follows CERTS_NONE. */
int
optset_show_certs(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	if (value_choice(o, row, value, f) < 0)
		return -1;
	o->show_certs = (enum certs)(o->show_certs + 1);
	return 0;
}

/* Is there a page of this name, or a reply with this code? */
static bool
has_help(const char *topic)
{
	struct buf text = { 0 };
	bool has = help_page(topic) != NULL || explain_word(NULL, topic, &text);

	buf_free(&text);
	return has;
}

int
optset_help(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	o->act = ACT_HELP;
	o->topic = value == NULL ? NULL : value + (value[0] == '=');
	if (o->topic != NULL && !has_help(o->topic))
		return value_refuse(f, "there is no help on ", o->topic,
		    " (commands, exit, options, practice, protocols, tls, "
		    "transcripts, or the code of a reply)");
	return 0;
}

int
optset_completion(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	o->act = ACT_COMPLETION;
	return value_choice(o, row, value, f);
}

int
optset_set(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	const char *equals = strchr(value, '=');
	size_t len = equals == NULL ? 0 : (size_t)(equals - value);

	(void)row;
	/* The value is not quoted: it may be a secret. */
	if (!vars_name(value, len))
		return fail_set(f, STATUS_USAGE,
		    "--set takes NAME=VALUE (a name has letters, digits, "
		    "\"_\" and \":\", %d at most)",
		    VARS_NAME_MOST);
	if (vars_is_secret(value, len))
		return fail_set(f, STATUS_USAGE,
		    "--set takes no secret, which others could read on the "
		    "command line (--secrets-fd N reads it from a "
		    "descriptor)");
	optset_append(&o->sets, &o->nsets, value);
	return 0;
}

int
optset_secrets_fd(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	unsigned long fd;

	(void)row;
	if (text_number(value, 0, 65535, &fd) < 0 || fd == STDOUT_FILENO ||
	    fd == STDERR_FILENO)
		return value_refuse(f,
		    "--secrets-fd takes an open descriptor, 0 or from 3 on, "
		    "not \"",
		    value, "\"");
	o->secrets_fd = (int)fd;
	return 0;
}

int
optset_serve_port(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	o->serve_port = protos_service(value);
	return o->serve_port == 0 ? aim_refuse_port(value, f) : 0;
}

int
optset_practice(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	(void)f;
	o->practice = true;
	o->practice_where = value;
	return 0;
}

int
optset_practice_set(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	(void)f;
	optset_append(&o->practice_knobs, &o->npractice_knobs, value);
	return 0;
}

int
optset_practice_rule(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	(void)f;
	optset_append(&o->practice_rules, &o->npractice_rules, value);
	return 0;
}

int
optset_replay(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	/* getopt leaves the "=" of -r=none in. */
	if (value != NULL)
		value += value[0] == '=';
	if (value != NULL && strcmp(value, "none") != 0)
		return value_refuse(f,
		    "--replay takes nothing or \"none\", not ", value,
		    " (the files stand behind the options)");
	o->replay = true;
	o->replay_none = value != NULL;
	return 0;
}

int
optset_interval(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	if (value_seconds(o, row, value, f) < 0)
		return -1;
	if (o->interval == 0)
		return fail_set(f, STATUS_USAGE,
		    "--interval needs some seconds between the checks "
		    "(--check is done once)");
	return 0;
}

/* One limit, into the member of struct limit that stands at `at`. */
static int
set_limit(struct options *o, const struct args_row *row, const char *value,
    struct fail *f, size_t at)
{
	static const char *const names[MEASURES] = { "time=", "reply=",
		"days=" };
	struct args_row place = { .name = row->name };
	unsigned long days;
	size_t m;

	for (m = 0; m < MEASURES; m++) {
		const char *number = value + strlen(names[m]);

		if (strncmp(value, names[m], strlen(names[m])) != 0)
			continue;
		place.at = offsetof(struct options, limits) +
		    m * sizeof(struct limit) + at;
		if (m != MEASURE_DAYS)
			return value_micros(o, &place, number, f);
		if (text_number(number, 0, 100000, &days) < 0)
			break;
		*(int64_t *)(void *)((char *)o + place.at) = (int64_t)days;
		o->days_given = true;
		return 0;
	}
	return value_refuse(f,
	    "a limit is time=SECONDS, reply=SECONDS or "
	    "days=N, not \"",
	    value, "\"");
}

int
optset_warn(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	return set_limit(o, row, value, f, offsetof(struct limit, warn));
}

int
optset_crit(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	return set_limit(o, row, value, f, offsetof(struct limit, crit));
}
