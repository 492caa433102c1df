"""Open the closed ledgers that copies left behind, and delete there what is older than ``keep``."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cagette_notify.config.ledger_place import place_named
from cagette_notify.core.errors import ConfigError, NotifyError, Problem
from cagette_notify.ledger.forget import sweep
from cagette_notify.ledger.left_behind import LeftBehind, left_behind, opened_left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.ledger.ledger import Ledger


@contextmanager
def opened_closed(config: Config, ledger: Ledger, one: LeftBehind) -> Iterator[Ledger | None]:
    """Give the closed ledger to be erased from, None where none is any more; else raise ``NotifyError``."""
    try:
        place = place_named(one.name, config.folder)
    except ValueError as trouble:
        raise ConfigError(Problem(str(trouble), one.name)) from None
    with opened_left_behind(place, ledger) as closed:
        yield closed


def purge_left_behind(config: Config, ledger: Ledger, before: datetime, now: datetime) -> None:
    """Delete what was over before then in the closed ledgers that are within reach."""
    for one in left_behind(ledger):
        with suppress(NotifyError), opened_closed(config, ledger, one) as closed:
            if closed:
                closed.purge(before, now)
                sweep(closed)
