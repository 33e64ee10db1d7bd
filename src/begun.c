/* SPDX-License-Identifier: ISC */
/* begun.c - a line of ours that goes out in parts. */
#include <string.h>

#include "begun.h"
#include "buf.h"
#include "dialog.h"

const char *
begun_line(const struct dialog *d, const char *p, size_t *n, struct buf *to)
{
	const char *all;

	if (d->begun.len == 0)
		return p;
	buf_add(to, buf_bytes(&d->begun), d->begun.len);
	buf_add(to, p, *n);
	all = buf_bytes(to);
	*n = to->len;
	/* Its end may have gone out in parts, too. */
	if (*n > 1 && memcmp(all + *n - 2, "\r\n", 2) == 0)
		*n -= 2;
	return all;
}

/*
 * Where the secret of the whole line begins, `all` bytes long, in its last n
 * bytes, behind `first` others.
 */
static size_t
behind(size_t secret, size_t all, size_t first, size_t n)
{
	if (secret >= all)
		return n;
	return secret > first ? secret - first : 0;
}

struct said
begun_would(const struct dialog *d, const char *p, size_t n)
{
	struct said alone = dialog_would(d, p, n), s;
	struct buf line = { 0 };
	const char *all;
	size_t len = n;

	if (d->begun.len == 0)
		return alone;
	all = begun_line(d, p, &len, &line);
	s = dialog_would(d, all, len);
	s.secret = behind(s.secret, len, d->begun.len, n);
	/* Somebody may take it for a line of its own. */
	if (alone.kind == SAID_COMMAND && alone.secret < s.secret)
		s.secret = alone.secret;
	buf_free(&line);
	return s;
}

/* The line ends here. */
static struct said
ended(struct dialog *d, const char *p, size_t n)
{
	struct buf line = { 0 };
	struct said s;

	if (d->begun.len == 0)
		return dialog_said(d, p, n);
	s = begun_would(d, p, n);
	p = begun_line(d, p, &n, &line);
	buf_wipe(&d->begun);
	dialog_said(d, p, n);
	buf_free(&line);
	return s;
}

/* Some servers take LF for the end of a line. */
static bool
counts_now(const struct dialog *d, const char *p, size_t n)
{
	return d->proto->judge == NULL || d->proto->cut != '\0' ||
	    p[n - 1] == '\n';
}

struct said
begun_said(struct dialog *d, const char *p, size_t n, bool bare)
{
	struct said s;
	size_t at;

	if (!bare)
		return ended(d, p, n);
	s = begun_would(d, p, n);
	at = d->state == TURN_LITERAL ? dialog_octets(d, n) : 0;
	if (at == n)
		return s;
	if (counts_now(d, p + at, n - at))
		ended(d, p + at, n - at);
	else
		buf_add(&d->begun, p + at, n - at);
	return s;
}
