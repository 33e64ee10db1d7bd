/* SPDX-License-Identifier: ISC */
/* sketch.c - the events of a transcript, and all of it in order. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "protos.h"
#include "sketch.h"
#include "stroke.h"
#include "target.h"
#include "text.h"

enum { ABOUT_MOST = 30 }; /* columns of what stands between the names */

struct sketch {
	struct stroke stroke;
	struct picture *p;
	bool recorded; /* by telex */
};

/* The note of an event: behind ":" or ",", and not compared. */
static size_t
note_at(const struct item *item, size_t *end)
{
	const char *p = item->source;
	size_t i = 0, n = item->source_len;

	while (i < n && p[i] != '<')
		i++;
	while (i < n && p[i] != ':' && p[i] != ',')
		i++;
	while (n > i && p[n - 1] != '>')
		n--;
	if (n > i)
		n--;
	i += i < n ? 1 : 0;
	*end = n;
	return i + text_blanks(p + i, n - i);
}

static void
do_connect(struct sketch *s, const struct item *item)
{
	struct target target;
	const struct proto *proto = NULL;
	struct buf text = { 0 };
	struct fail f;

	/* Another connection in the same file. */
	if (s->p->server != NULL) {
		paper_end(&s->stroke.paper);
		paper_start(&s->stroke.paper, NULL);
		s->stroke.begun = s->stroke.hiding = false;
	}
	/* The URL may have what must not be shown, and is then none. */
	if (s->p->server != NULL || target_parse(&target, item->text, &f) != 0)
		return;
	s->recorded = true;
	if (target.path[0] != '\0')
		buf_adds(&text, target.path);
	else
		buf_adds(&text, target.host);
	s->p->server =
	    picture_show(s->p, buf_bytes(&text), text.len, STROKE_NAME);
	buf_clear(&text);
	buf_adds(&text, target.scheme);
	if (target.service[0] != '\0')
		buf_addf(&text, "%sport %s", text.len > 0 ? ", " : "",
		    target.service);
	if (text.len > 0)
		s->p->about =
		    picture_show(s->p, buf_bytes(&text), text.len, ABOUT_MOST);
	buf_free(&text);
	if (protos_scheme(target.scheme, &proto) != NULL && proto != NULL &&
	    s->stroke.paper.undecided)
		paper_proto(&s->stroke.paper, proto);
}

static void
do_protocol(struct sketch *s, const struct item *item)
{
	const struct proto *proto = protos_find(item->text);

	if (proto != NULL)
		paper_proto(&s->stroke.paper, proto);
}

/* <TLS>, <closed>, and what else the file takes in their place. */
static void
do_upgrade(struct sketch *s, const struct item *item)
{
	unsigned good = item->accepts & (ACCEPT_TLS | ACCEPT_VERIFIED);
	size_t end, at = note_at(item, &end);
	struct buf text = { 0 };
	const char *verdict = ", verified";
	struct row *row;
	char *note;

	paper_settle(&s->stroke.paper);
	if (item->accepts == ACCEPT_CLOSED) {
		stroke_note(&s->stroke, ROW_END, "closed by the server", "", 0);
		return;
	}
	if (good != item->accepts) {
		stroke_note(&s->stroke, ROW_NOTE, "", item->text, item->len);
		return;
	}
	row = picture_row(s->p, ROW_TLS, s->stroke.now);
	if (row != NULL)
		row->verified = (good & ACCEPT_VERIFIED) != 0;
	/* By hand <TLS> leaves it open. */
	if ((good & ACCEPT_VERIFIED) == 0)
		verdict = s->recorded ? ", not verified" : "";
	if (at == end || !text_begins(item->source + at, end - at, "TLS"))
		note = xstrdup("TLS");
	else
		note = picture_show(s->p, item->source + at, end - at,
		    PICTURE_COLUMNS - (unsigned)strlen(verdict));
	buf_addf(&text, "%s%s", note, verdict);
	free(note);
	picture_line(s->p, LINE_PLAIN, buf_bytes(&text), text.len);
	picture_close(s->p);
	buf_free(&text);
}

static void
do_auth(struct sketch *s, const struct item *item)
{
	stroke_note(&s->stroke, ROW_NOTE, "authentication: ", item->text,
	    item->len);
}

static void
do_close(struct sketch *s, const struct item *item)
{
	(void)item;
	stroke_note(&s->stroke, ROW_END, "closed by the client", "", 0);
}

/* Those that are shown as they stand: "within 2". */
static const struct {
	const char *before;
	void (*draw)(struct sketch *s, const struct item *item);
} events[] = {
	[EVENT_CONNECT] = { NULL, do_connect },
	[EVENT_PROTOCOL] = { NULL, do_protocol },
	[EVENT_MATCH] = { NULL, NULL },
	[EVENT_UPGRADE] = { NULL, do_upgrade },
	[EVENT_AUTH] = { NULL, do_auth },
	[EVENT_CLOSE] = { NULL, do_close },
	[EVENT_PAUSE] = { "a pause, in seconds: ", NULL },
	[EVENT_WITHIN] = { "expects a reply within seconds: ", NULL },
	[EVENT_SILENCE] = { "expects silence, in seconds: ", NULL },
	[EVENT_SET] = { NULL, NULL },
	[EVENT_SKIP] = { "only where the server offers ", NULL },
	[EVENT_NEVER] = { "expects never /", NULL },
};

static void
do_event(struct sketch *s, const struct item *item)
{
	if (events[item->event].draw != NULL)
		events[item->event].draw(s, item);
	else if (events[item->event].before != NULL)
		stroke_note(&s->stroke, ROW_NOTE, events[item->event].before,
		    item->text, item->len);
}

static void
do_time(struct sketch *s, const struct item *item)
{
	s->stroke.now = item->seconds;
}

static void
do_line(struct sketch *s, const struct item *item)
{
	stroke_line(&s->stroke, item);
}

static void
do_file(struct sketch *s, const struct item *item)
{
	stroke_file(&s->stroke, item);
}

static void
do_expected(struct sketch *s, const struct item *item)
{
	stroke_expected(&s->stroke, item);
}

static void (*const kinds[])(struct sketch *s, const struct item *item) = {
	[ITEM_SAY] = do_line,
	[ITEM_FILE] = do_file,
	[ITEM_HEAR] = do_line,
	[ITEM_SOME] = do_expected,
	[ITEM_NONE] = do_expected,
	[ITEM_REST] = do_expected,
	[ITEM_EVENT] = do_event,
	[ITEM_TIME] = do_time,
};

/* What nobody has told is called by what it is. */
static void
name_all(struct sketch *s)
{
	const struct proto *proto = s->stroke.paper.dialog.proto;
	struct picture *p = s->p;

	p->client = xstrdup(s->recorded ? "telex" : "client");
	if (p->server == NULL)
		p->server = xstrdup("server");
	if (p->about == NULL && proto != protos_raw())
		p->about = xstrdup(proto->name);
}

int
sketch(struct picture *p, struct transcript *t, const struct proto *proto,
    struct fail *f)
{
	struct sketch s = { .p = p };
	struct item item;
	int rc;

	stroke_start(&s.stroke, p, proto);
	while ((rc = transcript_next(t, &item, f)) > 0) {
		if (item.kind != ITEM_SAY && item.kind != ITEM_HEAR &&
		    item.kind != ITEM_TIME)
			stroke_flush(&s.stroke, true);
		kinds[item.kind](&s, &item);
	}
	stroke_flush(&s.stroke, true);
	picture_close(p);
	name_all(&s);
	stroke_end(&s.stroke);
	return rc;
}
