/* SPDX-License-Identifier: MIT */
/* What the first process of the booted kernel is made of. It says `check NAME pass|fail TEXT` for each thing it tried. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

#define TRACING "/sys/kernel/tracing/"
#define PROBES "/sys/kernel/debug/kprobes/list"

/* An ELFv1 function's plain name is its descriptor: the code has a dot before it. */
#if defined(__powerpc64__) && _CALL_ELF != 2
#define CODE "."
#else
#define CODE ""
#endif

/* Bytes from where an instruction may begin to the next, and from one probe to the next: an optimised one displaces more. */
#ifdef __x86_64__
#define STEP 1
#define APART 20
#else
#define STEP 4
#define APART STEP
#endif

__attribute__((format(printf, 3, 4))) void check(const char *name, bool good, const char *text, ...);

int put(const char *path, const char *text);      /* 0 or -errno */
int add(const char *path, const char *text);      /* the same, at the end */
const char *get(const char *path);                /* the text, until the next call */
int count(const char *text, const char *part);    /* how often it stands there */
const char *line_with(const char *text, const char *part); /* a copy of that line, or "" */

/* The next line of a text, moved over; NULL at its end. Lines are scanned as copies: sscanf() measures all that follows. */
const char *next_line(const char **text, char *line, size_t size);

void wait_ms(int ms);

/*
 * A fetched argument: what stands at the probed instruction. And whether such a line tells of a breakpoint.
 * The list of probes says [OPTIMIZED] of one that is only waiting for it.
 */
#define CODE_AT " code=@%s+%d:x32"
bool is_trap(const char *line);
/* Call until no probe that is listed as optimised traps any more: what was traced in the last call. */
const char *settled(void (*call)(void));
int waiting(const char *trace); /* places that are listed as optimised, and still trap */

long steady_call(long number, long a, long b, long c);

void optimised_probes(void);
void snapshots(void);
void return_probes(void);
void uprobes(void);
void modules(void);
bool load(const char *name); /* a module */

void finding(void); /* what /finding asks for, instead of all others */

#endif
