/* SPDX-License-Identifier: ISC */
/* record.c - a session written down as a transcript. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "logfile.h"
#include "record.h"
#include "template.h"
#include "text.h"

/* Lines gathered before they are written without being asked for. */
enum { BATCH = 65536 };

static const char header[] = "# telex transcript 1\n";

/* How the line of a side begins, as it is and with escapes. */
static const struct {
	const char *plain, *escaped;
	void (*escape)(struct buf *to, const char *p, size_t n);
} labels[] = {
	[SIDE_CLIENT] = { "C:", "C$", template_escape },
	[SIDE_SERVER] = { "S:", "S%", template_escape_plain },
};

int
record_open(struct record *r, const char *name, enum record_mode mode,
    struct fail *f)
{
	bool append = strncmp(name, ">>", 2) == 0;
	bool filled = false;

	if (append)
		name += 2 + strspn(name + 2, " ");
	if (*name == '\0')
		return fail_set(f, STATUS_USAGE,
		    "a transcript needs a file (-o FILE)");
	record_begin(r, STDOUT_FILENO);
	if (strcmp(name, "-") != 0) {
		struct logfile file = { .append = append,
			.force = mode == RECORD_FORCE };

		if (logfile_open(&file, name, f) < 0) {
			buf_free(&r->text);
			return -1;
		}
		r->fd = file.fd;
		r->made = file.made;
		r->ours = true;
		filled = file.filled;
	}
	r->name = xstrdup(r->ours ? name : "standard output");
	if (filled) {
		/* Also where the last line has no end. */
		buf_clear(&r->text);
		buf_adds(&r->text, "\n");
		buf_adds(&r->text, header);
	}
	return 0;
}

void
record_begin(struct record *r, int fd)
{
	memset(r, 0, sizeof *r);
	r->fd = fd;
	buf_adds(&r->text, header);
}

static void
drain(struct record *r)
{
	if (!r->failed && r->text.len > 0 &&
	    logfile_write(r->fd, buf_bytes(&r->text), r->text.len) < 0) {
		char why[128];
		int error = errno;

		r->failed = true;
		snprintf(r->why, sizeof r->why, "%s",
		    fail_strerror(error, why, sizeof why));
	}
	buf_clear(&r->text);
}

int
record_flush(struct record *r)
{
	drain(r);
	if (!r->failed || r->told_failed)
		return 0;
	r->told_failed = true;
	return -1;
}

/* Lines. */

/* At the beginning of what a side says: when it did. */
static void
put_time(struct record *r)
{
	int64_t ms = r->now - r->began;

	if (r->wrote == r->side)
		return;
	r->wrote = r->side;
	if (r->now - r->told < 1)
		return;
	r->told = r->now;
	buf_addf(&r->text, "# +%lld.%03d s\n", (long long)(ms / 1000),
	    (int)(ms % 1000));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_printable(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint32_t code;
		int len;

		if ((p[i] >= ' ' && p[i] <= '~') || p[i] == '\t') {
			i++;
			continue;
		}
		len = text_utf8(p + i, n - i, &code);
		if (len <= 0 || !text_harmless(code))
			return false;
		i += (size_t)len;
	}
	return true;
}

/* Would a reader take this for a stage direction or for dots between? */
static bool
is_direction(const char *p, size_t n)
{
	static const char *const dots[] = { "...", ". . .", "[...]" };
	size_t i;

	for (i = 0; i < sizeof dots / sizeof dots[0]; i++) {
		if (text_is(p, n, dots[i]))
			return true;
	}
	return n > 0 && p[0] == '<';
}

/*
 * Is the line read back as it stands?  The reader takes as many blanks off
 * all lines as the one with the fewest has: once a line has shown that this
 * is one blank, a text may begin with others.
 */
static bool
is_plain(struct record *r, const char *p, size_t n)
{
	size_t blanks = 0;

	if (n == 0)
		return true;
	if (is_blank(p[n - 1]) || (is_blank(p[0]) && !r->plain))
		return false;
	while (is_blank(p[blanks]))
		blanks++;
	if (is_direction(p + blanks, n - blanks) || !is_printable(p, n))
		return false;
	r->plain = r->plain || blanks == 0;
	return true;
}

