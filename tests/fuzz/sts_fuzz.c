/* SPDX-License-Identifier: ISC */
/* sts_fuzz.c - a TXT record of anybody's, read as one of MTA-STS. */
#include <ctype.h>
#include <stdbool.h>

#include "buf.h"
#include "fuzz.h"
#include "sts.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *p = exact(data, size);
	struct buf why = { 0 };
	struct sts sts;
	size_t i;

	if (sts_is(p, size)) {
		bool good = sts_read(&sts, p, size, &why);

		MUST(good == (why.len == 0));
		for (i = 0; i < why.len; i++)
			MUST((unsigned char)buf_bytes(&why)[i] >= ' ');
		/* What is shown of it as it is. */
		MUST(!good || (sts.len > 0 && sts.len <= 32));
		for (i = 0; good && i < sts.len; i++)
			MUST(isalnum((unsigned char)sts.id[i]));
	}
	buf_free(&why);
	free(p);
	return 0;
}
