/* SPDX-License-Identifier: ISC */
/* journal.c - what a session's transcript is told, and when. */
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "journal.h"
#include "options.h"
#include "proto.h"
#include "protos.h"
#include "text.h"

/* Of a secret line that comes in pieces, the first is longer than this. */
enum { LONG_PIECE = 32768 };

/* Bytes gathered in mail data before they are written. */
enum { ENOUGH = 65536 };

/* The user's own word where it fits, else the one whose port it is. */
static const char *
scheme_of(const struct session *s)
{
	const struct options *o = s->opt;
	const struct scheme *row = s->undecided || s->dialog.proto == NULL ?
	    NULL :
	    s->dialog.proto->schemes;
	const struct scheme *found = NULL;

	for (; row != NULL && row->name != NULL; row++) {
		if (row->tls != o->tls)
			continue;
		if (strcmp(row->name, o->target.scheme) == 0)
			return row->name;
		if (found == NULL ||
		    (row->port == o->port && found->port != o->port))
			found = row;
	}
	return found != NULL ? found->name : o->tls ? "tls" : "tcp";
}

void
journal_url(struct buf *to, const struct session *s)
{
	const struct options *o = s->opt;
	const char *scheme = scheme_of(s);
	const char *host = session_host(s);
	uint16_t port = s->host[0] != '\0' ? s->port : o->port;
	const char *scope = strchr(host, '%');
	bool six = strchr(host, ':') != NULL;

	if (o->unix_path != NULL) {
		if (strcmp(scheme, "tcp") != 0)
			buf_addf(to, "%s:", scheme);
		buf_addf(to, "unix:%s", o->unix_path);
		return;
	}
	buf_addf(to, "%s://%s", scheme, six ? "[" : "");
	/* RFC 6874, section 2 */
	if (scope != NULL)
		buf_addf(to, "%.*s%%25%s", (int)(scope - host), host,
		    scope + 1);
	else
		buf_adds(to, host);
	buf_addf(to, "%s:%u", six ? "]" : "", (unsigned)port);
}

/* What could not be written is said once, and the session goes on. */
static void
flush(struct journal *j)
{
	struct buf name = { 0 };
	const char *to = j->record.name;

	if (record_flush(&j->record) == 0)
		return;
	j->lost = true;
	if (strcmp(to, "-") == 0)
		to = "standard output";
	text_quote(&name, to, strlen(to), 100);
	outlet_warning(&j->s->out,
	    "the transcript ends here: cannot write to %.*s: %s", (int)name.len,
	    buf_bytes(&name), j->record.why);
	buf_free(&name);
}

/* The protocol is written down before the first line that is of it. */
static void
tell_proto(struct journal *j)
{
	const struct session *s = j->s;

	if (s->undecided || s->dialog.proto == j->proto)
		return;
	j->proto = s->dialog.proto;
	j->record.marked = j->proto->marks;
	record_protocol(&j->record, j->proto->name);
}

/* Bytes of ours that belong to a message or literal may go together. */
static bool
is_bulk(const struct session *s)
{
	enum turn turn = dialog_turn(&s->dialog);

	return !s->person && (turn == TURN_DATA || turn == TURN_LITERAL);
}

static void
journal_said(void *arg, const char *p, size_t n, size_t open)
{
	struct journal *j = arg;

	tell_proto(j);
	j->told = j->s->wire.received;
	record_said(&j->record, p, n, open, session_now());
	/* The rest of a long line; a short one that has no end is a literal,
	 * behind which the secret has ended. */
	if (open < n && n >= LONG_PIECE && p[n - 1] != '\n')
		record_hide(&j->record);
	if (!is_bulk(j->s) || j->record.text.len >= ENOUGH)
		flush(j);
}

static void
journal_heard(void *arg, const char *p, size_t n, const struct heard *h)
{
	struct journal *j = arg;

	(void)h;
	tell_proto(j);
	record_heard(&j->record, p, n, session_now());
	/* What was read at once is written at once. */
	j->told += n;
	if (j->told >= j->s->wire.received || j->record.text.len >= ENOUGH)
		flush(j);
}

/* "TLSv1.3 TLS_AES_256_GCM_SHA384, mail.example.org" */
static void
tls_note(const struct session *s, char *text, size_t size)
{
	const char *subject = s->tls.subject;

	if (strncmp(subject, "CN=", 3) == 0)
		subject += 3;
	snprintf(text, size, "%s %s, %s", s->tls.version, s->tls.cipher,
	    subject);
}

static void
tell_connect(struct journal *j)
{
	struct buf url = { 0 };

	journal_url(&url, j->s);
	buf_add(&url, "", 1);
	record_connect(&j->record, buf_bytes(&url), j->s->opened);
	buf_free(&url);
	j->proto = NULL;
	tell_proto(j);
}

