// SPDX-License-Identifier: MIT
/*
 * The generated functions as a filter: binary records in the machine's byte order from stdin to stdout.
 *   values.c STUB values    s64 -> struct encoded
 *   values.c STUB flips     s64 -> one byte per bit of the buffer: does it match with that bit flipped?
 *   values.c STUB macros    its words at rest, then their masks
 *   values.c - family       struct words -> struct recognised
 *   values.c - commit       (text) what each commit writes when its n-th poke fails
 */
#include <stdio.h>
#include <string.h>

#include "consumer.h"
#include "stubs.h"

#define BUFFER_WORDS 8
#define UNTOUCHED 0xa5a5a5a5

struct encoded {
	s64 decoded;
	s32 ret;
	u32 matches;
	u32 words[BUFFER_WORDS];
};

static int values(const struct stub *stub)
{
	s64 value;

	while (fread(&value, sizeof(value), 1, stdin) == 1) {
		struct encoded out = { 0 };

		for (int i = 0; i < BUFFER_WORDS; i++)
			out.words[i] = UNTOUCHED;
		out.ret = stub->encode(out.words, value);
		if (!out.ret) {
			out.matches = stub->match(out.words);
			out.decoded = stub->get(out.words);
		}
		fwrite(&out, sizeof(out), 1, stdout);
	}
	return 0;
}

static int flips(const struct stub *stub)
{
	s64 value;

	while (fread(&value, sizeof(value), 1, stdin) == 1) {
		u32 words[BUFFER_WORDS] = { 0 };

		if (stub->encode(words, value))
			return 1;
		for (int i = 0; i < BUFFER_WORDS; i++) {
			for (int bit = 0; bit < 32; bit++) {
				words[i] ^= 1u << bit;
				putchar(stub->match(words));
				words[i] ^= 1u << bit;
			}
		}
	}
	return 0;
}

static int macros(const struct stub *stub)
{
	fwrite(stub->insns, sizeof(u32), stub->words, stdout);
	fwrite(stub->masks, sizeof(u32), stub->words, stdout);
	return 0;
}

#ifdef MODULE_TRAMPOLINE_JOINT_FIRST_WORD
struct words {
	u64 count;
	u32 words[BUFFER_WORDS];
};

struct recognised {
	s64 reladdr;
	s32 ret;
	s32 member;
};

static int family(void)
{
	static const u32 joint_values[] = { MODULE_TRAMPOLINE_JOINT_VALUES };
	static const u32 joint_masks[] = { MODULE_TRAMPOLINE_JOINT_MASKS };
	struct words in;

	fwrite(joint_values, sizeof(joint_values), 1, stdout);
	fwrite(joint_masks, sizeof(joint_masks), 1, stdout);
	while (fread(&in, sizeof(in), 1, stdin) == 1) {
		struct recognised out = { .reladdr = UNTOUCHED };

		switch (module_trampoline_match(in.words, in.count)) {
		case MODULE_TRAMPOLINE_NONE:
			out.member = 0;
			break;
		case MODULE_TRAMPOLINE_PPC64_STUB:
			out.member = 1;
			break;
		case MODULE_TRAMPOLINE_PPC64_PROFILE_STUB:
			out.member = 2;
			break;
		}
		out.ret = module_trampoline_get_reladdr(in.words, in.count, &out.reladdr);
		fwrite(&out, sizeof(out), 1, stdout);
	}
	return 0;
}
#else
static int family(void)
{
	return 2;
}
#endif

static struct ppc64_stub_entry destination;
static int pokes_left;

/* Prints where it writes, and whether the entry matches by then. */
static int poke(void *dst, const void *src, size_t len)
{
	if (!pokes_left--)
		return -EIO;
	memcpy(dst, src, len);
	printf(" %zu+%zu", (size_t)((char *)dst - (char *)&destination), len);
#ifdef PPC64_STUB_ENTRY_MAGIC
	printf("%s", ppc64_stub_entry_match(&destination) ? "!" : "");
#endif
	return 0;
}

static int commit(void)
{
	for (int allowed = 0; allowed <= 4; allowed++) {
		struct ppc64_stub_entry source;
		int ret;

		memset(&destination, 0, sizeof(destination));
		memset(&source, 0x11, sizeof(source));
		pokes_left = allowed;
		printf("%d:", allowed);
		ret = ppc64_stub_entry_commit(&destination, &source, poke);
		printf(" -> %d\n", ret);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct stub *stub;

	if (argc != 3)
		return 2;
	if (!strcmp(argv[2], "family"))
		return family();
	if (!strcmp(argv[2], "commit"))
		return commit();
	stub = find_stub(argv[1]);
	if (!stub)
		return 2;
	if (!strcmp(argv[2], "macros"))
		return macros(stub);
	return !strcmp(argv[2], "flips") ? flips(stub) : values(stub);
}
