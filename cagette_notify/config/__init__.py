"""config.yaml, read and checked.

Doors: credentials, load, paths.
"""
