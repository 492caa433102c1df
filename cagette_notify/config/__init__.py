"""config.yaml, read and checked.

Doors: camap, credentials, load, paths.
"""
