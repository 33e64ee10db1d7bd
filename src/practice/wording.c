/* SPDX-License-Identifier: ISC */
/* wording.c - codes, +OK and -ERR, OK and NO. */
#include <stddef.h>
#include <string.h>

#include "practice/wording.h"
#include "text.h"

static const char no_smtp[] = "that is no reply of SMTP, as 550 5.1.1 No or "
			      "250-one\\n250 two";
static const char no_pop3[] = "that is no reply of POP3, as -ERR no, +OK yes "
			      "or +OK two lines\\na\\n.";
static const char no_imap[] = "that is no reply of IMAP, as NO no, BAD what?, "
			      "OK yes or * 1 EXISTS\\nOK yes";
static const char no_greeting[] =
    "that is no greeting of IMAP, as OK hello or BYE not today";
static const char more[] =
    "such a reply asks for more, which no rule can take: say yes or no";

static bool
is(const char *reply, const char *word)
{
	return text_is(reply, strcspn(reply, " \n"), word);
}

static const char *
last_line(const char *reply)
{
	const char *lf = strrchr(reply, '\n');

	return lf == NULL ? reply : lf + 1;
}

const char *
wording_service(const char *reply)
{
	static const char *const imap[] = { "*", "+", "OK", "NO", "BAD", "BYE",
		"PREAUTH" };
	size_t i;

	if (strspn(reply, "0123456789") == 3 &&
	    strchr(" -\n", reply[3]) != NULL)
		return "smtp";
	if (is(reply, "+OK") || is(reply, "-ERR"))
		return "pop3";
	for (i = 0; i < sizeof imap / sizeof imap[0]; i++) {
		if (is(reply, imap[i]))
			return "imap";
	}
	return NULL;
}

/* "550-one", "550 two": the same code, and "-" before all but the last. */
static const char *
wrong_smtp(const char *reply)
{
	const char *line = reply;

	if (strspn(reply, "0123456789") != 3)
		return no_smtp;
	if (reply[0] == '1' || reply[0] == '3')
		return more;
	if (strchr("245", reply[0]) == NULL || reply[1] > '5')
		return no_smtp;
	for (;;) {
		size_t len = strcspn(line, "\n");
		bool last = line[len] == '\0';

		if (strncmp(line, reply, 3) != 0)
			return no_smtp;
		if (last)
			return line[3] == ' ' || line[3] == '\0' ? NULL :
								   no_smtp;
		if (line[3] != '-')
			return no_smtp;
		line += len + 1;
	}
}

/* Behind "+OK" there may be lines, and then a dot is the last one. */
static const char *
wrong_pop3(const char *reply)
{
	const char *lines = strchr(reply, '\n');

	if (lines == NULL)
		return is(reply, "+OK") || is(reply, "-ERR") ? NULL : no_pop3;
	return is(reply, "+OK") && strstr(lines, "\n.\n") == NULL &&
		strcmp(last_line(reply), ".") == 0 ?
	    NULL :
	    no_pop3;
}

/* What the last line says, behind the "* " of a greeting or of BYE. */
static const char *
imap_word(const char *reply)
{
	const char *line = last_line(reply);

	return strncmp(line, "* ", 2) == 0 ? line + 2 : line;
}

/* Lines with "* " before the one that the tag comes before. */
static const char *
wrong_imap(const char *reply)
{
	const char *last = last_line(reply);

	for (; reply < last; reply = strchr(reply, '\n') + 1) {
		if (strncmp(reply, "* ", 2) != 0)
			return no_imap;
	}
	if (is(last, "+"))
		return more;
	if (is(imap_word(last), "BYE"))
		return NULL;
	return is(last, "OK") || is(last, "NO") || is(last, "BAD") ? NULL :
								     no_imap;
}

const char *
wording_wrong(const char *service, const char *reply, bool greeting)
{
	if (strcmp(service, "smtp") == 0)
		return wrong_smtp(reply);
	if (strcmp(service, "pop3") == 0)
		return wrong_pop3(reply);
	if (!greeting)
		return wrong_imap(reply);
	return is(imap_word(reply), "OK") || is(imap_word(reply), "BYE") ?
	    NULL :
	    no_greeting;
}

bool
wording_agrees(const char *service, const char *reply)
{
	if (strcmp(service, "imap") == 0)
		return is(imap_word(reply), "OK");
	return reply[0] == '2' || reply[0] == '+';
}

bool
wording_ends(const char *service, const char *reply)
{
	if (strcmp(service, "imap") == 0)
		return is(imap_word(reply), "BYE");
	return strncmp(reply, "421", 3) == 0;
}
