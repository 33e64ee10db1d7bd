/* help.h - the pages of --help=TOPIC.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef HELP_H
#define HELP_H

#include <stddef.h>

/* The text of a topic, NULL if there is none. */
const char *help_page(const char *topic);

/* The i-th topic, NULL behind the last. */
const char *help_topic(size_t i);

/* What stands above and below the options in --help. */
const char *help_usage(void);
const char *help_examples(void);

#endif
