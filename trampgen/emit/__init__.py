"""One module for each artefact. The Jinja2 templates hold text; what they print is computed here."""

KINDS = ("header", "json", "blob", "listing", "rust")  # what --emit takes
