/* SPDX-License-Identifier: ISC */
/* svg.c - a sequence diagram in SVG 1.1 with a style of its own. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "ink.h"
#include "picture.h"
#include "svg.h"

/* The page, in pixels; the widest line of text fits between the lifelines. */
enum {
	WIDTH = 704,
	CLIENT = 104, /* the lifelines */
	SERVER = 640,
	SIGN = 670, /* the middle of a reply's sign */
	INDENT = 16,
	LETTER = 8, /* the widest that a letter of 13 pixels gets */
	LINE = 18,
	HEAD = 34, /* the boxes with the names */
	TOP = 12,
	GAP = 12,
	GAP_MOST = 72, /* between two rows, however long it took */
	PER_SECOND = 30
};

/* A picture, and where its rows stand. */
struct page {
	const struct picture *p;
	FILE *out;
	int *top; /* of each row */
	int *gap; /* above it, when it was cut short; else 0 */
	int end;  /* of the lifelines */
	int height;
	char *missing;
};

static unsigned
widest(const struct row *row)
{
	unsigned most = 0;
	size_t k;

	for (k = 0; k < row->count; k++) {
		if (row->lines[k].columns > most)
			most = row->lines[k].columns;
	}
	return most;
}

static bool
is_ascii(const struct row *row)
{
	size_t k;

	for (k = 0; k < row->count; k++) {
		if (row->lines[k].columns !=
		    (unsigned)strlen(row->lines[k].text))
			return false;
	}
	return true;
}

static void
put_start(const struct page *g)
{
	char *words = picture_words(g->p);

	fprintf(g->out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"telex\" "
	    "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-labelledby=\"telex-title telex-desc\" "
	    "xml:space=\"preserve\">\n<title id=\"telex-title\">",
	    WIDTH, g->height, WIDTH, g->height);
	ink_put(g->out, g->p->client);
	fputs(" and ", g->out);
	ink_put(g->out, g->p->server);
	fputs("</title>\n<desc id=\"telex-desc\">", g->out);
	ink_put(g->out, words);
	fputs("</desc>\n", g->out);
	free(words);
	ink_style(g->out);
	fprintf(g->out,
	    "<rect class=\"paper\" width=\"%d\" height=\"%d\" "
	    "fill=\"currentColor\"/>\n",
	    WIDTH, g->height);
}

/* A box with a name in it, around a lifeline; where it begins. */
static int
put_name(const struct page *g, int middle, const char *name)
{
	int width = (int)picture_columns(name) * LETTER + 2 * INDENT;
	int x = middle - width / 2;

	if (x + width > WIDTH - TOP)
		x = WIDTH - TOP - width;
	if (x < TOP)
		x = TOP;
	fprintf(g->out,
	    "<rect class=\"life\" x=\"%d\" y=\"%d\" width=\"%d\" "
	    "height=\"%d\" rx=\"6\" fill=\"none\" stroke=\"currentColor\" "
	    "stroke-width=\"1.5\"/>\n",
	    x, TOP, width, HEAD - 6);
	ink_text(g->out, x + width / 2, TOP + 19,
	    " class=\"bold\" text-anchor=\"middle\"", name);
	return x;
}

static void
put_head(const struct page *g)
{
	int left = CLIENT + 4 * INDENT;
	int right = put_name(g, SERVER, g->p->server);

	put_name(g, CLIENT, g->p->client);
	if (g->p->about != NULL)
		ink_text(g->out, (left + right) / 2, TOP + 18,
		    " class=\"faint time\" text-anchor=\"middle\"",
		    g->p->about);
}

