/* imapbox.h - IMAP commands about mailboxes: there is one.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPBOX_H
#define IMAPBOX_H

struct imapcall;

void imapbox_select(struct imapcall *c);
void imapbox_examine(struct imapcall *c);
void imapbox_close(struct imapcall *c);
void imapbox_unselect(struct imapcall *c);
void imapbox_list(struct imapcall *c);
void imapbox_lsub(struct imapcall *c);
void imapbox_status(struct imapcall *c);
void imapbox_namespace(struct imapcall *c);
void imapbox_subscribe(struct imapcall *c);

/* CREATE, COPY and others: there is no other mailbox. */
void imapbox_refuse(struct imapcall *c);

#endif
