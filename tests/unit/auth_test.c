/* SPDX-License-Identifier: ISC */
/* auth_test.c - whole exchanges, in the framing of each protocol. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth.h"
#include "dialog.h"
#include "options.h"
#include "proto.h"
#include "session.h"
#include "words.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define PLAIN "AGFsaWNlAHdvbmRlcmxhbmQ="
#define NAME "YWxpY2U="
#define PASS "d29uZGVybGFuZA=="

enum { STEPS = 12 };

/*
 * The server's side: what it awaits (without CR LF) and, behind each, what it
 * says then (with it).  "?": any line.  It closes at the end.
 */
struct exchange {
	const char *name;
	const struct proto *proto;
	const char *words; /* capabilities, each ended by "|" */
	const char *how;   /* p: a person, j: judged, r: --require-tls */
	const char *mechanism, *user, *password;
	const char *steps[STEPS];
	int want;
	const char *told; /* to followers, or NULL */
	const char *why;  /* is in s->why */
};

static bool
read_line(FILE *in, const char *want)
{
	char line[2000];
	size_t n;

	if (fgets(line, sizeof line, in) == NULL)
		return false;
	n = strlen(line);
	if (n < 2 || strcmp(line + n - 2, "\r\n") != 0)
		return false;
	line[n - 2] = '\0';
	return strcmp(want, "?") == 0 || strcmp(line, want) == 0;
}

/* The server, in a process of its own; how it ends says which line was not
 * the one awaited, 100 + n: that something more came. */
static void
serve(const struct exchange *x, int fd)
{
	FILE *in = fdopen(fd, "r");
	int i;

	for (i = 0; i < STEPS && x->steps[i] != NULL; i += 2) {
		const char *say = x->steps[i + 1];

		if (!read_line(in, x->steps[i]))
			_exit(i + 1);
		if (say == NULL)
			break;
		if (write(fd, say, strlen(say)) != (ssize_t)strlen(say))
			_exit(99);
	}
	shutdown(fd, SHUT_WR);
	_exit(fgetc(in) == EOF ? 0 : 100 + i);
}

/* What a follower is told. */
struct told {
	char text[200];
	unsigned lines;
};

static void
said(void *arg, const char *p, size_t n, size_t open)
{
	(void)p, (void)n, (void)open;
	((struct told *)arg)->lines++;
}

static void
heard(void *arg, const char *p, size_t n, const struct heard *h)
{
	(void)p, (void)n, (void)h;
	((struct told *)arg)->lines++;
}

static void
authenticated(void *arg, const char *mechanism, const char *user)
{
	struct told *t = arg;

	snprintf(t->text, sizeof t->text, "%s %s", mechanism, user);
}

struct result {
	int rc, server;
	bool offstage, open;
	enum turn turn;
	struct told told;
	char why[1024], shown[20000];
};

/* stdout and stderr into a file, and back. */
static void
shown_in(int to, int was[2])
{
	fflush(NULL);
	was[0] = dup(STDOUT_FILENO);
	was[1] = dup(STDERR_FILENO);
	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
}

static void
shown_again(int was[2])
{
	dup2(was[0], STDOUT_FILENO);
	dup2(was[1], STDERR_FILENO);
	close(was[0]);
	close(was[1]);
}

static void
learn(struct session *s, const char *words)
{
	for (; *words != '\0'; words += strcspn(words, "|") + 1)
		words_add(&s->dialog.words, words, strcspn(words, "|"));
}

static void
run(const struct exchange *x, int fd, struct result *r)
{
	struct options opt = { .timeout = -1,
		.unix_path = "/there",
		.verbose = 3,
		.require_tls = strchr(x->how, 'r') != NULL };
	struct follower f = { .said = said,
		.heard = heard,
		.authenticated = authenticated,
		.arg = &r->told };
	struct session s;

	session_init(&s, &opt, strchr(x->how, 'p') != NULL);
	s.judged = strchr(x->how, 'j') != NULL;
	wire_open(&s.wire, fd);
	s.over = false;
	dialog_start(&s.dialog, x->proto, false);
	session_proto(&s);
	learn(&s, x->words);
	session_follow(&s, &f);
	r->rc = auth_run(&s, x->mechanism, x->user, x->password);
	memcpy(r->why, s.why.text, sizeof r->why);
	r->offstage = s.offstage || s.followers != &f || f.next != NULL;
	r->open = session_is_open(&s);
	r->turn = dialog_turn(&s.dialog);
	session_free(&s);
}