/* Behind the text of a label: nothing for CR LF, else \c. */
static void
put_end(struct record *r, bool whole)
{
	buf_adds(&r->text, whole ? "\n" : "\\c\n");
	if (r->text.len >= BATCH)
		drain(r);
}

/* n bytes of a line of the side whose turn it is; whole: CR LF follows. */
static void
put_line(struct record *r, const char *p, size_t n, bool whole)
{
	bool plain = whole && is_plain(r, p, n);

	put_time(r);
	buf_adds(&r->text,
	    plain ? labels[r->side].plain : labels[r->side].escaped);
	if (n > 0)
		buf_adds(&r->text, " ");
	if (plain)
		buf_add(&r->text, p, n);
	else
		labels[r->side].escape(&r->text, p, n);
	put_end(r, whole);
}

/* The line that ends in a secret, and what of its end follows that. */
static void
put_secret(struct record *r, const char *end, bool whole)
{
	put_time(r);
	buf_addf(&r->text, "C$ ");
	buf_add(&r->text, buf_bytes(&r->line), r->line.len);
	husk_put(&r->husk, r->marked, r->secrets, &r->text);
	husk_clear(&r->husk);
	buf_adds(&r->text, end);
	put_end(r, whole);
	buf_clear(&r->line);
	r->secret = false;
}

/* What is there of a line that somebody else interrupts. */
static void
put_open(struct record *r)
{
	if (r->secret)
		put_secret(r, "", false);
	else if (r->line.len > 0)
		put_line(r, buf_bytes(&r->line), r->line.len, false);
	buf_clear(&r->line);
}

/* A line of n bytes, its LF among them. */
static void
put_ended(struct record *r, const char *p, size_t n)
{
	bool crlf = n > 1 && p[n - 2] == '\r';

	put_line(r, p, crlf ? n - 2 : n, crlf);
}

/*
 * n bytes of one line, up to its LF if that is there.  Pieces are cut where
 * they are whatever bytes came together.
 */
static void
add(struct record *r, const char *p, size_t n, bool ended)
{
	enum { MOST = RECORD_PIECE + 1 };

	if (r->line.len == 0 && ended && n - 1 <= MOST) {
		put_ended(r, p, n);
		return;
	}
	buf_add(&r->line, p, n);
	while (r->line.len - ended > MOST) {
		put_line(r, buf_bytes(&r->line), RECORD_PIECE, false);
		buf_drop(&r->line, RECORD_PIECE);
	}
	if (ended) {
		put_ended(r, buf_bytes(&r->line), r->line.len);
		buf_clear(&r->line);
	}
}

/* What stands behind a secret in its line, up to the LF if that is there. */
static void
add_behind(struct record *r, const char *p, size_t n, bool ended)
{
	bool crlf = n > 1 && p[n - 2] == '\r';

	if (r->hidden && !ended)
		return;
	if (r->secret && ended && (r->hidden || n == (crlf ? 2 : 1))) {
		put_secret(r, crlf ? "" : "\\n", crlf);
		r->hidden = false;
		return;
	}
	if (r->secret)
		put_secret(r, "", false);
	/* The end of a line whose secret was interrupted is no secret. */
	if (r->hidden) {
		r->hidden = false;
		p += n - (crlf ? 2 : 1);
		n = crlf ? 2 : 1;
	}
	add(r, p, n, ended);
}

static void
add_lines(struct record *r, const char *p, size_t n)
{
	while (n > 0) {
		const char *lf = memchr(p, '\n', n);
		size_t len = lf == NULL ? n : (size_t)(lf - p) + 1;

		if (r->side == SIDE_CLIENT && (r->secret || r->hidden))
			add_behind(r, p, len, lf != NULL);
		else
			add(r, p, len, lf != NULL);
		p += len;
		n -= len;
	}
}

