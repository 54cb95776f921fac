/* SPDX-License-Identifier: MIT */
#ifndef SLOT_H
#define SLOT_H

#include <linux/types.h>

struct slot {
	u8 state;
	u32 uses;
	unsigned long target;
};

unsigned long slot_target(const struct slot *slot);

#endif /* SLOT_H */
