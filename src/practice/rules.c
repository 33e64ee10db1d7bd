/* SPDX-License-Identifier: ISC */
/* rules.c - VERB:REPLY, perhaps, after a while. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "fail.h"
#include "practice/rules.h"
#include "practice/wording.h"
#include "text.h"

enum { LONGEST_DELAY = 600000, LONGEST_REPLY = 4096 };

static const char *const services[] = { "smtp", "pop3", "imap" };

enum { SERVICES = sizeof services / sizeof services[0] };

/* What each of them can be told; a rule may answer what the server itself
 * does not know. */
static const char *const commands[SERVICES] = {
	"AUTH BDAT BURL DATA EHLO ETRN EXPN HELO HELP MAIL NOOP QUIT RCPT RSET "
	"STARTTLS VRFY",
	"APOP AUTH CAPA DELE LANG LIST NOOP PASS QUIT RETR RSET STAT STLS TOP "
	"UIDL USER UTF8",
	"APPEND AUTHENTICATE CAPABILITY CHECK CLOSE COMPRESS COPY CREATE "
	"DELETE ENABLE EXAMINE EXPUNGE FETCH GETQUOTA GETQUOTAROOT ID IDLE "
	"LIST LOGIN LOGOUT LSUB MOVE NAMESPACE NOOP RENAME SEARCH SELECT SORT "
	"STARTTLS STATUS STORE SUBSCRIBE THREAD UID UNAUTHENTICATE UNSELECT "
	"UNSUBSCRIBE",
};

/* n bytes as a string in lower or upper case as they are; false: too long. */
static bool
copy(char *to, size_t size, const char *p, size_t n)
{
	if (n == 0 || n >= size)
		return false;
	memcpy(to, p, n);
	to[n] = '\0';
	return true;
}

