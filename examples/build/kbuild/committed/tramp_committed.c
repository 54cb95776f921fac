// SPDX-License-Identifier: MIT
#include <linux/module.h>

#include "near_call.h"

static int __init tramp_init(void)
{
	u32 code[NEAR_CALL_WORDS];

	return near_call_encode(code, 0x1000, 0);
}
module_init(tramp_init);

MODULE_DESCRIPTION("A header that is in the tree");
MODULE_LICENSE("Dual MIT/GPL");
