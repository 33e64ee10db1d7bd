/* SPDX-License-Identifier: ISC */
/* explain_test.c - what replies are said to mean, and of which of them. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "explain.h"
#include "explain/codes.h"
#include "explain/found.h"
#include "explain/sofar.h"
#include "proto.h"
#include "protos.h"
#include "words.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The lists that the tables are counted against. */
static const struct {
	const struct codes *table;
	const char *file;
	size_t least; /* so many words are in it */
} lists[] = {
	{ &codes_enhanced, "tests/registries/enhanced.txt", 81 },
	{ &codes_smtp, "tests/registries/smtp.txt", 43 },
	{ &codes_pop3, "tests/registries/pop3.txt", 9 },
	{ &codes_imap, "tests/registries/imap.txt", 66 },
	{ &codes_sieve, "tests/registries/sieve.txt", 17 },
	{ &codes_nntp, "tests/registries/nntp.txt", 57 },
	{ &codes_ftp, "tests/registries/ftp.txt", 58 },
	{ &codes_http, "tests/registries/http.txt", 64 },
	{ &codes_irc, "tests/registries/irc.txt", 140 },
};

/* A list has a word a line, and its source behind "#". */
static void
test_tables_cover_the_registries(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(lists); i++) {
		const struct code *c = lists[i].table->codes;
		FILE *file = fopen(lists[i].file, "r");
		size_t listed = 0, known = 0;
		char line[100];

		assert_non_null(file);
		while (fgets(line, sizeof line, file) != NULL) {
			line[strcspn(line, "\n")] = '\0';
			if (line[0] == '#' || line[0] == '\0')
				continue;
			listed++;
			if (found_code(lists[i].table, line, strlen(line)) ==
			    NULL)
				fail_msg("%s: %s is not explained",
				    lists[i].file, line);
		}
		fclose(file);
		while (c->word != NULL)
			c++, known++;
		/* No word twice, see below: so they are the same. */
		assert_int_equal(known, listed);
		assert_true(listed >= lists[i].least);
	}
}

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void
test_nothing_is_there_twice(void **state)
{
	const struct code *c, *d;
	const struct code_more *m, *n;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(lists); i++) {
		for (c = lists[i].table->codes; c->word != NULL; c++) {
			for (d = c + 1; d->word != NULL; d++)
				assert_string_not_equal(c->word, d->word);
		}
		m = lists[i].table->more;
		for (; m != NULL && m->word != NULL; m++) {
			for (n = m + 1; n->word != NULL; n++)
				assert_false(same(m->word, n->word) &&
				    same(m->on, n->on));
		}
	}
}

/* What is told of a code that begins with 4 is told of one that exists. */
static void
test_what_passes_is_known(void **state)
{
	const struct code *c = codes_passing.codes, *all;

	(void)state;
	assert_non_null(c->word);
	for (; c->word != NULL; c++) {
		assert_int_equal(strncmp(c->word, "4.", 2), 0);
		all = found_code(&codes_enhanced, c->word, strlen(c->word));
		assert_non_null(all);
		assert_string_equal(c->rfc, all->rfc);
		assert_string_not_equal(c->text, all->text);
	}
}

/* Two codes were registered without an RFC, and IRC has not only those. */
static void
test_every_code_has_a_source(void **state)
{
	const struct code *c;
	size_t i, without = 0;

	(void)state;
	for (i = 0; i < ROWS(lists); i++) {
		for (c = lists[i].table->codes; c->word != NULL; c++) {
			assert_true(c->text[0] != '\0');
			if (strncmp(c->rfc, "RFC ", 4) == 0 &&
			    c->rfc[4] >= '1' && c->rfc[4] <= '9')
				continue;
			if (lists[i].table == &codes_irc) {
				assert_true(
				    strncmp(c->rfc, "IRCv3, ", 7) == 0 ||
				    strcmp(c->rfc, "Modern IRC") == 0);
				continue;
			}
			assert_string_equal(c->rfc, "IANA, no RFC");
			without++;
		}
	}
	assert_int_equal(without, 2);
}

/* Is this a command of one of the table's protocols, or what stands for it? */
static bool
is_said(const struct codes *table, const char *word)
{
	const struct verb *v;
	size_t i;

	if (strcmp(word, ON_GREETING) == 0 || strcmp(word, ON_MESSAGE) == 0 ||
	    strcmp(word, ON_ANSWER) == 0)
		return true;
	for (i = 0; i < 3 && table->protos[i] != NULL; i++) {
		v = protos_find(table->protos[i])->verbs;
		for (; v != NULL && v->word != NULL; v++) {
			if (strcmp(v->word, word) == 0)
				return true;
		}
	}
	return false;
}

/* All of "MAIL|RCPT", or of "+MAIL|-RCPT|?WORD", or nothing. */
static void
check_list(const struct codes *table, const char *list, const char *signs)
{
	char word[40];
	size_t n;

	for (; list != NULL && *list != '\0'; list += n + (list[n] == '|')) {
		n = strcspn(list, "|");
		assert_true(n < sizeof word);
		snprintf(word, sizeof word, "%.*s", (int)n, list);
		if (signs[0] == '\0' && !is_said(table, word))
			fail_msg("%s: no %s", table->title, word);
		if (signs[0] == '\0')
			continue;
		assert_true(strchr(signs, word[0]) != NULL);
		if (strchr("+-", word[0]) != NULL &&
		    strcmp(word + 1, "TLS") != 0 &&
		    strcmp(word + 1, "AWAY") != 0 &&
		    strcmp(word + 1, "ALONE") != 0 && !is_said(table, word + 1))
			fail_msg("%s: no %s", table->title, word);
	}
}

