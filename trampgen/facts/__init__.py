"""Where the values of externs come from: debug info, asm-offsets.h, constants files, the command line."""
