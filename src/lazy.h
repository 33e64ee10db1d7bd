/* lazy.h - libraries that are loaded when they are first needed.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef LAZY_H
#define LAZY_H

/*
 * Load this library and put the address of each of these functions into its
 * slot: `names` holds one string behind the other and ends with an empty
 * one.  The pages that the slots lie on are read-only afterwards.  A program
 * that cannot have the library or one of the functions ends: the terminal is
 * given back, the reason said, the exit status 1.
 *
 * Called by stubs.S alone.
 */
void lazy_load(const char *soname, const char *names, void **slots);

#endif
