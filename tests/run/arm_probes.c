// SPDX-License-Identifier: MIT
/* Answer with the predicates of a header about each word on standard input. */
#include <stdio.h>
#include <string.h>
#include <trampgen.h>
#define PAGE_SIZE 4096
#include HEADER

int main(void)
{
	unsigned int word;

	while (scanf("%x", &word) == 1) {
#ifdef UPROBE_XOL_SIZE
		u32 slot[UPROBE_XOL_SIZE / 4], insn = word, kept[2] = { 1, 2 };
		int wrong = uprobe_xol_encode(slot, &insn, 4) || uprobe_xol_encode(kept, &insn, 8) != -EINVAL;

		wrong |= kept[0] != 1 || kept[1] != 2 || TRAMP_ARM_FROM_MEM(slot[0]) != word;
		for (unsigned int i = 1; i < UPROBE_XOL_SIZE / 4; i++)
			wrong |= slot[i] != TRAMP_ARM_TO_MEM(UPROBE_SS_INSN);
		printf("%d%d%d%s\n", is_uprobe_trap(word), is_swbp_insn(word), is_single_step(word),
		       wrong ? " wrong" : "");
#elif defined(CONFIG_THUMB2_KERNEL)
		_Static_assert(KPROBE_THUMB16_INSN_SIZE == 2 && KPROBE_THUMB32_INSN_SIZE == 4, "sizes");
		printf("%d%d%d\n", is_kprobe_trap(word), is_kprobe_thumb16(word), is_kprobe_thumb32(word));
#else
		printf("%d%d\n", is_kprobe_trap(word), is_kprobe_arm(word));
#endif
	}
	return 0;
}
