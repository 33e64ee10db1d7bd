/* optset.h - options that set more than a value.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef OPTSET_H
#define OPTSET_H

#include <stddef.h>

struct args_row;
struct fail;
struct options;

/* Append to a list that options_free frees. */
void optset_append(const char ***list, size_t *n, const char *value);

/*
 * One for each such option, for the table: check the value and put it where
 * it belongs.  0, or -1 and a sentence.
 */
int optset_port(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_source_port(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_serve_port(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_proxy(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_proxy_header(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_unix(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_dns(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);
int optset_protocol(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_starttls(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_command(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_tls_opt(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_show_certs(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_set(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);
int optset_secrets_fd(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
/* A limit of --check: "days=21", "time=2.5". */
int optset_interval(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_warn(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_crit(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
/* Play transcripts, or (none) only read them. */
int optset_replay(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_practice(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_practice_set(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_practice_rule(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
/* Print the script of this shell, the place of which the row says. */
int optset_completion(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);
int optset_help(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

#endif
