/* SPDX-License-Identifier: ISC */
/* hop_fuzz.c - what a proxy answers: the same however it is cut, and never a
 * byte of what stands behind it. */
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "hop.h"
#include "socks.h"
#include "text.h"
#include "tunnel.h"

/* One way to ask. */
struct way {
	enum hop_says (*step)(struct hop *h, const char **p, size_t *n);
};

/* What came of one conversation. */
struct outcome {
	enum hop_says says;
	size_t used;
	struct buf said;
};

static struct outcome
converse(const struct way *way, uint8_t kind, const uint8_t *data, size_t size)
{
	uint8_t flags = *data++;
	struct hop h = { .host = flags & 32 ? "192.0.2.1" : "mx.example.test",
		.port = 25,
		.user = flags & 64 ? "bob" : NULL,
		.password = "secret" };
	struct cuts cuts = cuts_begin(kind, --size);
	struct outcome o = { .used = 0 };
	const char *p = "";
	size_t n = 0;

	o.says = way->step(&h, &p, &n);
	while (o.says == HOP_MORE && o.used < size) {
		size_t piece = cuts_next(&cuts, size - o.used);
		char *copy = exact(data + o.used, piece);

		p = copy;
		n = piece;
		o.says = way->step(&h, &p, &n);
		MUST(n <= piece && p == copy + (piece - n));
		MUST(o.says != HOP_MORE || n == 0);
		o.used += piece - n;
		free(copy);
	}
	MUST(h.in.len <= HOP_MOST + 80);
	MUST(is_harmless(buf_bytes(&h.why), h.why.len));
	MUST((o.says == HOP_REFUSED) == (h.why.len > 0));
	buf_add(&o.said, buf_bytes(&h.say), h.say.len);
	hop_free(&h);
	return o;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct way ways[] = { { socks5_step }, { socks4_step },
		{ tunnel_step } };
	struct outcome cut, whole;
	const struct way *way;

	if (size == 0)
		return 0;
	way = &ways[data[0] % 3];
	cut = converse(way, data[0], data, size);
	whole = converse(way, '1', data, size);
	MUST(cut.says == whole.says);
	MUST(cut.said.len == whole.said.len);
	MUST(cut.said.len == 0 ||
	    memcmp(buf_bytes(&cut.said), buf_bytes(&whole.said),
		cut.said.len) == 0);
	MUST(cut.says == HOP_REFUSED || cut.used == whole.used);
	buf_free(&cut.said);
	buf_free(&whole.said);
	return 0;
}