static bool
is_verb(const char *verb)
{
	return strcmp(verb, ".") == 0 || strcmp(verb, "*") == 0 ||
	    strspn(verb,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789") == strlen(verb);
}

/* "smtp/RCPT" or "RCPT", up to the colon. */
static bool
read_verb(struct rule *rule, const char *text, size_t n)
{
	const char *slash = memchr(text, '/', n);
	size_t i, before = slash == NULL ? 0 : (size_t)(slash - text) + 1;

	for (i = 0; slash != NULL && i < SERVICES; i++) {
		if (text_is(text, before - 1, services[i]))
			memcpy(rule->service, services[i],
			    strlen(services[i]) + 1);
	}
	return (slash == NULL || rule->service[0] != '\0') &&
	    copy(rule->verb, sizeof rule->verb, text + before, n - before) &&
	    is_verb(rule->verb);
}

/* "20%" */
static bool
read_percent(struct rule *rule, const char *p, size_t n)
{
	char digits[4];
	unsigned long value;

	if (n < 2 || p[n - 1] != '%' ||
	    !copy(digits, sizeof digits, p, n - 1) ||
	    text_number(digits, 0, 100, &value) < 0)
		return false;
	rule->percent = (unsigned)value;
	return true;
}

/* "+2s", "+500ms" */
static bool
read_delay(struct rule *rule, const char *p, size_t n)
{
	char digits[8];
	size_t len = n < 2 ? 0 : strspn(p + 1, "0123456789");
	unsigned long value, unit;

	if (len == 0 || len >= n || p[0] != '+')
		return false;
	unit = text_is(p + 1 + len, n - 1 - len, "s") ? 1000 :
	    text_is(p + 1 + len, n - 1 - len, "ms")   ? 1 :
							0;
	if (unit == 0 || !copy(digits, sizeof digits, p + 1, len) ||
	    text_number(digits, 0, LONGEST_DELAY / unit, &value) < 0)
		return false;
	rule->delay = (int)(value * unit);
	return true;
}

/* NULL, or what is wrong with a share or delay of this form. */
static const char *
out_of_range(const char *p, size_t n)
{
	size_t sign = n > 0 && p[0] == '+' ? 1 : 0;
	size_t digits = strspn(p + sign, "0123456789");

	if (digits == 0 || sign + digits >= n)
		return NULL;
	p += sign + digits;
	n -= sign + digits;
	if (sign == 0 && text_is(p, n, "%"))
		return "a share of the times is 0% to 100%";
	if (sign == 1 && (text_is(p, n, "s") || text_is(p, n, "ms")))
		return "a delay is +600s at most";
	return NULL;
}

/* With "\n" as a line feed; other controls have no place. */
static char *
unescape(const char *text)
{
	char *reply = xstrdup(text);
	char *to = reply;

	for (; *text != '\0'; text++) {
		if (text[0] == '\\' && text[1] == 'n') {
			*to++ = '\n';
			text++;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
	return reply;
}

/* Is the word in the list?  What begins with X is anybody's own. */
static bool
is_listed(const char *list, const char *word)
{
	size_t len = strlen(word), n;

	for (; *list != '\0'; list += n + strspn(list + n, " ")) {
		n = strcspn(list, " ");
		if (n == len && strncasecmp(list, word, n) == 0)
			return true;
	}
	return false;
}

/* NULL, or why a server that is meant could not say this. */
static const char *
take_reply(struct rule *rule)
{
	const char *service = wording_service(rule->reply);
	const char *why;

	if (rule->service[0] != '\0')
		service = rule->service;
	else if (service == NULL)
		return "that is no reply (the parts are VERB:N%:+TIME:REPLY)";
	else
		memcpy(rule->service, service, strlen(service) + 1);
	why = wording_wrong(service, rule->reply,
	    is_listed("CONNECT", rule->verb));
	if (why != NULL)
		return why;
	rule->close = wording_ends(service, rule->reply);
	rule->agrees = wording_agrees(service, rule->reply);
	return NULL;
}

static const char *
read_reply(struct rule *rule, const char *text)
{
	const char *why;

	if (strpbrk(text, "\r\n") != NULL || strlen(text) > LONGEST_REPLY)
		return "a reply is one line (\\n begins another)";
	rule->reply = unescape(text);
	why = take_reply(rule);
	if (why != NULL) {
		free(rule->reply);
		rule->reply = NULL;
	}
	return why;
}

/* What stands behind the verb; NULL or what is wrong. */
static const char *
read_parts(struct rule *rule, const char *text)
{
	size_t n = strcspn(text, ":");
	const char *why;

	if (read_percent(rule, text, n)) {
		text += n + (text[n] == ':');
		n = strcspn(text, ":");
	}
	if (read_delay(rule, text, n))
		text += n + (text[n] == ':');
	why = out_of_range(text, strcspn(text, ":"));
	if (why != NULL)
		return why;
	if (strcmp(text, "close") == 0)
		rule->close = true;
	else if (text[0] != '\0')
		return read_reply(rule, text);
	return rule->close || rule->delay > 0 ?
	    NULL :
	    "it says neither a reply nor a delay nor close";
}

/* Can one of the services that are meant be told this? */
static bool
is_command(const struct rule *rule)
{
	size_t i;

	if (is_listed("CONNECT . *", rule->verb) ||
	    (rule->verb[0] | 0x20) == 'x')
		return true;
	for (i = 0; i < SERVICES; i++) {
		if ((rule->service[0] == '\0' ||
			strcmp(rule->service, services[i]) == 0) &&
		    is_listed(commands[i], rule->verb))
			return true;
	}
	return false;
}

static int
refuse_command(const struct rule *rule, struct fail *f)
{
	struct buf why = { 0 };
	size_t i;
	int rc;

	buf_adds(&why,
	    "no such command (CONNECT, the greeting; ., the end of "
	    "data; * is any");
	for (i = 0; i < SERVICES; i++) {
		if (rule->service[0] == '\0' ||
		    strcmp(rule->service, services[i]) == 0)
			buf_addf(&why, "; %s: %s", services[i], commands[i]);
	}
	buf_add(&why, ")", 2);
	rc = fail_about(f, STATUS_USAGE, rule->verb, buf_bytes(&why));
	buf_free(&why);
	return rc;
}

int
rules_add(struct rules *r, const char *text, struct fail *f)
{
	struct rule rule = { .percent = 100 };
	const char *colon = strchr(text, ':');
	const char *why = "a rule is VERB:REPLY, as \"RCPT:550 no such user\"";

	if (colon != NULL && read_verb(&rule, text, (size_t)(colon - text)))
		why = read_parts(&rule, colon + 1);
	if (why != NULL)
		return fail_about(f, STATUS_USAGE, text, why);
	if (!is_command(&rule)) {
		free(rule.reply);
		return refuse_command(&rule, f);
	}
	r->list = xrealloc(r->list, (r->count + 1) * sizeof r->list[0]);
	r->list[r->count++] = rule;
	return 0;
}

void
rules_free(struct rules *r)
{
	while (r->count > 0)
		free(r->list[--r->count].reply);
	free(r->list);
	r->list = NULL;
}

static bool
fits(const struct rule *rule, const struct rules_case *what)
{
	bool any = strcmp(rule->verb, "*") == 0 &&
	    !text_is(what->verb, what->len, "CONNECT") &&
	    !text_is(what->verb, what->len, ".");

	return (rule->service[0] == '\0' ||
		   strcmp(rule->service, what->service) == 0) &&
	    (any || text_is(what->verb, what->len, rule->verb));
}

const struct rule *
rules_find(const struct rules *r, const struct rules_case *what)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		const struct rule *rule = &r->list[i];

		if (fits(rule, what) &&
		    (rule->percent == 100 ||
			what->dice(what->arg) < rule->percent))
			return rule;
	}
	return NULL;
}
