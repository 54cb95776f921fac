// SPDX-License-Identifier: MIT
/*
 * One defect of the kernel itself. /finding has a line that says what is called, and probes as tracing takes them.
 * First they trap, and all is well; then the same probes are optimised.
 */
#include "guest.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIMISATION "/proc/sys/debug/kprobes-optimization"
#define CALLS 3
#define TOGGLES 5

static char what[64], probes[1 << 18];

static void read_finding(void)
{
	const char *text = get("/finding");
	size_t size = strcspn(text, "\n");

	snprintf(what, sizeof(what), "%.*s", (int)size, text);
	snprintf(probes, sizeof(probes), "%s", text + size + (text[size] == '\n'));
}

/* Some name a module, which says 1 where all went well. */
static bool is_module(void)
{
	return !strncmp(what, "tramp_", 6);
}

static bool module_is_well(void)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/run", what);
	return !strcmp(get(path), "1\n");
}

/* Folders are made all the time, and meanwhile the probes of that are enabled and disabled. */
static int toggled(void)
{
	int bad = 0;
	pid_t child = fork();

	if (!child)
		for (;;)
			if (mkdir("/made", 0755) || rmdir("/made"))
				_exit(1);
	for (int i = 0; i < TOGGLES; i++) {
		bad += put(TRACING "events/kprobes/enable", "0") < 0;
		wait_ms(100);
		bad += put(TRACING "events/kprobes/enable", "1") < 0;
		wait_ms(300); /* optimised again */
	}
	bad += waitpid(child, NULL, WNOHANG) != 0;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	rmdir("/made");
	return bad;
}

/* What a child ends with: 0 where the kernel did what it was asked for. */
static int called(void)
{
	if (!strcmp(what, "mkdir"))
		return mkdir("/made", 0755) || rmdir("/made");
	if (!strcmp(what, "toggle"))
		return toggled();
	if (!strcmp(what, "exec"))
		execl("/init", "init", NULL); /* which ends at once, if it is not the first process */
	if (is_module())
		return !module_is_well();
	return strcmp(what, "fork") != 0;
}

static bool child_is_well(void)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(called());
	return waitpid(child, &status, 0) == child && !status;
}

static int set(void)
{
	char line[256];
	const char *rest = probes;
	int n = 0;

	while (next_line(&rest, line, sizeof(line))) {
		strcat(line, "\n");
		n += !add(TRACING "kprobe_events", line);
	}
	return n;
}

/* The kernel's own probe, where functions return to, is not one of ours. */
static int optimised(void)
{
	const char *list = get(PROBES);
	char line[256];
	int n = 0;

	while (next_line(&list, line, sizeof(line)))
		n += strstr(line, "[OPTIMIZED]") && !strstr(line, "rethook_trampoline");
	return n;
}

/* Hits of our probes, and those of which a breakpoint was the reason. */
static int hits(int *trapped)
{
	const char *trace = get(TRACING "trace");
	char line[512];
	int n = 0;

	*trapped = 0;
	while (next_line(&trace, line, sizeof(line)))
		if (strstr(line, ": (")) {
			*trapped += is_trap(line);
			n++;
		}
	return n;
}

static void tried(const char *how, const char *optimisation, int n)
{
	int well = 0, listed, seen, trapped;

	put(OPTIMISATION, optimisation);
	put(TRACING "events/kprobes/enable", "1");
	wait_ms(600); /* optimising is put off for a moment */
	listed = optimised();
	put(TRACING "trace", "");
	printf("%s: %d probes, %d optimised\n", how, n, listed);
	for (int i = 0; i < CALLS; i++)
		well += child_is_well();
	seen = hits(&trapped);
	check(how, well == CALLS, "%s worked %d times of %d; %d hits, %d by a trap", what, well, CALLS, seen, trapped);
	put(TRACING "events/kprobes/enable", "0");
}

void finding(void)
{
	int n;

	read_finding();
	if (is_module())
		load(what);
	put(OPTIMISATION, "0");
	n = set();
	tried("trapped", "0", n);
	tried("optimised", "1", n);
}
