// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/module/tramp_calls/parameters/calls says through which stub each call of this module goes,
 * and where to: calls that the compiler made, to stubs that the module loader made. Generated
 * functions recognise and decode both.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <asm/paca.h>
#include <asm/sections.h>

#include "calls.h"
#include "module_stub.h"

static bool in_text(unsigned long address, size_t size)
{
	const struct module_memory *text = &THIS_MODULE->mem[MOD_TEXT];
	unsigned long offset = address - (unsigned long)text->base;

	return offset < text->size && size <= text->size - offset;
}

/* The stub at an address; NULL if something else stands there. */
static const struct ppc64_stub_entry *stub_at(unsigned long address)
{
	const struct ppc64_stub_entry *entry = (const void *)address;

	if (!in_text(address, sizeof(*entry)) || !ppc64_stub_entry_match(entry))
		return NULL;
	return ppc64_stub_match(entry->jump) ? entry : NULL;
}

/* Where a stub takes its target from: relative to the module's r2, or to the stub itself. */
static const func_desc_t *data_of(const struct ppc64_stub_entry *entry)
{
	s64 reladdr = ppc64_stub_get_reladdr(entry->jump);
#ifdef CONFIG_PPC_KERNEL_PCREL
	return (const void *)entry + reladdr;
#else
	unsigned long r2;

	asm("mr %0, 2" : "=r" (r2));
	return (const void *)(r2 + reladdr + PPC64_STUB_ENTRY_FUNCDATA_OFFSET);
#endif
}

/* A line about the instruction at an address, if it is a call that goes through a stub. */
static int describe(char *buffer, size_t size, unsigned long call)
{
	const struct ppc64_stub_entry *stub;
	const func_desc_t *data;

	if (!module_call_match((const u32 *)call))
		return 0;
	stub = stub_at(module_call_get_to((const u32 *)call, call));
	if (!stub)
		return 0;
	data = data_of(stub);
	return scnprintf(buffer, size, "%pS: through %s stub to %ps\n", (void *)call,
			 data == &stub->funcdata ? "a" : "another's", (void *)data->addr);
}

static int get_calls(char *buffer, const struct kernel_param *unused)
{
	unsigned long call = (unsigned long)THIS_MODULE->mem[MOD_TEXT].base;
	int size = 0;

	for (; in_text(call, sizeof(u32)); call += sizeof(u32))
		size += describe(buffer + size, PAGE_SIZE - size, call);
	return size;
}

static const struct kernel_param_ops calls = { .get = get_calls };
module_param_cb(calls, &calls, NULL, 0400);

MODULE_DESCRIPTION("Where a module's calls go");
MODULE_LICENSE("GPL");
