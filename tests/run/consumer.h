/* SPDX-License-Identifier: MIT */
/* What a kernel has around a generated header. DESCRIPTOR_WORDS is 1, or 3 for ELFv1; GENERATED names the header. */
#include <trampgen.h>

#ifndef PACA_OFFSET
#define PACA_OFFSET 0x7ff4
#endif

typedef struct {
	u64 word[DESCRIPTOR_WORDS];
} func_desc_t;

/* Packed, so that a test can choose any offset. */
struct paca_struct {
	u8 before[PACA_OFFSET];
	u64 kernel_toc;
	u64 kernelbase;
	u8 after[64];
} __attribute__((__packed__));

/* The C library's headers must see what the compiler says, so this comes after them. */
#ifdef CALL_ELF
#undef _CALL_ELF
#define _CALL_ELF CALL_ELF
#endif

#include GENERATED
