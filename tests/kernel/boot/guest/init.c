// SPDX-License-Identifier: MIT
// The first process: it tries what trampolines are for, says how it went, and powers the machine off.
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

static void mounts(void)
{
	int console;

	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	console = open("/dev/console", O_RDWR);
	for (int fd = 0; console >= 0 && fd < 3; fd++)
		dup2(console, fd);
	setvbuf(stdout, NULL, _IOLBF, 0);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
}

static void checks(void)
{
	optimised_probes();
	snapshots();
	return_probes();
	uprobes();
	modules();
}

int main(void)
{
	if (getpid() != 1)
		return 0;
	mounts();
	printf("guest begins\n");
	if (!access("/finding", F_OK))
		finding();
	else
		checks();
	printf("guest ends\n");
	sync();
	wait_ms(200);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
