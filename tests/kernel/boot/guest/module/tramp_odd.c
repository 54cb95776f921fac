// SPDX-License-Identifier: GPL-2.0-only
// A store at an odd distance below the stack pointer: ARM's optimised probes have to make room for it.
#include <linux/kprobes.h>
#include <linux/module.h>

unsigned long tramp_odd_store(unsigned long byte);
asm("	.pushsection .text\n"
    "	.type	tramp_odd_store, %function\n"
    "tramp_odd_store:\n"
    "	mrs	r1, cpsr\n"
    "	cpsid	i\n" /* an interrupt would write there, too */
    "	strb	r0, [sp, #-1]\n"
    "	ldrb	r0, [sp, #-1]\n"
    "	msr	cpsr_c, r1\n"
    "	bx	lr\n"
    "	.size	tramp_odd_store, . - tramp_odd_store\n"
    "	.popsection");

static int get_run(char *buffer, const struct kernel_param *unused)
{
	return scnprintf(buffer, PAGE_SIZE, "%d\n", tramp_odd_store(0x5a) == 0x5a);
}

static const struct kernel_param_ops run = { .get = get_run };
module_param_cb(run, &run, NULL, 0444);

/* Tracing takes no function that it can't trace. */
static struct kprobe probe = { .symbol_name = "tramp_odd_store", .offset = 8 };

static int __init tramp_odd_init(void)
{
	return register_kprobe(&probe);
}
module_init(tramp_odd_init);

static void __exit tramp_odd_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(tramp_odd_exit);

MODULE_DESCRIPTION("Stores below the stack pointer");
MODULE_LICENSE("GPL");
