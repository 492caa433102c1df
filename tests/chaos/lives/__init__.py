"""Whole lives of a co-op, held to a model written from what the program promises."""
