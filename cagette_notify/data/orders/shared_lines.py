"""Read with whom a line of an order is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.order_book import StrangerLine
from cagette_notify.data.rows.broken_values import stands_for_nothing
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.members.member_lookup import MemberLookup


def shared_with_whom(row: Row, lookup: MemberLookup, member_id: str, said: set[tuple[str, str]]) -> str:
    """Return the id of the member a row is shared with; nothing where it is nobody's, which is said once."""
    text = row.text("shared_with")
    found = lookup.referred_to(text) if text else []
    why = lookup.why_not_one(found, text) if text else ""
    if why and ("shared_with", text) not in said:
        said.add(("shared_with", text))
        row.remark("shared_with", why)
    return found[0].id if not why and found and found[0].id != member_id else ""


def sharers(row: Row, lookup: MemberLookup, named: list[Member]) -> list[Member]:
    """Return who else a line is, or may be, shared with, whosever it is: it is missing in their recap."""
    return [one for one in _perhaps(row, lookup) if one not in named]


def perhaps_sharing(row: Row, lookup: MemberLookup, named: list[Member]) -> list[Member]:
    """Return with whom a line may be shared that doesn't tell: it may be missing in their recaps."""
    found = sharers(row, lookup, named)
    return found if len(lookup.referred_to(_text(row))) != 1 else []


def strangers_sharing(row: Row, lookup: MemberLookup) -> Iterator[StrangerLine]:
    """Yield whom a line is shared with as no member of the group: in their order it is missing."""
    if (text := _text(row)) and not _perhaps(row, lookup):
        yield StrangerLine(text, row.origin)


def is_anybodys_to_share(row: Row) -> bool:
    """Tell whether nobody can read with whom a row is shared, or with whom besides: it may be anybody.

    Of ``null``, or a pivot table's ``(empty)``, it is clear: with nobody.
    """
    cell = row.cells.get("shared_with", "")
    if not isinstance(cell, str):
        return True
    parts = (part.strip() for part in cell.split("|"))
    return not all(_reads(row, part) or stands_for_nothing(part) for part in parts if part)


def _reads(row: Row, text: str) -> bool:
    return bool(Row(row.file, row.line, {"shared_with": text}).text("shared_with"))


def _perhaps(row: Row, lookup: MemberLookup) -> Sequence[Member]:
    text = _text(row)
    return (lookup.referred_to(text) or lookup.nearly(text)) if text else ()


def _text(row: Row) -> str:
    return Row(row.file, row.line, row.cells).text("shared_with")
