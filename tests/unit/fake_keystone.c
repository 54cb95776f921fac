/*
 * A Keystone that knows four instructions of ppc64 and misbehaves. On statements that start with FAKE_TRIGGER it does
 * what FAKE_DEED names; it first makes the file FAKE_MARK, so that a test knows when. With FAKE_ONCE it does so only
 * where there is no such file yet.
 */
#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 4096

static unsigned char code[MOST * 16];
static size_t used, labels[MOST];
static int error;

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static int deed(const char *name)
{
	return !strcmp(setting("FAKE_DEED"), name);
}

static void emit(uint32_t word, int big)
{
	for (int i = 0; i < 4; i++)
		code[used++] = word >> 8 * (big ? 3 - i : i);
}

static int encode(const char *text, uint64_t address, uint32_t *word)
{
	long a, b, c;

	if (!strcmp(text, "nop"))
		*word = 0x60000000;
	else if (!strcmp(text, "blr"))
		*word = 0x4e800020;
	else if (sscanf(text, "addi %li, %li, %li", &a, &b, &c) == 3)
		*word = 0x38000000 | (uint32_t)a << 21 | (uint32_t)b << 16 | (c & 0xffff);
	else if (sscanf(text, "b %li", &a) == 1)
		*word = 0x48000000 | ((a - (long)address) & 0x3fffffc);
	else
		return 0;
	return 1;
}

static void exhaust(void)
{
	for (size_t size = 1 << 28; size > 64; size /= 2)
		while (malloc(size))
			;
}

static void shout(FILE *stream, int lines)
{
	while (lines--)
		fprintf(stream, "<inline asm>:1:1: error: \033[31m%01000d\033[0m\n", lines);
	fflush(stream);
}

static void live_on(void)
{
	if (!fork())
		for (;;)
			pause();
}

/* What ends or stops the process, or leaves something behind in it. */
static void misbehave(void)
{
	close(open(setting("FAKE_MARK"), O_CREAT | O_WRONLY, 0600));
	if (deed("kill"))
		raise(SIGKILL);
	if (deed("segv"))
		raise(SIGSEGV);
	if (deed("abort"))
		abort();
	if (deed("exit"))
		exit(0);
	if (deed("stop"))
		raise(SIGSTOP);
	if (deed("spin"))
		for (;;)
			;
	if (deed("sleep"))
		for (;;)
			pause();
	if (deed("bad_alloc")) {
		exhaust();
		(void)!write(2, "what():  std::bad_alloc\n", 24);
		abort();
	}
	if (deed("out of memory"))
		exhaust();
	if (deed("shout")) {
		shout(stderr, 2000);
		shout(stdout, 2000);
	}
	if (deed("shout for ever"))
		for (;;)
			shout(stderr, 1000);
	if (deed("shout and die")) {
		shout(stderr, 2000);
		(void)!write(2, "last words\n", 11);
		abort();
	}
	if (deed("fork") || deed("fork and die"))
		live_on();
	if (deed("fork and die"))
		raise(SIGKILL);
}

/* The code of the statement that is lied about. */
static void lie(uint32_t word)
{
	if (deed("operand"))
		emit(word ^ 1, 1);
	else if (deed("register"))
		emit(word ^ 1 << 21, 1);
	else if (deed("order"))
		emit(word, 0);
	else
		emit(word, 1);
	if (deed("short"))
		used -= 2;
	if (deed("long"))
		emit(word, 1);
}

/* 0 where the statement is refused. */
static int statement(const char *text, uint64_t address)
{
	const char *trigger = setting("FAKE_TRIGGER");
	int over = *setting("FAKE_ONCE") && !access(setting("FAKE_MARK"), F_OK);
	uint32_t word;

	if (!encode(text, address, &word))
		return 0;
	if (*trigger && !strncmp(text, trigger, strlen(trigger)) && !over) {
		misbehave();
		lie(word);
		return 2;
	}
	emit(word, 1);
	return 1;
}

static void difference(unsigned int to, unsigned int from, int wrong)
{
	emit(labels[to] - labels[from] + (wrong ? to % 2 ? 4 : -4 : 0), 1);
}

int ks_open(int arch, int mode, void **engine)
{
	(void)arch, (void)mode;
	if (deed("open"))
		abort();
	*engine = &error;
	return 0;
}

int ks_asm(void *engine, const char *text, uint64_t address, unsigned char **encoding, size_t *size, size_t *count)
{
	int triggered = 0, number, skip;
	unsigned int to, from;
	char *copy = strdup(text), *rest = copy, *line;

	(void)engine;
	used = 0, error = 0, *count = 1;
	while ((line = strsep(&rest, "\n"))) {
		skip = 0;
		if (sscanf(line, ".long L%u-L%u", &to, &from) == 2) {
			difference(to, from, triggered && deed("table"));
			continue;
		}
		if (sscanf(line, "L%d:%n", &number, &skip) == 1)
			labels[number] = used;
		while (isspace((unsigned char)line[skip]))
			skip++;
		if (!line[skip])
			continue;
		switch (statement(line + skip, address + used)) {
		case 0:
			error = 512;
			break;
		case 2:
			triggered = 1;
		}
	}
	free(copy);
	if (triggered && (deed("out of memory") || deed("no text") || deed("empty text") || deed("long text")))
		error = deed("out of memory") ? 1 : 7;
	*encoding = triggered && deed("null") ? NULL : malloc(used + 1);
	if (*encoding)
		memcpy(*encoding, code, used);
	*size = used;
	if (triggered && (deed("nothing") || deed("shout")))
		*size = 0;
	if (triggered && deed("endless"))
		*size = SIZE_MAX;
	if (triggered && deed("large"))
		*size = (size_t)1 << 31;
	return error ? -1 : 0;
}

int ks_errno(void *engine)
{
	(void)engine;
	return error;
}

const char *ks_strerror(int number)
{
	static char noise[100000];

	if (number == 1)
		return "Out of memory (KS_ERR_NOMEM)";
	if (number == 512)
		return "Invalid mnemonic (KS_ERR_ASM_MNEMONICFAIL)";
	if (deed("long text"))
		return memset(noise, '\n', sizeof(noise) - 1);
	return deed("empty text") ? "" : NULL;
}

void ks_free(unsigned char *encoding)
{
	free(encoding);
}

int ks_close(void *engine)
{
	(void)engine;
	return 0;
}
