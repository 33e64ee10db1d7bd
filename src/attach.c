/* SPDX-License-Identifier: ISC */
/* attach.c - local commands about the parts of a message. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "buf.h"
#include "compose.h"
#include "craft.h"
#include "draft.h"
#include "fail.h"
#include "mimepart.h"
#include "mimetype.h"
#include "pour.h"
#include "say.h"
#include "term/term.h"
#include "text.h"

/* Of a file, this much is looked at. */
enum { LOOKED_AT = 65536 };

/* What `attach` was given, and what it makes of it. */
struct attachment {
	struct buf name; /* of the file, as it was typed; ends in NUL */
	struct buf type; /* ends in NUL */
	const char *told;
	struct mimepart part;
	struct compose_file file;
};

/* --- the line that is being typed --- */

static void
replace_half(struct command *c, const struct buf *text)
{
	/* What a transcript offered there is so no more. */
	term_offer(c->term, "", 0);
	term_insert(c->term, buf_bytes(text), text->len);
}

/* Is nothing typed but a boundary of this message, or nothing at all? */
static bool
may_replace(struct command *c)
{
	struct buf half = { 0 };
	bool may;

	term_half(c->term, &half);
	may = half.len == 0 ||
	    posting_divides(&c->draft->posting, buf_bytes(&half), half.len);
	buf_free(&half);
	return may;
}

static void
add_line(struct buf *to, const struct posting *p, const char *behind)
{
	buf_addf(to, "--%s%s", p->boundary, behind);
}

/* --- boundary --- */

/* "boundary=..." goes on as it was begun. */
static void
put_parameter(struct command *c, const char *fresh)
{
	struct buf half = { 0 }, text = { 0 };
	char last;

	term_half(c->term, &half);
	last = half.len == 0 ? '=' : buf_bytes(&half)[half.len - 1];
	if (last == '"')
		buf_addf(&text, "%s\"", fresh);
	else
		buf_addf(&text, "%s\"%s\"",
		    last == '=' ? "" : "boundary=", fresh);
	term_insert(c->term, buf_bytes(&text), text.len);
	buf_free(&half);
	buf_free(&text);
}

/* The whole field, in an empty line of the header. */
static void
put_field(struct command *c, const char *fresh)
{
	struct outlet *o = &c->s->out;
	struct buf text = { 0 };

	buf_addf(&text, "Content-Type: multipart/mixed; boundary=\"%s\"",
	    fresh);
	replace_half(c, &text);
	buf_free(&text);
	if (!c->draft->posting.version)
		outlet_note(o, 0,
		    "a header with it also has the line \"MIME-Version: 1.0\"");
}

/* A line of the body, unless there is no place for one. */
static void
put_line(struct command *c, bool end)
{
	const struct posting *p = &c->draft->posting;
	const char *why = NULL;
	struct buf text = { 0 };

	if (!draft_is_open(c->draft))
		why = "no message is awaited (DATA or POST first)";
	else if (p->place == POSTING_HEADER && p->kind == POSTING_UNTOLD)
		why = "this message has no parts yet (boundary alone makes "
		      "the field that says so)";
	else if (p->boundary[0] == '\0')
		why = "the header of this message names no boundary: it "
		      "has no parts";
	else if (p->place == POSTING_HEADER)
		why = "the boundary is in the header already: an empty line "
		      "ends that, then come the parts";
	else if (p->place == POSTING_ENDED)
		why = "the last part of this message has ended";
	if (why != NULL) {
		outlet_error(&c->s->out, "boundary: %s", why);
		return;
	}
	add_line(&text, p, end ? "--" : "");
	replace_half(c, &text);
	buf_free(&text);
}

void
attach_boundary(struct command *c, const char *arg)
{
	const struct posting *p = &c->draft->posting;
	struct buf fresh = { 0 };

	if (arg[0] != '\0' && strcmp(arg, "end") != 0) {
		outlet_error(&c->s->out,
		    "boundary: say boundary, or boundary "
		    "end");
		return;
	}
	compose_boundary(&fresh);
	if (arg[0] != '\0')
		put_line(c, true);
	else if (!may_replace(c) || !draft_is_open(c->draft))
		put_parameter(c, buf_bytes(&fresh));
	else if (p->place == POSTING_HEADER && p->kind == POSTING_UNTOLD)
		put_field(c, buf_bytes(&fresh));
	else
		put_line(c, false);
	buf_free(&fresh);
}

