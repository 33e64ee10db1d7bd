/* SPDX-License-Identifier: ISC */
/* purse.c - secrets of the environment, and one that was asked for. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "purse.h"
#include "text.h"
#include "vars.h"

extern char **environ;

/* What all of their names begin with is left out: so every name that a secret
 * may have in a transcript is short enough for one here. */
enum { PREFIX = sizeof "TELEX_" - 1 };

/* What the names of secrets begin with, and whether more may follow. */
static const struct {
	const char *name;
	bool more;
} kinds[] = {
	{ "TELEX_PASSWORD", false },
	{ "TELEX_PROXY_PASSWORD", false },
	{ "TELEX_SECRET_", true },
};

/* The length of the name, if this "NAME=VALUE" is a secret; else 0. */
static size_t
secret_name(const char *entry)
{
	size_t len = strcspn(entry, "=");
	size_t i;

	for (i = 0; entry[len] == '=' && i < sizeof kinds / sizeof kinds[0];
	     i++) {
		size_t n = strlen(kinds[i].name);

		if (strncmp(entry, kinds[i].name, n) == 0 &&
		    (kinds[i].more ? len > n : len == n))
			return len;
	}
	return 0;
}

static char *
find_secret(void)
{
	char **e;

	for (e = environ; e != NULL && *e != NULL; e++) {
		if (secret_name(*e) > 0)
			return *e;
	}
	return NULL;
}

/* Keep the value of "NAME=VALUE", and wipe it there. */
static void
take(struct vars *purse, char *entry, size_t len)
{
	const char *name = entry + PREFIX;
	char *value = entry + len + 1;

	/* No variable of a transcript has another name. */
	if (vars_name(name, len - PREFIX) &&
	    vars_get(purse, name, len - PREFIX) == NULL)
		vars_set(purse, name, len - PREFIX, value, strlen(value) + 1);
	text_wipe(value, strlen(value));
}

/* Of one that stands there twice the first counts; unsetenv removes both. */
void
purse_take(struct vars *purse)
{
	char **e, *entry;

	for (e = environ; e != NULL && *e != NULL; e++) {
		if (secret_name(*e) > 0)
			take(purse, *e, secret_name(*e));
	}
	while ((entry = find_secret()) != NULL) {
		struct buf name = { 0 };

		buf_add(&name, entry, secret_name(entry));
		buf_add(&name, "", 1);
		unsetenv(buf_bytes(&name));
		buf_free(&name);
	}
}

const char *
purse_get(const struct vars *purse, const char *name)
{
	const char *rest = name + PREFIX;
	const struct var *var =
	    purse == NULL ? NULL : vars_get(purse, rest, strlen(rest));

	return var == NULL ? NULL : var->value;
}

/* No name in the environment is in lower case. */
static const char asked[] = "asked", answered[] = "answered";

void
purse_keep(struct vars *purse, const char *question, const char *answer)
{
	if (purse == NULL)
		return;
	vars_set(purse, asked, sizeof asked - 1, question,
	    strlen(question) + 1);
	vars_set(purse, answered, sizeof answered - 1, answer,
	    strlen(answer) + 1);
}

const char *
purse_kept(const struct vars *purse, const char *question)
{
	const struct var *of, *var;

	if (purse == NULL)
		return NULL;
	of = vars_get(purse, asked, sizeof asked - 1);
	var = vars_get(purse, answered, sizeof answered - 1);
	if (of == NULL || var == NULL || strcmp(of->value, question) != 0)
		return NULL;
	return var->value;
}

void
purse_forget(struct vars *purse)
{
	purse_keep(purse, "", "");
}
