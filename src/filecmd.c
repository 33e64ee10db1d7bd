/* SPDX-License-Identifier: ISC */
/* filecmd.c - the local command that sends a text file. */
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "compose.h"
#include "craft.h"
#include "fail.h"
#include "filecmd.h"
#include "pour.h"
#include "session.h"

/* "NAME", or "NAME qp" where no file has that name. */
static bool
wants_quoted(const char *arg)
{
	size_t n = strlen(arg);

	return n > 3 && strcmp(arg + n - 3, " qp") == 0 &&
	    access(arg, F_OK) != 0;
}

static int
open_file(struct compose_file *file, const char *arg, bool rules,
    struct fail *f)
{
	struct buf name = { 0 };
	size_t n = strlen(arg);
	int rc;

	if (n == 0)
		return fail_set(f, STATUS_USAGE,
		    "name a file: file letter.txt");
	if (!wants_quoted(arg))
		return compose_open(file, arg,
		    rules ? COMPOSE_STUFFED : COMPOSE_LINES, f);
	n -= strlen(" qp");
	while (n > 0 && arg[n - 1] == ' ')
		n--;
	buf_add(&name, arg, n);
	buf_add(&name, "", 1);
	rc = compose_open(file, buf_bytes(&name), COMPOSE_QUOTED, f);
	file->quoted.stuff = rules;
	buf_free(&name);
	return rc;
}

void
filecmd_file(struct command *c, const char *arg)
{
	struct session *s = c->s;
	bool rules = s->dialog.proto->judge != NULL;
	struct compose_file file;
	struct fail f;

	if (dialog_turn(&s->dialog) != TURN_DATA && rules) {
		outlet_error(&s->out, "file: no data is awaited (DATA first)");
		return;
	}
	if (open_file(&file, arg, rules, &f) < 0) {
		outlet_error(&s->out, "file: %s%s", f.text,
		    strchr(arg, ' ') != NULL && access(arg, F_OK) != 0 &&
			    !wants_quoted(arg) ?
			" (all of the line is the name, but for qp at its "
			"end: file NAME qp)" :
			"");
		return;
	}
	if (pour(s, c->term, &file, "file", false) == 0)
		outlet_note(&s->out, 0, "%llu bytes sent from the file",
		    (unsigned long long)file.sent);
	compose_close(&file);
}
