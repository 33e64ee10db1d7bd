/* secret.h - a line that nobody sees.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef SECRET_H
#define SECRET_H

struct buf;
struct keyboard;

enum secret_end {
	SECRET_LINE,
	SECRET_EOF, /* ^D and nothing before */
	SECRET_NONE /* the keyboard says why */
};

/*
 * Read a line, with nothing on the screen but the editor's prompt.  No byte
 * of it is left anywhere but in `line`.
 */
enum secret_end secret_read(struct keyboard *k, struct buf *line);

#endif
