"""A spec held against what was built: its words, labels, structs and tables as object files have them."""
