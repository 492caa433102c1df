"""Spell out ``repeat:``: the days on which a distribution comes again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import day, duration

if TYPE_CHECKING:
    from cagette_notify.data.rows.cells import Row

MOST = 1000
_FIELDS = ("repeat_every", "repeat_until", "repeat_except")


def is_repeated(row: Row) -> bool:
    """Tell whether a row says anything about repeating."""
    return not row.cells.keys().isdisjoint(_FIELDS)


def days_of(row: Row, first: date) -> tuple[date, ...]:
    """Return every local day of a repeated distribution, of which ``first`` is one unless excepted.

    Nothing is returned for a row that is spoiled by what it says.
    """
    every = row.read("repeat_every", _whole_days)
    until = row.read("repeat_until", day)
    for field in ("repeat_every", "repeat_until"):
        if field not in row.cells:
            row.complain(field, _("missing: repeat needs every and until"))
    if not every or not until:
        return ()
    count = (until - first) // every + 1
    if not 1 <= count <= MOST:
        row.complain("repeat_until", _bad_count(count))
        return ()
    days = [first + number * every for number in range(count)]
    excepted = _excepted(row, frozenset(days))
    return tuple(each for each in days if each not in excepted)


def _whole_days(text: str) -> timedelta:
    every = duration(text)
    if not every or every % timedelta(days=1):
        raise ValueError(_("expected whole days such as 7d, not {value!r}", value=text))
    return every


def _bad_count(count: int) -> str:
    if count < 1:
        return _("before the first distribution")
    return _("that makes {count} distributions; the limit is {limit}", count=count, limit=MOST)


def _excepted(row: Row, days: frozenset[date]) -> frozenset[date]:
    excepted = frozenset(row.read_each("repeat_except", day))
    for each in sorted(excepted - days):
        row.remark("repeat_except", _("{day} is none of its days", day=each.isoformat()), is_warning=True)
    return excepted
