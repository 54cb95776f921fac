/* SPDX-License-Identifier: MIT */
/* Into a stub with known registers and out of it again, for both ABIs of 64-bit powerpc; see context.h. */
#include "context.h"

/* ELFv1's larger minimal frame will do for both. */
#define SAVED_CR 112
#define SAVED_GPR 120
#define SAVED_FPR (SAVED_GPR + 18 * 8)
#define FRAME_SIZE 416

/* usage: every INSN, FIRST, LAST, OFFSET, BASE - one access per register */
	.macro every insn, first, last, offset, base
	.set	n, \first
	.rept	\last - \first + 1
	\insn	n, \offset + 8 * (n - \first)(\base)
	.set	n, n + 1
	.endr
	.endm

	.macro function name
	.globl	\name
	.type	\name, @function
#if _CALL_ELF == 2
\name:
#else
	.pushsection .opd, "aw"
	.balign	8
\name:
	.quad	.Lcode_\name, .TOC.@tocbase, 0
	.popsection
.Lcode_\name:
#endif
	.endm

/* bctar, so that lr and ctr can hold anything. */
	.machine power8
	.set	TAR, 815

	.text
	.balign	16
	function enter
	mflr	0
	std	0, 16(1)
	stdu	1, -FRAME_SIZE(1)
	mfcr	0
	std	0, SAVED_CR(1)
	every	std, 14, 31, SAVED_GPR, 1
	every	stfd, 14, 31, SAVED_FPR, 1
	std	1, CONTEXT_HOST(3)
	std	2, CONTEXT_HOST + 8(3)
	std	13, CONTEXT_HOST + 16(3)

	mr	1, 3
	every	lfd, 0, 31, CONTEXT_BEFORE + STATE_FPR, 1
	ld	0, CONTEXT_BEFORE + STATE_LR(1)
	mtlr	0
	ld	0, CONTEXT_BEFORE + STATE_CTR(1)
	mtctr	0
	ld	0, CONTEXT_BEFORE + STATE_CR(1)
	mtcrf	0xff, 0
	ld	0, CONTEXT_BEFORE + STATE_XER(1)
	mtxer	0
	ld	0, CONTEXT_START(1)
	mtspr	TAR, 0
	ld	0, CONTEXT_BEFORE(1)
	every	ld, 2, 31, CONTEXT_BEFORE + 16, 1
	bctar	20, 0

	.balign	16
	.globl	target_code
target_code:
	every	std, 0, 31, CONTEXT_AFTER, 1
	every	stfd, 0, 31, CONTEXT_AFTER + STATE_FPR, 1
	mflr	0
	std	0, CONTEXT_AFTER + STATE_LR(1)
	mfctr	0
	std	0, CONTEXT_AFTER + STATE_CTR(1)
	mfcr	0
	std	0, CONTEXT_AFTER + STATE_CR(1)
	mfxer	0
	std	0, CONTEXT_AFTER + STATE_XER(1)

	ld	13, CONTEXT_HOST + 16(1)
	ld	2, CONTEXT_HOST + 8(1)
	ld	1, CONTEXT_HOST(1)
	every	lfd, 14, 31, SAVED_FPR, 1
	every	ld, 14, 31, SAVED_GPR, 1
	ld	0, SAVED_CR(1)
	mtcrf	0xff, 0
	addi	1, 1, FRAME_SIZE
	ld	0, 16(1)
	mtlr	0
	blr
	.globl	target_code_end
target_code_end:

	.section .note.GNU-stack, "", @progbits