static void
play(const struct exchange *x, struct result *r)
{
	FILE *all = tmpfile();
	int fds[2], was[2], status;
	ssize_t got;
	pid_t server;

	memset(r, 0, sizeof *r);
	if (all == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		abort();
	server = fork();
	if (server == 0) {
		close(fds[0]);
		alarm(20);
		serve(x, fds[1]);
	}
	close(fds[1]);
	shown_in(fileno(all), was);
	run(x, fds[0], r);
	shown_again(was);
	waitpid(server, &status, 0);
	r->server = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	got = pread(fileno(all), r->shown, sizeof r->shown - 1, 0);
	r->shown[got < 0 ? 0 : got] = '\0';
	fclose(all);
}

/* Are any five bytes of this in a hexadecimal dump? */
static bool
is_dumped(const char *shown, const char *text)
{
	char hex[20];

	for (; strlen(text) >= 5; text++) {
		const unsigned char *p = (const unsigned char *)text;

		snprintf(hex, sizeof hex, "%02x %02x %02x %02x %02x", p[0],
		    p[1], p[2], p[3], p[4]);
		if (strstr(shown, hex) != NULL)
			return true;
	}
	return false;
}

/* No form of the password is among what is shown with -vvv. */
static bool
leaks(const struct result *r)
{
	static const char *const forms[] = { "wonderland", PLAIN, PASS,
		"w\xc3\xb6nder", "w\\u{f6}nder" };
	size_t i;

	for (i = 0; i < ROWS(forms); i++) {
		if (strstr(r->shown, forms[i]) != NULL ||
		    is_dumped(r->shown, forms[i]))
			return true;
	}
	return false;
}

static bool
agrees(const struct exchange *x, const struct result *r)
{
	return r->rc == x->want && r->server == 0 && !r->offstage &&
	    r->told.lines == 0 && !leaks(r) &&
	    strcmp(r->told.text, x->told == NULL ? "" : x->told) == 0 &&
	    (x->why == NULL || strstr(r->why, x->why) != NULL);
}

static void
play_all(const struct exchange *list, size_t n)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct result r;

		play(&list[i], &r);
		if (agrees(&list[i], &r))
			continue;
		wrong++;
		print_error("%s: %d, server %d, lines %u, told \"%s\", why "
			    "\"%s\"\n%s\n",
		    list[i].name, r.rc, r.server, r.told.lines, r.told.text,
		    r.why, r.shown);
	}
	assert_int_equal(wrong, 0);
}

#define ALICE "alice", "wonderland"

