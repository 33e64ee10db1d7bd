/* SPDX-License-Identifier: ISC */
/* telexrc_test.c - settings of a file beside those of a command line. */
#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "args.h"
#include "cmdline.h"
#include "fail.h"
#include "options.h"
#include "optlist.h"
#include "proto.h"
#include "telexrc.h"

static char folder[] = "/tmp/telexrc.XXXXXX";
static char path[64];

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/telexrc", folder);
	return setenv("HOME", "/none/alice", 1);
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void
write_file(const char *text)
{
	FILE *f;

	unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
	assert_int_equal(chmod(path, 0600), 0);
}

/* Words of at most 256 bytes, which the options point into. */
static struct line {
	char text[256];
	char *argv[16];
} line;

static int
parse(struct options *o, const char *words, struct fail *f)
{
	char *save = NULL;
	char *p;
	int argc = 0;

	snprintf(line.text, sizeof line.text, "telex %s", words);
	p = strtok_r(line.text, " ", &save);
	for (; p != NULL && argc < 15; p = strtok_r(NULL, " ", &save))
		line.argv[argc++] = p;
	line.argv[argc] = NULL;
	f->text[0] = '\0';
	return cmdline_read(o, argc, line.argv, path, f);
}

/* Everything that the rows below ask about, as words. */
static void
summary(const struct options *o, char *to, size_t size)
{
	static const char *const when[] = { "auto", "always", "never" };

	snprintf(to, size, "%s %u %s%s%s color=%s%s%s%s v%d family%d user=%s",
	    o->target.host, (unsigned)o->port,
	    o->proto == NULL ? "?" : o->proto->name, o->tls ? " tls" : "",
	    o->starttls ? " starttls" : "", when[o->color],
	    o->tls_plan.insecure ? " insecure" : "",
	    o->verify == VERIFY_REQUIRE ? " require" : "",
	    o->require_tls ? " require-tls" : "", o->verbose,
	    o->family == AF_INET      ? 4 :
		o->family == AF_INET6 ? 6 :
					0,
	    o->target.user);
}

#define PLAIN " color=auto v0 family0 user="

