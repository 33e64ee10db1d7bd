/* SPDX-License-Identifier: ISC */
/* verdict_fuzz.c - any lines both ways, in every protocol that has rules.
 *
 * The first byte picks the protocol; each line is one of ours when it begins
 * with C, goes into a block when it begins with B, and is skipped as one of a
 * refused command when it begins with K; all others are the server's. */
#include "verdict.h"
#include "buf.h"
#include "dialog.h"
#include "fuzz.h"
#include "protos.h"
#include "skip.h"

static void
check(const struct dialog *d)
{
	MUST(d->owing.count <= OWING_MOST);
	MUST((d->owing.replies > 0) == (d->owing.count > 0));
	MUST(d->words.len <= sizeof d->words.text);
	MUST(memchr(d->refused_as, '\0', sizeof d->refused_as) != NULL);
	MUST(dialog_turn(d) <= TURN_OVER);
	MUST((dialog_owed(d) > 0) == (dialog_awaited(d) != NULL));
}

static void
ours(struct dialog *d, const char *line, size_t len)
{
	struct said would = dialog_would(d, line, len);
	struct said said;

	MUST(would.secret <= len);
	/* Nobody speaks before the handshake, or behind the end. */
	if (d->state == TURN_UPGRADE)
		dialog_upgraded(d);
	else if (d->state == TURN_PLAIN)
		dialog_plain(d);
	else if (dialog_turn(d) != TURN_OVER) {
		said = dialog_said(d, line, len);
		MUST(said.secret <= len);
		MUST(said.kind == would.kind);
	}
}

static void
theirs(struct dialog *d, const char *line, size_t len)
{
	uint64_t due = verdict_octets(d);
	struct buf text = { 0 };
	struct heard h;

	if (due > 0) {
		verdict_took(d, due < len + 1 ? (size_t)due : len + 1);
		return;
	}
	h = verdict_line(d, line, len);
	MUST(!h.junk || h.unsolicited);
	if (d->proto->remark != NULL) {
		struct asked a = { .verb = h.verb };

		d->proto->remark(&a, line, len, &text);
	}
	if (d->proto->answer != NULL)
		d->proto->answer(line, len, &text);
	buf_free(&text);
}

static void
one_line(struct dialog *d, const char *line, size_t len)
{
	bool ended;

	if (len > 0 && line[0] == 'C')
		ours(d, line + 1, len - 1);
	else if (len > 0 && line[0] == 'B' &&
	    (d->state == TURN_DATA || d->state == TURN_LITERAL))
		MUST(dialog_block(d, line + 1, len - 1, false, &ended) <
		    len + 1);
	else if (len > 0 && line[0] == 'K' && d->skip != SKIP_NONE)
		skip_line(d, line + 1, len - 1, true, true);
	else
		theirs(d, line, len);
}

static const struct proto *
pick(uint8_t byte)
{
	size_t n = 0;

	while (protos_at(n) != NULL)
		n++;
	return protos_at(byte % n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dialog d;
	const struct proto *proto;

	if (size < 2)
		return 0;
	proto = pick(data[0]);
	dialog_start(&d, proto, data[1] % 2 == 0 && !proto->mute);
	data += 2;
	size -= 2;
	while (size > 0) {
		const uint8_t *lf = memchr(data, '\n', size);
		size_t len = lf == NULL ? size : (size_t)(lf - data);
		char *line = exact(data, len);

		one_line(&d, line, len);
		free(line);
		check(&d);
		data += len + (lf != NULL);
		size -= len + (lf != NULL);
	}
	verdict_closed(&d);
	check(&d);
	dialog_end(&d);
	return 0;
}
