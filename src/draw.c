/* SPDX-License-Identifier: ISC */
/* draw.c - drawings as files. */
#include <sys/stat.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "draw.h"

#include "buf.h"
#include "chart.h"
#include "fail.h"
#include "picture.h"
#include "sketch.h"
#include "svg.h"
#include "text.h"
#include "transcript.h"

static const struct form {
	const char *suffix;
	bool ascii;
	void (*write)(const struct picture *p, FILE *out);
} forms[] = {
	{ ".svg", false, svg_write },
	{ ".txt", true, chart_write },
};

static const struct form *
form_of(const char *name)
{
	size_t n = strlen(name), i;

	if (strcmp(name, "-") == 0)
		return &forms[1];
	for (i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		size_t len = strlen(forms[i].suffix);

		if (n > len && text_is(name + n - len, len, forms[i].suffix))
			return &forms[i];
	}
	return NULL;
}

int
draw_name(const char *name, struct fail *f)
{
	if (form_of(name) != NULL)
		return 0;
	return fail_about(f, STATUS_USAGE, name,
	    "a drawing is a .svg or a .txt file, or \"-\"");
}

static int
about_errno(struct fail *f, enum status status, const char *name)
{
	char why[128];

	return fail_about(f, status,
	    strcmp(name, "-") == 0 ? "standard output" : name,
	    fail_strerror(errno, why, sizeof why));
}

int
draw_transcript(struct transcript *t, const struct proto *proto,
    const char *name, FILE *out, struct fail *f)
{
	const struct form *form = form_of(name);
	struct picture p = { 0 };
	int rc;

	if (form == NULL)
		return draw_name(name, f);
	p.ascii = form->ascii;
	rc = sketch(&p, t, proto, f);
	if (rc == 0)
		form->write(&p, out);
	picture_free(&p);
	if (rc == 0 && (fflush(out) != 0 || ferror(out)))
		rc = about_errno(f, STATUS_NETWORK, name);
	return rc;
}

/* May a drawing become this file? */
static int
is_free(const char *to, enum draw_mode mode, struct fail *f)
{
	struct stat st;

	if (lstat(to, &st) != 0)
		return errno == ENOENT ? 0 : about_errno(f, STATUS_USAGE, to);
	if (mode != DRAW_FORCE)
		return fail_about(f, STATUS_USAGE, to,
		    "is there already (--force overwrites it)");
	if (!S_ISREG(st.st_mode))
		return fail_about(f, STATUS_USAGE, to, "is not a file");
	return 0;
}

/* Give the complete file its name: nothing that has it now is lost. */
static int
publish(const char *made, const char *to, enum draw_mode mode, struct fail *f)
{
	int rc;

	if (mode == DRAW_FORCE)
		return rename(made, to) == 0 ?
		    0 :
		    about_errno(f, STATUS_NETWORK, to);
	rc = link(made, to);
	if (rc != 0 && errno == EEXIST)
		return is_free(to, mode, f);
	/* Not every file system has links. */
	if (rc != 0)
		rc = rename(made, to);
	else
		unlink(made);
	return rc == 0 ? 0 : about_errno(f, STATUS_NETWORK, to);
}

static int
draw_into(struct transcript *t, const struct proto *proto, const char *to,
    enum draw_mode mode, struct fail *f)
{
	struct buf made = { 0 };
	FILE *out = NULL;
	int fd, rc = -1;

	buf_addf(&made, "%s.XXXXXX", to);
	buf_add(&made, "", 1);
	fd = mkstemp(buf_bytes(&made)); /* mode 0600 */
	if (fd == -1) {
		about_errno(f, STATUS_USAGE, to);
		goto out;
	}
	out = fdopen(fd, "w");
	if (out == NULL) {
		about_errno(f, STATUS_NETWORK, to);
		close(fd);
	} else {
		rc = draw_transcript(t, proto, to, out, f);
		if (fclose(out) != 0 && rc == 0)
			rc = about_errno(f, STATUS_NETWORK, to);
	}
	if (rc == 0)
		rc = publish(buf_bytes(&made), to, mode, f);
	if (rc != 0)
		unlink(buf_bytes(&made));
out:
	buf_free(&made);
	return rc;
}

int
draw_check(const char *to, enum draw_mode mode, struct fail *f)
{
	if (draw_name(to, f) != 0)
		return -1;
	return strcmp(to, "-") == 0 ? 0 : is_free(to, mode, f);
}

int
draw_to(struct transcript *t, const struct proto *proto, const char *to,
    enum draw_mode mode, struct fail *f)
{
	if (strcmp(to, "-") == 0)
		return draw_transcript(t, proto, to, stdout, f);
	return draw_into(t, proto, to, mode, f);
}

int
draw_file(const char *from, const struct proto *proto, const char *to,
    enum draw_mode mode, struct fail *f)
{
	struct transcript t;
	int rc;

	if (draw_check(to, mode, f) != 0 || transcript_open(&t, from, f) != 0)
		return -1;
	rc = draw_to(&t, proto, to, mode, f);
	transcript_close(&t);
	return rc;
}
