// SPDX-License-Identifier: MIT
/*
 * What a probe's handler is told of the registers, at every instruction of a function. An optimised probe must tell
 * the same as one that traps, and leave behind the same for the next. A second run with traps says what differs by itself,
 * and another with optimised probes what differs because the first came first: what is wrong is wrong in both.
 */
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Of powerpc's MSR a trap adds to the upper half why it came. Of x86's cs an optimised probe sets 16 bits only, since
 * pt_regs has no more of it: what the stack had there before are the others.
 */
#if defined(__powerpc__)
static const char *const names[] = {
	"gpr0", "gpr1", "gpr2", "gpr3", "gpr4", "gpr5", "gpr6", "gpr7", "gpr8", "gpr9", "gpr10", "gpr11", "gpr12",
	"gpr13", "gpr14", "gpr15", "gpr16", "gpr17", "gpr18", "gpr19", "gpr20", "gpr21", "gpr22", "gpr23", "gpr24",
	"gpr25", "gpr26", "gpr27", "gpr28", "gpr29", "gpr30", "gpr31", "nip", "msr:x16", "ctr", "link", "xer", "ccr",
	"trap",
#ifdef __powerpc64__
	"softe",
#endif
};
#elif defined(__x86_64__)
static const char *const names[] = {
	"ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ip",
	"flags", "cs:x16", "ss",
};
#elif defined(__arm__)
static const char *const names[] = {
	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "fp", "ip", "sp", "lr", "pc", "cpsr",
};
#endif

#define MOST 8192 /* bytes of a function */
#define AT_A_TIME 140 /* probes: as many as there is room for optimised ones */
enum run { OPTIMISED, TRAPPED, AGAIN, LAST, RUNS };

static char *text[RUNS];
static bool is_optimised[MOST];
static int told, same, noise, wrong, optimised;

/* Whether a function was found; its size reaches to the next symbol. */
static int size_of(const char *function)
{
	const char *all = get("/proc/kallsyms"), *rest;
	unsigned long long start = 0, next = ~0ull, address;
	char line[512], name[256], type;

	for (rest = all; next_line(&rest, line, sizeof(line));)
		if (sscanf(line, "%llx %c %255s", &address, &type, name) == 3 && !strcmp(name, function))
			start = address;
	for (rest = all; start && next_line(&rest, line, sizeof(line));)
		if (sscanf(line, "%llx", &address) == 1 && address > start && address < next)
			next = address;
	return !start ? 0 : next - start > MOST ? MOST : (int)(next - start);
}

/* Not to be probed: the host says which instructions the kernel itself gets wrong. */
static bool left_out(const char *function, int offset)
{
	char place[128];

	snprintf(place, sizeof(place), "%s+0x%x\n", function, offset);
	return strstr(get("/left-out"), place);
}

static int probe(const char *function, int offset)
{
	char event[2048];
	int n;

	if (left_out(function, offset))
		return 0;
	n = snprintf(event, sizeof(event), "p:kprobes/s%d %s+%d", offset, function, offset);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		n += snprintf(event + n, sizeof(event) - n, " %.*s=%%%s", (int)strcspn(names[i], ":"), names[i],
			      names[i]);
	snprintf(event + n, sizeof(event) - n, CODE_AT "\n", function, offset);
	return add(TRACING "kprobe_events", event);
}

/* The part of a trace line that has to be the same: what stands behind the event's name. */
static const char *snapshot(enum run run, int offset)
{
	char event[32];
	const char *line, *found;

	snprintf(event, sizeof(event), " s%d: (", offset);
	line = line_with(text[run], event);
	found = strstr(line, event);
	return found ? found : "";
}

/* Words in which both optimised runs differ from those with traps, where these agree. */
static int differences(const char *a, const char *b, const char *c, const char *d)
{
	bool twice = *d; /* else the function went another way in the end */
	int differ = 0;

	while (*a || *b) {
		size_t n = strcspn(a, " "), m = strcspn(b, " "), k = strcspn(c, " "), l = strcspn(d, " ");
		bool last = !twice || l != m || strncmp(d, b, l);

		if (!strncmp(b, "code=", 5)) {
			; /* a branch, or a trap */
		} else if (m != k || strncmp(b, c, m)) {
			noise++;
		} else if (last && (n != m || strncmp(a, b, n))) {
			if (wrong + differ < 12)
				printf("# optimised: %.*s trapped: %.*s\n", (int)n, a, (int)m, b);
			differ++;
		}
		a += n + (a[n] == ' ');
		b += m + (b[m] == ' ');
		c += k + (c[k] == ' ');
		d += l + (d[l] == ' ');
	}
	return differ;
}

static void compare(const char *function, int first, int last)
{
	for (int offset = first; offset < last; offset += APART) {
		const char *a = snapshot(OPTIMISED, offset), *b = snapshot(TRAPPED, offset);
		int differ;

		if (!is_optimised[offset] || (!*a && !*b))
			continue; /* the function went another way */
		told++;
		differ = differences(a, b, snapshot(AGAIN, offset), snapshot(LAST, offset)) + is_trap(a) + !is_trap(b);
		if (!differ)
			same++;
		else if (wrong < 12)
			printf("# at %s+%d\n", function, offset);
		wrong += differ;
	}
}

static void note_optimised(const char *function, int first, int last)
{
	const char *list = get(PROBES);

	for (int offset = first; offset < last; offset += APART) {
		char place[128];

		snprintf(place, sizeof(place), " %s+0x%x ", function, offset);
		is_optimised[offset] = strstr(line_with(list, place), "[OPTIMIZED]");
		optimised += is_optimised[offset];
	}
}

static void window(const char *function, void (*call)(void), int first, int last)
{
	for (int offset = first; offset < last; offset += APART)
		probe(function, offset);
	for (enum run run = OPTIMISED; run < RUNS; run++) {
		put("/proc/sys/debug/kprobes-optimization", run == OPTIMISED || run == LAST ? "1" : "0");
		put(TRACING "events/kprobes/enable", "1");
		call();
		free(text[run]);
		text[run] = strdup(settled(call));
		if (run == OPTIMISED)
			note_optimised(function, first, last);
		put(TRACING "events/kprobes/enable", "0");
	}
	put("/proc/sys/debug/kprobes-optimization", "1");
	put(TRACING "kprobe_events", "");
	put(TRACING "trace", "");
	compare(function, first, last);
}

static void function(const char *name, const char *as, void (*call)(void))
{
	char title[64];
	int size = size_of(name);

	told = same = noise = wrong = optimised = 0;
	for (int start = STEP; start < STEP + APART; start += STEP)
		for (int first = start; first < size; first += AT_A_TIME * APART) {
			int last = first + AT_A_TIME * APART;

			window(name, call, first, last < size ? last : size);
		}
	snprintf(title, sizeof(title), "snapshots-%s", as);
	check(title, told > 0 && same == told,
	      "%d optimised probes in %s (%d bytes), %d of %d that ran saw what a trap sees; %d words left out", optimised,
	      name, size, same, told, noise);
}

static void make_folder(void)
{
	steady_call(SYS_mkdirat, 0x1234, (long)"/made", 0155);
	syscall(SYS_unlinkat, 0x1234, "/made", AT_REMOVEDIR);
}

void snapshots(void)
{
	function(CODE "do_mkdirat", "mkdirat", make_folder);
}
