"""Faults put into templates, to see whether lint and proof find them."""
