/* SPDX-License-Identifier: ISC */
/* paper.c - the dialogue of a transcript, without a connection. */
#include <string.h>

#include "begun.h"
#include "buf.h"
#include "paper.h"
#include "proto.h"
#include "protos.h"
#include "template.h"
#include "transcript.h"
#include "vars.h"

void
paper_start(struct paper *p, const struct proto *proto)
{
	memset(p, 0, sizeof *p);
	p->undecided = proto == NULL;
	if (proto == NULL)
		proto = protos_raw();
	dialog_start(&p->dialog, proto, proto->judge != NULL && !proto->mute);
}

void
paper_end(struct paper *p)
{
	dialog_end(&p->dialog);
	line_free(&p->line);
}

void
paper_proto(struct paper *p, const struct proto *proto)
{
	bool begun = p->spoken || p->greeted;

	p->undecided = false;
	if (proto != p->dialog.proto)
		dialog_again(&p->dialog, proto,
		    !begun && proto->judge != NULL && !proto->mute);
}

struct said
paper_said(struct paper *p, const char *text, size_t len, bool bare)
{
	const struct proto *told =
	    p->undecided ? protos_hello(text, len) : NULL;

	/* A transcript may leave the greeting out. */
	if (told != NULL)
		dialog_again(&p->dialog, told, !told->mute && !p->greeted);
	p->undecided = false;
	p->spoken = true;
	return begun_said(&p->dialog, text, len, bare);
}

struct said
paper_said_all(struct paper *p, const char *text, size_t len, bool bare)
{
	const char *end = memmem(text, len, "\r\n", 2);
	size_t n = end == NULL ? len : (size_t)(end - text);
	struct said first = paper_said(p, text, n, bare && end == NULL);

	while (end != NULL && (n + 2 < len || !bare)) {
		text += n + 2;
		len -= n + 2;
		end = memmem(text, len, "\r\n", 2);
		n = end == NULL ? len : (size_t)(end - text);
		paper_said(p, text, n, bare && end == NULL);
	}
	return first;
}

/* The last piece of a line, for the protocol's rules.  One that tells no
 * protocol leaves it to others. */
static struct heard
paper_line(struct paper *p, const struct line_piece *piece)
{
	const char *text = piece->first ? piece->text : p->ends.text;
	size_t len = piece->first ? piece->len : p->ends.len;
	const struct proto *told;

	if (p->undecided && !p->greeted) {
		told = protos_greeting(p->dialog.proto, text, len);
		if (told != NULL)
			dialog_again(&p->dialog, told, true);
		p->undecided = told == NULL;
	}
	p->greeted = true;
	return verdict_line(&p->dialog, text, len);
}

/* Bytes of the server; the replies that they complete. */
static unsigned
paper_bytes(struct paper *p, const char *text, size_t n, struct heard *h)
{
	struct line_piece piece;
	unsigned replies = 0;

	while (n > 0) {
		uint64_t due = verdict_octets(&p->dialog);
		size_t used = due < n ? (size_t)due : n;
		struct heard now = { .last = false };

		p->line.end = p->dialog.proto->cut;
		if (due > 0) {
			now = verdict_took(&p->dialog, used);
			text += used;
			n -= used;
			if (used == due)
				line_reset(&p->line);
		} else if (!line_next(&p->line, &text, &n, &piece)) {
			break;
		} else {
			if (!piece.first || !piece.last)
				line_keep_ends(&p->ends, &piece);
			if (piece.last)
				now = *h = paper_line(p, &piece);
		}
		if (now.last)
			*h = now;
		if (now.last && !now.aside && !now.junk)
			replies++;
	}
	return replies;
}

unsigned
paper_heard(struct paper *p, const char *text, size_t len, bool bare,
    struct heard *h)
{
	unsigned replies;

	memset(h, 0, sizeof *h);
	replies = paper_bytes(p, text, len, h);
	return bare ? replies : replies + paper_bytes(p, "\r\n", 2, h);
}

/* A template in which variables that are not set are plain text. */
struct known {
	const struct vars *vars;
	struct buf text;
	const char *at; /* copied up to here */
};

static void
keep_name(void *arg, const char *name, size_t len)
{
	struct known *k = arg;
	const char *from = name - strlen("${");

	if (vars_get(k->vars, name, len) != NULL)
		return;
	buf_add(&k->text, k->at, (size_t)(from - k->at));
	buf_adds(&k->text, "\\");
	k->at = from;
}

bool
paper_text(const struct vars *v, const struct item *item, struct buf *to)
{
	struct known k = { .vars = v, .at = item->text };
	struct expanded x = { .bare = false };

	if (item->how == TEXT_ESCAPED)
		return template_unescape(item->text, item->len, to);
	if (item->how == TEXT_VERBATIM) {
		buf_add(to, item->text, item->len);
		return true;
	}
	template_names(item->text, item->len, keep_name, &k);
	buf_add(&k.text, k.at, (size_t)(item->text + item->len - k.at));
	template_expand(v, k.text.len == 0 ? "" : buf_bytes(&k.text),
	    k.text.len, to, &x);
	buf_free(&k.text);
	return !x.bare;
}

/* How many bytes of a template come before the first escape, or before that
 * of a line's end. */
static size_t
up_to(const struct item *item, const char *escape)
{
	const char *at = memmem(item->text, item->len, escape, strlen(escape));

	return at == NULL ? item->len : (size_t)(at - item->text);
}

void
paper_title(const struct paper *p, const struct item *item, struct buf *to)
{
	static const struct vars none;
	bool template = item->how == TEXT_TEMPLATE;
	size_t shown = template ? up_to(item, "\\r\\n") : item->len;
	struct item first = *item;
	struct buf text = { 0 };
	size_t secret;

	first.len = shown;
	paper_text(&none, &first, &text);
	secret = begun_would(&p->dialog, text.len == 0 ? "" : buf_bytes(&text),
	    text.len)
		     .secret;
	if (secret < text.len) {
		/* Escapes are longer than what they stand for. */
		if (template && up_to(&first, "\\") < secret)
			secret = up_to(&first, "\\");
		/* The name of a variable is no secret. */
		if (!template || memcmp(first.text + secret, "${", 2) != 0)
			shown = secret;
	}
	buf_add(to, item->text, shown);
	if (shown < first.len)
		buf_adds(to, "********");
	buf_free(&text);
}

void
paper_settle(struct paper *p)
{
	enum turn turn = dialog_turn(&p->dialog);

	if (turn == TURN_UPGRADE)
		dialog_upgraded(&p->dialog);
	else if (turn == TURN_PLAIN)
		dialog_plain(&p->dialog);
}
