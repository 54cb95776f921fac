struct entry {
	unsigned int jump[2];
	unsigned long target;
	unsigned int magic;
	unsigned int flags;
};

struct entry first;
