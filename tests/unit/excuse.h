/* SPDX-License-Identifier: ISC */
/* excuse.h - a test that cannot be made here says why. */
#ifndef EXCUSE_H
#define EXCUSE_H

/* cmocka's own line does not. */
#define SKIP(why) \
	do { \
		print_message("# skipped: %s\n", why); \
		skip(); \
	} while (0)

#endif
