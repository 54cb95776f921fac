	.intel_syntax noprefix
	.globl	call_code
call_code:
	push	rax
	call	somewhere
	pop	rcx
	.size	call_code, . - call_code