static void
put_lifeline(const struct page *g, int x)
{
	size_t i;
	int from = TOP + HEAD - 6;

	fprintf(g->out,
	    "<path class=\"life\" d=\"M%d %dV%d\" "
	    "stroke=\"currentColor\" stroke-width=\"1.5\"/>\n",
	    x, from, g->end);
	/* Two strokes across it: here time was left out. */
	for (i = 0; i < g->p->count; i++) {
		int y = g->top[i] - g->gap[i] / 2;

		if (g->gap[i] > 0)
			fprintf(g->out,
			    "<path class=\"paper\" d=\"M%d %dv8\" "
			    "stroke=\"currentColor\" stroke-width=\"4\"/>"
			    "<path class=\"life\" "
			    "d=\"M%d %dl14-6m-14 14l14-6\" "
			    "stroke=\"currentColor\" stroke-width=\"1.5\"/>\n",
			    x, y - 4, x - 7, y - 1);
	}
}

/* The shade behind all that TLS protects, from row i on. */
static void
put_shade(const struct page *g, size_t i)
{
	const struct row *row = &g->p->rows[i];
	const char *name = row->verified ? "safe" : "unsafe";
	size_t k = i + 1;
	int from = g->top[i], to;

	while (k < g->p->count && g->p->rows[k].kind != ROW_PLAIN &&
	    g->p->rows[k].kind != ROW_TLS && g->p->rows[k].kind != ROW_END)
		k++;
	to = k < g->p->count ? g->top[k] - GAP : g->end;
	fprintf(g->out,
	    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
	    "rx=\"6\" fill=\"currentColor\"/>"
	    "<rect class=\"%s-edge\" x=\"%d\" y=\"%d\" width=\"%d\" "
	    "height=\"%d\" rx=\"6\" fill=\"none\" stroke=\"currentColor\"%s/>"
	    "\n",
	    name, CLIENT - 10, from, SERVER - CLIENT + 20, to - from, name,
	    CLIENT - 10, from, SERVER - CLIENT + 20, to - from,
	    row->verified ? "" : " stroke-dasharray=\"4 4\"");
}

/* A padlock, open or closed. */
static void
put_lock(const struct page *g, int x, int y, bool closed)
{
	fprintf(g->out,
	    "<g transform=\"translate(%d %d)\"><path d=\"%s\" fill=\"none\" "
	    "stroke=\"currentColor\" stroke-width=\"1.6\"/><rect x=\"-6\" "
	    "y=\"-1\" width=\"12\" height=\"8\" rx=\"1.5\" "
	    "fill=\"currentColor\"/></g>\n",
	    x, y,
	    closed ? "M-3.6 0v-3a3.6 3.6 0 0 1 7.2 0v3" :
		     "M-3.6 0v-4.5a3.6 3.6 0 0 1 7-1.2");
}

static void
put_band(const struct page *g, size_t i)
{
	const struct row *row = &g->p->rows[i];
	int x = CLIENT + INDENT, y = g->top[i] + LINE + 3;

	if (row->count == 0)
		return;
	fprintf(g->out, "<g class=\"%s\">\n", row->verified ? "ok" : "temp");
	put_lock(g, x + 6, y - 7, row->verified);
	ink_text(g->out, x + 20, y, " class=\"bold\"", row->lines[0].text);
	fputs("</g>\n", g->out);
}

/* A line from one lifeline to the other, and on it a card with the text. */
static void
put_note(const struct page *g, size_t i)
{
	const struct row *row = &g->p->rows[i];
	int middle = (CLIENT + SERVER) / 2, y = g->top[i];
	int width = (int)widest(row) * LETTER + 2 * INDENT;
	int height = (int)row->count * LINE + 6;
	size_t k;

	fprintf(g->out,
	    "<g class=\"life\"><path d=\"M%d %dH%d\" stroke=\"currentColor\" "
	    "stroke-width=\"1.5\"%s/><rect class=\"paper\" x=\"%d\" "
	    "y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" "
	    "fill=\"currentColor\"/><rect x=\"%d\" y=\"%d\" width=\"%d\" "
	    "height=\"%d\" rx=\"4\" fill=\"none\" "
	    "stroke=\"currentColor\" stroke-width=\"1.5\"/></g>\n",
	    CLIENT, y + height / 2, SERVER,
	    row->kind == ROW_END ? "" : " stroke-dasharray=\"2 4\"",
	    middle - width / 2, y, width, height, middle - width / 2, y, width,
	    height);
	for (k = 0; k < row->count; k++)
		ink_text(g->out, middle, y + 16 + (int)k * LINE,
		    " text-anchor=\"middle\"", row->lines[k].text);
}

