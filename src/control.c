/* SPDX-License-Identifier: ISC */
/* control.c - local commands about the connection and what is said on it. */
#include <string.h>

#include "certs.h"
#include "control.h"
#include "craft.h"
#include "drill.h"
#include "explain.h"
#include "journal.h"
#include "options.h"
#include "protos.h"
#include "reach.h"
#include "session.h"
#include "telexrc.h"
#include "term/term.h"
#include "text.h"

void
control_status(struct command *c, const char *arg)
{
	struct session *s = c->s;
	struct outlet *o = &s->out;
	const char *awaited;

	(void)arg;
	if (!session_is_open(s)) {
		outlet_note(o, 0, "not connected");
		return;
	}
	outlet_note(o, 0, "%s port %u, protocol %s, for %lld s",
	    s->peer.address, (unsigned)s->peer.port, s->dialog.proto->name,
	    (long long)((session_now() - s->opened) / 1000));
	if (wire_is_tls(&s->wire)) {
		outlet_note(o, 0, "%s, %s; certificate %s %s", s->tls.version,
		    s->tls.cipher, s->tls.subject,
		    s->tls.verified ? "verified" : s->tls.why);
		certs_note(s, 0);
	} else {
		outlet_note(o, 0, "not encrypted");
	}
	outlet_note(o, 0, "%u command%s, %u refused; %llu bytes out, %llu in",
	    s->dialog.commands, s->dialog.commands == 1 ? "" : "s",
	    s->dialog.refused, (unsigned long long)s->wire.sent,
	    (unsigned long long)s->wire.received);
	awaited = dialog_awaited(&s->dialog);
	if (awaited != NULL)
		outlet_note(o, 0, "owed: %s", awaited);
}

void
control_open(struct command *c, const char *arg)
{
	char words[600];
	char *port;
	struct fail f;

	if (session_is_open(c->s)) {
		outlet_error(&c->s->out,
		    "open: there is a connection (close ends it)");
		return;
	}
	if (arg[0] == '\0' || strlen(arg) >= sizeof words) {
		outlet_error(&c->s->out,
		    "open: name a server: open HOST "
		    "PORT, or a URL");
		return;
	}
	memcpy(words, arg, strlen(arg) + 1);
	port = words + strcspn(words, " \t");
	if (*port != '\0')
		*port++ = '\0';
	port += strspn(port, " \t");
	if (telexrc_target(c->opt, words, *port == '\0' ? NULL : port, &f) <
	    0) {
		outlet_error(&c->s->out, "open: %s", f.text);
	} else {
		/* The password of a proxy or a key is asked for below it. */
		term_show(c->term);
		reach_open(c->s);
	}
	/* A connection that failed here is no reason to leave. */
	c->s->status = 0;
}

void
control_close(struct command *c, const char *arg)
{
	(void)arg;
	reach_close(c->s);
}

void
control_quit(struct command *c, const char *arg)
{
	(void)arg;
	c->quit = true;
}

/* From now on these rules hold. */
static void
obey(struct session *s, const struct proto *proto)
{
	dialog_again(&s->dialog, proto, false);
	s->undecided = false;
}

/* Ask for it in the way of this protocol, which none may have told yet. */
static void
ask_for_tls(struct session *s, const struct proto *proto)
{
	if (proto->upgrade == NULL && proto->preamble == NULL) {
		outlet_error(&s->out,
		    "tls: %s has no way to ask for TLS (tls alone begins it "
		    "at once)",
		    proto->name);
		return;
	}
	if (!s->undecided && s->dialog.proto != &proto_raw &&
	    s->dialog.proto != proto) {
		/* Its commands would wait for replies that cannot come. */
		outlet_error(&s->out,
		    "tls: this is a session of %s (if it is not, set protocol "
		    "%s)",
		    s->dialog.proto->name, proto->name);
		return;
	}
	if (s->dialog.proto != proto)
		obey(s, proto);
	reach_starttls(s);
}

