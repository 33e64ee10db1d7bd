/* SPDX-License-Identifier: ISC */
/* options_test.c - command lines, and what they mean or what is wrong. */
#include <sys/socket.h>
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "cmdline.h"
#include "fail.h"
#include "options.h"
#include "optlist.h"
#include "proto.h"

/* A command line, its words apart by one blank. */
struct line {
	char text[256];
	char *argv[16];
	int argc;
};

/* Words that hold blanks or nothing at all: '_' is a blank, '@' nothing. */
static void
split(struct line *l, const char *text)
{
	char *save = NULL;
	char *p;

	snprintf(l->text, sizeof l->text, "telex %s", text);
	l->argc = 0;
	p = strtok_r(l->text, " ", &save);
	for (; p != NULL && l->argc < 15; p = strtok_r(NULL, " ", &save))
		l->argv[l->argc++] = strcmp(p, "@") == 0 ? p + 1 : p;
	l->argv[l->argc] = NULL;
}

static int
parse(struct options *o, struct line *l, const char *text, struct fail *f)
{
	split(l, text);
	f->text[0] = '\0';
	return cmdline_read(o, l->argc, l->argv, NULL, f);
}

enum { GIVEN = 1, TLS = 2, BY_PORT = 4, STARTTLS = 8 };

static const struct {
	const char *line;
	const char *host;
	uint16_t port;
	const char *proto; /* NULL: not known */
	int flags;
} places[] = {
	{ "localhost 1025", "localhost", 1025, "smtp", 0 },
	{ "-C localhost 1025", "localhost", 1025, "smtp", 0 },
	{ "localhost -C 1025", "localhost", 1025, "smtp", 0 },
	{ "localhost 1025 -C", "localhost", 1025, "smtp", 0 },
	{ "localhost:1025", "localhost", 1025, "smtp", 0 },
	{ "mail01 smtp", "mail01", 25, "smtp", 0 },
	{ "mail01:submission", "mail01", 587, "smtp", 0 },
	{ "-- mail01 25", "mail01", 25, "smtp", 0 },
	{ "mail01 -- 25", "mail01", 25, "smtp", 0 },
	{ "-p 25 h", "h", 25, "smtp", 0 },
	{ "-p25 h", "h", 25, "smtp", 0 },
	{ "h --port=lmtp", "h", 24, "lmtp", 0 },
	{ "h --port 9999", "h", 9999, NULL, 0 },
	{ "[2001:db8::1]:25", "2001:db8::1", 25, "smtp", 0 },
	{ "2001:db8::1 25", "2001:db8::1", 25, "smtp", 0 },
	{ "h 65535", "h", 65535, NULL, 0 },
	{ "h 1", "h", 1, NULL, 0 },
	/* URLs */
	{ "smtp://h", "h", 25, "smtp", GIVEN },
	{ "SMTP://h", "h", 25, "smtp", GIVEN },
	{ "smtp://alice@h", "h", 25, "smtp", GIVEN },
	{ "smtp://h:1025", "h", 1025, "smtp", GIVEN },
	{ "smtp://h 1025", "h", 1025, "smtp", GIVEN },
	{ "-p 1025 smtp://h", "h", 1025, "smtp", GIVEN },
	{ "smtp://h:465", "h", 465, "smtp", GIVEN },
	{ "submission://h", "h", 587, "smtp", GIVEN },
	{ "smtps://h", "h", 465, "smtp", GIVEN | TLS },
	{ "smtps://h:25", "h", 25, "smtp", GIVEN | TLS },
	{ "submissions://h", "h", 465, "smtp", GIVEN | TLS },
	{ "lmtp://h", "h", 24, "lmtp", GIVEN },
	{ "tcp://h:25", "h", 25, NULL, 0 },
	{ "tls://h:25", "h", 25, NULL, TLS },
	{ "tls://h:465", "h", 465, NULL, TLS },
	{ "-P smtp tls://h:1", "h", 1, "smtp", GIVEN | TLS },
	/* a port that means TLS */
	{ "h 465", "h", 465, "smtp", TLS | BY_PORT },
	{ "h smtps", "h", 465, "smtp", TLS | BY_PORT },
	{ "h 993", "h", 993, "imap", TLS | BY_PORT },
	{ "-P smtp h 465", "h", 465, "smtp", GIVEN | TLS | BY_PORT },
	{ "-P raw h 465", "h", 465, "raw", GIVEN },
	{ "-T h 465", "h", 465, "smtp", TLS },
	{ "-S h 465", "h", 465, "smtp", STARTTLS },
	/* domains */
	{ "-m example.org", "example.org", 25, "smtp", GIVEN },
	{ "--mx example.org -p 2525", "example.org", 2525, "smtp", GIVEN },
	{ "-m example.org -p 9999", "example.org", 9999, "smtp", GIVEN },
	{ "-m example.org -P submission", "example.org", 587, "smtp", GIVEN },
	{ "-S -m example.org", "example.org", 25, "smtp", GIVEN | STARTTLS },
	{ "--srv imaps://example.org", "example.org", 993, "imap",
	    GIVEN | TLS },
	{ "--srv -P imap example.org", "example.org", 143, "imap", GIVEN },
	/* protocols */
	{ "-P smtp h", "h", 25, "smtp", GIVEN },
	{ "-P SMTP h", "h", 25, "smtp", GIVEN },
	{ "-P lmtp h", "h", 24, "lmtp", GIVEN },
	{ "-P submission h", "h", 587, "smtp", GIVEN },
	{ "-P smtps h", "h", 465, "smtp", GIVEN | TLS },
	{ "-P smtp -P smtp h", "h", 25, "smtp", GIVEN },
	{ "-P lmtp h 25", "h", 25, "lmtp", GIVEN },
	{ "-P raw h 25", "h", 25, "raw", GIVEN },
	/* TLS */
	{ "-T h 25", "h", 25, "smtp", TLS },
	{ "--tls h 9999", "h", 9999, NULL, TLS },
	{ "--ssl h 25", "h", 25, "smtp", TLS },
	{ "-T -P lmtp h 24", "h", 24, "lmtp", GIVEN | TLS },
	{ "-T lmtp://h", "h", 24, "lmtp", GIVEN | TLS },
	{ "-T smtps://h", "h", 465, "smtp", GIVEN | TLS },
	{ "-S h 25", "h", 25, "smtp", STARTTLS },
	{ "-S h 9999", "h", 9999, "smtp", STARTTLS },
	{ "-S lmtp://h", "h", 24, "lmtp", GIVEN | STARTTLS },
	{ "-S=smtp h", "h", 25, "smtp", GIVEN | STARTTLS },
	{ "-Slmtp h", "h", 24, "lmtp", GIVEN | STARTTLS },
	{ "--starttls=lmtp h", "h", 24, "lmtp", GIVEN | STARTTLS },
	{ "--starttls smtp 25", "smtp", 25, "smtp", STARTTLS },
	{ "-S=smtp h 143", "h", 143, "smtp", GIVEN | STARTTLS },
	/* TLSA records protect nothing that is said before */
	{ "--verify=dane h 25", "h", 25, "smtp", STARTTLS },
	{ "--verify=dane h 9999", "h", 9999, "smtp", STARTTLS },
	{ "--verify=dane lmtp://h", "h", 24, "lmtp", GIVEN | STARTTLS },
	{ "--verify=dane smtps://h", "h", 465, "smtp", GIVEN | TLS },
	{ "--verify=dane h 465", "h", 465, "smtp", TLS | BY_PORT },
	{ "--verify=dane -T h 25", "h", 25, "smtp", TLS },
	/* s_client */
	{ "-starttls smtp -crlf -connect mail01:25", "mail01", 25, "smtp",
	    GIVEN | STARTTLS },
	{ "-connect mail01:25 -quiet -starttls lmtp", "mail01", 25, "lmtp",
	    GIVEN | STARTTLS },
	{ "-connect h:25", "h", 25, "smtp", TLS },
	{ "-connect h:465 -showcerts", "h", 465, "smtp", TLS },
	{ "-servername -crlf -tls1_2 h 25", "h", 25, "smtp", 0 },
};