static const struct {
	const char *rc, *words, *is;
} rows[] = {
	{ "", "h 25", "h 25 smtp" PLAIN },
	{ "color=always\n", "h 25", "h 25 smtp color=always v0 family0 user=" },
	{ "color=always\n", "--color=never h 25",
	    "h 25 smtp color=never v0 family0 user=" },
	{ "color=always\n", "--no-rc h 25", "h 25 smtp" PLAIN },
	{ "[h]\ncolor=always\n", "h 25",
	    "h 25 smtp color=always v0 family0 user=" },
	{ "[h]\ncolor=always\n", "i 25", "i 25 smtp" PLAIN },
	{ "[h]\ncolor=always\n", "smtp://H.",
	    "H. 25 smtp color=always v0 family0 user=" },
	{ "[127.0.0.1]\nverbose\nverbose\n", "127.0.0.1 25",
	    "127.0.0.1 25 smtp color=auto v2 family0 user=" },
	{ "verbose\nverbose", "-v h 25",
	    "h 25 smtp color=auto v1 family0 user=" },
	/* the nearer one wins */
	{ "color=never\n[h]\ncolor=always\n", "h 25",
	    "h 25 smtp color=always v0 family0 user=" },
	{ "[h]\ncolor=always\n[*.x]\ncolor=never\n[h]\nverbose\n", "h 25",
	    "h 25 smtp color=always v1 family0 user=" },
	{ "[a.x]\ncolor=always\n[*.x]\ncolor=never\n", "a.x 25",
	    "a.x 25 smtp color=never v0 family0 user=" },
	{ "color=always\ncolor=never\n", "h 25",
	    "h 25 smtp color=never v0 family0 user=" },
	{ "ipv4\n[h]\nipv6\n", "h 25",
	    "h 25 smtp color=auto v0 family6 user=" },
	{ "ipv4\n", "-6 h 25", "h 25 smtp color=auto v0 family6 user=" },
	/* ... and what it contradicts gives way */
	{ "insecure\n", "--verify=require h 25",
	    "h 25 smtp color=auto require v0 family0 user=" },
	{ "verify=require\n", "-k h 25",
	    "h 25 smtp color=auto insecure v0 family0 user=" },
	{ "insecure\n[h]\nverify=require\n", "h 25",
	    "h 25 smtp color=auto require v0 family0 user=" },
	{ "starttls\n", "-T h 25",
	    "h 25 smtp tls color=auto v0 family0 user=" },
	{ "tls\n[h]\nstarttls\n", "h 25",
	    "h 25 smtp starttls color=auto v0 family0 user=" },
	{ "starttls\n", "smtps://h",
	    "h 465 smtp tls color=auto v0 family0 user=" },
	{ "starttls\n", "h 465", "h 465 smtp tls color=auto v0 family0 user=" },
	{ "starttls\n", "redis://h", "h 6379 redis" PLAIN },
	{ "starttls\n", "-connect h:25",
	    "h 25 smtp tls color=auto v0 family0 user=" },
	{ "starttls\n", "h 25",
	    "h 25 smtp starttls color=auto v0 family0 user=" },
	{ "tls\n", "smtp://h", "h 25 smtp" PLAIN },
	{ "protocol imap\n", "smtp://h", "h 25 smtp" PLAIN },
	{ "protocol imap\n", "-P pop3 h", "h 110 pop3" PLAIN },
	{ "protocol imap\n", "-S=pop3 h",
	    "h 110 pop3 starttls color=auto v0 family0 user=" },
	{ "protocol imap\n", "h", "h 143 imap" PLAIN },
	{ "require-tls\n", "unix:/run/x",
	    " 0 ? color=auto require-tls v0 family0 user=" },
	{ "ipv4\ntls\n", "-U /run/x", " 0 ? tls color=auto v0 family0 user=" },
	/* the port of a host */
	{ "[h]\nport 2525\n", "h", "h 2525 smtp" PLAIN },
	{ "[h]\nport 2525\n", "h 25", "h 25 smtp" PLAIN },
	{ "[h]\nport 2525\n", "h:25", "h 25 smtp" PLAIN },
	{ "[h]\nport 2525\n", "-p 25 h", "h 25 smtp" PLAIN },
	{ "[h]\nport 2525\n", "imap://h", "h 143 imap" PLAIN },
	{ "[h]\nport 2525\n", "tcp://h", "h 2525 ?" PLAIN },
	{ "[h]\ncolor=never\nport 2525\nprotocol lmtp\n", "h",
	    "h 2525 lmtp color=never v0 family0 user=" },
	{ "[h]\nprotocol lmtp\nport 2525\nstarttls\n", "h",
	    "h 2525 lmtp starttls color=auto v0 family0 user=" },
	/* users */
	{ "user alice\n", "h 25",
	    "h 25 smtp color=auto v0 family0 user=alice" },
	{ "user alice\n", "smtp://bob@h",
	    "h 25 smtp color=auto v0 family0 user=bob" },
	{ "user alice\n", "-u bob h 25",
	    "h 25 smtp color=auto v0 family0 user=bob" },
	/* no server yet: nothing names one or its protocol */
	{ "color=always\nprotocol imap\nstarttls\n[h]\nverbose\n", "",
	    " 0 ? color=always v0 family0 user=" },
};

static void
test_rows(void **state)
{
	struct options o;
	struct fail f;
	char is[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		write_file(rows[i].rc);
		if (parse(&o, rows[i].words, &f) != 0)
			fail_msg("%zu: %s", i, f.text);
		summary(&o, is, sizeof is);
		if (strcmp(is, rows[i].is) != 0)
			fail_msg("%zu: \"%s\", not \"%s\"", i, is, rows[i].is);
		options_free(&o);
	}
}

