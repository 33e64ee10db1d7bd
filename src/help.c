/* SPDX-License-Identifier: ISC */
/* help.c - the pages of --help=TOPIC. */
#include <string.h>

#include "help.h"

static const struct page {
	const char *topic;
	const char *text;
} pages[] = {
	{ "commands",
	    "^] opens the prompt \"telex> \" for one command, even in mid "
	    "line:\n"
	    "\n"
	    "  ? or help [WORD]     this list, or one command or verb\n"
	    "  status               peer, protocol, TLS, counters, time\n"
	    "  open HOST PORT|URL   connect\n"
	    "  close, quit          end the connection; and telex\n"
	    "  tls [PROTOCOL]       start TLS now; ask the server for it "
	    "first\n"
	    "  cert [json|pem]      the server's certificates\n"
	    "  cert FILE            ... into a new file, as PEM\n"
	    "  auth [MECH] [USER]   say who you are; asks for the password\n"
	    "  secret               the next line is not shown and not "
	    "kept\n"
	    "  log FILE|off         write a transcript; alone: where to\n"
	    "  replay FILE|off      go through one, a line at the prompt at a "
	    "time\n"
	    "  again, skip          its last line once more; pass over the "
	    "next\n"
	    "  send now             what waits for a reply goes out at once\n"
	    "  send eof             no more comes from us (half-close)\n"
	    "  send WORD...         bytes: crlf lf cr nul tab esc, or hex: "
	    "41 0d0a\n"
	    "  file NAME [qp]       send a text file as mail data, "
	    "quoted-printable\n"
	    "  attach NAME [TYPE]   send a file as a part of the message\n"
	    "  boundary [end]       put into the line what parts a message, "
	    "ends it\n"
	    "  edit [FILE]          lines, or the message, in $EDITOR\n"
	    "  date, msgid          put a date, a Message-ID into the "
	    "line\n"
	    "  base64, qp TEXT      put TEXT in base64, quoted-printable "
	    "into the line\n"
	    "  unbase64, unqp TEXT  show what that means\n"
	    "  mail [N]             the practice server's mail, or one message "
	    "of it\n"
	    "  mx DOMAIN            where its mail goes, as DNS says\n"
	    "  srv DOMAIN           where its services are (_imaps._tcp and "
	    "so on)\n"
	    "  a NAME               the addresses of a host\n"
	    "  tlsa [HOST:PORT]     the certificates that DNS promises; under "
	    "TLS, alone:\n"
	    "                       the records that these would need\n"
	    "  tlsa RECORD          is it true of them: tlsa 3 1 1 HEX\n"
	    "  sts DOMAIN           does it announce MTA-STS\n"
	    "  explain              what the prompt waits for\n"
	    "  explain CODE         what a reply means: 550, 5.7.1, ALERT\n"
	    "  explain on|auto|off  say so of each reply, of refusals, of "
	    "none\n"
	    "  set protocol NAME    another protocol than was guessed\n"
	    "  raw [on|off]         show the server's bytes as they are\n"
	    "  color [on|off]       colour by the class of the reply\n"
	    "  time [on|off]        the elapsed time of each reply\n"
	    "  history [N]          the last lines typed\n"
	    "  z                    suspend telex\n"
	    "  ! [COMMAND]          a shell, or one command in it\n"
	    "\n"
	    "An empty command returns to the line. -e CHAR takes another key, "
	    "-E none.\n" },
	{ "exit",
	    "The exit status:\n"
	    "\n"
	    "  0      all well\n"
	    "  1      network or system failure; connection lost before an "
	    "owed reply,\n"
	    "         or before the end of a message or script\n"
	    "  2      usage, or a file that cannot be read\n"
	    "  3      TLS: handshake, verification, STARTTLS refused, secret "
	    "withheld\n"
	    "  4      the worst reply to a script was transient (4yz)\n"
	    "  5      the worst reply to a script was permanent (5yz)\n"
	    "  6      a transcript and the server differ\n"
	    "  7      time-out waiting for a connection or a reply\n"
	    "  128+n  ended by signal n\n"
	    "\n"
	    "A person who typed gets 0 unless 1, 3 or 7 happened, or a "
	    "transcript\n"
	    "that was gone through by hand differed (6).\n" },
	{ "options", NULL },
	{ "practice",
	    "telex --practice is a mail server too, for as long as it runs: "
	    "SMTP, POP3 and\n"
	    "IMAP, on ports of this machine that it names, for telex and any "
	    "other client.\n"
	    "All mail stays there, in one mailbox in memory. User alice has "
	    "the password\n"
	    "wonderland. Lines end with CR LF, or SMTP answers 550 as strict "
	    "servers do\n"
	    "(curl -T FILE: --crlf helps).\n"
	    "\n"
	    "  telex --practice               talk SMTP to it, and see what "
	    "arrives\n"
	    "  telex --practice -P imap       ... or IMAP\n"
	    "  telex --practice=2525          on this port and the five "
	    "behind it\n"
	    "  ^] mail, ^] mail 1             the mail that came, and one "
	    "message\n"
	    "  --practice-ca FILE             write the CA of its certificate "
	    "there\n"
	    "  --practice-rule 'RCPT:20%:451 4.7.1 later'  said to one in "
	    "five\n"
	    "  --practice-rule DATA:+5s:close              5 seconds, then "
	    "the end\n"
	    "                                 (250, +OK, OK: when the command "
	    "succeeds;\n"
	    "                                 never 354 or +, which ask for "
	    "more)\n"
	    "  --practice-set KNOB, which is one of these:\n"
	    "\n" },
	{ "protocols", NULL },
	{ "tls",
	    "TLS begins in one of these ways:\n"
	    "\n"
	    "  smtps:// submissions:// tls://, -T   from the first byte\n"
	    "  ports 465, 993 and so on             the same, and a note "
	    "says so\n"
	    "  -S, -S=smtp                          greeting, EHLO, STARTTLS, "
	    "then yours\n"
	    "  STARTTLS typed or in a script        when the server agrees\n"
	    "  ^] tls, ^] tls smtp                  at once, or asking the "
	    "server first\n"
	    "\n"
	    "The certificate must be valid for the host's name and come from "
	    "a known\n"
	    "issuer. In a script anything else ends the session with status "
	    "3 before\n"
	    "another line goes out; at a terminal a note says what is wrong "
	    "and the\n"
	    "prompt is \"smtp+tls?> \" from then on.\n"
	    "\n"
	    "  --cafile FILE, --capath DIR  trust these issuers\n"
	    "  --pin=sha256:HEX             trust this certificate or key "
	    "and no other\n"
	    "  --verify-name NAME           the name it must bear, when not "
	    "the host's\n"
	    "  --verify=require             a terminal is as strict as a "
	    "script\n"
	    "  --verify=dane                its TLSA records decide, if "
	    "DNSSEC vouches for\n"
	    "                               them; ^] tlsa shows what it "
	    "would need\n"
	    "  -k                           accept any, and say what is "
	    "wrong\n"
	    "  --require-tls                no secret in plain text, no line "
	    "after a\n"
	    "                               refused STARTTLS\n"
	    "  --show-certs, ^] cert        names, dates, fingerprints, OCSP "
	    "and SCTs\n"
	    "  --show-certs=json, =pem      the same on stdout, and nothing "
	    "else\n"
	    "  --resume FILE                take up the session kept there, "
	    "keep the new\n"
	    "  --tls-opt NAME=VALUE         MinProtocol=TLSv1.3, "
	    "CipherString=...\n"
	    "  --keylog FILE                the session's keys, for a "
	    "packet analyser\n" },
	{ "transcripts",
	    "A transcript holds what both sides said, line by line:\n"
	    "\n"
	    "  C: EHLO client.example    ours, as it is; C$ with escapes and "
	    "variables\n"
	    "  S: 250 HELP               the server's; S% with escapes, S$ "
	    "with variables\n"
	    "  S~ REGEX, S! REGEX        some line of the reply matches, no "
	    "line does\n"
	    "  ...                       any lines of the server\n"
	    "  <TLS verified>, <closed>  what happens beside\n"
	    "  # text                    a comment\n"
	    "\n"
	    "Escapes are \\\\ \\$ \\r \\n \\t \\xHH, and \\c at "
	    "the end: no line end follows.\n"
	    "A variable is ${NAME}; ${secret:NAME} is asked for and never "
	    "shown.\n"
	    "\n"
	    "  telex -o log.telex smtp://localhost        write one (mode "
	    "0600)\n"
	    "  telex -o '>>log.telex' ..., ^] log FILE    behind what is "
	    "there; from now on\n"
	    "  telex -r log.telex                         play it again and "
	    "compare\n"
	    "  telex -r smtp://localhost:2525 *.telex     ... against "
	    "another server\n"
	    "  telex -r --step localhost 25 log.telex     ... by hand, line "
	    "by line\n"
	    "  telex --serve log.telex                    be the server in "
	    "it\n"
	    "\n"
	    "What --log writes can be played again: the status of each reply "
	    "must be the\n"
	    "same (--match=class: its first digit; --match=text: every "
	    "line). Passwords\n"
	    "are written as ${secret:1} and so on. The first word behind "
	    "--replay is the\n"
	    "server if it is a URL, or no file and HOST:PORT or HOST PORT; "
	    "without one the\n"
	    "transcript's own <connect URL> counts. --help=options lists "
	    "the options.\n" },
};

