/* SPDX-License-Identifier: ISC */
/* house.c - one loop for all who come. */
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "conn.h"
#include "fail.h"
#include "identity.h"
#include "practice/door.h"
#include "practice/frame.h"
#include "practice/house.h"
#include "practice/judge.h"
#include "practice/knobs.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "practice/receipt.h"
#include "practice/rules.h"
#include "practice/visit.h"
#include "text.h"

enum {
	VISITS_MOST = 512,
	FILES = 1024,                   /* descriptors that takes */
	HOLDS_MOST = 128 * 1024 * 1024, /* bytes that wait for clients */
	HOLDS_MUCH = 1024 * 1024,       /* ... for one of them */
	NOTES_MOST = 1024 * 1024,       /* ... for telex to be read */
	REST = 100, /* milliseconds, when there are no descriptors */
	BLOCK = 4096
};

/* In poll's list: telex, the doors, the visits. */
enum { TELEX = 0, FIRST_DOOR = 1, FIRST_VISIT = FIRST_DOOR + DOORS };

struct house {
	const struct house_plan *plan;
	struct manners manners;
	struct setting setting;
	struct mailbox box;
	struct judge judge;
	struct identity *identity;
	struct ssl_ctx_st *ctx;
	struct visit *visits[VISITS_MOST];
	size_t count;
	struct pollfd polls[FIRST_VISIT + VISITS_MOST];
	struct buf in, out; /* of telex */
	uint32_t luck;
	int64_t rest; /* nobody is let in before */
	struct fail why;
};

/* --- what visits ask for --- */

static const char *
password(void *arg, const char *user)
{
	const struct house *h = arg;

	return knobs_password(h->plan->knobs, user);
}

static bool
is_user(void *arg, const char *user)
{
	return password(arg, user) != NULL;
}

static const char *
judge(void *arg, const char *from, const char *to)
{
	struct house *h = arg;

	return judge_recipient(&h->judge, from, to, time(NULL));
}

/* Nobody has to be surprised by it: xorshift will do. */
static unsigned
dice(void *arg)
{
	struct house *h = arg;

	h->luck ^= h->luck << 13;
	h->luck ^= h->luck >> 17;
	h->luck ^= h->luck << 5;
	return h->luck % 100;
}

static struct ssl_ctx_st *
identity(void *arg)
{
	struct house *h = arg;

	if (h->identity == NULL)
		h->identity = identity_make(h->plan->names,
		    h->plan->knobs->faults, &h->why);
	if (h->identity != NULL && h->ctx == NULL)
		h->ctx = identity_context(h->identity, &h->why);
	return h->ctx;
}

static void
accepted(void *arg, const struct peer *p, uint32_t uid)
{
	struct house *h = arg;
	const struct mail *mail = mailbox_find(&h->box, uid);
	struct buf note = { 0 };

	(void)p;
	/* Nobody reads them: what counts is in the mailbox. */
	if (mail == NULL || h->out.len > NOTES_MOST)
		return;
	receipt_note(mail, &note);
	frame_put(&h->out, FRAME_NOTE, buf_bytes(&note), note.len);
	buf_free(&note);
}

/* --- telex, which asks --- */

static void
add_ca(struct house *h, struct buf *answer)
{
	if (identity(h) != NULL)
		identity_pem(h->identity, answer, &h->why);
}

static void
add_mail(struct house *h, const char *number, struct buf *answer)
{
	const struct mail *mail = NULL;
	unsigned long uid;

	if (text_number(number, 1, UINT32_MAX, &uid) == 0)
		mail = mailbox_find(&h->box, (uint32_t)uid);
	if (mail != NULL && mail->uid == uid)
		receipt_show(mail, answer);
	else
		fail_set(&h->why, STATUS_USAGE, "there is no message %.20s",
		    number);
}

static void
answer_telex(struct house *h, enum frame_kind kind, size_t n)
{
	struct buf answer = { 0 };
	char word[24] = "";

	if (n > 0 && n < sizeof word)
		memcpy(word, buf_bytes(&h->in), n);
	fail_set(&h->why, STATUS_USAGE, "the practice server cannot say");
	if (kind == FRAME_LIST)
		receipt_list(&h->box, &answer);
	else if (kind == FRAME_CA)
		add_ca(h, &answer);
	else if (kind == FRAME_SHOW)
		add_mail(h, word, &answer);
	if (answer.len > 0)
		frame_put(&h->out, kind, buf_bytes(&answer), answer.len);
	else
		frame_put(&h->out, FRAME_FAILED, h->why.text,
		    strlen(h->why.text));
	buf_free(&answer);
}

/* False when telex has gone. */
static bool
hear_telex(struct house *h)
{
	ssize_t got = recv(h->plan->tell, buf_room(&h->in, BLOCK), BLOCK, 0);
	enum frame_kind kind;
	size_t n = 0;

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return false;
	buf_grew(&h->in, (size_t)got);
	for (;;) {
		if (!frame_take(&h->in, &kind, &n))
			return false;
		if (kind == FRAME_NONE)
			return true;
		answer_telex(h, kind, n);
		buf_drop(&h->in, n);
	}
}

static bool
tell_telex(struct house *h)
{
	ssize_t put;

	if (h->out.len == 0)
		return true;
	put = send(h->plan->tell, buf_bytes(&h->out), h->out.len, MSG_NOSIGNAL);
	if (put > 0)
		buf_drop(&h->out, (size_t)put);
	return put >= 0 || errno == EAGAIN || errno == EINTR;
}

/* --- visits --- */

