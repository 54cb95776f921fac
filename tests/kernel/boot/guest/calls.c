// SPDX-License-Identifier: MIT
/*
 * A system call with known numbers in every register, the same each time: what a probe sees is then the same, too,
 * and no two registers are alike.
 */
#include "guest.h"

#include <sys/syscall.h>
#include <unistd.h>

#ifdef __powerpc__
long steady_call(long number, long a, long b, long c)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;

	__asm__ volatile(
		"li 6, 0x0606; li 7, 0x0707; li 8, 0x0808; li 9, 0x0909; li 10, 0x1010; li 11, 0x1111; li 12, 0x1212\n"
		"li 14, 0x1414; li 15, 0x1515; li 16, 0x1616; li 17, 0x1717\n"
		"li 18, 0x1818; li 19, 0x1919; li 20, 0x2020; li 21, 0x2121; li 22, 0x2222\n"
		"li 23, 0x2323; li 24, 0x2424; li 25, 0x2525; li 26, 0x2626\n"
		"li 27, 0x2727; li 28, 0x2828; li 29, 0x2929; li 30, 0x3030; li 31, 0x3131\n"
		"mtctr 14; mtlr 15; mtcr 16; lis 17, 0x2000; mtxer 17; li 17, 0x1717\n"
		"sc"
		: "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
		:
		: "memory", "cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7", "ctr", "lr", "xer", "r6", "r7",
		  "r8", "r9", "r10", "r11", "r12", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22",
		  "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31");
	return r3;
}
#elif defined(__arm__)
long steady_call(long number, long a, long b, long c)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;

	__asm__ volatile(
		".arch armv7-a\n"
		"movw r3, #0x0303; movw r4, #0x0404; movw r5, #0x0505; movw r6, #0x0606; movw r8, #0x0808\n"
		"movw r9, #0x0909; movw r10, #0x1010; movw r11, #0x1111; movw r12, #0x1212; movw lr, #0x1414\n"
		"svc 0"
		: "+r"(r7), "+r"(r0), "+r"(r1), "+r"(r2)
		:
		: "memory", "cc", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr");
	return r0;
}
#elif defined(__x86_64__)
long steady_call(long number, long a, long b, long c)
{
	/* All others are gone before the function of the call begins. */
	__asm__ volatile(
		"mov $0x0808, %%r8; mov $0x0909, %%r9; mov $0x1010, %%r10; mov $0x1212, %%r12; mov $0x1313, %%r13\n"
		"mov $0x1414, %%r14; mov $0x1515, %%r15; mov $0x0b0b, %%rbx\n"
		"syscall"
		: "+a"(number), "+D"(a), "+S"(b), "+d"(c)
		:
		: "memory", "cc", "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15");
	return number;
}
#else
long steady_call(long number, long a, long b, long c)
{
	return syscall(number, a, b, c);
}
#endif