static void
test_places(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		const char *proto = places[i].proto;
		int flags = places[i].flags;
		struct options o;
		struct line l;
		struct fail f;
		int rc = parse(&o, &l, places[i].line, &f);

		if (rc != 0)
			fail_msg("telex %s: %s", places[i].line, f.text);
		print_message("telex %s\n", places[i].line);
		assert_true(o.have_target);
		assert_string_equal(o.target.host, places[i].host);
		assert_int_equal(o.port, places[i].port);
		assert_string_equal(o.proto == NULL ? "" : o.proto->name,
		    proto == NULL ? "" : proto);
		assert_int_equal(o.proto_given, (flags & GIVEN) != 0);
		assert_int_equal(o.tls, (flags & TLS) != 0);
		assert_int_equal(o.tls_by_port, (flags & BY_PORT) != 0);
		assert_int_equal(o.starttls, (flags & STARTTLS) != 0);
		assert_null(o.unix_path);
		options_free(&o);
	}
}

static const struct {
	const char *line;
	const char *text; /* that the sentence holds */
} slips[] = {
	{ "-c localhost 1025",
	    "1025 looks like a port and no host is left: -c sends a line; "
	    "CRLF is always on" },
	{ "1025", "1025 looks like a port and no host is named" },
	{ "-l 25", "does not listen" },
	{ "-lvp 25", "does not listen" },
	{ "--listen 25", "does not listen" },
	{ "-u host 53", "TCP" },
	{ "--udp host 53", "TCP" },
	{ "-z h 25", "-c QUIT" },
	{ "-zv h 25", "-c QUIT" },
	{ "-Z", "unknown option -Z (telex --help lists them)" },
	{ "-vZ h 25", "unknown option -Z (" },
	{ "--frob=x", "unknown option --frob (" },
	{ "--\033[31m", "unknown option --\\x1b[31m (" },
	{ "-\001", "unknown option -\\x01 (" },
	{ "-y socks5://h:1 h 25", "unknown option -y (" },
	{ "-X 5 h 25", "the kind of a proxy stands in its URL" },
	{ "-x h:1 h 25", "--proxy takes a URL, which names the kind" },
	{ "-x ftp://h:1 h 25", "ftp: not a kind of proxy" },
	{ "-x socks5://h:1 -x http://h h 25", "two proxies" },
	{ "-x socks5://h -U /x", "--unix and --proxy contradict" },
	{ "--proxy-header=v3 h 25", "v3: no client for --proxy-header" },
	{ "--practise x", "unknown option --practise (" },
	{ "--tls=yes h 25", "--tls takes no value" },
	{ "--ver", "--ver is short for several options" },
	{ "-p", "--port needs a value: --port=PORT" },
	{ "h 25 --cafile", "--cafile needs a value: --cafile=FILE" },
	{ "--cafile= h 25", "--cafile needs a value" },
	{ "-connect", "-connect needs a value" },
	{ "-cert", "-cert needs a value" },
	/* ports and targets */
	{ "h 0", "no port 0 " },
	{ "h 65536", "no port 65536 " },
	{ "h 99999999999999999999", "no port 9999" },
	{ "h:65536", "65536" },
	{ "-p 0 h", "no port 0 " },
	{ "--source-port 65536 h 25", "no port 65536 " },
	{ "h +25", "no port is called +25" },
	{ "h 0x19", "no port is called 0x19" },
	{ "h 25\033[m", "no port is called 25\\x1b[m" },
	{ "h nosuchservice", "no port is called nosuchservice" },
	{ "@ 25", "the host is empty" },
	{ "h @", "the port is empty" },
	{ "-p @ h", "the port is empty" },
	{ "h:25 26", "two ports" },
	{ "-p 25 h 26", "two ports: 25 and 26" },
	{ "-p 25 h:26", "two ports: 25 and 26" },
	{ "-p 25 -p 26 h", "two ports: 25 and 26" },
	{ "a:25 b:25", "two targets: the second is b:25" },
	{ "smtp://a smtp://b", "two targets: the second is smtp://b" },
	{ "-connect a:25 b:25", "two targets" },
	{ "-U /x h", "two targets: the path of -U, and h" },
	{ "-U /x -U /y", "two targets: the second is /y" },
	{ "-U @", "--unix takes a path" },
	{ "a 25 QUIT", "QUIT is left over" },
	{ "h", "no port given for h (name one: telex h 25, or smtp://h)" },
	{ "::1", "telex ::1 25, or smtp://[::1])" },
	{ "tcp://h", "tcp://h:25" },
	{ "-P raw h", "no port given for h" },
	{ "-S h", "no port given for h" },
	{ "foo://h", "no scheme foo://" },
	{ "-- -h", "-h: no host name begins with" },
	/* contradictions */
	{ "-4 -6 h 25", "--ipv4 and --ipv6 contradict" },
	{ "-T -S h 25", "--tls and --starttls contradict" },
	{ "--resume x --cert y h 25", "--resume and --cert contradict" },
	{ "-r --show-certs=pem a.telex", "--show-certs and --replay contra" },
	{ "-o - --show-certs=json h 25", "--show-certs and --log=- contra" },
	{ "--show-certs=der h 25", "--show-certs" },
	{ "--ssl -S=smtp h 25", "--tls and --starttls contradict" },
	{ "-T -starttls smtp -connect h:25", "--tls and --starttls" },
	{ "-T smtp://h", "smtp:// begins in plain text" },
	{ "-T submission://h", "smtps:// is TLS" },
	{ "-T tcp://h:25", "tls:// is TLS" },
	{ "-connect smtp://h:25", "smtp:// begins in plain text" },
	{ "-S smtps://h", "smtps is TLS from the first byte" },
	{ "-S -P smtps h", "smtps is TLS from the first byte" },
	{ "-S -P raw h 25", "raw has no STARTTLS" },
	{ "-S=raw h 25", "raw has no STARTTLS" },
	{ "-S=smtp lmtp://h", "two protocols: smtp, and lmtp" },
	{ "-P lmtp -S=smtp h", "two protocols: lmtp and smtp" },
	{ "-U /x -p 25", "--unix and --port contradict" },
	{ "-U /x -4", "--unix and --ipv4 contradict" },
	{ "-U /x -s ::1", "--unix and --source contradict" },
	{ "unix:/x 25", "a Unix-domain socket has no port (leave 25 out)" },
	{ "-p 25 unix:/x", "a Unix-domain socket has no port" },
	{ "-c QUIT -f x h 25", "--command and --file contradict" },
	{ "-E -e x h 25", "--escape and --no-escape contradict" },
	{ "-k --verify=require h 25", "--insecure and --verify=require" },
	{ "-k --verify=dane h 25", "--insecure and --verify=dane" },
	{ "--verify=dane --pin=sha256:"
	  "0000000000000000000000000000000000000000000000000000000000000000"
	  " h 25",
	    "--pin and --verify=dane" },
	{ "--verify=dane -U /x -P smtp", "--unix and --verify=dane" },
	{ "--key x h 25", "--key needs --cert" },
	/* values */
	{ "-w 1e3 h 25", "--connect-timeout takes seconds" },
	{ "-w -1 h 25", "--connect-timeout takes seconds" },
	{ "-w @ h 25", "--connect-timeout takes seconds" },
	{ "-i 5. h 25", "--timeout takes seconds" },
	{ "-i .5 h 25", "--timeout takes seconds" },
	{ "-i 0.5s h 25", "--timeout takes seconds" },
	{ "-i 1000001 h 25", "--timeout takes seconds" },
	{ "-i 18446744073709551617 h 25", "--timeout takes seconds" },
	{ "-e xx h 25", "--escape takes one key" },
	{ "-e @ h 25", "--escape takes one key" },
	{ "-e ^1 h 25", "--escape takes one key" },
	{ "-e \303\251 h 25", "--escape takes one key" },
	{ "-P nosuch h", "does not know the protocol nosuch (smtp, lmtp, " },
	{ "-S=\033 h", "does not know the protocol \\x1b (" },
	{ "--color=red h 25", "--color takes auto|always|never, not \"red\"" },
	{ "--color=auto|always h 25", "not \"auto|always\"" },
	{ "--verify=none h 25", "--verify takes auto|require|dane" },
	{ "--verify= h 25", "--verify takes auto|require|dane" },
	{ "-N=x h 25", "--eof takes shutdown|quit|wait|close, not \"x\"" },
	{ "--eof=clos h 25", "not \"clos\"" },
	{ "--pin=0123 h 25", "--pin takes sha256:" },
	{ "--pin=sha256:0123 h 25", "--pin takes sha256:" },
	{ "--tls-opt MinProtocol h 25", "--tls-opt takes NAME=VALUE" },
	{ "--tls-opt =x h 25", "--tls-opt takes NAME=VALUE" },
	{ "-c QU\nIT h 25", "-c sends one line" },
	{ "--help=nothing", "no help on nothing (commands, exit, options" },
	{ "-h=transcript", "no help on transcript " },
	{ "--help=5500", "no help on 5500 (commands, exit, options" },
	/* transcripts */
	{ "-r", "--replay needs a transcript" },
	{ "-r h:25", "--replay needs a transcript" },
	{ "-r h 25", "--replay needs a transcript" },
	{ "-r smtp://h", "--replay needs a transcript" },
	{ "-r -U /x", "--replay needs a transcript" },
	{ "-r @", "a transcript's name is empty" },
	{ "-r smtp://h a.telex @", "a transcript's name is empty" },
	{ "-r a.telex smtp://h", "the server smtp://h stands before the" },
	{ "-r a.telex h:25", "the server h:25 stands before the" },
	{ "-r foo://h a.telex", "no scheme foo://" },
	{ "-r -p 25 h:26 a.telex", "two ports: 25 and 26" },
	{ "-r -S smtps://h a.telex", "smtps is TLS from the first byte" },
	{ "--replay=none a.telex", "--replay=none plays nothing: what is" },
	{ "--replay=some a.telex", "--replay takes nothing or \"none\", not" },
	{ "--serve-ca x h 25", "--serve-ca needs --serve" },
	{ "-r -c QUIT a.telex", "--replay and --command contradict" },
	{ "-f x -r a.telex", "--replay and --file contradict" },
	{ "-r --serve b a.telex", "--replay and --serve contradict" },
	{ "--serve a h 25",
	    "--serve has no target, but waits for a client "
	    "(leave h out)" },
	{ "--serve a -U /x", "(leave -U out)" },
	{ "--serve a -c QUIT", "--serve and --command contradict" },
	{ "--serve a -f -", "--serve and --file contradict" },
	{ "--serve @", "--serve needs a value" },
	{ "--serve a --serve b", "--serve is given twice: b is one too" },
	{ "--serve a --serve-port 0", "no port 0 " },
	{ "--serve a --serve-port 65536", "no port 65536 " },
	{ "--serve-port 25 h 25", "--serve-port needs --serve: what is" },
	{ "-r --set x a", "--set takes NAME=VALUE (a name has letters" },
	{ "-r --set =x a", "--set takes NAME=VALUE" },
	{ "-r --set a.b=x a", "--set takes NAME=VALUE" },
	{ "-r --set secret:a=x a", "--set takes no secret, which others" },
	{ "--set a=b h 25", "--set needs --replay or --serve: only" },
	{ "-r --secrets-fd x a",
	    "takes an open descriptor, 0 or from 3 on, "
	    "not \"x\"" },
	{ "-r --secrets-fd 1 a", "--secrets-fd takes an open descriptor" },
	{ "-r --secrets-fd 2 a", "--secrets-fd takes an open descriptor" },
	{ "-r --secrets-fd -1 a", "--secrets-fd takes an open descriptor" },
	{ "--secrets-fd 3 h 25", "--secrets-fd needs --replay or --serve" },
	{ "-r --match exact a", "--match takes status|class|text, not" },
	{ "--match text h 25", "--match needs --replay or --serve" },
	{ "--tap h 25", "--tap needs --replay: what is to be" },
	{ "--junit x h 25", "--junit needs --replay: what is to be" },
	{ "-r --tap --json a", "--tap and --json contradict" },
	{ "-r --junit x --junit y a", "--junit is given twice: y" },
	{ "-r -j 0 a", "--jobs takes a number from 1 to 64, not \"0\"" },
	{ "-r -j 65 a", "--jobs takes a number from 1 to 64, not \"65\"" },
	{ "-r -j2x a", "--jobs takes a number from 1 to 64, not \"2x\"" },
	{ "-j 2 h 25", "--jobs needs --replay: what is to be played" },
	{ "-r --step -j 2 a", "--step and --jobs contradict" },
	{ "--step h 25", "--step needs --replay" },
	{ "-r --speed 0 a", "--speed takes a number from 1 to 1000000" },
	{ "--speed 9 h 25", "--speed needs --replay: what is to be" },
	{ "--serve a --json", "--serve and --json contradict" },
	{ "--json -o - h 25", "--log=- and --json contradict" },
	{ "--check -r a", "--check and --replay contradict" },
	{ "--check --json h 25", "--check and --json contradict" },
	{ "--interval 5 -o a h 25", "--interval and --log contradict" },
	{ "--interval 0 h 25", "--interval needs some seconds" },
	{ "--interval x h 25", "--interval takes seconds" },
	{ "--warn days=5 h 25", "--warn needs --check or --interval" },
	{ "--check --warn days=x h 25", "a limit is time=SECONDS, reply=" },
	{ "--check --crit size=1 h 25", "a limit is time=SECONDS, reply=" },
	{ "--check --crit time=x h 25", "--crit takes seconds, such as 30" },
	{ "-o @ h 25", "--log needs a value" },
	{ "-o a -o b\033 h 25", "--log is given twice: b\\x1b is one" },
	{ "-r -o a -j 2 b", "--log and --jobs contradict" },
	{ "-r -o - a", "--log=- and --replay contradict" },
	{ "--force h 25", "--force needs --log or --draw: which file" },
	{ "--draw a --draw b h 25", "--draw is given twice: b" },
	{ "-r --draw a -j 2 b", "--draw and --jobs contradict" },
};

