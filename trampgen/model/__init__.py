"""What passes hand to each other: frozen dataclasses that everything imports and that import nothing of ours."""
