/* SPDX-License-Identifier: ISC */
/* vars.c - the variables of a transcript. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "text.h"
#include "vars.h"

/* What stands for a secret wherever one is shown. */
static const char mask[] = "********";

/* Not isalnum: the names are the same in every locale. */
static bool
may_stand(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == ':';
}

bool
vars_name(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || len > VARS_NAME_MOST)
		return false;
	for (i = 0; i < len; i++) {
		if (!may_stand(name[i]))
			return false;
	}
	return true;
}

bool
vars_is_secret(const char *name, size_t len)
{
	static const char prefix[] = "secret:";

	return len > strlen(prefix) &&
	    memcmp(name, prefix, strlen(prefix)) == 0;
}

static struct var *
find(const struct vars *v, const char *name, size_t len)
{
	size_t i;

	if (!vars_name(name, len))
		return NULL;
	for (i = 0; i < v->count; i++) {
		struct var *var = &v->list[i];

		if (memcmp(var->name, name, len) == 0 && var->name[len] == '\0')
			return var;
	}
	return NULL;
}

/* The list has room for the next power of two. */
static struct var *
append(struct vars *v, const char *name, size_t len)
{
	struct var *var;

	assert(vars_name(name, len));
	if ((v->count & (v->count - 1)) == 0)
		v->list = xrealloc(v->list,
		    (v->count == 0 ? 1 : 2 * v->count) * sizeof *v->list);
	var = &v->list[v->count++];
	memset(var, 0, sizeof *var);
	memcpy(var->name, name, len);
	var->secret = vars_is_secret(name, len);
	return var;
}

static void
discard(struct var *var)
{
	if (var->value != NULL)
		text_wipe(var->value, var->len);
	free(var->value);
}

void
vars_set(struct vars *v, const char *name, size_t name_len, const char *value,
    size_t len)
{
	struct var *var = find(v, name, name_len);
	/* The value may be the one that is replaced. */
	char *copy = xmalloc(len);

	if (len > 0)
		memcpy(copy, value, len);
	if (var == NULL)
		var = append(v, name, name_len);
	else
		discard(var);
	var->value = copy;
	var->len = len;
}

void
vars_assign(struct vars *v, const char *pair, size_t len)
{
	const char *eq = memchr(pair, '=', len);
	size_t name = eq == NULL ? len : (size_t)(eq - pair);

	if (eq != NULL && vars_name(pair, name))
		vars_set(v, pair, name, eq + 1, len - name - 1);
}

const struct var *
vars_get(const struct vars *v, const char *name, size_t len)
{
	return find(v, name, len);
}

void
vars_copy(struct vars *to, const struct vars *from)
{
	size_t i;

	for (i = 0; i < from->count; i++) {
		const struct var *var = &from->list[i];

		vars_set(to, var->name, strlen(var->name), var->value,
		    var->len);
	}
}

/* The length of the longest secret that the n bytes begin with. */
static size_t
secret_here(const struct vars *v, const char *p, size_t n)
{
	size_t longest = 0;
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct var *var = &v->list[i];

		if (var->secret && var->len > longest && var->len <= n &&
		    memcmp(var->value, p, var->len) == 0)
			longest = var->len;
	}
	return longest;
}

/*
 * Where secrets overlap, all their bytes are hidden: after "abc" of "abcde"
 * the rest of a secret "cde" must not show.
 */
void
vars_mask(const struct vars *v, struct buf *to, const char *p, size_t n)
{
	size_t hidden = 0; /* up to here */
	size_t i;

	for (i = 0; i < n; i++) {
		size_t len = secret_here(v, p + i, n - i);

		if (len > 0 && i >= hidden)
			buf_adds(to, mask);
		if (i + len > hidden && len > 0)
			hidden = i + len;
		if (i >= hidden)
			buf_add(to, p + i, 1);
	}
}

void
vars_free(struct vars *v)
{
	size_t i;

	for (i = 0; i < v->count; i++)
		discard(&v->list[i]);
	free(v->list);
	memset(v, 0, sizeof *v);
}