static void
test_slips(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		struct options o;
		struct line l;
		struct fail f;
		int rc = parse(&o, &l, slips[i].line, &f);

		if (rc != -1 || strstr(f.text, slips[i].text) == NULL)
			fail_msg("telex %s: %d \"%s\", not \"%s\"",
			    slips[i].line, rc, f.text, slips[i].text);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_null(strpbrk(f.text, "\n\033\001"));
		options_free(&o);
	}
}

#define AT(field) offsetof(struct options, field)

static const struct {
	const char *line;
	size_t at;
	int value;
} numbers[] = {
	{ "h 25", AT(connect_timeout), 30000 },
	{ "h 25", AT(timeout), -1 },
	{ "--check h 25", AT(timeout), 30000 },
	{ "--check -i 0 h 25", AT(timeout), 0 },
	{ "--interval 5 h 25", AT(timeout), 30000 },
	{ "h 25", AT(escape), 0x1d },
	{ "h 25", AT(family), AF_UNSPEC },
	{ "h 25", AT(show_certs), CERTS_NONE },
	{ "-showcerts h 25", AT(show_certs), CERTS_TEXT },
	{ "--show-certs h 25", AT(show_certs), CERTS_TEXT },
	{ "--show-certs=text h 25", AT(show_certs), CERTS_TEXT },
	{ "--show-certs=json h 25", AT(show_certs), CERTS_JSON },
	{ "--show-certs=pem h 25", AT(show_certs), CERTS_PEM },
	{ "h 25", AT(eof), EOF_SHUTDOWN },
	{ "h 25", AT(color), WHEN_AUTO },
	{ "h 25", AT(verify), VERIFY_AUTO },
	{ "h 25", AT(act), ACT_RUN },
	{ "-4 h 25", AT(family), AF_INET },
	{ "--ipv6 h 25", AT(family), AF_INET6 },
	{ "-w 5 h 25", AT(connect_timeout), 5000 },
	{ "-w 0.5 h 25", AT(connect_timeout), 500 },
	{ "-w 1.2345 h 25", AT(connect_timeout), 1234 },
	{ "-w 0.0001 h 25", AT(connect_timeout), 1 },
	{ "-w 0 h 25", AT(connect_timeout), 0 },
	{ "-i 0.0 h 25", AT(timeout), 0 },
	{ "-i 1000000 h 25", AT(timeout), 1000000000 },
	{ "-e ^] h 25", AT(escape), 0x1d },
	{ "-e ^a h 25", AT(escape), 1 },
	{ "-e ^? h 25", AT(escape), 0x7f },
	{ "-e ~ h 25", AT(escape), '~' },
	{ "-e ^ h 25", AT(escape), '^' },
	{ "-e none h 25", AT(escape), -1 },
	{ "-E h 25", AT(escape), -1 },
	{ "-N h 25", AT(eof), EOF_SHUTDOWN },
	{ "-N=quit h 25", AT(eof), EOF_QUIT },
	{ "-Nwait h 25", AT(eof), EOF_WAIT },
	{ "--eof=close h 25", AT(eof), EOF_CLOSE },
	{ "--eof h 25", AT(eof), EOF_SHUTDOWN },
	{ "h 25", AT(explain), WHEN_AUTO },
	{ "--explain=never h 25", AT(explain), WHEN_NEVER },
	{ "--explain always h 25", AT(explain), WHEN_ALWAYS },
	{ "--color always h 25", AT(color), WHEN_ALWAYS },
	{ "--color=never h 25", AT(color), WHEN_NEVER },
	{ "--verify=require h 25", AT(verify), VERIFY_REQUIRE },
	{ "--verify=dane h 25", AT(verify), VERIFY_DANE },
	{ "-vv h 25 -v", AT(verbose), 3 },
	{ "h 25", AT(secrets_fd), -1 },
	{ "h 25", AT(jobs), 1 },
	{ "h 25", AT(speed), 0 },
	{ "-r a", AT(match), MATCH_STATUS },
	{ "-r --match=class a", AT(match), MATCH_CLASS },
	{ "--serve a --match text", AT(match), MATCH_TEXT },
	{ "-r --secrets-fd 0 a", AT(secrets_fd), 0 },
	{ "--serve a --secrets-fd=7", AT(secrets_fd), 7 },
	{ "-r -j64 a", AT(jobs), 64 },
	{ "-r a --jobs 1", AT(jobs), 1 },
	{ "-r --speed 1000000 a", AT(speed), 1000000 },
	{ "-h", AT(act), ACT_HELP },
	{ "h -V", AT(act), ACT_VERSION },
};

