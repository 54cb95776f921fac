// SPDX-License-Identifier: MIT
/*
 * Runs copies of an optimised probe's template, or stubs, for 32 and 64 bits. stdin is a struct setup, its states, and its jobs:
 * a job is which states to run and the code to run them with. stdout is, for each job, a word that says how the
 * process of its own that ran it ended, and a struct record for each of its states.
 *
 * The probe's callees and the place where it branches back, or to which a stub jumps, are traps. At each of them a signal's handler finds every
 * register of the interrupted code in the signal's context, records it, and changes what a callee may change: no
 * register has to be set aside for the harness. Instructions that need a privilege end in the same handler, which
 * carries them out on registers of its own. The template runs as it is, without any word being substituted.
 */
#define _GNU_SOURCE
#include <asm/ptrace.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define TRAP 0x7fe00008
#define PAGE 0x1000
/* What is mapped, from setup.base on; nothing is between. */
#define TARGETS 0x10000
#define STACK 0x20000
#define PACA 0x30000
/* The targets of the template's branches, from TARGETS on; any other word there is no instruction. */
#define CALLBACK 0x100
#define EMULATE 0x200
#define BACK 0x300

#define PT_REGS 44
#define STACK_SIZE 2048
#define MOST_WORDS 128
/* The fields of CR that a callee need not preserve: 0, 1, 5, 6 and 7. */
#define VOLATILE_CR 0xff000ffful
#define MICROSECONDS_PER_STATE 200000

enum { LOST = 90, TOO_MANY_STOPS };

typedef unsigned long word;

struct setup {
	word base, code_words, states, jobs;
	word regs; /* where pt_regs is above r1 */
	word owned; /* bytes above r1 that belong to a callee, after the back chain */
	word volatile_gprs; /* a bit for each */
	word toc_at, softmask_at; /* in the paca */
};

/* Registers that only a kernel may read and write. */
struct privileged {
	word msr, dar, dsisr;
};

struct registers {
	word gpr[32], ctr, link, xer, ccr;
	struct privileged privileged;
};

struct state {
	struct registers entry;
	word toc, softmask;
	struct {
		word flip[PT_REGS]; /* what it changes in pt_regs */
		struct registers garbage;
	} callee[2];
	unsigned char stack[STACK_SIZE];
};

struct record {
	word stops, paca_untouched;
	struct {
		word nip;
		struct registers registers;
		unsigned char stack[STACK_SIZE];
	} stop[3];
};

struct job {
	word first, count;
	uint32_t code[MOST_WORDS];
};

static struct setup setup;
static const struct state *state;
static struct record *record;
static bool running;
static struct privileged privileged;
static word host[PT_CCR + 1];
static double host_fprs[32];
static unsigned char *base, paca[PAGE];

static word *registers_of(void *context)
{
	ucontext_t *user = context;
#ifdef __powerpc64__
	return user->uc_mcontext.gp_regs;
#else
	return (word *)user->uc_mcontext.uc_regs->gregs;
#endif
}

static double *fprs_of(void *context)
{
	ucontext_t *user = context;
#ifdef __powerpc64__
	return user->uc_mcontext.fp_regs;
#else
	return user->uc_mcontext.uc_regs->fpregs.fpregs;
#endif
}

static void load(word *to, const struct registers *from)
{
	memcpy(to, from->gpr, sizeof(from->gpr));
	to[PT_CTR] = from->ctr;
	to[PT_LNK] = from->link;
	to[PT_XER] = from->xer;
	to[PT_CCR] = from->ccr;
	privileged = from->privileged;
}

static void store(struct registers *to, const word *from)
{
	memcpy(to->gpr, from, sizeof(to->gpr));
	to->ctr = from[PT_CTR];
	to->link = from[PT_LNK];
	to->xer = from[PT_XER];
	to->ccr = from[PT_CCR];
	to->privileged = privileged;
}

/* Spoils whatever the ABI lets a function spoil, changes pt_regs, and returns. */
static void call(word *registers, word number)
{
	word *regs = (word *)(registers[1] + setup.regs);
	const word *flip = state->callee[number].flip;
	struct registers after = state->callee[number].garbage;
	unsigned char *sp = (unsigned char *)registers[1];

	for (int i = 0; i < PT_REGS; i++)
		regs[i] ^= flip[i];
	memset(base + STACK, (int)after.ctr, (size_t)(sp - (base + STACK)));
	memset(sp + sizeof(word), (int)after.link, setup.owned);
	for (int i = 0; i < 32; i++)
		if (!(setup.volatile_gprs >> i & 1))
			after.gpr[i] = registers[i];
	after.ccr = (after.ccr & VOLATILE_CR) | (registers[PT_CCR] & ~VOLATILE_CR);
	registers[PT_NIP] = registers[PT_LNK] & ~(word)3;
	load(registers, &after);
}

/* Into the template, and out of it. A store of the wrong kind has to show: no floating-point register is zero. */
static void enter(void *context)
{
	running = true;
	memcpy(host, registers_of(context), sizeof(host));
	memcpy(host_fprs, fprs_of(context), sizeof(host_fprs));
	load(registers_of(context), &state->entry);
	memset(fprs_of(context), 0x5a, sizeof(host_fprs));
	registers_of(context)[PT_NIP] = (word)base;
}

