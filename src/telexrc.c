/* SPDX-License-Identifier: ISC */
/* telexrc.c - the user's own settings, below those of the command line. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "buf.h"
#include "fail.h"
#include "options.h"
#include "optlist.h"
#include "settings.h"
#include "telexrc.h"
#include "text.h"

enum { MOST_BYTES = 65536 };

/* --- the file --- */

bool
telexrc_path(char *path, size_t size)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *below = "";

	if (base == NULL || base[0] != '/') {
		base = getenv("HOME");
		below = "/.config";
	}
	return base != NULL && base[0] == '/' &&
	    (size_t)snprintf(path, size, "%s%s/telex/telexrc", base, below) <
	    size;
}

/* Who can write there could have telex trust anybody. */
static int
check_file(const char *path, const struct stat *st, struct fail *f)
{
	if (!S_ISREG(st->st_mode))
		return fail_about(f, STATUS_USAGE, path,
		    "it is not a file (--no-rc does without)");
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return fail_about(f, STATUS_USAGE, path,
		    "it belongs to somebody else (--no-rc does without)");
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return fail_about(f, STATUS_USAGE, path,
		    "others may write to it (chmod go-w takes that away)");
	if (st->st_size > MOST_BYTES)
		return fail_about(f, STATUS_USAGE, path, "it is too long");
	return 0;
}

static int
read_open(int fd, const char *path, struct buf *to, struct fail *f)
{
	struct stat st;
	ssize_t n = -1;

	if (fstat(fd, &st) == 0) {
		if (check_file(path, &st, f) < 0)
			return -1;
		do {
			n = read(fd, buf_room(to, MOST_BYTES), MOST_BYTES);
			if (n > 0)
				buf_grew(to, (size_t)n);
		} while ((n > 0 && to->len < MOST_BYTES) ||
		    (n < 0 && errno == EINTR));
	}
	return n < 0 ? fail_about(f, STATUS_USAGE, path, strerror(errno)) : 0;
}

