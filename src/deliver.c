/* SPDX-License-Identifier: ISC */
/* deliver.c - what a transcript has done at one stroke. */
#include <string.h>

#include "auth.h"
#include "compose.h"
#include "deliver.h"
#include "hear.h"
#include "play.h"
#include "say.h"
#include "session.h"
#include "text.h"
#include "vet.h"

bool
deliver_begins(const struct dialog *d, const struct heard *h)
{
	return (h != NULL ? h->greeting : dialog_greeting_owed(d)) &&
	    (d->tls || !d->proto->regreets);
}

/* One block of the file. */
static void
say_part(struct session *s, struct play *p, const char *bytes, size_t n)
{
	bool ended;

	if (p != NULL)
		play_block(p, bytes, n);
	dialog_block(&s->dialog, bytes, n, false, &ended);
	say_block(s, bytes, n, false);
	while (session_is_open(s) && wire_owed(&s->wire) > 0 &&
	    (hear_wait(s, -1, -1) & HEAR_SIGNAL) == 0)
		;
}

int
deliver_file(struct session *s, struct play *p, const char *transcript,
    const char *name, struct fail *f)
{
	struct compose_file file;
	struct buf path = { 0 };
	const char *bytes;
	size_t n;
	int rc;

	vet_path(&path, transcript, name, strlen(name));
	rc = compose_open(&file, buf_bytes(&path), COMPOSE_STUFFED, f);
	buf_free(&path);
	if (rc < 0)
		return rc;
	while (
	    (rc = compose_read(&file, &bytes, &n, f)) > 0 && session_is_open(s))
		say_part(s, p, bytes, n);
	compose_close(&file);
	return rc < 0 ? -1 : 0;
}

int
deliver_auth(struct session *s, const struct vars *v, const char *text,
    size_t len)
{
	struct buf mechanism = { 0 }, user = { 0 }, password = { 0 };
	size_t word = text_word(text, len);
	int rc;

	buf_add(&mechanism, text, word);
	buf_add(&mechanism, "", 1);
	vet_user(v, text, len, &user);
	vet_password(v, buf_bytes(&user), &password);
	rc = auth_run(s, buf_bytes(&mechanism), buf_bytes(&user),
	    password.len == 0 ? NULL : buf_bytes(&password));
	buf_free(&mechanism);
	buf_free(&user);
	buf_free(&password);
	return rc;
}
