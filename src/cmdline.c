/* SPDX-License-Identifier: ISC */
/* cmdline.c - the reading of a command line. */
#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "buf.h"
#include "cmdline.h"
#include "explain.h"
#include "fail.h"
#include "habit.h"
#include "help.h"
#include "options.h"
#include "optlist.h"
#include "optset.h"
#include "practice/knobs.h"
#include "protos.h"
#include "telexrc.h"
#include "value.h"

static int
add_operand(struct options *o, const char *word, struct fail *f)
{
	(void)f;
	optset_append(&o->given.operands, &o->given.noperands, word);
	return 0;
}

static bool
logs_to_stdout(const struct options *o)
{
	return o->log != NULL && strcmp(o->log, "-") == 0;
}

static int
check_pairs(const struct options *o, const struct args *a, struct fail *f)
{
	if (args_clash(a, optlist_clashes, f) == -1 ||
	    args_lack(a, optlist_needs, f) == -1)
		return -1;
	if (o->tls_plan.insecure && o->verify == VERIFY_REQUIRE)
		return fail_set(f, STATUS_USAGE,
		    "--insecure and --verify=require contradict each other: "
		    "any certificate or only the right one");
	if (o->replay_none && o->draw == NULL)
		return fail_set(f, STATUS_USAGE,
		    "--replay=none plays nothing: what is to be done? (--draw "
		    "FILE)");
	if (o->json && logs_to_stdout(o))
		return fail_set(f, STATUS_USAGE,
		    "--log=- and --json contradict each other: standard "
		    "output takes one of them");
	if (o->replay && logs_to_stdout(o))
		return fail_set(f, STATUS_USAGE,
		    "--log=- and --replay contradict each other: the report "
		    "goes to standard output");
	if (o->show_certs > CERTS_TEXT && (o->replay || logs_to_stdout(o)))
		return fail_set(f, STATUS_USAGE,
		    "--show-certs and --%s contradict each other: standard "
		    "output takes one of them",
		    o->replay ? "replay" : "log=-");
	return 0;
}

/* What --verify=dane excludes. */
static int
check_dane(const struct options *o, struct fail *f)
{
	if (o->verify != VERIFY_DANE)
		return 0;
	if (o->tls_plan.insecure || o->tls_plan.pin != NULL)
		return fail_set(f, STATUS_USAGE,
		    "--%s and --verify=dane contradict each other: TLSA "
		    "records alone are to say which certificate is right",
		    o->tls_plan.insecure ? "insecure" : "pin");
	if (o->given.path != NULL)
		return fail_set(f, STATUS_USAGE,
		    "--unix and --verify=dane contradict each other: a path "
		    "has no TLSA records");
	return 0;
}

/* A port alone: the host went to an option that takes a value. */
static int
refuse_lone_port(const struct options *o, const char *word, struct fail *f)
{
	if (o->user != NULL)
		return value_refuse(f, "", word,
		    " looks like a port and no host is left: -u names a "
		    "user (telex speaks TCP, not UDP)");
	return value_refuse(f, "", word,
	    o->ncommands > 0 ?
		" looks like a port and no host is left: -c sends a line; "
		"CRLF is always on" :
		" looks like a port and no host is named (telex HOST PORT)");
}

static bool
is_number(const char *word)
{
	return word[strspn(word, "0123456789")] == '\0';
}

/* A file of ours where a host was expected. */
static bool
is_transcript(const char *word)
{
	const char *end = strrchr(word, '.');

	return end != NULL && strcmp(end, ".telex") == 0 &&
	    access(word, F_OK) == 0;
}

static int
check_words(const struct given *g, size_t n, struct fail *f)
{
	if (n > 2)
		return value_refuse(f,
		    "one host and one port are enough: ", g->operands[2],
		    " is left over");
	if (n > 0 && g->operands[0][0] == '\0')
		return fail_set(f, STATUS_USAGE, "the host is empty");
	if (n > 1 && g->operands[1][0] == '\0')
		return fail_set(f, STATUS_USAGE, "the port is empty");
	if (n > 0 && g->mx != NULL)
		return value_refuse(f, "two targets: the domain of -m, and ",
		    g->operands[0], "");
	if (n > 0 && g->path != NULL)
		return value_refuse(f, "two targets: the path of -U, and ",
		    g->operands[0], "");
	return 0;
}

/* The first n operands, or -U, name the server. */
static int
take_target(struct options *o, size_t n, struct fail *f)
{
	const struct given *g = &o->given;
	const char *port = g->port;

	if (check_words(g, n, f) == -1)
		return -1;
	if (g->path == NULL && g->mx == NULL && n == 0) {
		telexrc_general(o);
		o->proto = g->proto;
		o->proto_given = g->proto != NULL;
		o->tls = g->tls;
		return 0;
	}
	if (n == 1 && is_number(g->operands[0]))
		return refuse_lone_port(o, g->operands[0], f);
	if (n == 1 && is_transcript(g->operands[0]))
		return value_refuse(f, "", g->operands[0],
		    " is a transcript, and no host (--replay plays it)");
	if (telexrc_target(o, n > 0 ? g->operands[0] : NULL,
		n > 1 ? g->operands[1] : NULL, f) == -1)
		return -1;
	if (port != NULL && o->target.service[0] != '\0')
		return fail_set(f, STATUS_USAGE, "two ports: %s and %s", port,
		    o->target.service);
	return 0;
}