/* Time in the margin, unless it is that of the row before. */
static void
put_time(const struct page *g, size_t i)
{
	double at = g->p->rows[i].at;
	char text[32];

	if (at < 0 || (i > 0 && g->p->rows[i - 1].at == at))
		return;
	picture_time(text, sizeof text, at);
	ink_text(g->out, CLIENT - INDENT, g->top[i] + 13,
	    " class=\"faint time\" text-anchor=\"end\"", text);
}

/* The line and its head, from one lifeline to the other. */
static void
put_arrow(const struct page *g, const struct row *row, int y)
{
	bool said = row->kind == ROW_SAID;
	const struct look *look = ink_look(row->class);

	fprintf(g->out,
	    "<path d=\"M%d %dH%d\" stroke=\"currentColor\" %s/>"
	    "<path d=\"M%d %dl%d-5v10z\" fill=\"currentColor\"/>\n",
	    said ? CLIENT + 1 : SERVER - 1, y, said ? SERVER - 9 : CLIENT + 9,
	    said ? "stroke-width=\"1.5\"" : look->arrow,
	    said ? SERVER - 1 : CLIENT + 1, y, said ? -10 : 10);
}

static void
put_sign(const struct page *g, const struct look *look, int x, int y)
{
	if (look->shape == NULL)
		return;
	fprintf(g->out,
	    "<g class=\"%s\" transform=\"translate(%d %d)\">"
	    "<title>%s</title><path d=\"%s\" fill=\"currentColor\"/>"
	    "<path class=\"paper\" d=\"%s\" fill=\"none\" "
	    "stroke=\"currentColor\" stroke-width=\"2\" "
	    "stroke-linecap=\"round\" stroke-linejoin=\"round\"/></g>\n",
	    look->color, x, y, look->means, look->shape, look->sign);
}

/*
 * What the client says stands on its side, what the server says on the other.
 * Letters are not as wide everywhere: with blanks up to the widest line, a
 * reply ends where it should and its lines begin in one column.  Of wide
 * letters nobody can tell how wide they are; at most twice as wide.
 */
static void
put_said(const struct page *g, const struct row *row, size_t k, int y)
{
	static const char *const styles[] = { [LINE_PLAIN] = "",
		[LINE_DATA] = "",
		[LINE_FAINT] = " class=\"faint\"",
		[LINE_FOLD] = " class=\"faint\"" };
	const struct row_line *line = &row->lines[k];
	bool heard = row->kind == ROW_HEARD, even = is_ascii(row);
	bool loud = heard && ink_look(row->class)->loud;
	unsigned most = widest(row);
	int x = heard ? SERVER - INDENT : CLIENT + INDENT;

	fprintf(g->out, "<text x=\"%d\" y=\"%d\"%s%s>",
	    heard && !even ? x - (int)most * LETTER : x, y,
	    heard && even ? " text-anchor=\"end\"" : "",
	    loud && line->style == LINE_PLAIN ? " class=\"bold\"" :
						styles[line->style]);
	ink_put(g->out, line->text);
	fprintf(g->out, "%*s</text>\n",
	    heard && even ? (int)(most - line->columns) : 0, "");
}

static void
put_exchange(const struct page *g, size_t i)
{
	const struct row *row = &g->p->rows[i];
	const struct look *look = ink_look(row->class);
	bool heard = row->kind == ROW_HEARD;
	int y = g->top[i] + (int)row->count * LINE + 2;
	size_t k;

	fprintf(g->out, "<g class=\"%s\">\n", heard ? look->color : "said");
	put_arrow(g, row, y);
	fputs("</g>\n", g->out);
	if (heard)
		put_sign(g, look, SIGN, y);
	fprintf(g->out, "<g class=\"%s\">\n",
	    heard && look->loud ? look->color : "said");
	for (k = 0; k < row->count; k++)
		put_said(g, row, k, g->top[i] + 13 + (int)k * LINE);
	fputs("</g>\n", g->out);
}

