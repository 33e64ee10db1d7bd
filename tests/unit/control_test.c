/* SPDX-License-Identifier: ISC */
/* control_test.c - local commands about the connection. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "control.h"
#include "local.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_explain(void **state)
{
	static const struct local_row rows[] = {
		{ "a reply is owed", { "^explain" }, "",
		    "* the server speaks next: a reply is owed\n" },
		{ "a command", { "S:220 a\r\n", "^explain" }, "{220 a\n}",
		    "* a command is awaited from you (TAB lists them, help "
		    "WORD explains one)\n" },
		{ "data",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "^explain" },
		    "{220 a\n}DATA\n{354 b\n}",
		    "* the message is awaited, line by line; a line of "
		    "one dot "
		    "ends it\n" },
		{ "a secret",
		    { "S:220 a\r\n", "C:AUTH LOGIN", "S:334 b\r\n",
			"^explain" },
		    "{220 a\n}AUTH LOGIN\n{334 b\n}",
		    "* a secret is awaited, in base64; it is not shown (* "
		    "gives up)\n" },
		{ "TLS",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 b\r\n", "^explain" },
		    "{220 a\n}STARTTLS\n{220 b\n}",
		    "* TLS is about to begin\n" },
		{ "the end",
		    { "S:220 a\r\n", "C:QUIT", "S:221 b\r\n", "^explain" },
		    "{220 a\n}QUIT\n{221 b\n}",
		    "* the server is about to close\n" },
		{ "no rules", { "^set protocol raw", "^explain" }, "",
		    "* no rules are known for this protocol: say what you "
		    "like\n" },
		{ "no connection", { "OVER", "^explain" }, "",
		    "* not connected (open HOST PORT)\n" },
		{ "on", { "^explain on", "S:220 a\r\n" }, "{220 a\n}",
		    "* every reply is explained\n    220    the server is "
		    "ready                         (RFC 5321, 4.2.3)\n    "
		    "     "
		    "  next: EHLO domain                           (RFC 5321, "
		    "4.1.1.1)\n" },
		{ "off", { "^explain on", "^explain off", "S:554 a\r\n" },
		    "{554 a\n}",
		    "* every reply is explained\n* no reply is explained\n! "
		    "the server refuses this session (554 in place of a "
		    "greeting)\n" },
		{ "auto",
		    { "^explain auto", "S:220 a\r\n", "C:NOOP",
			"S:500 "
			"b\r\n" },
		    "{220 a\n}NOOP\n{500 b\n}",
		    "* refusals are explained\n    500    the server knows no "
		    "such command            (RFC 5321, 4.2.3)\n           "
		    "form: NOOP [text]                           (RFC 5321, "
		    "4.1.1.9)\n" },
		{ "a code", { "^explain 5.7.1" }, "",
		    "    5.7.1  you are not allowed to send this there      "
		    "(RFC 3463, 3.8)\n" },
		{ "no code", { "^explain what" }, "",
		    "telex: explain: on, auto, off, or a code; this is none "
		    "that is known\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

static void
test_connection(void **state)
{
	static const struct local_row rows[] = {
		{ "status", { "S:220 a\r\n", "C:NOOP", "^status" },
		    "{220 a\n}NOOP\n",
		    "* 127.0.0.1 port 0, protocol smtp, for 0 s\n* not "
		    "encrypted\n* 1 command, 0 refused; 6 bytes out, 7 in\n* "
		    "owed: NOOP\n" },
		{ "status: nothing is owed", { "S:220 a\r\n", "^status" },
		    "{220 a\n}",
		    "* 127.0.0.1 port 0, protocol smtp, for 0 s\n* not "
		    "encrypted\n* 0 commands, 0 refused; 0 bytes out, 7 "
		    "in\n" },
		{ "status: refused",
		    { "S:220 a\r\n", "C:NOOP", "S:500 b\r\n", "^status" },
		    "{220 a\n}NOOP\n{500 b\n}",
		    "* 127.0.0.1 port 0, protocol smtp, for 0 s\n* not "
		    "encrypted\n* 1 command, 1 refused; 6 bytes out, 14 "
		    "in\n" },
		{ "status without a connection", { "OVER", "^status" }, "",
		    "* not connected\n" },
		{ "open, and there is one", { "^open a 1" }, "",
		    "telex: open: there is a connection (close ends it)\n" },
		{ "open what?", { "OVER", "^open" }, "",
		    "telex: open: name a server: open HOST PORT, or a URL\n" },
		{ "open what it cannot", { "OVER", "^open a:// 1" }, "",
		    "telex: open: no host is named (telex HOST PORT)\n" },
		{ "open a port that is none", { "OVER", "^open a \t 99999" },
		    "",
		    "telex: open: there is no port 99999 (ports are 1 to "
		    "65535)\n" },
		{ "close", { "S:220 a\r\n", "^close", "^close" }, "{220 a\n}",
		    "* closed by us after 0 s: 0 commands\ntelex: close: not "
		    "connected (open HOST PORT)\n" },
		{ "quit", { "^quit" }, "(quit)", "" },
		{ "secret", { "^secret" }, "(secret)", "" },
		{ "secret, and one waits", { "WAITS", "^secret" }, "",
		    "telex: secret: 1 line waits to be sent before it\n" },
		{ "secret, and two wait", { "WAITS", "WAITS", "^secret" }, "",
		    "telex: secret: 2 lines wait to be sent before it\n" },
		{ "tls of no protocol", { "^tls what" }, "",
		    "telex: tls: no protocol \"what\"\n" },
		{ "tls of another protocol", { "S:220 a\r\n", "^tls pop3" },
		    "{220 a\n}",
		    "telex: tls: this is a session of smtp (if it is not, set "
		    "protocol pop3)\n" },
		{ "mail", { "^mail 1" }, "",
		    "telex: mail: there is no practice server (telex "
		    "--practice)\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

static void
test_set(void **state)
{
	static const struct local_row rows[] = {
		{ "nothing", { "^set" }, "",
		    "telex: set: set protocol NAME\n" },
		{ "not what", { "^set protocol" }, "",
		    "telex: set: set protocol NAME\n" },
		{ "something else", { "^set protocols pop3" }, "",
		    "telex: set: set protocol NAME\n" },
		{ "no protocol", { "^set protocol what" }, "",
		    "telex: set: no protocol of that name (telex "
		    "--help=protocols)\n" },
		{ "it is spoken",
		    { "^set protocol \t pop3", "^status", "C:STAT",
			"S:+OK 1 2\r\n", "^explain" },
		    "STAT\n{+OK 1 2\n}",
		    "* 127.0.0.1 port 0, protocol pop3, for 0 s\n* not "
		    "encrypted\n* 0 commands, 0 refused; 0 bytes out, 0 in\n* "
		    "a command is awaited from you (TAB lists them, help WORD "
		    "explains one)\n" },
	};
	static const char *const raw[] = { "^set protocol raw", NULL };
	static struct desk d;

	(void)state;
	local_rows(rows, ROWS(rows));
	d.st.s.undecided = true;
	local_play(&d, raw);
	assert_false(d.st.s.undecided);
	desk_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
