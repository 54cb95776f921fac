"""What passes hand to each other: frozen dataclasses that everything imports and that import nothing of ours."""

# How somebody who supplies a number names it: an extern, or a member of an extern struct.
EXTERN = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:0|[1-9][0-9]{0,9})\])*"
