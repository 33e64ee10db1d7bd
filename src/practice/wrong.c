/* SPDX-License-Identifier: ISC */
/* wrong.c - the commonest mistakes, and what they look like. */
#include <string.h>

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

/* --- commands of another protocol --- */

static const struct {
	const char *word, *of;
} strange[] = {
	{ "EHLO", "SMTP" },
	{ "HELO", "SMTP" },
	{ "MAIL", "SMTP" },
	{ "RCPT", "SMTP" },
	{ "DATA", "SMTP" },
	{ "BDAT", "SMTP" },
	{ "VRFY", "SMTP" },
	{ "EXPN", "SMTP" },
	{ "RSET", "SMTP and POP3" },
	{ "QUIT", "SMTP and POP3" },
	{ "AUTH", "SMTP and POP3" },
	{ "STARTTLS", "SMTP and IMAP" },
	{ "USER", "POP3" },
	{ "PASS", "POP3" },
	{ "APOP", "POP3" },
	{ "CAPA", "POP3" },
	{ "STLS", "POP3" },
	{ "STAT", "POP3" },
	{ "UIDL", "POP3" },
	{ "RETR", "POP3" },
	{ "DELE", "POP3" },
	{ "TOP", "POP3" },
	{ "LIST", "POP3 and IMAP" },
	{ "CAPABILITY", "IMAP" },
	{ "LOGIN", "IMAP" },
	{ "AUTHENTICATE", "IMAP" },
	{ "SELECT", "IMAP" },
	{ "EXAMINE", "IMAP" },
	{ "FETCH", "IMAP" },
	{ "STORE", "IMAP" },
	{ "SEARCH", "IMAP" },
	{ "APPEND", "IMAP" },
	{ "EXPUNGE", "IMAP" },
	{ "UID", "IMAP" },
	{ "LOGOUT", "IMAP" },
	{ "GET", "HTTP" },
	{ "HEAD", "HTTP" },
	{ "POST", "HTTP" },
	{ "PUT", "HTTP" },
	{ "OPTIONS", "HTTP" },
	{ "CONNECT", "HTTP" },
};

enum { STRANGE = sizeof strange / sizeof strange[0] };

/* The place of a word in the table; STRANGE: it is not there. */
static size_t
find_strange(const char *word, size_t n)
{
	size_t i = 0;

	while (i < STRANGE && !text_is(word, n, strange[i].word))
		i++;
	return i;
}

bool
wrong_port(const char *own, const char *line, size_t n, struct wrong *w)
{
	size_t next = text_nth(line, n, 1);
	size_t i = find_strange(line, text_word(line, n));

	if (i == STRANGE) {
		i = find_strange(line + next, text_word(line + next, n - next));
		/* Only IMAP has something before its commands: a tag. */
		if (i == STRANGE ||
		    (strcmp(own, "IMAP") != 0 &&
			strstr(strange[i].of, "IMAP") == NULL))
			return false;
	}
	if (strstr(strange[i].of, own) != NULL)
		return false;
	w->word = strange[i].word;
	w->of = strange[i].of;
	return true;
}

/* --- what is no command of SMTP --- */

void
wrong_verb(struct peer *p, const char *line, size_t n)
{
	struct wrong w;

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
	else if (wrong_port("SMTP", line, n, &w))
		answer(p, "500 5.5.1 This is SMTP, and %s is of %s", w.word,
		    w.of);
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
