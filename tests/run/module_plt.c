// SPDX-License-Identifier: MIT
/* Fill a PLT in memory that can be run, and jump through each of its entries. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <trampgen.h>
#include "module_plt.h"

#ifdef CONFIG_THUMB2_KERNEL
#define STATE 1 /* of the processor, in the lowest bit of an address */
#else
#define STATE 0
#endif

#define ONE(n) static int reached_##n(void) { return 100 + n; }
#define EIGHT(m) m(0) m(1) m(2) m(3) m(4) m(5) m(6) m(7)
#define MORE(m) m(8) m(9) m(10) m(11) m(12) m(13) m(14) m(15)
EIGHT(ONE) MORE(ONE)
#define NAME(n) reached_##n,
static int (*const targets[])(void) = { EIGHT(NAME) MORE(NAME) };
#define TARGETS (sizeof(targets) / sizeof(targets[0]))

static int check(struct plt_entries *block)
{
	static struct plt_entries before;

	memcpy(&before, block, sizeof(before));
	if (plt_entries_match(block, 0) || plt_entries_encode(block, PLT_ENTRIES_COUNT, 0) != -EINVAL ||
	    plt_entries_encode(block, (size_t)-1, 0) != -EINVAL ||
	    plt_entries_encode(block, 0, 1ULL << 32) != -ERANGE || memcmp(&before, block, sizeof(before)))
		return 1;
	for (size_t i = 0; i < PLT_ENTRIES_COUNT; i++)
		if (plt_entries_encode(block, i, (unsigned long)targets[i % TARGETS]))
			return 2;
	__builtin___clear_cache((char *)block, (char *)(block + 1));
	for (size_t i = 0; i < PLT_ENTRIES_COUNT; i++) {
		int (*entry)(void) = (int (*)(void))((unsigned long)&block->code[i] | STATE);

		if (!plt_entries_match(block, i) ||
		    plt_entries_get_lit(block, i) != (unsigned long)targets[i % TARGETS])
			return 3;
		printf("%d\n", entry());
	}
	if (plt_entries_match(block, PLT_ENTRIES_COUNT))
		return 4;
	for (int bit = 0; bit < 32; bit++) {
		block->code[1] ^= 1u << bit;
		if (plt_entries_match(block, 1))
			return 5;
		block->code[1] ^= 1u << bit;
	}
	return 0;
}

int main(void)
{
	static const u32 insns[] = { PLT_ENTRIES_INSNS };
	struct plt_entries *block = mmap(NULL, sizeof(*block), PROT_READ | PROT_WRITE | PROT_EXEC,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED)
		return 9;
	printf("%08x %u\n", insns[0], (unsigned int)PLT_ENTRIES_SIZE);
	return check(block);
}
