// SPDX-License-Identifier: MIT
// Probes of a function of this program: each is hit, in its slot, and the function goes on as if nothing had happened.
#include "guest.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <unistd.h>

#define CALLS 10

#ifdef __x86_64__
/* One instruction of each kind that slots treat differently; where they begin can't be known from their size. */
long probed(long a, long b);
long call_probed(long a, long b, long *left); /* what it leaves in rcx and r11 */
extern const unsigned char starts[];
__asm__(".pushsection .text\n"
	"probed:	lea	(%rdi,%rdi,2), %rax\n"
	"1:	mov	nothing(%rip), %rcx\n" /* relative to itself: a register stands in for that in the slot */
	"2:	push	%rbx\n"		/* these are emulated, here with a prefix, too */
	"3:	push	%r12\n"
	"4:	nopl	0(%rax)\n"
	"5:	jmp	6f\n"
	"	ud2\n"
	"6:	call	12f\n"
	"7:	lea	16f(%rip), %r10\n"
	"8:	call	*%r10\n"		/* runs in the slot, but leaves an address of here */
	"9:	pop	%r12\n"
	"10:	pop	%rbx\n"
	"11:	ret\n"
	"12:	add	%rsi, %rax\n"
	"13:	test	%rcx, %rcx\n"
	"14:	je	15f\n"
	"	ud2\n"
	"15:	ret\n"
	"16:	ret\n"
	"call_probed:\n"
	"	push	%rbx\n"
	"	mov	%rdx, %rbx\n"
	"	mov	$0x1111, %r11d\n"
	"	call	probed\n"
	"	mov	%rcx, (%rbx)\n"
	"	mov	%r11, 8(%rbx)\n"
	"	pop	%rbx\n"
	"	ret\n"
	"	.popsection\n"
	"	.pushsection .rodata\n"
	"nothing: .quad	0\n"
	"starts: .byte	0, 1b - probed, 2b - probed, 3b - probed, 4b - probed, 5b - probed, 6b - probed, 7b - probed\n"
	"	.byte	8b - probed, 9b - probed, 10b - probed, 11b - probed, 12b - probed, 13b - probed, 14b - probed\n"
	"	.byte	15b - probed, 16b - probed, 255\n"
	"	.popsection");

/* Whether a return that is seen leaves alone what a system call destroys. */
static long called(long a, long b, bool *kept)
{
	long left[2], sum = call_probed(a, b, left);

	*kept &= left[0] == 0 && left[1] == 0x1111;
	return sum;
}
#else
static const unsigned char starts[] = { 0, 4, 8, 255 };

__attribute__((noinline)) long probed(long a, long b)
{
	__asm__ volatile("" : "+r"(a), "+r"(b));
	return a * 3 + b;
}

static long called(long a, long b, bool *kept)
{
	(void)kept;
	return probed(a, b);
}
#endif

static unsigned long code_of(long (*function)(long, long))
{
	unsigned long address = (unsigned long)function;

	return CODE[0] ? *(unsigned long *)address : address;
}

/* Where in this program's file an address is. */
static unsigned long in_file(unsigned long address)
{
	static char head[1 << 14];
	const ElfW(Ehdr) *elf = (const void *)head;
	const ElfW(Phdr) *part = (const void *)(head + sizeof(*elf));
	int fd = open("/init", O_RDONLY);

	if (fd < 0 || read(fd, head, sizeof(head)) < (ssize_t)sizeof(*elf))
		return 0;
	close(fd);
	for (int i = 0; i < elf->e_phnum; i++, part++)
		if (part->p_type == PT_LOAD && address - part->p_vaddr < part->p_filesz)
			return address - part->p_vaddr + part->p_offset;
	return 0;
}

void uprobes(void)
{
	unsigned long place = in_file(code_of(probed));
	int probes = 0, error, hits;
	long sum = 0, expected = 0;
	bool kept = true;
	char event[128];

	for (int i = 0; starts[i] != 255; i++) {
		snprintf(event, sizeof(event), "p:uprobes/u%d /init:0x%lx\n", i, place + starts[i]);
		probes += !add(TRACING "uprobe_events", event);
	}
	snprintf(event, sizeof(event), "r:uprobes/back /init:0x%lx\n", place);
	error = add(TRACING "uprobe_events", event);
	error |= put(TRACING "events/uprobes/enable", "1");
	for (int i = 0; i < CALLS; i++) {
		sum += called(i, 7, &kept);
		expected += i * 3 + 7;
	}
	put(TRACING "events/uprobes/enable", "0");
	hits = 0;
	for (int i = 0; starts[i] != 255; i++) {
		snprintf(event, sizeof(event), " u%d: (", i);
		hits += count(get(TRACING "trace"), event);
	}
	check("uprobe", !error && hits == CALLS * probes && sum == expected,
	      "%d hits in %d calls of a function with %d probes", hits, CALLS, probes);
	hits = count(get(TRACING "trace"), " back: (");
	check("uretprobe", hits == CALLS && kept, "%d returns in %d calls%s", hits, CALLS,
	      kept ? "" : ", registers are lost");
	put(TRACING "uprobe_events", "");
	put(TRACING "trace", "");
}
