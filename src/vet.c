/* SPDX-License-Identifier: ISC */
/* vet.c - reading a transcript before anything is sent. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "paper.h"
#include "protos.h"
#include "saslway.h"
#include "template.h"
#include "text.h"
#include "transcript.h"
#include "vars.h"
#include "vet.h"

/* While it is read. */
struct vetting {
	struct transcript *t;
	const struct vars *set;
	struct vars learned; /* names that an S$ or <set> sets on the way */
	struct vetted *v;
	struct paper paper;
	struct item item;
	uint64_t announced, given; /* of the literal */
	unsigned long literal;     /* ... announced by this line; 0: none */
	bool begun;
	struct fail *f;
};

static int
wrong(const struct vetting *g, unsigned long line, const char *why)
{
	struct buf name = { 0 };

	text_quote(&name, g->t->name, strlen(g->t->name), 100);
	fail_set(g->f, STATUS_USAGE, "%.*s:%lu: %s", (int)name.len,
	    buf_bytes(&name), line, why);
	buf_free(&name);
	return -1;
}

void
vet_path(struct buf *to, const char *transcript, const char *name, size_t len)
{
	const char *slash = strrchr(transcript, '/');

	if (name[0] != '/' && slash != NULL)
		buf_add(to, transcript, (size_t)(slash + 1 - transcript));
	buf_add(to, name, len);
	buf_add(to, "", 1);
}

/* A variable of a line of ours: is it set by now? */
static void
want_name(void *arg, const char *name, size_t len)
{
	struct vetting *g = arg;
	struct vetted *v = g->v;
	size_t i;

	if (vars_get(g->set, name, len) != NULL ||
	    vars_get(&g->learned, name, len) != NULL)
		return;
	for (i = 0; i < v->nmissing; i++)
		if (strlen(v->missing[i].name) == len &&
		    memcmp(v->missing[i].name, name, len) == 0)
			return;
	v->missing =
	    xrealloc(v->missing, (v->nmissing + 1) * sizeof *v->missing);
	v->missing[v->nmissing++] =
	    (struct vet_name){ xstrndup(name, len), g->item.line };
}

static void
learn_name(void *arg, const char *name, size_t len)
{
	struct vetting *g = arg;

	if (len > 0)
		vars_set(&g->learned, name, len, "", 0);
}

/* A literal has to be as long as it was announced. */
static int
literal_is_whole(struct vetting *g)
{
	char why[128];

	if (g->paper.dialog.state != TURN_LITERAL)
		g->literal = 0;
	if (g->literal > 0 && g->given > 0) {
		snprintf(why, sizeof why,
		    "this announces %llu octets, the lines give %llu",
		    (unsigned long long)g->announced,
		    (unsigned long long)g->given);
		return wrong(g, g->literal, why);
	}
	return 0;
}

/* What a line says when nothing is known of its variables. */
static bool
text_of(const struct vetting *g, struct buf *to)
{
	static const struct vars none;

	return paper_text(&none, &g->item, to);
}

/* What the paper makes of a line of ours. */
static void
say(struct vetting *g)
{
	const struct item *item = &g->item;
	struct dialog *d = &g->paper.dialog;
	bool was_literal = d->state == TURN_LITERAL;
	struct buf text = { 0 };
	bool ended = text_of(g, &text);

	paper_said_all(&g->paper, text.len == 0 ? "" : buf_bytes(&text),
	    text.len, !ended);
	if (was_literal)
		g->given += text.len + 2;
	/* How long a variable will be is not known. */
	if (was_literal && item->how == TEXT_TEMPLATE)
		g->literal = 0;
	if (!was_literal && d->state == TURN_LITERAL) {
		g->literal = item->line;
		g->announced = d->octets;
		g->given = 0;
	}
	buf_free(&text);
}

static int
vet_say(struct vetting *g)
{
	const struct item *item = &g->item;

	g->begun = true;
	g->v->lines++;
	if (item->how == TEXT_TEMPLATE)
		template_names(item->text, item->len, want_name, g);
	paper_settle(&g->paper);
	say(g);
	return 0;
}

static int
vet_file(struct vetting *g)
{
	struct buf path = { 0 };
	int rc = 0;

	vet_path(&path, g->t->name, g->item.text, g->item.len);
	if (access(buf_bytes(&path), R_OK) != 0)
		rc = wrong(g, g->item.line, "this file cannot be read");
	buf_free(&path);
	g->v->lines++;
	g->begun = true;
	/* Nor how long the file is. */
	g->literal = 0;
	return rc;
}

static int
vet_heard(struct vetting *g)
{
	const struct item *item = &g->item;
	struct buf bytes = { 0 };
	struct heard h;
	bool ended = text_of(g, &bytes);

	g->begun = true;
	if (item->how == TEXT_TEMPLATE)
		template_names(item->text, item->len, learn_name, g);
	paper_heard(&g->paper, bytes.len == 0 ? "" : buf_bytes(&bytes),
	    bytes.len, !ended, &h);
	buf_free(&bytes);
	return literal_is_whole(g);
}

