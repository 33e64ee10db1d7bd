/* SPDX-License-Identifier: ISC */
/* options_fuzz.c - any command line is understood or refused in words. */
#include <string.h>

#include "about.h"
#include "buf.h"
#include "cmdline.h"
#include "fail.h"
#include "fuzz.h"
#include "options.h"
#include "proto.h"

enum { WORDS = 24 };

static void
check_refusal(const struct fail *f)
{
	size_t n = strlen(f->text);

	MUST(f->status == STATUS_USAGE && n > 0);
	MUST(is_harmless(f->text, n));
}

static void
check_help(const struct options *o)
{
	struct buf text = { 0 };

	if (o->act == ACT_VERSION)
		about_telex(&text);
	else
		MUST(cmdline_help(&text, o->topic) == 0);
	MUST(text.len > 0);
	buf_free(&text);
}

static void
check_values(const struct options *o)
{
	MUST(o->connect_timeout >= 0 && o->timeout >= -1);
	MUST(o->escape >= -1 && o->escape < 0x80);
	MUST(o->ncommands == 0 || o->file == NULL);
	MUST(o->tls_plan.key == NULL || o->tls_plan.cert != NULL);
	MUST(o->color >= WHEN_AUTO && o->color <= WHEN_NEVER);
	MUST(o->eof >= EOF_SHUTDOWN && o->eof <= EOF_CLOSE);
	MUST(o->match >= MATCH_STATUS && o->match <= MATCH_TEXT);
	MUST(o->jobs >= 1 && o->jobs <= 64 && o->speed >= 0);
	MUST(!o->force || o->log != NULL);
	MUST(!o->tap || !o->json);
	MUST(o->replay == (o->nfiles > 0));
	MUST(o->serve == NULL || (!o->replay && !o->have_target));
}

static void
check_run(const struct options *o)
{
	bool unix_path = o->unix_path != NULL;

	MUST(o->have_target == (unix_path || o->target.host[0] != '\0'));
	MUST(!unix_path || (o->port == 0 && o->target.host[0] == '\0'));
	MUST(!o->have_target || unix_path || o->port > 0);
	MUST(!o->tls || !o->starttls);
	MUST(!o->starttls || !o->have_target || o->proto != NULL);
	MUST(!o->proto_given || o->proto != NULL);
	check_values(o);
}

/* The words of a command line, one a line. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[WORDS + 1] = { NULL };
	struct options o;
	struct fail f;
	int i, argc = 1;
	char *p, *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	argv[0] = exact("telex", 6);
	for (p = strtok(text, "\n"); p != NULL && argc < WORDS;
	     p = strtok(NULL, "\n"))
		argv[argc++] = exact(p, strlen(p) + 1);
	if (cmdline_read(&o, argc, argv, NULL, &f) != 0)
		check_refusal(&f);
	else if (o.act != ACT_RUN)
		check_help(&o);
	else
		check_run(&o);
	options_free(&o);
	for (i = 0; i < argc; i++)
		free(argv[i]);
	free(text);
	return 0;
}
