/* SPDX-License-Identifier: MIT */
/* Prints the words of a far call. */
#include <stdio.h>

#include "far_call.h"

int main(void)
{
	u32 code[FAR_CALL_WORDS];

	if (far_call_encode(code, 0x12345678))
		return 1;
	for (int i = 0; i < FAR_CALL_WORDS; i++)
		printf("%08x\n", code[i]);
	return 0;
}
