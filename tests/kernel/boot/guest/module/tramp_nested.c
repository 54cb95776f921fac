// SPDX-License-Identifier: GPL-2.0-only
// A probe's handler that calls a function of the kernel, in which another probe may stand.
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static int copies;

void tramp_nested_probed(void);
noinline void tramp_nested_probed(void)
{
	barrier();
}

static int handler(struct kprobe *probe, struct pt_regs *regs)
{
	char *copy = kstrdup("a string", GFP_ATOMIC);

	if (copy && !strcmp(copy, "a string"))
		WRITE_ONCE(copies, copies + 1);
	kfree(copy);
	return 0;
}

static struct kprobe probe = { .symbol_name = "tramp_nested_probed", .pre_handler = handler };

static int get_run(char *buffer, const struct kernel_param *unused)
{
	WRITE_ONCE(copies, 0);
	tramp_nested_probed();
	return scnprintf(buffer, PAGE_SIZE, "%d\n", READ_ONCE(copies));
}

static const struct kernel_param_ops run = { .get = get_run };
module_param_cb(run, &run, NULL, 0444);

static int __init tramp_nested_init(void)
{
	return register_kprobe(&probe);
}
module_init(tramp_nested_init);

static void __exit tramp_nested_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(tramp_nested_exit);

MODULE_DESCRIPTION("Calls a probed function from a probe's handler");
MODULE_LICENSE("GPL");
