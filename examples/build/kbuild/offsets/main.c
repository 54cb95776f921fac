// SPDX-License-Identifier: MIT
#include <linux/module.h>

#include "slot.h"
#include "load_slot.h"

static int __init tramp_init(void)
{
	static const u8 code[] = { LOAD_SLOT_INSNS };
	struct slot slot = { .target = (unsigned long)code };

	return load_slot_match(code) && slot_target(&slot) ? 0 : -EINVAL;
}
module_init(tramp_init);

MODULE_DESCRIPTION("Offsets in a template from the debug info of an object");
MODULE_LICENSE("Dual MIT/GPL");
