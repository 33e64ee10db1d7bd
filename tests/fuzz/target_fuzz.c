/* SPDX-License-Identifier: ISC */
/* target_fuzz.c - the name of a place, and what is said of a wrong one. */
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "fuzz.h"
#include "target.h"
#include "text.h"

static const char password[] = "Sw0rdf1sh";

/* A sentence may hold a hostile name, but nothing that acts on a terminal. */
static void
check_sentence(const struct fail *f)
{
	size_t n = strlen(f->text);

	MUST(f->status == STATUS_USAGE && n > 0);
	MUST(is_harmless(f->text, n));
}

static bool
is_clean(const char *s)
{
	size_t i, n = strlen(s);
	int len = 1;

	for (i = 0; i < n && len > 0; i += (size_t)len) {
		uint32_t code = 0;

		len = text_utf8(s + i, n - i, &code);
		if (len < 1 || code <= 0x20 || !text_harmless(code))
			return false;
	}
	return true;
}

/* Written as a URL again it means the same. */
static void
check_again(const struct target *t)
{
	bool brackets = strchr(t->host, ':') != NULL;
	struct buf url = { 0 };
	struct target again;
	struct fail f;
	size_t i;

	buf_addf(&url, "%s://", t->scheme[0] == '\0' ? "tcp" : t->scheme);
	for (i = 0; t->user[i] != '\0'; i++)
		buf_addf(&url, "%%%02x", (unsigned char)t->user[i]);
	buf_adds(&url, t->user[0] == '\0' ? "" : "@");
	buf_adds(&url, brackets ? "[" : "");
	/* The "%" of a scope is escaped in a URL (RFC 6874, section 2). */
	for (i = 0; t->host[i] != '\0'; i++)
		buf_adds(&url,
		    t->host[i] == '%' ? "%25" : (char[]){ t->host[i], '\0' });
	buf_adds(&url, brackets ? "]" : "");
	if (t->service[0] != '\0')
		buf_addf(&url, ":%s", t->service);
	buf_add(&url, "/", 2);
	MUST(target_parse(&again, buf_bytes(&url), &f) == 0);
	MUST(strcmp(again.host, t->host) == 0);
	MUST(strcmp(again.user, t->user) == 0);
	MUST(strcmp(again.service, t->service) == 0);
	MUST(again.path[0] == '\0');
	buf_free(&url);
}

static void
check_parse(const char *s)
{
	struct target t;
	struct fail f;

	(void)target_is_address(s);
	(void)target_is_loopback(s);
	if (target_parse(&t, s, &f) != 0) {
		check_sentence(&f);
		return;
	}
	MUST((t.path[0] == '\0') != (t.host[0] == '\0'));
	MUST(is_clean(t.scheme) && is_clean(t.host) && is_clean(t.service));
	MUST(t.host[0] != '-' && strpbrk(t.host, "/@[]*\\\"") == NULL);
	MUST(strchr(t.host, ':') == NULL || target_is_address(t.host));
	if (t.path[0] == '\0')
		check_again(&t);
}

/* A password in a URL is refused, and not quoted when it is. */
static void
check_password(const char *s, size_t n)
{
	struct buf url = { 0 };
	struct target t;
	struct fail f;
	size_t half = n / 2;

	buf_adds(&url, "smtp://");
	buf_add(&url, s, half);
	buf_addf(&url, ":%s@", password);
	buf_add(&url, s + half, n - half + 1);
	if (strlen(buf_bytes(&url)) + 1 == url.len) {
		MUST(target_parse(&t, buf_bytes(&url), &f) == -1);
		MUST(strstr(f.text, password) == NULL);
		check_sentence(&f);
	}
	buf_free(&url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	memcpy(s, data, size);
	s[size] = '\0';
	check_parse(s);
	check_password(s, size);
	free(s);
	return 0;
}