const char *
help_page(const char *topic)
{
	size_t i;

	for (i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (strcmp(pages[i].topic, topic) == 0)
			return pages[i].text == NULL ? "" : pages[i].text;
	}
	return NULL;
}

const char *
help_topic(size_t i)
{
	return i < sizeof pages / sizeof pages[0] ? pages[i].topic : NULL;
}

const char *
help_usage(void)
{
	return "usage: telex [options] [URL | HOST[:PORT] | HOST PORT]\n"
	       "       telex --replay [options] [URL | HOST:PORT | HOST PORT] "
	       "FILE...\n"
	       "URLs: smtp://HOST[:PORT] and so on (--help=protocols), tcp://, "
	       "tls://;\n"
	       "      unix:PATH and lmtp:unix:PATH for a Unix-domain "
	       "socket\n";
}

const char *
help_examples(void)
{
	return "Examples:\n"
	       "  telex localhost 1025                      type to a server\n"
	       "  telex -S smtp://mail.example.org          begin after "
	       "STARTTLS\n"
	       "  telex smtp://localhost:1025 < session     send a script, "
	       "reply by reply\n"
	       "  telex -c QUIT mail.example.org 25         is it there?\n"
	       "^] ? lists the local commands; --help=options shows the rare "
	       "options too;\n--help=TOPIC: commands, exit, practice, "
	       "protocols, tls, transcripts; --help=550\n";
}
