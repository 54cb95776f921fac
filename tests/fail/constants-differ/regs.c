struct pt_regs { unsigned long gpr[32], nip, msr; };
struct pt_regs regs;
int callback(struct pt_regs *regs) { return regs->nip; }
