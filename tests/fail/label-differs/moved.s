	.globl	two, two_here, back
two:
two_here:
	nop
	nop
back:
	ret
	.size	two, . - two
