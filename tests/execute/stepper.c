// SPDX-License-Identifier: MIT
/*
 * Single-steps an instruction and its copy on this machine's processor, from the same random registers, flags and
 * memory, and compares all of what they leave behind. A question is a line: the instruction, its copy, where both stand,
 * the number of the scratch register or -1, whether it goes elsewhere by its operand, how many states, a seed.
 * The answer: how many states ended without a fault, with one, with SIGILL, and what differed first, or "same".
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define CODE 0x18000000UL
#define NEAR 0x50000000UL
#define FAR 0x700000000000UL
#define DATA 0x30000000UL
#define STACK 0x78000000UL
#define SIZE 0x2000UL
#define MIDDLE 0x1000UL

static const unsigned long areas[] = { CODE, NEAR, FAR, DATA, STACK };
static pid_t child;
static uint64_t drawn;

struct state {
	struct user_regs_struct regs;
	uint8_t vectors[16384];
	size_t vector_size;
	uint8_t data[SIZE], stack[SIZE];
	int signal;
};

static uint64_t draw(void)
{
	drawn ^= drawn << 13;
	drawn ^= drawn >> 7;
	drawn ^= drawn << 17;
	return drawn;
}

static void scatter(uint8_t *to, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = draw() >> 32;
}

static void fail(const char *what)
{
	perror(what);
	exit(3);
}

static void get(struct state *state)
{
	struct iovec vectors = { state->vectors, sizeof(state->vectors) };

	if (ptrace(PTRACE_GETREGS, child, NULL, &state->regs) ||
	    ptrace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &vectors))
		fail("registers");
	state->vector_size = vectors.iov_len;
}

static void set(struct state *state)
{
	struct iovec vectors = { state->vectors, state->vector_size };

	if (ptrace(PTRACE_SETREGS, child, NULL, &state->regs) ||
	    ptrace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &vectors))
		fail("registers");
	memcpy((void *)DATA, state->data, SIZE);
	memcpy((void *)STACK, state->stack, SIZE);
}

/* Random registers; what would make every instruction fault is as a program has it. */
static void begin(struct state *state, int elsewhere)
{
	unsigned long long *general[] = {
		&state->regs.rax, &state->regs.rcx, &state->regs.rdx, &state->regs.rbx, &state->regs.rsp,
		&state->regs.rbp, &state->regs.rsi, &state->regs.rdi, &state->regs.r8, &state->regs.r9,
		&state->regs.r10, &state->regs.r11, &state->regs.r12, &state->regs.r13, &state->regs.r14,
		&state->regs.r15,
	};
	uint64_t features;
	unsigned int i, a, b, c, d;

	for (i = 0; i < 16; i++)
		*general[i] = draw() & 3 ? draw() : draw() & 255;
	if (draw() & 1)
		state->regs.rdx = 0; /* half of the divisions have a quotient */
	state->regs.rsp = STACK + MIDDLE;
	state->regs.orig_rax = -1UL;
	state->regs.eflags = 0x202 | (draw() & 0xcd5);
	scatter(state->data, SIZE);
	scatter(state->stack, SIZE);
	memcpy(&features, state->vectors + 464, sizeof(features)); /* XCR0, as the kernel stores it */
	features &= 0xe7;
	memcpy(state->vectors + 512, &features, sizeof(features));
	memset(state->vectors, 0, 32);
	state->vectors[0] = 0x7f;
	state->vectors[1] = 3;
	state->vectors[4] = draw();
	state->vectors[24] = 0x80;
	state->vectors[25] = 0x1f;
	for (i = 0; i < 8; i++)
		scatter(state->vectors + 32 + 16 * i, 10);
	scatter(state->vectors + 160, 256);
	for (i = 2; i < 8; i++) {
		if (!(features >> i & 1))
			continue;
		__cpuid_count(0xd, i, a, b, c, d);
		scatter(state->vectors + b, a);
	}
	if (elsewhere) {
		uint64_t to = CODE + 0x123;

		memcpy(state->data + MIDDLE, &to, sizeof(to));
	}
}

