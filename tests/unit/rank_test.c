/* SPDX-License-Identifier: ISC */
/* rank_test.c - the order of servers, with chance that the test knows. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "chance.h"
#include "dnsmsg.h"
#include "rank.h"

enum { ROUNDS = 20000 };

/* xorshift32: the same numbers in every run. */
static uint32_t
pseudo(void *arg, uint32_t n)
{
	uint32_t *x = arg;

	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return (uint32_t)((uint64_t)*x * n >> 32);
}

/* "10a 20b": priorities and hosts; "10:60a": with a weight. */
struct list {
	struct dns_record r[8];
	char hosts[8][2];
	size_t n;
};

static void
add(struct list *l, uint16_t priority, uint16_t weight, char host)
{
	l->hosts[l->n][0] = host;
	l->hosts[l->n][1] = '\0';
	l->r[l->n] = (struct dns_record){ .priority = priority,
		.weight = weight,
		.host = l->hosts[l->n] };
	l->n++;
}

static void
order_of(const struct list *l, char *text)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		text[i] = l->r[i].host[0];
	text[i] = '\0';
}

static void
test_mx(void **state)
{
	uint32_t seed = 2463534242U;
	struct rank_dice dice = { pseudo, &seed };
	unsigned seen[6] = { 0 };
	static const char *const orders[] = { "abcde", "acbde", "bacde",
		"bcade", "cabde", "cbade" };
	char text[9];
	int i, k;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		struct list l = { .n = 0 };

		add(&l, 65535, 0, 'e');
		add(&l, 10, 0, 'a');
		add(&l, 20, 0, 'd');
		add(&l, 10, 0, 'b');
		add(&l, 10, 0, 'c');
		rank_mx(l.r, l.n, &dice);
		order_of(&l, text);
		for (k = 0; k < 6 && strcmp(text, orders[k]) != 0; k++)
			continue;
		assert_true(k < 6);
		seen[k]++;
	}
	/* Each of the six orders of equals about as often: one in six, and
	 * five times the standard deviation (53). */
	for (k = 0; k < 6; k++)
		assert_in_range(seen[k], ROUNDS / 6 - 265, ROUNDS / 6 + 265);
}

static void
test_srv(void **state)
{
	uint32_t seed = 88172645U;
	struct rank_dice dice = { pseudo, &seed };
	unsigned first[3] = { 0 }, second = 0;
	char text[9];
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		struct list l = { .n = 0 };

		add(&l, 5, 100, 'z');
		add(&l, 1, 60, 'a');
		add(&l, 1, 30, 'b');
		add(&l, 1, 10, 'c');
		rank_srv(l.r, l.n, &dice);
		order_of(&l, text);
		assert_int_equal(text[3], 'z');
		first[text[0] - 'a']++;
		second += text[0] == 'a' && text[1] == 'b';
	}
	/* Of 101 marks from 0 to 100, c has 0 to 10, b 30 and a 60. */
	assert_in_range(first[0], 11881 - 350, 11881 + 350);
	assert_in_range(first[1], 5940 - 330, 5940 + 330);
	assert_in_range(first[2], 2178 - 230, 2178 + 230);
	/* Where a was first, b is the next three times in four. */
	assert_in_range(second * 100 / first[0], 70, 76);
}

/* Without weight hardly ever first, and never lost. */
static void
test_no_weight(void **state)
{
	uint32_t seed = 1;
	struct rank_dice dice = { pseudo, &seed };
	unsigned first = 0;
	char text[9];
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		struct list l = { .n = 0 };

		add(&l, 1, 999, 'a');
		add(&l, 1, 0, 'b');
		rank_srv(l.r, l.n, &dice);
		order_of(&l, text);
		assert_true(strcmp(text, "ab") == 0 || strcmp(text, "ba") == 0);
		first += text[0] == 'b';
	}
	assert_in_range(first, 1, ROUNDS / 1000 * 3);
}

static void
test_few(void **state)
{
	struct rank_dice dice = { chance_below, NULL };
	struct list l = { .n = 0 };

	(void)state;
	rank_mx(l.r, 0, &dice);
	rank_srv(l.r, 0, &dice);
	add(&l, 1, 1, 'a');
	rank_mx(l.r, 1, &dice);
	rank_srv(l.r, 1, &dice);
	assert_string_equal(l.r[0].host, "a");
}

/* The system's own numbers stay below the limit, and differ. */
static void
test_chance(void **state)
{
	unsigned seen[3] = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 300; i++)
		seen[chance_below(NULL, 3)]++;
	for (i = 0; i < 3; i++)
		assert_in_range(seen[i], 40, 160);
	assert_int_equal(chance_below(NULL, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mx),
		cmocka_unit_test(test_srv),
		cmocka_unit_test(test_no_weight),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
