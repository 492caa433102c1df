"""Notice that the file of members' own changes is gone: whoever turned notices off would be mailed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.files import name_within
from cagette_notify.core.i18n import _
from cagette_notify.core.stamps import watch
from cagette_notify.ledger.run_memory import RunMemory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cagette_notify.config.load import Config
    from cagette_notify.ledger.ledger import Ledger

_HEADER = "member;kind;value;date"


def lost_settings(config: Config, ledger: Ledger) -> Problem | None:
    """Return what is to be said where changes stood in a file, and there is none any more."""
    path = config.notifications
    watch(path)
    known = "" if os.path.lexists(path) else RunMemory(ledger, config.account).settings_file()
    if not known:
        return None
    name = name_within(path, config.folder)
    message = _(
        "it is not there any more, and whoever turned something off in {known} would be mailed: nothing "
        "leaves until it is back; if it went on purpose, put in its place a file of this one line: {header}",
        known=known,
        header=_HEADER,
    )
    return Problem(message, name, stops_all=True)


def refuse_lost_settings(config: Config, ledger: Ledger, found: Iterable[Problem] = ()) -> None:
    """Raise ``DataError``, with what was ``found`` wrong elsewhere, where that file is not there any more."""
    if problem := lost_settings(config, ledger):
        raise DataError(*dict.fromkeys((*found, problem)))


def remember_settings(config: Config, ledger: Ledger) -> None:
    """Remember that there are changes, and in which file; one that is there without any ends that."""
    path, memory = config.notifications, RunMemory(ledger, config.account)
    if (has_rows := _has_rows(path)) is None:
        return
    memory.keep_settings_file(name_within(path, config.folder) if has_rows else "")


def _has_rows(path: Path) -> bool | None:
    """Tell whether there is more in a file than its header; None where it can't be told."""
    if not path.is_file():  # a pipe would be waited for
        return None
    try:
        with path.open("rb") as file:
            return sum(not line.isspace() for line in file) > 1
    except OSError:
        return None
