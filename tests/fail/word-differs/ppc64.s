	.globl save_words
	.text
	nop
save_words:
	std	%r0, 24(%r1)
	li	%r3, 0x123
	mtlr	%r3
	.size	save_words, . - save_words
