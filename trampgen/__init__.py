"""A declarative trampoline code generator: one specification, every derived artefact."""

__version__ = "0.1.0"
