#define TRAP_OFFSET 264 /* offsetof(struct pt_regs, PT_TRAP) */
