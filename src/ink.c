/* SPDX-License-Identifier: ISC */
/* ink.c - the style of an SVG picture, and its text. */
#include "ink.h"

/*
 * Colours by class, for light and dark screens and for paper.  Rules of their
 * own for each, without variables, which not every program that shows SVG
 * knows; such a program takes those for light screens.
 */
static const struct {
	const char *name;
	const char *values[3];
} colors[] = {
	{ "", { "#1c2127", "#e3e8ee", "#000000" } },
	{ " .paper", { "#ffffff", "#11151a", "#ffffff" } },
	{ " .faint", { "#57606b", "#9aa5b1", "#444444" } },
	{ " .life", { "#7f8a96", "#6c7784", "#666666" } },
	{ " .ok", { "#14703a", "#4cc277", "#0b5228" } },
	{ " .more", { "#0b6a8f", "#54b9e0", "#074f6c" } },
	{ " .temp", { "#8a5800", "#e0a63a", "#6b4400" } },
	{ " .perm", { "#b81f2d", "#ff8079", "#951420" } },
	{ " .safe", { "#edf6f0", "#15231b", "#f6f6f6" } },
	{ " .safe-edge", { "#4b8a64", "#4f8f69", "#777777" } },
	{ " .unsafe", { "#fbf4e4", "#272013", "#ffffff" } },
	{ " .unsafe-edge", { "#9c7426", "#a88140", "#777777" } },
};

#define FONTS \
	"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono'," \
	"'Liberation Mono',monospace"

#define CIRCLE "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z"
#define CHEVRON "M-1.8-3.8l3.6 3.8-3.6 3.8"

static const struct look looks[] = {
	[CLASS_NONE] = { "faint", NULL, "stroke-width=\"1.5\"", NULL, NULL,
	    false },
	[CLASS_PRELIMINARY] = { "more", "go on",
	    "stroke-width=\"1.5\" stroke-dasharray=\"7 4\"", CIRCLE, CHEVRON,
	    false },
	[CLASS_OK] = { "ok", "accepted", "stroke-width=\"1.5\"", CIRCLE,
	    "M-3.8.4l2.6 2.8 5-5.8", false },
	[CLASS_MORE] = { "more", "go on",
	    "stroke-width=\"1.5\" stroke-dasharray=\"7 4\"", CIRCLE, CHEVRON,
	    false },
	[CLASS_TRANSIENT] = { "temp", "refused for now",
	    "stroke-width=\"2.5\" stroke-dasharray=\"12 4 2.5 4\"",
	    "M0-9L9.5 7.5H-9.5z", "M0-3.5v5M0 4.4v.2", true },
	[CLASS_PERMANENT] = { "perm", "refused", "stroke-width=\"3\"",
	    "M-3.5-8.5h7l5 5v7l-5 5h-7l-5-5v-7z", "M-3-3l6 6M3-3l-6 6", true },
};

const struct look *
ink_look(enum reply_class of)
{
	return &looks[of];
}

void
ink_put(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else
			putc(*text, out);
	}
}

void
ink_text(FILE *out, int x, int y, const char *attributes, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\"%s>", x, y, attributes);
	ink_put(out, text);
	fputs("</text>\n", out);
}

void
ink_style(FILE *out)
{
	static const char *const media[] = { "",
		"@media screen and (prefers-color-scheme:dark){\n",
		"@media print{\n" };
	size_t i, k;

	fputs("<style>\n", out);
	for (k = 0; k < sizeof media / sizeof media[0]; k++) {
		fputs(media[k], out);
		for (i = 0; i < sizeof colors / sizeof colors[0]; i++)
			fprintf(out, ".telex%s{color:%s}\n", colors[i].name,
			    colors[i].values[k]);
		fputs(k == 0 ? "" : "}\n", out);
	}
	fputs(".telex text{font-family:" FONTS
	      ";font-size:13px;fill:currentColor;"
	      "white-space:pre}\n"
	      ".telex .bold{font-weight:bold}\n"
	      ".telex text.faint{font-style:italic}\n"
	      ".telex text.time{font-size:11px;font-style:normal}\n"
	      "</style>\n",
	    out);
}
