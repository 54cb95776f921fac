"""From lowered instructions to words: the guarded Keystone worker, hole discovery, read-back, second opinion."""
