/* SPDX-License-Identifier: ISC */
/* nameserver.h - a name server on a port of the loopback, for the tests of
 * those who ask one. */
#ifndef NAMESERVER_H
#define NAMESERVER_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <stdint.h>

#include "dnsmsg.h"

/*
 * What it answers to one question; the table ends with a NULL name.  The
 * records are lines "OWNER TYPE ...", where @ is the question's name:
 * "@ MX 10 mail.example.org".  Flags: a: AD, t: cut short by UDP, c: TCP is
 * closed in mid answer, s: silent, b: ill-formed, f: forged answers go before,
 * e, n: FORMERR, or NOTIMP, for whoever speaks EDNS, E: it has no question.
 */
struct zone {
	const char *name;
	enum dns_type type;
	const char *flags;
	int rcode;
	const char *records;
};

struct nameserver {
	const struct zone *zones;
	int udp, tcp;
	int log[2]; /* a byte for each question: u or t */
	pid_t pid;
	struct sockaddr_in at;
	char address[40];       /* as --dns takes it */
	unsigned asked, by_tcp; /* known in the end */
};

/* A message as it grows. */
struct nameserver_message {
	unsigned char bytes[8192];
	size_t n;
};

static inline void
ns_put(struct nameserver_message *m, unsigned value, unsigned bytes)
{
	while (bytes-- > 0)
		m->bytes[m->n++] = (unsigned char)(value >> 8 * bytes);
}

static inline void
ns_name(struct nameserver_message *m, const char *name)
{
	size_t len;

	for (; *name != '\0' && *name != '.';
	     name += len + (name[len] == '.')) {
		len = strcspn(name, ".");
		ns_put(m, (unsigned)len, 1);
		memcpy(m->bytes + m->n, name, len);
		m->n += len;
	}
	ns_put(m, 0, 1);
}

static inline void
ns_data(struct nameserver_message *m, const char *type, const char *text)
{
	unsigned a, b, c, d;
	char host[300];

	if (strcmp(type, "A") == 0 &&
	    sscanf(text, "%u.%u.%u.%u", &a, &b, &c, &d) == 4) {
		ns_put(m, a << 24 | b << 16 | c << 8 | d, 4);
	} else if (strcmp(type, "AAAA") == 0) {
		/* The last 16 bits of it suffice: "::1". */
		memset(m->bytes + m->n, 0, 14);
		m->n += 14;
		ns_put(m, (unsigned)strtoul(text + 2, NULL, 16), 2);
	} else if (strcmp(type, "MX") == 0 &&
	    sscanf(text, "%u %299s", &a, host) == 2) {
		ns_put(m, a, 2);
		ns_name(m, host);
	} else if (strcmp(type, "SRV") == 0 &&
	    sscanf(text, "%u %u %u %299s", &a, &b, &c, host) == 4) {
		ns_put(m, a, 2);
		ns_put(m, b, 2);
		ns_put(m, c, 2);
		ns_name(m, host);
	} else if (strcmp(type, "TLSA") == 0 &&
	    sscanf(text, "%u %u %u %299s", &a, &b, &c, host) == 4) {
		ns_put(m, a << 16 | b << 8 | c, 3);
		for (size_t i = 0; sscanf(host + i, "%2x", &d) == 1; i += 2)
			ns_put(m, d, 1);
	} else if (strcmp(type, "TXT") == 0) {
		ns_put(m, (unsigned)strlen(text), 1);
		memcpy(m->bytes + m->n, text, strlen(text));
		m->n += strlen(text);
	} else {
		ns_name(m, text);
	}
}

static inline void
ns_record(struct nameserver_message *m, const char *asked, const char *line)
{
	static const struct {
		const char *name;
		enum dns_type type;
	} types[] = { { "A", DNS_A }, { "AAAA", DNS_AAAA }, { "MX", DNS_MX },
		{ "SRV", DNS_SRV }, { "CNAME", DNS_CNAME },
		{ "TLSA", DNS_TLSA }, { "TXT", DNS_TXT } };
	char owner[300], type[10];
	size_t i, at, length;
	int skip = 0;

	if (sscanf(line, "%299s %9s %n", owner, type, &skip) < 2)
		abort();
	ns_name(m, strcmp(owner, "@") == 0 ? asked : owner);
	for (i = 0; strcmp(types[i].name, type) != 0; i++)
		;
	ns_put(m, (unsigned)types[i].type, 2);
	ns_put(m, 1, 2);
	ns_put(m, 60, 4);
	at = m->n;
	ns_put(m, 0, 2);
	ns_data(m, type, line + skip);
	length = m->n - at - 2;
	m->bytes[at] = (unsigned char)(length >> 8);
	m->bytes[at + 1] = (unsigned char)length;
}

/* The name of a question, and how many bytes the question has. */
static inline size_t
ns_question(const unsigned char *p, char *name, size_t size)
{
	size_t at = 12;

	name[0] = '\0';
	for (; p[at] != 0; at += 1U + p[at])
		snprintf(name + strlen(name), size - strlen(name), "%s%.*s",
		    name[0] == '\0' ? "" : ".", p[at],
		    (const char *)p + at + 1);
	return at + 5;
}

static inline const struct zone *
ns_find(const struct nameserver *ns, const char *name, unsigned type)
{
	const struct zone *z = ns->zones;

	while (z->name != NULL &&
	    (strcasecmp(z->name, name) != 0 || (unsigned)z->type != type))
		z++;
	return z;
}

static inline bool
ns_has(const struct zone *z, char flag)
{
	return z->flags != NULL && strchr(z->flags, flag) != NULL;
}

