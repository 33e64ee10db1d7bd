/* SPDX-License-Identifier: ISC */
/* certs_test.c - the server's certificates where they were asked for. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <fnmatch.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

/* The tests have a header of that name, too. */
#include "../../src/certs.h"
#include "stage.h"
#include "tlspeer.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define TEXT "0  CN=peer.example\n   issued by *\n   verdict *"
#define JSON "{\"version\":\"TLSv1.3\",*\"certificates\":[[{]*}]*}\n"
#define PEM \
	"-----BEGIN CERTIFICATE-----\n*\n" \
	"-----END CERTIFICATE-----\n"

static char folder[] = "/tmp/certs_test.XXXXXX";

static int
enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave_folder(void **state)
{
	(void)state;
	unlink("chain.pem");
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static void
play(struct stage *st, struct options *opt, bool person, bool tls,
    void (*act)(struct session *s))
{
	SSL *ssl = NULL;

	stage_begin(st, opt, person, &proto_smtp);
	if (tls) {
		struct tls_plan plan = { .verify_name = NULL };

		ssl = tlspeer_begin(&st->s.wire, st->server, TLS1_3_VERSION);
		wire_report(&st->s.wire, &plan, "localhost", &st->s.tls);
	}
	act(&st->s);
	SSL_free(ssl);
	stage_end(st);
}

static bool
fits(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, 0) == 0;
}

static void
test_show(void **state)
{
	static const struct {
		enum certs form;
		bool person, json;
		const char *out, *err; /* patterns */
	} rows[] = {
		{ CERTS_NONE, false, false, "", "" },
		{ CERTS_TEXT, false, false, "", TEXT },
		/* For a script, in place of the server's words. */
		{ CERTS_JSON, false, false, JSON, "" },
		{ CERTS_PEM, false, false, PEM, "" },
		{ CERTS_PEM, true, false, "", PEM },
		/* The events have them already. */
		{ CERTS_TEXT, false, true, "", "" },
	};
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.show_certs = rows[i].form,
			.json = rows[i].json };

		play(&st, &opt, rows[i].person, true, certs_show);
		if (!fits(rows[i].out, st.out) || !fits(rows[i].err, st.err))
			fail_msg("row %zu: out \"%s\", err \"%s\"", i, st.out,
			    st.err);
	}
}

static void
fail_tls(struct session *s)
{
	s->status = STATUS_TLS;
	certs_missed(s);
}

static void
test_missed(void **state)
{
	struct options opt = { .timeout = -1, .show_certs = CERTS_TEXT };
	struct options none = { .timeout = -1 };
	static struct stage st;

	(void)state;
	play(&st, &opt, false, false, certs_missed);
	assert_non_null(strstr(st.err, "there was no TLS"));
	/* TLS there was, or its failure has been said. */
	play(&st, &opt, false, true, certs_missed);
	assert_string_equal(st.err, "");
	play(&st, &opt, false, false, fail_tls);
	assert_string_equal(st.err, "");
	play(&st, &none, false, false, certs_missed);
	assert_string_equal(st.err, "");
}

static void
note_new(struct session *s)
{
	strcpy(s->tls.group, "x25519");
	strcpy(s->tls.signer, "ECDSA-SHA256");
	strcpy(s->tls.alpn, "imap");
	s->tls.staple.status = STAPLE_GOOD;
	certs_note(s, 0);
}

static void
note_resumed(struct session *s)
{
	s->tls.resumed = true;
	certs_note(s, 0);
}

static void
note_odd(struct session *s)
{
	s->tls.staple.status = STAPLE_ODD;
	s->tls.staple.why = "it is";
	certs_note(s, 0);
	/* Nobody wants to know so much. */
	certs_note(s, 1);
}

static void
test_note(void **state)
{
	static const struct {
		void (*act)(struct session *s);
		const char *err;
	} rows[] = {
		{ note_new,
		    "* a new session; key exchange x25519, signature "
		    "ECDSA-SHA256, ALPN imap, OCSP staple good\n" },
		{ note_resumed,
		    "* a resumed session; key exchange by the certificate, "
		    "signature none (resumed), ALPN none, OCSP staple none "
		    "(resumed)\n" },
		{ note_odd,
		    "* a new session; key exchange by the certificate, "
		    "signature none, ALPN none, OCSP staple unusable, not to "
		    "be believed\n" },
	};
	struct options opt = { .timeout = -1 };
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		play(&st, &opt, false, false, rows[i].act);
		assert_string_equal(st.err, rows[i].err);
	}
}

#define COMMAND(name, arg) \
	static void name(struct session *s) \
	{ \
		certs_command(s, arg); \
	}

COMMAND(command, "")
COMMAND(command_text, "text")
COMMAND(command_json, "json")
COMMAND(command_pem, "pem")
COMMAND(command_file, "chain.pem")
COMMAND(command_nowhere, "none/chain.pem")

static void
test_command(void **state)
{
	static const struct {
		void (*act)(struct session *s);
		bool tls;
		const char *err; /* a pattern */
	} rows[] = {
		{ command, false, "telex: cert: this connection has no TLS\n" },
		{ command_file, false,
		    "telex: cert: this connection has no TLS\n" },
		{ command, true, TEXT },
		{ command_text, true, TEXT },
		{ command_json, true, JSON },
		{ command_pem, true, PEM },
		{ command_file, true,
		    "[*] the certificates are in chain.pem\n" },
		{ command_file, true,
		    "telex: cert: chain.pem: is there already\n" },
		{ command_nowhere, true, "telex: cert: none/chain.pem: *\n" },
	};
	struct options opt = { .timeout = -1 };
	static struct stage st;
	char kept[4096] = "";
	struct stat about;
	FILE *f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		play(&st, &opt, false, rows[i].tls, rows[i].act);
		assert_string_equal(st.out, "");
		if (!fits(rows[i].err, st.err))
			fail_msg("row %zu: \"%s\"", i, st.err);
	}
	assert_int_equal(stat("chain.pem", &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	assert_in_range(about.st_size, 1, sizeof kept - 1);
	f = fopen("chain.pem", "r");
	assert_non_null(f);
	assert_int_equal(fread(kept, 1, sizeof kept - 1, f), about.st_size);
	fclose(f);
	assert_true(fits(PEM, kept));
}

/* Where there is room for half of it nothing is left. */
static void
test_no_room(void **state)
{
	struct options opt = { .timeout = -1 };
	static struct stage st;
	struct rlimit before, little;

	(void)state;
	unlink("chain.pem");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = 100;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	play(&st, &opt, false, true, command_file);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_string_equal(st.err,
	    "telex: cert: chain.pem: no space left on device\n");
	assert_int_equal(access("chain.pem", F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
