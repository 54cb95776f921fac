/* SPDX-License-Identifier: MIT */
/* What r1 points to while a stub runs: a caller's frame, and behind it every register before and after. */
#define FRAME_WORDS 32

#define STATE_LR (32 * 8)
#define STATE_CTR (33 * 8)
#define STATE_CR (34 * 8)
#define STATE_XER (35 * 8)
#define STATE_FPR (36 * 8)
#define STATE_WORDS 68

#define CONTEXT_BEFORE (8 * FRAME_WORDS)
#define CONTEXT_AFTER (CONTEXT_BEFORE + 8 * STATE_WORDS)
#define CONTEXT_START (CONTEXT_AFTER + 8 * STATE_WORDS)
#define CONTEXT_HOST (CONTEXT_START + 8)

#ifndef __ASSEMBLER__
struct context {
	u64 frame[FRAME_WORDS];
	u64 before[STATE_WORDS];
	u64 after[STATE_WORDS];
	u64 start;
	u64 host[3]; /* r1, r2 and r13 of C; r13 is its thread pointer */
};

static_assert(offsetof(struct context, before) == CONTEXT_BEFORE, "before");
static_assert(offsetof(struct context, after) == CONTEXT_AFTER, "after");
static_assert(offsetof(struct context, start) == CONTEXT_START, "start");
static_assert(offsetof(struct context, host) == CONTEXT_HOST, "host");

/* Loads every register from @context and jumps to its start; returns once target_code is reached. */
void enter(struct context *context);

/* Stores every register to the context at r1 and returns from enter(). Works anywhere. */
extern const char target_code[], target_code_end[];
#endif
