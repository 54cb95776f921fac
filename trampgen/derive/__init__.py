"""What follows from the holes: ranges and their promises, words at rest, joint masks of families."""
