/* SPDX-License-Identifier: ISC */
/* wrong.c - the commonest mistakes, and what they look like. */
#include <stdbool.h>

#include "practice/answer.h"
#include "practice/peer.h"
#include "practice/wrong.h"
#include "text.h"

/* "Subject: ..." where a command should be. */
static bool
looks_like_header(const char *line, size_t n)
{
	size_t name = 0;

	while (name < n && line[name] > ' ' && line[name] != ':')
		name++;
	return name > 0 && name + 1 < n && line[name] == ':';
}

/* Copied from a transcript with what says who speaks. */
static bool
looks_labelled(const char *line, size_t n)
{
	return n > 1 && (line[0] == 'C' || line[0] == 'S') && line[1] == ':';
}

/* The key as it is written, or a word that telex alone knows. */
static bool
looks_local(const char *line, size_t n)
{
	static const char *const words[] = { "attach", "base64", "boundary",
		"cert", "close", "date", "edit", "explain", "file", "history",
		"log", "msgid", "open", "replay", "status", "unbase64" };
	size_t word = text_word(line, n);
	size_t i;

	if (n > 1 && line[0] == '^' && line[1] == ']')
		return true;
	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (text_is(line, word, words[i]))
			return true;
	}
	return false;
}

void
wrong_verb(struct peer *p, const char *line, size_t n)
{
	if (n == 0)
		answer(p,
		    "500 5.5.2 That line is empty; HELP lists the "
		    "commands");
	else if (line[0] == ' ' || line[0] == '\t')
		answer(p, "500 5.5.2 No blank stands before a command");
	else if (looks_labelled(line, n))
		answer(p,
		    "500 5.5.2 C: and S: tell who speaks; nobody says them");
	else if (looks_local(line, n))
		answer(p,
		    "500 5.5.1 That is a word to telex: hold Control, press "
		    "], then say it");
	else if (looks_like_header(line, n))
		answer(p,
		    "500 5.5.2 That looks like a line of a message: "
		    "DATA comes before those");
	else
		answer_word(p, "500 5.5.1 There is no command ", line,
		    text_word(line, n), "; HELP lists them");
}

const char *
wrong_line(const struct peer *p, const char *line, size_t n)
{
	size_t i;

	if (p->bare && p->manners->strict)
		return "500 5.5.2 That line ended in LF; lines end in CR LF";
	for (i = 0; i < n; i++) {
		if ((unsigned char)line[i] < ' ' && line[i] != '\t')
			return "500 5.5.2 There is a control character in "
			       "that line";
	}
	return NULL;
}
