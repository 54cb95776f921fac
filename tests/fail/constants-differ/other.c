struct pt_regs { unsigned long gpr[32], pc, msr; };
struct pt_regs others;
