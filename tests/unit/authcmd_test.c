/* SPDX-License-Identifier: ISC */
/* authcmd_test.c - who we are: what is asked for, and what is not sent. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "authcmd.h"
#include "desk.h"
#include "purse.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define PLAIN "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\n"
#define YES "S:235 b\r\n"

enum { KEYS = 4, PART = 8 };

/* What is said on the line, by somebody and by a server in SMTP. */
struct row {
	const char *name, *arg;
	const char *how; /* a: far away, r: --require-tls, e: a password is in
			    the environment, u: -u alice, w: a line waits */
	const char *keys[KEYS]; /* see desk.h */
	const char *part[PART]; /* see player.h */
	const char *heard;      /* without CR */
	const char *err;
};

static void
no_cr(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text != '\r')
			*to++ = *text;
	}
	*to = '\0';
}

static void
play(struct desk *d, struct player *p, const struct row *row,
    struct vars *purse)
{
	static const char offer[] = "AUTH PLAIN CRAM-MD5 XOAUTH2 EXTERNAL";
	const char *keys[KEYS + 1] = { NULL }, *part[PART + 1] = { NULL };

	memcpy(keys, row->keys, sizeof row->keys);
	memcpy(part, row->part, sizeof row->part);
	d->opt.proto_given = true;
	d->opt.timeout = 20000;
	d->opt.require_tls = strchr(row->how, 'r') != NULL;
	d->opt.purse = strchr(row->how, 'e') != NULL ? purse : NULL;
	snprintf(d->opt.target.user, sizeof d->opt.target.user, "%s",
	    strchr(row->how, 'u') != NULL ? "alice" : "");
	desk_begin(d, &proto_smtp, keys);
	if (strchr(row->how, 'a') != NULL)
		snprintf(d->st.s.peer.address, sizeof d->st.s.peer.address,
		    "192.0.2.1");
	desk_says(d, "220 a\r\n");
	hear_drain(&d->st.s);
	words_add(&d->st.s.dialog.words, offer, strlen(offer));
	d->typing.local.waiting = strchr(row->how, 'w') != NULL;
	player_of(p, &d->st, part);
	auth_command(&d->typing.local, row->arg);
	desk_end(d);
	player_end(p);
	no_cr(p->heard);
}

static void
play_rows(const struct row *rows, size_t n)
{
	static struct desk d;
	static struct player p;
	struct vars purse = { 0 };
	unsigned wrong = 0;
	size_t i;

	setenv("TELEX_PASSWORD", "wonderland", 1);
	purse_take(&purse);
	for (i = 0; i < n; i++) {
		play(&d, &p, &rows[i], &purse);
		if (strcmp(p.heard, rows[i].heard) != 0 ||
		    strcmp(d.st.err, rows[i].err) != 0 ||
		    strstr(buf_bytes(&d.seen), "wonderland") != NULL) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\"\n", rows[i].name,
			    p.heard, d.st.err);
		}
		desk_free(&d);
	}
	vars_free(&purse);
	assert_int_equal(wrong, 0);
}