/* The response code, where nothing is known that there is no such name. */
static inline unsigned
ns_rcode(const struct zone *z, bool edns)
{
	if (edns && (ns_has(z, 'e') || ns_has(z, 'E')))
		return DNS_FORMERR;
	if (edns && ns_has(z, 'n'))
		return DNS_NOTIMP;
	return z->name == NULL ? DNS_NXDOMAIN : (unsigned)z->rcode;
}

/* False: say nothing. */
static inline bool
ns_answer(struct nameserver *ns, const unsigned char *asked, bool by_udp,
    struct nameserver_message *m, const struct zone **zone)
{
	char name[300], line[400];
	size_t length = ns_question(asked, name, sizeof name), count = 0;
	unsigned type = asked[length - 4] * 256U + asked[length - 3];
	const struct zone *z = *zone = ns_find(ns, name, type);
	const char *p = z->records;
	bool cut = by_udp && ns_has(z, 't');
	unsigned rcode = ns_rcode(z, asked[11] > 0);
	bool old = z->name != NULL && rcode != (unsigned)z->rcode;

	if (write(ns->log[1], by_udp ? "u" : "t", 1) != 1)
		abort();
	m->n = length;
	memcpy(m->bytes, asked, length);
	m->bytes[2] = (unsigned char)(0x81 | (cut && !old ? 2 : 0));
	m->bytes[3] =
	    (unsigned char)(0x80 | (ns_has(z, 'a') ? 0x20 : 0) | rcode);
	for (; p != NULL && *p != '\0' && !cut && !old; count++) {
		size_t len = strcspn(p, "\n");

		snprintf(line, sizeof line, "%.*s", (int)len, p);
		ns_record(m, name, line);
		p += len + (p[len] == '\n');
	}
	memset(m->bytes + 6, 0, 6);
	m->bytes[7] = (unsigned char)(count + ns_has(z, 'b'));
	if (old && ns_has(z, 'E')) {
		m->bytes[5] = 0;
		m->n = 12;
	}
	return !ns_has(z, 's');
}

/* False: what came is the word that ends it. */
static inline bool
ns_udp(struct nameserver *ns)
{
	unsigned char asked[600];
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	ssize_t n = recvfrom(ns->udp, asked, sizeof asked, 0,
	    (struct sockaddr *)&from, &len);
	struct nameserver_message m;
	const struct zone *z;

	if (n < 17 || !ns_answer(ns, asked, true, &m, &z))
		return n >= 17;
	if (ns_has(z, 'f')) {
		/* Of another number, and with no message in it at all. */
		m.bytes[1] ^= 1;
		sendto(ns->udp, m.bytes, m.n, 0, (struct sockaddr *)&from, len);
		sendto(ns->udp, "", 0, 0, (struct sockaddr *)&from, len);
		m.bytes[1] ^= 1;
	}
	sendto(ns->udp, m.bytes, m.n, 0, (struct sockaddr *)&from, len);
	return true;
}

static inline void
ns_tcp(struct nameserver *ns)
{
	int fd = accept(ns->tcp, NULL, NULL);
	unsigned char asked[600], length[2];
	struct nameserver_message m;
	const struct zone *z;

	if (recv(fd, length, 2, MSG_WAITALL) == 2 &&
	    recv(fd, asked, length[0] * 256U + length[1], MSG_WAITALL) > 0 &&
	    ns_answer(ns, asked, false, &m, &z)) {
		length[0] = (unsigned char)(m.n >> 8);
		length[1] = (unsigned char)m.n;
		send(fd, length, 2, MSG_NOSIGNAL);
		send(fd, m.bytes, ns_has(z, 'c') ? m.n / 2 : m.n, MSG_NOSIGNAL);
	}
	close(fd);
}

static inline void
ns_serve(struct nameserver *ns)
{
	struct pollfd p[] = {
		{ .fd = ns->udp, .events = POLLIN },
		{ .fd = ns->tcp, .events = POLLIN },
	};

	while (poll(p, 2, -1) > 0) {
		if (p[1].revents != 0)
			ns_tcp(ns);
		if (p[0].revents != 0 && !ns_udp(ns))
			return;
	}
}

/* One port for both, which is free for TCP too. */
static inline bool
ns_bind(struct nameserver *ns)
{
	socklen_t len = sizeof ns->at;
	struct sockaddr *at = (struct sockaddr *)&ns->at;

	ns->at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	ns->udp = socket(AF_INET, SOCK_DGRAM, 0);
	ns->tcp = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(ns->udp, at, len) < 0 || getsockname(ns->udp, at, &len) < 0)
		abort();
	if (bind(ns->tcp, at, len) == 0 && listen(ns->tcp, 4) == 0)
		return true;
	close(ns->udp);
	close(ns->tcp);
	return false;
}

static inline void
nameserver_begin(struct nameserver *ns, const struct zone *zones)
{
	memset(ns, 0, sizeof *ns);
	ns->zones = zones;
	/* Options of the user's would change how long is waited. */
	unsetenv("RES_OPTIONS");
	while (!ns_bind(ns))
		;
	snprintf(ns->address, sizeof ns->address, "127.0.0.1:%u",
	    (unsigned)ntohs(ns->at.sin_port));
	if (pipe(ns->log) < 0 || (ns->pid = fork()) < 0)
		abort();
	if (ns->pid == 0) {
		ns_serve(ns);
		_exit(0);
	}
	close(ns->log[1]);
	close(ns->udp);
	close(ns->tcp);
}

/* All questions so far are counted; from now on nobody answers there. */
static inline void
nameserver_end(struct nameserver *ns)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char how;

	sendto(fd, "end", 3, 0, (struct sockaddr *)&ns->at, sizeof ns->at);
	close(fd);
	waitpid(ns->pid, NULL, 0);
	for (; read(ns->log[0], &how, 1) == 1; ns->asked++)
		ns->by_tcp += how == 't';
	close(ns->log[0]);
}

#endif
