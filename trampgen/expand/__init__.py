"""One variant at a time: constants get values, conditions choose, layouts get offsets, code becomes lines."""