static void
test_words(void **state)
{
	static const struct row rows[] = {
		{ "both", "PLAIN alice", "", { "K:wonderland\r" }, { "C", YES },
		    PLAIN,
		    "* authentication by PLAIN\n*   user alice, password "
		    "********\n* authenticated\n" },
		{ "blanks, small letters", "plain \t alice", "",
		    { "K:wonderland\r" }, { "C", YES }, PLAIN,
		    "* authentication by plain\n*   user alice, password "
		    "********\n* authenticated\n" },
		{ "the user alone", "alice", "e", { NULL },
		    { "C", "S:334 PDFAeD4=\r\n", "C", YES },
		    "AUTH "
		    "CRAM-"
		    "MD5\nYWxpY2UgY2RlNDVlZWY4YTM5N2VjMjE5YWIwYjJmMDQwODU1YWU="
		    "\n",
		    "* authentication by CRAM-MD5\n*   challenge: <1@x>\n*   "
		    "user alice, digest of challenge and password ********\n* "
		    "authenticated\n" },
		{ "the mechanism alone, and -u", "PLAIN", "eu", { NULL },
		    { "C", YES }, PLAIN,
		    "* authentication by PLAIN\n*   user alice, password "
		    "********\n* authenticated\n" },
		{ "the user is asked for", "PLAIN", "e", { "K:alice\r" },
		    { "C", YES }, PLAIN,
		    "* authentication by PLAIN\n*   user alice, password "
		    "********\n* authenticated\n" },
		{ "both are", "PLAIN", "", { "K:alice\r", "K:wonderland\r" },
		    { "C", YES }, PLAIN,
		    "* authentication by PLAIN\n*   user alice, password "
		    "********\n* authenticated\n" },
		{ "nothing is needed", "EXTERNAL", "a", { NULL }, { "C", YES },
		    "AUTH EXTERNAL =\n",
		    "* authentication by EXTERNAL\n*   whoever the certificate "
		    "says\n* authenticated\n" },
		{ "a token", "XOAUTH2 alice", "", { "K:wonderland\r" },
		    { "C", YES },
		    "AUTH XOAUTH2 "
		    "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB3b25kZXJsYW5kAQE=\n",
		    "* authentication by XOAUTH2\n*   user alice, token "
		    "********\n* authenticated\n" },
		{ "no mechanism", "WHAT alice", "", { NULL }, { "C" }, "",
		    "telex: auth: telex does not know mechanism WHAT "
		    "(SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 "
		    "SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN OAUTHBEARER XOAUTH2 "
		    "EXTERNAL ANONYMOUS PASS)\n" },
		{ "it fails", "PLAIN alice", "e", { NULL },
		    { "C", "S:535 no\r\n" }, PLAIN,
		    "* authentication by PLAIN\n*   user alice, password "
		    "********\ntelex: auth: the server refused: 535 no\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

static void
test_not_sent(void **state)
{
	static const struct row rows[] = {
		{ "a line waits", "PLAIN alice", "ew", { NULL }, { "C" }, "",
		    "telex: auth: 1 line waits to be sent before it\n" },
		{ "no user", "PLAIN", "e", { "K:\r" }, { "C" }, "",
		    "* not sent\n" },
		{ "no password", "PLAIN alice", "", { "K:\r" }, { "C" }, "",
		    "* not sent\n" },
		{ "^C in place of it", "PLAIN alice", "", { "INT" }, { "C" },
		    "", "* not sent\n" },
		{ "--require-tls", "PLAIN alice", "er", { NULL }, { "C" }, "",
		    "telex: auth: not sent: TLS is required for secrets "
		    "(STARTTLS first)\n" },
		{ "others could read it", "PLAIN alice", "ea", { "K:\r" },
		    { "C" }, "",
		    "! the password would go in plain text over the network\n"
		    "* not sent\n" },
		{ "... no", "PLAIN alice", "ea", { "K:n\r" }, { "C" }, "",
		    "! the password would go in plain text over the network\n"
		    "* not sent\n" },
		{ "... yes", "PLAIN alice", "ea", { "K:Yes\r" }, { "C", YES },
		    PLAIN,
		    "! the password would go in plain text over the network\n"
		    "* authentication by PLAIN\n*   user alice, password "
		    "********\n* authenticated\n" },
		{ "... a token", "XOAUTH2 alice", "ea", { "K:\r" }, { "C" }, "",
		    "! the token would go in plain text over the network\n"
		    "* not sent\n" },
		{ "... a proof", "CRAM-MD5 alice", "ea", { "K:x\r" }, { "C" },
		    "",
		    "! a proof, from which the password can be guessed, would "
		    "go in plain text over the network\n* not sent\n" },
		{ "the best is a proof", "alice", "ea", { "K:n\r" }, { "C" },
		    "",
		    "! a proof, from which the password can be guessed, would "
		    "go in plain text over the network\n* not sent\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
