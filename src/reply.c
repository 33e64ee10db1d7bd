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

struct judged
reply_judge(int *open, const char *line, size_t len)
{
	struct judged j = { .code = reply_code(line, len) };

	j.more = j.code != 0 && len > 3 && line[3] == '-';
	if (j.code == 0 && *open != 0) {
		j.code = *open;
		j.more = true;
	}
	j.class = reply_class_of(j.code);
	*open = j.more ? j.code : 0;
	return j;
}
