/* SPDX-License-Identifier: ISC */
/* dns.c - asking name servers, one after the other, within limited time. */
#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "buf.h"
#include "chance.h"
#include "clock.h"
#include "dns.h"
#include "dnsmsg.h"
#include "dnstext.h"
#include "fail.h"
#include "idn.h"
#include "lookup.h"
#include "resolvconf.h"

/* The largest message by TCP, behind its length (RFC 1035, 4.2.2). */
enum { MESSAGE_MOST = 65535, LENGTH = 2 };

/* What became of one try. */
enum outcome {
	TRY_DONE,  /* an answer about the name */
	TRY_NEXT,  /* none from this server: `why` says what happened */
	TRY_WOKEN, /* the user wants no more */
	TRY_LATE   /* the time for the whole look-up is over */
};

/* A look-up under way. */
struct asking {
	const struct dns_plan *plan;
	struct resolvers who;
	int64_t deadline; /* of the whole; 0: none */
	int64_t until;    /* of this try */
	size_t at;        /* the server being asked */
	unsigned char question[LENGTH + DNS_QUESTION_MOST];
	size_t n;             /* of the question, without its length */
	size_t sent;          /* ... and without the EDNS that is left out */
	unsigned char *reply; /* MESSAGE_MOST bytes */
	enum dnsmsg_kind kind;
	char why[RESOLVERS_MOST][96]; /* what each server was up to */
	bool silent[RESOLVERS_MOST];  /* nothing at all */
	bool plain[RESOLVERS_MOST];   /* it knows no EDNS */
};

