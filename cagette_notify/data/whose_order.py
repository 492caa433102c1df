"""Tell whose order a row is by what it names, and whose it may be where it names nobody in particular."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.data.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.member_lookup import MemberLookup

_NAMES = ("member", "member_email", "member_name")  # the surest first


class Whose(NamedTuple):
    """The members that a row names, or those whom it ``nearly`` names, if it names nobody."""

    named: Sequence[Member] = ()
    nearly: Sequence[Member] = ()

    @property
    def is_certain(self) -> bool:
        """Tell whether it is somebody's in particular."""
        return len(self.named) == 1

    @property
    def surely(self) -> str:
        """The id of that member; nothing where it is nobody's in particular."""
        return self.named[0].id if self.is_certain else ""

    @property
    def all(self) -> list[Member]:
        """Everybody whose it may be."""
        return [*self.named, *self.nearly]


def fields_of_members(columns: frozenset[str]) -> list[str]:
    """Return the columns by which a file's orders are joined to members, the surest first.

    Cagette repeats the name beside the id: only a row without one is joined by it.
    """
    return [name for name in _NAMES if name in columns]


def reference_in(row: Row, fields: Sequence[str]) -> str:
    """Return which of the fields tells whose a row is."""
    return next((name for name in fields if name in row.cells), fields[0])


def whose(row: Row, lookup: MemberLookup, fields: Sequence[str]) -> Whose:
    """Return whose order a row is; where that field names nobody, whom any that calls them nearly names."""
    field = reference_in(row, fields)
    text = row.reference(field)
    found = _named(text, field, lookup) if text else ()
    return Whose(found) if found else Whose(nearly=_nearly(row, lookup))


def _named(text: str, field: str, lookup: MemberLookup) -> Sequence[Member]:
    return lookup.called(text) if field == "member_name" else lookup.referred_to(text)


def _nearly(row: Row, lookup: MemberLookup) -> Sequence[Member]:
    guess = Row(row.file, row.line, row.cells)
    for field in _NAMES:
        text = guess.text(field)
        if found := text and (_named(text, field, lookup) or lookup.nearly(text)):
            return found
    return ()
