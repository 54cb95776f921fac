"""Sets of words as (mask, value) pairs, and what is to be said of tables of them. Knows nothing of specs."""
