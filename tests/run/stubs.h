/* SPDX-License-Identifier: MIT */
/* Every stub of the generated header, to be chosen by name. */
struct stub {
	const char *name;
	size_t words;
	int (*encode)(u32 *jump, s64 reladdr);
	bool (*match)(const u32 *jump);
	s64 (*get)(const u32 *jump);
	const u32 *insns, *masks;
};

#define STUB(name, macro)                                                             \
	{                                                                             \
		#name, macro##_WORDS, name##_encode, name##_match, name##_get_reladdr, \
		(const u32[macro##_WORDS]){ macro##_INSNS },                          \
		(const u32[macro##_WORDS]){ macro##_MASKS },                          \
	}

static const struct stub stubs[] = {
#ifdef PPC64_STUB_WORDS
	STUB(ppc64_stub, PPC64_STUB),
#endif
#ifdef FTRACE_STUB_WORDS
	STUB(ftrace_stub, FTRACE_STUB),
#endif
#ifdef PPC64_PROFILE_STUB_WORDS
	STUB(ppc64_profile_stub, PPC64_PROFILE_STUB),
#endif
};

/* NULL if there is no such stub. */
static const struct stub *find_stub(const char *name)
{
	for (size_t i = 0; i < sizeof(stubs) / sizeof(stubs[0]); i++)
		if (!strcmp(stubs[i].name, name))
			return &stubs[i];
	return NULL;
}