static void
test_tables_name_what_there_is(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(lists); i++) {
		const struct codes *t = lists[i].table;
		const struct code_more *m = t->more;
		const struct code_as *a = t->as;
		const struct code_next *n = t->next;
		const struct code_mark *k = t->marks;

		for (; m != NULL && m->word != NULL; m++) {
			assert_non_null(
			    found_code(t, m->word, strlen(m->word)));
			check_list(t, m->on, "");
		}
		for (; a != NULL && a->word != NULL; a++) {
			assert_non_null(
			    found_code(t, a->word, strlen(a->word)));
			assert_int_equal(strncmp(a->rfc, "RFC ", 4), 0);
			check_list(t, a->on, "");
			check_list(t, a->when, "+-?!");
		}
		for (; n != NULL && n->verb != NULL; n++) {
			assert_non_null(
			    found_code(t, n->word, strlen(n->word)));
			check_list(t, n->on, "");
			check_list(t, n->verb, "");
			check_list(t, n->when, "+-?!");
		}
		for (; k != NULL && k->word != NULL; k++) {
			assert_true(k->word[0] == '\0' ||
			    found_code(t, k->word, strlen(k->word)) != NULL);
			check_list(t, k->on, "");
			check_list(t, k->undoes, "");
			check_list(t, k->does, "");
		}
	}
}

/* What is explained where nothing was said before. */
static bool
explained(const struct proto *p, const struct verb *v, const char *line,
    struct buf *to)
{
	const struct explained_line r = { .proto = p,
		.verb = v,
		.line = line,
		.len = strlen(line) };

	return explain_reply(&r, to);
}

static char *
text_of(struct buf *b)
{
	buf_add(b, "", 1);
	return buf_bytes(b);
}

/* Nobody is told of a key that is none. */
static void
test_keyless(void **state)
{
	static const struct {
		const char *proto, *line, *want;
	} rows[] = {
		{ "smtp", "334 ", "a lone * gives up" },
		{ "pop3", "+ ", "a lone * gives up" },
		{ "nntp", "383 ", "a lone * gives up" },
		{ "smtp", "421 a", "not about your command: " },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct explained_line r = { .proto = protos_find(
						      rows[i].proto),
			.line = rows[i].line,
			.len = strlen(rows[i].line),
			.keyless = true };
		struct buf to = { 0 };
		const char *text;

		assert_true(explain_reply(&r, &to));
		text = text_of(&to);
		if (strstr(text, "^]") != NULL ||
		    strstr(text, rows[i].want) == NULL)
			fail_msg("%s: %s", rows[i].line, text);
		buf_free(&to);
	}
}

/* All lines end, fit the screen and are not more than so many. */
static void
check_lines(struct buf *b, size_t most)
{
	const char *p = text_of(b);
	size_t n, lines = 0;

	for (; *p != '\0'; p += n + 1, lines++) {
		n = strcspn(p, "\n");
		assert_int_equal(p[n], '\n');
		if (n > EXPLAIN_COLUMNS)
			fail_msg("%zu columns: %.*s", n, (int)n, p);
	}
	assert_in_range(lines, 1, most);
	buf_clear(b);
}

/* One reply with this code, as the protocol writes it. */
static void
write_line(char *line, size_t size, const struct codes *t, const char *word)
{
	static const struct {
		const char *before, *behind;
	} forms[] = { { "", " text TLS" }, { "NO [", "] text" },
		{ "HTTP/1.1 ", " text" }, { ":irc.example ", " me :text" } };
	const char *const *s = t->status;

	while (s != NULL && *s != NULL && strcmp(*s, word) != 0)
		s++;
	if (t == &codes_enhanced)
		snprintf(line, size, "550 5%s text", word + 1);
	else if (s != NULL && *s != NULL)
		snprintf(line, size, "%s text", word);
	else if (t == &codes_pop3)
		snprintf(line, size, "-ERR [%s] text", word);
	else
		snprintf(line, size, "%s%s%s", forms[t->place].before, word,
		    forms[t->place].behind);
}

/* Every code, as an answer to every command. */
static void
test_lines_fit_the_screen(void **state)
{
	struct buf b = { 0 };
	char line[100];
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(lists); i++) {
		const struct codes *t = lists[i].table;
		const char *const names[] = { t->protos[0] != NULL ?
			    t->protos[0] :
			    "smtp",
			t->protos[1] };
		const struct code *c = t->codes;

		for (; c->word != NULL; c++) {
			write_line(line, sizeof line, t, c->word);
			assert_true(explain_word(NULL, c->word, &b));
			buf_add(&b, "", 1);
			assert_non_null(strstr(buf_bytes(&b), c->rfc));
			b.len--;
			check_lines(&b, 40);
			for (k = 0; k < 2 && names[k] != NULL; k++) {
				const struct proto *p = protos_find(names[k]);
				const struct verb *v = p->verbs;

				for (; v->word != NULL; v++) {
					assert_true(explained(p, v, line, &b));
					check_lines(&b, EXPLAIN_LINES);
				}
				assert_true(
				    explained(p, &explain_greeting, line, &b));
				check_lines(&b, EXPLAIN_LINES);
				assert_true(
				    explained(p, &explain_message, line, &b));
				check_lines(&b, EXPLAIN_LINES);
			}
		}
	}
	buf_free(&b);
}

