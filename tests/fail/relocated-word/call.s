	.globl	call_words
call_words:
	lis	%r3, somewhere@ha
	blr
	.size	call_words, . - call_words
