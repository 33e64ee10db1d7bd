/* SPDX-License-Identifier: ISC */
/* skip.c - lines of ours that have lost their command. */
#include "skip.h"
#include "dialog.h"
#include "text.h"

/* The rest of a refused command; another literal may stand at its end. */
static void
skip_rest(struct dialog *d, const char *line, size_t len)
{
	struct asked a = { .verb = NULL };
	struct wants w = { .more = true, .secret = len };

	d->proto->ask(&a, &w, line, len);
	d->skip = w.literal ? SKIP_LITERAL : SKIP_NONE;
	d->skip_octets = w.octets;
	d->more = w.more;
}

bool
skip_line(struct dialog *d, const char *line, size_t len, bool first, bool last)
{
	uint64_t n = (uint64_t)len + (last ? 2 : 0);

	if (d->skip == SKIP_LITERAL) {
		if (n < d->skip_octets ||
		    (n == d->skip_octets && (!last || d->more))) {
			d->skip_octets -= n;
			return false;
		}
		if (d->skip_octets < len) {
			line += d->skip_octets;
			len -= (size_t)d->skip_octets;
		} else {
			len = 0;
		}
		d->skip = d->more ? SKIP_REST : SKIP_NONE;
	}
	if (d->skip == SKIP_REST && last)
		skip_rest(d, line, len);
	else if (d->skip == SKIP_DATA && first && last &&
	    text_is(line, len, "."))
		d->skip = SKIP_NONE;
	return d->skip == SKIP_NONE;
}
