// SPDX-License-Identifier: MIT
/*
 * The words of ARM's template at rest as an initialiser, AT_REST, and on stdout what the encoder writes for each form
 * of its region. It needs nothing of a C library: there is none for big-endian processors.
 */
#include <trampgen.h>
#include "optprobe.h"

const u32 at_rest[] __attribute__((section(".at_rest"))) = { AT_REST };

static long call(long number, long first, const void *second, long third)
{
	register long r0 __asm__("r0") = first;
	register const void *r1 __asm__("r1") = second;
	register long r2 __asm__("r2") = third;
	register long r7 __asm__("r7") = number;

	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r7) : "memory");
	return r0;
}

void _start(void)
{
	static u32 buffer[OPTPROBE_TEMPLATE_WORDS];
	static struct optprobe_template_args args;

	args.stack_protect = STACK_PROTECT;
	args.original = ORIGINAL;
	args.next = NEXT;
	args.val = VAL;
	args.call = CALL;
	for (args.direct_exec = 0; args.direct_exec < 2; args.direct_exec++) {
		int failed = optprobe_template_encode(buffer, IP, &args);

		if (failed || !optprobe_template_match(buffer) ||
		    optprobe_template_direct_exec_form(buffer) != args.direct_exec ||
		    optprobe_template_get_stack_protect(buffer) != STACK_PROTECT ||
		    optprobe_template_get_call(buffer) != CALL ||
		    (args.direct_exec && optprobe_template_get_original(buffer) != ORIGINAL) ||
		    (args.direct_exec && optprobe_template_get_next(buffer, IP) != NEXT))
			call(1, 1, 0, 0);
		call(4, 1, buffer, sizeof(buffer));
	}
	call(1, 0, 0, 0);
}
