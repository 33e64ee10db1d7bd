/* SPDX-License-Identifier: ISC */
/* drill.c - starting the practice server, and telling what happens there. */
#include <stdio.h>
#include <string.h>

#include "drill.h"
#include "fail.h"
#include "hear.h"
#include "options.h"
#include "protos.h"
#include "script.h"

/* --- starting it --- */

/* The protocol of -P, or SMTP, at the port where it speaks that. */
static int
make_target(const struct drill *d, struct options *o, struct fail *f)
{
	const struct given *g = &o->given;
	bool tls = g->tls || (g->scheme != NULL && g->scheme->tls);
	char name[32], port[8];
	uint16_t number;

	if (g->port != NULL)
		return fail_set(f, STATUS_USAGE,
		    "-p needs a host (--practice=PORT says where the practice "
		    "server listens)");
	snprintf(name, sizeof name, "%.20s%s",
	    g->proto == NULL ? "smtp" : g->proto->name, tls ? "s" : "");
	number = practice_port(&d->practice, name);
	if (number == 0)
		return fail_about(f, STATUS_USAGE, name,
		    "not spoken by the practice server (smtp, pop3, imap)");
	snprintf(port, sizeof port, "%u", (unsigned)number);
	if (options_target(o, practice_host(&d->practice), port, f) < 0)
		return -1;
	o->tls = tls;
	if (o->proto == NULL)
		o->proto = protos_find("smtp");
	return 0;
}

/* Who trusts a certificate that signs itself sees nothing wrong with it. */
static int
trust(struct drill *d, struct options *o, struct fail *f)
{
	if (d->practice.self_signed)
		return 0;
	if (practice_ca(&d->practice, &d->pem, f) < 0)
		return -1;
	buf_add(&d->pem, "", 1);
	o->tls_plan.pem = buf_bytes(&d->pem);
	return 0;
}

int
drill_open(struct drill *d, struct options *opt, struct fail *f)
{
	struct practice_plan plan = {
		.where = opt->practice_where,
		.knobs = opt->practice_knobs,
		.nknobs = opt->npractice_knobs,
		.rules = opt->practice_rules,
		.nrules = opt->npractice_rules,
		.ca = opt->practice_ca,
	};

	*d = (struct drill){ .own = !opt->have_target };
	if (practice_start(&plan, &d->practice, f) < 0)
		return -1;
	if (trust(d, opt, f) == 0 && (!d->own || make_target(d, opt, f) == 0))
		return 0;
	drill_close(d);
	return -1;
}

void
drill_close(struct drill *d)
{
	practice_stop(&d->practice);
	buf_free(&d->pem);
}

/* --- what it says --- */

static void
show_notes(struct drill *d, struct buf *text)
{
	const char *p = buf_bytes(text);
	const char *end = p + text->len;

	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		if (stop == NULL)
			stop = end;
		outlet_note(&d->s->out, 0, "%.*s", (int)(stop - p), p);
		p = stop + 1;
	}
	buf_free(text);
}

/* Returns false when the server has ended. */
static bool
take_notes(struct drill *d)
{
	struct buf text = { 0 };
	bool there = practice_notes(&d->practice, &text);

	if (text.len > 0)
		show_notes(d, &text);
	return there;
}

/* Its descriptor is readable. */
static void
spoke(void *arg)
{
	struct drill *d = arg;
	struct session *s = d->s;

	if (take_notes(d))
		return;
	d->sideline.fd = -1;
	if (s->person || session_is_open(s))
		outlet_warning(&s->out, "the practice server has ended");
	else
		session_fail(s, STATUS_NETWORK,
		    "the practice server has ended");
}

void
drill_join(struct drill *d, struct session *s)
{
	struct buf text = { 0 };

	if (d == NULL)
		return;
	d->s = s;
	d->sideline =
	    (struct sideline){ .fd = d->practice.fd, .ready = spoke, .arg = d };
	s->sideline = &d->sideline;
	practice_banner(&d->practice, &text);
	show_notes(d, &text);
	if (d->practice.public)
		outlet_warning(&s->out,
		    "other machines can reach %s, and its passwords are no "
		    "secret",
		    d->practice.address);
	outlet_flush(&s->out);
}

void
drill_leave(struct drill *d)
{
	if (d == NULL || d->s == NULL)
		return;
	take_notes(d);
	outlet_flush(&d->s->out);
	d->s->sideline = NULL;
	d->s = NULL;
}

bool
drill_wait(const struct drill *d, struct session *s, struct script *in)
{
	if (d == NULL || !d->own || s->person)
		return true;
	while (!script_has_line(in)) {
		if (!in->ready &&
		    (hear_wait(s, in->fd, -1) & HEAR_INPUT) == 0) {
			if (s->status != 0)
				return false;
			continue;
		}
		if (script_fill(in, &s->why) == SCRIPT_ERROR) {
			session_fail(s, s->why.status, "%s", s->why.text);
			return false;
		}
	}
	return !script_at_end(in);
}

void
drill_mail(struct drill *d, struct session *s, const char *arg)
{
	struct buf text = { 0 };
	struct fail f;
	int done;

	if (d == NULL) {
		outlet_error(&s->out,
		    "mail: there is no practice server (telex --practice)");
		return;
	}
	done = arg[0] == '\0' ? practice_list(&d->practice, &text, &f) :
				practice_show(&d->practice, arg, &text, &f);
	if (done < 0)
		outlet_error(&s->out, "mail: %s", f.text);
	else if (text.len > 0)
		outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
	take_notes(d);
}
