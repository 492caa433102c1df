"""What every group of benchmarks is given: a folder of its own, how much to do, and how often."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Scale(Struct, frozen=True):
    """How much of everything.

    ``camap``: groups, members and distributions of a database; ``months``: of how many groups, and how many
    days; ``pause``: seconds before new files count as old; ``short``: how many times as often as others short
    runs are measured, which noise hits harder.
    """

    idle_members: tuple[int, ...] = (10, 100_000)
    groups: tuple[int, ...] = (1, 500)
    federations: tuple[int, ...] = (100, 200, 400)
    months: tuple[tuple[int, int], ...] = ((1, 31), (5, 31), (50, 7), (500, 1))
    recaps: tuple[int, ...] = (1_000, 10_000, 100_000)
    typical_recaps: int = 10_000
    latency: float = 0.15
    parallel: tuple[int, ...] = (4, 16)
    rows: int = 100_000
    ledger_rows: int = 1_000_000
    members_asked_about: int = 1_000
    camap: tuple[int, int, int] = (250, 25_000, 13_000)
    pause: float = 3.0
    short: int = 5


FULL = Scale()
SMALLEST = Scale(
    idle_members=(10,),
    groups=(2,),
    federations=(2, 4),
    months=((2, 1),),
    recaps=(20, 40),
    typical_recaps=20,
    latency=0.01,
    parallel=(4,),
    rows=120,
    ledger_rows=1_000,
    members_asked_about=20,
    camap=(2, 40, 20),
    pause=0.0,
    short=1,
)


class Bench(Struct, frozen=True):
    """A folder for this run, and how often each thing is measured."""

    folder: Path
    rounds: int
    scale: Scale = FULL
    _numbers: Iterator[int] = field(default_factory=count)

    def new_folder(self) -> Path:
        """Name a folder that is not there yet."""
        return self.folder / str(next(self._numbers))


def count_sent(config: Path) -> int:
    """Return how many notices the ledger beside a configuration holds as sent."""
    with closing(sqlite3.connect(config.with_name("ledger.sqlite3"))) as ledger:
        (found,) = ledger.execute("SELECT count(*) FROM notices WHERE status = 'sent'").fetchone()
    return int(found)
