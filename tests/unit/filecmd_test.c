/* SPDX-License-Identifier: ISC */
/* filecmd_test.c - a text file is sent as data. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "local.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define DATA "S:220 a\r\n", "C:DATA", "S:354 b\r\n"

/* Files in a folder of their own. */
static int
enter_folder(void **state)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{ "mail", "a\n.b\r\n\nc" },
		{ "wide", "gr\303\274n = 1\n.\n" },
		{ "mail qp", "another\n" },
		{ "empty", "" },
	};
	char name[] = "/tmp/filecmd.XXXXXX";
	size_t i;

	if (mkdtemp(name) == NULL || chdir(name) != 0)
		return -1;
	for (i = 0; i < ROWS(files); i++) {
		FILE *f = fopen(files[i].name, "w");

		if (f == NULL || fputs(files[i].text, f) < 0 || fclose(f) != 0)
			return -1;
	}
	*state = strdup(name);
	return 0;
}

static int
leave_folder(void **state)
{
	unlink("mail");
	unlink("wide");
	unlink("mail qp");
	unlink("empty");
	rmdir(*state);
	free(*state);
	return 0;
}

static void
test_file(void **state)
{
	static const struct local_row rows[] = {
		{ "dots are doubled", { DATA, "^file mail" },
		    "{220 a\n}DATA\n{354 b\n}a\n..b\n\nc\n",
		    "* 13 bytes sent from the file\n" },
		{ "the end is not its", { DATA, "^file mail", "C:." },
		    "{220 a\n}DATA\n{354 b\n}a\n..b\n\nc\n.\n",
		    "* 13 bytes sent from the file\n" },
		{ "quoted-printable", { DATA, "^file wide qp" },
		    "{220 a\n}DATA\n{354 b\n}gr=C3=BCn =3D 1\n..\n",
		    "* 21 bytes sent from the file\n" },
		{ "as it is", { DATA, "^file wide" },
		    "{220 a\n}DATA\n{354 b\n}grün = 1\n..\n",
		    "* 15 bytes sent from the file\n" },
		{ "a file of that name", { DATA, "^file mail qp" },
		    "{220 a\n}DATA\n{354 b\n}another\n",
		    "* 9 bytes sent from the file\n" },
		{ "nothing in it", { DATA, "^file empty" },
		    "{220 a\n}DATA\n{354 b\n}",
		    "* 0 bytes sent from the file\n" },
		{ "no data is awaited", { "S:220 a\r\n", "^file mail" },
		    "{220 a\n}",
		    "telex: file: no data is awaited (DATA first)\n" },
		{ "no such file", { DATA, "^file nowhere" },
		    "{220 a\n}DATA\n{354 b\n}",
		    "telex: file: nowhere: no such file or directory\n" },
		{ "no such file for qp", { DATA, "^file nowhere qp" },
		    "{220 a\n}DATA\n{354 b\n}",
		    "telex: file: nowhere: no such file or directory\n" },
		{ "words that are none of its own", { DATA, "^file mail zz" },
		    "{220 a\n}DATA\n{354 b\n}",
		    "telex: file: mail zz: no such file or directory (all of "
		    "the line is the name, but for qp at its end: file NAME "
		    "qp)\n" },
		{ "no rules: lines as they are",
		    { "^set protocol raw", "^file mail" }, "a\n.b\n\nc\n",
		    "* 12 bytes sent from the file\n" },
		{ "... and qp without more dots",
		    { "^set protocol raw", "^file wide qp" },
		    "gr=C3=BCn =3D 1\n.\n",
		    "* 20 bytes sent from the "
		    "file\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, enter_folder,
		    leave_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