/*
 * How many operands before the transcripts name the server: a URL does, and
 * so does what is no file and has a port.
 */
static size_t
target_words(const struct given *g)
{
	const char *first = g->noperands > 0 ? g->operands[0] : "";
	const char *second = g->noperands > 1 ? g->operands[1] : "";
	struct target t;
	struct fail ignored;

	if (g->path != NULL || g->mx != NULL)
		return 0;
	if (strstr(first, "://") != NULL)
		return 1;
	if (access(first, F_OK) == 0 || target_parse(&t, first, &ignored) == -1)
		return 0;
	if (t.path[0] != '\0' || t.service[0] != '\0' || g->port != NULL)
		return 1;
	return second[0] != '\0' && is_number(second) ? 2 : 0;
}

/* A server, where a transcript was expected. */
static bool
is_server(const char *word)
{
	struct target t;
	struct fail ignored;

	if (access(word, F_OK) == 0)
		return false;
	return strstr(word, "://") != NULL ||
	    (target_parse(&t, word, &ignored) == 0 && t.service[0] != '\0');
}

/* `telex --practice pop3`: a protocol, where the host would be ours. */
static bool
is_lesson(struct options *o)
{
	const struct given *g = &o->given;
	struct fail ignored;

	return o->practice && g->noperands == 1 && g->path == NULL &&
	    g->proto == NULL &&
	    optset_protocol(o, NULL, g->operands[0], &ignored) == 0;
}

/* What stands behind n words for the server. */
static int
take_transcripts(struct options *o, size_t n, struct fail *f)
{
	const struct given *g = &o->given;
	bool unnamed = n == 0 && g->path == NULL && g->mx == NULL;
	size_t i;

	o->nfiles = g->noperands - n;
	if (o->nfiles == 0)
		return fail_set(f, STATUS_USAGE,
		    "--replay needs a transcript (telex --replay [TARGET] "
		    "FILE...)");
	o->files = g->operands + n;
	for (i = 0; i < o->nfiles; i++) {
		if (o->files[i][0] == '\0')
			return fail_set(f, STATUS_USAGE,
			    "a transcript's name is empty");
		if (unnamed && is_server(o->files[i]))
			return value_refuse(f, "the server ", o->files[i],
			    " stands before the transcripts (telex --replay "
			    "SERVER FILE...)");
	}
	return 0;
}

static int
take_operands(struct options *o, struct fail *f)
{
	const struct given *g = &o->given;
	size_t n = is_lesson(o) ? 0 : g->noperands;

	if (o->serve != NULL && (n > 0 || g->path != NULL))
		return value_refuse(f,
		    "--serve has no target, but waits for a "
		    "client (leave ",
		    n > 0 ? g->operands[0] : "-U", " out)");
	if (o->replay)
		n = target_words(g);
	if (take_target(o, n, f) == -1)
		return -1;
	return o->replay ? take_transcripts(o, n, f) : 0;
}

/* A transcript is played the same way wherever that is done. */
static bool
wants_settings(const struct options *o)
{
	return !o->no_rc && !o->replay && o->serve == NULL;
}

/* Is it among the words, wherever reading them has ended? */
static bool
has_word(char **argv, const char *word)
{
	while (*argv != NULL && strcmp(*argv, "--") != 0) {
		if (strcmp(*argv++, word) == 0)
			return true;
	}
	return false;
}

int
cmdline_read(struct options *o, int argc, char **argv, const char *rc,
    struct fail *f)
{
	struct args a = { .rows = optlist_rows,
		.words = habit_words,
		.slips = habit_slips,
		.operand = add_operand };

	*o = (struct options){ .family = AF_UNSPEC,
		.connect_timeout = 30000,
		.timeout = -1,
		.escape = 0x1d,
		.secrets_fd = -1,
		.limits = { { -1, -1 }, { -1, -1 }, { 21, 7 } },
		.jobs = 1 };
	if (args_read(&a, o, argc, argv, f) == -1) {
		o->check = o->check || has_word(argv, "--check");
		return -1;
	}
	if (o->act != ACT_RUN)
		return 0;
	if (check_pairs(o, &a, f) == -1 || check_dane(o, f) == -1)
		return -1;
	/* s_client speaks TLS from the first byte without -starttls. */
	if (a.words_operand && !o->given.starttls) {
		o->given.tls = true;
		args_note(&a, args_named(&a, "tls"));
	}
	if (rc != NULL && wants_settings(o) && telexrc_load(o, &a, rc, f) == -1)
		return -1;
	/* Those who start checks end them long before a script would end. */
	if ((o->check || o->interval > 0) && o->timeout < 0)
		o->timeout = 30000;
	return take_operands(o, f);
}

int
cmdline_help(struct buf *to, const char *topic)
{
	const char *page = topic == NULL ? NULL : help_page(topic);

	if (topic != NULL && page == NULL)
		return explain_word(NULL, topic, to) ? 0 : -1;
	if (topic == NULL)
		buf_adds(to, help_usage());
	if (topic == NULL || strcmp(topic, "options") == 0)
		args_help(to, optlist_rows, topic != NULL);
	if (topic != NULL && strcmp(topic, "protocols") == 0)
		protos_list(to);
	else
		buf_adds(to, topic == NULL ? help_examples() : page);
	if (topic != NULL && strcmp(topic, "practice") == 0)
		knobs_help(to);
	return 0;
}
