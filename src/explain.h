/* explain.h - what a reply means, in a few words.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct proto;
struct sofar;
struct verb;
struct words;

/* No line is longer, and no reply gets more lines. */
enum { EXPLAIN_COLUMNS = 79, EXPLAIN_LINES = 3 };

/* In place of a verb: the server greets; a message has ended. */
extern const struct verb explain_greeting, explain_message;

/*
 * The last line of a reply; it may be its code alone.  verb: of the command
 * it answers, one of those above, or NULL for a secret and for what the
 * protocol does not know.
 */
struct explained_line {
	const struct proto *proto;
	const struct verb *verb;
	const char *line;
	size_t len;
	const struct sofar *sofar;  /* NULL: as if nothing had been said */
	const struct words *offers; /* of the server, or NULL */
	bool keyless;               /* ^] opens no local commands here */
};

/*
 * Append what it means: its code, a second code in it, what misleads about
 * it, a challenge in plain text, and what usually comes next where the session
 * stands.  false: nothing is known, and nothing was appended.
 */
bool explain_reply(const struct explained_line *r, struct buf *to);

/* Keep what it changes, once it was explained; ok: it is positive; more: it
 * wants more. */
void explain_follow(struct sofar *s, const struct explained_line *r, bool ok,
    bool more);

/* Does a line of the server hold a challenge in base64, or an empty one that
 * answers such a command? */
bool explain_challenges(const struct proto *p, const struct verb *verb,
    const char *line, size_t len);

/* ... and is it one that asks for the user's name ("Username:")? */
bool explain_asks_user(const struct proto *p, const struct verb *verb,
    const char *line, size_t len);

/*
 * Append all that is known of a code ("550", "5.7.1", "ALERT"): as p has it,
 * or as all protocols do if p is NULL or has no such code.
 */
bool explain_word(const struct proto *p, const char *word, struct buf *to);

#endif
