"""Read with whom a line of an order is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.model import StrangerLine
from cagette_notify.data.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.model import Member
    from cagette_notify.data.member_lookup import MemberLookup


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
    """Return who else a line is shared with, whosever it is: it is missing in their recap, too."""
    text = row.text("shared_with")
    return [one for one in lookup.referred_to(text) if one not in named] if text else []


def strangers_sharing(row: Row, lookup: MemberLookup) -> Iterator[StrangerLine]:
    """Yield whom a line is shared with as no member of the group: in their order it is missing."""
    text = Row(row.file, row.line, row.cells).text("shared_with")
    if text and not lookup.referred_to(text):
        yield StrangerLine(text, row.origin)
