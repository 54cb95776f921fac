union item {
	unsigned int bits;
	const union item *table;
};

static const union item branches[] = {
	{ .bits = 1 }, { .bits = 0x0f000000 }, { .bits = 0x0a000000 }, { .bits = 7 },
	{ .bits = 0 },
};

const union item decode_table[] = {
	{ .bits = 2 }, { .bits = 0x0e000000 }, { .bits = 0x0a000000 }, { .table = branches },
	{ .bits = 1 }, { .bits = 0x0f000000 }, { .bits = 0x0f000000 }, { .bits = 8 },
	{ .bits = 0 },
};
