/* wrong.h - lines that are no commands of SMTP, and what they get.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef WRONG_H
#define WRONG_H

#include <stddef.h>

struct peer;

/* NULL, or the reply to a line that can be no command whatever it says. */
const char *wrong_line(const struct peer *p, const char *line, size_t n);

/* Answer a line whose first word is no command. */
void wrong_verb(struct peer *p, const char *line, size_t n);

#endif
