/* feed.h - a script's side of the conversation.  Floor 14. */
/* SPDX-License-Identifier: ISC */
#ifndef FEED_H
#define FEED_H

struct script;
struct session;

/*
 * Play the script: each line when it is its turn (with --pipeline: as soon
 * as the protocol allows), mail data in blocks, the handshake where it was
 * agreed to; then what --eof says.  Ends with the connection over or ready
 * to be closed; the reasons were said, s->status is set.
 */
void feed_run(struct session *s, struct script *in);

#endif
