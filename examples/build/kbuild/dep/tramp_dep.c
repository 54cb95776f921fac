// SPDX-License-Identifier: MIT
#include <linux/module.h>

#include "far_call.h"

static int __init tramp_init(void)
{
	u32 code[FAR_CALL_WORDS];

	return far_call_encode(code, 0x12345678);
}
module_init(tramp_init);

MODULE_DESCRIPTION("A header that Kbuild makes when something changed");
MODULE_LICENSE("Dual MIT/GPL");
