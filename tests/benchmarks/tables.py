"""Rows of figures, and how they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from tabulate import tabulate

if TYPE_CHECKING:
    from tests.benchmarks.measure import Usage

_HEADERS = ("", "takes", "floor", "ratio", "goal", "CPU ratio", "peak MB", "floor's MB")


class Row(Struct, frozen=True):
    """One figure, and the floor it stands on. ``goal`` is the most that the ratio should be.

    ``per`` divides what is shown: into so many notices, or rows.
    """

    what: str
    ours: Usage
    floor: Usage | None = None
    goal: float | None = None
    per: int = 1

    @property
    def ratio(self) -> float | None:
        """What it takes, as a multiple of the floor."""
        return self.ours.wall / self.floor.wall if self.floor else None

    def cells(self) -> tuple[str, ...]:
        """Return what is printed, in the order of the headers."""
        ours, floor = self.ours, self.floor
        return (
            self.what,
            duration(ours.wall / self.per),
            duration(floor.wall / self.per) if floor else "",
            f"{self.ratio:.2f}" if self.ratio else "",
            f"<= {self.goal:g}" if self.goal else "",
            f"{ours.cpu / floor.cpu:.2f}" if floor and floor.cpu else "",
            f"{ours.peak:.0f}",
            f"{floor.peak:.0f}" if floor and floor.peak else "",
        )


class Table(Struct, frozen=True):
    """Rows that belong together; the title says what their floor is."""

    title: str
    rows: tuple[Row, ...] = ()
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Make what is printed."""
        cells = [row.cells() for row in self.rows]
        align = ("left", *["right"] * (len(_HEADERS) - 1))
        shown = tabulate(cells, _HEADERS, colalign=align, disable_numparse=True) if cells else ""
        return "\n".join(filter(None, (f"{self.title}\n", shown, *self.remarks)))


def duration(seconds: float) -> str:
    """Write seconds in the unit that leaves one to three figures before the point."""
    for unit, factor in (("s", 1), ("ms", 1_000)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.2f} {unit}"
    return f"{seconds * 1_000_000:.1f} µs"
