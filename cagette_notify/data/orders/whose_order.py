"""Tell whose order a row is by what it names, and whose it may be where it names nobody in particular."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.i18n import _
from cagette_notify.core.text import lacks_letters, quoted, shortened
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.members.member_lookup import MemberLookup
    from cagette_notify.data.rows.table_rows import Sheet

_NAMES = ("member", "member_email", "member_name")  # the surest first


class Whose(NamedTuple):
    """The members that a row names, or those whom it ``nearly`` names, if it names nobody.

    What stands ``beside`` the surest of its names may surely be somebody else's: ``others`` are those.
    """

    named: Sequence[Member] = ()
    nearly: Sequence[Member] = ()
    beside: str = ""
    others: Sequence[Member] = ()

    @property
    def is_certain(self) -> bool:
        """Tell whether it is somebody's in particular."""
        return len(self.named) == 1 and not self.others

    @property
    def surely(self) -> str:
        """The id of that member; nothing where it is nobody's in particular."""
        return self.named[0].id if self.is_certain else ""

    @property
    def all(self) -> list[Member]:
        """Everybody whose it may be."""
        return [*self.named, *self.others, *self.nearly]

    def why_others(self, text: str) -> str:
        """Say that the ``text`` that names somebody has others' names beside it; nothing if it hasn't."""
        if not self.others:
            return ""
        return _(
            "{value} is {who}, but {beside}, beside it, is {others}: the order may be of each of them",
            value=quoted(text),
            who=_shown(self.named[0]),
            beside=quoted(self.beside),
            others=shortened([_shown(one) for one in self.others]),
        )


class Naming(NamedTuple):
    """How a file names the members whose orders it holds: in which ``fields``, and who wrote them there."""

    fields: Sequence[str]
    is_cagette_s: bool

    @property
    def by_name(self) -> Naming:
        """The same file, read by the names in it alone."""
        return self._replace(fields=("member_name",))

    def field_in(self, row: Row) -> str:
        """Return which of the fields tells whose a row is."""
        for name in self.fields:  # next() would take twice the time, several times a row
            if name in row.cells:
                return name
        return self.fields[0]

    def name_beside(self, row: Row) -> str:
        """Return the name that stands beside what tells whose a row is; nothing where that is the name."""
        is_told_otherwise = "member_name" in self.fields and self.field_in(row) != "member_name"
        return Row(row.file, row.line, row.cells).text("member_name") if is_told_otherwise else ""

    @staticmethod
    def spoilt_in(row: Row, field: str) -> str:
        """Return a name that lacks letters as it stands, though it is broken as a value; else nothing."""
        cell = row.cells.get(field)
        return cell if isinstance(cell, str) and lacks_letters(cell) else ""

    def whose(self, row: Row, lookup: MemberLookup) -> Whose:
        """Return whose order a row is; where its field names nobody, whom any nearly names.

        A column may have been sorted alone, or ids given anew: what stands beside is held against it.
        """
        field = self.field_in(row)
        text = row.reference(field)
        found = self._named(text, field, lookup) if text else ()
        if len(found) == 1:
            return self._unless_others_stand_beside(row, found, field, lookup)
        return Whose(found) if found else Whose(nearly=self._nearly(row, lookup))

    def _unless_others_stand_beside(
        self, row: Row, found: Sequence[Member], field: str, lookup: MemberLookup
    ) -> Whose:
        for name in self.fields[self.fields.index(field) + 1 :]:
            beside = row.cells.get(name)
            if isinstance(beside, str):
                find = partial(self._named, field=name, lookup=lookup)
                if others := lookup.other_than(found[0], beside, find):
                    return Whose(found, beside=beside, others=others)
        return Whose(found)

    def _named(self, text: str, field: str, lookup: MemberLookup) -> Sequence[Member]:
        if field == "member_name":
            return lookup.called(text, by_cagette=self.is_cagette_s)
        return lookup.referred_to(text)

    def _nearly(self, row: Row, lookup: MemberLookup) -> Sequence[Member]:
        guess = Row(row.file, row.line, row.cells)
        for field in self.fields:
            text = guess.text(field) or self.spoilt_in(row, field)
            if found := text and (self._named(text, field, lookup) or lookup.nearly(text)):
                return found
        return ()


def naming_in(sheet: Sheet) -> Naming:
    """Return how a file's orders are joined to members.

    Cagette repeats the name beside the id: only a row without one is joined by it.
    """
    fields = [name for name in _NAMES if name in sheet.fields]
    return Naming(fields or _NAMES, sheet.is_cagette_s)


def _shown(member: Member) -> str:
    return f"{member.name} ({member.id})" if member.name else member.id
