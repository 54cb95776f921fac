// SPDX-License-Identifier: MIT
// Files of one line or many, as /proc, /sys and tracing have them.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void check(const char *name, bool good, const char *text, ...)
{
	va_list args;

	printf("check %s %s ", name, good ? "pass" : "fail");
	va_start(args, text);
	vprintf(text, args);
	va_end(args);
	printf("\n");
}

static int write_to(const char *path, const char *text, int flags)
{
	int fd = open(path, O_WRONLY | flags), error;

	if (fd < 0)
		return -errno;
	error = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return error;
}

int put(const char *path, const char *text)
{
	return write_to(path, text, O_TRUNC);
}

int add(const char *path, const char *text)
{
	return write_to(path, text, O_APPEND);
}

const char *get(const char *path)
{
	static char text[4 << 20];
	int fd = open(path, O_RDONLY);
	size_t size = 0;
	ssize_t more = 0;

	while (fd >= 0 && size < sizeof(text) - 1 && (more = read(fd, text + size, sizeof(text) - 1 - size)) > 0)
		size += more;
	text[size] = 0;
	if (fd >= 0)
		close(fd);
	return text;
}

int count(const char *text, const char *part)
{
	int n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

const char *line_with(const char *text, const char *part)
{
	static char lines[4][8192];
	static int next;
	char *line = lines[next++ % 4];
	const char *found = strstr(text, part), *first;
	size_t size;

	line[0] = 0;
	if (!found)
		return line;
	for (first = found; first > text && first[-1] != '\n'; first--)
		;
	size = strcspn(first, "\n");
	if (size >= sizeof(lines[0]))
		size = sizeof(lines[0]) - 1;
	memcpy(line, first, size);
	line[size] = 0;
	return line;
}

const char *next_line(const char **text, char *line, size_t size)
{
	size_t length = strcspn(*text, "\n");

	if (!**text)
		return NULL;
	snprintf(line, size, "%.*s", (int)length, *text);
	*text += length + ((*text)[length] == '\n');
	return line;
}

/* usleep() of a 32-bit C library calls for times of 32 bits, and fails where the kernel has none. */
void wait_ms(int ms)
{
	poll(NULL, 0, ms);
}
