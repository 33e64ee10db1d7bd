/* SPDX-License-Identifier: ISC */
/* command.c - the table of local commands, and what each does. */
#include <string.h>
#include <strings.h>

#include "authcmd.h"
#include "command.h"
#include "console.h"
#include "craft.h"
#include "drill.h"
#include "explain.h"
#include "journal.h"
#include "options.h"
#include "protos.h"
#include "reach.h"
#include "session.h"
#include "stepcmd.h"
#include "term/complete.h"
#include "text.h"

/* When a command makes sense. */
enum { ANYTIME, CONNECTED };

struct local {
	const char *name;
	const char *args;
	const char *help;
	int when;
	void (*run)(struct command *c, const char *arg);
};

static void do_help(struct command *c, const char *arg);

static void
do_status(struct command *c, const char *arg)
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
	if (wire_is_tls(&s->wire))
		outlet_note(o, 0, "%s, %s; certificate %s %s", s->tls.version,
		    s->tls.cipher, s->tls.subject,
		    s->tls.verified ? "verified" : s->tls.why);
	else
		outlet_note(o, 0, "not encrypted");
	outlet_note(o, 0, "%u commands, %u refused; %llu bytes out, %llu in",
	    s->dialog.commands, s->dialog.refused,
	    (unsigned long long)s->wire.sent,
	    (unsigned long long)s->wire.received);
	awaited = dialog_awaited(&s->dialog);
	if (awaited != NULL)
		outlet_note(o, 0, "owed: %s", awaited);
}

static void
do_open(struct command *c, const char *arg)
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
	if (options_target(c->opt, words, *port == '\0' ? NULL : port, &f) < 0)
		outlet_error(&c->s->out, "open: %s", f.text);
	else
		reach_open(c->s);
	/* A connection that failed here is no reason to leave. */
	c->s->status = 0;
}

static void
do_close(struct command *c, const char *arg)
{
	(void)arg;
	reach_close(c->s);
}

static void
do_quit(struct command *c, const char *arg)
{
	(void)arg;
	c->quit = true;
}

static void
do_tls(struct command *c, const char *arg)
{
	if (wire_is_tls(&c->s->wire))
		outlet_error(&c->s->out, "tls: this connection has TLS");
	else if (arg[0] != '\0' && protos_find(arg) == NULL)
		outlet_error(&c->s->out, "tls: no protocol \"%.40s\"", arg);
	else if (arg[0] != '\0')
		reach_starttls(c->s);
	else
		reach_upgrade(c->s);
}

static void
do_cert(struct command *c, const char *arg)
{
	struct buf chain = { 0 };

	(void)arg;
	wire_chain(&c->s->wire, &chain);
	if (chain.len == 0)
		outlet_error(&c->s->out, "cert: this connection has no TLS");
	else
		outlet_text(&c->s->out, buf_bytes(&chain), chain.len);
	buf_free(&chain);
}

static void
do_secret(struct command *c, const char *arg)
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
static bool
explain_code(struct session *s, const char *word)
{
	struct buf text = { 0 };
	bool known = explain_word(s->dialog.proto, word, &text);

	if (known)
		outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
	return known;
}

static void
do_explain(struct command *c, const char *arg)
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
	else if (!explain_code(s, arg))
		outlet_error(&s->out,
		    "explain: on, auto, off, or a code; this is none that is "
		    "known");
}

static void
do_log(struct command *c, const char *arg)
{
	journal_log(c->journal, c->s, arg);
}

static void
do_mail(struct command *c, const char *arg)
{
	drill_mail(c->drill, c->s, arg);
}

/* A wrong guess is mended without the loss of a line. */
static void
do_set(struct command *c, const char *arg)
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
	dialog_again(&c->s->dialog, proto, false);
	c->s->undecided = false;
}