static void
test_framing(void **state)
{
	static const struct exchange list[] = {
		{ "smtp", &proto_smtp, "PIPELINING|AUTH PLAIN LOGIN|", "", NULL,
		    ALICE, { "AUTH PLAIN " PLAIN, "235 2.7.0 in\r\n" }, 0,
		    "PLAIN alice", NULL },
		{ "smtp, login", &proto_smtp, "AUTH=LOGIN|AUTH LOGIN|", "p",
		    NULL, ALICE,
		    { "AUTH LOGIN", "334 VXNlcm5hbWU6\r\n", NAME,
			"334 UGFzc3dvcmQ6\r\n", PASS, "235 in\r\n" },
		    0, "LOGIN alice", NULL },
		{ "smtp says hello", &proto_lmtp, "", "", "plain", ALICE,
		    { "?", "250-x\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN " PLAIN,
			"235-2.7.0 in\r\n235 2.7.0 deed\r\n" },
		    0, "PLAIN alice", NULL },
		{ "smtp, nothing in the initial response", &proto_smtp,
		    "AUTH EXTERNAL|", "", "EXTERNAL", "", NULL,
		    { "AUTH EXTERNAL =", "235 in\r\n" }, 0, "EXTERNAL ", NULL },
		{ "pop3", &proto_pop3, "SASL PLAIN|", "", NULL, ALICE,
		    { "AUTH PLAIN " PLAIN, "+OK in\r\n" }, 0, "PLAIN alice",
		    NULL },
		{ "pop3, cram", &proto_pop3, "SASL PLAIN CRAM-MD5|", "", NULL,
		    "tim", "tanstaaftanstaaf",
		    { "AUTH CRAM-MD5",
			"+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1ja"
			"S5uZXQ+\r\n",
			"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw",
			"+OK in\r\n" },
		    0, "CRAM-MD5 tim", NULL },
		{ "pop3, user and pass", &proto_pop3, "USER|", "", NULL, ALICE,
		    { "USER alice", "+OK\r\n", "PASS wonderland",
			"+OK in\r\n" },
		    0, "PASS alice", NULL },
		{ "imap", &proto_imap, "IMAP4rev1|AUTH=PLAIN|", "", NULL, ALICE,
		    { "auth1 AUTHENTICATE PLAIN", "+ \r\n", PLAIN,
			"* CAPABILITY X\r\nauth1 OK in\r\n" },
		    0, "PLAIN alice", NULL },
		{ "imap, initial response", &proto_imap,
		    "IMAP4rev2|AUTH=PLAIN|", "", NULL, ALICE,
		    { "auth1 AUTHENTICATE PLAIN " PLAIN, "auth1 OK in\r\n" }, 0,
		    "PLAIN alice", NULL },
		{ "imap, login", &proto_imap, "IMAP4rev1|", "", NULL, "a\"li\\",
		    "wonderland",
		    { "auth1 LOGIN \"a\\\"li\\\\\" \"wonderland\"",
			"auth1 OK in\r\n" },
		    0, "PASS a\"li\\", NULL },
		{ "imap, login beyond ASCII", &proto_imap, "IMAP4rev1|", "",
		    "pass", "\xc3\xa4", "w\xc3\xb6nder",
		    { "auth1 LOGIN {2}", "+ go\r\n", "\xc3\xa4 {7}", "+\r\n",
			"w\xc3\xb6nder", "auth1 OK in\r\n" },
		    0, "PASS \xc3\xa4", NULL },
		{ "sieve", &proto_sieve, "SASL PLAIN|", "", NULL, ALICE,
		    { "AUTHENTICATE \"PLAIN\" \"" PLAIN "\"", "OK \"in\"\r\n" },
		    0, "PLAIN alice", NULL },
		{ "sieve, challenges", &proto_sieve, "SASL LOGIN|", "", NULL,
		    ALICE,
		    { "AUTHENTICATE \"LOGIN\"", "\"VXNlcm5hbWU6\"\r\n",
			"\"" NAME "\"", "{12}\r\nUGFzc3dvcmQ6\r\n",
			"\"" PASS "\"", "OK\r\n" },
		    0, "LOGIN alice", NULL },
		{ "nntp", &proto_nntp, "SASL PLAIN|", "", NULL, ALICE,
		    { "AUTHINFO SASL PLAIN " PLAIN, "281 in\r\n" }, 0,
		    "PLAIN alice", NULL },
		{ "nntp, user and pass", &proto_nntp, "AUTHINFO USER|", "",
		    NULL, ALICE,
		    { "AUTHINFO USER alice", "381 go on\r\n",
			"AUTHINFO PASS wonderland", "281 in\r\n" },
		    0, "PASS alice", NULL },
		{ "nntp, user alone", &proto_nntp, "", "", "pass", ALICE,
		    { "AUTHINFO USER alice", "281 in\r\n" }, 0, "PASS alice",
		    NULL },
	};

	(void)state;
	play_all(list, ROWS(list));
}

