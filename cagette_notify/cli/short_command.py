"""Tell which configuration the short command knows: the script in the user's own folder of commands."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "# Written by cagette-notify init: the program with its configuration."


def short_command_path(environ: Mapping[str, str]) -> Path | None:
    """Return where the short command is, or would be; None for somebody without a home."""
    home = environ.get("HOME")
    return Path(home) / ".local/bin" / PROGRAM if home else None


def short_command_text(program: str, config: str) -> str:
    """Return the script that calls the program with a configuration; one that is named later wins."""
    return f'#!/bin/sh\n{_MARK}\nexec {shlex.join([program, "--config", config])} "$@"\n'


def config_of_short_command(environ: Mapping[str, str]) -> Path | None:
    """Return the configuration that the short command knows; None where there is none of ours."""
    path = short_command_path(environ)
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path else []
    except (OSError, ValueError):
        return None
    if len(lines) != 3 or lines[1] != _MARK:
        return None
    return Path(shlex.split(lines[2])[3])


def is_found_as(program: str, environ: Mapping[str, str]) -> bool:
    """Tell whether typing the bare name would start that program."""
    import shutil

    found = shutil.which(PROGRAM, path=environ.get("PATH"))
    return found is not None and os.path.realpath(found) == os.path.realpath(program)


def is_short_for(config: Path, environ: Mapping[str, str]) -> bool:
    """Tell whether the short command can be typed, and knows that configuration."""
    known, path = config_of_short_command(environ), short_command_path(environ)
    is_same = known is not None and os.path.realpath(known) == os.path.realpath(config)
    return is_same and is_found_as(str(path), environ)
