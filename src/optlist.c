/* SPDX-License-Identifier: ISC */
/* optlist.c - the table of options. */
#include <sys/socket.h>

#include <stddef.h>

#include "options.h"
#include "optlist.h"
#include "optset.h"
#include "value.h"

#define AT(field) offsetof(struct options, field)
#define HEADING(h) .help = (h)
#define CALL(l, n, v, h, s) \
	.letter = (l), .name = (n), .value = (v), .help = (h), .set = (s)
#define VALUE(l, n, v, h, kind, field) \
	CALL(l, n, v, h, value_##kind), .at = AT(field)
#define FLAG(l, n, h, field) VALUE(l, n, NULL, h, flag, field)
#define TEXT(l, n, v, h, field) VALUE(l, n, v, h, text, field)
#define ONCE(l, n, v, h, field) VALUE(l, n, v, h, once, field)
#define INT(l, n, h, field, i) \
	VALUE(l, n, NULL, h, number, field), .number = (i)
#define COUNT(l, n, h, field, i) VALUE(l, n, "N", h, upto, field), .number = (i)
/* --help=options alone shows it. */
#define RARE(...) __VA_ARGS__, .rare = true

const struct args_row optlist_rows[] = {
	{ HEADING("Reaching a server:") },
	{ INT('4', "ipv4", "IPv4 only", family, AF_INET) },
	{ INT('6', "ipv6", "IPv6 only", family, AF_INET6) },
	{ CALL('p', "port", "PORT", "port, by number or service name",
	    optset_port) },
	{ TEXT('s', "source", "ADDR", "local address to connect from",
	    source) },
	{ RARE(CALL(0, "source-port", "PORT", "local port to connect from",
	    optset_source_port)) },
	{ RARE(ONCE('m', "mx", "DOMAIN", "connect to its mail exchangers",
	    given.mx)) },
	{ RARE(FLAG(0, "srv", "find the URL's server by SRV records", srv)) },
	{ RARE(CALL(0, "dns", "ADDR[:PORT]", "ask this name server",
	    optset_dns)) },
	{ FLAG('n', "numeric", "look up no names", numeric) },
	{ VALUE('w', "connect-timeout", "SECS",
	    "give up connecting (default 30)", seconds, connect_timeout) },
	{ VALUE('i', "timeout", "SECS",
	    "give up waiting for a reply (script: 300)", seconds, timeout) },
	{ CALL('U', "unix", "PATH", "connect to a Unix-domain socket",
	    optset_unix) },
	{ RARE(CALL('x', "proxy", "URL",
	    "through a proxy: socks5://, socks4a://, http://", optset_proxy)) },
	{ RARE(CALL(0, "proxy-header", "[=ADDR]",
	    "begin with a PROXY header; also v2,ADDR", optset_proxy_header)) },
	{ RARE(FLAG('t', "telnet", "refuse Telnet's options", telnet)) },
	{ TEXT('u', "user", "USER", "who to be, for ^] auth and <auth>",
	    user) },
	{ CALL('P', "protocol", "PROTO", "--help=protocols lists them",
	    optset_protocol) },
	{ HEADING("TLS:") },
	{ FLAG('T', "tls", "TLS from the first byte (also --ssl)", given.tls) },
	{ FLAG(0, "ssl", NULL, given.tls) },
	{ CALL('S', "starttls", "[=PROTO]", "begin with STARTTLS or its like",
	    optset_starttls) },
	{ FLAG('k', "insecure", "accept any certificate", tls_plan.insecure) },
	{ VALUE(0, "verify", "auto|require|dane", "auto: a terminal only warns",
	    choice, verify) },
	{ FLAG(0, "require-tls", "no secret goes out in plain text",
	    require_tls) },
	{ TEXT(0, "verify-name", "NAME", "the name the certificate must bear",
	    tls_plan.verify_name) },
	{ TEXT(0, "cafile", "FILE", "trust the issuers in this file",
	    tls_plan.cafile) },
	{ RARE(TEXT(0, "capath", "DIR", "trust the issuers in this folder",
	    tls_plan.capath)) },
	{ TEXT(0, "cert", "FILE", "our certificate, PEM", tls_plan.cert) },
	{ TEXT(0, "key", "FILE", "its key, when in another file",
	    tls_plan.key) },
	{ RARE(TEXT(0, "servername", "NAME", "the name to ask for (SNI)",
	    tls_plan.servername)) },
	{ RARE(TEXT(0, "alpn", "NAME,...", "protocols to offer (ALPN)",
	    tls_plan.alpn)) },
	{ VALUE(0, "pin", "sha256:HEX", "trust this certificate or key alone",
	    pin, tls_plan.pin) },
	{ RARE(CALL(0, "tls-opt", "NAME=VALUE",
	    "a setting of OpenSSL, repeatable", optset_tls_opt)) },
	{ RARE(TEXT(0, "keylog", "FILE", "write the session's keys there",
	    tls_plan.keylog)) },
	{ RARE(TEXT(0, "resume", "FILE", "take up the TLS session kept there",
	    tls_plan.resume)) },
	{ CALL(0, "show-certs", "[=text|json|pem]",
	      "show the server's certificates", optset_show_certs),
	    .at = AT(show_certs) },
	{ HEADING("Scripts:") },
	{ CALL('c', "command", "LINE", "send LINE, repeatable; then end",
	    optset_command) },
	{ TEXT('f', "file", "FILE", "lines from FILE instead of stdin", file) },
	{ FLAG(0, "fail", "stop at the first negative reply", fail) },
	{ FLAG(0, "pipeline", "do not wait for replies (RFC 2920)", pipeline) },
	{ VALUE('N', "eof", "[=shutdown|quit|wait|close]",
	    "at the end of input", choice, eof) },
	{ RARE(FLAG(0, "check", "one line for monitoring; status 0 to 3",
	    check)) },
	{ RARE(CALL(0, "warn", "WHAT=N", "time, reply (seconds), days",
	    optset_warn)) },
	{ RARE(
	    CALL(0, "crit", "WHAT=N", "the same for the worse", optset_crit)) },
	{ RARE(CALL(0, "interval", "SECS", "check again and again",
	      optset_interval)),
	    .at = AT(interval) },
	{ HEADING("Transcripts:") },
	{ ONCE('o', "log", "FILE", "write one; >>FILE appends, - is stdout",
	    log) },
	{ RARE(
	    FLAG(0, "force", "overwrite the file of --log, --draw", force)) },
	{ CALL('r', "replay", "[=none]", "play FILE... and compare the replies",
	    optset_replay) },
	{ VALUE(0, "match", "status|class|text", "what must be the same",
	    choice, match) },
	{ CALL(0, "set", "NAME=VALUE", "a variable of theirs, repeatable",
	    optset_set) },
	{ RARE(CALL(0, "secrets-fd", "N", "read NAME=VALUE lines from there",
	    optset_secrets_fd)) },
	{ FLAG(0, "tap", "report in the Test Anything Protocol", tap) },
	{ RARE(
	    FLAG(0, "json", "what happens as JSON, an object a line", json)) },
	{ RARE(ONCE(0, "junit", "FILE", "report in JUnit's XML too", junit)) },
	{ RARE(
	    COUNT('j', "jobs", "play so many at once (1 to 64)", jobs, 64)) },
	{ RARE(FLAG(0, "step", "ask before each line of ours", step)) },
	{ RARE(COUNT(0, "speed", "show so many characters a second", speed,
	    1000000)) },
	{ ONCE(0, "serve", "FILE", "play the server's side, on loopback",
	    serve) },
	{ RARE(CALL(0, "serve-port", "PORT", "there (default: a free port)",
	    optset_serve_port)) },
	{ RARE(ONCE(0, "serve-ca", "FILE", "write the CA of its certificate",
	    serve_ca)) },
	{ RARE(
	    ONCE(0, "draw", "FILE", "draw the session as a picture", draw)) },
	{ CALL(0, "practice", "[=WHERE]", "be a mail server too, to practise",
	    optset_practice) },
	{ RARE(CALL(0, "practice-set", "KNOB", "--help=practice lists them",
	    optset_practice_set)) },
	{ RARE(CALL(0, "practice-rule", "RULE",
	    "VERB:[N%:][+TIME:][REPLY|close]", optset_practice_rule)) },
	{ RARE(ONCE(0, "practice-ca", "FILE", "write the CA of its certificate",
	    practice_ca)) },
	{ HEADING("What is shown:") },
	{ FLAG(0, "time", "the elapsed time of each reply", time) },
	{ VALUE(0, "explain", "auto|always|never",
	    "say what replies mean; auto: refusals", choice, explain) },
	{ VALUE(0, "color", "auto|always|never",
	    "colour by the class of the reply", choice, color) },
	{ FLAG(0, "raw", "bytes as they are, both ways", raw) },
	{ FLAG(0, "lf", "replies to stdout with LF line ends", lf) },
	{ RARE(FLAG(0, "unstuff", "POP3, NNTP: undo the doubled dots on stdout",
	    unstuff)) },
	{ FLAG(0, "imap-tags", "put tags before IMAP commands", imap_tags) },
	{ RARE(FLAG(0, "auto-pong", "answer the PING of IRC", auto_pong)) },
	{ VALUE('e', "escape", "CHAR", "key of local commands (default ^])",
	    key, escape) },
	{ RARE(INT('E', "no-escape", "no such key", escape, -1)) },
	{ FLAG('q', "quiet", "no notes", quiet) },
	{ VALUE('v', "verbose", NULL, "show sent lines; -vv TLS; -vvv bytes",
	    count, verbose) },
	{ RARE(CALL('C', "crlf", NULL, "nothing: CRLF is always sent",
	    value_ignored)) },
	{ RARE(FLAG(0, "no-history", "neither read nor keep typed lines",
	    no_history)) },
	{ RARE(FLAG(0, "no-rc", "do not read telexrc", no_rc)) },
	{ RARE(CALL(0, "completion", "bash|zsh|fish",
		   "print a script for this shell", optset_completion),
	    .at = AT(shell)) },
	{ CALL('h', "help", "[=TOPIC]", "this list, or a topic", optset_help) },
	{ INT('V', "version", "versions", act, ACT_VERSION) },
	{ HEADING(NULL) },
};

const struct args_clash optlist_clashes[] = {
	{ "ipv4", "ipv6", "leave both out for either family" },
	{ "tls", "starttls", "TLS is from the first byte or after STARTTLS" },
	{ "unix", "port", "a path has no port" },
	{ "unix", "proxy", "no proxy leads to a path" },
	{ "unix", "ipv4", "a path has no address" },
	{ "unix", "ipv6", "a path has no address" },
	{ "unix", "source", "a path has no address" },
	{ "unix", "source-port", "a path has no port" },
	{ "mx", "unix", "there is one target" },
	{ "mx", "srv", "one kind of record leads to the server" },
	{ "mx", "numeric", "mail exchangers are looked up" },
	{ "mx", "serve", "a client is waited for" },
	{ "mx", "practice", "there is one target" },
	{ "srv", "unix", "a path is not looked up" },
	{ "srv", "port", "SRV records name the port" },
	{ "srv", "numeric", "servers are looked up" },
	{ "srv", "replay", "transcripts name their servers" },
	{ "srv", "practice", "the server is known" },
	{ "dns", "numeric", "is a name server asked or not?" },
	{ "command", "file", "there is one source of lines" },
	{ "escape", "no-escape", "there is such a key or there is none" },
	{ "replay", "serve", "a transcript is played from one side" },
	{ "replay", "command", "the transcript has what is sent" },
	{ "replay", "file", "the transcript has what is sent" },
	{ "serve", "command", "the transcript has what is said" },
	{ "serve", "file", "the transcript has what is said" },
	{ "practice", "replay", "a transcript is played to another server" },
	{ "practice", "serve", "one server is enough" },
	{ "resume", "cert", "the server asks for no certificate again" },
	{ "tap", "json", "standard output takes one form of report" },
	{ "check", "replay", "a replay reports by itself" },
	{ "check", "serve", "a server checks nobody" },
	{ "check", "practice", "what is to be checked?" },
	{ "check", "log", "a check leaves one line" },
	{ "check", "draw", "a check leaves one line" },
	{ "check", "json", "a check leaves one line" },
	{ "check", "show-certs", "a check leaves one line" },
	{ "interval", "show-certs", "a check leaves one line" },
	{ "interval", "replay", "a replay reports by itself" },
	{ "interval", "serve", "a server checks nobody" },
	{ "interval", "practice", "what is to be checked?" },
	{ "interval", "log", "a check leaves one line" },
	{ "interval", "draw", "a check leaves one line" },
	{ "interval", "json", "a check leaves one line" },
	{ "serve", "json", "--json is for what a client sees" },
	{ "step", "jobs", "step by step goes one after the other" },
	{ "log", "jobs", "a log holds one session after the other" },
	{ "draw", "jobs", "a picture shows one session" },
	{ .one = NULL },
};

const struct args_need optlist_needs[] = {
	{ "key", "cert", NULL, "whose key is it?" },
	{ "force", "log", "draw", "which file is to be overwritten?" },
	{ "serve-ca", "serve", NULL, "what is served?" },
	{ "serve-port", "serve", NULL, "what is served there?" },
	{ "warn", "check", "interval", "what is to be checked?" },
	{ "crit", "check", "interval", "what is to be checked?" },
	{ "practice-set", "practice", NULL, "what is to be set?" },
	{ "practice-rule", "practice", NULL, "whose rule is it?" },
	{ "practice-ca", "practice", NULL, "whose CA is it?" },
	{ "jobs", "replay", NULL, "what is to be played at once?" },
	{ "step", "replay", NULL, "what is to be played?" },
	{ "speed", "replay", NULL, "what is to be played?" },
	{ "match", "replay", "serve", "what is to be compared?" },
	{ "set", "replay", "serve", "only transcripts have variables" },
	{ "secrets-fd", "replay", "serve", "only transcripts have variables" },
	{ "tap", "replay", NULL, "what is to be reported?" },
	{ "junit", "replay", NULL, "what is to be reported?" },
	{ .one = NULL },
};

const struct args_slip optlist_unfit[] = {
	{ "source-port", "two sessions cannot have the same one" },
	{ "unix", "the command line names the server" },
	{ "mx", "the command line names the server" },
	{ "srv", "the command line names the server" },
	{ "command", "it says what one session is for" },
	{ "file", "it says what one session is for" },
	{ "log", "each session has a log of its own" },
	{ "force", "what is overwritten is said each time" },
	{ "draw", "each session has a picture of its own" },
	{ "replay", "replays do not read telexrc" },
	{ "match", "replays do not read telexrc" },
	{ "set", "replays do not read telexrc" },
	{ "secrets-fd", "replays do not read telexrc" },
	{ "tap", "replays do not read telexrc" },
	{ "json", "it says what one session is for" },
	{ "check", "it says what telex is started for" },
	{ "interval", "it says what telex is started for" },
	{ "junit", "replays do not read telexrc" },
	{ "jobs", "replays do not read telexrc" },
	{ "step", "replays do not read telexrc" },
	{ "speed", "replays do not read telexrc" },
	{ "serve", "--serve does not read telexrc" },
	{ "serve-port", "--serve does not read telexrc" },
	{ "serve-ca", "--serve does not read telexrc" },
	{ "practice", "it says what one session is for" },
	{ "practice-set", "it says what one session is for" },
	{ "practice-rule", "it says what one session is for" },
	{ "practice-ca", "it says what one session is for" },
	{ "no-rc", "telexrc has been read by then" },
	{ "completion", "it says what telex is started for" },
	{ "help", "it says what telex is started for" },
	{ "version", "it says what telex is started for" },
	{ NULL, NULL },
};

const struct args_slip optlist_local[] = {
	{ "port", "a port is one host's" },
	{ "pin", "a certificate is one host's" },
	{ "verify-name", "a certificate is one host's" },
	{ "servername", "a certificate is one host's" },
	{ NULL, NULL },
};

const char *const optlist_abroad[] = { "ipv4", "ipv6", "source", "proxy",
	"proxy-header", "verify", "insecure", "resume", NULL };

/* The second one said, the first gives way; the last column says nothing. */
const struct args_clash optlist_yields[] = {
	{ "verify", "insecure", NULL },
	{ "insecure", "verify", NULL },
	{ "verify", "pin", NULL },
	{ "key", "cert", NULL },
	{ "quiet", "verbose", NULL },
	{ "verbose", "quiet", NULL },
	{ .one = NULL },
};

const char *
optlist_name(size_t i)
{
	const struct args_row *row = optlist_rows;

	for (; row->name != NULL || row->help != NULL; row++) {
		if (row->name != NULL && i-- == 0)
			return row->name;
	}
	return NULL;
}