static const struct local locals[] = {
	{ "help", "[WORD]", "this list, a local command or a verb", ANYTIME,
	    do_help },
	{ "?", "[WORD]", "the same", ANYTIME, do_help },
	{ "status", "", "peer, protocol, TLS, counters", ANYTIME, do_status },
	{ "open", "HOST PORT | URL", "connect", ANYTIME, do_open },
	{ "close", "", "close the connection", CONNECTED, do_close },
	{ "quit", "", "close and leave", ANYTIME, do_quit },
	{ "tls", "[NAME]", "start TLS now, or ask for it: tls smtp", CONNECTED,
	    do_tls },
	{ "cert", "", "the server's certificates", CONNECTED, do_cert },
	{ "auth", "[MECHANISM] [USER]", "say who you are (SASL)", CONNECTED,
	    auth_command },
	{ "secret", "", "the next line is not shown or kept", CONNECTED,
	    do_secret },
	{ "log", "[FILE|off]", "write a transcript, or no more", ANYTIME,
	    do_log },
	{ "send", "now|eof|crlf|lf|nul|HEX",
	    "send what waits, or bytes as they are", CONNECTED, craft_send },
	{ "file", "NAME", "send a text file as data, dots stuffed", CONNECTED,
	    craft_file },
	{ "date", "", "put a Date: value into the line", ANYTIME, craft_date },
	{ "msgid", "", "put a Message-ID: value into the line", ANYTIME,
	    craft_msgid },
	{ "base64", "TEXT", "put the base64 form into the line", ANYTIME,
	    craft_base64 },
	{ "unbase64", "TEXT", "show what base64 text means", ANYTIME,
	    craft_unbase64 },
	{ "explain", "[CODE|on|auto|off]", "what is awaited, or a code means",
	    ANYTIME, do_explain },
	{ "set", "protocol NAME", "another protocol than was guessed",
	    CONNECTED, do_set },
	{ "replay", "FILE|off", "go through a transcript, line by line",
	    CONNECTED, stepcmd_replay },
	{ "again", "", "its last line once more", CONNECTED, stepcmd_again },
	{ "skip", "", "pass over its next line", CONNECTED, stepcmd_skip },
	{ "mail", "[N]", "the practice server's mail, or a message of it",
	    ANYTIME, do_mail },
	{ "raw", "[on|off]", "show the server's bytes unchanged", ANYTIME,
	    console_raw },
	{ "color", "[on|off]", "colours", ANYTIME, console_color },
	{ "time", "[on|off]", "the time of each reply", ANYTIME, console_time },
	{ "history", "[N]", "the last lines typed", ANYTIME, console_history },
	{ "z", "", "suspend", ANYTIME, console_stop },
	{ "!", "[COMMAND]", "a shell", ANYTIME, console_shell },
};

static const struct local *
local_find(const char *name, size_t len)
{
	const struct local *found = NULL;
	size_t i;

	for (i = 0; i < sizeof locals / sizeof locals[0]; i++) {
		if (text_is(name, len, locals[i].name))
			return &locals[i];
		if (len > 0 && strncasecmp(locals[i].name, name, len) == 0 &&
		    found == NULL)
			found = &locals[i];
	}
	return found;
}

/* One line about a verb of the protocol; false if it has none such. */
static bool
help_verb(struct command *c, const char *word)
{
	const struct verb *v =
	    protos_verb(c->s->dialog.proto, word, strlen(word));

	if (v == NULL)
		return false;
	outlet_note(&c->s->out, 0, "%s: %s (%s)", v->syntax, v->help, v->rfc);
	return true;
}

static void
do_help(struct command *c, const char *arg)
{
	struct buf text = { 0 };
	const struct local *l;
	size_t i;

	if (arg[0] != '\0') {
		if (c->s->dialog.proto != NULL && help_verb(c, arg))
			return;
		l = local_find(arg, strlen(arg));
		if (l == NULL && explain_code(c->s, arg))
			return;
		if (l == NULL)
			outlet_error(&c->s->out, "help: no \"%.40s\"", arg);
		else
			outlet_note(&c->s->out, 0, "%s %s: %s", l->name,
			    l->args, l->help);
		return;
	}
	for (i = 0; i < sizeof locals / sizeof locals[0]; i++)
		buf_addf(&text, "  %-8s %-24s %s\n", locals[i].name,
		    locals[i].args, locals[i].help);
	outlet_text(&c->s->out, buf_bytes(&text), text.len);
	buf_free(&text);
}

static void
no_command(struct command *c, const char *word, size_t len)
{
	struct buf quoted = { 0 };

	text_quote(&quoted, word, len, 40);
	outlet_error(&c->s->out, "%.*s: no such command (help lists them)",
	    (int)quoted.len, buf_bytes(&quoted));
	buf_free(&quoted);
}

void
command_run(struct command *c, const char *line, size_t len)
{
	const struct local *l;
	char text[4096];
	size_t word;
	char *arg;

	while (len > 0 && (line[0] == ' ' || line[0] == '\t'))
		line++, len--;
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	if (len == 0)
		return;
	if (len >= sizeof text) {
		outlet_error(&c->s->out, "that is too long for a command");
		return;
	}
	memcpy(text, line, len);
	text[len] = '\0';
	/* "!ls" needs no blank. */
	word = text[0] == '!' || text[0] == '?' ? 1 : text_word(text, len);
	l = local_find(text, word);
	arg = text + word;
	arg += strspn(arg, " \t");
	if (l == NULL)
		no_command(c, text, word);
	else if (l->when == CONNECTED && !session_is_open(c->s))
		outlet_error(&c->s->out, "%s: not connected (open HOST PORT)",
		    l->name);
	else
		l->run(c, arg);
	/* base64 may have had a password in it. */
	text_wipe(text, sizeof text);
}

void
command_complete(struct complete *c, const char *line, size_t len)
{
	size_t word = text_word(line, len);
	size_t i;

	if (word == len) {
		complete_begin(c, line, 0, len);
		for (i = 0; i < sizeof locals / sizeof locals[0]; i++)
			complete_offer(c, locals[i].name);
		return;
	}
	if (text_is(line, word, "file") || text_is(line, word, "log") ||
	    text_is(line, word, "replay")) {
		while (word < len && line[word] == ' ')
			word++;
		complete_begin(c, line, word, len);
		complete_files(c);
	}
}
