// SPDX-License-Identifier: MIT
/*
 * What the header of call_sites.tramp says of the words around a site: for each line of an address and the words
 * from 2 before it to 2 behind it, the states that match, which words may become a nop, and where the call goes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <trampgen.h>
#include "call_sites.h"

#define BEFORE 2

int main(void)
{
	u32 words[BEFORE + 3];
	unsigned long ip;

	while (scanf("%lx %" SCNx32 " %" SCNx32 " %" SCNx32 " %" SCNx32 " %" SCNx32, &ip, &words[0], &words[1],
		     &words[2], &words[3], &words[4]) == 6) {
		const u32 *site = words + BEFORE;

#ifdef TOC_CALL_FIRST_WORD
		printf("toc_call=%d toc_call_restored=%d may=", toc_call_match(site), toc_call_restored_match(site));
		for (int word = -2; word <= 2; word++)
			printf("%d", toc_call_may_nop(site, word));
		printf(" func=%lx ", toc_call_get_func(site, ip));
#endif
#ifdef PROFILE_CALL_FIRST_WORD
		printf("profile_call=%d profile_call_disabled=%d ", profile_call_match(site),
		       profile_call_disabled_match(site));
		printf("profile_call_saved=%d profile_call_saved_disabled=%d to=%lx", profile_call_saved_match(site),
		       profile_call_saved_disabled_match(site), profile_call_get_func(site, ip));
#endif
		printf("\n");
	}
	return 0;
}