static void leave(void *context)
{
	running = false;
	memcpy(registers_of(context), host, sizeof(host));
	memcpy(fprs_of(context), host_fprs, sizeof(host_fprs));
	registers_of(context)[PT_NIP] += 4;
}

static void stop(void *context)
{
	word *registers = registers_of(context);
	word target = registers[PT_NIP] - (word)(base + TARGETS);

	if (record->stops == 3)
		_exit(TOO_MANY_STOPS);
	record->stop[record->stops].nip = registers[PT_NIP];
	store(&record->stop[record->stops].registers, registers);
	memcpy(record->stop[record->stops].stack, base + STACK, STACK_SIZE);
	record->stops++;
	if (target == BACK)
		leave(context);
	else if (target == CALLBACK || target == EMULATE)
		call(registers, target == EMULATE);
	else
		_exit(LOST);
}

static void emulate(word *registers)
{
	/* mfmsr and mtmsr, and so on; DSISR has 32 bits. */
	static const struct {
		uint32_t from, to;
		word *held, bits;
	} known[] = {
		{ 0x7c0000a6, 0x7c000124, &privileged.msr, ~0ul },
		{ 0x7c1302a6, 0x7c1303a6, &privileged.dar, ~0ul },
		{ 0x7c1202a6, 0x7c1203a6, &privileged.dsisr, 0xffffffff },
	};
	uint32_t instruction = *(const uint32_t *)registers[PT_NIP];
	word *gpr = &registers[instruction >> 21 & 31];

	registers[PT_NIP] += 4;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if ((instruction & 0xfc1fffff) == known[i].from) {
			*gpr = *known[i].held;
			return;
		}
		if ((instruction & 0xfc1fffff) == known[i].to) {
			*known[i].held = *gpr & known[i].bits;
			return;
		}
	}
	_exit(LOST);
}

/* Here r2 and r13 are not those of C: no function that needs them may be called. */
static void handle(int signal, siginfo_t *info, void *context)
{
	(void)info;
	if (signal == SIGILL)
		emulate(registers_of(context));
	else if (running)
		stop(context);
	else
		enter(context);
}

static void run(void)
{
	const struct itimerval limit = { .it_value = { .tv_usec = MICROSECONDS_PER_STATE } };

	setitimer(ITIMER_VIRTUAL, &limit, NULL);
	memcpy(base + STACK, state->stack, STACK_SIZE);
	memcpy(paca + setup.toc_at, &state->toc, sizeof(state->toc));
	paca[setup.softmask_at] = (unsigned char)state->softmask;
	memcpy(base + PACA, paca, PAGE);
	__asm__ volatile("trap" : : : "memory");
	record->paca_untouched = !memcmp(base + PACA, paca, PAGE);
}

static void place(const void *code, size_t size)
{
	memcpy(base, code, size);
	for (size_t at = 0; at < size; at += 4)
		__asm__ volatile("dcbst 0,%0; sync; icbi 0,%0" : : "r"(base + at) : "memory");
	__asm__ volatile("sync; isync" : : : "memory");
}

/* Runs a job in a process of its own; how that ended. */
static word run_apart(const struct job *job, const struct state *states, struct record *records)
{
	int status;

	memset(records, 0, job->count * sizeof(*records));
	place(job->code, setup.code_words * 4);
	if (!fork()) {
		for (word i = 0; i < job->count; i++) {
			state = &states[job->first + i];
			record = &records[i];
			run();
		}
		_exit(0);
	}
	if (wait(&status) < 0)
		exit(3);
	return (word)status;
}

static void map(word at, size_t size, int protection, int sharing)
{
	void *start = base + at;

	if (mmap(start, size, protection, sharing | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != start) {
		perror("mmap");
		exit(3);
	}
}

static void prepare(void)
{
	static const int offsets[] = { CALLBACK, EMULATE, BACK };
	static char alternate[0x10000];
	const stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	const struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	const uint32_t trap = TRAP;
	const struct rlimit no_core = { 0, 0 };

	base = (unsigned char *)setup.base;
	map(0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE);
	map(TARGETS, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE);
	map(STACK, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map(PACA, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	for (int i = 0; i < 3; i++)
		memcpy(base + TARGETS + offsets[i], &trap, sizeof(trap));
	memset(paca, 0x99, sizeof(paca));
	if (setrlimit(RLIMIT_CORE, &no_core) || sigaltstack(&stack, NULL) || sigaction(SIGILL, &action, NULL) ||
	    sigaction(SIGTRAP, &action, NULL))
		exit(3);
}

static void *take(size_t size, size_t count)
{
	void *data = calloc(count, size);

	if (!data || fread(data, size, count, stdin) != count)
		exit(2);
	return data;
}

int main(void)
{
	struct state *states;
	struct record *records;
	struct job *jobs;

	setup = *(struct setup *)take(sizeof(setup), 1);
	states = take(sizeof(*states), setup.states);
	jobs = take(sizeof(*jobs), setup.jobs);
	records = mmap(NULL, setup.states * sizeof(*records), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (records == MAP_FAILED)
		return 3;
	prepare();
	for (word i = 0; i < setup.jobs; i++) {
		word status = run_apart(&jobs[i], states, records);

		fwrite(&status, sizeof(status), 1, stdout);
		fwrite(records, sizeof(*records), jobs[i].count, stdout);
	}
	return 0;
}
