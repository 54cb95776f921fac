/* SPDX-License-Identifier: MIT */
/* The decoder of GENERATED against a scan of its rows on millions of words; then the row and fields of words that are asked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <trampgen.h>

static inline s64 twice(s64 x)
{
	return 2 * x;
}

static inline s64 seven(void)
{
	return 7;
}

#include GENERATED

static int scan(WORD word)
{
	int row;

	for (row = 0; row < TABLE_ROWS; row++)
		if ((word & table_words[row].mask) == table_words[row].value)
			return row;
	return TABLE_NONE;
}

static void print_fields(const struct table_fields *out)
{
	switch (out->row) {
#include PRINTED
	}
}

int main(int argc, char **argv)
{
	u64 state = 88172645463325252ull, asked;
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	struct table_fields out;

	if (table_self_test() >= 0) {
		fprintf(stderr, "trial %d fails\n", table_self_test());
		return 1;
	}
	while (count--) {
		WORD word;
		int row;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		word = (WORD)(state >> (64 - WIDTH));
		/* Every other word is of some row, but for one bit. */
		if (count & 1) {
			row = (int)(state % TABLE_ROWS);
			word = (WORD)((word & ~table_words[row].mask) | table_words[row].value);
			word = (WORD)(word ^ (WORD)1 << (state >> 32) % WIDTH);
		}
		row = table_decode(word);
		if (row != scan(word) || table_read(word, &out) != row || out.row != row) {
			fprintf(stderr, "%" PRIx64 ": %d, not %d\n", (u64)word, row, scan(word));
			return 1;
		}
	}
	while (scanf("%" SCNx64, &asked) == 1) {
		printf("%d", table_read((WORD)asked, &out));
		print_fields(&out);
		printf("\n");
	}
	return 0;
}
