"""Finding the code of a spec in files: patterns of bytes, a quick search for them, what their holes hold."""
