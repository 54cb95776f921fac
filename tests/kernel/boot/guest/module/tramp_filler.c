// SPDX-License-Identifier: GPL-2.0-only
// Leaves no room for modules near the kernel of ARM: those that are loaded next call it through their PLT.
#include <linux/module.h>
#include <linux/sizes.h>

static char room[SZ_16M - 6 * PAGE_SIZE];
module_param_string(room, room, sizeof(room), 0444);

MODULE_DESCRIPTION("Fills the area of modules");
MODULE_LICENSE("GPL");
