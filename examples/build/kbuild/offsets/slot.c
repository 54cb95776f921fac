// SPDX-License-Identifier: MIT
#include "slot.h"

unsigned long slot_target(const struct slot *slot)
{
	return slot->target;
}
