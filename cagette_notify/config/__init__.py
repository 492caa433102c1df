"""config.yaml, read and checked.

Doors: camap, credentials, ledger_place, load, paths.
"""
