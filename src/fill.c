/* SPDX-License-Identifier: ISC */
/* fill.c - something in place of what nobody has told. */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "fill.h"
#include "template.h"
#include "vars.h"

struct filling {
	const struct vars *vars;
	struct buf text; /* the template without unset variables, up to ... */
	const char *at;  /* ... here */
	const char *end;
	uint64_t octets;
	bool counts;
};

/* Does the variable stand as in "{${}}", at the end? */
static bool
is_count(const struct filling *f, const char *from, const char *behind)
{
	return from > f->at && from[-1] == '{' && behind + 1 == f->end &&
	    *behind == '}';
}

/* A variable, whose name is where it stands in the text. */
static void
put(void *arg, const char *name, size_t len)
{
	struct filling *f = arg;
	const char *from = name - strlen("${");
	const char *behind = name + len + strlen("}");

	if (vars_get(f->vars, name, len) != NULL)
		return;
	buf_add(&f->text, f->at, (size_t)(from - f->at));
	if (is_count(f, from, behind)) {
		f->counts = true;
		buf_addf(&f->text, "%" PRIu64, f->octets);
	} else {
		buf_adds(&f->text, "1");
	}
	f->at = behind;
}

static void
fill(struct filling *f, const char *text, size_t len)
{
	f->at = text;
	f->end = text + len;
	template_names(text, len, put, f);
	buf_add(&f->text, f->at, (size_t)(f->end - f->at));
}

bool
fill_text(const struct vars *v, const char *text, size_t len, uint64_t octets,
    struct buf *to)
{
	struct filling f = { .vars = v, .octets = octets };
	struct expanded x = { .bare = false };

	fill(&f, text, len);
	template_expand(v, buf_bytes(&f.text), f.text.len, to, &x);
	buf_free(&f.text);
	return !x.bare;
}

bool
fill_counts(const struct vars *v, const char *text, size_t len)
{
	struct filling f = { .vars = v };

	fill(&f, text, len);
	buf_free(&f.text);
	return f.counts;
}
