// SPDX-License-Identifier: GPL-2.0-only
// Never linked: the assembly of it says where the members of pt_regs are in this build.
#include <linux/kbuild.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>

#define REG(n) DEFINE(pt_regs.uregs[n], offsetof(struct pt_regs, uregs[n]))

int main(void);
int main(void)
{
	REG(0);
	REG(1);
	REG(2);
	REG(3);
	REG(4);
	REG(5);
	REG(6);
	REG(7);
	REG(8);
	REG(9);
	REG(10);
	REG(11);
	REG(12);
	REG(13);
	REG(14);
	REG(15);
	REG(16);
	REG(17);
	return 0;
}
