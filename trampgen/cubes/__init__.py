"""Sets of words as (mask, value) pairs: overlap, subtraction, counts. Knows nothing of specs."""
