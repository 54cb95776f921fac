"""The arithmetic of holes, in one place: every back end prints it, none rewrites it."""
