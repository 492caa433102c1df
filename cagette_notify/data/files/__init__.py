"""Which file is read, how old it is, and what lies beside it."""
