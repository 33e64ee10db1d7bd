/* SPDX-License-Identifier: ISC */
/* route_test.c - from a command line's target to a socket. */
#include <sys/un.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "rerun.h"
#include "route.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum server { NOBODY, PORT, PATH };

struct row {
	const char *name, *line;
	enum server server; /* who is there */
	int rc, status;
	const char *err;
	const char *heard; /* the server: it begins so, or is nothing */
	const char *ascii;
};

/* A server at "./path" instead of a port. */
static void
player_at_path(struct player *p)
{
	static const char *const part[] = { "ALL", NULL };
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "path" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(p, 0, sizeof *p);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(fd, 1) < 0)
		abort();
	player_on(p, fd, -1, part);
}

/* What a session is like behind route_open. */
struct result {
	int rc, status;
	bool open, kept;
	bool prepared; /* for TLS */
	char ascii[256];
	uint16_t port;
};

static void
go(const char *line, unsigned port, struct stage *st, struct result *r)
{
	struct session *s = &st->s;
	struct rerun rerun;
	socklen_t len = sizeof(int);
	int on = 0;

	rerun_read(&rerun, line, port);
	memset(st, 0, sizeof *st);
	stage_dark(st);
	session_init(s, &rerun.opt, false);
	r->rc = route_open(s);
	r->status = s->status;
	r->open = s->wire.fd >= 0;
	r->port = s->port;
	r->prepared = s->wire.ctx != NULL;
	memcpy(r->ascii, s->ascii, sizeof r->ascii);
	getsockopt(s->wire.fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len);
	r->kept = on != 0;
	wire_close(&s->wire);
	session_free(s);
	stage_light(st);
	options_free(&rerun.opt);
}

/* In plain text nothing of TLS is set up, where nobody speaks of it. */
static bool
agree(const struct row *row, const struct stage *st, const struct result *r,
    const struct player *p, unsigned port)
{
	return r->rc == row->rc && r->status == row->status &&
	    r->open == (row->rc == 0) &&
	    r->kept == (row->rc == 0 && row->server == PORT) &&
	    strcmp(r->ascii, row->ascii) == 0 && !r->prepared &&
	    strncmp(p->heard, row->heard, strlen(row->heard)) == 0 &&
	    (row->heard[0] != '\0' || p->heard[0] == '\0') &&
	    r->port == (row->server == PORT && row->rc == 0 ? port : r->port) &&
	    (row->err[0] == '\0' ? st->err[0] == '\0' :
				   strstr(st->err, row->err) != NULL);
}

static void
play(const struct row *row, struct stage *st, struct result *r,
    struct player *p)
{
	static const char *const part[] = { "ALL", NULL };
	int fd = -1;

	memset(p, 0, sizeof *p);
	if (row->server == PORT)
		player_begin(p, part);
	else if (row->server == PATH)
		player_at_path(p);
	else
		p->port = (uint16_t)rerun_nobody(&fd);
	go(row->line, p->port, st, r);
	if (fd >= 0)
		close(fd);
	else
		player_end(p);
	unlink("path");
}

#define HOST "127.0.0.1"

static void
test_ways(void **state)
{
	static const struct row rows[] = {
		{ "an address", HOST " %u", PORT, 0, 0, "", "", HOST },
		{ "a path", "unix:path", PATH, 0, 0, "", "", "" },
		{ "nobody is there", HOST " %u", NOBODY, -1, STATUS_NETWORK,
		    "telex: cannot connect to " HOST " port ", "", HOST },
		{ "no path", "unix:none", NOBODY, -1, STATUS_NETWORK,
		    "telex: cannot connect to none: no such file", "", "" },
		{ "another family", "-6 " HOST " %u", NOBODY, -1, STATUS_USAGE,
		    "telex: " HOST ": an IPv4 address (only IPv6 was asked "
		    "for)\n",
		    "", HOST },
		{ "a header of a proxy",
		    "-vv --proxy-header=v1,192.0.2.1:7 " HOST " %u", PORT, 0, 0,
		    "* sent before all else: PROXY TCP4 192.0.2.1 " HOST " 7 ",
		    "PROXY TCP4 192.0.2.1 " HOST " 7 ", HOST },
		{ "a TLS option that is wrong", "--cafile none " HOST " %u",
		    NOBODY, -1, STATUS_USAGE,
		    "telex: cannot read the CA file none: ", "", "" },
		{ "no folder", "--capath none " HOST " %u", NOBODY, -1,
		    STATUS_USAGE,
		    "telex: cannot read the CA directory none: ", "", "" },
		{ "no certificate", "--cert none " HOST " %u", NOBODY, -1,
		    STATUS_USAGE,
		    "telex: cannot read the certificate none: ", "", "" },
		{ "no name of ALPN", "--alpn , " HOST " %u", NOBODY, -1,
		    STATUS_USAGE, "telex: --alpn ,: ", "", "" },
		{ "no setting", "--tls-opt none=x " HOST " %u", NOBODY, -1,
		    STATUS_USAGE, "telex: --tls-opt none=x: ", "", "" },
		{ "no proxy", "--proxy socks5://" HOST ":%u h 25", NOBODY, -1,
		    STATUS_NETWORK, "telex: the proxy is not reached: ", "",
		    "h" },
	};
	char folder[] = "/tmp/telex-route-XXXXXX";
	static struct stage st;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	rerun_enter(folder);
	for (i = 0; i < ROWS(rows); i++) {
		struct result r;
		struct player p;

		play(&rows[i], &st, &r, &p);
		if (agree(&rows[i], &st, &r, &p, p.port))
			continue;
		wrong++;
		print_error("%s: %d, status %d, open %d, kept %d, \"%s\", "
			    "heard \"%s\"\n%s",
		    rows[i].name, r.rc, r.status, r.open, r.kept, r.ascii,
		    p.heard, st.err);
	}
	rerun_leave(folder);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
