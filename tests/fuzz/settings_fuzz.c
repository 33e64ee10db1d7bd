/* SPDX-License-Identifier: ISC */
/* settings_fuzz.c - any file of settings is read or refused in words. */
#include <string.h>

#include "fail.h"
#include "fuzz.h"
#include "settings.h"

/* The number of a line, and a sentence that acts on no terminal. */
static void
check_sentence(const struct fail *f, size_t lines)
{
	unsigned long line = strtoul(f->text, NULL, 10);

	MUST(f->status == STATUS_USAGE && line >= 1 && line <= lines);
	MUST(is_harmless(f->text, strlen(f->text)));
}

static void
check_text(const char *text)
{
	size_t i, n = strlen(text);

	for (i = 0; i < n; i++)
		MUST((unsigned char)text[i] >= 0x20 || text[i] == '\t');
	MUST(n == 0 ||
	    (strchr(" \t", text[0]) == NULL &&
		strchr(" \t", text[n - 1]) == NULL));
}

static void
check_settings(const struct settings *s, size_t lines)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct setting *row = &s->rows[i];

		MUST(row->line >= 1 && row->line <= lines);
		MUST(i == 0 || row->line > row[-1].line);
		MUST(row->section <= s->nhosts);
		MUST(i == 0 || row->section >= row[-1].section);
		MUST(row->name[0] != '\0' && row->name[0] != '#');
		MUST(row->name[strcspn(row->name, " \t=")] == '\0');
		check_text(row->name);
		if (row->value != NULL)
			check_text(row->value);
	}
	for (i = 0; i < s->nhosts; i++) {
		const char *host = s->hosts[i];
		bool star = host[0] == '*';

		check_text(host);
		/* A section holds for its own name, a pattern below it. */
		MUST(star || settings_hold(s, i + 1, host));
		MUST(!star || !settings_hold(s, i + 1, host + 1));
		MUST(!settings_hold(s, i + 1, ""));
		MUST(settings_hold(s, 0, host));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = exact(data, size);
	struct settings s = { 0 };
	struct fail f;
	size_t i, lines = 1;

	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (settings_read(&s, text, size, &f) < 0)
		check_sentence(&f, lines);
	else
		check_settings(&s, lines);
	while (s.n > 0)
		settings_drop(&s, size % s.n);
	settings_free(&s);
	free(text);
	return 0;
}
