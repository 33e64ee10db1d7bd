/* wrong.h - lines that are no commands, and what they get.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef WRONG_H
#define WRONG_H

#include <stdbool.h>
#include <stddef.h>

struct peer;

/* A command, and the protocols that have it: "LIST", "POP3 and IMAP". */
struct wrong {
	const char *word, *of;
};

/*
 * Is this line, which is no command of `own` ("SMTP", "POP3", "IMAP"), one of
 * another protocol?  In IMAP, and where IMAP is what is meant, the command may
 * be the second word, behind a tag.
 */
bool wrong_port(const char *own, const char *line, size_t n, struct wrong *w);

/* NULL, or the reply of SMTP to a line that can be no command whatever it says.
 */
const char *wrong_line(const struct peer *p, const char *line, size_t n);

/* Answer in SMTP a line whose first word is no command. */
void wrong_verb(struct peer *p, const char *line, size_t n);

#endif
