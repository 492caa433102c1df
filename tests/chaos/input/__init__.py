"""Odd input, of others and made up: one line for each trouble, and everybody else is served."""
