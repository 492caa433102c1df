"""The commands: parse, call, print, exit. Only here: click, the clock, colours and tables."""

from cagette_notify.cli.main import main

__all__ = ["main"]
