/* SPDX-License-Identifier: ISC */
/* alert.c - what OpenSSL reports, in words. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "alert.h"
#include "fail.h"

#define OLD_VERSION "--tls-opt MinProtocol=TLSv1 " OLD_CIPHER
#define OLD_CIPHER "--tls-opt CipherString=DEFAULT@SECLEVEL=0"

/* What may mend an alert of the server; its name where OpenSSL has none. */
static const struct {
	int alert;
	const char *name;
	const char *hint;
} alerts[] = {
	{ SSL_AD_UNEXPECTED_MESSAGE, "unexpected message", "" },
	{ SSL_AD_HANDSHAKE_FAILURE, NULL,
	    " (perhaps no cipher in common: " OLD_CIPHER " offers more)" },
	{ SSL_AD_INSUFFICIENT_SECURITY, NULL,
	    " (no cipher in common: " OLD_CIPHER " offers more)" },
	{ SSL_AD_PROTOCOL_VERSION, NULL,
	    " (no version in common: " OLD_VERSION " offers older ones)" },
	{ SSL_AD_INAPPROPRIATE_FALLBACK, "inappropriate fallback", "" },
	{ SSL_AD_MISSING_EXTENSION, "missing extension", "" },
	{ SSL_AD_CERTIFICATE_REQUIRED, "certificate required",
	    " (it wants a client certificate: --cert FILE --key FILE)" },
	{ SSL_AD_UNKNOWN_CA, NULL,
	    " (it does not trust the issuer of our certificate)" },
	{ SSL_AD_BAD_CERTIFICATE, NULL, " (it does not like our certificate)" },
	{ SSL_AD_UNRECOGNIZED_NAME, NULL,
	    " (it does not serve this name: --servername NAME asks for "
	    "another)" },
	{ SSL_AD_NO_APPLICATION_PROTOCOL, NULL,
	    " (--alpn NAME asks for another protocol)" },
};

/* Errors of our own side of OpenSSL. */
static const struct {
	int reason;
	const char *words;
} reasons[] = {
	{ SSL_R_WRONG_VERSION_NUMBER,
	    "the server answered in plain text, not TLS" },
	{ SSL_R_HTTP_REQUEST, "the server answered in plain text, not TLS" },
	{ SSL_R_PACKET_LENGTH_TOO_LONG, "what the server answered is not TLS" },
	{ SSL_R_ENCRYPTED_LENGTH_TOO_LONG,
	    "what the server answered is not TLS" },
	{ SSL_R_BAD_RECORD_TYPE, "what the server answered is not TLS" },
	{ SSL_R_UNSUPPORTED_PROTOCOL,
	    "the server speaks no version of TLS that is allowed here "
	    "(" OLD_VERSION " allows older ones)" },
	{ SSL_R_DH_KEY_TOO_SMALL,
	    "the server's Diffie-Hellman key is too small" },
	{ SSL_R_WRONG_SIGNATURE_TYPE,
	    "the server signs in a way that is not allowed here "
	    "(" OLD_CIPHER " allows more)" },
	{ SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED,
	    "the server signs as TLS before 1.2 does, which is not allowed "
	    "here (" OLD_CIPHER " allows it)" },
	{ SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
	    "no signature algorithm in common with the server "
	    "(" OLD_CIPHER " allows more)" },
	{ SSL_R_WRONG_CIPHER_RETURNED,
	    "the server chose a cipher that was not offered" },
	{ SSL_R_UNKNOWN_CIPHER_RETURNED,
	    "the server chose a cipher that was not offered" },
	{ SSL_R_NO_CIPHERS_AVAILABLE,
	    "no cipher is left to offer (see --tls-opt)" },
	{ SSL_R_NO_PROTOCOLS_AVAILABLE,
	    "no version of TLS is left to offer (see --tls-opt)" },
	{ SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED,
	    "the server lacks secure renegotiation (RFC 5746; --tls-opt "
	    "Options=UnsafeLegacyServerConnect accepts that)" },
	{ SSL_R_CERTIFICATE_VERIFY_FAILED,
	    "the server came with another certificate in a later "
	    "handshake" },
	{ SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
	    "what came was damaged or changed on its way (a record that "
	    "does not decrypt)" },
	{ SSL_R_UNEXPECTED_MESSAGE,
	    "the server sent a TLS message that is out of place" },
	{ SSL_R_NO_RENEGOTIATION, "the server refused to renegotiate" },
};

