// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux' own decoder and its rewriting of RIP-relative operands, in user space. A line is an instruction's bytes; the
 * answer is its length or an error, whether its operand is RIP-relative, the fixup and the bytes that uprobes make of it.
 * riprel.inc is riprel_analyze() of arch/x86/kernel/uprobes.c as it stands there.
 */
#include <stdio.h>
#include <string.h>
#include <linux/types.h>
#include <asm/insn.h>

#define UPROBE_FIX_RIP_SI 0x08
#define UPROBE_FIX_RIP_DI 0x10
#define UPROBE_FIX_RIP_BX 0x20
#define MODRM_REG(insn) X86_MODRM_REG((insn)->modrm.value)

struct arch_uprobe {
	u8 insn[16];
	struct {
		u8 fixups;
	} defparam;
};

#include "riprel.inc"

int main(void)
{
	char hex[64];

	while (scanf("%63s", hex) == 1) {
		struct arch_uprobe probe = { 0 };
		struct insn insn;
		unsigned int byte;
		int i, error;

		for (i = 0; i < 15 && sscanf(hex + 2 * i, "%2x", &byte) == 1; i++)
			probe.insn[i] = byte;
		error = insn_decode(&insn, probe.insn, i, INSN_MODE_64);
		if (error < 0) {
			printf("%d 0 0 -\n", error);
			continue;
		}
		riprel_analyze(&probe, &insn);
		printf("%d %d %d ", insn.length, insn_rip_relative(&insn) != 0, probe.defparam.fixups);
		for (i = 0; i < insn.length; i++)
			printf("%02x", probe.insn[i]);
		printf("\n");
	}
	return 0;
}
