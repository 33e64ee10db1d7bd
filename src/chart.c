/* SPDX-License-Identifier: ISC */
/* chart.c - a sequence diagram that can be pasted into a mail. */
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "picture.h"

/*
 * A line is: nine columns of time, a blank, a lifeline (two columns), INNER
 * columns, the other lifeline, a sign.
 */
enum { TIME = 9, INNER = 64, INDENT = 4, GAPS_MOST = 3 };

/* How a reply of each class looks: the arrow, and a sign behind it. */
static const struct {
	char line, sign;
	const char *means; /* the sign */
} looks[] = {
	[CLASS_NONE] = { '-', ' ', NULL },
	[CLASS_PRELIMINARY] = { '.', ' ', NULL },
	[CLASS_OK] = { '-', ' ', NULL },
	[CLASS_MORE] = { '.', ' ', NULL },
	[CLASS_TRANSIENT] = { '~', '!', "refused for now" },
	[CLASS_PERMANENT] = { '=', 'X', "refused" },
};

struct chart {
	const struct picture *p;
	FILE *out;
	bool tls;            /* lifelines are double now */
	char time[TIME + 1]; /* for the next line */
};

static void
repeat(FILE *out, char c, size_t n)
{
	while (n-- > 0)
		putc(c, out);
}

/* What stands left of the text; its time is told once. */
static void
begin_line(struct chart *c)
{
	fprintf(c->out, "%*s %s", TIME, c->time, c->tls ? "||" : " |");
	c->time[0] = '\0';
}

/* ... and right of it, with `used` columns written between. */
static void
end_line(struct chart *c, size_t used, char fill, char sign)
{
	repeat(c->out, fill, used < INNER ? INNER - used : 0);
	fputs(c->tls ? "||" : "|", c->out);
	if (sign != ' ')
		fprintf(c->out, "%s%c", c->tls ? "" : " ", sign);
	putc('\n', c->out);
}

/* Lines with nothing but the lifelines. */
static void
put_blank(struct chart *c, unsigned n)
{
	while (n-- > 0) {
		begin_line(c);
		end_line(c, 0, ' ', ' ');
	}
}

/* A line of text in the middle of others. */
static void
put_middle(struct chart *c, const char *text, char fill)
{
	size_t n = picture_columns(text) + 2;
	size_t left = n < INNER ? (INNER - n) / 2 : 0;

	begin_line(c);
	repeat(c->out, fill, left);
	fprintf(c->out, " %s ", text);
	end_line(c, left + n, fill, ' ');
}

static void
put_note(struct chart *c, const struct row *row)
{
	size_t i;

	for (i = 0; i < row->count; i++)
		put_middle(c, row->lines[i].text, ' ');
}

static void
put_band(struct chart *c, const struct row *row)
{
	c->tls = row->kind == ROW_TLS;
	put_middle(c, row->count > 0 ? row->lines[0].text : "", '=');
}

/* The line with the arrow; others of the same row stand below. */
static void
put_arrow(struct chart *c, const struct row *row, const struct row_line *line)
{
	bool said = row->kind == ROW_SAID;
	char stroke = said ? '-' : looks[row->class].line;
	char sign = said ? ' ' : looks[row->class].sign;
	size_t used = INDENT + line->columns + 1;

	putc(said ? stroke : '<', c->out);
	repeat(c->out, stroke, 2);
	fprintf(c->out, " %s ", line->text);
	if (said) {
		repeat(c->out, stroke, used + 1 < INNER ? INNER - 1 - used : 0);
		putc('>', c->out);
		used = INNER;
	}
	end_line(c, used, stroke, sign);
}

static void
put_exchange(struct chart *c, const struct row *row)
{
	size_t at = 0, i;

	/* What is expected is not said: the arrow bears what is. */
	while (at + 1 < row->count && row->lines[at].style == LINE_FAINT)
		at++;
	for (i = 0; i < row->count; i++) {
		const struct row_line *line = &row->lines[i];

		begin_line(c);
		if (i == at) {
			put_arrow(c, row, line);
		} else {
			fprintf(c->out, "%*s%s", INDENT, "", line->text);
			end_line(c, INDENT + line->columns, ' ', ' ');
		}
	}
}

static void (*const kinds[])(struct chart *c, const struct row *row) = {
	[ROW_SAID] = put_exchange,
	[ROW_HEARD] = put_exchange,
	[ROW_NOTE] = put_note,
	[ROW_END] = put_note,
	[ROW_TLS] = put_band,
	[ROW_PLAIN] = put_band,
};

/* The names above the lifelines, and what there is to say between them. */
static void
put_head(const struct chart *c)
{
	const struct picture *p = c->p;
	size_t client = picture_columns(p->client);
	size_t server = picture_columns(p->server);
	size_t about = p->about == NULL ? 0 : picture_columns(p->about);
	size_t room =
	    INNER + 4 > client + server ? INNER + 4 - client - server : 1;

	fprintf(c->out, "%*s %s", TIME, "", p->client);
	if (about > 0 && about + 2 <= room) {
		repeat(c->out, ' ', (room - about) / 2);
		fputs(p->about, c->out);
		room -= about + (room - about) / 2;
	}
	repeat(c->out, ' ', room);
	fprintf(c->out, "%s\n", p->server);
}

/* The time of row i, and an empty line or more where much of it passed. */
static void
put_time(struct chart *c, size_t i)
{
	double at = c->p->rows[i].at,
	       before = i > 0 ? c->p->rows[i - 1].at : -1;
	double gap = before < 0 ? 0 : at - before;

	if (at < 0 || at == before)
		return;
	if (gap >= 0.5)
		put_blank(c,
		    gap < GAPS_MOST ? (unsigned)(gap + 0.5) : GAPS_MOST);
	picture_time(c->time, sizeof c->time, at);
}

/* The signs that occur, explained. */
static void
put_legend(const struct chart *c)
{
	enum reply_class class = CLASS_TRANSIENT;
	size_t i;

	for (; class <= CLASS_PERMANENT; class ++) {
		for (i = 0; i < c->p->count; i++) {
			if (c->p->rows[i].class == class)
				break;
		}
		if (i < c->p->count)
			fprintf(c->out, "%*s %c  %s\n", TIME + 2, "",
			    looks[class].sign, looks[class].means);
	}
}

void
chart_write(const struct picture *p, FILE *out)
{
	struct chart c = { .p = p, .out = out };
	char *missing = picture_missing(p);
	size_t i;

	put_head(&c);
	put_blank(&c, 1);
	for (i = 0; i < p->count; i++) {
		put_time(&c, i);
		kinds[p->rows[i].kind](&c, &p->rows[i]);
	}
	if (missing != NULL)
		put_middle(&c, missing, ' ');
	put_blank(&c, 1);
	put_legend(&c);
	free(missing);
}
