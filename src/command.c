/* SPDX-License-Identifier: ISC */
/* command.c - the table of local commands, and what each does. */
#include <string.h>
#include <strings.h>

#include "attach.h"
#include "authcmd.h"
#include "command.h"
#include "console.h"
#include "control.h"
#include "craft.h"
#include "danecmd.h"
#include "editor.h"
#include "filecmd.h"
#include "namecmd.h"
#include "protos.h"
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

static const struct local locals[] = {
	{ "help", "[WORD]", "this list, a local command or a verb", ANYTIME,
	    do_help },
	{ "?", "[WORD]", "the same", ANYTIME, do_help },
	{ "status", "", "peer, protocol, TLS, counters", ANYTIME,
	    control_status },
	{ "open", "HOST PORT | URL", "connect", ANYTIME, control_open },
	{ "close", "", "close the connection", CONNECTED, control_close },
	{ "quit", "", "close and leave", ANYTIME, control_quit },
	{ "tls", "[NAME]", "start TLS now, or ask for it: tls smtp", CONNECTED,
	    control_tls },
	{ "cert", "[json|pem|FILE]", "the server's certificates", CONNECTED,
	    control_cert },
	{ "auth", "[MECHANISM] [USER]", "say who you are (SASL)", CONNECTED,
	    auth_command },
	{ "secret", "", "the next line is not shown or kept", CONNECTED,
	    control_secret },
	{ "log", "[FILE|off]", "write a transcript, or no more", ANYTIME,
	    control_log },
	{ "send", "now|eof|crlf|lf|nul|HEX",
	    "send what waits, or bytes as they are", CONNECTED, craft_send },
	{ "file", "NAME [qp]", "send a text file as data, dots stuffed",
	    CONNECTED, filecmd_file },
	{ "attach", "NAME [TYPE]", "send a file as a part of the message",
	    CONNECTED, attach_file },
	{ "date", "", "put a Date: value into the line", ANYTIME, craft_date },
	{ "msgid", "", "put a Message-ID: value into the line", ANYTIME,
	    craft_msgid },
	{ "base64", "TEXT", "put the base64 form into the line", ANYTIME,
	    craft_base64 },
	{ "unbase64", "TEXT", "show what base64 text means", ANYTIME,
	    craft_unbase64 },
	{ "boundary", "[end]", "put what parts a message into the line",
	    CONNECTED, attach_boundary },
	{ "qp", "TEXT", "put the quoted-printable form into the line", ANYTIME,
	    craft_qp },
	{ "unqp", "TEXT", "show what quoted-printable text means", ANYTIME,
	    craft_unqp },
	{ "explain", "[CODE|on|auto|off]", "what is awaited, or a code means",
	    ANYTIME, control_explain },
	{ "set", "protocol NAME", "another protocol than was guessed",
	    CONNECTED, control_set },
	{ "replay", "FILE|off", "go through a transcript, line by line",
	    CONNECTED, stepcmd_replay },
	{ "again", "", "its last line once more", CONNECTED, stepcmd_again },
	{ "skip", "", "pass over its next line", CONNECTED, stepcmd_skip },
	{ "mail", "[N]", "the practice server's mail, or one message", ANYTIME,
	    control_mail },
	{ "mx", "DOMAIN", "where its mail goes (DNS)", ANYTIME, namecmd_mx },
	{ "srv", "DOMAIN", "where its services are (DNS)", ANYTIME,
	    namecmd_srv },
	{ "a", "NAME", "its addresses (DNS)", ANYTIME, namecmd_a },
	{ "tlsa", "[HOST:PORT|RECORD]",
	    "certificates that DNS promises, or could", ANYTIME, danecmd_tlsa },
	{ "sts", "DOMAIN", "does it announce MTA-STS (DNS)", ANYTIME,
	    danecmd_sts },
	{ "raw", "[on|off]", "show the server's bytes unchanged", ANYTIME,
	    console_raw },
	{ "color", "[on|off]", "colours", ANYTIME, console_color },
	{ "time", "[on|off]", "the time of each reply", ANYTIME, console_time },
	{ "history", "[N]", "the last lines typed", ANYTIME, console_history },
	{ "edit", "[FILE]", "lines, or the message, in your editor", CONNECTED,
	    editor_edit },
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

/* "mail" may be meant as a verb, or as what stands behind ^]. */
static void
help_word(struct command *c, const char *word)
{
	const struct local *l = local_find(word, strlen(word));
	bool verb = c->s->dialog.proto != NULL && help_verb(c, word);

	if (verb && (l == NULL || strcasecmp(l->name, word) != 0))
		return;
	if (l != NULL)
		outlet_note(&c->s->out, 0, "%s%s%s%s: %s",
		    verb ? "the local command " : "", l->name,
		    l->args[0] == '\0' ? "" : " ", l->args, l->help);
	else if (!control_code(c->s, word))
		outlet_error(&c->s->out,
		    "help: there is no \"%.40s\" (help lists what there is)",
		    word);
}

static void
do_help(struct command *c, const char *arg)
{
	struct buf text = { 0 };
	size_t i;

	if (arg[0] != '\0') {
		help_word(c, arg);
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
	const struct proto *p = c->s->dialog.proto;
	struct buf quoted = { 0 };
	const char *cure = !session_is_open(c->s) ?
	    "help lists them; open HOST PORT connects" :
	    p != NULL && protos_verb(p, word, len) != NULL ?
	    "it is said to the server: type it without ^]" :
	    "help lists them";

	text_quote(&quoted, word, len, 40);
	outlet_error(&c->s->out, "%.*s: no such command (%s)", (int)quoted.len,
	    buf_bytes(&quoted), cure);
	buf_free(&quoted);
}

/* What is said wrongly is not done: "quit it" need not mean to leave. */
static void
run(struct command *c, const struct local *l, const char *arg)
{
	if (l->when == CONNECTED && !session_is_open(c->s))
		outlet_error(&c->s->out, "%s: not connected (open HOST PORT)",
		    l->name);
	else if (l->args[0] == '\0' && arg[0] != '\0')
		outlet_error(&c->s->out,
		    "%s: nothing follows it (say %s alone)", l->name, l->name);
	else
		l->run(c, arg);
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
	else
		run(c, l, arg);
	/* base64 may have had a password in it. */
	text_wipe(text, sizeof text);
}

static bool
takes_file(const char *word, size_t len)
{
	static const char *const names[] = { "attach", "cert", "file", "log",
		"replay" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (text_is(word, len, names[i]))
			return true;
	}
	return false;
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
	if (takes_file(line, word)) {
		while (word < len && line[word] == ' ')
			word++;
		complete_begin(c, line, word, len);
		complete_files(c);
	}
}