static void
end_visit(struct house *h, size_t i)
{
	visit_end(h->visits[i]);
	free(h->visits[i]);
	h->visits[i] = h->visits[--h->count];
}

static void
let_in(struct house *h, const struct door *d, const struct conn *conn,
    int64_t now)
{
	struct visit *v = xmalloc(sizeof *v);

	memset(v, 0, sizeof *v);
	v->conn = *conn;
	door_peer(conn->fd, v->peer.address, sizeof v->peer.address);
	h->visits[h->count++] = v;
	visit_begin(v, &h->setting, d->service, d->secure, now);
	if (!visit_work(v, now))
		end_visit(h, h->count - 1);
}

static void
open_door(struct house *h, const struct door *d, int64_t now)
{
	struct conn conn;
	int rc;

	while ((rc = conn_accept(&conn, d->fd, &h->why)) > 0) {
		if (h->count < VISITS_MOST)
			let_in(h, d, &conn, now);
		else
			visit_refuse(&conn, d->service);
	}
	if (rc < 0)
		h->rest = now + REST;
}

/* All mail for one client may wait, and some for others. */
static size_t
holds_most(const struct house *h)
{
	return h->box.most > HOLDS_MOST / 4 ? h->box.most * 4 : HOLDS_MOST;
}

/* Who lets too much lie about has to go. */
static void
keep_small(struct house *h)
{
	for (;;) {
		size_t i, all = 0, worst = 0;

		for (i = 0; i < h->count; i++) {
			all += visit_holds(h->visits[i]);
			if (visit_holds(h->visits[i]) >
			    visit_holds(h->visits[worst]))
				worst = i;
		}
		if (all <= holds_most(h))
			return;
		end_visit(h, worst);
	}
}

/* From behind: who takes the place of one that left has had its turn. */
static void
serve(struct house *h, int64_t now)
{
	size_t i = h->count;

	while (i-- > 0) {
		struct visit *v = h->visits[i];

		if (h->polls[FIRST_VISIT + i].revents == 0 &&
		    visit_due(v) > now)
			continue;
		if (!visit_work(v, now))
			end_visit(h, i);
		else if (visit_holds(v) > HOLDS_MUCH)
			keep_small(h);
		if (i > h->count)
			i = h->count;
	}
}

/* --- the loop --- */

/* Fill poll's list; how long to wait at most. */
static int
prepare(struct house *h, int64_t now)
{
	int64_t due = now + 60000;
	size_t i;

	h->polls[TELEX] = (struct pollfd){ h->plan->tell, POLLIN, 0 };
	if (h->out.len > 0)
		h->polls[TELEX].events |= POLLOUT;
	for (i = 0; i < DOORS; i++) {
		int fd = now < h->rest ? -1 : h->plan->doors[i].fd;

		h->polls[FIRST_DOOR + i] = (struct pollfd){ fd, POLLIN, 0 };
	}
	if (now < h->rest)
		due = h->rest;
	for (i = 0; i < h->count; i++) {
		const struct visit *v = h->visits[i];
		short events = conn_events(&v->conn);

		h->polls[FIRST_VISIT + i] =
		    (struct pollfd){ events == 0 ? -1 : v->conn.fd, events, 0 };
		if (visit_due(v) < due)
			due = visit_due(v);
	}
	return due <= now ? 0 : (int)(due - now);
}

static bool
turn(struct house *h)
{
	int wait = prepare(h, clock_ms());
	int64_t now;
	size_t i;

	if (poll(h->polls, FIRST_VISIT + h->count, wait) < 0)
		return errno == EINTR || errno == ENOMEM;
	if (h->polls[TELEX].revents != 0 && !hear_telex(h))
		return false;
	now = clock_ms();
	serve(h, now);
	keep_small(h);
	for (i = 0; i < DOORS; i++) {
		if (h->polls[FIRST_DOOR + i].revents != 0)
			open_door(h, &h->plan->doors[i], now);
	}
	return tell_telex(h);
}

/* As many descriptors as there may be clients, if we are let. */
static void
ask_for_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES)
		return;
	limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void
settle(struct house *h, const struct house_plan *plan)
{
	const struct knobs *k = plan->knobs;

	h->plan = plan;
	h->luck = ((uint32_t)time(NULL) ^ (uint32_t)getpid()) | 1;
	h->box.most = k->box;
	h->box.validity = (uint32_t)time(NULL) | 1;
	h->judge = (struct judge){ .known = k->known,
		.greylist = k->greylist,
		.is_user = is_user,
		.arg = h };
	h->manners = (struct manners){ .host = "localhost",
		.starttls = !k->no_starttls,
		.auth = k->auth,
		.known = k->known,
		.strict = k->strict,
		.message_most = k->size,
		.judge = judge,
		.password = password,
		.arg = h };
	h->setting = (struct setting){ .manners = &h->manners,
		.rules = plan->rules,
		.box = &h->box,
		.slow = k->slow,
		.dice = dice,
		.identity = identity,
		.accepted = accepted,
		.arg = h };
}

void
house_run(const struct house_plan *plan)
{
	struct house *h = xmalloc(sizeof *h);

	memset(h, 0, sizeof *h);
	settle(h, plan);
	ask_for_files();
	fcntl(plan->tell, F_SETFL, O_NONBLOCK);
	while (turn(h))
		continue;
	while (h->count > 0)
		end_visit(h, h->count - 1);
	identity_context_free(h->ctx);
	identity_free(h->identity);
	mailbox_free(&h->box);
	judge_free(&h->judge);
	buf_free(&h->in);
	buf_free(&h->out);
	free(h);
}
