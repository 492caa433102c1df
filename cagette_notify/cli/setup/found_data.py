"""Choose the tables that an installation begins with, and how they are named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.cli.setup.short_ids import short_id
from cagette_notify.core.text import fold
from cagette_notify.data.found_orders import count_known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from cagette_notify.data.files.found_tables import FoundTable

_DAY = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_COUNTER = re.compile(r"[\s_]*\([0-9]+\)$")  # a browser's, of one more download of that name
# What sets one download apart from the next of its kind: days, counters, and what ties them to the name.
_APART = re.compile(r"[\s_.-]*(?:\([0-9]+\)|[0-9][0-9\s_./-]*)[\s_.-]*|[\s_.-]*\*[\s_.-]*")

# What is kept of those who have left, or of last year.
_FORMER = re.compile(
    r"(?<![a-z])(?:ancien|archiv|former|sauvegarde|backup|inacti[fv]|demission|radie|(?:old|partis)(?![a-z]))"
)


class ChosenData(Struct, frozen=True):
    """The tables that an installation begins with; none where nothing fits."""

    members: FoundTable | None = None
    orders: FoundTable | None = None
    distributions: FoundTable | None = None
    groups: FoundTable | None = None
    days: tuple[date, ...] = ()  # of which there are orders
    calendar: FoundTable | None = None  # whose days are copied, as they alone make no distributions
    days_off: tuple[date, ...] = ()  # on which some calendar says that there is no distribution

    @property
    def group_ids(self) -> tuple[str, ...]:
        """The groups that rows of distributions or members name."""
        return tuple(self.group_names)

    @property
    def group_names(self) -> dict[str, str]:
        """What rows call those groups, by an id that is short to type: the rows' names lead to it."""
        tables = (each for each in (self.groups, self.distributions, self.members) if each)
        named = next((each for each in tables if each.group_names), None)
        if named is None:
            return {}
        return {name if named is self.groups else short_id(name): name for name in named.group_names}

    def of_kind(self, kind: str) -> FoundTable | None:
        """Return what was chosen of a kind; of distributions, those to copy, too."""
        chosen: FoundTable | None = getattr(self, kind)
        return self.calendar if kind == "distributions" and self.calendar else chosen

    @property
    def every(self) -> int:
        """After how many days the next distribution comes, as far as the orders show."""
        gaps = [(later - day).days for day, later in zip(self.days, self.days[1:], strict=False)]
        shortest = min(gaps, default=7)
        return shortest if shortest % 7 == 0 and shortest <= 35 else 7


def alternatives(
    tables: Sequence[FoundTable], kind: str, beside: FoundTable | None = None
) -> list[FoundTable]:
    """Return the tables of a kind that an installation may begin with: the newest of each name, best first.

    What is named as that of former members comes last, and before it a list of payments. Else those come
    first that know most of who ordered, then those of the same workbook as ``beside``, Cagette's own exports,
    what has at least half of the rows of any, the newest, and those of the most rows.
    """
    book = beside.name.partition("#")[0] if beside and "#" in beside.name else ""
    most = max((one.rows for one in tables if one.kind == kind and is_current(one)), default=0)

    def rank(table: FoundTable) -> tuple[object, ...]:
        file = table.name.partition("#")[0]
        return (
            *(is_current(table), not table.is_of_payments, table.known),
            *(bool(book) and file == book, table.is_cagette_s, 2 * table.rows >= most),
            *(table.modified_at, table.rows, file),
        )

    usable = (one for one in tables if one.kind == kind and is_usable(one) and not held_whole_by(tables, one))
    by_name = {pattern_of(one): one for one in sorted(usable, key=_age)}
    return sorted(by_name.values(), key=rank, reverse=True)


def held_against_orders(tables: Sequence[FoundTable], home: Path) -> list[FoundTable]:
    """Return the tables; of several lists of members each with how many it knows of those who ordered."""
    lists, orders = alternatives(tables, "members"), alternatives(tables, "orders")
    if len(lists) < 2 or not orders:
        return [*tables]
    return [replace(one, known=count_known(one, orders[0], home)) if one in lists else one for one in tables]


def of_its_day(tables: Sequence[FoundTable], orders: FoundTable) -> list[FoundTable]:
    """Return all orders of a day that are looked for as these are, the newest first: that one is read."""
    others = (one for one in tables if one != orders and _is_found_as(orders, one))
    return sorted([orders, *others], key=_age, reverse=True)


def held_whole_by(tables: Sequence[FoundTable], orders: FoundTable) -> FoundTable | None:
    """Return the newest file that is read in the place of an older one, and has all of its lines, if any."""
    newer = (one for one in tables if _age(one) > _age(orders) and _is_found_as(one, orders))
    whole = (one for one in newer if orders.ordered and one.ordered >= orders.ordered)
    return max(whole, key=_age, default=None)


def _is_found_as(one: FoundTable, other: FoundTable) -> bool:
    """Tell whether who looks for one file of orders finds the other, of the same day, too."""
    if not one.day or (other.kind, other.day) != ("orders", one.day):
        return False
    parts = pattern_of(one).replace("{date}", str(one.day)).split("*")
    return bool(re.fullmatch(".*".join(map(re.escape, parts)), other.name))


def _age(table: FoundTable) -> tuple[float, str]:
    return table.modified_at, table.name


def is_current(table: FoundTable) -> bool:
    """Tell whether nothing in a table's name says that it is kept of former times."""
    return not _FORMER.search(fold(table.name.rpartition("/")[2]))


def is_usable(table: FoundTable) -> bool:
    """Tell whether it can be told of which distribution the rows of a table are, and when those are."""
    if table.kind == "distributions":
        return bool(table.rows) or table.is_ours
    return table.kind != "orders" or table.day is not None or table.names_distributions


def chosen_with(
    tables: Sequence[FoundTable],
    *,
    members: FoundTable | None,
    orders: FoundTable | None,
    distributions: FoundTable | None,
) -> ChosenData:
    """Return those tables, the groups that go with the distributions, and the days of all such orders.

    Distributions of which only days are listed become the calendar.
    """
    calendar = distributions if distributions and distributions.listed else None
    distributions = None if calendar else distributions
    pattern = pattern_of(orders) if orders else ""
    alike = (one.day for one in tables if one.kind == "orders" and pattern_of(one) == pattern)
    groups = [one for one in alternatives(tables, "groups", distributions) if distributions or one.is_ours]
    days = tuple(sorted({day for day in alike if day}))
    days_off = tuple(sorted({day for one in tables for day in one.listing.days_off}))
    of_groups = groups[0] if groups else None
    return ChosenData(members, orders, distributions, of_groups, days, calendar, days_off)


def pattern_of(table: FoundTable) -> str:
    """Return the name by which the newest of a table's likes is found.

    ``{date}`` stands in it for the day of orders, ``*`` for what else sets one download apart from others:
    the next one may be of another format.
    """
    name, mark, sheet = table.name.partition("#")
    folder, slash, file = name.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    if table.kind == "orders" and table.day:
        if sheet and _DAY.search(sheet):
            return f"{name}#{_DAY.sub('{date}', sheet)}"
        of_its_sheet = f"{dot}{suffix}{mark}{sheet}" if sheet else ""
        return f"{folder}{slash}{_DAY.sub('{date}', _COUNTER.sub('', stem))}*{of_its_sheet}"
    if table.kind != "members" or sheet:
        return table.name
    apart = re.sub(r"\*+", "*", _APART.sub("*", f"{stem}*"))
    return f"{folder}{slash}{apart}"
