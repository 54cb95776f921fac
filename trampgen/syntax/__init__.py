"""From text to a tree of declarations with a span on every node."""