/* --- attach --- */

/* May a part begin here?  Why not, or NULL. */
static const char *
why_not(struct command *c)
{
	const struct posting *p = &c->draft->posting;

	if (!draft_is_open(c->draft))
		return "no message is awaited (DATA or POST first)";
	if (!may_replace(c))
		return "a line is half typed (Enter sends it, ^U clears it)";
	if (p->kind == POSTING_OTHER)
		return "the header of this message says that it has one part: "
		       "its Content-Type is not multipart/mixed";
	if (p->kind == POSTING_UNTOLD && p->place != POSTING_HEADER)
		return "the header of this message has ended and named no "
		       "parts: attach first, or use boundary in the header";
	if (p->kind == POSTING_MULTIPART && p->boundary[0] == '\0')
		return "the header of this message names no boundary";
	if (p->place == POSTING_ENDED)
		return "the last part of this message has ended";
	if (p->place == POSTING_PART_HEADER)
		return "the header of another part has begun (an empty line "
		       "ends it)";
	return NULL;
}

/* Do these bytes begin with a type that there is? */
static bool
is_type(const char *word)
{
	static const char *const types[] = { "application/", "audio/",
		"example/", "font/", "haptics/", "image/", "message/", "model/",
		"multipart/", "text/", "video/", "x-" };
	size_t i, n = sizeof types / sizeof types[0];

	for (i = 0; i < n; i++) {
		if (text_begins(word, strlen(word), types[i]))
			return mimepart_is_type(word);
	}
	return false;
}

/* "NAME" or "NAME TYPE"; there may be blanks in a name. */
static void
read_words(struct attachment *a, const char *arg)
{
	const char *last = strrchr(arg, ' ');
	size_t n = strlen(arg);

	if (last != NULL && is_type(last + 1) && access(arg, F_OK) != 0) {
		buf_adds(&a->type, last + 1);
		n = (size_t)(last - arg);
		while (n > 0 && arg[n - 1] == ' ')
			n--;
	}
	buf_add(&a->name, arg, n);
	buf_add(&a->name, "", 1);
}

/* Find out what is not said; -1 and a sentence. */
static int
look_at(struct attachment *a, struct fail *f)
{
	const char *name = buf_bytes(&a->name), *slash = strrchr(name, '/');
	char *p = xmalloc(LOOKED_AT);
	ssize_t n = compose_peek(&a->file, p, LOOKED_AT, f);
	size_t len = n < 0 ? 0 : (size_t)n;

	a->part.name = slash == NULL ? name : slash + 1;
	a->told = "as you said";
	if (n >= 0 && a->type.len == 0)
		a->told = mimetype_guess(&a->type, a->part.name, p, len);
	buf_add(&a->type, "", 1);
	a->part.type = buf_bytes(&a->type);
	if (text_begins(a->part.type, a->type.len - 1, "text/") &&
	    strchr(a->part.type, ';') == NULL)
		a->part.charset = mimetype_charset(p, len, len < LOOKED_AT);
	text_wipe(p, len);
	free(p);
	return n < 0 ? -1 : 0;
}

static int
open_file(struct attachment *a, const char *arg, struct fail *f)
{
	read_words(a, arg);
	if (a->name.len == 1)
		return fail_set(f, STATUS_USAGE, "name a file: attach cat.jpg");
	if (a->type.len > 0) {
		buf_add(&a->type, "", 1);
		a->type.len--;
		if (mimepart_is_bare(buf_bytes(&a->type)))
			return fail_set(f, STATUS_USAGE,
			    "a part of that type cannot be base64 (RFC 2046, "
			    "5.2)");
	}
	if (compose_open(&a->file, buf_bytes(&a->name), COMPOSE_BASE64, f) < 0)
		return -1;
	if (look_at(a, f) == 0)
		return 0;
	compose_close(&a->file);
	return -1;
}

