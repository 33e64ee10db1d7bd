/* logfile.h - a file of whole lines that only grows.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef LOGFILE_H
#define LOGFILE_H

#include <stdbool.h>
#include <stddef.h>

struct fail;

struct logfile {
	bool append; /* behind what is there */
	bool force;  /* in place of what is there */
	int fd;
	bool made;   /* the file was not there before */
	bool filled; /* there is something in it */
};

/*
 * Open it as `append` and `force` say; without them it must not be there yet,
 * unless it is a device or a FIFO.  A new one has mode 0600; a symbolic link
 * is never followed.  -1 and a sentence (status 2).
 */
int logfile_open(struct logfile *l, const char *name, struct fail *f);

/*
 * Write n bytes of whole lines, however long that takes.  -1 and errno; what
 * was written of a line that is not whole is then taken away, where it can.
 */
int logfile_write(int fd, const char *p, size_t n);

#endif
