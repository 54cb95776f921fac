	.text
first:
	nop
	stp	x29, x30, [sp, #-16]!
	mov	x29, sp
	str	x0, [sp, #-16]!
	mrs	x0, tpidr_el0
	bl	first
	ldr	x0, [sp], #16
	ldp	x29, x30, [sp], #16
	ret
	nop
second:
	stp	x29, x30, [sp, #-16]!
	mov	x29, sp
	str	x0, [sp, #-16]!
	mrs	x0, tpidr_el1
	bl	first
	ldr	x0, [sp], #16
	ldp	x29, x30, [sp], #16
	ret
