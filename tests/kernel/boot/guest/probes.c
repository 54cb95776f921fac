// SPDX-License-Identifier: MIT
// Probes of kernel functions: they become optimised, are hit as often as the function runs, and see it return.
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FUNCTION CODE "kernel_clone"
#define CALLS 20

static void forks(void)
{
	for (int i = 0; i < CALLS; i++) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
}

static void done(void)
{
	put(TRACING "events/kprobes/enable", "0");
	put(TRACING "kprobe_events", "");
	put(TRACING "trace", "");
}

bool is_trap(const char *line)
{
	const char *found = strstr(line, " code=0x");
	unsigned long word = found ? strtoul(found + strlen(" code="), NULL, 16) : 0;

#if defined(__powerpc__)
	return word == 0x7fe00008;
#elif defined(__arm__)
	return (word & 0x0fffffff) == 0x07f001f8; /* behind its condition */
#else
	return (word & 0xff) == 0xcc;
#endif
}

int waiting(const char *trace)
{
	char *list = strdup(get(PROBES)), line[2048], place[256];
	int n = 0;

	while (next_line(&trace, line, sizeof(line))) {
		const char *at = strstr(line, ": (");

		if (!at || !is_trap(line))
			continue;
		snprintf(place, sizeof(place), " %.*s ", (int)strcspn(at + 3, "/)"), at + 3);
		n += !!strstr(line_with(list, place), "[OPTIMIZED]");
	}
	free(list);
	return n;
}

const char *settled(void (*call)(void))
{
	static char *trace;

	for (int tries = 0; tries < 50; tries++) {
		wait_ms(100); /* optimising is put off for a moment */
		put(TRACING "trace", "");
		call();
		free(trace);
		trace = strdup(get(TRACING "trace"));
		if (!waiting(trace))
			break;
	}
	return trace;
}

/* Lines of the list of probes that name the function and say that it is optimised. */
static int optimised(void)
{
	const char *list = get(PROBES);
	char line[256];
	int n = 0;

	while (next_line(&list, line, sizeof(line)))
		n += strstr(line, FUNCTION "+0x") && strstr(line, "[OPTIMIZED]");
	return n;
}

void optimised_probes(void)
{
	int probes = 0, became, hits, late;
	const char *trace;
	char event[256];

	for (int offset = STEP; offset <= 24 * APART;) {
		bool probed;

		snprintf(event, sizeof(event), "p:kprobes/o%d " FUNCTION "+%d" CODE_AT "\n", offset, offset, FUNCTION,
			 offset);
		probed = !add(TRACING "kprobe_events", event);
		probes += probed;
		offset += probed ? APART : STEP; /* some are not where an instruction begins */
	}
	put(TRACING "events/kprobes/enable", "1");
	trace = settled(forks);
	became = optimised();
	late = waiting(trace);
	hits = count(trace, "(" FUNCTION "+0x");
	check("optimised", became > 0 && !late, "%d of %d probes in " FUNCTION " are [OPTIMIZED], %d hits of them trap", became,
	      probes, late);
	check("hits", hits >= CALLS, "%d hits in %d calls", hits, CALLS);
	done();
}

void return_probes(void)
{
	int error = add(TRACING "kprobe_events", "r:kprobes/back " FUNCTION " $retval\n");
	int hits;

	error |= put(TRACING "events/kprobes/enable", "1");
	forks();
	hits = count(get(TRACING "trace"), " back: (");
	check("kretprobe", !error && hits == CALLS, "%d returns in %d calls", hits, CALLS);
	done();
}
