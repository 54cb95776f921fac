"""What a build remembers, so that the next one that has nothing to do costs nothing."""