static int
vet_protocol(struct vetting *g)
{
	char *name = xstrndup(g->item.text, g->item.len);
	const struct proto *proto = protos_find(name);

	free(name);
	if (proto == NULL)
		return wrong(g, g->item.line,
		    "no protocol has this name (telex --help=protocols)");
	if (g->v->proto == NULL && !g->begun)
		g->v->proto = proto;
	paper_proto(&g->paper, proto);
	return 0;
}

/*
 * The variable that is a user's password, "secret:" and the user: a name like
 * alice@example.org with "_" for each byte that no name may have, and cut.
 * With nothing behind it the name would be none of a secret.
 */
static void
name_password(struct buf *to, const char *user)
{
	buf_adds(to, user[0] == '\0' ? VET_PASSWORD : "secret:");
	for (; *user != '\0' && to->len < VARS_NAME_MOST; user++)
		buf_add(to, vars_name(user, 1) ? user : "_", 1);
}

/* <auth MECH USER>: does it take a password that nothing gives? */
static void
want_password(struct vetting *g)
{
	const struct item *item = &g->item;
	char *mechanism =
	    xstrndup(item->text, text_word(item->text, item->len));
	struct buf user = { 0 }, name = { 0 };

	g->begun = true;
	vet_user(g->set, item->text, item->len, &user);
	name_password(&name, buf_bytes(&user));
	if (saslway_needs_secret(mechanism) &&
	    vars_get(g->set, VET_PASSWORD, strlen(VET_PASSWORD)) == NULL)
		want_name(g, buf_bytes(&name), name.len);
	buf_free(&user);
	buf_free(&name);
	free(mechanism);
}

/* The first names the server of the file, each later one begins again. */
static int
vet_connect(struct vetting *g)
{
	if (!g->begun && g->v->url != NULL)
		return wrong(g, g->item.line,
		    "nothing is said on the connection before this one");
	if (g->v->url == NULL && !g->begun)
		g->v->url = xstrndup(g->item.text, g->item.len);
	if (literal_is_whole(g) < 0)
		return -1;
	if (g->begun) {
		paper_end(&g->paper);
		paper_start(&g->paper, NULL);
	}
	return 0;
}

static int
vet_event(struct vetting *g)
{
	const struct item *item = &g->item;
	const char *eq;

	switch (item->event) {
	case EVENT_CONNECT:
		return vet_connect(g);
	case EVENT_PROTOCOL:
		return vet_protocol(g);
	case EVENT_UPGRADE:
		if (!g->begun && item->accepts != ACCEPT_CLOSED)
			g->v->tls = true;
		paper_settle(&g->paper);
		g->begun = true;
		break;
	case EVENT_AUTH:
		want_password(g);
		break;
	case EVENT_SET:
		eq = memchr(item->text, '=', item->len);
		if (eq != NULL)
			learn_name(g, item->text, (size_t)(eq - item->text));
		break;
	default:
		break;
	}
	return 0;
}

static int
vet_item(struct vetting *g)
{
	switch (g->item.kind) {
	case ITEM_SAY:
		return vet_say(g);
	case ITEM_FILE:
		return vet_file(g);
	case ITEM_HEAR:
		return vet_heard(g);
	case ITEM_EVENT:
		return vet_event(g);
	default:
		return 0;
	}
}

int
vet_transcript(struct transcript *t, const struct vars *set,
    const struct proto *proto, struct vetted *v, struct fail *f)
{
	struct vetting g = { .t = t, .set = set, .v = v, .f = f };
	int rc;

	memset(v, 0, sizeof *v);
	paper_start(&g.paper, proto);
	transcript_rewind(t);
	while ((rc = transcript_next(t, &g.item, f)) > 0)
		if ((rc = vet_item(&g)) < 0)
			break;
	if (rc == 0)
		rc = literal_is_whole(&g);
	transcript_rewind(t);
	paper_end(&g.paper);
	vars_free(&g.learned);
	return rc;
}

void
vet_free(struct vetted *v)
{
	size_t i;

	for (i = 0; i < v->nmissing; i++)
		free(v->missing[i].name);
	free(v->missing);
	free(v->url);
	memset(v, 0, sizeof *v);
}

void
vet_user(const struct vars *v, const char *text, size_t len, struct buf *to)
{
	const struct var *var = vars_get(v, "USER", strlen("USER"));
	size_t at = text_nth(text, len, 1);

	if (at < len)
		buf_add(to, text + at, len - at);
	else if (var != NULL)
		buf_add(to, var->value, var->len);
	buf_add(to, "", 1);
}

void
vet_password(const struct vars *v, const char *user, struct buf *to)
{
	struct buf name = { 0 };
	const struct var *var;

	name_password(&name, user);
	var = vars_get(v, buf_bytes(&name), name.len);
	buf_free(&name);
	if (var == NULL)
		var = vars_get(v, VET_PASSWORD, strlen(VET_PASSWORD));
	if (var != NULL)
		buf_add(to, var->value, var->len);
	if (to->len > 0)
		buf_add(to, "", 1);
}
