// SPDX-License-Identifier: MIT
// Probes of kernel functions: they become optimised, are hit as often as the function runs, and see it return.
#include "guest.h"

#include <stdio.h>
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
	char event[128];
	int probes = 0, became, hits;

	for (int offset = STEP; offset <= 24 * APART;) {
		bool probed;

		snprintf(event, sizeof(event), "p:kprobes/o%d " FUNCTION "+%d\n", offset, offset);
		probed = !add(TRACING "kprobe_events", event);
		probes += probed;
		offset += probed ? APART : STEP; /* some are not where an instruction begins */
	}
	put(TRACING "events/kprobes/enable", "1");
	usleep(600000); /* optimising is put off for a moment */
	became = optimised();
	forks();
	hits = count(get(TRACING "trace"), "(" FUNCTION "+0x");
	check("optimised", became > 0, "%d of %d probes in " FUNCTION " are [OPTIMIZED]", became, probes);
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
