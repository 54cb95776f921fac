"""Names to declarations: duplicates, unknown and unused names, and which axes a thing depends on."""
