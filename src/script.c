/* SPDX-License-Identifier: ISC */
/* script.c - standard input or a file, read in blocks. */
#include <sys/stat.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "script.h"
#include "text.h"

void
script_open(struct script *s, int fd)
{
	struct stat st;

	memset(s, 0, sizeof *s);
	s->fd = fd;
	s->ready = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	s->size = SCRIPT_BLOCK;
	s->data = xmalloc_page(s->size);
}

void
script_text(struct script *s, const char *text, size_t n)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
	s->ready = true;
	s->eof = true;
	s->size = n;
	s->data = xmalloc(n);
	memcpy(s->data, text, n);
	s->len = n;
}

void
script_close(struct script *s)
{
	/* Passwords stand in scripts. */
	if (s->data != NULL)
		text_wipe(s->data, s->size);
	free(s->data);
	s->data = NULL;
	s->head = s->len = s->size = 0;
	s->fd = -1;
	s->eof = true;
}

/* Where the line feed is that ends the line at the head; NULL if nowhere. */
static const char *
line_end(const struct script *s)
{
	return s->len == 0 ? NULL : memchr(s->data + s->head, '\n', s->len);
}

bool
script_has_line(const struct script *s)
{
	return s->eof || s->len >= SCRIPT_BLOCK || line_end(s) != NULL;
}

bool
script_at_end(const struct script *s)
{
	return s->eof && s->len == 0 && !s->inside;
}

bool
script_exhausted(struct script *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	struct fail ignored;

	if (s->len > 0)
		return false;
	if (!s->eof && (s->ready || poll(&p, 1, 0) > 0))
		script_fill(s, &ignored);
	return s->eof && s->len == 0;
}

ssize_t
script_fill(struct script *s, struct fail *f)
{
	ssize_t got;

	if (s->eof)
		return SCRIPT_EOF;
	if (s->head > 0) {
		memmove(s->data, s->data + s->head, s->len);
		s->head = 0;
	}
	if (s->len == s->size)
		return SCRIPT_AGAIN;
	got = read(s->fd, s->data + s->len, s->size - s->len);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return SCRIPT_AGAIN;
	if (got < 0) {
		s->eof = true;
		fail_errno(f, errno == EISDIR ? STATUS_USAGE : STATUS_NETWORK,
		    "cannot read the input");
		return SCRIPT_ERROR;
	}
	s->eof = got == 0;
	s->len += (size_t)got;
	return got;
}

bool
script_line(struct script *s, struct script_piece *piece)
{
	const char *end = line_end(s);
	size_t used;

	if (!script_has_line(s) || script_at_end(s))
		return false;
	piece->text = s->data + s->head;
	piece->first = !s->inside;
	piece->last = true;
	if (end != NULL) {
		piece->len = (size_t)(end - piece->text);
		used = piece->len + 1;
	} else {
		piece->last = s->eof;
		piece->len = used = s->len;
	}
	/* A CR at the end of a piece may belong to the line's end. */
	if (!piece->last && piece->text[used - 1] == '\r')
		piece->len = --used;
	if (piece->last && piece->len > 0 &&
	    piece->text[piece->len - 1] == '\r')
		piece->len--;
	piece->end = used - piece->len;
	s->inside = !piece->last;
	script_used(s, used);
	return true;
}

const char *
script_block(const struct script *s, size_t *n)
{
	*n = s->len < SCRIPT_BLOCK ? s->len : SCRIPT_BLOCK;
	return s->data + s->head;
}

void
script_used(struct script *s, size_t n)
{
	s->head += n;
	s->len -= n;
	if (s->len == 0)
		s->head = 0;
}

void
script_rewind(struct script *s)
{
	if (s->fd >= 0 && s->len > 0 && s->ready)
		lseek(s->fd, -(off_t)s->len, SEEK_CUR);
}
