/* tell.h - what replies mean for the session, and its user.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef TELL_H
#define TELL_H

#include <stdbool.h>
#include <stddef.h>

struct heard;
struct session;

/* The server's first line: it tells the protocol better than a port does. */
void tell_greeting(struct session *s, const char *line, size_t len);

/* A reply is complete, with this line. */
void tell_reply(struct session *s, const struct heard *h, const char *line,
    size_t len);

/* Bytes stand behind a go-ahead for TLS: the session ends. */
void tell_injected(struct session *s, const char *p, size_t n);

/* n bytes came: are they an alert of TLS, before anything else? */
void tell_alert(struct session *s, const char *p, size_t n);

/* The server has closed, or the input has ended: was that in the midst of what
 * we say?  The session has failed then. */
bool tell_cut(struct session *s);
bool tell_unfinished(struct session *s);

/* For an error: what may be meant by a server that has not said a word, with
 * a blank before it; or "". */
const char *tell_mute(const struct session *s);

/*
 * After how many milliseconds it is to be pointed out that nothing came (0:
 * not at all, or it was), and doing so.
 */
int tell_silent_after(const struct session *s);
void tell_silence(struct session *s);

#endif
