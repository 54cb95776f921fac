"""What the code of a template does for every input, held against its contract: pypcode lifts it, z3 decides."""
