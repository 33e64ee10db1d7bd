/* shells.h - completion of telex's own options in shells.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef SHELLS_H
#define SHELLS_H

struct buf;

/*
 * Append the script that has a shell (enum shell of options.h) complete the
 * words behind "telex", made from the table of options.
 */
void shells_script(struct buf *to, int shell);

#endif
