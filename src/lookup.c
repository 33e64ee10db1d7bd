/* SPDX-License-Identifier: ISC */
/* lookup.c - getaddrinfo, when there is something to ask. */
#include <net/if.h>
#include <netinet/in.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "idn.h"
#include "lookup.h"
#include "text.h"

/* Room for the longest name (RFC 1035, section 2.3.4). */
enum { NAME_SIZE = 256 };

/* Words for what getaddrinfo says in jargon, and what may help. */
static const struct words {
	int error;
	const char *text;
} words[] = {
	{ EAI_NONAME, "no such name (is it spelt right?)" },
	{ EAI_AGAIN, "no name server answers (is the network up?)" },
	{ EAI_FAIL,
	    "the name server failed (try again later, or give an "
	    "address)" },
};

/* The number of a scope: an interface by name or by number. */
static uint32_t
scope_number(const char *scope)
{
	unsigned long number = if_nametoindex(scope);

	if (number == 0 && text_number(scope, 1, UINT32_MAX, &number) != 0)
		return 0;
	return (uint32_t)number;
}

static bool
read_six(const char *text, struct sockaddr_in6 *six)
{
	const char *scope = strchr(text, '%');
	size_t n = scope == NULL ? strlen(text) : (size_t)(scope - text);
	char bare[INET6_ADDRSTRLEN];

	if (n >= sizeof bare)
		return false;
	memcpy(bare, text, n);
	bare[n] = '\0';
	if (inet_pton(AF_INET6, bare, &six->sin6_addr) != 1)
		return false;
	six->sin6_family = AF_INET6;
	if (scope != NULL)
		six->sin6_scope_id = scope_number(scope + 1);
	return scope == NULL || six->sin6_scope_id != 0;
}

bool
lookup_address(const char *text, struct address *a)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
		memcpy(&a->sa, &four, sizeof four);
		a->len = sizeof four;
	} else if (read_six(text, &six)) {
		memcpy(&a->sa, &six, sizeof six);
		a->len = sizeof six;
	}
	return a->len != 0;
}

void
lookup_text(const struct address *a, char *text, size_t size)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	char name[IF_NAMESIZE];
	size_t n;

	text[0] = '\0';
	if (a->sa.ss_family == AF_INET) {
		memcpy(&four, &a->sa, sizeof four);
		inet_ntop(AF_INET, &four.sin_addr, text, (socklen_t)size);
		return;
	}
	memcpy(&six, &a->sa, sizeof six);
	inet_ntop(AF_INET6, &six.sin6_addr, text, (socklen_t)size);
	n = strlen(text);
	if (six.sin6_scope_id == 0)
		return;
	if (if_indextoname(six.sin6_scope_id, name) != NULL)
		snprintf(text + n, size - n, "%%%s", name);
	else
		snprintf(text + n, size - n, "%%%u",
		    (unsigned)six.sin6_scope_id);
}

void
lookup_port(struct address *a, uint16_t port)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (a->sa.ss_family == AF_INET) {
		memcpy(&four, &a->sa, sizeof four);
		four.sin_port = htons(port);
		memcpy(&a->sa, &four, sizeof four);
	} else {
		memcpy(&six, &a->sa, sizeof six);
		six.sin6_port = htons(port);
		memcpy(&a->sa, &six, sizeof six);
	}
}

const char *
lookup_none(int family)
{
	return family == AF_INET ? "no IPv4 address (only IPv4 was asked for)" :
	    family == AF_INET6   ? "no IPv6 address (only IPv6 was asked for)" :
				   "no address";
}

/* The name of a family that was asked for, "" for any. */
static const char *
only(int family)
{
	return family == AF_INET ? " (only IPv4 was asked for)" :
	    family == AF_INET6   ? " (only IPv6 was asked for)" :
				   "";
}

static const char *
find_words(int error)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (words[i].error == error)
			return words[i].text;
	}
	return NULL;
}

