"""One module for each command: the options become a run, its result an exit status."""

CLEAN, FINDINGS, TROUBLE = 0, 1, 2
