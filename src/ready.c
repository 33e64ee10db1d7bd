/* SPDX-License-Identifier: ISC */
/* ready.c - a transcript is read, and what it lacks is had. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "buf.h"
#include "compose.h"
#include "fail.h"
#include "options.h"
#include "purse.h"
#include "ready.h"
#include "text.h"
#include "vars.h"

/* The variables that telex sets. */
static const char *const own_names[] = { "DATE", "MSGID", "UNIQUE", "HOST",
	"PORT", "USER" };

void
ready_set(struct vars *v, const struct options *o)
{
	size_t i;

	for (i = 0; i < o->nsets; i++)
		vars_assign(v, o->sets[i], strlen(o->sets[i]));
}

static int
read_secrets(struct vars *v, int fd, struct fail *f)
{
	struct buf text = { 0 };
	char *p, *end;
	ssize_t got;

	do {
		got = read(fd, buf_room(&text, 4096), 4096);
		if (got > 0)
			buf_grew(&text, (size_t)got);
	} while (got > 0 || (got < 0 && errno == EINTR));
	buf_add(&text, "\n", 1);
	for (p = buf_bytes(&text); text.len > 0; p = buf_bytes(&text)) {
		struct buf name = { 0 };

		end = memchr(p, '\n', text.len);
		if (end == NULL)
			break;
		buf_adds(&name,
		    text_begins(p, text.len, "secret:") ? "" : "secret:");
		buf_add(&name, p, (size_t)(end - p));
		vars_assign(v, buf_bytes(&name), name.len);
		buf_free(&name);
		buf_drop(&text, (size_t)(end - p) + 1);
	}
	buf_free(&text);
	if (got < 0)
		return fail_errno(f, STATUS_USAGE,
		    "cannot read the secrets from descriptor %d", fd);
	return 0;
}

int
ready_vars(struct vars *v, const struct options *o, struct fail *f)
{
	ready_set(v, o);
	return o->secrets_fd < 0 ? 0 : read_secrets(v, o->secrets_fd, f);
}

/* From the environment: TELEX_VAR_name, TELEX_SECRET_name. */
static const char *
from_environment(const struct options *o, const char *name)
{
	char var[32 + VARS_NAME_MOST];
	bool secret = vars_is_secret(name, strlen(name));
	char *p;

	snprintf(var, sizeof var, "TELEX_%s_%s", secret ? "SECRET" : "VAR",
	    secret ? name + strlen("secret:") : name);
	/* What no shell can name. */
	for (p = var; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	return secret ? purse_get(o->purse, var) : getenv(var);
}

/* What nothing sets is asked for. */
static int
have_name(const struct ready *r, const struct vet_name *n,
    const struct options *o, struct vars *v, struct fail *f)
{
	bool secret = vars_is_secret(n->name, strlen(n->name));
	const char *value = from_environment(o, n->name);
	struct buf answer = { 0 };
	char question[VARS_NAME_MOST + 8];
	int rc;

	if (value != NULL) {
		vars_set(v, n->name, strlen(n->name), value, strlen(value));
		return 0;
	}
	snprintf(question, sizeof question,
	    "%s: ", strcmp(n->name, VET_PASSWORD) == 0 ? "password" : n->name);
	rc = ask(question, secret, &answer, f);
	if (rc == 0)
		vars_set(v, n->name, strlen(n->name),
		    answer.len == 0 ? "" : buf_bytes(&answer), answer.len);
	else
		fail_set(f, STATUS_USAGE, "%s:%lu: ${%s} is not set (%s)",
		    r->in.name, n->line, n->name,
		    secret ? "TELEX_SECRET_..., --secrets-fd, or a terminal "
			     "to ask; for <auth> TELEX_PASSWORD, too" :
			     "--set NAME=VALUE, or TELEX_VAR_...");
	buf_free(&answer);
	return rc;
}

/* Unless the user did so. */
static void
set_own(struct vars *v, const char *name, const char *value, size_t len)
{
	const struct var *var = vars_get(v, name, strlen(name));

	if (var == NULL || var->len == 0)
		vars_set(v, name, strlen(name), value, len);
}

/* The target of -u may stand in a transcript that is not read yet. */
static void
set_user(struct vars *v, const struct options *o)
{
	const char *user = o->target.user[0] == '\0' && o->user != NULL ?
	    o->user :
	    o->target.user;

	set_own(v, "USER", user, strlen(user));
}

/* What <auth> takes where the user has no secret of its own. */
static void
set_password(struct vars *v, const struct options *o)
{
	const char *value = purse_get(o->purse, "TELEX_PASSWORD");

	if (value != NULL)
		vars_set(v, VET_PASSWORD, strlen(VET_PASSWORD), value,
		    strlen(value));
}

int
ready_open(struct ready *r, const char *name, const struct options *o,
    const struct vars *v, struct fail *f)
{
	struct vars known = { 0 };
	size_t i;
	int rc;

	if (transcript_open(&r->in, name, f) < 0)
		return -1;
	r->open = true;
	vars_copy(&known, v);
	set_user(&known, o);
	for (i = 0; i < sizeof own_names / sizeof own_names[0]; i++)
		set_own(&known, own_names[i], "", 0);
	set_password(&known, o);
	rc = vet_transcript(&r->in, &known, o->proto, &r->vetted, f);
	vars_free(&known);
	return rc;
}

int
ready_ask(const struct ready *r, const struct options *o, struct vars *v,
    struct fail *f)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < r->vetted.nmissing; i++) {
		const struct vet_name *missing = &r->vetted.missing[i];

		/* Another file may have asked for it by now. */
		if (vars_get(v, missing->name, strlen(missing->name)) == NULL)
			rc = have_name(r, missing, o, v, f);
	}
	return rc;
}

void
ready_close(struct ready *r)
{
	if (r->open)
		transcript_close(&r->in);
	vet_free(&r->vetted);
	r->open = false;
}

int
ready_options(struct options *to, const struct options *o,
    const struct vetted *v, struct fail *f)
{
	*to = *o;
	if (to->unix_path != NULL)
		to->unix_path = to->target.path;
	if (!to->have_target && v->url == NULL)
		return fail_set(f, STATUS_USAGE,
		    "no server is named (telex --replay HOST:PORT FILE, or "
		    "<connect URL> in the file)");
	if (!to->have_target && options_target(to, v->url, NULL, f) < 0)
		return -1;
	to->have_target = true;
	if (v->tls && !to->tls)
		to->tls = true;
	if (v->proto != NULL && !to->proto_given) {
		to->proto = v->proto;
		to->proto_given = true;
	}
	return 0;
}

void
ready_own(struct vars *v, const struct options *o)
{
	const char *host = o->unix_path != NULL ? "localhost" : o->target.host;
	struct buf text = { 0 };
	struct timespec now;
	char unique[64], port[8];

	compose_date(&text, time(NULL));
	set_own(v, "DATE", buf_bytes(&text), text.len);
	buf_clear(&text);
	compose_msgid(&text);
	set_own(v, "MSGID", buf_bytes(&text), text.len);
	buf_free(&text);
	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(unique, sizeof unique, "t%llx%lx%lx",
	    (unsigned long long)now.tv_sec, (unsigned long)now.tv_nsec,
	    (unsigned long)getpid());
	set_own(v, "UNIQUE", unique, strlen(unique));
	snprintf(port, sizeof port, "%u", (unsigned)o->port);
	set_own(v, "PORT", port, strlen(port));
	set_own(v, "HOST", host, strlen(host));
	set_user(v, o);
	set_password(v, o);
}
