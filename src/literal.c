/* SPDX-License-Identifier: ISC */
/* literal.c - "{23}" at the end of a line. */
#include <string.h>

#include "literal.h"
#include "text.h"

bool
literal_ends(const char *line, size_t len, uint64_t *octets, bool *now)
{
	size_t end, at;

	if (len < 3 || line[len - 1] != '}')
		return false;
	end = len - 1;
	*now = line[end - 1] == '+' || line[end - 1] == '-';
	if (*now)
		end--;
	at = end;
	while (at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9')
		at--;
	if (at == 0 || line[at - 1] != '{')
		return false;
	return text_octets(line + at, end - at, octets) == 0;
}