/* "unknown CA" reads as a name, "Unknown" as a sentence: all small. */
static void
lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* The server's alert by its name. */
static void
alert_received(int alert, char *text, size_t size)
{
	const char *known = SSL_alert_desc_string_long(alert);
	const char *hint = "";
	char name[64];
	size_t i;

	for (i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
		if (alerts[i].alert != alert)
			continue;
		hint = alerts[i].hint;
		if (alerts[i].name != NULL)
			known = alerts[i].name;
	}
	if (strcmp(known, "unknown") == 0)
		snprintf(name, sizeof name, "number %d", alert);
	else
		snprintf(name, sizeof name, "%s", known);
	lower(name);
	snprintf(text, size, "the server sent the alert '%s'%s", name, hint);
}

/* OpenSSL counts a connection that failed as one in the handshake. */
static bool
in_handshake(const SSL *ssl)
{
	return SSL_get_state(ssl) != TLS_ST_OK;
}

/* Which security level helps: the one below that in force. */
static void
add_level(const SSL *ssl, char *text, size_t size)
{
	size_t n = strlen(text);

	snprintf(text + n, size - n,
	    " (--tls-opt CipherString=DEFAULT@SECLEVEL=%d allows it)",
	    SSL_get_security_level(ssl) > 1 ? 1 : 0);
}

/* Words for one error; false if there are none. */
static bool
error_words(const SSL *ssl, unsigned long error, char *text, size_t size)
{
	int reason = ERR_GET_REASON(error);
	size_t i;

	if (ERR_GET_LIB(error) != ERR_LIB_SSL)
		return false;
	if (reason >= SSL_AD_REASON_OFFSET) {
		alert_received(reason - SSL_AD_REASON_OFFSET, text, size);
		return true;
	}
	if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		snprintf(text, size, "the connection ended %s",
		    in_handshake(ssl) ?
			"during the handshake" :
			"without close_notify: what came may be cut short");
		return true;
	}
	for (i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (reasons[i].reason != reason)
			continue;
		snprintf(text, size, "%s", reasons[i].words);
		if (reason == SSL_R_DH_KEY_TOO_SMALL)
			add_level(ssl, text, size);
		return true;
	}
	return false;
}

/* Words for what the queue does not explain. */
static void
status_words(const SSL *ssl, int status, int error, char *text, size_t size)
{
	char why[128];

	if (status == SSL_ERROR_ZERO_RETURN)
		snprintf(text, size, "the server ended TLS");
	else if (status == SSL_ERROR_SYSCALL && error != 0)
		snprintf(text, size, "%s",
		    fail_strerror(error, why, sizeof why));
	else if (status == SSL_ERROR_SYSCALL)
		snprintf(text, size, "the connection ended%s",
		    in_handshake(ssl) ? " during the handshake" : "");
	else
		snprintf(text, size, "TLS is not ready for this");
}

void
alert_words(const SSL *ssl, int result, char *text, size_t size)
{
	int error = errno;
	int status = SSL_get_error(ssl, result);
	unsigned long last = ERR_peek_last_error();
	unsigned long e;
	bool done = false;

	/* The first error that has words: those behind it follow from it. */
	while (!done && (e = ERR_get_error()) != 0)
		done = error_words(ssl, e, text, size);
	ERR_clear_error();
	if (done)
		return;
	if (last == 0)
		status_words(ssl, status, error, text, size);
	else if (ERR_SYSTEM_ERROR(last))
		status_words(ssl, SSL_ERROR_SYSCALL, ERR_GET_REASON(last), text,
		    size);
	else
		snprintf(text, size, "OpenSSL says: %s",
		    ERR_reason_error_string(last) == NULL ?
			"unknown error" :
			ERR_reason_error_string(last));
}