/* A line that is said for the user is shown as if it had been typed. */
static int
say_shown(struct session *s, const char *line, size_t n)
{
	struct buf text = { 0 };
	char prompt[64];

	session_prompt(s, prompt, sizeof prompt);
	buf_adds(&text, prompt);
	text_quote(&text, line, n, n);
	buf_adds(&text, "\n");
	outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
	return say_line(s, line, n);
}

/* All that stands before the base64, as lines. */
static void
add_header(struct buf *to, const struct posting *p, const struct mimepart *part)
{
	struct buf fresh = { 0 };

	if (p->place == POSTING_HEADER && !p->version)
		buf_adds(to, "MIME-Version: 1.0\r\n");
	if (p->boundary[0] == '\0') {
		compose_boundary(&fresh);
		buf_addf(to,
		    "Content-Type: multipart/mixed; boundary=\"%s\"\r\n"
		    "\r\n--%s\r\n",
		    buf_bytes(&fresh), buf_bytes(&fresh));
	} else if (p->place != POSTING_PART) {
		if (p->place == POSTING_HEADER)
			buf_adds(to, "\r\n");
		add_line(to, p, "\r\n");
	}
	mimepart_header(to, part);
	buf_adds(to, "\r\n");
	buf_free(&fresh);
}

static int
say_header(struct command *c, const struct mimepart *part)
{
	struct buf text = { 0 };
	const char *line, *end;
	int rc = 0;

	add_header(&text, &c->draft->posting, part);
	while (rc == 0 && text.len > 0) {
		line = buf_bytes(&text);
		end = memchr(line, '\r', text.len);
		rc = say_shown(c->s, line, (size_t)(end - line));
		buf_drop(&text, (size_t)(end - line) + 2);
	}
	buf_free(&text);
	return rc;
}

/* It has gone: say what it was, and put what may come next at the prompt. */
static void
attached(struct command *c, const struct attachment *a)
{
	struct draft *d = c->draft;
	struct buf name = { 0 }, line = { 0 };
	uint64_t lines = (a->file.sent + MIMEPART_LINE - 1) / MIMEPART_LINE;

	text_quote(&name, a->part.name, strlen(a->part.name), 60);
	outlet_note(&c->s->out, 0,
	    "%.*s, %s %s: %llu byte%s as %llu line%s of base64", (int)name.len,
	    buf_bytes(&name), a->part.type, a->told,
	    (unsigned long long)a->file.read, a->file.read == 1 ? "" : "s",
	    (unsigned long long)lines, lines == 1 ? "" : "s");
	if (!d->attached)
		outlet_note(&c->s->out, 0,
		    "Enter ends the last part; another attach or boundary "
		    "begins one more");
	d->attached = true;
	add_line(&line, &d->posting, "--");
	replace_half(c, &line);
	buf_free(&name);
	buf_free(&line);
}

/* Where no type was known by its look, words behind a name belong to it. */
static const char *
name_hint(const struct attachment *a)
{
	const char *name = buf_bytes(&a->name);

	if (a->type.len > 0 || strchr(name, ' ') == NULL ||
	    access(name, F_OK) == 0)
		return "";
	return " (all of the line is the name, but for a bare type at its "
	       "end: attach NAME text/plain)";
}

void
attach_file(struct command *c, const char *arg)
{
	struct attachment a = { .told = NULL };
	const char *why = why_not(c);
	struct fail f;

	if (why != NULL)
		fail_set(&f, STATUS_USAGE, "%s", why);
	if (why != NULL || open_file(&a, arg, &f) < 0) {
		outlet_error(&c->s->out, "attach: %s%s", f.text,
		    why == NULL ? name_hint(&a) : "");
	} else {
		if (say_header(c, &a.part) == 0 &&
		    pour(c->s, c->term, &a.file, "attach", true) == 0)
			attached(c, &a);
		compose_close(&a.file);
	}
	buf_free(&a.name);
	buf_free(&a.type);
}
