/* SPDX-License-Identifier: ISC */
/* shells.c - completion of telex's own options in shells. */
#include <stdbool.h>
#include <string.h>

#include "args.h"
#include "buf.h"
#include "choices.h"
#include "options.h"
#include "optlist.h"
#include "shells.h"
#include "value.h"

/* --- what may stand behind an option --- */

enum { LIST_COLUMNS = 60 };

/* Text for between two single quotes; what is `special` is quoted by \. */
static void
add_quoted(struct buf *to, const char *text, const char *special,
    const char *quote)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			buf_adds(to, quote);
			continue;
		}
		if (strchr(special, *text) != NULL)
			buf_add(to, "\\", 1);
		buf_add(to, text, 1);
	}
}

/* Words in lines that can be read. */
static void
add_lines(struct buf *to, const struct buf *words, const char *indent)
{
	const char *p = buf_bytes(words);
	const char *end = p + words->len;
	size_t column = 0;

	while (p < end) {
		const char *stop = memchr(p, ' ', (size_t)(end - p));
		size_t n = (size_t)((stop == NULL ? end : stop) - p);

		if (column > 0)
			buf_adds(to, column + n > LIST_COLUMNS ? indent : " ");
		column = column + n > LIST_COLUMNS ? n : column + n + 1;
		buf_add(to, p, n);
		p += stop == NULL ? n : n + 1;
	}
}

/* ... and single quotes. */
static void
add_list(struct buf *to, const struct buf *words, const char *indent)
{
	buf_adds(to, "'");
	add_lines(to, words, indent);
	buf_adds(to, "'");
}

/* --- bash --- */

/*
 * bash cuts words at "=" and ":" too, as COMP_WORDBREAKS says, and wants back
 * only what is behind the last of them.  Thus the word is taken from the line
 * itself, and cut at the end.
 */
static const char bash_begin[] =
    "# Completion of telex in bash, as telex --completion=bash prints it.\n"
    "# shellcheck shell=bash\n"
    "_telex()\n"
    "{\n"
    "\tlocal line=${COMP_LINE:0:COMP_POINT} word before option\n"
    "\tlocal last='(([^[:space:]\\\\]|\\\\.)*)$'\n"
    "\tlocal kept='' cut='' how='' words='' found\n";

static const char bash_word[] =
    "\t[[ $line =~ $last ]] && word=${BASH_REMATCH[1]}\n"
    "\tbefore=${line%\"$word\"}\n"
    "\tbefore=${before%\"${before##*[![:space:]]}\"}\n"
    "\toption=${before##*[[:space:]]}\n"
    "\tif [[ $word == -*=* ]]; then\n"
    "\t\toption=${word%%=*}= kept=${word%%=*}= word=${word#*=}\n"
    "\tfi\n"
    "\tcase $option in\n";

static const char bash_end[] =
    "\t*)\n"
    "\t\tcase $word in\n"
    "\t\t-*)\n"
    "\t\t\twords=$options ;;\n"
    "\t\tunix:* | *:unix:*)\n"
    "\t\t\tkept=${word%%unix:*}unix: word=${word##*unix:} how=-f ;;\n"
    "\t\t*)\n"
    "\t\t\twords=$urls how='-A hostname'\n"
    "\t\t\tif [[ $before == *' '-r* || $before == *' '--replay* ]]; then\n"
    "\t\t\t\thow=\"$how -f\"\n"
    "\t\t\tfi ;;\n"
    "\t\tesac ;;\n"
    "\tesac\n"
    "\n"
    "\tfor found in = :; do\n"
    "\t\tif [[ $COMP_WORDBREAKS == *$found* ]]; then\n"
    "\t\t\tbefore=$kept$word before=${before%\"${before##*\"$found\"}\"}\n"
    "\t\t\tif (( ${#before} > ${#cut} )); then cut=$before; fi\n"
    "\t\tfi\n"
    "\tdone\n"
    "\tCOMPREPLY=()\n"
    "\t# shellcheck disable=SC2086 # no options or several\n"
    "\twhile IFS= read -r found; do\n"
    "\t\tfound=$kept$found\n"
    "\t\tCOMPREPLY+=(\"${found#\"${cut//\\\\/}\"}\")\n"
    "\tdone < <(compgen $how -W \"$words\" -- \"${word//\\\\/}\")\n"
    "\tif [[ $how == *-[df]* ]]; then\n"
    "\t\tcompopt -o filenames 2>/dev/null\n"
    "\tfi\n"
    "\tif [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:/] ]]; then\n"
    "\t\tcompopt -o nospace 2>/dev/null\n"
    "\tfi\n"
    "} && complete -F _telex telex\n";

