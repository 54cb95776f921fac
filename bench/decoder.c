/* SPDX-License-Identifier: MIT */
/* Decoders in turn over random words and over those of a file: millions of words a second, round by round. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <trampgen.h>

#define RANDOM (1u << 20)
#define TURN (1u << 16)
#define COMPARED 10000000u

typedef long run(const WORD *words, size_t count);
typedef int one(WORD word);
run theirs_row_FN, theirs_fields_FN, ours_row_FN, ours_fields_FN, linear_row_FN;
one theirs_row_ONE, ours_row_ONE, ours_fields_ONE;
static const struct {
	const char *name;
	run *run;
	int part;	/* of the words: a scan takes its time */
} decoders[] = {
	{ "theirs_row", theirs_row_FN, 1 },
	{ "ours_row", ours_row_FN, 1 },
	{ "theirs_fields", theirs_fields_FN, 1 },
	{ "ours_fields", ours_fields_FN, 1 },
	{ "linear_row", linear_row_FN, 16 },
};

static u64 state = 88172645463325252ull;

static WORD drawn(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (WORD)(state * 0x2545f4914f6cdd1dull >> (64 - 8 * sizeof(WORD)));
}

static double rate(run *decoder, const WORD *words, size_t count)
{
	struct timespec from, to;
	volatile long kept;

	clock_gettime(CLOCK_MONOTONIC, &from);
	kept = decoder(words, count);
	clock_gettime(CLOCK_MONOTONIC, &to);
	(void)kept;
	return count / ((to.tv_sec - from.tv_sec) * 1e6 + (to.tv_nsec - from.tv_nsec) / 1e3);
}

/* Short turns: what else the machine does then meets all of them alike, or one that the median leaves out. */
static void measure(const char *what, const WORD *words, size_t count, int rounds)
{
	size_t turn = count < TURN ? count : TURN;

	for (int round = 0; round < rounds; round++) {
		const WORD *from = words + (size_t)round * turn % (count - turn + 1);

		printf("%s", what);
		for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++)
			printf(" %s=%.3f", decoders[i].name, rate(decoders[i].run, from, turn / decoders[i].part));
		printf("\n");
	}
}

static void agree(WORD word)
{
	if (theirs_row_ONE(word) == ours_row_ONE(word) && theirs_row_ONE(word) == ours_fields_ONE(word))
		return;
	fprintf(stderr, "%llx: %d by decodetree, %d by trampgen\n", (unsigned long long)word,
		theirs_row_ONE(word), ours_row_ONE(word));
	exit(1);
}

int main(int argc, char **argv)
{
	int rounds = atoi(argv[1]);
	WORD *words = malloc(RANDOM * sizeof(WORD));

	for (size_t i = 0; i < COMPARED; i++)
		agree(drawn());
	for (size_t i = 0; i < RANDOM; i++)
		words[i] = drawn();
	measure("random", words, RANDOM, rounds);
	for (int at = 2; at < argc; at++) {
		FILE *file = fopen(argv[at], "rb");
		char name[16];
		size_t count;

		fseek(file, 0, SEEK_END);
		count = ftell(file) / sizeof(WORD);
		rewind(file);
		words = malloc(count * sizeof(WORD));
		if (fread(words, sizeof(WORD), count, file) != count)
			return 1;
		for (size_t i = 0; i < count; i++)
			agree(words[i]);
		snprintf(name, sizeof(name), "%d", at - 2);
		measure(name, words, count, rounds);
	}
	return 0;
}
