"""config.yaml, read and checked.

Doors: load, paths.
"""
