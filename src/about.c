/* SPDX-License-Identifier: ISC */
/* about.c - what this telex is made of. */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <histedit.h>

#include "about.h"
#include "buf.h"
#include "config.h"
#include "proto.h"
#include "protos.h"
#include "sasl.h"

enum { COLUMNS = 79, INDENT = 2 };

#ifdef OPENSSL_NO_TLS1_3
#define HAS_TLS1_3 0
#else
#define HAS_TLS1_3 1
#endif

/* What not every build of telex has. */
static const struct feature {
	const char *name;
	int there;
} features[] = {
	{ "TLS", 1 },
	{ "TLS1.3", HAS_TLS1_3 },
	{ "IPv6", 1 },
	{ "IDN", 1 },
	{ "lazy-libraries", LAZY_LIBRARIES },
};

/* A list that goes on in lines of its own. */
struct list {
	struct buf *to;
	size_t column;
};

static void
list_begin(struct list *l, struct buf *to, const char *title)
{
	buf_addf(to, "%s:", title);
	*l = (struct list){ to, strlen(title) + 1 };
}

static void
list_add(struct list *l, const char *word)
{
	size_t n = strlen(word);

	if (l->column + 1 + n > COLUMNS) {
		buf_addf(l->to, "\n%*s", INDENT - 1, "");
		l->column = INDENT - 1;
	}
	buf_addf(l->to, " %s", word);
	l->column += 1 + n;
}

static void
list_end(struct list *l)
{
	buf_adds(l->to, "\n");
}

static void
add_libraries(struct buf *to)
{
	const char *now = OpenSSL_version(OPENSSL_FULL_VERSION_STRING);

	buf_addf(to, "libraries: OpenSSL %s", now);
	if (strcmp(now, OPENSSL_FULL_VERSION_STR) != 0)
		buf_addf(to, " (built with %s)", OPENSSL_FULL_VERSION_STR);
	buf_addf(to, ", libedit %s\n", LIBEDIT_VERSION);
}

static void
add_protocols(struct buf *to)
{
	struct list l;
	size_t i;

	list_begin(&l, to, "protocols");
	for (i = 0; protos_at(i) != NULL; i++)
		list_add(&l, protos_at(i)->name);
	list_end(&l);
}

static void
add_mechanisms(struct buf *to)
{
	struct list l;
	size_t i;

	list_begin(&l, to, "auth");
	for (i = 0; sasl_known(i) != NULL; i++)
		list_add(&l, sasl_known(i));
	list_end(&l);
}

void
about_telex(struct buf *to)
{
	struct list l;
	size_t i;

	buf_addf(to, "telex %s\n", PACKAGE_VERSION);
	add_libraries(to);
	list_begin(&l, to, "features");
	for (i = 0; i < sizeof features / sizeof features[0]; i++) {
		if (features[i].there)
			list_add(&l, features[i].name);
	}
	list_end(&l);
	add_protocols(to);
	add_mechanisms(to);
	buf_adds(to, "licence: ISC; there is no warranty\n");
}