static int
say(const struct lookup *l, int error, struct fail *f)
{
	const char *why = find_words(error);
	enum status status = STATUS_NETWORK;
	int version = l->family == AF_INET ? 4 : 6;
	char text[160];

	if (error == EAI_NONAME && l->numeric) {
		status = STATUS_USAGE;
		why = "no address (--numeric forbids to look up names)";
	} else if (error == EAI_NONAME && strchr(l->host, '%') != NULL) {
		status = STATUS_USAGE;
		why = "no interface of this name (behind the \"%\")";
	} else if (error == EAI_NONAME && l->family != AF_UNSPEC) {
		/* Some resolvers say no more of one that has the other kind. */
		snprintf(text, sizeof text,
		    "no such name, or it has no IPv%d address (only IPv%d was "
		    "asked for; is it spelt right?)",
		    version, version);
		why = text;
	} else if (error == EAI_SYSTEM) {
		why = fail_strerror(errno, text, sizeof text);
	} else if (why == NULL) {
		snprintf(text, sizeof text, "%s%s", gai_strerror(error),
		    only(l->family));
		text[0] = (char)tolower((unsigned char)text[0]);
		why = text;
	}
	return fail_about(f, status, l->host, why);
}

/* An /etc/hosts with two names for ::1 gives 127.0.0.1 twice. */
static bool
is_new(const struct address *list, int n, const struct addrinfo *ai)
{
	int i;

	for (i = 0; i < n; i++) {
		if (list[i].len == ai->ai_addrlen &&
		    memcmp(&list[i].sa, ai->ai_addr, ai->ai_addrlen) == 0)
			return false;
	}
	return true;
}

static int
copy_list(const struct addrinfo *ai, struct address *list, int most)
{
	int n = 0;

	for (; ai != NULL && n < most; ai = ai->ai_next) {
		if (ai->ai_family != AF_INET && ai->ai_family != AF_INET6)
			continue;
		if (!is_new(list, n, ai))
			continue;
		memset(&list[n], 0, sizeof list[n]);
		memcpy(&list[n].sa, ai->ai_addr, ai->ai_addrlen);
		list[n++].len = ai->ai_addrlen;
	}
	return n;
}

/*
 * AI_ADDRCONFIG leaves out the family that the machine has no address of.
 * The loopback does not count for it, so not for that name; nor for a family
 * that was asked for.
 */
static int
ask(const struct lookup *l, const char *name, struct addrinfo **ai)
{
	struct addrinfo hints = { .ai_family = l->family,
		.ai_socktype = SOCK_STREAM };

	if (l->numeric)
		hints.ai_flags |= AI_NUMERICHOST;
	else if (l->family == AF_UNSPEC &&
	    !text_is(name, strlen(name), "localhost"))
		hints.ai_flags |= AI_ADDRCONFIG;
	return getaddrinfo(name, NULL, &hints, ai);
}

static int
lookup_name(const struct lookup *l, struct address *list, int most,
    struct fail *f)
{
	char name[NAME_SIZE];
	struct addrinfo *ai = NULL;
	const char *why = idn_ascii(l->host, name, sizeof name);
	int error, n;

	if (why != NULL)
		return fail_about(f, STATUS_USAGE, l->host, why);
	error = ask(l, name, &ai);
	if (error != 0)
		return say(l, error, f);
	n = copy_list(ai, list, most);
	freeaddrinfo(ai);
	if (n == 0)
		return fail_about(f, STATUS_NETWORK, l->host,
		    lookup_none(l->family));
	return n;
}

/* The i-th of the list to the k-th place, those between one place on. */
static void
pull(struct address *list, size_t i, size_t k)
{
	struct address moved = list[i];

	for (; i > k; i--)
		list[i] = list[i - 1];
	list[k] = moved;
}

void
lookup_interleave(struct address *list, size_t n)
{
	size_t i, k;

	for (k = 1; k < n; k++) {
		sa_family_t last = list[k - 1].sa.ss_family;

		for (i = k; i < n && list[i].sa.ss_family == last; i++)
			continue;
		if (i == n)
			return;
		pull(list, i, k);
	}
}

int
lookup_host(const struct lookup *l, struct address *list, int most,
    struct fail *f)
{
	const char *why = "an IPv4 address (only IPv6 was asked for)";

	if (!lookup_address(l->host, &list[0]))
		return l->way != NULL && !l->numeric ?
		    l->way->ask(l, list, most, f) :
		    lookup_name(l, list, most, f);
	if (l->family == AF_UNSPEC || l->family == list[0].sa.ss_family)
		return 1;
	if (l->family == AF_INET)
		why = "an IPv6 address (only IPv4 was asked for)";
	return fail_about(f, STATUS_USAGE, l->host, why);
}
