// SPDX-License-Identifier: MIT
/* Elements of two words, each of which loads its own context and jumps to what answers with it. */
#include <stdio.h>
#include <sys/mman.h>
#include <trampgen.h>
#include "pairs.h"

#ifdef CONFIG_THUMB2_KERNEL
#define STATE 1
#else
#define STATE 0
#endif

static int same(int context)
{
	return context;
}

static int negated(int context)
{
	return -context;
}

int main(void)
{
	struct pairs *block = mmap(NULL, sizeof(*block), PROT_READ | PROT_WRITE | PROT_EXEC,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED || pairs_encode(block, 0, 1LL << 31, 0) != -ERANGE ||
	    pairs_encode(block, 0, 0, 1LL << 32) != -ERANGE || block->code[0][0])
		return 1;
	for (int i = 0; i < (int)PAIRS_COUNT; i++)
		if (pairs_encode(block, i, 1000 - 600 * i, (unsigned long)(i % 2 ? same : negated)))
			return 2;
	__builtin___clear_cache((char *)block, (char *)(block + 1));
	for (int i = 0; i < (int)PAIRS_COUNT; i++) {
		int (*entry)(void) = (int (*)(void))((unsigned long)block->code[i] | STATE);

		if (!pairs_match(block, i) || pairs_get_context(block, i) != 1000 - 600 * i)
			return 3;
		printf("%d\n", entry());
	}
	return 0;
}
