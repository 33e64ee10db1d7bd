/* help.h - the pages of --help=TOPIC.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef HELP_H
#define HELP_H

/* The text of a topic, NULL if there is none. */
const char *help_page(const char *topic);

/* What stands above and below the options in --help. */
const char *help_usage(void);
const char *help_examples(void);

#endif
