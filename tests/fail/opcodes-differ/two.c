unsigned int good[8] = { -1, -1, -1, -1, -1, -1, 0xffffdffe, -1 };
