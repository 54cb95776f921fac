	.globl	other
other:
	ret
