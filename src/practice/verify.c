/* SPDX-License-Identifier: ISC */
/* verify.c - whether the practice server knows a user. */
#include <stdbool.h>
#include <string.h>

#include "practice/answer.h"
#include "practice/peer.h"
#include "practice/verify.h"
#include "text.h"

/* "alice", "alice@example.org", "<alice@example.org>": whom is meant? */
static bool
read_user(const char *p, size_t n, char *user, size_t size)
{
	size_t i = n > 0 && p[0] == '<' ? 1 : 0, len = i;

	while (len < n && (unsigned char)p[len] > ' ' && p[len] != '@' &&
	    p[len] != '>')
		len++;
	if (len - i >= size)
		return false;
	memcpy(user, p + i, len - i);
	user[len - i] = '\0';
	return true;
}

void
verify(struct peer *p, const char *args, size_t n)
{
	const struct manners *m = p->manners;
	char user[128];
	bool is;

	if (n == 0) {
		answer(p, "501 5.5.4 Say whom: VRFY alice");
		return;
	}
	is = read_user(args, n, user, sizeof user) &&
	    (text_is(user, strlen(user), "postmaster") ||
		m->password(m->arg, user) != NULL);
	if (is)
		answer(p, "250 2.1.5 <%s@%s>", user, m->host);
	else if (m->known)
		answer(p, "550 5.1.1 There is no such user here");
	else
		answer(p, "252 2.0.0 Nobody can say; RCPT will tell");
}
