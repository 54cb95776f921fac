// SPDX-License-Identifier: GPL-2.0-only
// A module that calls the kernel through stubs and is called back, and says whether all arrived as it was sent.
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/workqueue.h>

static int wrong, compared;
static DECLARE_COMPLETION(worked);

static void expect(bool good)
{
	compared++;
	if (!good)
		wrong++;
}

/* Arguments in registers and on the stack. */
int tramp_guest_sum(int a, int b, int c, int d, int e, int f, int g, int h);
noinline int tramp_guest_sum(int a, int b, int c, int d, int e, int f, int g, int h)
{
	return a + b + c + d + e + f + g + h;
}

/* The kernel calls these from far away. */
static int ascending(const void *a, const void *b)
{
	compared++;
	return *(const int *)a - *(const int *)b;
}

static void work(struct work_struct *unused)
{
	complete(&worked);
}
static DECLARE_WORK(a_work, work);

static void calls(void)
{
	int numbers[] = { 5, 3, 9, 1, 7 };
	char text[64];

	expect(snprintf(text, sizeof(text), "%d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7) == 13);
	expect(!strcmp(text, "1 2 3 4 5 6 7"));
	sort(numbers, ARRAY_SIZE(numbers), sizeof(numbers[0]), ascending, NULL);
	expect(numbers[0] == 1 && numbers[2] == 5 && numbers[4] == 9);
	expect(compared > 4);
	schedule_work(&a_work);
	expect(wait_for_completion_timeout(&worked, 10 * HZ));
}

static int get_report(char *buffer, const struct kernel_param *unused)
{
	return scnprintf(buffer, PAGE_SIZE, "%s: %d of %d wrong\n", wrong ? "bad" : "good", wrong, compared);
}

static int get_sum(char *buffer, const struct kernel_param *unused)
{
	return scnprintf(buffer, PAGE_SIZE, "%d\n", tramp_guest_sum(1, 2, 3, 4, 5, 6, 7, 8));
}

static const struct kernel_param_ops report = { .get = get_report };
static const struct kernel_param_ops sum = { .get = get_sum };
module_param_cb(report, &report, NULL, 0444);
module_param_cb(sum, &sum, NULL, 0444);

#if defined(CONFIG_ARM) || defined(CONFIG_PPC32)
/* Larger than what is freed near the kernel since tramp_filler was loaded. */
asm(".pushsection .text; .skip 0x10000; .popsection");
#endif

static int __init tramp_guest_init(void)
{
	calls();
	return 0;
}
module_init(tramp_guest_init);

static void __exit tramp_guest_exit(void)
{
}
module_exit(tramp_guest_exit);

MODULE_DESCRIPTION("Calls through stubs");
MODULE_LICENSE("GPL");
