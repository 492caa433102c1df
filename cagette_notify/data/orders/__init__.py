"""Orders: the file of a distribution, its lines, and whose they are."""