void
control_tls(struct command *c, const char *arg)
{
	const struct proto *proto = protos_find(arg);

	if (wire_is_tls(&c->s->wire))
		outlet_error(&c->s->out, "tls: this connection has TLS");
	else if (arg[0] == '\0')
		reach_upgrade(c->s);
	else if (proto == NULL)
		outlet_error(&c->s->out, "tls: no protocol \"%.40s\"", arg);
	else
		ask_for_tls(c->s, proto);
}

void
control_cert(struct command *c, const char *arg)
{
	certs_command(c->s, arg);
}

void
control_secret(struct command *c, const char *arg)
{
	(void)arg;
	/* The lines before it would be taken for it. */
	if (c->waiting > 0)
		outlet_error(&c->s->out,
		    "secret: %zu line%s to be sent before it", c->waiting,
		    c->waiting == 1 ? " waits" : "s wait");
	else
		c->secret = true;
}

/* What the prompt waits for. */
static void
explain_turn(struct session *s)
{
	static const char *const turns[] = {
		[TURN_SERVER] = "the server speaks next: a reply is owed",
		[TURN_COMMAND] = "a command is awaited from you (TAB lists "
				 "them, help WORD explains one)",
		[TURN_DATA] = "the message is awaited, line by line; a line "
			      "of one dot ends it",
		[TURN_SECRET] = "a secret is awaited, in base64; it is not "
				"shown (* gives up)",
		[TURN_LITERAL] = "octets are awaited, as many as were "
				 "announced; a line counts with its CR LF",
		[TURN_MORE] = "the rest of the command is awaited",
		[TURN_UPGRADE] = "TLS is about to begin",
		[TURN_PLAIN] = "TLS is about to end",
		[TURN_OVER] = "the server is about to close",
	};
	outlet_note(&s->out, 0, "%s",
	    !session_is_open(s) ? "not connected (open HOST PORT)" :
		s->dialog.proto->judge == NULL ?
				  "no rules are known for this protocol: say "
				  "what you like" :
				  turns[dialog_turn(&s->dialog)]);
}

/* All that is known of a code; false if that is nothing. */
bool
control_code(struct session *s, const char *word)
{
	struct buf text = { 0 };
	bool known = explain_word(s->dialog.proto, word, &text);

	if (known)
		outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
	return known;
}

void
control_explain(struct command *c, const char *arg)
{
	static const struct {
		const char *word;
		enum explained how;
		const char *said;
	} ways[] = {
		{ "on", EXPLAIN_ALL, "every reply is explained" },
		{ "auto", EXPLAIN_REFUSALS, "refusals are explained" },
		{ "off", EXPLAIN_NONE, "no reply is explained" },
	};
	struct session *s = c->s;
	size_t i;

	for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (strcmp(arg, ways[i].word) == 0) {
			s->explain = ways[i].how;
			outlet_note(&s->out, 0, "%s", ways[i].said);
			return;
		}
	}
	if (arg[0] == '\0')
		explain_turn(s);
	else if (!control_code(s, arg))
		outlet_error(&s->out,
		    "explain: on, auto, off, or a code; this is none that is "
		    "known");
}

void
control_log(struct command *c, const char *arg)
{
	journal_log(c->journal, c->s, arg);
}

void
control_mail(struct command *c, const char *arg)
{
	drill_mail(c->drill, c->s, arg);
}

/* A wrong guess is mended without the loss of a line. */
void
control_set(struct command *c, const char *arg)
{
	size_t word = text_word(arg, strlen(arg));
	const char *name =
	    arg + word + text_blanks(arg + word, strlen(arg + word));
	const struct proto *proto;

	if (!text_is(arg, word, "protocol") || *name == '\0') {
		outlet_error(&c->s->out, "set: set protocol NAME");
		return;
	}
	proto = protos_find(name);
	if (proto == NULL) {
		outlet_error(&c->s->out,
		    "set: no protocol of that name (telex --help=protocols)");
		return;
	}
	obey(c->s, proto);
}
