unsigned int good[4] = { 1 };