static bool
is_loopback(const struct address *a)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (a->sa.ss_family == AF_INET) {
		memcpy(&four, &a->sa, sizeof four);
		return ntohl(four.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	memcpy(&six, &a->sa, sizeof six);
	return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
}

static enum outcome
failed(struct asking *q, const char *what, int error)
{
	char text[64];

	snprintf(q->why[q->at], sizeof q->why[q->at], "%s%s", what,
	    error == 0 ? "" : fail_strerror(error, text, sizeof text));
	return TRY_NEXT;
}

/* Wait until the socket is ready (TRY_DONE) or something else happens. */
static enum outcome
await(struct asking *q, int fd, short events)
{
	struct pollfd p[] = {
		{ .fd = fd, .events = events },
		{ .fd = q->plan->wake, .events = POLLIN },
	};
	int64_t left;
	int n;

	do {
		left = q->until - clock_ms();
		n = poll(p, 2, left < 0 ? 0 : (int)left);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return failed(q, "", errno);
	if (p[1].revents != 0)
		return TRY_WOKEN;
	/* Who never stops sending gains no time by it. */
	if (n > 0 && left > 0)
		return TRY_DONE;
	failed(q, "no answer", 0);
	q->silent[q->at] = true;
	return q->deadline != 0 && clock_ms() >= q->deadline ? TRY_LATE :
							       TRY_NEXT;
}

/* Only what comes from that very address and port reaches the socket. */
static int
connected(const struct address *to, int type)
{
	int fd =
	    socket(to->sa.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to->sa, to->len) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* What an answer is worth; errors of the server leave it to the next one. */
static enum outcome
judge(struct asking *q, struct dns_answer *a)
{
	int rcode = a->rcode;

	if (q->kind == DNSMSG_BROKEN)
		return failed(q, "an ill-formed answer", 0);
	if (rcode == DNS_NOERROR || rcode == DNS_NXDOMAIN) {
		/* Signatures are asked for, and had, by EDNS alone. */
		if (q->plain[q->at] ||
		    (q->plan->server == NULL && !q->who.trusted &&
			!is_loopback(&q->who.server[q->at])))
			a->authentic = false;
		return TRY_DONE;
	}
	dnsmsg_free(a);
	if (rcode == DNS_FORMERR || rcode == DNS_NOTIMP)
		q->plain[q->at] = true;
	return failed(q, dnstext_words(rcode), 0);
}

/* Read a message of these bytes; a stranger's leaves the answer empty. */
static void
read_message(struct asking *q, struct dns_answer *a, size_t n)
{
	*a = (struct dns_answer){ 0 };
	q->kind = dnsmsg_read(a, q->question + LENGTH, q->n, q->reply, n);
}

/* Send or receive all of n bytes over TCP. */
static enum outcome
carry(struct asking *q, int fd, unsigned char *p, size_t n, bool out)
{
	enum outcome outcome;
	ssize_t done;

	while (n > 0) {
		outcome = await(q, fd, out ? POLLOUT : POLLIN);
		if (outcome != TRY_DONE)
			return outcome;
		done = out ? send(fd, p, n, MSG_NOSIGNAL) : recv(fd, p, n, 0);
		if (done == 0)
			return failed(q, "closed in mid answer (by TCP)", 0);
		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return failed(q, "by TCP: ", errno);
		if (done < 0)
			continue;
		p += done;
		n -= (size_t)done;
	}
	return TRY_DONE;
}

/* The same question where there is no limit to the answer (RFC 7766). */
static enum outcome
ask_tcp(struct asking *q, struct dns_answer *a)
{
	unsigned char length[LENGTH];
	enum outcome outcome;
	size_t n = 0;
	int fd = connected(&q->who.server[q->at], SOCK_STREAM);

	if (fd < 0)
		return failed(q, "by TCP: ", errno);
	q->question[0] = (unsigned char)(q->sent >> 8);
	q->question[1] = (unsigned char)q->sent;
	outcome = carry(q, fd, q->question, LENGTH + q->sent, true);
	if (outcome == TRY_DONE)
		outcome = carry(q, fd, length, LENGTH, false);
	if (outcome == TRY_DONE) {
		n = (size_t)length[0] << 8 | length[1];
		outcome = carry(q, fd, q->reply, n, false);
	}
	close(fd);
	if (outcome != TRY_DONE)
		return outcome;
	read_message(q, a, n);
	if (q->kind == DNSMSG_STRANGER || q->kind == DNSMSG_TRUNCATED)
		q->kind = DNSMSG_BROKEN;
	return judge(q, a);
}

/* Others may send to the port as well: theirs is passed over. */
static enum outcome
hear_udp(struct asking *q, int fd, struct dns_answer *a)
{
	enum outcome outcome;
	ssize_t n;

	do {
		outcome = await(q, fd, POLLIN);
		if (outcome != TRY_DONE)
			return outcome;
		n = recv(fd, q->reply, MESSAGE_MOST, 0);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return failed(q, "", errno);
		read_message(q, a, n < 0 ? 0 : (size_t)n);
	} while (q->kind == DNSMSG_STRANGER);
	return TRY_DONE;
}

static enum outcome
ask_once(struct asking *q, struct dns_answer *a)
{
	enum outcome outcome;
	int fd = connected(&q->who.server[q->at], SOCK_DGRAM);

	q->sent = dnsmsg_edns(q->question + LENGTH, q->n, !q->plain[q->at]);
	q->until = clock_ms() + q->who.timeout;
	if (q->deadline != 0 && q->until > q->deadline)
		q->until = q->deadline;
	q->silent[q->at] = false;
	if (fd < 0)
		return failed(q, "", errno);
	if (send(fd, q->question + LENGTH, q->sent, 0) < 0)
		outcome = failed(q, "", errno);
	else
		outcome = hear_udp(q, fd, a);
	close(fd);
	if (outcome != TRY_DONE)
		return outcome;
	return q->kind == DNSMSG_TRUNCATED ? ask_tcp(q, a) : judge(q, a);
}

/* One that does not understand may understand RFC 1035 (RFC 6891, 7). */
static enum outcome
ask_server(struct asking *q, struct dns_answer *a)
{
	bool plain = q->plain[q->at];
	enum outcome outcome = ask_once(q, a);

	if (outcome == TRY_NEXT && q->plain[q->at] && !plain)
		outcome = ask_once(q, a);
	return outcome;
}

/* In turns, as resolv.conf(5) has it, until one of them knows. */
static enum outcome
ask_servers(struct asking *q, struct dns_answer *a)
{
	enum outcome outcome = TRY_NEXT;
	int round;

	for (round = 0; round < q->who.attempts; round++) {
		for (q->at = 0; q->at < q->who.n; q->at++) {
			outcome = ask_server(q, a);
			if (outcome != TRY_NEXT)
				return outcome;
		}
	}
	return outcome;
}

/* "192.0.2.1: no answer; 192.0.2.2: connection refused" */
static int
say(const struct asking *q, enum outcome outcome, const char *name,
    struct fail *f)
{
	enum status status = STATUS_TIMEOUT;
	char address[LOOKUP_TEXT];
	struct buf why = { 0 };
	size_t i;

	if (outcome == TRY_WOKEN) {
		fail_about(f, STATUS_NETWORK, name, "look-up interrupted");
		errno = EINTR;
		return -1;
	}
	for (i = 0; i < q->who.n; i++) {
		if (q->why[i][0] == '\0')
			continue;
		if (!q->silent[i])
			status = STATUS_NETWORK;
		lookup_text(&q->who.server[i], address, sizeof address);
		buf_addf(&why, "%s%s: %s", why.len > 0 ? "; " : "name server ",
		    address, q->why[i]);
	}
	buf_add(&why, "", 1);
	fail_about(f, status, name, buf_bytes(&why));
	buf_free(&why);
	errno = EIO;
	return -1;
}

/* One question, without the aliases that the server leaves to us. */
static int
ask(struct asking *q, const char *name, enum dns_type type,
    struct dns_answer *a, struct fail *f)
{
	uint16_t id = (uint16_t)chance_below(NULL, 65536);
	enum outcome outcome;

	q->n = dnsmsg_question(q->question + LENGTH, DNS_QUESTION_MOST, id,
	    name, type);
	if (q->n == 0) {
		errno = EIO;
		return fail_about(f, STATUS_USAGE, name,
		    "no name that can be looked up");
	}
	outcome = ask_servers(q, a);
	return outcome == TRY_DONE ? 0 : say(q, outcome, name, f);
}

/* Put what came behind what was there; `from` is empty then. */
static void
join(struct dns_answer *a, struct dns_answer *from)
{
	size_t bytes = from->n * sizeof *from->records;

	a->records = xrealloc(a->records, a->n * sizeof *a->records + bytes);
	if (bytes > 0)
		memcpy(a->records + a->n, from->records, bytes);
	a->n += from->n;
	a->aliases += from->aliases;
	a->rcode = from->rcode;
	a->authentic = a->authentic && from->authentic;
	if (from->canonical != NULL) {
		free(a->canonical);
		a->canonical = from->canonical;
	}
	free(from->records);
	*from = (struct dns_answer){ 0 };
}

/* Does the last alias lead back, or is there no end to them? */
static bool
is_loop(const struct dns_answer *a)
{
	size_t i;

	for (i = 0; i < a->aliases; i++) {
		if (strcasecmp(a->records[i].name, a->canonical) == 0)
			return true;
	}
	return a->aliases >= DNS_ALIASES_MOST;
}

static int
follow(struct asking *q, const char *name, enum dns_type type,
    struct dns_answer *a, struct fail *f)
{
	struct dns_answer more = { 0 };
	size_t aliases;

	a->authentic = true;
	a->canonical = xstrdup(name);
	do {
		if (ask(q, a->canonical, type, &more, f) < 0)
			return -1;
		aliases = more.aliases;
		join(a, &more);
		if (is_loop(a)) {
			errno = EIO;
			return fail_about(f, STATUS_NETWORK, name,
			    "aliases without end (CNAME)");
		}
	} while (aliases > 0 && a->n == a->aliases && a->rcode == DNS_NOERROR);
	return 0;
}

/* Without a last dot, which says only that the name is complete. */
static int
plain_name(const char *name, char *to, size_t size, struct fail *f)
{
	const char *why = idn_ascii(name, to, size);
	size_t n;

	errno = EIO;
	if (why != NULL)
		return fail_about(f, STATUS_USAGE, name, why);
	n = strlen(to);
	if (n > 1 && to[n - 1] == '.')
		to[n - 1] = '\0';
	return 0;
}

int
dns_ask(const struct dns_plan *plan, const char *name, enum dns_type type,
    struct dns_answer *a, struct fail *f)
{
	struct asking q = { .plan = plan };
	const char *more = getenv("RES_OPTIONS");
	char ascii[256];
	int rc;

	*a = (struct dns_answer){ 0 };
	resolvconf_begin(&q.who);
	if (plain_name(name, ascii, sizeof ascii, f) < 0)
		return -1;
	if (plan->server == NULL)
		resolvconf_read(&q.who, "/etc/resolv.conf");
	else if (resolvconf_server(plan->server, &q.who.server[0], f) < 0)
		return -1;
	else
		q.who.n = 1;
	if (more != NULL)
		resolvconf_options(&q.who, more);
	q.deadline = plan->timeout > 0 ? clock_ms() + plan->timeout : 0;
	q.reply = xmalloc(MESSAGE_MOST);
	rc = follow(&q, ascii, type, a, f);
	free(q.reply);
	if (rc < 0)
		dnsmsg_free(a);
	return rc;
}
