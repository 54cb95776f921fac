/* SPDX-License-Identifier: MIT */
/*
 * Runs code of PowerPC from given states in supervisor mode, on the bare machine and without translation of addresses.
 * Whatever ends a run is an interrupt: behind the code is a trap, and where it may jump to there is nothing.
 *
 * A mailbox at MAILBOX says what to do; the one who started the machine sees its memory. Words have the size of a
 * register and are big-endian. States (of IN words each) and records (of OUT bytes each) are where it says.
 */
#ifdef __powerpc64__
#define W 8
#define LOAD ld
#define STORE std
#define LOADU ldu
#define STOREU stdu
#define COMPARE cmpldi
#define RETURN rfid
#else
#define W 4
#define LOAD lwz
#define STORE stw
#define LOADU lwzu
#define STOREU stwu
#define COMPARE cmplwi
#define RETURN rfi
#endif

#define MAILBOX 0x00100000
#define GO 0
#define DONE (1 * W)
#define COUNT (2 * W)
#define CODE (3 * W)
#define CODE_WORDS (4 * W)
#define DATA (5 * W)
#define DATA_WORDS (6 * W)
#define STATE (7 * W) /* the next one; the states are behind each other */
#define RECORD (8 * W)
#define RECORD_BYTES (9 * W)
#define KEPT_R2 (10 * W)
#define VECTOR (11 * W)

/* Of a state and of a record, in words, behind r0 to r31. */
#define CTR (32 * W)
#define LINK (33 * W)
#define XER (34 * W)
#define CCR (35 * W)
#define MSR (36 * W)
#define DAR (37 * W)
#define DSISR (38 * W)
#define NIP (39 * W)
/* Of a state: what is in both areas, where the code is put, its units of four bytes. */
#define CODE_IMAGE (40 * W)
#define DATA_IMAGE (41 * W)
#define UNITS (42 * W)
#define INSTRUCTIONS (43 * W)
#define STATE_BYTES (96 * W)
/* Of a record. */
#define CAUSE (40 * W)
#define AFTER (41 * W)

#define SPRG0 272
#define SPRG1 273
#define SPRG3 275
#define SRR0 26
#define SRR1 27

	.text
	.globl _start
	.org 0x100
_start:	b	begin

	/* Every interrupt there may be; none but the first is closer than 32 bytes to the next. */
	.set	at, 0x200
	.rept	(0x2000 - 0x200) / 0x20
	.org	at
	mtspr	SPRG1, 1
	mfspr	1, SPRG0
	STORE	2, KEPT_R2(1)
	li	2, at
	b	stopped
	.set	at, at + 0x20
	.endr

	.org	0x2000
begin:	li	1, 0
#ifndef __powerpc64__
	mtmsr	1		/* interrupts are near 0 */
	isync
#endif
	lis	1, MAILBOX >> 16
	mtspr	SPRG0, 1
wait:	LOAD	3, GO(1)
	COMPARE	3, 0
	beq	wait
	li	3, 0
	STORE	3, GO(1)

next:	/* r1: the mailbox */
	LOAD	3, COUNT(1)
	COMPARE	3, 0
	bne	1f
	li	3, 1
	sync
	STORE	3, DONE(1)
	b	wait
1:	addi	3, 3, -1
	STORE	3, COUNT(1)

	LOAD	31, STATE(1)
	LOAD	3, CODE_IMAGE(31)
	LOAD	4, CODE(1)
	LOAD	5, CODE_WORDS(1)
	bl	copy
	LOAD	3, DATA_IMAGE(31)
	LOAD	4, DATA(1)
	LOAD	5, DATA_WORDS(1)
	bl	copy
	LOAD	3, UNITS(31)
	mtctr	3
	addi	3, 31, INSTRUCTIONS - 4
	LOAD	4, NIP(31)
	addi	4, 4, -4
1:	lwzu	5, 4(3)
	stwu	5, 4(4)
	bdnz	1b
	LOAD	4, NIP(31)
	addi	5, 4, 512
1:	dcbst	0, 4
	sync
	icbi	0, 4
	addi	4, 4, 32
#ifdef __powerpc64__
	cmpld	4, 5
#else
	cmplw	4, 5
#endif
	blt	1b
	sync
	isync

	addi	3, 31, STATE_BYTES
	STORE	3, STATE(1)
	lis	3, 0x7fff
	mtdec	3
	LOAD	3, CTR(31)
	mtctr	3
	LOAD	3, LINK(31)
	mtlr	3
	LOAD	3, XER(31)
	mtxer	3
	LOAD	3, CCR(31)
	mtcr	3
	LOAD	3, DAR(31)
	mtdar	3
	LOAD	3, DSISR(31)
	mtdsisr	3
	LOAD	3, MSR(31)
	mtspr	SRR1, 3
	LOAD	3, NIP(31)
	mtspr	SRR0, 3
	.irp	reg, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	LOAD	\reg, \reg * W(31)
	.endr
	RETURN

stopped: /* r1: the mailbox, r2: the vector */
	STORE	2, VECTOR(1)
	LOAD	1, RECORD(1)
	.irp	reg, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	STORE	\reg, \reg * W(1)
	.endr
	mr	31, 1
	mfspr	1, SPRG0
	mfspr	3, SPRG1
	STORE	3, 1 * W(31)
	LOAD	3, KEPT_R2(1)
	STORE	3, 2 * W(31)
	LOAD	3, VECTOR(1)
	STORE	3, CAUSE(31)
	mfctr	3
	STORE	3, CTR(31)
	mflr	3
	STORE	3, LINK(31)
	mfxer	3
	STORE	3, XER(31)
	mfcr	3
	STORE	3, CCR(31)
	mfdar	3
	STORE	3, DAR(31)
	mfdsisr	3
	STORE	3, DSISR(31)
	mfspr	3, SRR0
	STORE	3, NIP(31)
	mfspr	3, SRR1
	STORE	3, MSR(31)
	LOAD	3, DATA(1)
	addi	4, 31, AFTER
	LOAD	5, DATA_WORDS(1)
	bl	copy
	LOAD	3, RECORD_BYTES(1)
	add	3, 3, 31
	STORE	3, RECORD(1)
	b	next

copy:	/* r5 words from r3 to r4 */
	mtctr	5
	addi	3, 3, -W
	addi	4, 4, -W
1:	LOADU	5, W(3)
	STOREU	5, W(4)
	bdnz	1b
	blr
