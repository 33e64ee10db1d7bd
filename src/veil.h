/* veil.h - secrets in a transcript, where nobody marked them.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef VEIL_H
#define VEIL_H

#include <stdbool.h>
#include <stddef.h>

#include "vars.h"

struct buf;

/* All bytes zero is a good start. */
struct veil {
	struct vars secrets; /* that were said in the clear */
	bool wants;          /* the server seems to ask for one */
	bool challenging;    /* so do commands like our last one */
};

/*
 * Where a secret begins in a line of ours, in a dialogue whose protocol
 * nobody told: where it would in any of those that telex knows.  len if
 * nowhere.  veil_heard has to be told what the server says.
 */
size_t veil_guess(struct veil *v, const char *text, size_t len);
void veil_heard(struct veil *v, const char *text, size_t len);

/* A secret was said in the clear: what follows may repeat it. */
void veil_remember(struct veil *v, const char *text, size_t len);

/* Append n bytes without those secrets. */
void veil_put(const struct veil *v, struct buf *to, const char *text,
    size_t len);
void veil_free(struct veil *v);

#endif
