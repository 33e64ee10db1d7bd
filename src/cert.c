/* SPDX-License-Identifier: ISC */
/* cert.c - what a certificate says, in words. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "buf.h"
#include "cert.h"
#include "text.h"

enum {
	NAME_MOST = 400, /* bytes shown of one name */
	LIST_MOST = 100, /* names shown in cert_lines */
	SHA256_LEN = 32
};

void
cert_name(struct buf *to, const X509_NAME *name)
{
	/* Separators inside a value are escaped, text becomes UTF-8. */
	unsigned long flags = (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) |
	    XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN;
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n = 0;

	if (bio != NULL && X509_NAME_print_ex(bio, name, 0, flags) >= 0)
		n = BIO_get_mem_data(bio, &p);
	if (n > 0)
		text_quote(to, p, (size_t)n, NAME_MOST);
	else
		buf_adds(to, "(no name)");
	BIO_free(bio);
}

/* A host name has few letters; all others are shown by their number, so
 * that a name with a comma in it cannot pass for two. */
static void
add_host(struct buf *to, const unsigned char *p, int n)
{
	int i;

	for (i = 0; i < n && i < NAME_MOST; i++) {
		if (isalnum(p[i]) || (p[i] != '\0' && strchr(".-_*", p[i])))
			buf_add(to, p + i, 1);
		else
			buf_addf(to, "\\x%02x", p[i]);
	}
	if (i < n)
		buf_adds(to, "...");
}

static void
add_address(struct buf *to, const unsigned char *p, int n)
{
	char text[INET6_ADDRSTRLEN];
	int family = n == 4 ? AF_INET : AF_INET6;

	if ((n == 4 || n == 16) && inet_ntop(family, p, text, sizeof text))
		buf_adds(to, text);
	else
		buf_addf(to, "(an address of %d bytes)", n);
}

static void
add_host_or_address(struct buf *to, const GENERAL_NAME *name)
{
	int type;
	const ASN1_STRING *s = GENERAL_NAME_get0_value(name, &type);

	(type == GEN_DNS ? add_host : add_address)(to, ASN1_STRING_get0_data(s),
	    ASN1_STRING_length(s));
}

static void
add_string(struct buf *to, const ASN1_STRING *s)
{
	unsigned char *utf8 = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, s);

	if (n >= 0)
		text_quote(to, (char *)utf8, (size_t)n, NAME_MOST);
	else /* ill-formed: its bytes */
		text_quote(to, (const char *)ASN1_STRING_get0_data(s),
		    (size_t)ASN1_STRING_length(s), NAME_MOST);
	OPENSSL_free(utf8);
}

static void
add_oid(struct buf *to, const ASN1_OBJECT *oid)
{
	char text[NAME_MOST];

	if (OBJ_obj2txt(text, sizeof text, oid, 1) > 0)
		buf_adds(to, text);
}

/* As "1.3.6.1.5.5.7.8.5=jabber.example", or its kind alone if it is no text. */
static void
add_othername(struct buf *to, const OTHERNAME *name)
{
	int kind = ASN1_TYPE_get(name->value);

	add_oid(to, name->type_id);
	if (kind != V_ASN1_UTF8STRING && kind != V_ASN1_IA5STRING)
		return;
	buf_adds(to, "=");
	add_string(to, name->value->value.asn1_string);
}

/* A name that is none of a host: "email:me@mail.example". */
static void
add_other(struct buf *to, const GENERAL_NAME *name)
{
	static const char *const types[] = {
		[GEN_OTHERNAME] = "otherName",
		[GEN_EMAIL] = "email",
		[GEN_X400] = "x400Address",
		[GEN_DIRNAME] = "dirName",
		[GEN_EDIPARTY] = "ediPartyName",
		[GEN_URI] = "URI",
		[GEN_RID] = "RID",
	};
	struct buf value = { 0 };
	size_t i;
	int type;
	void *p = GENERAL_NAME_get0_value(name, &type);

	buf_addf(to, "%s:", types[type]);
	if (type == GEN_EMAIL || type == GEN_URI)
		add_string(&value, p);
	else if (type == GEN_DIRNAME)
		cert_name(&value, p);
	else if (type == GEN_RID)
		add_oid(&value, p);
	else if (type == GEN_OTHERNAME)
		add_othername(&value, p);
	/* One name cannot pass for two. */
	for (i = 0; i < value.len; i++) {
		if (buf_bytes(&value)[i] == ',')
			buf_adds(to, "\\x2c");
		else
			buf_add(to, buf_bytes(&value) + i, 1);
	}
	buf_free(&value);
}

