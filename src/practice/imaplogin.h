/* imaplogin.h - IMAP commands about the session itself.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPLOGIN_H
#define IMAPLOGIN_H

#include <stddef.h>

struct buf;
struct imapcall;
struct peer;

/* Append "CAPABILITY IMAP4rev2 ...", as things are now. */
void imaplogin_capabilities(const struct peer *p, struct buf *to);

void imaplogin_capability(struct imapcall *c);
void imaplogin_noop(struct imapcall *c);
void imaplogin_logout(struct imapcall *c);
void imaplogin_starttls(struct imapcall *c);
void imaplogin_login(struct imapcall *c);
void imaplogin_authenticate(struct imapcall *c);
void imaplogin_enable(struct imapcall *c);
void imaplogin_idle(struct imapcall *c);

/* The line that ends IDLE, or answers a challenge of AUTHENTICATE. */
void imaplogin_done(struct imapcall *c, const char *line, size_t len);
void imaplogin_answer(struct imapcall *c, const char *line, size_t len);

#endif
