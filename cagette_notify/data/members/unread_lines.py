"""Note whose orders a row that is set aside may be missing in."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.order_book import OrderLine, StrangerLine, UnreadLine
from cagette_notify.data.members.member_lookup import one_person_twice
from cagette_notify.readers.csv import DELIMITERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from decimal import Decimal

    from cagette_notify.core.errors import Origin
    from cagette_notify.core.model import Member
    from cagette_notify.data.members.member_lookup import MemberLookup
    from cagette_notify.data.rows.cells import Row

    Line = OrderLine | UnreadLine | StrangerLine

_OF_AN_ORDER = frozenset(("product", "quantity"))
_ANYBODY = "\0"  # where a member's id stands, which has no such character


def missing_in_all(found: list[Line], lookup: MemberLookup) -> list[Line]:
    """Put a line for everybody in the place of those that may be anybody's: one, however many there are.

    Nobody shares a line with themselves.
    """
    anybodys = [line for line in found if isinstance(line, UnreadLine) and line.member_id == _ANYBODY]
    if not anybodys:
        return found
    named = [line for line in found if not (isinstance(line, UnreadLine) and line.member_id == _ANYBODY)]
    for member in lookup.everybody():
        others = (line for line in anybodys if line.shared_with != member.id)
        named += [
            replace(line, member_id=member.id, shared_with="", is_anybodys=True) for line in islice(others, 1)
        ]
    return named


def perhaps_of(
    members: list[Member], row: Row, quantity: Decimal | None, *, is_certain: bool, named: str = ""
) -> Iterator[UnreadLine]:
    """Yield a row as missing in the order of each member whose it may be; 0 of something is nobody's.

    ``named`` is whom it names, if that is no member.
    """
    is_certain = is_certain and len(members) == 1
    if quantity == 0 and not is_certain:
        return
    known, alike = quantity if is_certain else None, one_person_twice(members)
    for member in members:
        yield UnreadLine(member.id, "", known, row.origin, is_certain, named, alike=alike)


def perhaps_anybodys(row: Row, named: str, quantity: Decimal | None) -> Iterator[UnreadLine]:
    """Yield a row that names nobody: most likely it is of the order above it, but that is a guess.

    A row of sums at the end is no order, nor is 0 of something.
    """
    is_order = (not _OF_AN_ORDER.isdisjoint(row.cells) or is_glued(row)) and quantity != 0
    if is_order and not named:
        yield UnreadLine(_ANYBODY, origin=row.origin, is_certain=False)


def perhaps_shared_with_anybody(row: Row, member_id: str, quantity: Decimal | None) -> Iterator[UnreadLine]:
    """Yield a row of a member's order that doesn't tell who shares it; 0 of something is no order."""
    if quantity != 0:
        yield UnreadLine(_ANYBODY, member_id, origin=row.origin, is_certain=False)


def is_glued(row: Row) -> bool:
    """Tell whether all that a row has stands in one cell, with others' separators in it."""
    cell, *more = row.cells.values() or ("",)
    return not more and isinstance(cell, str) and any(cell.count(each) > 1 for each in DELIMITERS)


def unread_where(lines: list[Line], origins: Collection[Origin]) -> list[Line]:
    """Return the lines, those of rows that are set aside after all as missing."""
    return [
        UnreadLine(line.member_id, line.shared_with, line.quantity, line.origin)
        if isinstance(line, OrderLine) and line.origin in origins
        else line
        for line in lines
    ]
