"""Reach the closed ledgers that copies left behind: what they hold of people is erased there, too."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.ledger.closed import goes_on_at
from cagette_notify.ledger.connection import opened_engine, opened_if_made
from cagette_notify.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace

LEFT_BEHIND = "left_behind"
"""The marks of where a ledger was before, by place; each with the machine whose file it is, if it is one."""


class LeftBehind(Struct, frozen=True):
    """Where a ledger was before it was copied, as it is called there."""

    name: str
    machine: str

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is a file of another machine."""
        return bool(self.machine) and self.machine != os.uname().nodename


def left_behind(ledger: Ledger) -> list[LeftBehind]:
    """Return where this ledger was before, as far as is known."""
    return [LeftBehind(*one) for one in sorted(ledger.marks("", LEFT_BEHIND).items())]


@contextmanager
def opened_left_behind(place: LedgerPlace, ledger: Ledger) -> Iterator[Ledger | None]:
    """Give the closed ledger at a place to be erased from; None where none is, or another is by now."""
    with opened_if_made(place) as found:
        is_it = False
        if found:
            with found.in_plain_words():
                is_it = found.ledger_id() == ledger.ledger_id and bool(goes_on_at(found.connection))
    if not is_it:
        yield None
        return
    with opened_engine(place) as engine:
        yield Ledger(engine, ledger.ledger_id, is_left_behind=True)
