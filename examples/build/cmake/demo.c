/* SPDX-License-Identifier: MIT */
/* Prints the words of a far call, and says whether a near one would do. */
#include <stdio.h>

#include "far_call.h"
#include "near_call.h"

int main(void)
{
	const s64 distance = 0x12345678;
	u32 code[FAR_CALL_WORDS];

	if (far_call_encode(code, distance))
		return 1;
	for (int i = 0; i < FAR_CALL_WORDS; i++)
		printf("%08x\n", code[i]);
	printf("near: %s\n", near_call_target_fits(distance, 0) ? "yes" : "no");
	return 0;
}