static void step(struct state *state, unsigned long at)
{
	int status;

	state->regs.rip = at;
	set(state);
	if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) || waitpid(child, &status, 0) != child)
		fail("step");
	if (!WIFSTOPPED(status))
		fail("the stepped process is gone");
	state->signal = WSTOPSIG(status);
	get(state);
	memcpy(state->data, (void *)DATA, SIZE);
	memcpy(state->stack, (void *)STACK, SIZE);
	memset(state->vectors + 8, 0, 8); /* where the FPU's last instruction was */
}

static unsigned long long *scratch_of(struct state *state, int number)
{
	return number == 0 ? &state->regs.rax : number == 1 ? &state->regs.rcx : number == 2 ? &state->regs.rdx :
	       number == 3 ? &state->regs.rbx : number == 6 ? &state->regs.rsi : &state->regs.rdi;
}

/* What somebody who steps the copy corrects: the scratch register, the instruction pointer, a return address. */
static void correct(struct state *state, unsigned long from, unsigned long to, size_t size)
{
	uint64_t top;

	/* What the kernel emulates, such as sgdt, is stepped together with the int3 behind it. */
	if (state->regs.rip - to <= size + 1)
		state->regs.rip += from - to;
	memcpy(&top, state->stack + MIDDLE - 8, sizeof(top));
	if (top == to + size) {
		top += from - to;
		memcpy(state->stack + MIDDLE - 8, &top, sizeof(top));
	}
}

static const char *differs(const struct state *one, const struct state *other)
{
	if (one->signal != other->signal)
		return "signal";
	if (memcmp(&one->regs, &other->regs, sizeof(one->regs)))
		return one->regs.eflags != other->regs.eflags ? "flags" :
		       one->regs.rip != other->regs.rip ? "rip" : "registers";
	if (memcmp(one->vectors, other->vectors, one->vector_size))
		return "vectors";
	if (memcmp(one->data, other->data, SIZE))
		return "data";
	return memcmp(one->stack, other->stack, SIZE) ? "stack" : NULL;
}

static size_t bytes(const char *hex, uint8_t *to)
{
	size_t i;
	unsigned int byte;

	for (i = 0; sscanf(hex + 2 * i, "%2x", &byte) == 1; i++)
		to[i] = byte;
	return i;
}

static void child_begins(void)
{
	for (size_t i = 0; i < sizeof(areas) / sizeof(*areas); i++)
		if (mmap((void *)areas[i], SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *)areas[i])
			fail("areas");
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(1);
	}
	if (waitpid(child, NULL, 0) != child)
		fail("child");
	if (ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL))
		fail("ptrace");
}

int main(void)
{
	static struct state fresh, start, one, other;
	char code_hex[64], copy_hex[64];
	unsigned long from, to, seed;
	int scratch, elsewhere, states;

	child_begins();
	get(&fresh);
	while (scanf("%63s %63s %lx %lx %d %d %d %lx", code_hex, copy_hex, &from, &to, &scratch, &elsewhere,
		     &states, &seed) == 8) {
		int ended = 0, faults = 0, illegal = 0;
		const char *difference = NULL;
		size_t size;

		drawn = seed | 1;
		memset((void *)from, 0xcc, 32);
		memset((void *)to, 0xcc, 32);
		size = bytes(code_hex, (uint8_t *)from);
		bytes(copy_hex, (uint8_t *)to);
		for (int i = 0; i < states && !difference; i++) {
			start = fresh;
			begin(&start, elsewhere);
			one = start;
			step(&one, from);
			other = start;
			if (scratch >= 0)
				*scratch_of(&other, scratch) = from + size;
			step(&other, to);
			if (scratch >= 0)
				*scratch_of(&other, scratch) = *scratch_of(&start, scratch);
			correct(&other, from, to, size);
			difference = differs(&one, &other);
			ended += one.signal == SIGTRAP;
			illegal += one.signal == SIGILL;
			faults += one.signal != SIGTRAP && one.signal != SIGILL;
		}
		printf("%d %d %d %s\n", ended, faults, illegal, difference ? difference : "same");
		fflush(stdout);
	}
	kill(child, SIGKILL);
	return 0;
}