static const struct {
	const char *proto;
	const char *verb; /* "<" the greeting, "." a message, "?" none */
	const char *line;
	const char *want; /* NULL: nothing is known */
} replies[] = {
	{ "smtp", "RCPT",
	    "503 5.5.1 Bad sequence of commands (MAIL required before RCPT)",
	    "    503    the commands came in the wrong order        "
	    "(RFC 5321, 4.2.3)\n"
	    "    5.5.1  not valid at this point, or not known       "
	    "(RFC 3463, 3.6)\n"
	    "           next: MAIL FROM:<address> [PARAMETER=value ...]  "
	    "(RFC 5321, 4.1.1.2)\n" },
	/* The same code means another thing after each command. */
	{ "smtp", "MAIL", "550 no",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n"
	    "           this sender, or your own address, is not welcome\n" },
	{ "smtp", "RCPT", "550 5.1.1 no",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n"
	    "    5.1.1  no such mailbox: what stands before the @   "
	    "(RFC 3463, 3.2)\n"
	    "           no such mailbox, or it is not for you to reach\n" },
	{ "smtp", ".", "550 no",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n"
	    "           the content was refused, for all recipients\n" },
	{ "smtp", "<", "554 no",
	    "    554    it failed, and no other code fits better    "
	    "(RFC 5321, 4.2.3)\n"
	    "           it talks to you no further: QUIT is what is left\n"
	    "           next: QUIT                                  "
	    "(RFC 5321, 4.1.1.10)\n" },
	{ "smtp", "DATA", "554-no\r",
	    "    554    no recipient was accepted before it         "
	    "(RFC 5321, 3.3)\n" },
	/* Greylisting: it is no fault of the server, nor does it stay. */
	{ "smtp", "RCPT", "451 4.7.1 Greylisted",
	    "    451    it could not be done just now: try later    "
	    "(RFC 5321, 4.2.3)\n"
	    "    4.7.1  not allowed for now: greylisting, a limit   "
	    "(RFC 3463, 3.8)\n"
	    "           greylisting (wait some minutes), a limit, or a failed "
	    "look-up\n" },
	{ "smtp", "RCPT", "550 5.7.1 no",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n"
	    "    5.7.1  you are not allowed to send this there      "
	    "(RFC 3463, 3.8)\n"
	    "           no such mailbox, or it is not for you to reach\n" },
	{ "smtp", "?", "550 no",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n" },
	{ "smtp", "?", "535 5.7.8 no",
	    "    535    the name or the password was not accepted   "
	    "(RFC 4954, 6)\n"
	    "    5.7.8  name or password is wrong                   "
	    "(RFC 4954, 6)\n"
	    "           not 534, a weak mechanism, nor 538, missing TLS\n" },
	{ "smtp", "MAIL", "530 Must issue a STARTTLS command first",
	    "    530    log in, or begin TLS, before this           "
	    "(RFC 4954, 6)\n"
	    "           next: STARTTLS                              "
	    "(RFC 3207)\n" },
	{ "smtp", "RCPT", "501 so?",
	    "    501    the command is known, its arguments are wrong  "
	    "(RFC 5321, 4.2.3)\n"
	    "           form: RCPT TO:<address> [PARAMETER=value ...]  "
	    "(RFC 5321, 4.1.1.3)\n" },
	{ "lmtp", "<", "220 hi",
	    "    220    the server is ready                         "
	    "(RFC 5321, 4.2.3)\n"
	    "           next: LHLO domain                           "
	    "(RFC 2033, 4.1)\n" },
	/* Challenges, and what is none */
	{ "smtp", "AUTH", "334 VXNlcm5hbWU6",
	    "    334    a challenge in base64: answer it likewise   "
	    "(RFC 4954, 4)\n"
	    "           that is \"Username:\"\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n" },
	{ "smtp", "?", "334 UGFzc3dvcmQ6",
	    "    334    a challenge in base64: answer it likewise   "
	    "(RFC 4954, 4)\n"
	    "           that is \"Password:\"\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n" },
	{ "smtp", "AUTH", "334 AAEbWzFt",
	    "    334    a challenge in base64: answer it likewise   "
	    "(RFC 4954, 4)\n"
	    "           that is no text, but 6 octets\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n" },
	{ "smtp", "AUTH", "334 VXNl====",
	    "    334    a challenge in base64: answer it likewise   "
	    "(RFC 4954, 4)\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n" },
	{ "smtp", "AUTH", "334 ",
	    "    334    a challenge in base64: answer it likewise   "
	    "(RFC 4954, 4)\n"
	    "           your first word is awaited; PLAIN: NUL name NUL "
	    "password  (RFC 4616)\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n" },
	{ "smtp", "DATA", "354 send",
	    "    354    send the message, then a line of one dot    "
	    "(RFC 5321, 4.2.3)\n" },
	{ "pop3", "AUTH", "+ VXNlcm5hbWU6",
	    "    +      a challenge in base64: answer it likewise   "
	    "(RFC 5034, 4)\n"
	    "           that is \"Username:\"\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n" },
	{ "imap", "AUTHENTICATE", "+ VXNlcm5hbWU6",
	    "    +      the server waits for the rest of the command  "
	    "(RFC 9051, 7.6)\n"
	    "           that is \"Username:\"\n" },
	{ "imap", "AUTHENTICATE", "+ ",
	    "    +      the server waits for the rest of the command  "
	    "(RFC 9051, 7.6)\n"
	    "           your first word is awaited; PLAIN: NUL name NUL "
	    "password  (RFC 4616)\n" },
	{ "imap", "IDLE", "+ ",
	    "    +      the server waits for the rest of the command  "
	    "(RFC 9051, 7.6)\n" },
	{ "imap", "APPEND", "+ VXNlcm5hbWU6",
	    "    +      the server waits for the rest of the command  "
	    "(RFC 9051, 7.6)\n" },
	/* Only the digits are known. */
	{ "smtp", "RCPT", "577 5.9.9 what",
	    "    577    refused for good                            "
	    "(RFC 5321, 4.2.1)\n"
	    "    5.9.9  refused for good                            "
	    "(RFC 3463, 2)\n" },
	{ "smtp", "RCPT", "457 4.7.99 what",
	    "    457    refused for now; about the mail system      "
	    "(RFC 5321, 4.2.1)\n"
	    "    4.7.99 it may pass; about security or a rule       "
	    "(RFC 3463, 2)\n" },
	{ "smtp", "RCPT", "457 4.70.99 what",
	    "    457    refused for now; about the mail system      "
	    "(RFC 5321, 4.2.1)\n"
	    "    4.70.99 it may pass                                "
	    "(RFC 3463, 2)\n" },
	{ "dict", "?", "550 invalid database",
	    "    550    refused for good; about dictionaries        "
	    "(RFC 2229, 2.4)\n" },
	/* An enhanced code of another class is part of the text. */
	{ "smtp", "?", "550 4.1.1 x",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n" },
	{ "smtp", "?", "550 5.1.1.1 x",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n" },
	{ "smtp", "?", "550 5.1.",
	    "    550    refused: no such mailbox, or by a rule      "
	    "(RFC 5321, 4.2.3)\n" },
	/* Codes in brackets */
	{ "imap", "LOGIN", "a1 NO [AUTHENTICATIONFAILED] wrong",
	    "    NO     understood, but refused or failed           "
	    "(RFC 9051, 7.1.2)\n"
	    "    AUTHENTICATIONFAILED name or password is wrong     "
	    "(RFC 5530, 3)\n" },
	{ "imap", "LOGIN", "a1 NO [SECRET] wrong",
	    "    NO     understood, but refused or failed           "
	    "(RFC 9051, 7.1.2)\n"
	    "           name or password is wrong, or it wants TLS first\n" },
	{ "imap", "STORE", "a1 OK [MODIFIED 2] done",
	    "    OK     done                                        "
	    "(RFC 9051, 7.1.1)\n"
	    "    MODIFIED changed meanwhile by others               "
	    "(RFC 7162, 3)\n"
	    "           the messages stay until EXPUNGE or CLOSE\n" },
	{ "imap", "COPY", "a1 no [trycreate] where?",
	    "    no     understood, but refused or failed           "
	    "(RFC 9051, 7.1.2)\n"
	    "    trycreate no such mailbox, but it could be made    "
	    "(RFC 9051, 7.1)\n"
	    "           next: TAG CREATE mailbox                    "
	    "(RFC 9051, 6.3.4)\n" },
	{ "imap", "SELECT", "* OK [UNSEEN 12] x",
	    "    OK     done                                        "
	    "(RFC 9051, 7.1.1)\n"
	    "    UNSEEN the first message not seen yet              "
	    "(RFC 3501, 7.1)\n"
	    "           next: TAG FETCH messages (item ...)         "
	    "(RFC 9051, 6.4.5)\n" },
	{ "imap", "?", "* BYE [NEWS 1] over",
	    "    BYE    the server closes this connection           "
	    "(RFC 9051, 7.1.5)\n" },
	{ "pop3", "PASS", "-ERR [SYS/TEMP] later",
	    "    -ERR   refused, or not understood                  "
	    "(RFC 1939, 3)\n"
	    "    SYS/TEMP the server is at fault: try later         "
	    "(RFC 3206, 4)\n"
	    "           the name may be wrong as well: begin with USER\n" },
	{ "sieve", "PUTSCRIPT", "NO (QUOTA/MAXSIZE) \"too large\"",
	    "    NO     refused; the text is for people             "
	    "(RFC 5804, 1.2)\n"
	    "    QUOTA/MAXSIZE the script is too large              "
	    "(RFC 5804, 1.3)\n"
	    "           next: AUTHENTICATE \"mechanism\" [\"base64\"]   "
	    "(RFC 5804, 2.1)\n" },
	{ "nntp", "ARTICLE", "412 no group",
	    "    412    no newsgroup is selected                    "
	    "(RFC 3977, 6.1)\n"
	    "           next: GROUP newsgroup                       "
	    "(RFC 3977, 6.1.1)\n" },
	{ "ftp", "LIST", "425 Use PORT or PASV first.",
	    "    425    the data connection cannot be opened        "
	    "(RFC 959, 4.2.2)\n"
	    "           no PASV or EPSV before it, or nobody connected\n"
	    "           next: PASV                                  "
	    "(RFC 959, 4.1.2)\n" },
	{ "irc", "NICK", "@time=x :irc.example 433 * me :in use",
	    "    433    somebody has this nickname                  "
	    "(RFC 2812, 5.2)\n"
	    "           NICK with another name goes on\n"
	    "           next: NICK name                             "
	    "(RFC 2812, 3.1.2)\n" },
	{ "irc", "WHOIS", ":irc.example 671 me bob :is secure",
	    "    671    the user's connection has TLS               "
	    "(Modern IRC)\n" },
	{ "http", "GET", "HTTP/1.1 404 Not Found",
	    "    404    there is no such thing                      "
	    "(RFC 9110, 15.5.5)\n" },
	{ "http", "GET", "404",
	    "    404    there is no such thing                      "
	    "(RFC 9110, 15.5.5)\n" },
	/* Nothing to say */
	{ "smtp", "?", "", NULL },
	{ "smtp", "?", "55", NULL },
	{ "smtp", "?", "5500 x", NULL },
	{ "smtp", "?", "999 x", NULL },
	{ "pop3", "RETR", ".", NULL },
	{ "imap", "?", "* 3 EXISTS", NULL },
	{ "imap", "?", "", NULL },
	{ "irc", "?", ":a PRIVMSG b :433", NULL },
	{ "http", "GET", "Content-Length: 404", NULL },
	{ "raw", "?", "550 x", NULL },
	{ "redis", "?", "-ERR unknown", NULL },
};

static const struct verb *
verb_of(const struct proto *p, const char *word)
{
	const struct verb *v = p->verbs;

	if (word[0] == '<' || word[0] == '.')
		return word[0] == '<' ? &explain_greeting : &explain_message;
	while (v != NULL && v->word != NULL && strcmp(v->word, word) != 0)
		v++;
	return v == NULL || v->word == NULL ? NULL : v;
}

static void
test_replies(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(replies); i++) {
		const struct proto *p = protos_find(replies[i].proto);
		const struct verb *v = verb_of(p, replies[i].verb);
		struct buf b = { 0 };
		bool known;

		assert_true(v != NULL || replies[i].verb[0] == '?');
		known = explained(p, v, replies[i].line, &b);
		assert_string_equal(text_of(&b),
		    replies[i].want == NULL ? "" : replies[i].want);
		assert_int_equal(known, replies[i].want != NULL);
		buf_free(&b);
	}
}

/* What is offered, what was said and answered, and the hint at the end. */
static const struct {
	const char *proto;
	const char *offers; /* words, or "" */
	const char *talk;   /* "VERB reply" with "|" between; as above; "!"
			     * before a verb that had no argument */
	const char *hint;   /* "": none */
} talks[] = {
	/* SMTP: the chain of EHLO, MAIL, RCPT, DATA */
	{ "smtp", "", "<220 hi|MAIL 503 5.5.1 EHLO comes first", "next: EHLO" },
	{ "smtp", "", "<220 hi|RCPT 503 5.5.1 Bad sequence", "next: EHLO" },
	{ "smtp", "", "<220 hi|VRFY 503 send HELO first", "next: EHLO" },
	{ "smtp", "", "<220 hi|RCPT 503 (MAIL required before RCPT)",
	    "next: MAIL" },
	{ "smtp", "", "<220 hi|HELO 250 hi|RCPT 503 what?", "next: MAIL" },
	{ "smtp", "", "<220 hi|EHLO 250 hi|DATA 503 needs MAIL and RCPT",
	    "next: MAIL" },
	{ "smtp", "", "EHLO 250 hi|MAIL 250 ok|MAIL 503 nested MAIL",
	    "next: RSET" },
	{ "smtp", "", "EHLO 250 hi|MAIL 250 ok|RSET 250 ok|RCPT 503 x",
	    "next: MAIL" },
	{ "smtp", "", "EHLO 250 hi|MAIL 250 ok|RCPT 550 no|DATA 503 x",
	    "next: RCPT" },
	{ "smtp", "", "EHLO 250 hi|MAIL 250 ok|RCPT 550 no|DATA 554 x",
	    "next: RCPT" },
	{ "smtp", "", "EHLO 250 hi|MAIL 250 ok|RCPT 250 ok|DATA 503 x", "" },
	{ "smtp", "",
	    "EHLO 250 hi|MAIL 250 ok|RCPT 250 ok|DATA 354 go|.550 no|"
	    "RCPT 503 x",
	    "next: MAIL" },
	{ "smtp", "", "EHLO 250 hi|MAIL 250 a|RCPT 250 a|BDAT 250 1|RCPT 503 x",
	    "next: RSET" },
	{ "smtp", "", "EHLO 250 hi|STARTTLS 220 go|MAIL 503 x", "next: EHLO" },
	{ "smtp", "", "<554 no|EHLO 503 x", "next: QUIT" },
	{ "smtp", "", "<220 hi|EHLO 502 x", "next: HELO" },
	{ "lmtp", "", "<220 hi|MAIL 503 x", "next: LHLO" },
	{ "lmtp", "", "LHLO 250 hi|RCPT 503 x", "next: MAIL" },
	/* ... TLS and AUTH */
	{ "smtp", "STARTTLS", "EHLO 250 x|MAIL 530 Must issue a STARTTLS first",
	    "next: STARTTLS" },
	{ "smtp", "STARTTLS", "EHLO 250 x|MAIL 503 STARTTLS first",
	    "next: STARTTLS" },
	{ "smtp", "STARTTLS", "tls|EHLO 250 x|MAIL 530 TLS, then log in",
	    "next: AUTH" },
	{ "smtp", "AUTH PLAIN", "EHLO 250 x|MAIL 530 5.7.0 AUTH first",
	    "next: AUTH" },
	{ "smtp", "AUTH PLAIN", "EHLO 250 x|MAIL 503 AUTH first",
	    "next: AUTH" },
	{ "smtp", "STARTTLS", "EHLO 250 x|MAIL 530 Authentication required",
	    "next: STARTTLS" },
	{ "smtp", "", "HELO 250 x|MAIL 530 Authentication required",
	    "next: EHLO" },
	{ "smtp", "", "HELO 250 x|AUTH 503 not advertised", "next: EHLO" },
	{ "smtp", "AUTH PLAIN", "EHLO 250 x|MAIL 250 ok|AUTH 503 too late",
	    "next: RSET" },
	{ "smtp", "AUTH PLAIN",
	    "EHLO 250 x|AUTH 334 |?235 ok|AUTH 503 done already", "" },
	{ "smtp", "AUTH PLAIN", "EHLO 250 x|AUTH 334 |?535 no|MAIL 530 log in",
	    "next: AUTH" },
	{ "smtp", "AUTH PLAIN",
	    "EHLO 250 x|AUTH 334 a|?334 b|?235 ok|MAIL 530 why", "" },
	{ "smtp", "", "tls|538 x", "" },
	{ "smtp", "", "538 x", "next: STARTTLS" },
	{ "smtp", "", "HELO 250 x|MAIL 555 parameters", "next: EHLO" },
	{ "smtp", "", "EHLO 250 x|MAIL 555 parameters", "form: MAIL" },
	/* POP3: the login, and after a wrong password all of it again */
	{ "pop3", "", "<+OK|STAT -ERR no", "next: USER" },
	{ "pop3", "", "<+OK|RETR -ERR no", "next: USER" },
	{ "pop3", "", "<+OK|USER +OK|LIST -ERR no", "next: PASS" },
	{ "pop3", "", "<+OK|USER +OK|PASS -ERR no|LIST -ERR no", "next: USER" },
	{ "pop3", "", "<+OK|USER +OK|PASS +OK|RETR -ERR no", "next: LIST" },
	{ "pop3", "", "<+OK|!USER -ERR what", "form: USER name" },
	{ "pop3", "", "<+OK|!DELE -ERR no", "next: USER" },
	{ "pop3", "", "USER +OK|PASS +OK|!DELE -ERR no", "form: DELE message" },
	{ "pop3", "", "USER +OK|PASS +OK|DELE -ERR no", "next: LIST" },
	{ "pop3", "", "USER +OK|PASS +OK|!RETR -ERR no", "form: RETR message" },
	{ "pop3", "", "USER +OK|PASS +OK|TOP -ERR no", "form: TOP message" },
	{ "pop3", "", "<+OK|AUTH + a|?+OK|RETR -ERR no", "next: LIST" },
	{ "pop3", "", "<+OK|USER -ERR begin TLS first", "next: STLS" },
	{ "pop3", "", "tls|USER -ERR begin TLS first", "" },
	/* IMAP: the login, then a mailbox */
	{ "imap", "", "<* OK|FETCH a BAD no", "next: TAG LOGIN" },
	{ "imap", "", "<* OK|SELECT a NO no", "next: TAG LOGIN" },
	{ "imap", "", "<* OK|LOGIN a OK|FETCH a BAD no", "next: TAG SELECT" },
	{ "imap", "", "<* OK|AUTHENTICATE + a|AUTHENTICATE a OK|STORE a NO no",
	    "next: TAG SELECT" },
	{ "imap", "", "<* PREAUTH hi|FETCH a BAD no", "next: TAG SELECT" },
	{ "imap", "", "LOGIN a OK|SELECT a OK|FETCH a BAD no",
	    "form: TAG FETCH" },
	{ "imap", "", "LOGIN a OK|SELECT a OK|CLOSE a OK|FETCH a BAD no",
	    "next: TAG SELECT" },
	{ "imap", "", "LOGIN a OK|SELECT a OK|SELECT a NO x|FETCH a BAD no",
	    "next: TAG SELECT" },
	{ "imap", "",
	    "<* OK|SELECT SELECT BAD A tag of your choice comes before",
	    "form: TAG SELECT" },
	{ "imap", "", "<* OK|LOGIN a BAD two words", "form: TAG LOGIN" },
	{ "imap", "", "<* OK|LOGIN a OK|STARTTLS a BAD too late", "" },
	{ "imap", "LOGINDISABLED", "<* OK|LOGIN a NO no",
	    "next: TAG STARTTLS" },
	{ "imap", "LOGINDISABLED", "<* OK|LOGIN a BAD no",
	    "next: TAG STARTTLS" },
	/* The others */
	{ "nntp", "", "<200 hi|GROUP 480 log in", "next: AUTHINFO USER" },
	{ "nntp", "", "<200 hi|AUTHINFO USER 381 go|GROUP 480 log in",
	    "next: AUTHINFO PASS" },
	{ "nntp", "", "tls|GROUP 483 TLS", "" },
	{ "ftp", "", "<220 hi|LIST 530 log in", "next: USER" },
	{ "ftp", "", "<220 hi|USER 331 go|LIST 530 log in", "next: PASS" },
	{ "ftp", "", "<220 hi|USER 331 go|PASS 530 no|LIST 530 log in",
	    "next: USER" },
	{ "ftp", "", "<220 hi|USER 230 ok|USER 530 is there", "" },
	{ "ftp", "", "<220 hi|USER 331 go|PASS 230 ok|RNTO 503 x",
	    "next: RNFR" },
	{ "ftp", "", "<220 hi|USER 550 SSL/TLS required on the channel",
	    "next: AUTH TLS" },
	{ "sieve", "", "<OK|LISTSCRIPTS NO x", "next: AUTHENTICATE" },
	{ "ftp", "", "USER 230 ok|!RETR 550 x", "form: RETR file" },
	{ "ftp", "", "USER 230 ok|RETR 550 x", "" },
	{ "ftp", "", "USER 230 ok|!LIST 550 x", "" },
	{ "sieve", "", "<OK|AUTHENTICATE OK|LISTSCRIPTS NO x", "" },
	{ "sieve", "", "<OK|AUTHENTICATE OK|!LISTSCRIPTS NO x", "" },
	{ "sieve", "", "<OK|AUTHENTICATE OK|!GETSCRIPT NO x",
	    "form: GETSCRIPT \"name\"" },
	{ "sieve", "", "<OK|AUTHENTICATE OK|GETSCRIPT NO x",
	    "next: LISTSCRIPTS" },
	{ "sieve", "", "<OK|!GETSCRIPT NO x", "next: AUTHENTICATE" },
};

/* What is said of the last reply of a talk, and what is not. */
static const struct {
	const char *proto, *talk;
	const char *says, *silent;
} meanings[] = {
	{ "smtp", "EHLO 250 hi|MAIL 250 ok|RCPT 550 no|DATA 554 no",
	    "no recipient was accepted before it", "a recipient was" },
	{ "smtp", "EHLO 250 hi|MAIL 250 ok|RCPT 250 ok|DATA 554 5.5.1 no",
	    "a recipient was accepted: only its text", "no recipient" },
	{ "smtp", "EHLO 250 hi|MAIL 250 ok|RCPT 550 no|BDAT 554 no",
	    "no recipient was accepted before it", "the content" },
	{ "smtp", "EHLO 250 hi|MAIL 250 ok|RCPT 250 ok|BDAT 554 no",
	    "the content was refused", "no recipient" },
	/* What answers a challenge has no verb, nor a form. */
	{ "smtp", "EHLO 250 hi|AUTH 334 a|?501 5.7.0 cancelled",
	    "given up by a lone *, or that is no base64", "arguments" },
	{ "smtp", "EHLO 250 hi|AUTH 334 a|?501 5.7.0 cancelled",
	    "(RFC 4954, 4)", "form:" },
	{ "smtp", "EHLO 250 hi|AUTH 334 a|?500 5.5.6 too long",
	    "500    a line of the login is too long", "no such command" },
	{ "smtp", "EHLO 250 hi|?500 what?", "no such command", "login" },
	{ "smtp", "EHLO 250 hi|ETRN 251 none", "no mail waits", "no user" },
	{ "smtp", "EHLO 250 hi|ETRN 252 go", "is sent now", "looked up" },
	{ "smtp", "EHLO 250 hi|VRFY 252 so?", "not looked up", "sent now" },
	{ "smtp", "EHLO 250 hi|AUTH 501 what?", "arguments are wrong",
	    "given up" },
	{ "smtp", "EHLO 250 hi|?501 what?", "arguments are wrong", "given up" },
	{ "smtp", "EHLO 250 hi|AUTH 334 a|?235 ok|?501 what?",
	    "arguments are wrong", "given up" },
	{ "smtp", "EHLO 250 hi|AUTH 334 a|?535 no", "535    the name or",
	    "given up" },
	/* The first word is not the second. */
	{ "imap", "AUTHENTICATE + ", "your first word", "that is" },
	{ "imap", "AUTHENTICATE + a|AUTHENTICATE + ", "waits for the rest",
	    "first word" },
	{ "pop3", "<+OK|AUTH + a|?-ERR no", "given up by a lone *",
	    "the name may be wrong" },
	{ "pop3", "<+OK|STAT -ERR no", "-ERR   refused, or not", "given up" },
	{ "nntp", "<200 hi|AUTHINFO SASL 383 a|?481 no", "given up by a lone *",
	    "the name or" },
	{ "nntp", "<200 hi|AUTHINFO PASS 481 no", "the name or the password",
	    "given up" },
};

/* One step of a talk: the reply is explained, and then kept. */
static void
take_step(const struct proto *p, struct explained_line *r, struct sofar *s,
    const char *step, struct buf *to)
{
	size_t n = strcspn(step, " ");
	char first[40];
	bool more;

	r->verb = NULL;
	if (strchr("<.?", step[0]) != NULL) {
		r->verb = step[0] == '?' ? NULL : verb_of(p, step);
		step++;
	} else {
		snprintf(first, sizeof first, "%.*s", (int)n, step);
		if (strncmp(step, "AUTHINFO ", 9) == 0)
			snprintf(first, sizeof first, "%.13s", step);
		r->verb = verb_of(p, first);
		step += r->verb == NULL ? 0 : strlen(first) + 1;
	}
	r->line = step;
	r->len = strlen(step);
	buf_clear(to);
	explain_reply(r, to);
	more = step[0] == '3' || step[0] == '+';
	if (strncmp(step, "+OK", 3) == 0)
		more = false;
	explain_follow(s, r,
	    step[0] == '2' || strncmp(step, "+OK", 3) == 0 ||
		strstr(step, "OK") == step || strstr(step, " OK") != NULL ||
		strstr(step, "PREAUTH") != NULL,
	    more);
}

/* Play all of it; what was said of its last reply is left in the buffer. */
static void
play(const char *proto, const char *offered, const char *said, struct buf *b)
{
	struct sofar s = { .tls = false };
	struct words offers = { .len = 0 };
	struct explained_line r = { .sofar = &s,
		.offers = &offers,
		.proto = protos_find(proto) };
	char talk[300], *step, *left = talk;
	bool tls = false;

	snprintf(talk, sizeof talk, "%s", said);
	words_add(&offers, offered, strlen(offered));
	while ((step = strsep(&left, "|")) != NULL) {
		tls = tls || strcmp(step, "tls") == 0;
		s.tls = tls;
		s.alone = step[0] == '!';
		step += s.alone;
		if (strcmp(step, "tls") != 0)
			take_step(r.proto, &r, &s, step, b);
	}
}

/* The hint follows from what was accepted before. */
static void
test_hints_know_where_the_session_stands(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(talks); i++) {
		struct buf b = { 0 };
		const char *hint;

		play(talks[i].proto, talks[i].offers, talks[i].talk, &b);
		hint = strstr(text_of(&b), "           next: ");
		if (hint == NULL)
			hint = strstr(buf_bytes(&b), "           form: ");
		hint = hint == NULL ? "" : hint + 11;
		if (strncmp(hint, talks[i].hint, strlen(talks[i].hint)) != 0 ||
		    (talks[i].hint[0] == '\0' && hint[0] != '\0'))
			fail_msg("%s: %s: %s, not %s", talks[i].proto,
			    talks[i].talk, hint, talks[i].hint);
		buf_free(&b);
	}
}

static void
test_meanings_know_where_the_session_stands(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(meanings); i++) {
		struct buf b = { 0 };
		const char *text;

		play(meanings[i].proto, "", meanings[i].talk, &b);
		text = text_of(&b);
		if (strstr(text, meanings[i].says) == NULL ||
		    (meanings[i].silent != NULL &&
			strstr(text, meanings[i].silent) != NULL))
			fail_msg("%s: %s: %s", meanings[i].proto,
			    meanings[i].talk, text);
		buf_free(&b);
	}
}

