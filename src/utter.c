/* SPDX-License-Identifier: ISC */
/* utter.c - lines of ours, put together from a transcript's. */
#include <string.h>

#include "begun.h"
#include "dialog.h"
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
	u->open = 0;
	/* A line is named by its beginning. */
	if (p->dialog.begun.len == 0) {
		buf_clear(&u->title);
		paper_title(p, item, &u->title);
	}
	return utter_more(u, v, item, f);
}

void
utter_said(struct utter *u, struct paper *p, struct titles *t)
{
	const char *text = u->text.len == 0 ? "" : buf_bytes(&u->text);
	unsigned id = p->dialog.id;
	size_t secret;

	/* Who says another end of the line does not see this one. */
	if (p->dialog.begun.len > 0) {
		secret = begun_would(&p->dialog, text, u->text.len).secret;
		u->open = secret < u->open ? secret : u->open;
	}
	paper_said_all(p, text, u->text.len, u->bare);
	while (id != p->dialog.id && u->title.len > 0)
		titles_put(t, ++id, buf_bytes(&u->title), u->title.len);
}

void
utter_free(struct utter *u)
{
	buf_free(&u->text);
	buf_free(&u->title);
}
