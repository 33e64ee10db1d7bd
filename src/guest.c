/* SPDX-License-Identifier: ISC */
/* guest.c - the client that came to be served. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "begun.h"
#include "buf.h"
#include "clock.h"
#include "fill.h"
#include "guest.h"
#include "signals.h"
#include "template.h"
#include "text.h"
#include "transcript.h"

enum {
	SHOWN = 200,       /* bytes of a line, in a sentence */
	LEAVE_TIME = 2000, /* milliseconds for the client to close, too */
	WANTED = 512       /* bytes of a sentence about what was expected */
};

/* --- waiting --- */

bool
guest_signals(struct guest *g)
{
	int signo;

	while ((signo = signals_next()) != 0) {
		if (signo == SIGTSTP)
			signals_stop();
		else if (signo != SIGCONT && signo != SIGWINCH)
			g->signo = signo;
	}
	return g->signo != 0;
}

/* For so long, or for ever if it is negative: 1 ready, 0 not, -1 signal. */
static int
poll_for(struct guest *g, int64_t ms)
{
	short events = conn_events(&g->conn);
	struct pollfd p[2] = {
		{ g->wake, POLLIN, 0 },
		{ events == 0 ? -1 : g->conn.fd, events, 0 },
	};
	int n = poll(p, 2, ms < 0 ? -1 : ms > 1 << 30 ? 1 << 30 : (int)ms);

	if (p[0].revents != 0 && guest_signals(g))
		return -1;
	/* A system that cannot poll has nothing to say either. */
	if (n < 0 && errno != EINTR)
		return 0;
	return n > 0 ? 1 : 0;
}

int
guest_wait(struct guest *g, int ms)
{
	int64_t until = clock_ms() + ms;

	for (;;) {
		int64_t left = ms == 0 ? -1 : until - clock_ms();
		int ready;

		if (g->conn.lost)
			return -1;
		if (ms > 0 && left <= 0)
			return 0;
		ready = poll_for(g, left);
		if (ready < 0)
			return -1;
		if (ready > 0)
			return conn_work(&g->conn) < 0 ? -1 : 1;
	}
}

int
guest_pause(struct guest *g, int64_t ms)
{
	int64_t until = clock_ms() + ms;
	int64_t left;

	while ((left = until - clock_ms()) > 0) {
		/* A client that is lost here is missed when it is to speak. */
		if (guest_wait(g, left > 1000 ? 1000 : (int)left) < 0 &&
		    g->signo != 0)
			return -1;
	}
	return 0;
}

/* --- sentences --- */

/* FILE:LINE and what was expected there, as the file has it. */
static void
expected(const struct guest *g, const struct item *item, char *text)
{
	const char *mark = item->kind == ITEM_EVENT ? "" : "\"";
	struct buf b = { 0 };

	if (item->kind == ITEM_EVENT)
		buf_adds(&b, item->event == EVENT_CLOSE ? "<close>" : "<TLS>");
	else
		text_quote(&b, item->text, item->len, SHOWN);
	snprintf(text, WANTED, "%.200s:%lu: expected %s%.*s%s", g->file,
	    item->line, mark, (int)b.len, b.len == 0 ? "" : buf_bytes(&b),
	    mark);
	buf_free(&b);
}

/* The client's first line, or what there is of it. */
static void
quote_client(const struct guest *g, struct buf *to)
{
	const char *p = buf_bytes(&g->conn.in);
	size_t n, open;

	if (conn_line(&g->conn, &n) == 0)
		n = g->conn.in.len;
	/* It may be a secret wherever it is said. */
	open = begun_would(&g->paper.dialog, p, n).secret;
	text_quote(to, p, open < n ? open : n, SHOWN);
	if (open < n)
		buf_adds(to, "********");
	buf_add(to, "", 1);
}

int
guest_differs(struct guest *g, const struct item *item)
{
	struct buf b = { 0 };
	char wanted[WANTED];

	expected(g, item, wanted);
	quote_client(g, &b);
	fail_set(&g->why, STATUS_DIFFERS, "%s, the client said \"%s\"", wanted,
	    buf_bytes(&b));
	buf_free(&b);
	return -1;
}

/* What was expected does not come. */
static int
missing(struct guest *g, const struct item *item, bool slow)
{
	char wanted[WANTED];

	if (g->signo != 0)
		return -1;
	expected(g, item, wanted);
	if (slow)
		return fail_set(&g->why, STATUS_TIMEOUT,
		    "%s, the client said nothing for %g s", wanted,
		    (double)g->timeout / 1000);
	/* Half a line is a clue. */
	if (g->conn.in.len > 0)
		return guest_differs(g, item);
	return fail_set(&g->why, STATUS_DIFFERS,
	    "%s, the client closed the connection%s%s", wanted,
	    g->conn.error[0] == '\0' ? "" : ": ", g->conn.error);
}

int
guest_more(struct guest *g, const struct item *item)
{
	size_t had = g->conn.in.len;

	while (g->conn.in.len <= had) {
		int ready;

		if (had >= CONN_IN_MOST)
			return guest_differs(g, item);
		if (g->conn.ended)
			return missing(g, item, false);
		ready = guest_wait(g, g->timeout);
		if (ready <= 0 && g->conn.in.len <= had)
			return missing(g, item, ready == 0);
	}
	return 0;
}

