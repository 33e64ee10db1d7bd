/* SPDX-License-Identifier: ISC */
/* imaplogin.c - who is there, and what is spoken. */
#include <string.h>

#include "practice/imapcall.h"
#include "practice/imaplogin.h"
#include "practice/peer.h"
#include "text.h"

void
imaplogin_capabilities(const struct peer *p, struct buf *to)
{
	size_t i;

	buf_adds(to, "CAPABILITY IMAP4rev2 IMAP4rev1 LITERAL+");
	if (p->user[0] == '\0') {
		if (p->manners->starttls && !p->tls)
			buf_adds(to, " STARTTLS");
		buf_adds(to, " SASL-IR");
		for (i = 0; login_mechanism(i) != NULL; i++)
			buf_addf(to, " AUTH=%s", login_mechanism(i));
	}
	buf_adds(to,
	    " ENABLE IDLE NAMESPACE UNSELECT UIDPLUS ESEARCH "
	    "SEARCHRES LIST-EXTENDED LIST-STATUS STATUS=SIZE BINARY");
}

void
imaplogin_capability(struct imapcall *c)
{
	buf_adds(&c->peer->out, "* ");
	imaplogin_capabilities(c->peer, &c->peer->out);
	buf_adds(&c->peer->out, "\r\n");
	imapcall_ok(c, "CAPABILITY done");
}

void
imaplogin_noop(struct imapcall *c)
{
	imapcall_ok(c, "%s done", c->verb->name);
}

void
imaplogin_logout(struct imapcall *c)
{
	buf_addf(&c->peer->out, "* BYE %s says good-bye\r\n",
	    c->peer->manners->host);
	imapcall_ok(c, "LOGOUT done");
	c->peer->closing = true;
}

void
imaplogin_starttls(struct imapcall *c)
{
	if (c->peer->tls) {
		imapcall_bad(c, "This connection has TLS already");
	} else if (!c->peer->manners->starttls) {
		imapcall_bad(c,
		    "STARTTLS is not offered here: "
		    "CAPABILITY lists what is");
	} else {
		imapcall_ok(c, "Begin TLS now");
		c->peer->starttls = true;
	}
}

/* --- LOGIN and AUTHENTICATE --- */

/* What came of it; then the session has a user or it has not. */
static void
conclude(struct imapcall *c, enum login_result result)
{
	struct login *l = &c->imap->login;
	bool clear = login_reveals(l) || c->verb != NULL;

	imapcall_mood(c, IMAP_READY);
	switch (result) {
	case LOGIN_OK:
		memcpy(c->peer->user, l->user, sizeof l->user);
		clear = clear && !c->peer->tls && c->peer->manners->starttls;
		imapcall_ok(c, "The user is known%s",
		    clear ?
			" (the password went in the clear: STARTTLS hides it)" :
			"");
		break;
	case LOGIN_WRONG:
		imapcall_no(c, "[AUTHENTICATIONFAILED] %s", l->why);
		break;
	case LOGIN_UNKNOWN:
		imapcall_no(c, "[CANNOT] %s", l->why);
		break;
	case LOGIN_CANCELLED:
		imapcall_bad(c, "AUTHENTICATE is cancelled");
		break;
	default:
		imapcall_bad(c, "%s", l->why);
		break;
	}
	login_end(l);
}

/* Two strings, each with a NUL behind it. */
static bool
read_pair(struct imapcall *c, struct buf *user, struct buf *password)
{
	if (!imapin_string(&c->in, "]", user) || !imapin_blank(&c->in) ||
	    !imapin_string(&c->in, "]", password) || !imapin_end(&c->in))
		return false;
	buf_add(user, "", 1);
	buf_add(password, "", 1);
	return true;
}

void
imaplogin_login(struct imapcall *c)
{
	struct buf user = { 0 }, password = { 0 };

	if (read_pair(c, &user, &password))
		conclude(c,
		    login_password(&c->imap->login, c->peer->manners,
			buf_bytes(&user), buf_bytes(&password)));
	else
		imapcall_usage(c);
	buf_free(&user);
	buf_free(&password);
}

static void
go_on(struct imapcall *c, enum login_result result, struct buf *challenge)
{
	if (result == LOGIN_MORE) {
		imapcall_mood(c, IMAP_LOGIN);
		buf_adds(&c->peer->out, "+ ");
		buf_add(&c->peer->out, buf_bytes(challenge), challenge->len);
		buf_adds(&c->peer->out, "\r\n");
	} else {
		c->verb = NULL;
		conclude(c, result);
	}
	buf_free(challenge);
}

void
imaplogin_authenticate(struct imapcall *c)
{
	struct buf challenge = { 0 };

	go_on(c,
	    login_begin(&c->imap->login, c->peer->manners, c->in.p + c->in.at,
		c->in.len - c->in.at, &challenge),
	    &challenge);
}

void
imaplogin_answer(struct imapcall *c, const char *line, size_t len)
{
	struct buf challenge = { 0 };

	go_on(c, login_line(&c->imap->login, line, len, &challenge),
	    &challenge);
}

/* --- ENABLE and IDLE --- */

void
imaplogin_enable(struct imapcall *c)
{
	struct imapin atom;
	bool rev2 = false;

	while (imapin_atom(&c->in, "", &atom)) {
		rev2 = rev2 || imapin_is(&atom, "IMAP4rev2");
		imapin_blank(&c->in);
	}
	if (!imapcall_end(c))
		return;
	c->imap->rev2 = c->imap->rev2 || rev2;
	buf_addf(&c->peer->out, "* ENABLED%s\r\n", rev2 ? " IMAP4rev2" : "");
	imapcall_ok(c, "ENABLE done%s",
	    rev2 ? "" : ": IMAP4rev2 is all that can be enabled here");
}

void
imaplogin_idle(struct imapcall *c)
{
	buf_adds(&c->peer->out, "+ Idling: a line DONE ends it\r\n");
	imapcall_mood(c, IMAP_IDLE);
	if (c->imap->selected)
		imapview_tell(&c->imap->view, c->peer->box, &c->peer->out,
		    false, c->imap->rev2);
}

void
imaplogin_done(struct imapcall *c, const char *line, size_t len)
{
	size_t word = text_word(line, len);

	imapcall_mood(c, IMAP_READY);
	if (text_is(line, word, "DONE") &&
	    text_blanks(line + word, len - word) == len - word)
		imapcall_ok(c, "IDLE done");
	else
		imapcall_bad(c,
		    "Only DONE ends IDLE, without a tag; "
		    "now it is over anyway");
}
