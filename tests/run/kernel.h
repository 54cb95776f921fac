/* SPDX-License-Identifier: MIT */
/* Structs of a powerpc kernel, as much of them as specs speak of: examples/linux/powerpc/pt_regs*.const has the offsets. */
#include <trampgen.h>

#ifdef CONFIG_PPC32
typedef u32 gpr_t;
#else
typedef u64 gpr_t;
#endif

struct pt_regs {
	gpr_t gpr[32], nip, msr, orig_gpr3, ctr, link, xer, ccr;
#ifdef CONFIG_PPC32
	gpr_t mq;
#else
	gpr_t softe;
#endif
	gpr_t trap, dar, dsisr, result;
};

struct paca_struct {
	u64 before[2];
	u64 kernel_toc;
	u8 between[2354 - 24];
	u8 irq_soft_mask;
	u8 soft_enabled;
};

struct task_struct {
	u64 before[3];
	struct {
		u64 ksp[4];
	} thread;
};

#define SOFT 2354

/* And of no kernel: what specs of x86 in tests/pass speak of. */
struct gate {
	u64 first, second, others[30], next;
};

#define GATE_FLAGS 0x1234
