"""Formats of other tools: what they describe becomes rows, and rows become text of the language."""
