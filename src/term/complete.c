/* SPDX-License-Identifier: ISC */
/* complete.c - candidates, what they share, and how they are listed. */
#include <sys/stat.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "buf.h"
#include "fail.h"
#include "term/complete.h"
#include "text.h"

/* Between two columns of the list. */
enum { GAP = 2 };

void
complete_begin(struct complete *c, const char *line, size_t from, size_t len)
{
	complete_free(c);
	c->begun = true;
	c->from = from;
	c->typed_len = len - from;
	if (c->typed_len < sizeof c->typed)
		memcpy(c->typed, line + from, c->typed_len);
}

void
complete_offer(struct complete *c, const char *word)
{
	size_t i;

	/* What did not fit in `typed` cannot be compared. */
	if (c->count == COMPLETE_MOST || c->typed_len >= sizeof c->typed ||
	    strlen(word) < c->typed_len)
		return;
	if (!text_begins(word, strlen(word), c->typed))
		return;
	for (i = 0; i < c->count; i++) {
		if (strcmp(c->words[i], word) == 0)
			return;
	}
	c->words[c->count++] = xstrdup(word);
}

/* Would this name do something to the terminal or the line? */
static bool
is_harmless(const char *name)
{
	size_t n = strlen(name), i = 0;

	while (i < n) {
		uint32_t code;
		int len = text_utf8(name + i, n - i, &code);

		if (len <= 0 || code == '\t' || !text_harmless(code))
			return false;
		i += (size_t)len;
	}
	return true;
}

/* The folder that `typed` names, with its slash; "~/" is the home. */
static void
open_path(struct buf *path, const char *typed, size_t len)
{
	const char *home = getenv("HOME");

	if (len >= 2 && strncmp(typed, "~/", 2) == 0 && home != NULL) {
		buf_adds(path, home);
		buf_add(path, typed + 1, len - 1);
	} else {
		buf_add(path, typed, len);
	}
}

static bool
is_folder(const struct buf *folder, const char *name)
{
	struct buf path = { 0 };
	struct stat st;
	bool is;

	buf_add(&path, buf_bytes(folder), folder->len);
	buf_add(&path, name, strlen(name) + 1);
	is = stat(buf_bytes(&path), &st) == 0 && S_ISDIR(st.st_mode);
	buf_free(&path);
	return is;
}

static void
offer_file(struct complete *c, size_t base, const struct buf *folder,
    const char *name)
{
	size_t len = c->typed_len - base;
	struct buf word = { 0 };

	if (strncmp(name, c->typed + base, len) != 0 || !is_harmless(name) ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    (name[0] == '.' && len == 0))
		return;
	buf_add(&word, c->typed, base);
	buf_adds(&word, name);
	buf_add(&word, "/", is_folder(folder, name) ? 1 : 0);
	buf_add(&word, "", 1);
	complete_offer(c, buf_bytes(&word));
	buf_free(&word);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
complete_files(struct complete *c)
{
	struct buf folder = { 0 };
	struct dirent *entry;
	size_t base = c->typed_len, before = c->count;
	DIR *dir;

	if (c->typed_len >= sizeof c->typed)
		return;
	while (base > 0 && c->typed[base - 1] != '/')
		base--;
	open_path(&folder, c->typed, base);
	buf_add(&folder, "", 1);
	dir = opendir(base > 0 ? buf_bytes(&folder) : ".");
	folder.len--;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		offer_file(c, base, &folder, entry->d_name);
	if (dir != NULL)
		closedir(dir);
	buf_free(&folder);
	qsort(c->words + before, c->count - before, sizeof c->words[0],
	    compare);
}

/* ASCII only, whatever the locale: the words are of protocols. */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
shared(const char *a, const char *b, size_t most)
{
	size_t n = 0;

	while (n < most && b[n] != '\0' && lower(a[n]) == lower(b[n]))
		n++;
	return n;
}

size_t
complete_shared(const struct complete *c)
{
	size_t n, i;

	if (c->count == 0)
		return 0;
	n = strlen(c->words[0]);
	for (i = 1; i < c->count; i++)
		n = shared(c->words[0], c->words[i], n);
	/* Not in the middle of a character. */
	while (n > 0 && ((unsigned char)c->words[0][n] & 0xc0) == 0x80)
		n--;
	return n < c->typed_len ? c->typed_len : n;
}

static size_t
width(const char *word)
{
	size_t n = strlen(word), cells = 0, i = 0;

	while (i < n) {
		uint32_t code;
		int len = text_utf8(word + i, n - i, &code);
		int w = len > 0 ? wcwidth((wchar_t)code) : 1;

		cells += w > 0 ? (size_t)w : 0;
		i += len > 0 ? (size_t)len : 1;
	}
	return cells;
}

static void
pad(struct buf *to, size_t n)
{
	memset(buf_room(to, n), ' ', n);
	buf_grew(to, n);
}

void
complete_list(const struct complete *c, unsigned columns, struct buf *to)
{
	size_t widest = 0, across, rows, row, i;

	for (i = 0; i < c->count; i++) {
		if (width(c->words[i]) > widest)
			widest = width(c->words[i]);
	}
	across = (columns + 1) / (widest + GAP);
	if (across == 0)
		across = 1;
	rows = (c->count + across - 1) / across;
	for (row = 0; row < rows; row++) {
		for (i = row; i < c->count; i += rows) {
			buf_adds(to, c->words[i]);
			if (i + rows < c->count)
				pad(to, widest + GAP - width(c->words[i]));
		}
		buf_adds(to, "\n");
	}
}

void
complete_free(struct complete *c)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		free(c->words[i]);
	memset(c, 0, sizeof *c);
}