/* 1, 0 if there is no such file, or -1. */
static int
read_file(const char *path, struct buf *to, struct fail *f)
{
	/* Opening a FIFO would wait for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return fail_about(f, STATUS_USAGE, path, strerror(errno));
	rc = read_open(fd, path, to, f);
	close(fd);
	return rc < 0 ? -1 : 1;
}

/* --- is each line in order? --- */

/* Put the name of the file before what is wrong with it. */
static int
in_file(const char *path, struct fail *f)
{
	struct fail why = *f;
	struct buf shown = { 0 };

	text_quote(&shown, path, strlen(path), 300);
	buf_add(&shown, "", 1);
	fail_set(f, STATUS_USAGE, "%s:%s", buf_bytes(&shown), why.text);
	buf_free(&shown);
	return -1;
}

static int
in_line(const struct setting *s, struct fail *f)
{
	struct fail why = *f;

	return fail_set(f, STATUS_USAGE, "%zu: %s", s->line, why.text);
}

static const struct args_slip *
slip_of(const struct args_slip *slip, const char *name)
{
	while (slip->word != NULL && strcmp(slip->word, name) != 0)
		slip++;
	return slip->word == NULL ? NULL : slip;
}

static int
refuse_unknown(const struct args *a, const char *name, struct fail *f)
{
	const char *bare = name + strspn(name, "-");
	struct buf shown = { 0 };

	text_quote(&shown, name, strlen(name), 40);
	buf_add(&shown, "", 1);
	if (bare != name && args_named(a, bare) != NULL)
		fail_set(f, STATUS_USAGE, "%s is written without dashes here",
		    buf_bytes(&shown));
	else
		fail_set(f, STATUS_USAGE,
		    "unknown option %s (telex --help=options lists them)",
		    buf_bytes(&shown));
	buf_free(&shown);
	return -1;
}

static int
check_name(const struct args *a, const struct setting *s, struct fail *f)
{
	const struct args_row *row = args_named(a, s->name);
	const struct args_slip *slip;

	if (row == NULL)
		return refuse_unknown(a, s->name, f);
	slip = slip_of(optlist_unfit, row->name);
	if (slip != NULL)
		return fail_set(f, STATUS_USAGE, "%s has no place here: %s",
		    s->name, slip->text);
	slip = s->section > 0 ? NULL : slip_of(optlist_local, row->name);
	if (slip != NULL)
		return fail_set(f, STATUS_USAGE,
		    "%s has its place behind [HOST]: %s", s->name, slip->text);
	if (row->value == NULL && s->value != NULL)
		return fail_set(f, STATUS_USAGE, "%s takes no value", s->name);
	if (row->value != NULL && row->value[0] != '[' && s->value == NULL)
		return fail_set(f, STATUS_USAGE, "%s needs a value: %s=%s",
		    s->name, s->name, row->value);
	return 0;
}

/* A file is named from the root or from home; nobody knows where we are. */
static int
find_file(const struct args_row *row, struct setting *s, struct fail *f)
{
	const char *home = getenv("HOME");
	struct buf path = { 0 };

	if (row->value == NULL || s->value == NULL ||
	    (strcmp(row->value, "FILE") != 0 && strcmp(row->value, "DIR") != 0))
		return 0;
	if (strncmp(s->value, "~/", 2) == 0 && home != NULL) {
		buf_addf(&path, "%s%s", home, s->value + 1);
		buf_add(&path, "", 1);
		free(s->value);
		s->value = xstrdup(buf_bytes(&path));
		buf_free(&path);
	}
	if (s->value[0] != '/')
		return fail_set(f, STATUS_USAGE,
		    "%s takes a path that begins with / or ~/ here", s->name);
	return 0;
}

/* Try a setting on options that nobody uses. */
static int
check_value(const struct args *a, struct setting *s, struct options *scratch,
    struct fail *f)
{
	const struct args_row *row = args_named(a, s->name);

	if (find_file(row, s, f) < 0 || row->set(scratch, row, s->value, f) < 0)
		return -1;
	if (scratch->tls_plan.insecure && scratch->verify != VERIFY_AUTO)
		return fail_set(f, STATUS_USAGE,
		    "insecure and verify=%s contradict each other",
		    scratch->verify == VERIFY_DANE ? "dane" : "require");
	if (scratch->tls_plan.pin != NULL && scratch->verify == VERIFY_DANE)
		return fail_set(f, STATUS_USAGE,
		    "pin and verify=dane contradict each other");
	return 0;
}

/* All of them, whichever host they are for. */
static int
check_all(const struct args *line, struct settings *all, struct fail *f)
{
	struct options scratch = { .escape = -1 };
	struct args a = { .rows = line->rows };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < all->n; i++) {
		struct setting *s = &all->rows[i];

		if (i > 0 && s->section != s[-1].section) {
			options_free(&scratch);
			a = (struct args){ .rows = line->rows };
		}
		rc = check_name(&a, s, f);
		if (rc == 0) {
			args_note(&a, args_named(&a, s->name));
			rc = args_clash(&a, optlist_clashes, f);
		}
		if (rc == 0)
			rc = check_value(&a, s, &scratch, f);
		if (rc < 0)
			in_line(s, f);
	}
	options_free(&scratch);
	return rc;
}

/* --- which of them hold? --- */

/* Is there, among the options of `a`, one that this one has to yield to? */
static bool
yields(const struct args *a, const char *name)
{
	const struct args_row *row = args_named(a, name);
	const struct args_clash *c;

	if (args_seen(a, row->name))
		return true;
	for (c = optlist_clashes; c->one != NULL; c++) {
		if ((strcmp(c->one, row->name) == 0 &&
			args_seen(a, c->other)) ||
		    (strcmp(c->other, row->name) == 0 && args_seen(a, c->one)))
			return true;
	}
	for (c = optlist_yields; c->one != NULL; c++) {
		if (strcmp(c->one, row->name) == 0 && args_seen(a, c->other))
			return true;
	}
	return false;
}

int
telexrc_load(struct options *o, const struct args *a, const char *path,
    struct fail *f)
{
	struct settings *all;
	struct buf text = { 0 };
	size_t i;
	int rc = read_file(path, &text, f);

	if (rc <= 0) {
		buf_free(&text);
		return rc;
	}
	o->settings = all = xmalloc(sizeof *all);
	*all = (struct settings){ 0 };
	rc = settings_read(all, text.len == 0 ? "" : buf_bytes(&text), text.len,
	    f);
	buf_free(&text);
	if (rc < 0 || check_all(a, all, f) < 0)
		return in_file(path, f);
	for (i = all->n; i-- > 0;) {
		if (yields(a, all->rows[i].name))
			settings_drop(all, i);
	}
	o->before = xmalloc(sizeof *o->before);
	*o->before = *o;
	return 0;
}

