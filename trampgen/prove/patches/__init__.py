"""Instructions whose p-code is wrong or missing, one module for each family: what they do, and what is wrong."""
