two:
	mov	r0, r1
two_end:
	bx	lr