/* The words that name a server; no operand and no path: none are there. */
struct goal {
	const char *operand, *port;
	bool own; /* it is the one that we are ourselves */
};

static int
aim(struct options *o, const struct goal *g, struct fail *f)
{
	if (g->operand == NULL && o->given.path == NULL && o->given.mx == NULL)
		return 0;
	return options_target(o, g->operand, g->port, f);
}

static void
assign(struct options *to, const struct options *from)
{
	*to = *from;
	if (to->unix_path != NULL)
		to->unix_path = to->target.path;
}

/* One setting, unless the words that name the server contradict it. */
static void
try_one(struct options *o, const struct args_row *row, const char *value,
    const struct goal *g)
{
	struct options with;
	struct fail ignored;
	bool led = aim(o, g, &ignored) == 0;

	assign(&with, o);
	if (row->set(&with, row, value, &ignored) < 0)
		return;
	o->tls_opts = with.tls_opts;
	/* A scheme or port may mean TLS from the first byte, and a scheme has
	 * a port of its own. */
	if (led &&
	    ((o->tls && with.given.starttls && !o->given.starttls) ||
		(o->target.scheme[0] != '\0' &&
		    with.given.port != o->given.port)))
		return;
	if (aim(&with, g, &ignored) == 0 || !led)
		assign(o, &with);
}

/* Is this no matter of the server that we are ourselves? */
static bool
is_abroad(const struct goal *g, const char *name)
{
	size_t i;

	for (i = 0; g->own && optlist_abroad[i] != NULL; i++) {
		if (strcmp(optlist_abroad[i], name) == 0)
			return true;
	}
	return false;
}

/* The settings for a host, the last section that holds first. */
static void
apply(struct options *o, const char *host, const struct goal *g)
{
	const struct settings *all = o->settings;
	struct args nearer = { .rows = optlist_rows };
	size_t i, section = all->nhosts + 1;

	while (section-- > 0) {
		struct args now = nearer;

		if (!settings_hold(all, section, host))
			continue;
		for (i = 0; i < all->n; i++) {
			const struct setting *s = &all->rows[i];
			const struct args_row *row;

			if (s->section != section || yields(&nearer, s->name))
				continue;
			row = args_named(&nearer, s->name);
			if (is_abroad(g, row->name))
				continue;
			args_note(&now, row);
			try_one(o, row, s->value, g);
		}
		nearer = now;
	}
}

/* As before any settings, but for what came after them. */
static void
restore(struct options *to, const struct options *o)
{
	*to = *o->before;
	to->settings = o->settings;
	to->before = o->before;
	to->purse = o->purse;
	to->tls_plan.pem = o->tls_plan.pem;
}

/* What the settings had appended goes with them. */
static void
replace(struct options *o, const struct options *with)
{
	if (o->tls_opts != with->tls_opts)
		free(o->tls_opts);
	assign(o, with);
}

int
telexrc_target(struct options *o, const char *operand, const char *port,
    struct fail *f)
{
	const char *named = operand != NULL ? operand : o->given.mx;
	struct goal goal = { operand, port, false };
	struct target t = { .host = "" };
	struct options next;
	int rc;

	if (o->settings == NULL)
		return options_target(o, operand, port, f);
	if (named != NULL && target_parse(&t, named, f) < 0)
		return -1;
	restore(&next, o);
	apply(&next, t.host, &goal);
	rc = options_target(&next, operand, port, f);
	if (rc == 0 && next.tls_plan.key != NULL && next.tls_plan.cert == NULL)
		rc = fail_set(f, STATUS_USAGE,
		    "telexrc: key needs cert: whose key is it?");
	if (rc == 0)
		replace(o, &next);
	else if (next.tls_opts != o->tls_opts)
		free(next.tls_opts);
	return rc;
}

void
telexrc_general(struct options *o)
{
	struct goal none = { NULL, NULL, o->practice };
	struct options next;

	if (o->settings == NULL)
		return;
	restore(&next, o);
	apply(&next, "", &none);
	next.given = o->before->given;
	replace(o, &next);
}
