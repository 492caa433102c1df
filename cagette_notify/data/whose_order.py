"""Tell whose order a row is by what it names, and whose it may be where it names nobody in particular."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.data.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.member_lookup import MemberLookup
    from cagette_notify.data.table_rows import Sheet

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


class Naming(NamedTuple):
    """How a file names the members whose orders it holds: in which ``fields``, and who wrote them there."""

    fields: Sequence[str]
    is_cagette_s: bool

    def field_in(self, row: Row) -> str:
        """Return which of the fields tells whose a row is."""
        return next((name for name in self.fields if name in row.cells), self.fields[0])

    def whose(self, row: Row, lookup: MemberLookup) -> Whose:
        """Return whose order a row is; where its field names nobody, whom any nearly names."""
        field = self.field_in(row)
        text = row.reference(field)
        found = self._named(text, field, lookup) if text else ()
        return Whose(found) if found else Whose(nearly=self._nearly(row, lookup))

    def _named(self, text: str, field: str, lookup: MemberLookup) -> Sequence[Member]:
        if field == "member_name":
            return lookup.called(text, by_cagette=self.is_cagette_s)
        return lookup.referred_to(text)

    def _nearly(self, row: Row, lookup: MemberLookup) -> Sequence[Member]:
        guess = Row(row.file, row.line, row.cells)
        for field in _NAMES:
            text = guess.text(field)
            if found := text and (self._named(text, field, lookup) or lookup.nearly(text)):
                return found
        return ()


def naming_in(sheet: Sheet) -> Naming:
    """Return how a file's orders are joined to members.

    Cagette repeats the name beside the id: only a row without one is joined by it.
    """
    return Naming([name for name in _NAMES if name in sheet.fields], sheet.is_cagette_s)