/* The names that are of hosts, or all others. */
static size_t
add_alternatives(struct buf *to, const X509 *cert, size_t most, bool hosts)
{
	GENERAL_NAMES *names;
	size_t count = 0;
	int i;

	names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if ((name->type == GEN_DNS || name->type == GEN_IPADD) != hosts)
			continue;
		if (++count > most)
			continue;
		if (count > 1)
			buf_adds(to, ", ");
		(hosts ? add_host_or_address : add_other)(to, name);
	}
	if (count > most)
		buf_addf(to, " and %zu more", count - most);
	GENERAL_NAMES_free(names);
	return count;
}

size_t
cert_names(struct buf *to, const X509 *cert, size_t most)
{
	return add_alternatives(to, cert, most, true);
}

size_t
cert_others(struct buf *to, const X509 *cert, size_t most)
{
	return add_alternatives(to, cert, most, false);
}

void
cert_subject(struct buf *to, const X509 *cert)
{
	const X509_NAME *name = X509_get_subject_name(cert);
	int at = -1, last = -1;

	while ((at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0)
		last = at;
	if (last >= 0) {
		buf_adds(to, "CN=");
		add_string(to,
		    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	} else if (cert_names(to, cert, 1) == 0) {
		cert_name(to, name);
	}
}

void
cert_day(struct buf *to, const ASN1_TIME *time)
{
	char day[32];
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) == 1 &&
	    strftime(day, sizeof day, "%Y-%m-%d", &tm) > 0)
		buf_adds(to, day);
	else
		buf_adds(to, "(no date)");
}

void
cert_time(struct buf *to, const ASN1_TIME *time)
{
	char text[32];
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) == 1 &&
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		buf_adds(to, text);
}

void
cert_when(struct buf *to, const ASN1_TIME *time)
{
	static const struct {
		int seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" },
		{ 1, "second" } };
	int days = 0, seconds = 0;
	long long away;
	size_t i = 0;

	if (ASN1_TIME_diff(&days, &seconds, NULL, time) != 1) {
		buf_adds(to, "at no time");
		return;
	}
	away = (long long)days * 86400 + seconds;
	if (away < 0) {
		away = -away;
		days = -1;
	}
	while (units[i].seconds > 1 && away < units[i].seconds)
		i++;
	away /= units[i].seconds;
	buf_addf(to, "%s%lld %s%s%s", days < 0 ? "" : "in ", away,
	    units[i].name, away == 1 ? "" : "s", days < 0 ? " ago" : "");
}

int
cert_days(const ASN1_TIME *time)
{
	int days = 0, seconds;

	if (ASN1_TIME_diff(&days, &seconds, NULL, time) != 1)
		return 0;
	return days;
}

int
cert_left(struct buf *ended, const ASN1_TIME *until)
{
	int days = cert_days(until);

	if (X509_cmp_current_time(until) >= 0)
		return days;
	cert_when(ended, until);
	return days == 0 ? -1 : days;
}

void
cert_key(struct buf *to, const X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	const char *type = key == NULL ? NULL : EVP_PKEY_get0_type_name(key);

	if (type == NULL)
		buf_adds(to, "of an unknown kind");
	else
		buf_addf(to, "%s, %d bits", type, EVP_PKEY_get_bits(key));
}

void
cert_signature(struct buf *to, const X509 *cert)
{
	int nid = X509_get_signature_nid(cert);
	const char *name = nid == NID_undef ? NULL : OBJ_nid2sn(nid);

	buf_adds(to, name == NULL ? "unknown" : name);
}

