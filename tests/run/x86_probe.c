/* SPDX-License-Identifier: MIT */
/*
 * Answers questions about the optprobe template, one a line:
 *   e IP OP CALLBACK CLAC  what is encoded, or the error
 *   m IP BYTES             whether they match, their forms, and what they hold
 *   s IP SLOT              the jump at the probed instruction, or the error
 *   r IP NEXT              the jump back
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optprobe.h"

static void show(int error, const u8 *code, size_t size)
{
	size_t i;

	if (error) {
		printf("%d\n", error);
		return;
	}
	for (i = 0; i < size; i++)
		printf("%02x", code[i]);
	printf("\n");
}

static void matched(const u8 *code, unsigned long ip)
{
	if (!optprobe_template_match(code)) {
		printf("no\n");
		return;
	}
	printf("%d %d %d", optprobe_template_clac_form(code), optprobe_template_val_form(code),
	       optprobe_template_call_form(code));
	if (optprobe_template_val_form(code) == OPTPROBE_TEMPLATE_VAL_FORM_PATCHED)
		printf(" %llx", (unsigned long long)optprobe_template_get_op(code));
	if (optprobe_template_call_form(code) == OPTPROBE_TEMPLATE_CALL_FORM_PATCHED)
		printf(" %lx", optprobe_template_get_callback(code, ip));
	printf("\n");
}

static void encoded(unsigned long ip, char *rest)
{
	struct optprobe_template_args args = { 0 };
	u8 code[OPTPROBE_TEMPLATE_SIZE];

	args.op = strtoull(rest, &rest, 16);
	args.callback = strtoull(rest, &rest, 16);
	args.clac = strtol(rest, &rest, 16);
	show(optprobe_template_encode(code, ip, &args), code, sizeof(code));
}

static void answer(char what, unsigned long ip, char *rest)
{
	u8 code[OPTPROBE_TEMPLATE_SIZE] = { 0 }, *end = code;

	if (what == 'e') {
		encoded(ip, rest);
	} else if (what == 'm') {
		for (rest += strspn(rest, " "); end < code + sizeof(code); rest += 2) {
			char byte[3] = { rest[0], rest[1], 0 };

			*end++ = strtoul(byte, NULL, 16);
		}
		matched(code, ip);
	} else if (what == 's') {
		show(optprobe_site_encode(code, ip, strtoull(rest, NULL, 16)), code, OPTPROBE_SITE_SIZE);
	} else {
		show(optprobe_return_encode(code, ip, strtoull(rest, NULL, 16)), code, OPTPROBE_RETURN_SIZE);
	}
}

int main(void)
{
	char line[1000], *rest;
	unsigned long ip;

	while (fgets(line, sizeof(line), stdin)) {
		ip = strtoull(line + 1, &rest, 16);
		answer(line[0], ip, rest);
	}
	return 0;
}
