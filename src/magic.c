/* SPDX-License-Identifier: ISC */
/* magic.c - what libmagic knows of a file, where it is installed. */
#include <dlfcn.h>
#include <string.h>

#include "buf.h"
#include "magic.h"

/* MAGIC_MIME_TYPE of its header, which is not needed to build telex. */
enum { MIME_TYPE = 0x10 };

/* Its functions; what they return and take is a handle of its own. */
struct library {
	void *(*open)(int flags);
	int (*load)(void *handle, const char *file);
	const char *(*buffer)(void *handle, const void *p, size_t n);
	void (*close)(void *handle);
};

static void *
find_library(void)
{
	static const char *const names[] = { "libmagic.so.1",
		"libmagic.1.dylib" };
	void *found = NULL;
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0] && found == NULL; i++)
		found = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return found;
}

/* ISO C has no way from an object's address to a function's; POSIX has. */
static bool
find_function(void *found, const char *name, void *function)
{
	void *address = dlsym(found, name);

	memcpy(function, &address, sizeof address);
	return address != NULL;
}

static bool
ask(const struct library *l, struct buf *to, const void *p, size_t n)
{
	void *handle = l->open(MIME_TYPE);
	const char *type = NULL;

	if (handle == NULL)
		return false;
	if (l->load(handle, NULL) == 0)
		type = l->buffer(handle, p, n);
	if (type != NULL)
		buf_adds(to, type);
	l->close(handle);
	return type != NULL;
}

bool
magic_type(struct buf *to, const void *p, size_t n)
{
	struct library l;
	void *found = find_library();
	bool known;

	if (found == NULL)
		return false;
	known = find_function(found, "magic_open", &l.open) &&
	    find_function(found, "magic_load", &l.load) &&
	    find_function(found, "magic_buffer", &l.buffer) &&
	    find_function(found, "magic_close", &l.close) && ask(&l, to, p, n);
	dlclose(found);
	return known;
}
