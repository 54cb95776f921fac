// SPDX-License-Identifier: MIT
/*
 * What the encoders of A64 code write, on stdout: the template, then its words at rest from an initialiser.
 * It needs nothing of a C library: there is none for big-endian processors.
 */
#include <trampgen.h>
#include "arm64.h"

static long call(long number, long first, const void *second, long third)
{
	register long x0 __asm__("x0") = first;
	register const void *x1 __asm__("x1") = second;
	register long x2 __asm__("x2") = third;
	register long x8 __asm__("x8") = number;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x8) : "memory");
	return x0;
}

void _start(void)
{
	static const u32 at_rest[] = { AT_REST };
	u32 buffer[OPERANDS_WORDS];
	int failed = operands_encode(buffer, IP, WHERE, OP, HALF, N, CALLBACK, NUMBER);

	if (failed || !operands_match(buffer) || operands_get_where(buffer, IP) != WHERE ||
	    operands_get_op(buffer) != OP || operands_get_callback(buffer, IP) != CALLBACK ||
	    operands_get_number(buffer) != NUMBER)
		call(93, 1, 0, 0);
	call(64, 1, buffer, sizeof(buffer));
	call(64, 1, at_rest, sizeof(at_rest));
	call(93, 0, 0, 0);
}
