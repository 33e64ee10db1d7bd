/* SPDX-License-Identifier: ISC */
/* reply.c - replies of three digits. */
#include "reply.h"

int
reply_code(const char *line, size_t len)
{
	size_t i;
	int code = 0;

	if (len < 3 || line[0] < '1' || line[0] > '5')
		return 0;
	for (i = 0; i < 3; i++) {
		if (line[i] < '0' || line[i] > '9')
			return 0;
		code = code * 10 + (line[i] - '0');
	}
	if (len > 3 && line[3] != ' ' && line[3] != '-')
		return 0;
	return code;
}

enum reply_class
reply_class_of(int code)
{
	static const enum reply_class classes[] = { CLASS_NONE,
		CLASS_PRELIMINARY, CLASS_OK, CLASS_MORE, CLASS_TRANSIENT,
		CLASS_PERMANENT };

	return code < 100 || code > 599 ? CLASS_NONE : classes[code / 100];
}

void
reply_status(struct judged *j, const char *line, size_t len)
{
	j->code = reply_code(line, len);
	j->class = reply_class_of(j->code);
	j->word = line;
	j->word_len = j->code == 0 ? 0 : 3;
}

struct judged
reply_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { 0 };

	(void)a;
	reply_status(&j, line, len);
	j.more = j.code != 0 && len > 3 && line[3] == '-';
	if (j.code == 0 && h->code != 0) {
		j.code = h->code;
		j.class = reply_class_of(j.code);
		j.more = true;
	}
	h->code = j.more ? j.code : 0;
	return j;
}