/* What the code does not say by itself, and what it does not mean. */
static void
test_codes_that_mislead_have_a_second_line(void **state)
{
	static const struct {
		const char *verb, *line, *says;
	} rows[] = {
		{ "MAIL", "550 x", "this sender" },
		{ "RCPT", "550 x", "no such mailbox, or" },
		{ "DATA", "550 x", "before the message" },
		{ ".", "550 x", "the content was refused" },
		{ "<", "554 x", "talks to you no further" },
		{ "MAIL", "450 x", "you or the sender" },
		{ "RCPT", "450 x", "greylisting" },
		{ "MAIL", "451 x", "a limit, or a look-up" },
		{ "RCPT", "451 x", "greylisting" },
		{ "DATA", "451 x", "a limit, or a check" },
		{ ".", "451 x", "or the storing" },
		{ "MAIL", "452 x", "no room now" },
		{ "RCPT", "452 x", "enough for one message" },
		{ ".", "452 x", "no room now" },
		{ "MAIL", "552 x", "larger than SIZE" },
		{ "RCPT", "552 x", "old servers mean 452" },
		{ ".", "552 x", "too large, or" },
		{ "?", "535 x", "not 534, a weak mechanism" },
		{ "AUTH", "534 x", "not about the password" },
		{ "AUTH", "538 x", "not even looked at" },
		{ "<", "421 x", "try again later" },
		{ "RCPT", "421 x", "not about your command" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf b = { 0 };
		const char *second;

		assert_true(explained(&proto_smtp,
		    verb_of(&proto_smtp, rows[i].verb), rows[i].line, &b));
		second = strchr(text_of(&b), '\n') + 1;
		assert_memory_equal(second, "           ", 11);
		if (strstr(second, rows[i].says) == NULL)
			fail_msg("%s %s: %s", rows[i].verb, rows[i].line,
			    second);
		buf_free(&b);
	}
}

/* A long challenge is cut, and does not leave its line. */
static void
test_a_challenge_stays_on_its_line(void **state)
{
	static const char line[] =
	    "334 cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2os"
	    "cz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==";
	struct buf b = { 0 };
	char *second;

	(void)state;
	assert_true(explained(&proto_smtp, NULL, line, &b));
	second = strchr(text_of(&b), '\n') + 1;
	assert_int_equal(strcspn(second, "\n"), EXPLAIN_COLUMNS);
	assert_memory_equal(second + EXPLAIN_COLUMNS - 4, "...\"", 4);
	buf_free(&b);
}

static void
test_challenges(void **state)
{
	static const struct {
		const char *proto, *verb, *line;
		bool want, user;
	} rows[] = {
		{ "smtp", "AUTH", "334 VXNlcm5hbWU6", true, true },
		{ "smtp", "?", "334 VXNlcm5hbWU6\r", true, true },
		{ "smtp", "AUTH", "334 dXNlciBuYW1lAA==", true, true },
		{ "smtp", "AUTH", "334 UGFzc3dvcmQ6", true, false },
		{ "smtp", "AUTH", "334 VXNlcg==", true, true },
		{ "smtp", "AUTH", "334 VXNl", true, false },
		{ "smtp", "AUTH", "334 WHVzZXI6", true, false },
		{ "smtp", "AUTH", "334 VXNl====", true, false },
		/* An empty one */
		{ "smtp", "AUTH", "334 ", true, false },
		{ "smtp", "AUTH", "334", true, false },
		{ "smtp", "AUTH", "334 go on", false, false },
		{ "smtp", "?", "334 ", false, false },
		{ "smtp", "DATA", "354 ", false, false },
		{ "pop3", "AUTH", "+ ", true, false },
		{ "pop3", "?", "+ ", false, false },
		{ "nntp", "AUTHINFO SASL", "383 =", true, false },
		{ "nntp", "AUTHINFO SIMPLE", "350", false, false },
		{ "nntp", "POST", "340", false, false },
		{ "imap", "AUTHENTICATE", "+ ", true, false },
		{ "imap", "AUTHENTICATE", "+", true, false },
		{ "imap", "APPEND", "+ ", false, false },
		{ "imap", "IDLE", "+ ", false, false },
		{ "imap", "LOGIN", "+ ", false, false },
		{ "imap", "?", "+ ", false, false },
		{ "ftp", "USER", "331", false, false },
		/* None */
		{ "smtp", "AUTH", "334 VXNl cm5hbWU6", false, false },
		{ "smtp", "AUTH", "235 done", false, false },
		{ "smtp", "DATA", "354 send", false, false },
		{ "smtp", "<", "334 VXNlcm5hbWU6", false, false },
		{ "nntp", "AUTHINFO SASL", "383 VXNlcm5hbWU6", true, true },
		{ "imap", "AUTHENTICATE", "+ VXNlcm5hbWU6", true, true },
		{ "imap", "IDLE", "+ idling!!", false, false },
		{ "raw", "?", "334 VXNlcm5hbWU6", false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct proto *p = protos_find(rows[i].proto);

		const struct verb *verb = verb_of(p, rows[i].verb);
		size_t len = strlen(rows[i].line);

		assert_int_equal(explain_challenges(p, verb, rows[i].line, len),
		    rows[i].want);
		assert_int_equal(explain_asks_user(p, verb, rows[i].line, len),
		    rows[i].user);
	}
}

static const struct {
	const char *proto; /* or NULL */
	const char *word;
	const char *want; /* NULL: not known */
} words[] = {
	{ NULL, "5.7.1",
	    "    5.7.1  you are not allowed to send this there      "
	    "(RFC 3463, 3.8)\n" },
	{ "ftp", "x.7.1",
	    "    x.7.1  you are not allowed to send this there      "
	    "(RFC 3463, 3.8)\n" },
	{ NULL, "4.7.1",
	    "    4.7.1  not allowed for now: greylisting, a limit   "
	    "(RFC 3463, 3.8)\n" },
	{ NULL, "334",
	    "SMTP and LMTP:\n"
	    "    334    a challenge in base64: answer it likewise   "
	    "(RFC 4954, 4)\n"
	    "           ^] base64 TEXT makes base64, a lone * gives up\n"
	    "FTP:\n"
	    "    334    the security mechanism wants data of yours  "
	    "(RFC 2228, 5)\n" },
	{ "smtp", "552",
	    "    552    more than there is room for, or is allowed  "
	    "(RFC 5321, 4.2.3)\n"
	    "           MAIL: larger than SIZE in the answer to EHLO allows\n"
	    "           RCPT: old servers mean 452 by it: too many "
	    "recipients\n"
	    "           message: too large, or a mailbox is full\n" },
	{ "smtp", "554",
	    "    554    it failed, and no other code fits better    "
	    "(RFC 5321, 4.2.3)\n"
	    "           DATA, BDAT: no recipient was accepted before it\n"
	    "           greeting: it talks to you no further: QUIT is what is "
	    "left\n"
	    "           MAIL: often your own network address is not welcome\n"
	    "           RCPT: often: it does not pass mail on for you "
	    "(relay)\n"
	    "           DATA: a recipient was accepted: only its text tells "
	    "why\n"
	    "           message: the content was refused, not an address\n"
	    "           BDAT: the content was refused, not an address\n" },
	/* Another protocol's */
	{ "smtp", "[ALERT]",
	    "IMAP:\n"
	    "    ALERT  read this, says the server                  "
	    "(RFC 9051, 7.1)\n" },
	{ NULL, "599",
	    "    599    refused for good                            "
	    "(RFC 5321, 4.2.1)\n" },
	{ "ftp", "559",
	    "    559    refused for good; about files               "
	    "(RFC 959, 4.2)\n" },
	{ NULL, "", NULL },
	{ NULL, "x", NULL },
	{ NULL, "[", NULL },
	{ NULL, "5.7", NULL },
	{ NULL, "X.9.9", NULL },
	{ NULL, "5501", NULL },
	{ NULL, "550 ", NULL },
	{ NULL, "MAIL", NULL },
};

static void
test_words(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(words); i++) {
		const struct proto *p =
		    words[i].proto == NULL ? NULL : protos_find(words[i].proto);
		struct buf b = { 0 };
		bool known = explain_word(p, words[i].word, &b);

		assert_string_equal(text_of(&b),
		    words[i].want == NULL ? "" : words[i].want);
		assert_int_equal(known, words[i].want != NULL);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keyless),
		cmocka_unit_test(test_tables_cover_the_registries),
		cmocka_unit_test(test_nothing_is_there_twice),
		cmocka_unit_test(test_what_passes_is_known),
		cmocka_unit_test(test_every_code_has_a_source),
		cmocka_unit_test(test_tables_name_what_there_is),
		cmocka_unit_test(test_lines_fit_the_screen),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_hints_know_where_the_session_stands),
		cmocka_unit_test(test_meanings_know_where_the_session_stands),
		cmocka_unit_test(test_codes_that_mislead_have_a_second_line),
		cmocka_unit_test(test_a_challenge_stays_on_its_line),
		cmocka_unit_test(test_challenges),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