void
cert_digest(const X509 *cert, unsigned char md[32])
{
	memset(md, 0, SHA256_LEN);
	X509_digest(cert, EVP_sha256(), md, NULL);
}

void
cert_key_digest(const X509 *cert, unsigned char md[32])
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);

	memset(md, 0, SHA256_LEN);
	if (n > 0)
		EVP_Digest(der, (size_t)n, md, NULL, EVP_sha256(), NULL);
	OPENSSL_free(der);
}

void
cert_hex(char hex[65], const unsigned char md[32])
{
	size_t i;

	for (i = 0; i < SHA256_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
}

size_t
cert_address(const char *host, unsigned char bytes[16])
{
	char text[INET6_ADDRSTRLEN];
	size_t len = strcspn(host, "%");

	if (len >= sizeof text)
		return 0;
	memcpy(text, host, len);
	text[len] = '\0';
	if (host[len] == '\0' && inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

bool
cert_is_for(X509 *cert, const char *host)
{
	unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
	unsigned char bytes[16];
	size_t n = cert_address(host, bytes);

	if (n > 0)
		return X509_check_ip(cert, bytes, n, flags) == 1;
	return host[0] != '\0' &&
	    X509_check_host(cert, host, 0, flags, NULL) == 1;
}

void
cert_label(struct buf *to, const char *label)
{
	buf_addf(to, "   %-12s", label);
}

/* One line of cert_lines: a label and what `words` appends, if anything. */
static void
add_line(struct buf *to, const char *label,
    void (*words)(struct buf *, const X509 *), const X509 *cert)
{
	struct buf text = { 0 };

	words(&text, cert);
	if (text.len > 0) {
		cert_label(to, label);
		buf_add(to, buf_bytes(&text), text.len);
		buf_adds(to, "\n");
	}
	buf_free(&text);
}

static void
add_issuer(struct buf *to, const X509 *cert)
{
	cert_name(to, X509_get_issuer_name(cert));
}

static void
add_names(struct buf *to, const X509 *cert)
{
	if (cert_names(to, cert, LIST_MOST) == 0)
		buf_adds(to, "none");
}

static void
add_others(struct buf *to, const X509 *cert)
{
	cert_others(to, cert, LIST_MOST);
}

static void
add_validity(struct buf *to, const X509 *cert)
{
	const ASN1_TIME *since = X509_get0_notBefore(cert);
	const ASN1_TIME *until = X509_get0_notAfter(cert);
	bool begun = X509_cmp_current_time(since) <= 0;
	bool ended = X509_cmp_current_time(until) < 0;

	cert_day(to, since);
	buf_adds(to, " to ");
	cert_day(to, until);
	buf_adds(to, ended ? " (expired " : !begun ? " (begins " : " (ends ");
	cert_when(to, begun || ended ? until : since);
	buf_adds(to, ")");
}

static void
add_digest(struct buf *to, const X509 *cert)
{
	unsigned char md[SHA256_LEN];
	char hex[65];

	cert_digest(cert, md);
	cert_hex(hex, md);
	buf_adds(to, hex);
}

static void
add_key_digest(struct buf *to, const X509 *cert)
{
	unsigned char md[SHA256_LEN];
	char hex[65];

	cert_key_digest(cert, md);
	cert_hex(hex, md);
	buf_adds(to, hex);
}

void
cert_lines(struct buf *to, const X509 *cert)
{
	static const struct {
		const char *label;
		void (*words)(struct buf *, const X509 *);
	} lines[] = {
		{ "issued by", add_issuer },
		{ "for", add_names },
		{ "also named", add_others },
		{ "valid", add_validity },
		{ "key", cert_key },
		{ "signed with", cert_signature },
		{ "sha256", add_digest },
		{ "key sha256", add_key_digest },
	};
	size_t i;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
		add_line(to, lines[i].label, lines[i].words, cert);
}
