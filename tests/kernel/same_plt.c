// SPDX-License-Identifier: MIT
/*
 * The PLT entries of the kernel's own module-plts.o and of the rewritten one, for the same arguments. The objects are
 * linked with their functions renamed, and with nothing else of a kernel; what they print goes nowhere. The result is
 * the exit status.
 */
typedef unsigned int u32;
typedef unsigned long u64;

struct plt_entry {
	u32 adrp, add, br;
};

struct plt_entry kernel_get_plt_entry(u64 dst, void *pc);
struct plt_entry our_get_plt_entry(u64 dst, void *pc);

#define SAME 0
#define DIFFERS 1
#define ACCEPTS 2
#define BREAK_FAULT 0xd4202000

static u32 printed;

int _printk(const char *format, ...)
{
	(void)format;
	return printed++;
}

static u64 random(void)
{
	static u64 state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int compare(u64 dst, u64 pc)
{
	struct plt_entry theirs = kernel_get_plt_entry(dst, (void *)pc);
	struct plt_entry ours = our_get_plt_entry(dst, (void *)pc);

	/* They go on with an add and a br behind what traps. */
	if (theirs.adrp == BREAK_FAULT)
		return ours.adrp == BREAK_FAULT && ours.br == BREAK_FAULT ? SAME : ACCEPTS;
	return theirs.adrp == ours.adrp && theirs.add == ours.add && theirs.br == ours.br ? SAME : DIFFERS;
}

/*
 * From 8 TiB on the kernel narrows the number of pages to 32 bits before it looks whether that fits: an address that
 * is 16 TiB away gets the entry of one nearby. Ours refuses it.
 */
static int narrowed(u64 dst, u64 pc)
{
	struct plt_entry theirs = kernel_get_plt_entry(dst + (1UL << 44), (void *)pc);
	struct plt_entry near = kernel_get_plt_entry(dst, (void *)pc);
	struct plt_entry ours = our_get_plt_entry(dst + (1UL << 44), (void *)pc);

	return theirs.adrp == near.adrp && ours.adrp == BREAK_FAULT ? SAME : DIFFERS;
}

static int all(void)
{
	for (u32 n = 0; n < 1000000; n++) {
		u64 pc = random() << 2, page = pc & ~0xfffUL;
		u64 size = random() >> (21 + random() % 43);
		int found = compare(page + size, pc) | compare(page - size, pc);

		for (int step = -4096; step <= 4096; step += 2048)
			found |= compare(page + (1UL << 32) + step - (n & 7), pc) |
				 compare(page - (1UL << 32) + step - (n & 7), pc);
		found |= narrowed(page + (size & 0xffffffff), pc);
		if (found)
			return found;
	}
	return printed ? SAME : 4;
}

void _start(void)
{
	register long status __asm__("x0") = all();
	register long number __asm__("x8") = 93;

	__asm__ volatile("svc 0" : : "r"(status), "r"(number));
	__builtin_unreachable();
}
