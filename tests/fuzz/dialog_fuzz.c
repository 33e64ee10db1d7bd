/* SPDX-License-Identifier: ISC */
/* dialog_fuzz.c - TLS begins when it was agreed to, secrets stay secret. */
#include <string.h>

#include "buf.h"
#include "dialog.h"
#include "fuzz.h"
#include "protos.h"
#include "text.h"
#include "verdict.h"

enum { OWED_MOST = 512 };

/* What a reply is owed to.  BDAT's octets and PRDR's further replies are no
 * part of the model: verdict_fuzz.c has them. */
enum kind { OTHER, STARTTLS, AUTH, BDAT };

/* A second opinion on an SMTP session, kept as simply as can be. */
struct model {
	struct dialog *d;
	const struct proto *proto;
	enum kind owed[OWED_MOST];
	size_t count;
	bool open, stray; /* a reply goes on; and it answers nothing */
	bool tls;
	bool secret; /* the server waits for one, and nothing else is owed */
};

static void
owe(struct model *m, enum kind kind)
{
	MUST(m->count < OWED_MOST);
	m->owed[m->count++] = kind;
}

static enum kind
settle(struct model *m)
{
	enum kind kind = m->owed[0];

	memmove(m->owed, m->owed + 1, --m->count * sizeof m->owed[0]);
	return kind;
}

static bool
is_code(const char *p, size_t n)
{
	return n >= 3 && p[0] >= '1' && p[0] <= '5' && p[1] >= '0' &&
	    p[1] <= '9' && p[2] >= '0' && p[2] <= '9' &&
	    (n == 3 || p[3] == ' ' || p[3] == '-');
}

/* A line of the server.  Returns whether it agrees to begin TLS. */
static bool
model_heard(struct model *m, const char *p, size_t n)
{
	bool code = is_code(p, n);
	enum kind kind;

	if (!m->open && !code)
		return false;
	if (!m->open)
		m->stray = m->count == 0;
	m->open = !code || (n > 3 && p[3] == '-');
	/* A refusal that nobody asked for takes the challenge back. */
	if (!m->open && m->stray && (p[0] == '4' || p[0] == '5'))
		m->secret = false;
	if (m->open || m->stray || p[0] == '1')
		return false;
	kind = settle(m);
	m->secret = kind == AUTH && p[0] == '3' && m->count == 0;
	return kind == STARTTLS && !m->tls && memcmp(p, "220", 3) == 0;
}

static void
heard(struct model *m, const char *p, size_t n)
{
	enum turn before = dialog_turn(m->d);
	bool one = !m->open && before != TURN_OVER;
	bool agrees;
	struct heard h;
	enum turn turn;

	if (n >= 3 && memcmp(p, "353", 3) == 0)
		return;
	agrees = model_heard(m, p, n);
	h = verdict_line(m->d, p, n);
	turn = dialog_turn(m->d);

	MUST(turn != TURN_UPGRADE || before == TURN_UPGRADE || agrees);
	if (agrees && one)
		MUST(turn == TURN_UPGRADE);
	MUST(h.class != CLASS_NONE || h.unsolicited);
	MUST(m->d->words.len <= sizeof m->d->words.text);
	if (m->secret && before != TURN_UPGRADE && turn != TURN_OVER)
		MUST(turn == TURN_SECRET);
}

/* Servers separate words by any blank or control, and pass over them in
 * front: the length of those at p, or of the others. */
static size_t
run_of(const char *p, size_t n, bool blanks)
{
	size_t i = 0;

	while (i < n && ((unsigned char)p[i] <= ' ') == blanks)
		i++;
	return i;
}

static enum kind
kind_of(const char *p, size_t n)
{
	size_t at = run_of(p, n, true);
	size_t len = run_of(p + at, n - at, false);

	if (text_is(p + at, len, "STARTTLS"))
		return STARTTLS;
	if (text_is(p + at, len, "BDAT"))
		return BDAT;
	return text_is(p + at, len, "AUTH") ? AUTH : OTHER;
}

/* Where the initial response of AUTH begins, or n. */
static size_t
initial_response(const char *p, size_t n)
{
	size_t at = run_of(p, n, true), word;

	for (word = 0; word < 2; word++) {
		at += run_of(p + at, n - at, false);
		at += run_of(p + at, n - at, true);
	}
	return at;
}

