/* SPDX-License-Identifier: ISC */
/* tlsa.c - what a domain says of a server's certificate. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <openssl/ssl.h>

#include "buf.h"
#include "fail.h"
#include "text.h"
#include "tlsa.h"

/* The length of each kind of digest; 0: any. */
static const size_t lengths[] = {
	[TLSA_FULL] = 0,
	[TLSA_SHA256] = 32,
	[TLSA_SHA512] = 64,
};

bool
tlsa_fault(const struct tlsa *t, bool smtp, struct buf *why)
{
	size_t before = why->len;

	if (t->usage > TLSA_DANE_EE)
		buf_addf(why, "usage %u is unknown", t->usage);
	else if (smtp && t->usage < TLSA_DANE_TA)
		buf_addf(why, "usage %u is not for SMTP (RFC 7672, 3.1.3)",
		    t->usage);
	else if (t->selector > TLSA_KEY)
		buf_addf(why, "selector %u is unknown", t->selector);
	else if (t->matching > TLSA_SHA512)
		buf_addf(why, "matching type %u is unknown", t->matching);
	else if (t->len == 0)
		buf_adds(why, "it has no data");
	else if (lengths[t->matching] != 0 && t->len != lengths[t->matching])
		buf_addf(why, "matching type %u has %zu bytes, not %zu",
		    t->matching, lengths[t->matching], t->len);
	return why->len > before;
}

void
tlsa_owner(char *to, size_t size, unsigned port, const char *host)
{
	size_t len = strlen(host);

	if (len > 0 && host[len - 1] == '.')
		len--;
	snprintf(to, size, "_%u._tcp.%.*s", port, (int)len, host);
}

void
tlsa_text(struct buf *to, const struct tlsa *t)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	buf_addf(to, "%u %u %u ", t->usage, t->selector, t->matching);
	for (i = 0; i < t->len; i++) {
		char pair[2] = { digits[t->data[i] >> 4],
			digits[t->data[i] & 15] };

		buf_add(to, pair, sizeof pair);
	}
}

/* The number that begins the text, 0 to 255; NULL if it is none. */
static const char *
read_number(const char *text, uint8_t *number)
{
	size_t n;
	uint64_t value;

	text += strspn(text, " \t");
	n = strcspn(text, " \t");
	if (text_octets(text, n, &value) != 0 || value > 255)
		return NULL;
	*number = (uint8_t)value;
	return text + n;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
tlsa_read(struct tlsa *t, struct buf *data, const char *text)
{
	size_t before = data->len;

	text = read_number(text, &t->usage);
	if (text != NULL)
		text = read_number(text, &t->selector);
	if (text != NULL)
		text = read_number(text, &t->matching);
	if (text == NULL)
		return -1;
	for (text += strspn(text, " \t"); *text != '\0';
	     text += strspn(text, " \t")) {
		int high = digit(text[0]);
		int low = high < 0 ? -1 : digit(text[1]);
		char byte = (char)(high * 16 + low);

		if (low < 0)
			return -1;
		buf_add(data, &byte, 1);
		text += 2;
	}
	t->len = data->len - before;
	t->data = (const unsigned char *)buf_bytes(data) + before;
	return t->len > 0 ? 0 : -1;
}

/* --- OpenSSL's part --- */

int
tlsa_offer(SSL *ssl, const struct tlsa_host *h, struct fail *f)
{
	int used = 0;
	size_t i;

	if (h == NULL || SSL_dane_enable(ssl, h->base) != 1)
		return fail_set(f, STATUS_TLS, "DANE: no TLSA records");
	/* Of usage 3 the match is all (RFC 7671, section 5.1). */
	SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	for (i = 0; i < h->n; i++) {
		const struct tlsa *r = &h->records[i];

		used += SSL_dane_tlsa_add(ssl, r->usage, r->selector,
			    r->matching, r->data, r->len) > 0;
	}
	return used > 0 ?
	    0 :
	    fail_set(f, STATUS_TLS, "DANE: no TLSA record of %s can be used",
		h->base);
}

void
tlsa_judge(X509_STORE_CTX *judge, const X509_STORE_CTX *asked)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(asked,
	    SSL_get_ex_data_X509_STORE_CTX_idx());

	X509_STORE_CTX_set0_dane(judge, SSL_get0_dane(ssl));
	X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(judge), NULL, 0);
}

int
tlsa_match(SSL *ssl, struct tlsa *t)
{
	*t = (struct tlsa){ .usage = 0 };
	return SSL_get0_dane_tlsa(ssl, &t->usage, &t->selector, &t->matching,
		   NULL, NULL) < 0 ?
	    -1 :
	    0;
}
