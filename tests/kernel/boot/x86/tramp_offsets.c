// SPDX-License-Identifier: GPL-2.0-only
// Never linked: the assembly of it says where the members of pt_regs are in this build.
#include <linux/kbuild.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>

#define REG(name) DEFINE(pt_regs.name, offsetof(struct pt_regs, name))

int main(void);
int main(void)
{
	REG(ax);
	REG(bx);
	REG(cx);
	REG(dx);
	REG(si);
	REG(di);
	REG(bp);
	REG(r8);
	REG(r9);
	REG(r10);
	REG(r11);
	REG(r12);
	REG(r13);
	REG(r14);
	REG(r15);
	REG(orig_ax);
	REG(ip);
	REG(cs);
	REG(flags);
	REG(sp);
	REG(ss);
	return 0;
}
