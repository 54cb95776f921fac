// SPDX-License-Identifier: MIT
/*
 * Runs a stub: execute STUB entry|kernel|pc, where the second word says what reladdr is a distance to.
 *
 * Each line of stdin is `reladdr index keep flip`: the stub is encoded for reladdr and committed, word `index` of
 * it becomes (word & keep) ^ flip, and it is jumped to, in a process of its own. The line of stdout says either
 * how that process died, or how it got to the target: first where everything is, and after `|` each register and
 * each word of memory that differs from before, with its new value.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "consumer.h"
#include "context.h"
#include "stubs.h"

#define REGION ((char *)0x2000000000)
#define REGION_SIZE 0x10000
#define PAGE 0x1000
/* Where target_code is copied to: an address that needs more than 32 bits. */
#define TARGET (REGION + 0x1000)
/* An entry at the end of a 64-byte line: 120 modulo 64 is 56, where the size is 40. */
#define SLOT 3
#define BELOW 64
#define CALLEE_TOC 0x70c0000012345678

static struct {
	u64 below[BELOW];
	struct context context;
} stack __attribute__((__aligned__(16)));

static struct paca_struct paca;

/* Distinct, no addresses, and with low bits that an `ori` with 0 shows. */
static u64 sentinel(u64 index)
{
	return 0x5eed000000000000 | index << 40 | index << 16;
}

static void flush(const void *code, size_t size)
{
	for (size_t at = 0; at < size; at += 4)
		__asm__ volatile("dcbst 0,%0; sync; icbi 0,%0" : : "r"((const char *)code + at) : "memory");
	__asm__ volatile("sync; isync" : : : "memory");
}

static int copy(void *dst, const void *src, size_t len)
{
	memcpy(dst, src, len);
	return 0;
}

/* What a stub without a TOC loads its target from need not be in its own entry. */
static void store_far(char *at, u64 value)
{
	char *page = (char *)((u64)at & -(u64)PAGE);

	if (at < REGION || at >= REGION + REGION_SIZE) {
		void *mapped = mmap(page, 2 * PAGE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (mapped != page) {
			perror("mmap");
			exit(3);
		}
	}
	memcpy(at, &value, sizeof(value));
}

static void compare(const char *name, long first, const u64 *before, const u64 *after, size_t words, long step)
{
	for (size_t i = 0; i < words; i++)
		if (before[i] != after[i])
			printf(" %s%ld=%#" PRIx64, name, first + (long)i * step, after[i]);
}

static void run(const struct stub *stub, const char *base, s64 reladdr, unsigned long index, u32 keep, u32 flip)
{
	static const char *const special[] = { "lr", "ctr", "cr", "xer" };
	struct ppc64_stub_entry *entry = (struct ppc64_stub_entry *)REGION + SLOT;
	u64 code[sizeof(*entry) / 8], old_code[sizeof(*entry) / 8];
	u64 target = (u64)TARGET;
	struct context *context = &stack.context;
	u64 old_frame[FRAME_WORDS], old_below[BELOW];
	struct ppc64_stub_entry prepared;
	struct paca_struct old_paca;

	memset(&prepared, 0, sizeof(prepared));
	if (stub->encode(prepared.jump, reladdr)) {
		printf("refused\n");
		return;
	}
	prepared.funcdata.word[0] = target;
#if DESCRIPTOR_WORDS == 3
	prepared.funcdata.word[1] = CALLEE_TOC;
#endif
	if (ppc64_stub_entry_commit(entry, &prepared, copy) || !stub->match(entry->jump)) {
		printf("not committed\n");
		return;
	}
	entry->jump[index] = (entry->jump[index] & keep) ^ flip;
	flush(entry, sizeof(*entry));

	for (u64 i = 0; i < STATE_WORDS; i++)
		context->before[i] = sentinel(i);
	for (u64 i = 0; i < FRAME_WORDS; i++)
		context->frame[i] = sentinel(0x80 + i);
	for (u64 i = 0; i < BELOW; i++)
		stack.below[i] = sentinel(0xa0 + i);
	memset(&paca, 0x99, sizeof(paca));
	context->before[1] = (u64)context;
	context->start = (u64)entry;
	context->before[STATE_CR / 8] = 0x92345678;
	context->before[STATE_XER / 8] = 0xa0000000;
	if (!strcmp(base, "entry")) {
		context->before[2] = (u64)entry - (u64)reladdr;
	} else if (!strcmp(base, "kernel")) {
		context->before[13] = (u64)&paca;
#ifdef CONFIG_PPC_KERNEL_PCREL
		paca.kernelbase = target - (u64)reladdr;
#else
		paca.kernel_toc = target - (u64)reladdr;
#endif
	} else {
		entry->funcdata.word[0] = sentinel(0xff);
		store_far((char *)entry + reladdr, target);
	}
	memcpy(old_frame, context->frame, sizeof(old_frame));
	memcpy(old_below, stack.below, sizeof(old_below));
	memcpy(old_code, entry, sizeof(old_code));
	old_paca = paca;

	enter(context);

	printf("reached entry=%#" PRIx64 " target=%#" PRIx64 " r2=%#" PRIx64 " callee_toc=%#" PRIx64 " |", (u64)entry,
	       target, context->before[2], (u64)CALLEE_TOC);
	memcpy(code, entry, sizeof(code));
	compare("r", 0, context->before, context->after, 32, 1);
	for (int i = 0; i < 4; i++)
		if (context->before[32 + i] != context->after[32 + i])
			printf(" %s=%#" PRIx64, special[i], context->after[32 + i]);
	compare("f", 0, context->before + STATE_FPR / 8, context->after + STATE_FPR / 8, 32, 1);
	compare("stack+", 0, old_frame, context->frame, FRAME_WORDS, 8);
	compare("stack", -8 * BELOW, old_below, stack.below, BELOW, 8);
	compare("entry+", 0, old_code, code, sizeof(code) / 8, 8);
	if (memcmp(&old_paca, &paca, sizeof(paca)))
		printf(" paca=1");
	printf("\n");
}

int main(int argc, char **argv)
{
	const struct rlimit no_core = { 0, 0 };
	const struct stub *stub;
	unsigned long index;
	u32 keep, flip;
	s64 reladdr;

	stub = argc == 3 ? find_stub(argv[1]) : NULL;
	if (!stub || setrlimit(RLIMIT_CORE, &no_core))
		return 2;
	if (mmap(REGION, REGION_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != REGION) {
		perror("mmap");
		return 2;
	}
	memcpy(TARGET, target_code, (size_t)(target_code_end - target_code));
	flush(TARGET, (size_t)(target_code_end - target_code));
	while (scanf("%" SCNd64 " %lu %" SCNx32 " %" SCNx32, &reladdr, &index, &keep, &flip) == 4) {
		int status;

		fflush(stdout);
		if (!fork()) {
			const struct itimerval limit = { .it_value = { .tv_usec = 200000 } };

			setitimer(ITIMER_VIRTUAL, &limit, NULL);
			run(stub, argv[2], reladdr, index, keep, flip);
			fflush(stdout);
			_exit(0);
		}
		if (wait(&status) < 0)
			return 2;
		if (WIFSIGNALED(status))
			printf("killed by signal %d\n", WTERMSIG(status));
		else if (WEXITSTATUS(status))
			printf("exited with %d\n", WEXITSTATUS(status));
	}
	return 0;
}
