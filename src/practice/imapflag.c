/* SPDX-License-Identifier: ISC */
/* imapflag.c - \Seen and its like. */
#include <stddef.h>

#include "buf.h"
#include "practice/imapflag.h"
#include "practice/imapin.h"
#include "practice/mailbox.h"

static const struct {
	const char *name;
	unsigned flag;
} names[] = {
	{ "\\Answered", MAIL_ANSWERED },
	{ "\\Flagged", MAIL_FLAGGED },
	{ "\\Deleted", MAIL_DELETED },
	{ "\\Seen", MAIL_SEEN },
	{ "\\Draft", MAIL_DRAFT },
};

enum { NAMES = sizeof names / sizeof *names };

void
imapflag_say(struct buf *to, unsigned flags)
{
	bool any = false;
	size_t i;

	buf_adds(to, "(");
	for (i = 0; i < NAMES; i++) {
		if ((flags & names[i].flag) == 0)
			continue;
		buf_addf(to, "%s%s", any ? " " : "", names[i].name);
		any = true;
	}
	buf_adds(to, ")");
}

static bool
read_flag(struct imapin *in, unsigned *flags, bool *others)
{
	struct imapin atom, back = *in;
	size_t i;

	if (!imapin_atom(in, "\\", &atom))
		return false;
	for (i = 0; i < NAMES; i++) {
		if (imapin_is(&atom, names[i].name)) {
			*flags |= names[i].flag;
			return true;
		}
	}
	if (atom.p[0] == '\\') {
		*in = back;
		return false;
	}
	*others = true;
	return true;
}

bool
imapflag_list(struct imapin *in, unsigned *flags, bool *others)
{
	bool list = imapin_skip(in, "(");
	struct imapin back;

	*flags = 0;
	*others = false;
	if (list && imapin_skip(in, ")"))
		return true;
	do {
		if (!read_flag(in, flags, others))
			return false;
		back = *in;
	} while (imapin_blank(in) && !imapin_end(in));
	*in = back;
	return !list || imapin_skip(in, ")");
}
