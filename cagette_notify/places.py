"""Where the configuration is looked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping


def find(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """Return the configuration's path: the one asked for, else the first that exists.

    What was asked for is taken at its word: ``load`` says if it isn't there.
    """
    named = explicit or environ.get("CAGETTE_NOTIFY_CONFIG")
    if named:
        return Path(named)
    home = Path(environ.get("HOME") or "/")
    places = (
        Path("config.yaml"),
        home / ".config/cagette-notify/config.yaml",
        Path("/etc/cagette-notify/config.yaml"),
    )
    for place in places:
        if os.path.exists(place):  # noqa: PTH110 - Path.exists raises where a folder may not be entered
            return place
    looked_at = ", ".join(map(str, places))
    raise ConfigError(
        Problem(
            _("no configuration: there is none at {places}; begin with cagette-notify init", places=looked_at)
        )
    )
