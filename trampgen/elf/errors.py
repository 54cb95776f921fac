"""What is wrong with an ELF file."""


class BadElf(Exception):
    """A file that can't be read as ELF: one line that says why, without the file's name."""
