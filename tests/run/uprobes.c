// SPDX-License-Identifier: MIT
/*
 * What the header of uprobes.tramp answers, line by line.
 *   words: an instruction word; prints is_trap, can_single_step, is_my_breakpoint
 *   slots: an area, an address, a slot; prints the slot of the address, and the slot's address
 *   copy:  two words and a size; prints what encode returns, and the slot's bytes
 */
#include <stdio.h>
#include <string.h>
#include <trampgen.h>
#include "uprobes.h"

_Static_assert(UPROBE_SWBP_INSN_SIZE == sizeof(u32), "the size of a breakpoint");
_Static_assert(UPROBE_XOL_FIRST == 1 && UPROBE_XOL_COUNT == PAGE_SIZE / 8, "the slots of a page");

static void words(void)
{
	unsigned int word;

	while (scanf("%x", &word) == 1)
		printf("%d%d%d\n", is_trap(word), can_single_step(word), is_my_breakpoint(word));
}

static void slots(void)
{
	unsigned long area, addr;
	unsigned int slot;

	while (scanf("%lx %lx %u", &area, &addr, &slot) == 3)
		printf("%d %lx\n", uprobe_xol_index(area, addr), uprobe_xol_address(area, slot));
}

static void copy(void)
{
	unsigned int first, second;
	size_t size, i;

	while (scanf("%x %x %zu", &first, &second, &size) == 3) {
		u32 insn[2] = { first, second };
		u8 bytes[UPROBE_XOL_SIZE];
		u32 slot[UPROBE_XOL_SIZE / 4];

		memset(slot, 0x55, sizeof(slot));
		printf("%d ", uprobe_xol_encode(slot, insn, size) != 0);
		memcpy(bytes, slot, sizeof(bytes));
		for (i = 0; i < sizeof(bytes); i++)
			printf("%02x", bytes[i]);
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "words"))
		words();
	else if (!strcmp(argv[1], "slots"))
		slots();
	else
		copy();
	return 0;
}
