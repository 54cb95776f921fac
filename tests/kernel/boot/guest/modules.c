// SPDX-License-Identifier: MIT
// Modules: their calls go through stubs, to the kernel and back, and so does the tracing of their functions.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULE "/sys/module/tramp_guest/parameters/"

bool load(const char *name)
{
	char path[64], title[64];
	int fd, error;

	snprintf(path, sizeof(path), "/%s.ko", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false; /* this kernel has none */
	error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	snprintf(title, sizeof(title), "load-%s", name);
	check(title, !error, "%s", error ? strerror(error) : "loaded");
	return !error;
}

static bool logged(const char *part)
{
	static char log[1 << 18];
	int size = klogctl(3, log, sizeof(log) - 1); /* read all */

	log[size < 0 ? 0 : size] = 0;
	return strstr(log, part);
}

static void a_fork(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

/* The module's own function, which the file of its parameter calls. */
static void traced(void)
{
	int hits, calls = 5, error;

	error = put(TRACING "set_ftrace_filter", CODE "tramp_guest_sum");
	error |= put(TRACING "current_tracer", "function");
	put(TRACING "trace", "");
	for (int i = 0; i < calls; i++)
		get(MODULE "sum");
	hits = count(get(TRACING "trace"), "tramp_guest_sum <-");
	error |= put(TRACING "current_tracer", "nop");
	put(TRACING "set_ftrace_filter", "");
	check("module-traced", !error && hits == calls, "%d lines for %d calls of a module's function", hits, calls);
	check("module-untraced", atoi(get(MODULE "sum")) == 36, "%d", atoi(get(MODULE "sum")));
}

#ifdef __powerpc__
#define IS_FAR(address) ((address) < 0xc0000000 - (32 << 20)) /* in the lower part of the area of modules */
#else
#define IS_FAR(address) ((address) >= 0xc0000000 + (32 << 20)) /* behind the kernel, modules being before it else */
#endif

/* Where there are 32 bits: modules are near the kernel, and need no PLT, as long as there is room. */
static void fill(void)
{
	get("/sys/module/tramp_filler/parameters/fill");
	wait_ms(500); /* some of what was there is freed a moment later */
	check("module-area-filled", !strncmp(get("/sys/module/tramp_filler/parameters/fill"), "full", 4), "no room is left");
}

static void far_away(void)
{
	unsigned long long address = 0;

	sscanf(line_with(get("/proc/modules"), "tramp_guest "), "%*s %*s %*s %*s %*s %llx", &address);
	check("module-far", address && IS_FAR(address), "the next module is at %llx", address);
}

/* The module of examples/module: it reads its own code with generated functions. */
static void decoded(void)
{
	const char *calls = get("/sys/module/tramp_calls/parameters/calls");
	int good = count(calls, ": through a stub to " CODE "scnprintf\n");

	check("module-decoded", good > 0 && !strstr(calls, "another's"), "%d calls of scnprintf() go through its stub", good);
}

void modules(void)
{
	bool filled = load("tramp_filler");

	if (filled)
		fill();
	if (load("tramp_guest")) {
		char text[128];

		if (filled)
			far_away();
		snprintf(text, sizeof(text), "%s", get(MODULE "report"));
		text[strcspn(text, "\n")] = 0;
		check("module-calls", !strncmp(text, "good", 4), "%s", text);
		traced();
	}
	if (load("tramp_calls"))
		decoded();
	if (load("kprobe_example")) {
		a_fork();
		check("module-called-back", logged("handler_pre: <"), "the handler of kprobe_example");
	}
	if (load("kretprobe_example")) {
		a_fork();
		check("module-returned-to", logged("returned "), "the handler of kretprobe_example");
	}
	if (load("livepatch-sample"))
		check("livepatch", strstr(get("/proc/cmdline"), "this has been live patched"), "/proc/cmdline is the module's");
}
