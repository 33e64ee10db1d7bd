/* cmdline.h - from the words of a command line to options.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef CMDLINE_H
#define CMDLINE_H

struct buf;
struct fail;
struct options;

/*
 * Read the command line.  0, or -1 with a sentence (status 2).  Single-dash
 * words of s_client ("-starttls smtp -connect H:P") are understood first.
 * `rc` names the file of settings, which may be missing, or is NULL.
 * options_free frees what is in *o either way.
 */
int cmdline_read(struct options *o, int argc, char **argv, const char *rc,
    struct fail *f);

/*
 * --help: at most 60 lines of 79 columns, made from the table without its
 * rarest options; with a topic its page, -1 if there is none.
 */
int cmdline_help(struct buf *to, const char *topic);

#endif