static const struct {
	void (*put)(const struct page *g, size_t i);
	int extra; /* height, beside that of the lines */
} kinds[] = {
	[ROW_SAID] = { put_exchange, 2 },
	[ROW_HEARD] = { put_exchange, 2 },
	[ROW_NOTE] = { put_note, 6 },
	[ROW_END] = { put_note, 6 },
	[ROW_TLS] = { put_band, 8 },
	[ROW_PLAIN] = { put_note, 6 },
};

/* The signs that occur, explained. */
static void
put_legend(const struct page *g)
{
	static const enum reply_class order[] = { CLASS_OK, CLASS_MORE,
		CLASS_TRANSIENT, CLASS_PERMANENT };
	int x = CLIENT, y = g->height - 22;
	size_t i, k;

	for (k = 0; k < sizeof order / sizeof order[0]; k++) {
		const struct look *look = ink_look(order[k]);

		for (i = 0; i < g->p->count; i++) {
			if (ink_look(g->p->rows[i].class) == look &&
			    g->p->rows[i].kind == ROW_HEARD)
				break;
		}
		if (i == g->p->count)
			continue;
		put_sign(g, look, x, y);
		ink_text(g->out, x + INDENT, y + 4, " class=\"faint time\"",
		    look->means);
		x += ((int)picture_columns(look->means) + 6) * 7;
	}
}

/* How far below the row before, by the time between them. */
static int
gap_above(const struct picture *p, size_t i, bool *cut)
{
	double seconds;

	*cut = false;
	/* The shade of TLS ends above these. */
	if (p->rows[i].kind == ROW_END || p->rows[i].kind == ROW_PLAIN)
		return 2 * GAP;
	if (i == 0 || p->rows[i].at < 0 || p->rows[i - 1].at < 0)
		return GAP;
	seconds = p->rows[i].at - p->rows[i - 1].at;
	if (!(seconds > 0))
		return GAP;
	*cut = seconds * PER_SECOND > GAP_MOST - GAP;
	return *cut ? GAP_MOST : GAP + (int)(seconds * PER_SECOND);
}

static void
lay_out(struct page *g)
{
	const struct picture *p = g->p;
	int y = TOP + HEAD;
	size_t i;

	g->top = xmalloc((p->count + 1) * sizeof *g->top);
	g->gap = xmalloc((p->count + 1) * sizeof *g->gap);
	for (i = 0; i < p->count; i++) {
		bool cut;
		int gap = gap_above(p, i, &cut);

		g->top[i] = y + gap;
		g->gap[i] = cut ? gap : 0;
		y += gap + (int)p->rows[i].count * LINE +
		    kinds[p->rows[i].kind].extra;
	}
	g->missing = picture_missing(p);
	g->end = y + GAP + (g->missing == NULL ? 0 : 2 * LINE);
	/* A closed connection has no time behind it. */
	if (g->missing == NULL && p->count > 0 &&
	    p->rows[p->count - 1].kind == ROW_END)
		g->end = g->top[p->count - 1] + LINE / 2 + 3;
	g->height = g->end + 3 * LINE + 6;
}

void
svg_write(const struct picture *p, FILE *out)
{
	struct page g = { .p = p, .out = out };
	size_t i;

	lay_out(&g);
	put_start(&g);
	for (i = 0; i < p->count; i++) {
		if (p->rows[i].kind == ROW_TLS)
			put_shade(&g, i);
	}
	put_lifeline(&g, CLIENT);
	put_lifeline(&g, SERVER);
	put_head(&g);
	for (i = 0; i < p->count; i++) {
		put_time(&g, i);
		kinds[p->rows[i].kind].put(&g, i);
	}
	if (g.missing != NULL)
		ink_text(out, (CLIENT + SERVER) / 2, g.end - LINE,
		    " class=\"faint\" text-anchor=\"middle\"", g.missing);
	put_legend(&g);
	fputs("</svg>\n", out);
	free(g.missing);
	free(g.top);
	free(g.gap);
}
