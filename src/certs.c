/* SPDX-License-Identifier: ISC */
/* certs.c - the server's certificates, shown or kept. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "certs.h"
#include "chain.h"
#include "fail.h"
#include "options.h"
#include "session.h"
#include "text.h"

/* Append the chain in one of its forms. */
static void
in_form(struct session *s, enum certs form, struct buf *to)
{
	struct tls_chain chain;

	wire_chain(&s->wire, &chain);
	if (form == CERTS_PEM) {
		chain_pem(to, &chain);
	} else if (form == CERTS_JSON) {
		chain_json(to, &s->tls, &chain);
		buf_adds(to, "\n");
	} else {
		chain_text(to, &s->tls, &chain);
	}
	tls_chain_free(&chain);
}

void
certs_show(struct session *s)
{
	enum certs form = s->opt->show_certs;
	struct buf text = { 0 };
	bool mute = s->out.mute;

	/* The events of --json have them already. */
	if (form == CERTS_NONE || s->opt->json)
		return;
	in_form(s, form, &text);
	if (form == CERTS_TEXT || s->person) {
		outlet_text(&s->out, buf_bytes(&text), text.len);
	} else {
		outlet_flush(&s->out);
		s->out.mute = false;
		outlet_bytes(&s->out, buf_bytes(&text), text.len);
		outlet_flush(&s->out);
		s->out.mute = mute;
	}
	buf_free(&text);
}

void
certs_missed(struct session *s)
{
	const struct options *o = s->opt;
	const char *what = o->show_certs != CERTS_NONE ? "certificate" :
	    o->tls_plan.resume != NULL                 ? "session to keep" :
							 NULL;

	if (what != NULL && s->tls.version[0] == '\0' && s->status == STATUS_OK)
		outlet_warning(&s->out,
		    "there was no TLS and so no %s (-S begins with STARTTLS)",
		    what);
}

void
certs_note(struct session *s, int level)
{
	const struct tls_report *r = &s->tls;
	const char *none = r->resumed ? "none (resumed)" : "none";

	outlet_note(&s->out, level,
	    "%s; key exchange %s, signature %s, ALPN %s, OCSP staple %s%s",
	    r->resumed ? "a resumed session" : "a new session",
	    r->group[0] != '\0' ? r->group : "by the certificate",
	    r->signer[0] != '\0' ? r->signer : none,
	    r->alpn[0] != '\0' ? r->alpn : "none",
	    r->staple.status == STAPLE_NONE ? none : staple_name(&r->staple),
	    r->staple.why != NULL ? ", not to be believed" : "");
}

/* A new file with the chain in PEM form.  0, or what is wrong (errno's). */
static int
write_pem(struct session *s, const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_CLOEXEC,
	    0600);
	struct buf text = { 0 };
	ssize_t put;
	int error = 0;

	if (fd < 0)
		return errno;
	in_form(s, CERTS_PEM, &text);
	put = write(fd, buf_bytes(&text), text.len);
	if (put < 0)
		error = errno;
	else if ((size_t)put < text.len)
		error = ENOSPC;
	if (close(fd) < 0 && error == 0)
		error = errno;
	/* Half a chain is worse than none. */
	if (error != 0)
		unlink(name);
	buf_free(&text);
	return error;
}

static void
keep(struct session *s, const char *name)
{
	char why[128] = "is there already";
	struct buf shown = { 0 };
	int error = write_pem(s, name);
	struct fail f;

	if (error == 0) {
		text_quote(&shown, name, strlen(name), 100);
		outlet_note(&s->out, 0, "the certificates are in %.*s",
		    (int)shown.len, buf_bytes(&shown));
		buf_free(&shown);
		return;
	}
	if (error != EEXIST)
		fail_strerror(error, why, sizeof why);
	fail_about(&f, STATUS_USAGE, name, why);
	outlet_error(&s->out, "cert: %s", f.text);
}

void
certs_command(struct session *s, const char *arg)
{
	static const char *const forms[] = { [CERTS_TEXT] = "text",
		[CERTS_JSON] = "json",
		[CERTS_PEM] = "pem" };
	struct buf text = { 0 };
	int form = CERTS_TEXT;

	if (!wire_is_tls(&s->wire)) {
		outlet_error(&s->out, "cert: this connection has no TLS");
		return;
	}
	if (arg[0] != '\0') {
		while (form <= CERTS_PEM && strcmp(arg, forms[form]) != 0)
			form++;
	}
	if (form > CERTS_PEM) {
		keep(s, arg);
		return;
	}
	in_form(s, (enum certs)form, &text);
	outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
}
