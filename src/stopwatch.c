/* SPDX-License-Identifier: ISC */
/* stopwatch.c - how long each part of a session took. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "stopwatch.h"

void
stopwatch_begin(struct stopwatch *w, int64_t now)
{
	memset(w, 0, sizeof *w);
	w->began = w->awaited = now;
}

void
stopwatch_await(struct stopwatch *w, int64_t now)
{
	w->awaited = now;
}

void
stopwatch_sent(struct stopwatch *w, unsigned id, int64_t now)
{
	/* Of very many at once the ring holds the last. */
	if (id - w->last > STOPWATCH_RING)
		w->last = id - STOPWATCH_RING;
	while (w->last != id)
		w->sent[++w->last % STOPWATCH_RING] = now;
}

int64_t
stopwatch_took(const struct stopwatch *w, unsigned id, int64_t now)
{
	if (id == 0)
		return now - w->awaited;
	if (w->last - id >= STOPWATCH_RING)
		return now - w->began;
	return now - w->sent[id % STOPWATCH_RING];
}

/* The row of this command, or the one of all that have none. */
static struct lap *
row_of(struct stopwatch *w, const char *word)
{
	struct lap *lap;
	size_t i;

	for (i = 0; i < w->nlaps; i++)
		if (strncmp(w->laps[i].word, word,
			sizeof w->laps[i].word - 1) == 0)
			return &w->laps[i];
	lap = &w->laps[w->nlaps];
	if (w->nlaps < STOPWATCH_ROWS)
		w->nlaps++;
	else
		word = "others";
	snprintf(lap->word, sizeof lap->word, "%s", word);
	return lap;
}

void
stopwatch_lap(struct stopwatch *w, const char *word, int64_t us)
{
	struct lap *lap = row_of(w, word);

	lap->count++;
	lap->total += us;
	if (us > lap->most)
		lap->most = us;
	if (us > w->slowest)
		w->slowest = us;
}

void
stopwatch_phase(struct stopwatch *w, enum phase phase, int64_t us)
{
	w->phases[phase] += us;
	if (phase == PHASE_GREETING && us > w->slowest)
		w->slowest = us;
}

/* A longer word takes from the room that its number has to spare. */
static void
add_row(struct buf *to, const char *word, int64_t us)
{
	int n = (int)strlen(word), over = n > 15 ? n - 15 : 0;

	buf_addf(to, "  %-15s %*.1f ms", word, 9 - over, (double)us / 1000);
}

void
stopwatch_lines(const struct stopwatch *w, int64_t now, struct buf *to)
{
	static const char *const names[STOPWATCH_PHASES] = { "look-up",
		"connect", "greeting", "TLS" };
	const struct lap *lap;
	size_t i;

	for (i = 0; i < STOPWATCH_PHASES; i++) {
		if (w->phases[i] == 0)
			continue;
		add_row(to, names[i], w->phases[i]);
		buf_adds(to, "\n");
	}
	for (lap = w->laps; lap->count > 0; lap++) {
		add_row(to, lap->word, lap->total);
		if (lap->count > 1)
			buf_addf(to, "  %lu times, at most %.1f ms", lap->count,
			    (double)lap->most / 1000);
		buf_adds(to, "\n");
		if (lap == &w->laps[STOPWATCH_ROWS])
			break;
	}
	add_row(to, "in all", now - w->began);
	buf_adds(to, "\n");
}