static void
test_numbers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct options o;
		struct line l;
		struct fail f;
		int value;

		assert_int_equal(parse(&o, &l, numbers[i].line, &f), 0);
		memcpy(&value, (char *)&o + numbers[i].at, sizeof value);
		if (value != numbers[i].value)
			fail_msg("telex %s: %d, not %d", numbers[i].line, value,
			    numbers[i].value);
		options_free(&o);
	}
}

static const struct {
	const char *line;
	size_t at;
} flags[] = {
	{ "-n h 25", AT(numeric) },
	{ "-k h 25", AT(tls_plan.insecure) },
	{ "--require-tls h 25", AT(require_tls) },
	{ "h 25 --fail", AT(fail) },
	{ "--pipeline h 25", AT(pipeline) },
	{ "--time h 25", AT(time) },
	{ "--raw --lf h 25", AT(raw) },
	{ "--raw --lf h 25", AT(lf) },
	{ "-quiet h 25", AT(quiet) },
	{ "-kq h 25", AT(quiet) },
	{ "--no-history h 25", AT(no_history) },
	{ "-r a", AT(replay) },
	{ "a --replay b", AT(replay) },
	{ "-r=none --draw x a", AT(replay_none) },
	{ "-r --tap a", AT(tap) },
	{ "-r --json a", AT(json) },
	{ "--json h 25", AT(json) },
	{ "--check h 25", AT(check) },
	{ "--check --warn days=30 h 25", AT(days_given) },
	{ "--check --crit days=0 h 25", AT(days_given) },
	{ "-r --step a", AT(step) },
	{ "-o a --force h 25", AT(force) },
};

