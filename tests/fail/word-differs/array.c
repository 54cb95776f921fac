unsigned int save_words[] = { 0xf8010010, 0x7c6803a6 };
