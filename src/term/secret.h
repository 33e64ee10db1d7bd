/* secret.h - a line that nobody sees.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef SECRET_H
#define SECRET_H

struct buf;
struct keyboard;

enum secret_end {
	SECRET_LINE,
	SECRET_LOCAL, /* the local-command key */
	SECRET_EOF,   /* ^D and nothing before */
	SECRET_NONE   /* the keyboard says why */
};

/*
 * Read a line, with nothing on the screen but the editor's prompt.  It begins
 * with what was kept, and SECRET_LOCAL keeps it for the next time.  No byte of
 * it is left anywhere else.
 */
enum secret_end secret_read(struct keyboard *k, struct buf *kept,
    struct buf *line);

#endif
