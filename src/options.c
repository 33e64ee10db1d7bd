/* SPDX-License-Identifier: ISC */
/* options.c - the command line as a structure. */
#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <histedit.h>

#include "aim.h"
#include "args.h"
#include "buf.h"
#include "config.h"
#include "fail.h"
#include "habit.h"
#include "help.h"
#include "options.h"
#include "proto.h"
#include "protos.h"
#include "text.h"
#include "value.h"

static int
set_port(struct options *o, const struct args_row *row, const char *value,
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

static int
set_source_port(struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	(void)row;
	o->source_port = protos_service(value);
	return o->source_port == 0 ? aim_refuse_port(value, f) : 0;
}

static int
set_unix(struct options *o, const struct args_row *row, const char *value,
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

static int
set_protocol(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
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

static int
set_starttls(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	o->starttls = true;
	/* getopt leaves the "=" of -S=NAME in. */
	return value == NULL ?
	    0 :
	    set_protocol(o, row, value + (value[0] == '='), f);
}

static void
append(const char ***list, size_t *n, const char *value)
{
	*list = xrealloc(*list, (*n + 1) * sizeof **list);
	(*list)[(*n)++] = value;
}

static int
set_command(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (strpbrk(value, "\r\n") != NULL)
		return fail_set(f, STATUS_USAGE,
		    "-c sends one line (another -c sends the next)");
	append(&o->commands, &o->ncommands, value);
	return 0;
}

static int
set_tls_opt(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	if (strchr(value, '=') == NULL || value[0] == '=')
		return fail_set(f, STATUS_USAGE,
		    "--tls-opt takes NAME=VALUE, such as "
		    "MinProtocol=TLSv1.3");
	append(&o->tls_opts, &o->tls_plan.nopts, value);
	o->tls_plan.opts = o->tls_opts;
	return 0;
}

static int
set_help(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)row;
	o->act = ACT_HELP;
	o->topic = value == NULL ? NULL : value + (value[0] == '=');
	if (o->topic != NULL && help_page(o->topic) == NULL)
		return value_refuse(f, "there is no help on ", o->topic,
		    " (commands, exit, options, protocols, tls)");
	return 0;
}

static int
add_operand(struct options *o, const char *word, struct fail *f)
{
	struct given *g = &o->given;

	if (g->noperands == sizeof g->operands / sizeof g->operands[0])
		return value_refuse(f,
		    "one host and one port are enough: ", word,
		    " is left over");
	if (word[0] == '\0')
		return fail_set(f, STATUS_USAGE,
		    g->noperands == 0 ? "the host is empty" :
					"the port is empty");
	g->operands[g->noperands++] = word;
	return 0;
}

#define AT(field) offsetof(struct options, field)
#define HEADING(text) 0, NULL, NULL, text, NULL, 0, 0
#define CALL(c, name, value, help, set) c, name, value, help, set, 0, 0
#define FLAG(c, name, help, field) c, name, NULL, help, value_flag, AT(field), 0
#define INT(c, name, help, field, number) \
	c, name, NULL, help, value_number, AT(field), number
#define VALUE(c, name, value, help, kind, field) \
	c, name, value, help, value_##kind, AT(field), 0
#define TEXT(c, name, value, help, field) \
	VALUE(c, name, value, help, text, field)

static const struct args_row rows[] = {
	{ HEADING("Reaching a server:") },
	{ INT('4', "ipv4", "IPv4 only", family, AF_INET) },
	{ INT('6', "ipv6", "IPv6 only", family, AF_INET6) },
	{ CALL('p', "port", "PORT", "port, by number or service name",
	    set_port) },
	{ TEXT('s', "source", "ADDR", "local address to connect from",
	    source) },
	{ CALL(0, "source-port", "PORT", "local port to connect from",
	    set_source_port) },
	{ FLAG('n', "numeric", "look up no names", numeric) },
	{ VALUE('w', "connect-timeout", "SECS",
	    "give up connecting (default 30)", seconds, connect_timeout) },
	{ VALUE('i', "timeout", "SECS",
	    "give up waiting for a reply (script: 300)", seconds, timeout) },
	{ CALL('U', "unix", "PATH", "connect to a Unix-domain socket",
	    set_unix) },
	{ CALL('P', "protocol", "NAME", "--help=protocols lists them",
	    set_protocol) },
	{ HEADING("TLS:") },
	{ FLAG('T', "tls", "TLS from the first byte (also --ssl)", given.tls) },
	{ FLAG(0, "ssl", NULL, given.tls) },
	{ CALL('S', "starttls", "[=NAME]", "begin with STARTTLS or its like",
	    set_starttls) },
	{ FLAG('k', "insecure", "accept any certificate", tls_plan.insecure) },
	{ VALUE(0, "verify", "auto|require", "auto: a terminal only warns",
	    choice, verify) },
	{ FLAG(0, "require-tls", "no secret goes out in plain text",
	    require_tls) },
	{ TEXT(0, "verify-name", "NAME", "the name the certificate must bear",
	    tls_plan.verify_name) },
	{ TEXT(0, "cafile", "FILE", "trust the issuers in this file",
	    tls_plan.cafile) },
	{ TEXT(0, "capath", "DIR", "trust the issuers in this folder",
	    tls_plan.capath) },
	{ TEXT(0, "cert", "FILE", "our certificate, PEM", tls_plan.cert) },
	{ TEXT(0, "key", "FILE", "its key, when in another file",
	    tls_plan.key) },
	{ TEXT(0, "servername", "NAME", "the name to ask for (SNI)",
	    tls_plan.servername) },
	{ TEXT(0, "alpn", "NAME,...", "protocols to offer (ALPN)",
	    tls_plan.alpn) },
	{ VALUE(0, "pin", "sha256:HEX", "trust this certificate or key alone",
	    pin, tls_plan.pin) },
	{ CALL(0, "tls-opt", "NAME=VALUE", "a setting of OpenSSL, repeatable",
	    set_tls_opt) },
	{ TEXT(0, "keylog", "FILE", "write the session's keys there",
	    tls_plan.keylog) },
	{ FLAG(0, "show-certs", "show the server's certificates", show_certs) },
	{ HEADING("Scripts:") },
	{ CALL('c', "command", "LINE", "send LINE, repeatable; then end",
	    set_command) },
	{ TEXT('f', "file", "FILE", "lines from FILE instead of stdin", file) },
	{ FLAG(0, "fail", "stop at the first negative reply", fail) },
	{ FLAG(0, "pipeline", "do not wait for replies (RFC 2920)", pipeline) },
	{ VALUE('N', "eof", "[=shutdown|quit|wait|close]",
	    "at the end of input", choice, eof) },
	{ HEADING("What is shown:") },
	{ FLAG(0, "time", "the elapsed time of each reply", time) },
	{ VALUE(0, "color", "auto|always|never",
	    "colour by the class of the reply", choice, color) },
	{ FLAG(0, "raw", "bytes as they are, both ways", raw) },
	{ FLAG(0, "lf", "replies to stdout with LF line ends", lf) },
	{ FLAG(0, "unstuff", "POP3, NNTP: undo the doubled dots on stdout",
	    unstuff) },
	{ FLAG(0, "imap-tags", "put tags before IMAP commands", imap_tags) },
	{ FLAG(0, "auto-pong", "answer the PING of IRC", auto_pong) },
	{ VALUE('e', "escape", "CHAR", "key of local commands (default ^])",
	    key, escape) },
	{ INT('E', "no-escape", "no such key", escape, -1) },
	{ FLAG('q', "quiet", "no notes", quiet) },
	{ VALUE('v', "verbose", NULL, "show sent lines; -vv TLS; -vvv bytes",
	    count, verbose) },
	{ CALL('C', "crlf", NULL, "nothing: CRLF is always sent",
	    value_ignored) },
	{ FLAG(0, "no-history", "neither read nor keep typed lines",
	    no_history) },
	{ CALL('h', "help", "[=TOPIC]", "this list, or a topic", set_help) },
	{ INT('V', "version", "versions", act, ACT_VERSION) },
	{ HEADING(NULL) },
};

static const struct args_clash clashes[] = {
	{ "ipv4", "ipv6", "leave both out for either family" },
	{ "tls", "starttls", "TLS is from the first byte or after STARTTLS" },
	{ "unix", "port", "a path has no port" },
	{ "unix", "ipv4", "a path has no address" },
	{ "unix", "ipv6", "a path has no address" },
	{ "unix", "source", "a path has no address" },
	{ "unix", "source-port", "a path has no port" },
	{ "command", "file", "there is one source of lines" },
	{ "escape", "no-escape", "there is such a key or there is none" },
	{ .one = NULL },
};

static int
check_pairs(const struct options *o, const struct args *a, struct fail *f)
{
	if (args_clash(a, clashes, f) == -1)
		return -1;
	if (o->tls_plan.insecure && o->verify == VERIFY_REQUIRE)
		return fail_set(f, STATUS_USAGE,
		    "--insecure and --verify=require contradict each other: "
		    "any certificate or only the right one");
	if (o->tls_plan.key != NULL && o->tls_plan.cert == NULL)
		return fail_set(f, STATUS_USAGE,
		    "--key needs --cert: whose key is it?");
	return 0;
}

/* A port alone: the host went to an option that takes a value. */
static int
refuse_lone_port(const struct options *o, const char *word, struct fail *f)
{
	return value_refuse(f, "", word,
	    o->ncommands > 0 ?
		" looks like a port and no host is left: -c sends a line; "
		"CRLF is always on" :
		" looks like a port and no host is named (telex HOST PORT)");
}

static int
take_operands(struct options *o, struct fail *f)
{
	const struct given *g = &o->given;
	const char *first = g->operands[0];

	if (g->path != NULL && g->noperands > 0)
		return value_refuse(f, "two targets: the path of -U, and ",
		    first, "");
	if (g->path == NULL && g->noperands == 0) {
		o->proto = g->proto;
		o->proto_given = g->proto != NULL;
		o->tls = g->tls;
		return 0;
	}
	if (g->noperands == 1 && first[strspn(first, "0123456789")] == '\0')
		return refuse_lone_port(o, first, f);
	if (options_target(o, first, g->operands[1], f) == -1)
		return -1;
	if (g->port != NULL && o->target.service[0] != '\0')
		return fail_set(f, STATUS_USAGE, "two ports: %s and %s",
		    g->port, o->target.service);
	return 0;
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
	o->unix_path = a.target.path[0] == '\0' ? NULL : o->target.path;
	o->port = a.port;
	o->proto_given = a.proto_given;
	o->proto =
	    a.proto == NULL && o->starttls ? protos_find("smtp") : a.proto;
	o->tls = a.tls;
	o->tls_by_port = a.tls_by_port;
	return 0;
}

int
options_parse(struct options *o, int argc, char **argv, struct fail *f)
{
	struct args a = { .rows = rows,
		.words = habit_words,
		.slips = habit_slips,
		.operand = add_operand };

	*o = (struct options){ .family = AF_UNSPEC,
		.connect_timeout = 30000,
		.timeout = -1,
		.escape = 0x1d };
	if (args_read(&a, o, argc, argv, f) == -1)
		return -1;
	if (o->act != ACT_RUN)
		return 0;
	if (check_pairs(o, &a, f) == -1)
		return -1;
	/* s_client speaks TLS from the first byte without -starttls. */
	if (a.words_operand && !o->starttls)
		o->given.tls = true;
	return take_operands(o, f);
}

void
options_free(struct options *o)
{
	free(o->commands);
	free(o->tls_opts);
	*o = (struct options){ .escape = -1 };
}

int
options_help(struct buf *to, const char *topic)
{
	const char *page = topic == NULL ? NULL : help_page(topic);

	if (topic != NULL && page == NULL)
		return -1;
	if (topic == NULL)
		buf_adds(to, help_usage());
	if (topic == NULL || strcmp(topic, "options") == 0)
		args_help(to, rows);
	if (topic != NULL && strcmp(topic, "protocols") == 0)
		protos_list(to);
	else
		buf_adds(to, topic == NULL ? help_examples() : page);
	return 0;
}

void
options_version(struct buf *to)
{
	buf_addf(to,
	    "telex %s\n%s, libedit %d.%d\nprotocols: ", PACKAGE_VERSION,
	    OpenSSL_version(OPENSSL_VERSION), LIBEDIT_MAJOR, LIBEDIT_MINOR);
	protos_names(to, " ");
	buf_adds(to, "\n");
}

const char *
options_name(size_t i)
{
	const struct args_row *row = rows;

	for (; row->name != NULL || row->help != NULL; row++) {
		if (row->name != NULL && i-- == 0)
			return row->name;
	}
	return NULL;
}
