"""The commands: parse, call, print, exit. Only here: click, the clock, tables, colours."""

from cagette_notify.cli.main import main

__all__ = ["main"]
