"""Readers of ELF files: sections, symbols, relocations, types. A leaf: nothing here knows what a spec is."""