static void
test_flags(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		struct options o;
		struct line l;
		struct fail f;

		assert_int_equal(parse(&o, &l, "h 25", &f), 0);
		assert_false(*(bool *)((char *)&o + flags[i].at));
		options_free(&o);
		assert_int_equal(parse(&o, &l, flags[i].line, &f), 0);
		if (!*(bool *)((char *)&o + flags[i].at))
			fail_msg("telex %s", flags[i].line);
		options_free(&o);
	}
}

#define PIN \
	"sha256:0123456789abcdef0123456789ABCDEF" \
	"0123456789abcdef0123456789abcdef"

static const struct {
	const char *line;
	size_t at;
	const char *value;
} texts[] = {
	{ "-s 127.0.0.1 h 25", AT(source), "127.0.0.1" },
	{ "-f - h 25", AT(file), "-" },
	{ "--verify-name n h 25", AT(tls_plan.verify_name), "n" },
	{ "-verify_hostname n h 25", AT(tls_plan.verify_name), "n" },
	{ "--cafile=a=b h 25", AT(tls_plan.cafile), "a=b" },
	{ "-CAfile x h 25", AT(tls_plan.cafile), "x" },
	{ "-CApath x h 25", AT(tls_plan.capath), "x" },
	{ "-cert x -key y h 25", AT(tls_plan.cert), "x" },
	{ "-cert x -key y h 25", AT(tls_plan.key), "y" },
	{ "-servername x h 25", AT(tls_plan.servername), "x" },
	{ "-servername -key h 25", AT(tls_plan.servername), "-key" },
	{ "-alpn smtp,imap h 25", AT(tls_plan.alpn), "smtp,imap" },
	{ "--keylog x h 25", AT(tls_plan.keylog), "x" },
	{ "--pin " PIN " h 25", AT(tls_plan.pin), PIN },
	{ "-o >>x h 25", AT(log), ">>x" },
	{ "h 25 --log -", AT(log), "-" },
	{ "--draw x.svg h 25", AT(draw), "x.svg" },
	{ "--serve x", AT(serve), "x" },
	{ "-r --junit x a", AT(junit), "x" },
	{ "-h=transcripts", AT(topic), "transcripts" },
	{ "-h", AT(topic), NULL },
	{ "-h=tls", AT(topic), "tls" },
	{ "-htls", AT(topic), "tls" },
	{ "--help=exit", AT(topic), "exit" },
	/* What would be an error does not stand in the way of help. */
	{ "--help=exit -4 -6 1025", AT(topic), "exit" },
};