/*
 * Our half was closed first, and the server has only followed, unless it had
 * said that it would close.
 */
static bool
is_by_server(const struct session *s)
{
	return s->by_server &&
	    (!s->wire.shut || dialog_turn(&s->dialog) == TURN_OVER);
}

static void
journal_changed(void *arg, enum change what)
{
	struct journal *j = arg;
	char note[400];

	j->told = j->s->wire.received;
	switch (what) {
	case CHANGE_OPENED:
		tell_connect(j);
		break;
	case CHANGE_TLS:
		tls_note(j->s, note, sizeof note);
		record_tls(&j->record, j->s->tls.verified, note);
		break;
	case CHANGE_REFUSED:
		break;
	case CHANGE_PLAIN:
		record_comment(&j->record,
		    "TLS has ended: plain text from here on");
		break;
	case CHANGE_CLOSED:
		record_end(&j->record, is_by_server(j->s));
		break;
	}
	flush(j);
}

static void
journal_authenticated(void *arg, const char *mechanism, const char *user)
{
	struct journal *j = arg;

	tell_proto(j);
	j->told = j->s->wire.received;
	record_auth(&j->record, mechanism, user);
	flush(j);
}

/* What a reader must know of a session whose beginning is not there. */
static void
tell_late(struct journal *j)
{
	struct session *s = j->s;
	char text[480], note[400];

	tell_connect(j);
	snprintf(text, sizeof text,
	    "begun %lld s after the connection: what came before is missing",
	    (long long)((session_now() - s->opened) / 1000));
	record_comment(&j->record, text);
	if (!wire_is_tls(&s->wire))
		return;
	tls_note(s, note, sizeof note);
	snprintf(text, sizeof text, "TLS goes on%s: %s",
	    s->tls.verified ? ", verified" : "", note);
	record_comment(&j->record, text);
}

/* Follow from now on. */
static void
begin(struct journal *j, struct session *s)
{
	j->s = s;
	j->proto = NULL;
	j->told = s->wire.received;
	j->follower = (struct follower){ .said = journal_said,
		.heard = journal_heard,
		.changed = journal_changed,
		.authenticated = journal_authenticated,
		.arg = j };
	session_follow(s, &j->follower);
	if (session_is_open(s))
		tell_late(j);
	flush(j);
}

int
journal_open(struct journal *j, struct session *s, const char *name,
    struct fail *f)
{
	if (strcmp(name, "-") == 0 && s->out.term != NULL)
		return fail_set(f, STATUS_USAGE,
		    "a transcript cannot go to the terminal that you type at "
		    "(-o FILE)");
	if (record_open(&j->record, name,
		s->opt->force ? RECORD_FORCE : RECORD_NEW, f) < 0)
		return -1;
	if (!j->record.ours) {
		s->out.mute = true;
		s->out.terminal = false;
	}
	begin(j, s);
	return 0;
}

void
journal_begin(struct journal *j, struct session *s, int fd)
{
	record_begin(&j->record, fd);
	begin(j, s);
}

bool
journal_close(struct journal *j)
{
	bool whole;

	if (j->s == NULL)
		return true;
	session_unfollow(j->s, &j->follower);
	flush(j);
	whole = record_close(&j->record) == 0 && !j->lost;
	*j = (struct journal){ .s = NULL };
	return whole;
}

/* Say what of a journal is so. */
static void
note(struct session *s, const struct journal *j, const char *what)
{
	struct buf name = { 0 };

	text_quote(&name, j->record.name, strlen(j->record.name), 200);
	outlet_note(&s->out, 0, "log: %.*s %s", (int)name.len, buf_bytes(&name),
	    what);
	buf_free(&name);
}

void
journal_log(struct journal *j, struct session *s, const char *arg)
{
	struct journal next = { .s = NULL };
	bool off = strcmp(arg, "off") == 0;
	struct fail f;

	if (arg[0] == '\0' || (off && j->s == NULL)) {
		if (j->s == NULL)
			outlet_note(&s->out, 0, "log: nothing is written");
		else
			note(s, j, "is written");
		return;
	}
	if (off) {
		note(s, j, "is complete");
		journal_close(j);
		return;
	}
	if (journal_open(&next, s, arg, &f) < 0) {
		outlet_error(&s->out, "log: %s", f.text);
		return;
	}
	journal_close(j);
	/* It is told where it now stands. */
	session_unfollow(s, &next.follower);
	*j = next;
	j->follower.arg = j;
	session_follow(s, &j->follower);
	note(s, j, "is written");
}
