/* chance.h - numbers that nobody foretells.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>

/*
 * A number from 0 to n - 1, each as likely as the others; n > 0.  For the
 * choice among equals and the numbers of questions, not for keys.  The
 * argument is there for the sake of tests that give one of their own.
 */
uint32_t chance_below(void *ignored, uint32_t n);

#endif
