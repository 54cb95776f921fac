// SPDX-License-Identifier: MIT
/* For each word on stdin what the predicates of the examples say of it; the slots and the call sites check themselves. */
#include <stdio.h>
#include <trampgen.h>
#define PAGE_SIZE 4096
#include "kprobes.h"
#include "uprobes.h"
#include "call_sites.h"

static int slots(u32 word)
{
	u32 slot[KPROBE_XOL_SIZE / 4 + 1] = { 0, 0, 7 }, copy[UPROBE_XOL_SIZE / 4 + 1] = { 0, 7 };

	if (kprobe_xol_encode(slot, &word, 4) || uprobe_xol_encode(copy, &word, 4) ||
	    kprobe_xol_encode(slot, &word, 8) != -EINVAL)
		return 1;
	return TRAMP_A64_FROM_MEM(slot[0]) != word || TRAMP_A64_FROM_MEM(slot[1]) != KPROBE_SINGLE_STEP_INSN ||
	       slot[2] != 7 || TRAMP_A64_FROM_MEM(copy[0]) != word || copy[1] != 7 ||
	       kprobe_xol_index(4096, 4096 + 8 * 511 + 7) != 511 || uprobe_xol_index(4096, 4096) != -EINVAL ||
	       UPROBE_XOL_COUNT != 1024 || kprobe_xol_address(4096, 3) != 4096 + 24;
}

/* A site goes from nops to a call and back; in between it is in one state at a time. */
static int sites(unsigned long ip, unsigned long caller)
{
	u32 words[2] = { FTRACE_NOP_INSN, FTRACE_NOP_INSN }, *site = words + 1, save[1];

	if (!ftrace_site_match(site) || ftrace_site_disabled_match(site) || save_lr_encode(save))
		return 1;
	words[0] = TRAMP_A64_FROM_MEM(save[0]);
	if (ftrace_site_match(site) || !ftrace_site_disabled_match(site) || ftrace_site_enabled_match(site))
		return 2;
	if (ftrace_call_encode(site, ip, caller))
		return ftrace_call_caller_fits(ip, caller) ? 3 : 0;
	if (ftrace_site_disabled_match(site) || !ftrace_site_enabled_match(site) ||
	    ftrace_site_enabled_get_caller(site, ip) != caller || FTRACE_CALL_REPLACE_NEEDS_STOP_MACHINE)
		return 4;
	return 0;
}

int main(void)
{
	unsigned int word;

	while (scanf("%x", &word) == 1) {
		unsigned long ip = 0x400000000000UL + (word & ~3u);
		long away = (long)(int)word >> 3 & ~3L;

		printf("%d%d%d%d%d %d %d\n", is_kprobe_brk(word), is_kprobe_breakpoint(word),
		       is_kprobe_single_step(word), is_swbp_insn(word), is_bti(word), slots(word),
		       sites(ip, ip + away));
	}
	return 0;
}
