/* optlist.h - the table of options.  Floor 8. */
/* SPDX-License-Identifier: ISC */
#ifndef OPTLIST_H
#define OPTLIST_H

#include <stddef.h>

#include "args.h"

/* Every option, in the order of the help; as args.h says, each ended. */
extern const struct args_row optlist_rows[];
extern const struct args_clash optlist_clashes[];
extern const struct args_need optlist_needs[];

/* What cannot stand in telexrc, and what only in a section, by name: why. */
extern const struct args_slip optlist_unfit[];
extern const struct args_slip optlist_local[];

/* What is about the way to servers of others, and not to our own (--practice),
 * by name; the last is NULL. */
extern const char *const optlist_abroad[];

/* What gives way, in telexrc, to another option that is said nearer by. */
extern const struct args_clash optlist_yields[];

/* The i-th long name, NULL behind the last. */
const char *optlist_name(size_t i);

#endif