static void
test_texts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *want = texts[i].value;
		const char *value;
		struct options o;
		struct line l;
		struct fail f;

		if (parse(&o, &l, texts[i].line, &f) == -1)
			fail_msg("telex %s: %s", texts[i].line, f.text);
		value = *(const char **)((char *)&o + texts[i].at);
		assert_int_equal(value == NULL, want == NULL);
		if (want != NULL)
			assert_string_equal(value, want);
		options_free(&o);
	}
}

static void
test_lists(void **state)
{
	struct options o;
	struct line l;
	struct fail f;

	(void)state;
	assert_int_equal(
	    parse(&o, &l, "-c a -c -quiet --tls-opt A=b -tls1_3 -c @ h 25", &f),
	    0);
	assert_int_equal(o.ncommands, 3);
	assert_string_equal(o.commands[0], "a");
	assert_string_equal(o.commands[1], "-quiet");
	assert_string_equal(o.commands[2], "");
	assert_false(o.quiet);
	assert_int_equal(o.tls_plan.nopts, 3);
	assert_string_equal(o.tls_plan.opts[0], "A=b");
	assert_string_equal(o.tls_plan.opts[1], "MinProtocol=TLSv1.3");
	assert_string_equal(o.tls_plan.opts[2], "MaxProtocol=TLSv1.3");
	options_free(&o);
}

