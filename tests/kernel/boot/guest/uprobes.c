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
extern const unsigned char starts[];
__asm__(".pushsection .text\n"
	"probed:	lea	(%rdi,%rdi,2), %rax\n"
	"1:	mov	nothing(%rip), %rcx\n" /* relative to itself: a register stands in for that in the slot */
	"2:	push	%rbx\n"
	"3:	call	6f\n"
	"4:	pop	%rbx\n"
	"5:	ret\n"
	"6:	add	%rsi, %rax\n"
	"7:	test	%rcx, %rcx\n"
	"8:	je	9f\n"
	"	ud2\n"
	"9:	ret\n"
	"	.popsection\n"
	"	.pushsection .rodata\n"
	"nothing: .quad	0\n"
	"starts: .byte	0, 1b - probed, 2b - probed, 3b - probed, 4b - probed, 5b - probed, 6b - probed, 7b - probed\n"
	"	.byte	8b - probed, 9b - probed, 255\n"
	"	.popsection");
#else
static const unsigned char starts[] = { 0, 4, 8, 255 };

__attribute__((noinline)) long probed(long a, long b)
{
	__asm__ volatile("" : "+r"(a), "+r"(b));
	return a * 3 + b;
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
	char event[128];

	for (int i = 0; starts[i] != 255; i++) {
		snprintf(event, sizeof(event), "p:uprobes/u%d /init:0x%lx\n", i, place + starts[i]);
		probes += !add(TRACING "uprobe_events", event);
	}
	snprintf(event, sizeof(event), "r:uprobes/back /init:0x%lx\n", place);
	error = add(TRACING "uprobe_events", event);
	error |= put(TRACING "events/uprobes/enable", "1");
	for (int i = 0; i < CALLS; i++) {
		sum += probed(i, 7);
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
	check("uretprobe", hits == CALLS, "%d returns in %d calls", hits, CALLS);
	put(TRACING "uprobe_events", "");
	put(TRACING "trace", "");
}