static const struct {
	const char *rc, *why;
} wrong[] = {
	{ "colour=always\n", "1: unknown option colour (telex --help=options" },
	{ "\n--tls\n", "2: --tls is written without dashes here" },
	{ "col=always\n", "1: unknown option col " },
	{ "ver\x1b[2J=1\n", "1: ver\\x1b[2J=1: this is no text" },
	{ "color\n", "1: color needs a value: color=auto|always|never" },
	{ "color=red\n", "1: --color takes auto|always|never, not \"red\"" },
	{ "color=\n", "1: --color takes auto|always|never, not \"\"" },
	{ "tls yes\n", "1: tls takes no value" },
	{ "user=\n", "1: --user needs a value" },
	{ "timeout never\n", "1: --timeout takes seconds" },
	{ "protocol x\n", "1: telex does not know the protocol x" },
	{ "help\n", "1: help has no place here: " },
	{ "version\n", "1: version has no place here: " },
	{ "command QUIT\n", "1: command has no place here: " },
	{ "no-rc\n", "1: no-rc has no place here: " },
	{ "replay\n", "1: replay has no place here: " },
	{ "ipv4\nipv6\n", "2: --ipv4 and --ipv6 contradict each other" },
	{ "[h]\ntls\nstarttls\n", "3: --tls and --starttls contradict" },
	{ "[h]\ninsecure\nverify=require\n", "3: insecure and verify=require" },
	{ "insecure\nverify=dane\n", "2: insecure and verify=dane" },
	{ "[h]\nverify=dane\npin=sha256:"
	  "0000000000000000000000000000000000000000000000000000000000000000\n",
	    "3: pin and verify=dane" },
	{ "[h]\n[i]\nprotocol imap\nprotocol pop3\n", "4: two protocols: " },
	{ "port 25\n", "1: port has its place behind [HOST]: a port is one" },
	{ "pin sha256:00\n", "1: pin has its place behind [HOST]: " },
	{ "[h]\nport 0\n", "2: there is no port 0" },
	{ "cafile ca.pem\n", "1: cafile takes a path that begins with /" },
	{ "capath ~bob\n", "1: capath takes a path that begins with /" },
	{ "[h:25]\n", "1: [h:25]: a section names one host without a port" },
};

static void
test_wrong(void **state)
{
	struct options o;
	struct fail f;
	char begins[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		write_file(wrong[i].rc);
		/* Wrong is wrong for every server. */
		assert_int_equal(parse(&o, "somewhere 25", &f), -1);
		options_free(&o);
		assert_int_equal(f.status, STATUS_USAGE);
		snprintf(begins, sizeof begins, "%s:%s", path, wrong[i].why);
		if (strncmp(f.text, begins, strlen(begins)) != 0)
			fail_msg("%s, not %s", f.text, begins);
		/* Who does not read it does not mind. */
		assert_int_equal(parse(&o, "--no-rc somewhere 25", &f), 0);
		options_free(&o);
		assert_int_equal(parse(&o, "--help", &f), 0);
		options_free(&o);
		assert_int_equal(parse(&o, "-r smtp://h /dev/null", &f), 0);
		options_free(&o);
	}
}

/* Each option has its place there, or a reason why it has none. */
static void
test_every_option(void **state)
{
	struct options o;
	struct fail f;
	char text[128];
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; (name = optlist_name(i)) != NULL; i++) {
		int rc;

		snprintf(text, sizeof text, "[h]\n%s\n", name);
		write_file(text);
		rc = parse(&o, "h 25", &f);
		options_free(&o);
		if (rc != 0 && strstr(f.text, " has no place here: ") == NULL &&
		    strstr(f.text, " needs a value: ") == NULL)
			fail_msg("%s: %s", name, f.text);
	}
}

static void
test_paths(void **state)
{
	struct options o;
	struct fail f;

	(void)state;
	write_file("cafile ~/ca.pem\ncert = /etc/a.pem\nkey /etc/a.key\n");
	assert_int_equal(parse(&o, "h 25", &f), 0);
	assert_string_equal(o.tls_plan.cafile, "/none/alice/ca.pem");
	assert_string_equal(o.tls_plan.cert, "/etc/a.pem");
	assert_string_equal(o.tls_plan.key, "/etc/a.key");
	options_free(&o);
	write_file("key /etc/a.key\n[h]\ncert /etc/a.pem\n");
	assert_int_equal(parse(&o, "i 25", &f), -1);
	assert_non_null(strstr(f.text, "key needs cert"));
	options_free(&o);
	assert_int_equal(parse(&o, "--cert b.pem i 25", &f), 0);
	assert_null(o.tls_plan.key);
	options_free(&o);
	write_file("cert /etc/a.pem\n[h]\nkey /etc/a.key\n");
	assert_int_equal(parse(&o, "h 25", &f), 0);
	assert_string_equal(o.tls_plan.key, "/etc/a.key");
	options_free(&o);
	/* Another certificate has another key. */
	assert_int_equal(parse(&o, "--cert b.pem h 25", &f), 0);
	assert_string_equal(o.tls_plan.cert, "b.pem");
	assert_null(o.tls_plan.key);
	options_free(&o);
}

