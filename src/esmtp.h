/* esmtp.h - the verbs that SMTP and LMTP share.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef ESMTP_H
#define ESMTP_H

#include <stdbool.h>
#include <stddef.h>

#include "proto.h"

/* RFC 2033, section 4: LMTP has SMTP's commands but for HELO and EHLO. */
#define ESMTP_VERBS \
	{ "MAIL", "MAIL FROM:<address> [PARAMETER=value ...]", \
		"begin a message: who gets the bounces", "RFC 5321, 4.1.1.2", \
		" FROM:<", VERB_RESET | VERB_AHEAD }, \
	    { "RCPT", "RCPT TO:<address> [PARAMETER=value ...]", \
		    "one recipient of the message", "RFC 5321, 4.1.1.3", \
		    " TO:<", VERB_RCPT | VERB_AHEAD }, \
	    { "DATA", "DATA", "the message follows, up to a line of one dot", \
		    "RFC 5321, 4.1.1.4", NULL, VERB_DATA }, \
	    { "RSET", "RSET", "forget the message that was begun", \
		    "RFC 5321, 4.1.1.5", NULL, VERB_RESET | VERB_AHEAD }, \
	    { "BDAT", "BDAT octets [LAST]", \
		    "so many octets of the message follow", "RFC 3030, 2", \
		    NULL, 0 }, \
	    { "NOOP", "NOOP [text]", "do nothing, but answer", \
		    "RFC 5321, 4.1.1.9", NULL, 0 }, \
	    { "QUIT", "QUIT", "end the session", "RFC 5321, 4.1.1.10", NULL, \
		    VERB_END }, \
	    { "STARTTLS", "STARTTLS", "go on under TLS", "RFC 3207", NULL, \
		    VERB_UPGRADE }, \
	    { "AUTH", "AUTH mechanism [initial response in base64]", \
		    "say who you are", "RFC 4954", NULL, \
		    VERB_CHALLENGE | VERB_SECRET }, \
	    { "VRFY", "VRFY name", "does this mailbox exist?", \
		    "RFC 5321, 4.1.1.6", NULL, 0 }, \
	    { "EXPN", "EXPN list", "who is on this list?", \
		    "RFC 5321, 4.1.1.7", NULL, 0 }, \
	    { "HELP", "HELP [word]", "the server's own help", \
		    "RFC 5321, 4.1.1.8", NULL, 0 }, \
	    { "ETRN", "ETRN domain", "deliver what waits for this domain", \
		    "RFC 1985", NULL, 0 }, \
	    { "XCLIENT", "XCLIENT NAME=value ...", \
		    "pretend to be another client (Postfix)", \
		    "Postfix XCLIENT_README", NULL, VERB_RESET }, \
	{ \
		"XFORWARD", "XFORWARD NAME=value ...", \
		    "say where the message came from (Postfix)", \
		    "Postfix XFORWARD_README", NULL, 0 \
	}

/* struct proto's judge, ask, agrees and learn for both (RFC 5321, 4.2.3;
 * RFC 4954, 4; RFC 3030, 2; RFC 3207, 4). */
struct judged esmtp_judge(struct hold *h, const struct asked *a,
    const char *line, size_t len);
void esmtp_ask(struct asked *a, struct wants *w, const char *line, size_t len);
bool esmtp_agrees(const struct asked *a, const char *line, size_t len);
void esmtp_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len);

/* A greeting of SMTP or LMTP: 220, or a refusal in its place. */
int esmtp_greets(const char *line, size_t len, bool lmtp);

#endif
