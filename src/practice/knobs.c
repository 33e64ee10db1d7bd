/* SPDX-License-Identifier: ISC */
/* knobs.c - one table of all knobs. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "identity.h"
#include "practice/knobs.h"
#include "text.h"

enum {
	SIZE = 10 * 1024 * 1024,
	BOX = 32 * 1024 * 1024,
	MOST = 1024 * 1024 * 1024,
	WAIT = 10,
	USERS = 1000
};

struct knob_user {
	char *name, *password;
	bool given; /* by the user of telex */
};

struct knob {
	const char *name;
	const char *value; /* its name in --help; NULL: it has none */
	bool optional;     /* the value */
	/* -1: not such a value; value is NULL where there is none. */
	int (*set)(struct knobs *k, const char *value);
	const char *help;
};

static int
number(const char *value, unsigned long low, unsigned long high, size_t *to)
{
	unsigned long n;

	if (text_number(value, low, high, &n) < 0)
		return -1;
	*to = n;
	return 0;
}

static int
set_strict(struct knobs *k, const char *value)
{
	(void)value;
	k->strict = true;
	return 0;
}

static int
set_auth(struct knobs *k, const char *value)
{
	(void)value;
	k->auth = true;
	return 0;
}

static int
set_known(struct knobs *k, const char *value)
{
	(void)value;
	k->known = true;
	return 0;
}

static int
set_no_starttls(struct knobs *k, const char *value)
{
	(void)value;
	k->no_starttls = true;
	return 0;
}

static int
set_greylist(struct knobs *k, const char *value)
{
	size_t seconds = WAIT;

	if (value != NULL && number(value, 1, 86400, &seconds) < 0)
		return -1;
	k->greylist = (int)seconds;
	return 0;
}

static int
set_slow(struct knobs *k, const char *value)
{
	return number(value, 1, MOST, &k->slow);
}

static int
set_size(struct knobs *k, const char *value)
{
	return number(value, 1, MOST, &k->size);
}

static int
set_box(struct knobs *k, const char *value)
{
	return number(value, 1, MOST, &k->box);
}

static const struct {
	const char *name;
	unsigned fault;
} faults[] = {
	{ "self-signed", IDENTITY_SELF_SIGNED },
	{ "wrong-name", IDENTITY_WRONG_NAME },
	{ "expired", IDENTITY_EXPIRED },
};

enum { FAULTS = sizeof faults / sizeof faults[0] };

static int
set_certificate(struct knobs *k, const char *value)
{
	size_t i;

	for (i = 0; i < FAULTS; i++) {
		if (strcmp(value, faults[i].name) == 0) {
			k->faults |= faults[i].fault;
			return 0;
		}
	}
	return -1;
}

static void
add_user(struct knobs *k, const char *text, bool given)
{
	size_t n = strcspn(text, ":");
	struct knob_user *u;

	k->users = xrealloc(k->users, (k->nusers + 1) * sizeof k->users[0]);
	u = &k->users[k->nusers++];
	u->name = xstrdup(text);
	u->name[n] = '\0';
	u->password = xstrdup(text + n + 1);
	u->given = given;
}

static void
drop_users(struct knobs *k)
{
	while (k->nusers > 0) {
		struct knob_user *u = &k->users[--k->nusers];

		text_wipe(u->password, strlen(u->password));
		free(u->password);
		free(u->name);
	}
}

/* Whoever names users wants no other: alice goes. */
static int
set_user(struct knobs *k, const char *value)
{
	size_t n = strcspn(value, ":");

	if (n == 0 || n > 100 || value[n] == '\0' || value[n + 1] == '\0' ||
	    k->nusers == USERS)
		return -1;
	if (!k->users[0].given)
		drop_users(k);
	add_user(k, value, true);
	return 0;
}

static const struct knob knobs[] = {
	{ "auth", NULL, false, set_auth, "AUTH has to come before MAIL" },
	{ "certificate", "FAULT", false, set_certificate,
	    "it is self-signed, wrong-name or expired" },
	{ "greylist", "SECONDS", true, set_greylist,
	    "strangers have to come again (10)" },
	{ "known", NULL, false, set_known, "only users get mail" },
	{ "mailbox", "BYTES", false, set_box, "room for all mail (32 MiB)" },
	{ "no-starttls", NULL, false, set_no_starttls,
	    "TLS from the first byte or not at all" },
	{ "size", "BYTES", false, set_size, "the largest message (10 MiB)" },
	{ "slow", "BYTES", false, set_slow, "so many bytes a second" },
	{ "strict", NULL, false, set_strict,
	    "who does not wait for its turn is refused" },
	{ "user", "NAME:PASSWORD", false, set_user,
	    "instead of alice:wonderland" },
};

enum { KNOBS = sizeof knobs / sizeof knobs[0] };

void
knobs_init(struct knobs *k)
{
	memset(k, 0, sizeof *k);
	k->size = SIZE;
	k->box = BOX;
	add_user(k, "alice:wonderland", false);
}

void
knobs_free(struct knobs *k)
{
	drop_users(k);
	free(k->users);
	memset(k, 0, sizeof *k);
}

static int
turn(struct knobs *k, const struct knob *knob, const char *value)
{
	if (value == NULL ? knob->value != NULL && !knob->optional :
			    knob->value == NULL)
		return -1;
	return knob->set(k, value);
}

int
knobs_set(struct knobs *k, const char *text, struct fail *f)
{
	size_t n = strcspn(text, "="), i;
	const char *value = text[n] == '=' ? text + n + 1 : NULL;

	for (i = 0; i < KNOBS; i++) {
		if (!text_is(text, n, knobs[i].name))
			continue;
		if (turn(k, &knobs[i], value) == 0)
			return 0;
		return fail_set(f, STATUS_USAGE,
		    "the practice server's %s is %s%s%s: %s", knobs[i].name,
		    knobs[i].name, knobs[i].value == NULL ? "" : "=",
		    knobs[i].value == NULL ? "" : knobs[i].value,
		    knobs[i].help);
	}
	return fail_about(f, STATUS_USAGE, text,
	    "the practice server knows no such knob (--help=practice lists "
	    "them)");
}

static void
add_word(struct buf *to, const struct knob *knob, const char *value)
{
	bool wants = knob->value != NULL && !knob->optional;

	buf_addf(to, "%s%s%s%s", to->len == 0 ? "" : " ", knob->name,
	    wants ? "=" : "", value);
}

void
knobs_words(struct buf *to)
{
	size_t i, j;

	for (i = 0; i < KNOBS; i++) {
		if (knobs[i].set != set_certificate) {
			add_word(to, &knobs[i], "");
			continue;
		}
		for (j = 0; j < FAULTS; j++)
			add_word(to, &knobs[i], faults[j].name);
	}
}

void
knobs_help(struct buf *to)
{
	size_t i;

	for (i = 0; i < KNOBS; i++) {
		struct buf name = { 0 };

		buf_adds(&name, knobs[i].name);
		if (knobs[i].value != NULL)
			buf_addf(&name, knobs[i].optional ? "[=%s]" : "=%s",
			    knobs[i].value);
		buf_addf(to, "  %-20.*s  %s\n", (int)name.len, buf_bytes(&name),
		    knobs[i].help);
		buf_free(&name);
	}
}

const char *
knobs_password(const struct knobs *k, const char *user)
{
	size_t i;

	for (i = 0; i < k->nusers; i++) {
		if (strcmp(k->users[i].name, user) == 0)
			return k->users[i].password;
	}
	return NULL;
}
