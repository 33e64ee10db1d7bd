/* SPDX-License-Identifier: ISC */
/* lazy.c - libraries that are loaded when they are first needed. */
#include <sys/mman.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "lazy.h"
#include "signals.h"

/* What to install, by the beginning of the library's name. */
static const struct package {
	const char *library, *name;
} packages[] = {
	{ "libssl.", "OpenSSL 3" },
	{ "libcrypto.", "OpenSSL 3" },
	{ "libedit.", "libedit 3.1" },
};

static const char *
package(const char *soname)
{
	size_t i;

	for (i = 0; i < sizeof packages / sizeof packages[0]; i++) {
		const char *library = packages[i].library;

		if (strncmp(soname, library, strlen(library)) == 0)
			return packages[i].name;
	}
	return soname;
}

/* Nothing that calls a library can go on without it. */
static void
give_up(const char *soname, const char *why)
{
	size_t n = strlen(soname);

	signals_restore();
	if (strncmp(why, soname, n) == 0 && strncmp(why + n, ": ", 2) == 0)
		why += n + 2;
	fprintf(stderr, "telex: cannot load %s: %s (install %s)\n", soname, why,
	    package(soname));
	exit(STATUS_NETWORK);
}

/* Let the pages of these slots be used in this way. */
static int
allow(void **slots, size_t n, int how)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t before = (uintptr_t)slots % page;
	size_t size = before + n * sizeof *slots;

	return mprotect((char *)slots - before, (size + page - 1) / page * page,
	    how);
}

static size_t
count(const char *names)
{
	size_t n = 0;

	for (; *names != '\0'; names += strlen(names) + 1)
		n++;
	return n;
}

void
lazy_load(const char *soname, const char *names, void **slots)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	size_t i, n = count(names);

	if (library == NULL)
		give_up(soname, dlerror());
	if (allow(slots, n, PROT_READ | PROT_WRITE) != 0)
		give_up(soname, strerror(errno));
	for (i = 0; i < n; i++) {
		slots[i] = dlsym(library, names);
		if (slots[i] == NULL)
			give_up(soname, dlerror());
		names += strlen(names) + 1;
	}
	if (allow(slots, n, PROT_READ) != 0)
		give_up(soname, strerror(errno));
}
