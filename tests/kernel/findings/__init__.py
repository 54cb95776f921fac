"""Defects of the unmodified kernel, shown on it: a probe that works by a trap, and does not once it is optimised."""
