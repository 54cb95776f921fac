#ifndef __ASM_OFFSETS_H__
#define __ASM_OFFSETS_H__

#define STACK_INT_FRAME_REGS 48 /* STACK_INT_FRAME_REGS */
#define GPR2 64 /* STACK_INT_FRAME_REGS + offsetof(struct pt_regs, gpr[2]) */
#define GPR3 80 /* STACK_INT_FRAME_REGS + offsetof(struct pt_regs, gpr[3]) */
#define GPR6 96 /* STACK_INT_FRAME_REGS + offsetof(struct pt_regs, gpr[6]) */

#endif
