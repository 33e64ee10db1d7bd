/* SPDX-License-Identifier: ISC */
/* examples.h - the worked examples of telex-transcript(5), each with a server
 * that does as it says. */
#ifndef EXAMPLES_H
#define EXAMPLES_H

struct example {
	const char *name;
	const char *transcript;
	const char *server; /* as in scene.h */
	const char *found;  /* the checks, all good */
};

static const struct example examples[] = {
	{ "RFC 5321, D.1",
	    "# telex transcript 1\n"
	    "S: 220 foo.com Simple Mail Transfer Service Ready\n"
	    "C: EHLO bar.com\n"
	    "S: 250-foo.com greets bar.com\n"
	    "S: 250-8BITMIME\n"
	    "S: 250-SIZE\n"
	    "S: 250-DSN\n"
	    "S: 250 HELP\n"
	    "C: MAIL FROM:<Smith@bar.com>\n"
	    "S: 250 OK\n"
	    "C: RCPT TO:<Jones@foo.com>\n"
	    "S: 250 OK\n"
	    "C: RCPT TO:<Green@foo.com>\n"
	    "S: 550 No such user here\n"
	    "C: RCPT TO:<Brown@foo.com>\n"
	    "S: 250 OK\n"
	    "C: DATA\n"
	    "S: 354 Start mail input; end with <CRLF>.<CRLF>\n"
	    "C: Blah blah blah...\n"
	    "C: ...etc. etc. etc.\n"
	    "C: .\n"
	    "S: 250 OK\n"
	    "C: QUIT\n"
	    "S: 221 foo.com Service closing transmission channel\n",
	    "220 another.example ready\n"
	    "250-another.example\n250-PIPELINING\n250 STARTTLS\n"
	    "250 2.1.0 Ok\n250 2.1.5 Ok\n550 5.1.1 unknown\n250 2.1.5 Ok\n"
	    "354 go on\n250 2.0.0 queued\n221 2.0.0 Bye\n!close\n",
	    "2 8 10 12 14 16 18 22 24 " },
	{ "submission",
	    "# telex transcript 1\n"
	    "<protocol submission>\n"
	    "S: 220 mail.example.org ESMTP\n"
	    "C: EHLO client.example.org\n"
	    "S! ^250[- ]AUTH\n"
	    "S$ 250-STARTTLS\n"
	    "S: 250 HELP\n"
	    "C: STARTTLS\n"
	    "S: 220 2.0.0 Ready to start TLS\n"
	    "<TLS verified: TLSv1.3 TLS_AES_256_GCM_SHA384, "
	    "mail.example.org>\n"
	    "C: EHLO client.example.org\n"
	    "S~ ^250[- ]AUTH .*PLAIN\n"
	    "S: 250 HELP\n"
	    "C$ AUTH PLAIN ${secret:1}\n"
	    "S: 235 2.7.0 Authentication successful\n"
	    "C: MAIL FROM:<alice@example.org> SIZE=120\n"
	    "C: RCPT TO:<bob@example.net>\n"
	    "C: DATA\n"
	    "S: 250 2.1.0 Ok\n"
	    "S: 250 2.1.5 Ok\n"
	    "S: 354 End data with <CR><LF>.<CR><LF>\n"
	    "C$ Date: ${DATE}\n"
	    "C: From: Alice <alice@example.org>\n"
	    "C: Subject: a \\backslash and a ${dollar} are themselves here\n"
	    "C:\n"
	    "C: Hello Bob.\n"
	    "C: ..a line that began with one dot\n"
	    "C: .\n"
	    "S$ 250 2.0.0 Ok: queued as ${id}\n"
	    "C: QUIT\n"
	    "S: 221 2.0.0 Bye\n"
	    "<closed>\n",
	    "220 x ESMTP\n250-x\n250-STARTTLS\n250 SIZE\n220 go\n"
	    "250-x\n250-AUTH LOGIN PLAIN\n250 HELP\n235 welcome\n"
	    "250 a\n250 b\n354 c\n250 2.0.0 Ok: queued as 4XyZ\n"
	    "221 bye\n!close\n",
	    "3 7 9 10 13 15 19 20 21 29 31 32 " },
	{ "POP3",
	    "# telex transcript 1\n"
	    "<protocol pop3>\n"
	    "S: +OK POP3 server ready\n"
	    "C: USER mrose\n"
	    "S: +OK\n"
	    "C$ PASS ${secret:mrose}\n"
	    "S: +OK mrose's maildrop has 2 messages (320 octets)\n"
	    "C: STAT\n"
	    "S$ +OK 2 ${octets}\n"
	    "C: RETR 1\n"
	    "S: +OK 120 octets\n"
	    "S~ ^Subject: .*lunch\n"
	    "S: <the POP3 server sends message 1>\n"
	    "S: .\n"
	    "C: RETR 9\n"
	    "S: -ERR no such message\n"
	    "C: QUIT\n"
	    "S: +OK dewey POP3 server signing off\n",
	    "+OK hello\n+OK who\n+OK in\n+OK 2 5000\n"
	    "+OK here\nFrom: a\nSubject: no free lunch\n\n-ERR is text\n..\n.\n"
	    "-ERR none\n+OK bye\n!close\n",
	    "3 5 7 9 14 16 18 " },
	{ "IMAP",
	    "# telex transcript 1\n"
	    "<protocol imap>\n"
	    "S: * OK [CAPABILITY IMAP4rev1] ready\n"
	    "C: a001 SELECT INBOX\n"
	    "S$ * ${n} EXISTS\n"
	    "S: a001 OK [READ-WRITE] SELECT completed\n"
	    "C$ a002 FETCH ${n} BODY[HEADER]\n"
	    "S$ * ${n} FETCH (BODY[HEADER] {${}}\n"
	    "S: Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\n"
	    "S: Subject: IMAP4rev1 WG mtg summary and minutes\n"
	    "S:\n"
	    "S: )\n"
	    "S: a002 OK FETCH completed\n"
	    "C: a003 APPEND INBOX {23}\n"
	    "S: + Ready for literal data\n"
	    "C: Subject: hi\n"
	    "C:\n"
	    "C: Hello.\n"
	    "C:\n"
	    "S: a003 OK APPEND completed\n"
	    "C: a004 LOGOUT\n"
	    "S: * BYE IMAP4rev1 server logging out\n"
	    "S: a004 OK LOGOUT completed\n",
	    "* OK hello\n* FLAGS (a b)\n* 18 EXISTS\n* 0 RECENT\n"
	    "a001 OK [READ-WRITE] done\n"
	    "* 18 FETCH (BODY[HEADER] {21}\nSubject: x\na002 OK\n\n)\n"
	    "a002 OK fetched\n+ go\na003 OK [APPENDUID 1 2] done\n"
	    "* BYE then\na004 OK bye\n!close\n",
	    "3 6 13 15 20 23 " },
	{ "relay",
	    "# This server must not relay for strangers.\n"
	    "S: 220\n"
	    "C: HELO stranger.example\n"
	    "S: 250\n"
	    "C: MAIL FROM:<spammer@example.com>\n"
	    "S: 250\n"
	    "C: RCPT TO:<victim@example.net>\n"
	    "S$ 550 5.7.1 ${}\n"
	    "C: QUIT\n"
	    "S: 221\n",
	    "220 x\n250 y\n250 z\n550 5.7.1 no relay\n221 bye\n!close\n",
	    "2 4 6 8 10 " },
};

#endif
