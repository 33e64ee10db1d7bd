/* SPDX-License-Identifier: ISC */
/* session.c - the state of one conversation. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dane.h"
#include "options.h"
#include "session.h"
#include "stopwatch.h"
#include "target.h"
#include "text.h"

int64_t
session_now(void)
{
	return clock_ms();
}

bool
session_has_key(const struct session *s)
{
	return s->out.term != NULL && s->opt->escape == 0x1d;
}

double
session_since_said(const struct session *s)
{
	return (double)(session_now() - s->said_at) / 1000;
}

/* Explanations are for people, unless they are asked for. */
static enum explained
explained(const struct session *s)
{
	if (s->opt->explain != WHEN_AUTO)
		return s->opt->explain == WHEN_ALWAYS ? EXPLAIN_ALL :
							EXPLAIN_NONE;
	return s->person && s->out.err_terminal ? EXPLAIN_REFUSALS :
						  EXPLAIN_NONE;
}

void
session_init(struct session *s, const struct options *opt, bool person)
{
	memset(s, 0, sizeof *s);
	s->opt = opt;
	s->person = person;
	s->over = true;
	s->wire.fd = -1;
	s->hide = SIZE_MAX;
	s->time = opt->time;
	if (opt->time)
		session_time(s);
	s->timeout = opt->timeout >= 0 ? opt->timeout : person ? 0 : 300000;
	outlet_open(&s->out, opt->raw, opt->lf,
	    opt->color == WHEN_AUTO ? -1 : opt->color == WHEN_ALWAYS);
	s->out.quiet = opt->quiet;
	s->out.verbose = opt->verbose;
	/* A script's stdout is then for the certificates. */
	s->out.mute = !person && opt->show_certs > CERTS_TEXT;
	s->explain = explained(s);
}

void
session_free(struct session *s)
{
	wire_close(&s->wire);
	dane_free(s->dane);
	dialog_end(&s->dialog);
	line_free(&s->line);
	buf_free(&s->send);
	buf_free(&s->batch);
	buf_free(&s->answer);
	cloak_free(&s->cloak);
	outlet_close(&s->out);
	if (s->block != NULL)
		text_wipe(s->block, SESSION_BLOCK);
	free(s->block);
	free(s->watch);
}

void
session_time(struct session *s)
{
	if (s->watch != NULL)
		return;
	s->watch = xmalloc(sizeof *s->watch);
	stopwatch_begin(s->watch, clock_us());
}

void
session_follow(struct session *s, struct follower *f)
{
	f->next = s->followers;
	s->followers = f;
}

void
session_unfollow(struct session *s, struct follower *f)
{
	struct follower **at = &s->followers;

	while (*at != NULL && *at != f)
		at = &(*at)->next;
	if (*at != NULL)
		*at = f->next;
}

void
session_said(struct session *s, const char *p, size_t n, size_t open)
{
	struct follower *f;

	if (s->watch != NULL)
		stopwatch_sent(s->watch, s->dialog.id, clock_us());
	if (s->out.verbose >= 3)
		cloak_said(&s->cloak, p, n, open);
	for (f = s->followers; f != NULL; f = f->next)
		if (f->said != NULL && (!s->offstage || f->backstage))
			f->said(f->arg, p, n, open);
}

void
session_heard(struct session *s, const char *p, size_t n, const struct heard *h)
{
	struct follower *f;

	for (f = s->followers; f != NULL; f = f->next)
		if (f->heard != NULL && (!s->offstage || f->backstage))
			f->heard(f->arg, p, n, h);
}

void
session_changed(struct session *s, enum change what)
{
	struct follower *f;

	for (f = s->followers; f != NULL; f = f->next)
		if (f->changed != NULL)
			f->changed(f->arg, what);
}

void
session_authenticated(struct session *s, const char *mechanism,
    const char *user)
{
	struct follower *f;

	for (f = s->followers; f != NULL; f = f->next)
		if (f->authenticated != NULL)
			f->authenticated(f->arg, mechanism, user);
}

void
session_proto(struct session *s)
{
	const struct proto *proto = s->dialog.proto;

	s->line.end = proto->cut;
	s->out.screen.stars = s->out.own.stars = proto->stars;
}

bool
session_is_open(const struct session *s)
{
	return wire_is_open(&s->wire) && !s->over;
}

void
session_dump(struct session *s, const char *p, size_t n)
{
	struct buf shown = { 0 };

	if (s->out.verbose < 3 || !cloak_is_worn(&s->cloak)) {
		outlet_hex(&s->out, "< ", p, n);
		return;
	}
	cloak_put(&s->cloak, &shown, p, n);
	if (shown.len > 0)
		outlet_hex(&s->out, "< ", buf_bytes(&shown), shown.len);
	buf_free(&shown);
}

void
session_fail(struct session *s, int status, const char *fmt, ...)
{
	char text[1400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (s->status == 0)
		fail_set(&s->why, (enum status)status, "%s", text);
	/* Of a transcript that is replayed the report says it. */
	if (!s->judged && !s->hushed)
		outlet_error(&s->out, "%s", text);
	if (s->status == 0)
		s->status = status;
	s->over = true;
}

int
session_status(const struct session *s)
{
	if (s->status != 0)
		return s->status;
	return s->person ? 0 : s->worst;
}

const char *
session_host(const struct session *s)
{
	return s->host[0] != '\0' ? s->host : s->opt->target.host;
}

bool
session_is_clear(const struct session *s)
{
	if (s->opt->unix_path != NULL || target_is_loopback(s->peer.address))
		return false;
	if (!wire_is_tls(&s->wire))
		return true;
	return !s->tls.verified && !s->opt->tls_plan.insecure;
}

bool
session_requires_tls(const struct session *s)
{
	return s->opt->require_tls || s->opt->verify == VERIFY_DANE;
}

bool
session_forbids_secrets(const struct session *s)
{
	const struct options *o = s->opt;

	if (wire_is_tls(&s->wire))
		return session_requires_tls(s) && !s->tls.verified &&
		    !o->tls_plan.insecure;
	/* A script that asked for TLS and did not get it goes no further. */
	return session_requires_tls(s) ||
	    (!s->person && (o->tls || o->starttls));
}

void
session_prompt(const struct session *s, char *text, size_t size)
{
	const char *tls = !wire_is_tls(&s->wire) ? "" :
	    s->tls.verified                      ? "+tls" :
						   "+tls?";

	switch (dialog_turn(&s->dialog)) {
	case TURN_DATA:
		snprintf(text, size, "data> ");
		break;
	case TURN_MORE:
		snprintf(text, size, "more> ");
		break;
	case TURN_LITERAL:
		snprintf(text, size, "literal %llu> ",
		    (unsigned long long)s->dialog.octets);
		break;
	default:
		snprintf(text, size, "%s%s> ", s->dialog.proto->name, tls);
	}
}
