/* SPDX-License-Identifier: ISC */
/* door.c - sockets that listen. */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "practice/door.h"
#include "practice/peer.h"

/* An address and its length. */
struct place {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;
	socklen_t size;
};

static const struct door all[DOORS] = {
	{ "smtp", &service_smtp, false, -1, 0 },
	{ "smtps", &service_smtp, true, -1, 0 },
	{ "pop3", &service_pop3, false, -1, 0 },
	{ "pop3s", &service_pop3, true, -1, 0 },
	{ "imap", &service_imap, false, -1, 0 },
	{ "imaps", &service_imap, true, -1, 0 },
};

static bool
find_place(struct place *place, const char *address, uint16_t port)
{
	memset(place, 0, sizeof *place);
	if (inet_pton(AF_INET, address, &place->a.v4.sin_addr) == 1) {
		place->a.v4.sin_family = AF_INET;
		place->a.v4.sin_port = htons(port);
		place->size = sizeof place->a.v4;
		return true;
	}
	place->a.v6.sin6_family = AF_INET6;
	place->a.v6.sin6_port = htons(port);
	place->size = sizeof place->a.v6;
	return inet_pton(AF_INET6, address, &place->a.v6.sin6_addr) == 1;
}

/* Both families have their port at the same place. */
static uint16_t
port_of(const struct place *place)
{
	return ntohs(place->a.any.sa_family == AF_INET6 ?
		place->a.v6.sin6_port :
		place->a.v4.sin_port);
}

static bool
set_up(int fd, struct place *place)
{
	int on = 1;

	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(fd, &place->a.any, place->size) == 0 &&
	    listen(fd, SOMAXCONN) == 0 &&
	    getsockname(fd, &place->a.any, &place->size) == 0;
}

/* Somebody may have the port; a free one is what nobody asked for gets. */
static int
fail_port(struct fail *f, const char *address, uint16_t port, const char *name)
{
	char why[128];
	int error = errno;

	return fail_set(f, STATUS_NETWORK,
	    "cannot listen on %.64s port %u for %s: %s%s", address,
	    (unsigned)port, name, fail_strerror(error, why, sizeof why),
	    error == EADDRINUSE ? " (--practice alone takes free ones)" : "");
}

static int
open_one(struct door *d, const char *address, uint16_t port, struct fail *f)
{
	struct place place;

	if (!find_place(&place, address, port))
		return fail_about(f, STATUS_USAGE, address,
		    "not an address to listen on");
	d->fd = socket(place.a.any.sa_family, SOCK_STREAM, 0);
	if (d->fd < 0 || !set_up(d->fd, &place))
		return fail_port(f, address, port, d->name);
	d->port = port_of(&place);
	return 0;
}

int
door_open(struct door doors[DOORS], const char *address, uint16_t port,
    struct fail *f)
{
	int i;

	memcpy(doors, all, sizeof all);
	if (port > UINT16_MAX - DOORS + 1)
		return fail_set(f, STATUS_USAGE,
		    "the practice server needs %d ports from %u on", DOORS,
		    (unsigned)port);
	for (i = 0; i < DOORS; i++) {
		uint16_t wanted = port == 0 ? 0 : (uint16_t)(port + i);

		if (open_one(&doors[i], address, wanted, f) < 0) {
			door_close(doors);
			return -1;
		}
	}
	return 0;
}

void
door_close(struct door doors[DOORS])
{
	int i;

	for (i = 0; i < DOORS; i++) {
		if (doors[i].fd >= 0)
			close(doors[i].fd);
		doors[i].fd = -1;
	}
}

void
door_peer(int fd, char *address, unsigned size)
{
	struct place place;
	char text[INET6_ADDRSTRLEN];

	address[0] = '\0';
	place.size = sizeof place.a;
	if (getpeername(fd, &place.a.any, &place.size) != 0)
		return;
	if (place.a.any.sa_family == AF_INET &&
	    inet_ntop(AF_INET, &place.a.v4.sin_addr, text, sizeof text) != NULL)
		snprintf(address, size, "%s", text);
	if (place.a.any.sa_family == AF_INET6 &&
	    inet_ntop(AF_INET6, &place.a.v6.sin6_addr, text, sizeof text) !=
		NULL)
		snprintf(address, size, "IPv6:%s", text);
}
