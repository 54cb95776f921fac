"""Instructions whose p-code is wrong or missing, one module for each family: what each of them does, and what is wrong."""
