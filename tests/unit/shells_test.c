/* SPDX-License-Identifier: ISC */
/* shells_test.c - completion scripts name each option. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "args.h"
#include "buf.h"
#include "choices.h"
#include "options.h"
#include "optlist.h"
#include "shells.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const int all[] = { SHELL_BASH, SHELL_ZSH, SHELL_FISH };

static void
make(struct buf *to, int shell)
{
	buf_clear(to);
	shells_script(to, shell);
	buf_add(to, "", 1);
}

/* Does this word stand there as a whole? */
static bool
has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *p = text;

	while ((p = strstr(p, word)) != NULL) {
		if (p > text && strchr(" '\n\t{,(*", p[-1]) != NULL &&
		    !isalnum((unsigned char)p[n]) && p[n] != '-')
			return true;
		p++;
	}
	return false;
}

/* Each option that the help shows, by both of its names. */
static void
test_names(void **state)
{
	static const char *const longs[] = { [SHELL_BASH] = "--",
		[SHELL_ZSH] = "--",
		[SHELL_FISH] = "-l " };
	static const char *const shorts[] = { [SHELL_BASH] = "-",
		[SHELL_ZSH] = "-",
		[SHELL_FISH] = "-s " };
	struct buf text = { 0 };
	unsigned options = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(all); i++) {
		const struct args_row *row = optlist_rows;

		make(&text, all[i]);
		for (; (row = choices_row(row)) != NULL; row++) {
			char word[80];

			options++;
			snprintf(word, sizeof word, "%s%s", longs[all[i]],
			    row->name);
			if (!has_word(buf_bytes(&text), word))
				fail_msg("%zu: no %s", i, word);
			snprintf(word, sizeof word, "%s%c", shorts[all[i]],
			    row->letter);
			if (row->letter != 0 &&
			    strstr(buf_bytes(&text), word) == NULL)
				fail_msg("%zu: no %s", i, word);
		}
	}
	assert_true(options > 3 * 50);
	buf_free(&text);
}

/* What may stand behind some of them, and what they are for. */
static void
test_rows(void **state)
{
	static const struct {
		int shell;
		const char *text;
	} rows[] = {
		/* A word, a file, a folder, anything, nothing. */
		{ SHELL_BASH, "\n\t--match | --match=)\n\t\twords='" },
		{ SHELL_BASH, "\n\t-f | --file | --file=)\n\t\thow=-f ;;\n" },
		{ SHELL_BASH, "\n\t--capath | --capath=)\n\t\thow=-d ;;\n" },
		{ SHELL_BASH, "\n\t-c | --command | --command=)\n\t\t: ;;\n" },
		{ SHELL_BASH, "\n\t-S= | --starttls=)\n\t\twords='" },
		{ SHELL_BASH, "\tlocal urls='smtp://" },
		{ SHELL_BASH, " --file= " },
		{ SHELL_BASH, " --starttls " },
		{ SHELL_ZSH, "#compdef telex\n" },
		{ SHELL_ZSH, "'{-f+,--file=}'[" },
		{ SHELL_ZSH, ")*'{-c+,--command=}'[" },
		{ SHELL_ZSH, "'{-S-,--starttls=-}'[" },
		{ SHELL_ZSH, "]:FILE:_files' \\\n" },
		{ SHELL_ZSH, "]:DIR:_files -/' \\\n" },
		{ SHELL_ZSH, "\n\t    '*'{-v,--verbose}'[" },
		{ SHELL_ZSH, "\turls=(smtp://" },
		{ SHELL_ZSH, "\n\t    '*:server:_telex_server'\n}\n" },
		{ SHELL_FISH, "complete -c telex -a 'smtp://" },
		{ SHELL_FISH, " -s f -l file -r -F -d '" },
		{ SHELL_FISH, " -s c -l command -x -d '" },
		{ SHELL_FISH,
		    " -l capath -x -a '(__fish_complete_directories)' -d '" },
		{ SHELL_FISH, "complete -c telex -s v -l verbose -d '" },
		{ SHELL_FISH,
		    "complete -c telex -n 'not __fish_contains_opt "
		    "-s 4 ipv4 -s 6 ipv6 -s U unix' -s 4 -l ipv4 " },
		/* A second one is no good, but its value is. */
		{ SHELL_FISH, "complete -c telex -l verify -x -a '" },
		{ SHELL_FISH, " -s S -l starttls -f -a '" },
		{ SHELL_FISH, " -s P -l protocol -x -a '" },
	};
	struct buf text = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		make(&text, rows[i].shell);
		if (strstr(buf_bytes(&text), rows[i].text) == NULL)
			fail_msg("%zu: %s", i, rows[i].text);
	}
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
