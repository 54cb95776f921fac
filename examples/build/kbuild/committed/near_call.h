/* SPDX-License-Identifier: MIT */
/*
 * Generated from near_call.tramp by trampgen: do not edit. To regenerate:
 *   trampgen build --emit header near_call.tramp
 */
#ifndef TRAMP_NEAR_CALL_H
#define TRAMP_NEAR_CALL_H

#ifdef __KERNEL__
#include <linux/const.h>
#ifndef __ASSEMBLY__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>
#endif
#else
#include <trampgen.h>
#endif

/*
 * near_call
 */
#define NEAR_CALL_WORDS 2
#define NEAR_CALL_SIZE 8
#define NEAR_CALL_TARGET_MIN _AC(-0x2000000, LL)
#define NEAR_CALL_TARGET_MAX _AC(0x1fffffc, LL)
#define NEAR_CALL_TARGET_ALIGN 4
#define NEAR_CALL_INSNS \
	0xf8410018,		/* std    r2, 24(r1) */ \
	0x48000000		/* b      target */
#define NEAR_CALL_MASKS \
	0xffffffff, \
	0xfc000003

#ifndef __ASSEMBLY__

/* Whether every hole of @target can hold it. */
static inline bool near_call_target_fits(unsigned long ip, unsigned long target)
{
	long distance = (long)(target - ip - 4);

	if (distance < NEAR_CALL_TARGET_MIN || distance > NEAR_CALL_TARGET_MAX)
		return false;
	if (distance & 3)
		return false;
	return true;
}

/*
 * Write the words to RAM with every hole filled in. Returns 0, or -ERANGE with nothing
 * written if a value can't be encoded.
 */
static inline int near_call_encode(u32 *code, unsigned long ip, unsigned long target)
{
	if (!near_call_target_fits(ip, target))
		return -ERANGE;
	code[0] = 0xf8410018;
	code[1] = 0x48000000 | ((u32)(target - ip - 4) & 0x3fffffc);

	return 0;
}

/* Whether words in RAM are this template, whatever its holes hold. */
static inline bool near_call_match(const u32 *code)
{
	return code[0] == 0xf8410018 &&
	       (code[1] & 0xfc000003) == 0x48000000;
}

/* What @target was encoded into words that match. */
static inline unsigned long near_call_get_target(const u32 *code, unsigned long ip)
{
	long distance = (s64)((u64)(code[1] & 0x3fffffc) << 38) >> 38;

	return ip + 4 + distance;
}
#endif /* __ASSEMBLY__ */

#endif /* TRAMP_NEAR_CALL_H */