/* Which operands are the server's, and which are transcripts. */
static void
test_transcripts(void **state)
{
	static const struct {
		const char *line;
		const char *host; /* or path; NULL: no target */
		uint16_t port;
		const char *files;
	} lines[] = {
		{ "-r a.telex", NULL, 0, "a.telex" },
		{ "a.telex b.telex -r c.telex", NULL, 0,
		    "a.telex b.telex c.telex" },
		{ "-r -", NULL, 0, "-" },
		{ "-r -- -x a", NULL, 0, "-x a" },
		{ "-r smtp://h a b", "h", 25, "a b" },
		{ "-r smtp://h:26 a", "h", 26, "a" },
		{ "-r h:26 a b", "h", 26, "a b" },
		{ "-r [::1]:26 a", "::1", 26, "a" },
		{ "-r h 26 a b", "h", 26, "a b" },
		{ "-r ::1 26 a", "::1", 26, "a" },
		{ "-r -p 26 h a", "h", 26, "a" },
		{ "-r h smtp a", NULL, 0, "h smtp a" },
		{ "-r a/b:25 c", NULL, 0, "a/b:25 c" },
		{ "-r 25 a", NULL, 0, "25 a" },
		{ "-r unix:/x a", "/x", 0, "a" },
		{ "-r lmtp:unix:/x a", "/x", 0, "a" },
		{ "-r -U /x a h:25", "/x", 0, "a h:25" },
		/* files that are there */
		{ "-r is:25 a", NULL, 0, "is:25 a" },
		{ "-r is 25 a", NULL, 0, "is 25 a" },
		{ "-r a is:25", NULL, 0, "a is:25" },
	};
	char folder[] = "/tmp/telex-options-XXXXXX";
	size_t i, j;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("is:25", 0700) | mkdir("is", 0700), 0);
	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct options o;
		struct line l;
		struct fail f;
		struct buf files = { 0 };

		if (parse(&o, &l, lines[i].line, &f) == -1)
			fail_msg("telex %s: %s", lines[i].line, f.text);
		for (j = 0; j < o.nfiles; j++)
			buf_addf(&files, "%s%s", j == 0 ? "" : " ", o.files[j]);
		buf_add(&files, "", 1);
		print_message("telex %s\n", lines[i].line);
		assert_string_equal(buf_bytes(&files), lines[i].files);
		assert_int_equal(o.have_target, lines[i].host != NULL);
		if (o.unix_path != NULL)
			assert_string_equal(o.unix_path, lines[i].host);
		else if (o.have_target)
			assert_string_equal(o.target.host, lines[i].host);
		assert_int_equal(o.port, lines[i].port);
		buf_free(&files);
		options_free(&o);
	}
	assert_int_equal(rmdir("is:25") | rmdir("is"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
test_served(void **state)
{
	struct options o;
	struct line l;
	struct fail f;

	(void)state;
	assert_int_equal(
	    parse(&o, &l,
		"--serve x -P imap --serve-port pop3 --set a=b --set c:D_1==",
		&f),
	    0);
	assert_int_equal(o.serve_port, 110);
	assert_false(o.have_target);
	assert_string_equal(o.proto->name, "imap");
	assert_int_equal(o.nsets, 2);
	assert_string_equal(o.sets[0], "a=b");
	assert_string_equal(o.sets[1], "c:D_1==");
	options_free(&o);
	/* A secret is not even quoted. */
	assert_int_equal(parse(&o, &l, "-r --set secret:a=hunter2 x", &f), -1);
	assert_null(strstr(f.text, "hunter2"));
	options_free(&o);
}

static void
test_paths_and_users(void **state)
{
	struct options o;
	struct line l;
	struct fail f;

	(void)state;
	assert_int_equal(parse(&o, &l, "-U /run/x", &f), 0);
	assert_true(o.have_target);
	assert_string_equal(o.unix_path, "/run/x");
	assert_int_equal(o.port, 0);
	options_free(&o);
	assert_int_equal(parse(&o, &l, "lmtp:unix:/run/y", &f), 0);
	assert_string_equal(o.unix_path, "/run/y");
	assert_string_equal(o.proto->name, "lmtp");
	assert_true(o.proto_given);
	options_free(&o);
	assert_int_equal(parse(&o, &l, "-S unix:/run/y", &f), 0);
	assert_string_equal(o.proto->name, "smtp");
	assert_false(o.proto_given);
	options_free(&o);
	assert_int_equal(parse(&o, &l, "smtp://al%40b@h", &f), 0);
	assert_string_equal(o.target.user, "al@b");
	options_free(&o);
	assert_int_equal(parse(&o, &l, "--source-port smtp h 26", &f), 0);
	assert_int_equal(o.source_port, 25);
	assert_int_equal(o.port, 26);
	options_free(&o);
}

static void
test_open(void **state)
{
	struct options o;
	struct line l;
	struct fail f;

	(void)state;
	assert_int_equal(parse(&o, &l, "-P lmtp -p 2000", &f), 0);
	assert_false(o.have_target);
	assert_string_equal(o.proto->name, "lmtp");
	assert_int_equal(options_target(&o, "h", "25", &f), 0);
	assert_true(o.have_target);
	assert_int_equal(o.port, 25);
	assert_string_equal(o.proto->name, "lmtp");
	assert_int_equal(options_target(&o, "i", NULL, &f), 0);
	assert_string_equal(o.target.host, "i");
	assert_int_equal(o.port, 2000);
	assert_int_equal(options_target(&o, "smtp://j", NULL, &f), -1);
	assert_non_null(strstr(f.text, "two protocols"));
	assert_string_equal(o.target.host, "i");
	assert_int_equal(options_target(&o, "j 25", NULL, &f), -1);
	options_free(&o);

	/* One target leaves nothing to the next. */
	assert_int_equal(parse(&o, &l, "smtps://h", &f), 0);
	assert_int_equal(options_target(&o, "unix:/x", NULL, &f), 0);
	assert_string_equal(o.unix_path, "/x");
	assert_false(o.tls);
	assert_null(o.proto);
	assert_int_equal(options_target(&o, "h", "465", &f), 0);
	assert_null(o.unix_path);
	assert_true(o.tls_by_port);
	assert_int_equal(options_target(&o, "h", "9999", &f), 0);
	assert_false(o.tls);
	assert_false(o.tls_by_port);
	assert_false(o.proto_given);
	assert_null(o.proto);
	options_free(&o);
}

/* The longest line of a text, and how many lines there are. */
static void
measure(struct buf *b, size_t *width, size_t *lines)
{
	char *p, *end;

	buf_add(b, "", 1);
	*width = *lines = 0;
	for (p = buf_bytes(b); (end = strchr(p, '\n')) != NULL; p = end + 1) {
		++*lines;
		if ((size_t)(end - p) > *width)
			*width = (size_t)(end - p);
	}
	assert_string_equal(p, "");
}

static void
test_help(void **state)
{
	static const char *const topics[] = { NULL, "commands", "exit", "tls",
		"transcripts", "options" };
	size_t width, lines, i;
	struct buf b = { 0 };

	(void)state;
	for (i = 0; i < sizeof topics / sizeof topics[0]; i++) {
		buf_clear(&b);
		assert_int_equal(cmdline_help(&b, topics[i]), 0);
		measure(&b, &width, &lines);
		assert_in_range(width, 40, 79);
		/* The one list of all options is no screen. */
		assert_in_range(lines, 5, i + 1 < 6 ? 60 : 90);
	}
	buf_clear(&b);
	assert_int_equal(cmdline_help(&b, "nothing"), -1);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

/* The page of the options names every one, in every spelling. */
static void
test_names(void **state)
{
	char option[64];
	struct buf b = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(cmdline_help(&b, "options"), 0);
	buf_add(&b, "", 1);
	for (i = 0; optlist_name(i) != NULL; i++) {
		snprintf(option, sizeof option, "--%s", optlist_name(i));
		if (strstr(buf_bytes(&b), option) == NULL)
			fail_msg("%s is not in the help", option);
	}
	assert_true(i > 60);
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_slips),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_transcripts),
		cmocka_unit_test(test_served),
		cmocka_unit_test(test_paths_and_users),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
