// SPDX-License-Identifier: MIT
/*
 * What two headers of rewrites answer, line by line. A question is a rule, an
 * instruction's bytes and how many of them may be read, and two addresses.
 */
#include <stdio.h>
#include <string.h>
#include <trampgen.h>
#include "wide.h"
#include "narrow.h"

#define SHOW(insn, length) \
	printf("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %x", length, insn.why, insn.control, insn.kind, \
	       insn.prefix_at, insn.map, insn.opcode, insn.opcode_at, insn.modrm, insn.modrm_at, \
	       insn.displacement_at, insn.displacement_size, insn.immediate_at, insn.immediate_size, \
	       insn.rip_relative, insn.reg << 8 | insn.vvvv, insn.regs)

static u8 out[32];

static void copied(int length, int why, int scratch)
{
	size_t i;

	printf("%d %d %d ", length, why, scratch);
	for (i = 0; i < sizeof(out); i++)
		printf("%02x", out[i]);
	printf("\n");
}

int main(void)
{
	char rule[32], hex[64];
	unsigned long long from, to;
	size_t room, i;

	while (scanf("%31s %63s %zu %llx %llx", rule, hex, &room, &from, &to) == 5) {
		struct narrow_insn narrow;
		struct wide_insn wide;
		int scratch = -2, length;
		u8 code[32] = { 0 };

		for (i = 0; hex[2 * i]; i++) {
			unsigned int byte;

			sscanf(hex + 2 * i, "%2x", &byte);
			code[i] = byte;
		}
		memset(out, 0x55, sizeof(out));
		if (!strcmp(rule, "wide")) {
			length = wide_decode(&wide, code, room);
			SHOW(wide, length);
			printf("\n");
		} else if (!strcmp(rule, "narrow")) {
			length = narrow_decode(&narrow, code, room);
			SHOW(narrow, length);
			printf("\n");
		} else if (!strcmp(rule, "stepped")) {
			length = stepped_scratch_rewrite(out, code, room, &wide, &scratch);
			copied(length, wide.why, scratch);
		} else if (!strcmp(rule, "followed")) {
			length = followed_scratch_rewrite(out, code, room, &wide, &scratch);
			copied(length, wide.why, scratch);
		} else if (!strcmp(rule, "free")) {
			length = free_scratch_rewrite(out, code, room, &wide, &scratch);
			copied(length, wide.why, scratch);
		} else if (!strcmp(rule, "adjusted")) {
			length = adjusted_rewrite(out, code, room, &wide, from, to);
			copied(length, wide.why, scratch);
		} else if (!strcmp(rule, "plain")) {
			length = plain_rewrite(out, code, room, &wide);
			copied(length, wide.why, scratch);
		} else if (!strcmp(rule, "plain32")) {
			length = plain32_rewrite(out, code, room, &narrow);
			copied(length, narrow.why, scratch);
		} else {
			return 2;
		}
	}
	return 0;
}