void
guest_skip_ends(struct guest *g)
{
	struct buf *in = &g->conn.in;

	while (
	    in->len > 0 && (*buf_bytes(in) == '\r' || *buf_bytes(in) == '\n'))
		buf_drop(in, 1);
}

/* --- sending --- */

/* A reply bears the tag of the client's own. */
static void
put_tag(const struct guest *g, struct buf *line)
{
	size_t n = text_word(buf_bytes(line), line->len);
	struct buf other = { 0 };
	size_t i;

	for (i = g->tags; i > 0 && g->tags - i < GUEST_TAGS; i--) {
		const struct alias *a = &g->aliases[(i - 1) % GUEST_TAGS];

		if (a->len != n || memcmp(a->tag, buf_bytes(line), n) != 0)
			continue;
		buf_add(&other, a->own, a->own_len);
		buf_add(&other, buf_bytes(line) + n, line->len - n);
		buf_free(line);
		*line = other;
		return;
	}
}

static int
send_line(struct guest *g, const struct item *item, const struct buf *line)
{
	while (!conn_send(&g->conn, buf_bytes(line), line->len)) {
		int ready = guest_wait(g, g->timeout);

		if (ready > 0)
			continue;
		if (g->signo != 0)
			return -1;
		return fail_set(&g->why,
		    ready == 0 ? STATUS_TIMEOUT : STATUS_DIFFERS,
		    "%.200s:%lu: the client does not read this%s%s", g->file,
		    item->line, ready == 0 ? "" : ": ",
		    ready == 0 ? "" : g->conn.error);
	}
	return 0;
}

bool
guest_text(const struct guest *g, const struct item *item, uint64_t octets,
    struct buf *line)
{
	if (item->how == TEXT_TEMPLATE)
		return fill_text(&g->vars, item->text, item->len, octets, line);
	if (item->how == TEXT_ESCAPED)
		return template_unescape(item->text, item->len, line);
	buf_add(line, item->text, item->len);
	return true;
}

/* The server says this; behind octets, the line before them goes on. */
static void
note_line(struct guest *g, const struct buf *line, bool ended)
{
	uint64_t due = verdict_octets(&g->paper.dialog);
	struct heard h;

	paper_heard(&g->paper, line->len == 0 ? "" : buf_bytes(line), line->len,
	    !ended, &h);
	g->mid = !ended || verdict_octets(&g->paper.dialog) > 0 ||
	    (due > 0 && due == line->len + 2);
}

int
guest_say(struct guest *g, const struct item *item, uint64_t octets)
{
	struct buf line = { 0 };
	bool ended = guest_text(g, item, octets, &line);
	int rc;

	if (!g->mid && g->paper.dialog.proto->tagged && line.len > 0)
		put_tag(g, &line);
	note_line(g, &line, ended);
	if (ended)
		buf_add(&line, "\r\n", 2);
	rc = line.len == 0 ? 0 : send_line(g, item, &line);
	buf_free(&line);
	return rc;
}

/* --- beginnings and ends --- */

int
guest_tls(struct guest *g, const struct item *item, struct ssl_ctx_st *ctx)
{
	/* It has happened, as some transcripts say again. */
	if (conn_is_tls(&g->conn))
		return 0;
	if (conn_tls(&g->conn, ctx) < 0)
		return guest_differs(g, item);
	while (!conn_is_tls(&g->conn)) {
		int ready = guest_wait(g, g->timeout);

		if (ready > 0 || conn_is_tls(&g->conn))
			continue;
		if (g->signo != 0)
			return -1;
		if (ready == 0)
			return missing(g, item, true);
		return fail_set(&g->why, STATUS_TLS,
		    "%.200s:%lu: the handshake failed: %s", g->file, item->line,
		    g->conn.error);
	}
	paper_settle(&g->paper);
	return 0;
}

int
guest_leaves(struct guest *g, const struct item *item)
{
	while (!g->conn.ended) {
		int ready = guest_wait(g, g->timeout);

		if (ready == 0)
			return missing(g, item, true);
		if (ready < 0)
			return g->signo != 0 ? -1 : 0;
		if (g->conn.in.len > 0)
			break;
	}
	return g->conn.in.len == 0 ? 0 : guest_differs(g, item);
}

int
guest_dismiss(struct guest *g, const struct item *last)
{
	struct buf quoted = { 0 };

	conn_end(&g->conn);
	while (!g->conn.ended || g->conn.out.len > 0) {
		if (guest_wait(g, LEAVE_TIME) <= 0)
			break;
	}
	guest_skip_ends(g);
	if (g->signo != 0 || g->conn.in.len == 0)
		return g->signo != 0 ? -1 : 0;
	quote_client(g, &quoted);
	fail_set(&g->why, STATUS_DIFFERS,
	    "%.200s:%lu: the transcript ends, the client said \"%s\"", g->file,
	    last == NULL ? 1 : last->line, buf_bytes(&quoted));
	buf_free(&quoted);
	return -1;
}

void
guest_free(struct guest *g)
{
	conn_close(&g->conn);
	paper_end(&g->paper);
	vars_free(&g->vars);
	text_wipe(g->aliases, sizeof g->aliases);
}
