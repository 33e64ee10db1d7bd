/* SPDX-License-Identifier: ISC */
/* text_fuzz.c - base64, UTF-8, numbers and quotes; names in Punycode. */
#include <errno.h>
#include <string.h>

#include "buf.h"
#include "compose.h"
#include "fuzz.h"
#include "idn.h"
#include "text.h"

enum { NAME_MOST = 256, QUOTE_MOST = 50 };

static void
check_base64(const char *p, size_t n)
{
	struct buf coded = { 0 }, plain = { 0 };

	buf_adds(&plain, "kept");
	text_base64(&coded, p, n);
	MUST(coded.len == (n + 2) / 3 * 4);
	MUST(text_unbase64(&plain, buf_bytes(&coded), coded.len) == 0);
	MUST(plain.len == n + 4 && memcmp(buf_bytes(&plain) + 4, p, n) == 0);
	buf_clear(&plain);
	buf_adds(&plain, "kept");
	if (text_unbase64(&plain, p, n) != 0)
		MUST(plain.len == 4);
	MUST(plain.len <= 4 + n / 4 * 3);
	MUST(memcmp(buf_bytes(&plain), "kept", 4) == 0);
	buf_free(&coded);
	buf_free(&plain);
}

/* The bytes of a character, by the table of RFC 3629, section 3. */
static size_t
encode(uint32_t code, unsigned char *p)
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t i;

	for (i = n; i-- > 1; code >>= 6)
		p[i] = (unsigned char)(0x80 | (code & 0x3f));
	p[0] = (unsigned char)(first[n] | code);
	return n;
}

static void
check_utf8(const char *p, size_t n)
{
	unsigned char bytes[4];
	uint32_t code = 0, other;
	int len = text_utf8(p, n, &code);
	size_t i;

	MUST(len >= -1 && len <= 4 && (len != 0 || n < 4));
	if (len > 0) {
		MUST(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
		MUST(encode(code, bytes) == (size_t)len);
		MUST(memcmp(bytes, p, (size_t)len) == 0);
	}
	/* More bytes do not change what was said, and fewer are too few. */
	for (i = 0; i < n && i < 4; i++) {
		int before = text_utf8(p, i, &other);

		MUST(before == 0 || before == len);
		MUST(len <= 0 || before == (i >= (size_t)len ? len : 0));
	}
}

static void
check_quote(const char *p, size_t n)
{
	struct buf quoted = { 0 };

	text_quote(&quoted, p, n, QUOTE_MOST);
	MUST(quoted.len <= 8 * QUOTE_MOST + 3);
	MUST(is_harmless(buf_bytes(&quoted), quoted.len));
	buf_free(&quoted);
}

static void
check_number(const char *s)
{
	unsigned long value = 7, wanted;
	int rc = text_number(s, 1, 65535, &value);
	bool digits = s[strspn(s, "0123456789")] == '\0' && s[0] != '\0';

	errno = 0;
	wanted = digits ? strtoul(s, NULL, 10) : 0;
	digits = digits && errno == 0 && wanted >= 1 && wanted <= 65535;
	MUST(rc == (digits ? 0 : -1));
	MUST(value == (digits ? wanted : 7));
}

static void
check_name(const char *s)
{
	char out[NAME_MOST];
	size_t i, label = 0;

	memset(out, 1, sizeof out);
	if (idn_ascii(s, out, sizeof out) != NULL)
		return;
	MUST(memchr(out, '\0', sizeof out) != NULL);
	for (i = 0; out[i] != '\0'; i++) {
		label = out[i] == '.' ? 0 : label + 1;
		MUST((unsigned char)out[i] < 0x80);
		MUST(strcmp(s, out) == 0 || label < 64);
	}
}

static void
check_bytes(const char *s)
{
	struct buf b = { 0 };

	if (compose_bytes(&b, s) == 0)
		MUST(b.len > 0 && b.len <= strlen(s));
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *p = exact(data, size);
	char *s = malloc(size + 1);
	size_t i;

	memcpy(s, p, size);
	s[size] = 0;
	check_base64(p, size);
	for (i = 0; i < size; i++)
		check_utf8(p + i, size - i);
	check_quote(p, size);
	check_number(s);
	check_name(s);
	check_bytes(s);
	MUST(text_word(p, size) <= size);
	MUST(text_begins(p, size, s) == (strlen(s) <= size));
	MUST(text_is(p, size, s) == (strlen(s) == size));
	free(p);
	free(s);
	return 0;
}