/* One host leaves nothing to the next. */
static void
test_open(void **state)
{
	struct options o;
	struct fail f;

	(void)state;
	write_file("explain=never\ntls-opt A=1\n"
		   "[h]\nport 143\ninsecure\ntls-opt B=2\ntls-opt C=3\n"
		   "[i]\ntls-opt D=4\nprotocol lmtp\n");
	assert_int_equal(parse(&o, "h", &f), 0);
	assert_int_equal(o.port, 143);
	assert_true(o.tls_plan.insecure);
	assert_int_equal(o.tls_plan.nopts, 2);
	assert_string_equal(o.tls_plan.opts[1], "C=3");
	assert_int_equal(telexrc_target(&o, "i", NULL, &f), 0);
	assert_string_equal(o.target.host, "i");
	assert_int_equal(o.port, 24);
	assert_string_equal(o.proto->name, "lmtp");
	assert_false(o.tls_plan.insecure);
	assert_int_equal(o.tls_plan.nopts, 1);
	assert_string_equal(o.tls_plan.opts[0], "D=4");
	assert_int_equal(o.explain, WHEN_NEVER);
	/* What is wrong changes nothing. */
	assert_int_equal(telexrc_target(&o, "j", NULL, &f), -1);
	assert_int_equal(telexrc_target(&o, "i:0", NULL, &f), -1);
	assert_int_equal(telexrc_target(&o, "", NULL, &f), -1);
	assert_string_equal(o.target.host, "i");
	assert_string_equal(o.tls_plan.opts[0], "D=4");
	assert_int_equal(telexrc_target(&o, "unix:/x", NULL, &f), 0);
	assert_string_equal(o.unix_path, "/x");
	assert_ptr_equal(o.unix_path, o.target.path);
	assert_string_equal(o.tls_plan.opts[0], "A=1");
	options_free(&o);
	/* The command line's own list stands alone. */
	assert_int_equal(parse(&o, "--tls-opt X=9 h", &f), 0);
	assert_int_equal(o.tls_plan.nopts, 1);
	assert_int_equal(telexrc_target(&o, "i", NULL, &f), 0);
	assert_int_equal(o.tls_plan.nopts, 1);
	assert_string_equal(o.tls_plan.opts[0], "X=9");
	options_free(&o);
}

static void
refused(const char *why)
{
	struct options o;
	struct fail f;

	assert_int_equal(parse(&o, "h 25", &f), -1);
	options_free(&o);
	assert_int_equal(f.status, STATUS_USAGE);
	if (strstr(f.text, why) == NULL || strstr(f.text, path) == NULL)
		fail_msg("%s", f.text);
}

static void
test_file(void **state)
{
	struct options o;
	struct fail f;
	size_t i;
	FILE *file;

	(void)state;
	write_file("tls\n");
	chmod(path, 0620);
	refused("others may write to it");
	chmod(path, 0602);
	refused("others may write to it");
	chmod(path, 0644);
	assert_int_equal(parse(&o, "h 25", &f), 0);
	assert_true(o.tls);
	options_free(&o);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 12345, 0), 0);
		refused("belongs to somebody else");
	} else {
		chmod(path, 0);
		refused("ermission denied");
	}
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused("it is not a file");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	refused("it is not a file");
	rmdir(path);
	write_file("");
	file = fopen(path, "w");
	for (i = 0; i < 9000; i++)
		fputs("verbose\n", file);
	fclose(file);
	refused("it is too long");
	unlink(path);
	assert_int_equal(parse(&o, "h 25", &f), 0);
	assert_null(o.settings);
	options_free(&o);
}

static void
test_path(void **state)
{
	char found[64];

	(void)state;
	unsetenv("XDG_CONFIG_HOME");
	assert_true(telexrc_path(found, sizeof found));
	assert_string_equal(found, "/none/alice/.config/telex/telexrc");
	setenv("XDG_CONFIG_HOME", "/etc/xdg", 1);
	assert_true(telexrc_path(found, sizeof found));
	assert_string_equal(found, "/etc/xdg/telex/telexrc");
	assert_false(telexrc_path(found, 10));
	setenv("XDG_CONFIG_HOME", "etc", 1);
	assert_true(telexrc_path(found, sizeof found));
	assert_string_equal(found, "/none/alice/.config/telex/telexrc");
	setenv("XDG_CONFIG_HOME", "", 1);
	unsetenv("HOME");
	assert_false(telexrc_path(found, sizeof found));
	setenv("HOME", "", 1);
	assert_false(telexrc_path(found, sizeof found));
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", "/none/alice", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_every_option),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
