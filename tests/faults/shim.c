/* SPDX-License-Identifier: ISC */
/* shim.c - trouble on demand: preloaded into the program under test. */
/*
 * It makes system calls fail or fall short, and gives names addresses of the
 * test's choice.
 *
 * FAULTS is a comma-separated list of CALL:KIND:WHEN.  CALL is read, write,
 * recv, send, poll, connect or any; KIND is short, EINTR, EAGAIN,
 * ECONNRESET, ENOSPC or EIO; WHEN is a number N (the Nth call of this CALL,
 * once), or "pP" (each call with a probability of P in a hundred, from
 * FAULT_SEED; strict alternation would starve a correct loop).
 * FAULT_COUNT names a file to which the calls of each CALL are written.
 * FAULT_HOSTS is a list of NAME=ADDRESS+ADDRESS for getaddrinfo.
 * FAULT_ROUTE is an IPv4 address that connect(2) replaces by 127.0.0.1: a
 * peer that the program does not take for its own machine.
 *
 * The faults of "recv" and "send" are for whatever call is made on a socket,
 * read(2) and write(2) included; those of "read" and "write" are for all
 * other descriptors.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum call { READ, WRITE, RECV, SEND, POLL, CONNECT, CALLS };

enum { SHORT = -1 };

static const char *const call_names[CALLS] = { "read", "write", "recv", "send",
	"poll", "connect" };

static const struct {
	const char *name;
	int error;
} kinds[] = {
	{ "short", SHORT },
	{ "EINTR", EINTR },
	{ "EAGAIN", EAGAIN },
	{ "ECONNRESET", ECONNRESET },
	{ "ENOSPC", ENOSPC },
	{ "EIO", EIO },
};

struct fault {
	int call; /* CALLS: any */
	int error;
	unsigned long at; /* the Nth call, or 0 */
	unsigned long percent;
};

static struct fault faults[16];
static size_t nfaults;
static unsigned long counts[CALLS + 1];
static unsigned long long seed;
static FILE *count_file;

static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

/* ISO C has no such conversion; dlsym(3) is of no use without it. */
#define REAL(f) (__extension__(__typeof__(&f)) real(#f))

static int
call_number(const char *name)
{
	int i;

	for (i = 0; i < CALLS; i++)
		if (strcmp(name, call_names[i]) == 0)
			break;
	return i;
}

static int
kind_number(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].error;
	abort();
}

__attribute__((constructor)) static void
shim_start(void)
{
	const char *given = getenv("FAULTS");
	char *copy, *one, *rest;

	seed = 1;
	if (getenv("FAULT_SEED") != NULL)
		seed = strtoull(getenv("FAULT_SEED"), NULL, 10) * 2 + 1;
	if (getenv("FAULT_COUNT") != NULL)
		count_file = fopen(getenv("FAULT_COUNT"), "we");
	copy = strdup(given != NULL ? given : "");
	for (one = strtok_r(copy, ",", &rest); one != NULL;
	     one = strtok_r(NULL, ",", &rest)) {
		char call[16], kind[16], when[16];
		struct fault *f = &faults[nfaults++];

		if (sscanf(one, "%15[^:]:%15[^:]:%15s", call, kind, when) != 3)
			abort();
		f->call = call_number(call);
		f->error = kind_number(kind);
		if (when[0] == 'p')
			f->percent = strtoul(when + 1, NULL, 10);
		else
			f->at = strtoul(when, NULL, 10);
	}
	free(copy);
}

__attribute__((destructor)) static void
shim_end(void)
{
	unsigned long made[CALLS + 1];
	FILE *to = count_file;
	int i;

	if (to == NULL)
		return;
	count_file = NULL;
	memcpy(made, counts, sizeof(made));
	for (i = 0; i < CALLS; i++)
		fprintf(to, "%s %lu\n", call_names[i], made[i]);
	fprintf(to, "any %lu\n", made[CALLS]);
	nfaults = 0;
	fclose(to);
}

static unsigned long
random_percent(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned long)(seed >> 33) % 100;
}

/* What shall happen to this call: 0 nothing, SHORT, or an errno. */
static int
fate(enum call call)
{
	size_t i;
	int found = 0;

	counts[call]++;
	counts[CALLS]++;
	for (i = 0; i < nfaults && found == 0; i++) {
		const struct fault *f = &faults[i];
		bool mine = f->call == (int)call || f->call == CALLS;

		if (!mine)
			continue;
		if (f->at != 0 && f->at == counts[f->call])
			found = f->error;
		if (f->percent != 0 && random_percent() < f->percent)
			found = f->error;
	}
	return found;
}

static bool
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/*
 * EAGAIN is only for descriptors and calls that may give it; a blocking
 * read that answers EAGAIN is a kernel that does not exist.
 */
static bool
may_say_again(int fd, int flags)
{
	int mode = fcntl(fd, F_GETFL);

	return (flags & MSG_DONTWAIT) != 0 ||
	    (mode != -1 && (mode & O_NONBLOCK) != 0);
}

