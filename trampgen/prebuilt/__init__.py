"""The grammar's LALR tables and the templates as Python code, made once: `make prebuilt` writes the data here.

Each names the digest of its source and the version of the library that made it. Where either differs, the
source is read anew: slower, never wrong."""