static void
said(struct model *m, const char *p, size_t n)
{
	enum turn turn = dialog_turn(m->d);
	unsigned rcpts = m->d->recipients;
	struct said would = dialog_would(m->d, p, n);
	struct said s;

	if (turn == TURN_UPGRADE || m->count + rcpts + 2 > OWED_MOST ||
	    (turn != TURN_DATA && kind_of(p, n) == BDAT))
		return;
	s = dialog_said(m->d, p, n);
	MUST(s.kind == would.kind && s.secret == would.secret);
	MUST(s.secret <= n);
	if (turn == TURN_SECRET)
		MUST(s.kind == SAID_SECRET);
	if (s.kind == SAID_SECRET)
		MUST(s.secret == 0 || (n == 1 && p[0] == '*'));
	if (s.kind == SAID_COMMAND && kind_of(p, n) == AUTH)
		MUST(s.secret == initial_response(p, n));
	m->secret = false;
	if (s.kind == SAID_COMMAND)
		owe(m, kind_of(p, n));
	if (s.kind == SAID_SECRET)
		owe(m, AUTH);
	if (s.kind != SAID_DATA_END)
		return;
	owe(m, OTHER);
	while (m->proto->reply_per_rcpt && rcpts-- > 1)
		owe(m, OTHER);
}

static void
upgraded(struct model *m)
{
	if (dialog_turn(m->d) != TURN_UPGRADE)
		return;
	dialog_upgraded(m->d);
	m->tls = true;
	m->count = 0;
	m->open = m->secret = false;
	MUST(words_at(&m->d->words, 0) == NULL && dialog_owed(m->d) == 0);
}

/* A line of the input: who speaks, and what is said ("C: EHLO x"). */
static void
play(struct model *m, const char *p, size_t n)
{
	char who = n > 0 ? p[0] : 'S';
	size_t skip = n < 3 ? n : 3;
	char *text = exact(p + skip, n - skip);

	if (who == 'U')
		upgraded(m);
	else if (who == 'C')
		said(m, text, n - skip);
	else
		heard(m, text, n - skip);
	free(text);
	MUST(dialog_owed(m->d) == m->count);
	MUST(m->count > 0 || dialog_awaited(m->d) == NULL);
	if (dialog_turn_ahead(m->d) == TURN_COMMAND)
		MUST(dialog_turn(m->d) != TURN_UPGRADE);
}

static void
talk(const struct proto *proto, const char *p, size_t n)
{
	struct dialog d;
	struct model m = { .d = &d, .proto = proto };
	const char *end = p + n, *lf;

	dialog_start(&d, proto, true);
	owe(&m, OTHER);
	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL)
			lf = end;
		play(&m, p, (size_t)(lf - p));
	}
	dialog_end(&d);
}

/* How many bytes of a stream are mail data, when it comes in pieces. */
static size_t
data_length(const char *p, size_t n, struct cuts *c)
{
	static const char *const lines[] = { "220 x", "DATA", "354 x" };
	size_t at = 0, have = 0, used = 0;
	bool ended = false;
	struct dialog d;

	dialog_start(&d, protos_find("smtp"), true);
	verdict_line(&d, lines[0], strlen(lines[0]));
	dialog_said(&d, lines[1], strlen(lines[1]));
	verdict_line(&d, lines[2], strlen(lines[2]));
	MUST(dialog_turn(&d) == TURN_DATA);
	while (!ended && (at < n || have < n)) {
		char *copy = exact(p + at, have - at);

		used = dialog_block(&d, copy, have - at, have == n, &ended);
		free(copy);
		MUST(used <= have - at);
		MUST(used > 0 || have < n);
		at += used;
		if (used == 0)
			have += c == NULL ? n - have : cuts_next(c, n - have);
	}
	MUST(!ended || dialog_turn(&d) == TURN_SERVER);
	MUST(ended || dialog_turn(&d) == TURN_DATA);
	dialog_end(&d);
	return at + ended;
}

/* How to cut, 's' for SMTP or 'l' for LMTP, lines of both sides. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cuts cuts;
	char *text;

	if (size < 3)
		return 0;
	text = exact(data + 2, size - 2);
	talk(protos_find(data[1] == 'l' ? "lmtp" : "smtp"), text, size - 2);
	cuts = cuts_begin(data[0], size);
	MUST(data_length(text, size - 2, NULL) ==
	    data_length(text, size - 2, &cuts));
	free(text);
	return 0;
}