/* The open line becomes the beginning of a template: "AUTH PLAIN ". */
static void
begin_secret(struct record *r)
{
	const char *p = buf_bytes(&r->line);
	struct buf text = { 0 };
	size_t n = r->line.len;

	/* Only at the end of a line would a blank not be seen. */
	while (n > 1 && p[n - 1] == ' ')
		n--;
	template_escape(&text, p, n);
	buf_add(&text, p + n, r->line.len - n);
	buf_free(&r->line);
	r->line = text;
	r->secrets++;
	r->secret = true;
}

static void
add_secret(struct record *r, const char *p, size_t n)
{
	bool ended = p[n - 1] == '\n';
	size_t end = !ended ? 0 : n > 1 && p[n - 2] == '\r' ? 2 : 1;

	if (!r->secret && !r->hidden)
		begin_secret(r);
	if (r->secret)
		husk_add(&r->husk, p, n - end);
	if (ended)
		add_behind(r, p + n - end, end, true);
}

static void
turn_to(struct record *r, enum side side, int64_t now)
{
	if (r->side != side)
		put_open(r);
	r->side = side;
	if (r->line.len == 0)
		r->now = now;
}

void
record_said(struct record *r, const char *p, size_t n, size_t open, int64_t now)
{
	if (n == 0)
		return;
	turn_to(r, SIDE_CLIENT, now);
	add_lines(r, p, open < n ? open : n);
	if (open < n)
		add_secret(r, p + open, n - open);
}

void
record_hide(struct record *r)
{
	r->hidden = r->secret;
	if (r->secret)
		husk_lose(&r->husk);
}

void
record_heard(struct record *r, const char *p, size_t n, int64_t now)
{
	if (n == 0)
		return;
	turn_to(r, SIDE_SERVER, now);
	add_lines(r, p, n);
}

/* Events. */

/* Text that neither ends an event nor a line. */
static void
add_note(struct record *r, const char *text)
{
	struct buf shown = { 0 };
	size_t i;

	text_quote(&shown, text, strlen(text), 500);
	for (i = 0; i < shown.len; i++) {
		const char *c = buf_bytes(&shown) + i;

		if (*c == '>')
			buf_adds(&r->text, "\\x3e");
		else
			buf_add(&r->text, c, 1);
	}
	buf_free(&shown);
}

/* Can this be a word of an event? */
static bool
is_word(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && strpbrk(text, " \t<>") == NULL && is_printable(text, n);
}

void
record_comment(struct record *r, const char *text)
{
	put_open(r);
	buf_adds(&r->text, "# ");
	add_note(r, text);
	buf_adds(&r->text, "\n");
}

void
record_connect(struct record *r, const char *url, int64_t now)
{
	put_open(r);
	if (r->used) {
		buf_adds(&r->text, "\n");
		buf_adds(&r->text, header);
	}
	r->used = true;
	r->hidden = false;
	r->side = r->wrote = SIDE_NONE;
	r->began = r->told = now;
	if (is_word(url))
		buf_addf(&r->text, "<connect %s>\n", url);
	else
		record_comment(r, "the place has a name that no event holds");
}

void
record_protocol(struct record *r, const char *name)
{
	buf_addf(&r->text, "<protocol %s>\n", name);
}

void
record_tls(struct record *r, bool verified, const char *note)
{
	put_open(r);
	buf_adds(&r->text, verified ? "<TLS verified: " : "<TLS: ");
	add_note(r, note);
	buf_adds(&r->text, ">\n");
}

void
record_auth(struct record *r, const char *mechanism, const char *user)
{
	put_open(r);
	buf_adds(&r->text, "<auth ");
	add_note(r, mechanism);
	if (user != NULL && is_word(user))
		buf_addf(&r->text, " %s", user);
	buf_adds(&r->text, ">\n");
}

void
record_end(struct record *r, bool by_server)
{
	put_open(r);
	buf_adds(&r->text, by_server ? "<closed>\n" : "<close>\n");
}

int
record_close(struct record *r)
{
	int rc;

	put_open(r);
	rc = record_flush(r);
	if (r->made && !r->used)
		(void)unlink(r->name);
	if (r->ours)
		close(r->fd);
	free(r->name);
	husk_free(&r->husk);
	buf_free(&r->line);
	buf_free(&r->text);
	r->fd = -1;
	r->ours = r->made = false;
	r->name = NULL;
	return rc;
}
