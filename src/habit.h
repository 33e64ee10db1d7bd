/* habit.h - what fingers know from other programs.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef HABIT_H
#define HABIT_H

struct args_slip;
struct args_word;

/* The words of s_client, and options that telex does not have. */
extern const struct args_word habit_words[];
extern const struct args_slip habit_slips[];

#endif
