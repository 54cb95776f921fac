"""From a table of instructions to a decoder: the plan of a lookup, its model, fields, words that try it out."""