/* Behind which words: "-P | --protocol | --protocol=". */
static void
bash_pattern(struct buf *to, const struct args_row *row)
{
	const char *equals = choices_optional(row) ? "=" : "";

	buf_adds(to, "\t");
	if (row->letter != 0)
		buf_addf(to, "-%c%s | ", row->letter, equals);
	if (!choices_optional(row))
		buf_addf(to, "--%s | ", row->name);
	buf_addf(to, "--%s=)\n\t\t", row->name);
}

static void
bash_row(struct buf *to, const struct args_row *row)
{
	static const char *const hows[] = { [TAKES_ANY] = ":",
		[TAKES_FILE] = "how=-f",
		[TAKES_FOLDER] = "how=-d" };
	struct buf words = { 0 };
	enum takes takes = choices_of(row, &words);

	if (takes != TAKES_NOTHING)
		bash_pattern(to, row);
	if (takes == TAKES_WORD) {
		buf_adds(to, "words=");
		add_list(to, &words, "\n\t\t    ");
		buf_adds(to, " ;;\n");
	} else if (takes != TAKES_NOTHING)
		buf_addf(to, "%s ;;\n", hows[takes]);
	buf_free(&words);
}

static void
bash_list(struct buf *to, const char *name, struct buf *words)
{
	buf_addf(to, "\tlocal %s=", name);
	add_list(to, words, "\n\t    ");
	buf_adds(to, "\n");
	buf_free(words);
}

static void
bash_script(struct buf *to)
{
	const struct args_row *row = optlist_rows;
	struct buf options = { 0 }, urls = { 0 };

	for (; (row = choices_row(row)) != NULL; row++) {
		if (row->letter != 0)
			choices_add(&options, (char[]){ '-', row->letter }, 2,
			    "");
		choices_add(&options, "--", 2, row->name);
		if (row->value != NULL && !choices_optional(row))
			buf_add(&options, "=", 1);
	}
	choices_urls(&urls);
	buf_adds(to, bash_begin);
	bash_list(to, "options", &options);
	bash_list(to, "urls", &urls);
	buf_adds(to, bash_word);
	for (row = optlist_rows; (row = choices_row(row)) != NULL; row++)
		bash_row(to, row);
	buf_adds(to, bash_end);
}

/* --- what does not go together --- */

/* Is it said once at most? */
static bool
only_once(const struct args_row *row)
{
	return row->set != value_count &&
	    (row->value == NULL || choices_optional(row) ||
		choices_fixed(row->value));
}

/* The names of what does not go with this row. */
static void
excluded(const struct args_row *row,
    void (*name)(struct buf *names, const struct args_row *row),
    struct buf *names)
{
	struct args a = { .rows = optlist_rows };
	const struct args_clash *c = optlist_clashes;

	for (; c->one != NULL; c++) {
		if (strcmp(c->one, row->name) == 0)
			name(names, args_named(&a, c->other));
		else if (strcmp(c->other, row->name) == 0)
			name(names, args_named(&a, c->one));
	}
}

/* --- zsh --- */

static const char zsh_begin[] =
    "#compdef telex\n"
    "# Completion of telex in zsh, as telex --completion=zsh prints it.\n"
    "_telex_server()\n"
    "{\n"
    "\tlocal -a urls\n"
    "\n"
    "\tif compset -P '*unix:'; then\n"
    "\t\t_files\n"
    "\t\treturn\n"
    "\tfi\n";

static const char zsh_server[] =
    "\tlocal -a kinds=('urls:URL:compadd -S \"\" -a urls' "
    "'hosts:host:_hosts')\n"
    "\tif (( ${words[(I)-r*|--replay*]} )); then\n"
    "\t\tkinds+=('transcripts:transcript:_files')\n"
    "\tfi\n"
    "\t_alternative $kinds\n"
    "}\n"
    "\n"
    "_telex()\n"
    "{\n"
    "\t_arguments -s -S : \\\n";

static const char zsh_end[] = "\t    '*:server:_telex_server'\n"
			      "}\n"
			      "\n"
			      "if [[ $funcstack[1] == _telex ]]; then\n"
			      "\t_telex \"$@\"\n"
			      "else\n"
			      "\tcompdef _telex telex\n"
			      "fi\n";

static void
zsh_names(struct buf *names, const struct args_row *row)
{
	if (row->letter != 0)
		choices_add(names, (char[]){ '-', row->letter }, 2, "");
	choices_add(names, "--", 2, row->name);
}

/* ":message:action" */
static void
zsh_value(struct buf *to, const struct args_row *row)
{
	static const char *const actions[] = { [TAKES_ANY] = " ",
		[TAKES_FILE] = "_files",
		[TAKES_FOLDER] = "_files -/" };
	struct buf words = { 0 };
	enum takes takes = choices_of(row, &words);
	bool open =
	    words.len > 0 && memchr(buf_bytes(&words), '=', words.len) != NULL;

	buf_adds(to, choices_optional(row) ? "::" : ":");
	add_quoted(to, takes == TAKES_WORD ? row->name : row->value, ":", "");
	if (takes == TAKES_WORD)
		/* Behind "NAME=" its value follows. */
		buf_addf(to, open ? ": compadd -S \"\" -- %.*s" : ":(%.*s)",
		    (int)words.len, buf_bytes(&words));
	else
		buf_addf(to, ":%s", actions[takes]);
	buf_free(&words);
}

