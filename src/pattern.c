/* SPDX-License-Identifier: ISC */
/* pattern.c - POSIX extended regular expressions on any bytes. */
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"

#include "fail.h"
#include "text.h"

/* How long a pattern may be, and how many characters it may stand for with
 * its repetitions written out: libraries need memory for each of them, and
 * for some patterns for each pair. */
enum { BYTES_MOST = 1000, WIDTH_MOST = 2000 };

/* What is matched in place of a NUL: no text in UTF-8 has this byte. */
enum { NO_CHARACTER = 0xff };

struct pattern {
	locale_t bytes; /* where each byte is a character */
	regex_t regex;
};

/* How long a bracket expression is; to the end if it has none. */
static size_t
pattern_bracket(const char *p)
{
	size_t i = 1;

	/* A "]" that comes first is a member. */
	i += p[i] == '^';
	i += p[i] == ']';
	while (p[i] != '\0' && p[i] != ']') {
		char close[] = { p[i + 1], ']', '\0' };
		const char *at;

		/* [:digit:], [.-.], [=a=] */
		if (p[i++] != '[' || strchr(":.=", close[0]) == NULL ||
		    close[0] == '\0')
			continue;
		at = strstr(p + i + 1, close);
		if (at == NULL)
			return strlen(p);
		i = (size_t)(at - p) + 2;
	}
	return i + (p[i] == ']');
}

/* How often the bound at *at, "{2,5}", repeats something at most; *at is then
 * its last character. */
static size_t
pattern_bound(const char **at)
{
	const char *p = *at + 1;
	size_t most = 1, v = 0;

	for (; *p == ',' || (*p >= '0' && *p <= '9'); p++) {
		v = *p == ',' ? 0 : v * 10 + (size_t)(*p - '0');
		if (v > WIDTH_MOST)
			v = WIDTH_MOST + 1;
		if (v > most)
			most = v;
	}
	*at = *p == '}' ? p : p - 1;
	return most;
}

/*
 * How many characters a pattern stands for when its repetitions are written
 * out; more than WIDTH_MOST is not counted.
 */
static size_t
pattern_width(const char *p)
{
	size_t sums[BYTES_MOST + 1] = { 0 }; /* of each open parenthesis */
	size_t *sum = sums, last = 0, before;

	for (; *p != '\0' && *sum <= WIDTH_MOST; p++) {
		before = last;
		last = 1;
		if (*p == '(') {
			*++sum = 1;
		} else if (*p == ')' && sum > sums) {
			last = *sum--;
			*sum += last;
		} else if (*p == '{') {
			last = before * pattern_bound(&p);
			*sum += last - before;
		} else if (strchr("*+?", *p) != NULL) {
			last = before;
		} else {
			*sum += 1;
			if (*p == '[')
				p += pattern_bracket(p) - 1;
			else if (*p == '\\' && p[1] != '\0')
				p++;
		}
	}
	return *sum;
}

/* An escape that POSIX does not define, which systems read differently: \d
 * would be a "d".  NULL if there is none. */
static const char *
pattern_escape(const char *p)
{
	static const char undefined[] = "<>`'0123456789"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz";

	while (*p != '\0') {
		if (*p == '[')
			p += pattern_bracket(p);
		else if (*p != '\\' || p[1] == '\0')
			p++;
		else if (strchr(undefined, p[1]) != NULL)
			return p;
		else
			p += 2;
	}
	return NULL;
}

static int
pattern_sound(const char *text, size_t len, struct fail *f)
{
	const char *escape;

	if (len == 0)
		return fail_set(f, STATUS_USAGE,
		    "the pattern is empty (\".*\" matches anything)");
	if (len > BYTES_MOST)
		return fail_set(f, STATUS_USAGE,
		    "the pattern is longer than %d bytes", BYTES_MOST);
	if (strlen(text) < len)
		return fail_set(f, STATUS_USAGE, "the pattern has a NUL in it");
	escape = pattern_escape(text);
	if (escape != NULL)
		return fail_set(f, STATUS_USAGE,
		    "POSIX patterns have no \"\\%c\" (a digit is [0-9], a "
		    "blank [[:space:]])",
		    escape[1]);
	if (pattern_width(text) > WIDTH_MOST)
		return fail_set(f, STATUS_USAGE,
		    "the pattern repeats too much (at most %d characters)",
		    WIDTH_MOST);
	return 0;
}

static int
pattern_compile(struct pattern *p, const char *text, struct fail *f)
{
	locale_t before = uselocale(p->bytes);
	int error = regcomp(&p->regex, text, REG_EXTENDED | REG_NOSUB);
	char why[128];

	if (error != 0) {
		regerror(error, &p->regex, why, sizeof why);
		fail_set(f, STATUS_USAGE, "this is no pattern: %s", why);
	}
	uselocale(before);
	return error == 0 ? 0 : -1;
}

struct pattern *
pattern_open(const char *text, size_t len, struct fail *f)
{
	struct pattern *p = xmalloc(sizeof *p);
	char *copy = xstrndup(text, len);
	int rc;

	p->bytes = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (p->bytes == (locale_t)0)
		rc = fail_errno(f, STATUS_NETWORK, "no C locale");
	else if ((rc = pattern_sound(copy, len, f)) == 0)
		rc = pattern_compile(p, copy, f);
	free(copy);
	if (rc == 0)
		return p;
	if (p->bytes != (locale_t)0)
		freelocale(p->bytes);
	free(p);
	return NULL;
}

int
pattern_check(const char *text, size_t len, struct fail *f)
{
	struct pattern *p = pattern_open(text, len, f);

	if (p == NULL)
		return -1;
	pattern_close(p);
	return 0;
}

bool
pattern_matches(const struct pattern *p, const char *line, size_t n)
{
	locale_t before = uselocale(p->bytes);
	char *copy = xstrndup(line, n), *nul = copy;
	bool matches;

	while ((nul = memchr(nul, '\0', (size_t)(copy + n - nul))) != NULL)
		*nul = (char)NO_CHARACTER;
	matches = regexec(&p->regex, copy, 0, NULL, 0) == 0;
	uselocale(before);
	text_wipe(copy, n);
	free(copy);
	return matches;
}

void
pattern_close(struct pattern *p)
{
	if (p == NULL)
		return;
	regfree(&p->regex);
	freelocale(p->bytes);
	free(p);
}