static void
test_failures(void **state)
{
	static const struct exchange list[] = {
		{ "refused", &proto_smtp, "AUTH PLAIN|", "", NULL, ALICE,
		    { "AUTH PLAIN " PLAIN, "535 5.7.8 no\r\n" }, -1, NULL,
		    "the server refused: 535 5.7.8 no" },
		{ "refused, judged", &proto_imap, "AUTH=PLAIN|SASL-IR|", "j",
		    NULL, ALICE,
		    { "auth1 AUTHENTICATE PLAIN " PLAIN, "auth1 NO x\r\n" }, -1,
		    NULL, "the server refused: auth1 NO x" },
		{ "the name is refused", &proto_pop3, "", "", "pass", ALICE,
		    { "USER alice", "-ERR who?\r\n" }, -1, NULL,
		    "the server refused: -ERR who?" },
		{ "the go-ahead is refused", &proto_imap, "", "", "pass",
		    "\xc3\xa4", "wonderland",
		    { "auth1 LOGIN {2}", "auth1 BAD no\r\n" }, -1, NULL,
		    "the server refused: auth1 BAD no" },
		{ "no base64", &proto_smtp, "AUTH LOGIN|", "", NULL, ALICE,
		    { "AUTH LOGIN", "334 ?\r\n", "*", "501 well\r\n" }, -1,
		    NULL, "not base64" },
		{ "given up in imap", &proto_imap, "AUTH=CRAM-MD5|", "", NULL,
		    ALICE,
		    { "auth1 AUTHENTICATE CRAM-MD5", "+ \r\n", "*",
			"auth1 BAD well\r\n" },
		    -1, NULL, "empty" },
		{ "given up in sieve", &proto_sieve, "SASL CRAM-MD5|", "", NULL,
		    ALICE,
		    { "AUTHENTICATE \"CRAM-MD5\"", "\"\"\r\n", "\"*\"",
			"NO\r\n" },
		    -1, NULL, "empty" },
		{ "a third question", &proto_pop3, "SASL LOGIN|", "", NULL,
		    ALICE,
		    { "AUTH LOGIN", "+ \r\n", NAME, "+ \r\n", PASS, "+ \r\n",
			"*", "-ERR\r\n" },
		    -1, NULL, "third" },
		{ "a bad first message", &proto_smtp, "AUTH SCRAM-SHA-1|", "",
		    NULL, ALICE, { "?", "334 eHh4\r\n", "*", "501 well\r\n" },
		    -1, NULL, "no first message" },
		{ "nothing proved", &proto_smtp, "AUTH SCRAM-SHA-1|", "", NULL,
		    ALICE, { "?", "235 in\r\n" }, -1, NULL, "impostor" },
		{ "nothing offered", &proto_smtp, "SIZE|", "p", NULL, ALICE,
		    { NULL }, -1, NULL, "the server offers nothing" },
		{ "nothing known", &proto_smtp, "AUTH GSSAPI NTLM|", "", NULL,
		    ALICE, { NULL }, -1, NULL, "offers GSSAPI NTLM" },
		{ "barred", &proto_imap, "LOGINDISABLED|", "", NULL, ALICE,
		    { NULL }, -1, NULL, "no way in" },
		{ "no command", &proto_smtp, "AUTH PLAIN|", "", "PASS", ALICE,
		    { NULL }, -1, NULL, "has no command" },
		{ "no user", &proto_pop3, "SASL PLAIN|", "", NULL, NULL,
		    "wonderland", { NULL }, -1, NULL, "needs a user" },
		{ "controls", &proto_pop3, "USER|", "", NULL, "a\nb", "x",
		    { NULL }, -1, NULL, "control characters" },
		{ "no protocol for it", &proto_raw, "", "p", "PLAIN", ALICE,
		    { NULL }, -1, NULL, "knows no SASL in protocol raw" },
		{ "TLS is required", &proto_pop3, "SASL PLAIN|", "pr", NULL,
		    ALICE, { NULL }, -1, NULL, "TLS was asked for" },
		{ "TLS is required, script", &proto_pop3, "USER|", "r", NULL,
		    ALICE, { NULL }, -1, NULL, "TLS was asked for" },
		{ "closed", &proto_smtp, "AUTH LOGIN|", "", NULL, ALICE,
		    { "AUTH LOGIN", "334 \r\n", NAME }, -1, NULL, NULL },
		{ "closed, judged", &proto_smtp, "AUTH LOGIN|", "j", NULL,
		    ALICE, { "AUTH LOGIN", "334 \r\n", NAME }, -1, NULL,
		    "closed the connection" },
	};

	(void)state;
	play_all(list, ROWS(list));
}

/* Too long for the command: it waits for the server's go-ahead. */
static void
test_long_initial_response(void **state)
{
	static char secret[400], user[] = "u";
	struct exchange x = { "long", &proto_smtp, "AUTH PLAIN|", "", NULL,
		user, secret, { "AUTH PLAIN", "334 \r\n", "?", "235 in\r\n" },
		0, "PLAIN u", NULL };
	struct result r;

	(void)state;
	memset(secret, 'x', sizeof secret - 1);
	play(&x, &r);
	assert_int_equal(r.server, 0);
	assert_int_equal(r.rc, 0);
	/* Under 512 octets it goes with it. */
	secret[360] = '\0';
	x.steps[0] = "?";
	x.steps[1] = "235 in\r\n";
	x.steps[2] = NULL;
	play(&x, &r);
	assert_int_equal(r.server, 0);
	assert_int_equal(r.rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_long_initial_response),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