static void
zsh_row(struct buf *to, const struct args_row *row)
{
	bool value = row->value != NULL;
	bool optional = value && choices_optional(row);
	const char *mark = !value ? "" : optional ? "=-" : "=";
	struct buf names = { 0 };

	if (only_once(row))
		zsh_names(&names, row);
	excluded(row, zsh_names, &names);
	buf_adds(to, "\t    '");
	if (names.len > 0)
		buf_addf(to, "(%.*s)", (int)names.len, buf_bytes(&names));
	buf_free(&names);
	buf_adds(to, only_once(row) ? "" : "*");
	if (row->letter != 0)
		buf_addf(to, "'{-%c%s,--%s%s}'", row->letter,
		    !value       ? "" :
			optional ? "-" :
				   "+",
		    row->name, mark);
	else
		buf_addf(to, "--%s%s", row->name, mark);
	buf_adds(to, "[");
	add_quoted(to, row->help, "[]\\", "'\\''");
	buf_adds(to, "]");
	if (value)
		zsh_value(to, row);
	buf_adds(to, "' \\\n");
}

static void
zsh_script(struct buf *to)
{
	const struct args_row *row = optlist_rows;
	struct buf urls = { 0 };

	choices_urls(&urls);
	buf_adds(to, zsh_begin);
	buf_adds(to, "\turls=(");
	add_lines(to, &urls, "\n\t    ");
	buf_adds(to, ")\n");
	buf_adds(to, zsh_server);
	for (; (row = choices_row(row)) != NULL; row++)
		zsh_row(to, row);
	buf_adds(to, zsh_end);
	buf_free(&urls);
}

/* --- fish --- */

static const char fish_begin[] =
    "# Completion of telex in fish, as telex --completion=fish prints it.\n"
    "complete -c telex -f -a '(__fish_print_hostnames)'\n"
    "complete -c telex -n '__fish_contains_opt -s r replay' -F\n"
    "complete -c telex -a ";

static void
fish_names(struct buf *names, const struct args_row *row)
{
	if (row->letter != 0)
		choices_add(names, (char[]){ '-', 's', ' ', row->letter }, 4,
		    "");
	choices_add(names, "", 0, row->name);
}

static void
fish_row(struct buf *to, const struct args_row *row)
{
	static const char *const hows[] = { [TAKES_NOTHING] = "",
		[TAKES_ANY] = " -x",
		[TAKES_WORD] = "",
		[TAKES_FILE] = " -r -F",
		[TAKES_FOLDER] = " -x -a '(__fish_complete_directories)'" };
	struct buf words = { 0 }, names = { 0 };
	enum takes takes = choices_of(row, &words);

	/* The condition holds for the value behind it, too. */
	if (only_once(row) && takes == TAKES_NOTHING)
		fish_names(&names, row);
	excluded(row, fish_names, &names);
	buf_adds(to, "complete -c telex");
	if (names.len > 0)
		buf_addf(to, " -n 'not __fish_contains_opt %.*s'",
		    (int)names.len, buf_bytes(&names));
	buf_free(&names);
	if (row->letter != 0)
		buf_addf(to, " -s %c", row->letter);
	/* -x would take the next word for what stands only behind "=". */
	buf_addf(to, " -l %s%s", row->name,
	    takes == TAKES_ANY && choices_optional(row) ? "" : hows[takes]);
	if (takes == TAKES_WORD) {
		buf_adds(to, choices_optional(row) ? " -f -a " : " -x -a ");
		add_list(to, &words, "\n    ");
	}
	buf_adds(to, " -d '");
	add_quoted(to, row->help, "\\", "\\'");
	buf_adds(to, "'\n");
	buf_free(&words);
}

static void
fish_script(struct buf *to)
{
	const struct args_row *row = optlist_rows;
	struct buf urls = { 0 };

	choices_urls(&urls);
	buf_adds(to, fish_begin);
	add_list(to, &urls, "\n    ");
	buf_adds(to, " -d URL\n");
	for (; (row = choices_row(row)) != NULL; row++)
		fish_row(to, row);
	buf_free(&urls);
}

void
shells_script(struct buf *to, int shell)
{
	static void (*const scripts[])(struct buf *) = {
		[SHELL_BASH] = bash_script,
		[SHELL_ZSH] = zsh_script,
		[SHELL_FISH] = fish_script,
	};

	scripts[shell](to);
}
