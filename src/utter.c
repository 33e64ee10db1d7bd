/* SPDX-License-Identifier: ISC */
/* utter.c - lines of ours, put together from a transcript's. */
#include <string.h>

#include "paper.h"
#include "template.h"
#include "titles.h"
#include "transcript.h"
#include "utter.h"

/* More memory than this is not kept for the next line. */
enum { KEEP = 65536 };

int
utter_more(struct utter *u, const struct vars *v, const struct item *item,
    struct fail *f)
{
	struct expanded x = { .open = item->len };
	size_t before = u->text.len;

	if (item->how != TEXT_TEMPLATE)
		buf_add(&u->text, item->text, item->len);
	else if (template_expand(v, item->text, item->len, &u->text, &x) < 0)
		return template_unset(&x, f);
	if (u->open == before)
		u->open = before + x.open;
	u->bare = x.bare;
	return 0;
}

void
utter_end(struct utter *u)
{
	if (u->open == u->text.len)
		u->open += strlen("\r\n");
	buf_adds(&u->text, "\r\n");
}

int
utter_begin(struct utter *u, const struct paper *p, const struct vars *v,
    const struct item *item, struct fail *f)
{
	/* Wiping takes as long as there is memory. */
	if (u->text.size > KEEP)
		buf_free(&u->text);
	buf_wipe(&u->text);
	buf_clear(&u->title);
	u->open = 0;
	paper_title(p, item, &u->title);
	return utter_more(u, v, item, f);
}

void
utter_said(const struct utter *u, struct paper *p, struct titles *t)
{
	unsigned id = p->dialog.id;

	paper_said_all(p, u->text.len == 0 ? "" : buf_bytes(&u->text),
	    u->text.len, u->bare);
	while (id != p->dialog.id && u->title.len > 0)
		titles_put(t, ++id, buf_bytes(&u->title), u->title.len);
}

void
utter_free(struct utter *u)
{
	buf_free(&u->text);
	buf_free(&u->title);
}
