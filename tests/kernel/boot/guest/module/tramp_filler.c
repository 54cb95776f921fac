// SPDX-License-Identifier: GPL-2.0-only
// Leaves no room for modules near a 32-bit kernel: those that are loaded next call it through their PLT.
#include <linux/execmem.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sizes.h>

/* The kernel's function is for itself only; where it is, a probe of it knows. */
static void *(*allocator(void))(enum execmem_type, size_t)
{
	struct kprobe probe = { .symbol_name = "execmem_alloc" };
	void *(*alloc)(enum execmem_type, size_t);

	if (register_kprobe(&probe))
		return NULL;
	alloc = (void *)probe.addr;
	unregister_kprobe(&probe);
	return alloc;
}

/* From there no branch reaches the kernel. */
static bool is_far(unsigned long address)
{
	return IS_ENABLED(CONFIG_ARM) ? address >= PAGE_OFFSET : address < PAGE_OFFSET - SZ_32M;
}

/* Large pieces, then pages, until one is outside the area. */
static int get_fill(char *buffer, const struct kernel_param *unused)
{
	void *(*alloc)(enum execmem_type, size_t) = allocator();
	size_t size = SZ_1M;
	unsigned long piece;

	while (alloc && size >= PAGE_SIZE) {
		piece = (unsigned long)alloc(EXECMEM_MODULE_TEXT, size);
		if (!piece)
			break;
		if (is_far(piece))
			size /= 4;
	}
	return scnprintf(buffer, PAGE_SIZE, "%s\n", size < PAGE_SIZE ? "full" : "room");
}

static const struct kernel_param_ops fill = { .get = get_fill };
module_param_cb(fill, &fill, NULL, 0444);

MODULE_DESCRIPTION("Fills the area of modules");
MODULE_LICENSE("GPL");