/* The number of bytes to try, or -1 with errno. */
static ssize_t
bent(enum call call, int fd, int flags, size_t n)
{
	int what;

	if (fd <= 2 && call != READ && call != WRITE && is_socket(fd))
		return (ssize_t)n;
	what = fate(call);
	if (what == SHORT)
		return n > 1 ?
		    (ssize_t)(1 + random_percent() % (n - 1 < 7 ? n - 1 : 7)) :
		    (ssize_t)n;
	if (what == 0 || (what == EAGAIN && !may_say_again(fd, flags)))
		return (ssize_t)n;
	errno = what;
	return -1;
}

ssize_t
read(int fd, void *p, size_t n)
{
	ssize_t m = bent(is_socket(fd) ? RECV : READ, fd, 0, n);

	return m < 0 ? -1 : REAL(read)(fd, p, (size_t)m);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	ssize_t m = bent(is_socket(fd) ? SEND : WRITE, fd, 0, n);

	return m < 0 ? -1 : REAL(write)(fd, p, (size_t)m);
}

ssize_t
recv(int fd, void *p, size_t n, int flags)
{
	ssize_t m = bent(RECV, fd, flags, n);

	return m < 0 ? -1 : REAL(recv)(fd, p, (size_t)m, flags);
}

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	ssize_t m = bent(SEND, fd, flags, n);

	return m < 0 ? -1 : REAL(send)(fd, p, (size_t)m, flags);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	ssize_t m =
	    bent(is_socket(fd) ? SEND : WRITE, fd, 0, n > 0 ? v[0].iov_len : 0);

	if (m < 0)
		return -1;
	if (n > 0 && (size_t)m < v[0].iov_len)
		return REAL(write)(fd, v[0].iov_base, (size_t)m);
	return REAL(writev)(fd, v, n);
}

ssize_t
splice(int in, off_t *in_at, int out, off_t *out_at, size_t n, unsigned flags)
{
	ssize_t m = bent(is_socket(in) ? RECV : READ, in, 0, n);

	return m < 0 ? -1 :
		       REAL(splice)(in, in_at, out, out_at, (size_t)m, flags);
}

int
poll(struct pollfd *p, nfds_t n, int ms)
{
	int what = fate(POLL);

	if (what == EINTR) {
		errno = what;
		return -1;
	}
	return REAL(poll)(p, n, ms);
}

/* What poll is in a program built with _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *p, nfds_t n, int ms, size_t size);

int
__poll_chk(struct pollfd *p, nfds_t n, int ms, size_t size)
{
	(void)size;
	return poll(p, n, ms);
}

int
ppoll(struct pollfd *p, nfds_t n, const struct timespec *ts,
    const sigset_t *mask)
{
	int what = fate(POLL);

	if (what == EINTR) {
		errno = what;
		return -1;
	}
	return REAL(ppoll)(p, n, ts, mask);
}

static bool
is_routed(const struct sockaddr *to, struct sockaddr_in *other)
{
	const char *from = getenv("FAULT_ROUTE");

	if (from == NULL || to->sa_family != AF_INET)
		return false;
	memcpy(other, to, sizeof(*other));
	if (other->sin_addr.s_addr != inet_addr(from))
		return false;
	other->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return true;
}

__extension__ int
connect(int fd, const struct sockaddr *to, socklen_t len)
{
	int what = fate(CONNECT);
	struct sockaddr_in other;

	if (is_routed(to, &other))
		to = (const struct sockaddr *)&other;
	if (what == ECONNRESET || what == EIO) {
		errno = what;
		return -1;
	}
	if (what == EINTR) {
		/* An interrupted connect goes on by itself (POSIX). */
		int rc = REAL(connect)(fd, to, len);

		if (rc == 0 || errno == EINPROGRESS) {
			errno = EINTR;
			return -1;
		}
		return rc;
	}
	return REAL(connect)(fd, to, len);
}

/* The list of addresses that FAULT_HOSTS has for a name; NULL if none. */
static char *
addresses_of(const char *name)
{
	const char *given = getenv("FAULT_HOSTS");
	size_t len = name != NULL ? strlen(name) : 0;

	while (given != NULL && *given != '\0') {
		size_t n = strcspn(given, ",");

		if (n > len && given[len] == '=' &&
		    strncmp(given, name, len) == 0)
			return strndup(given + len + 1, n - len - 1);
		given += n + (given[n] == ',');
	}
	return NULL;
}

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **found)
{
	char *list = addresses_of(name), *one, *rest;
	struct addrinfo want, **end = found;
	int rc = EAI_NONAME;

	if (list == NULL)
		return REAL(getaddrinfo)(name, service, hints, found);
	memset(&want, 0, sizeof(want));
	if (hints != NULL)
		want = *hints;
	want.ai_flags &= ~AI_ADDRCONFIG;
	*found = NULL;
	for (one = strtok_r(list, "+", &rest); one != NULL;
	     one = strtok_r(NULL, "+", &rest)) {
		if (REAL(getaddrinfo)(one, service, &want, end) != 0) {
			*end = NULL;
			continue;
		}
		rc = 0;
		while (*end != NULL)
			end = &(*end)->ai_next;
	}
	free(list);
	return rc;
}
