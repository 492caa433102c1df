"""Find members' rows whose cells moved: an address stands where a name was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState
from cagette_notify.core.text import quoted
from cagette_notify.data.rows.broken_values import holds_an_address, why_no_name
from cagette_notify.readers.csv import DELIMITERS

if TYPE_CHECKING:
    from cagette_notify.core.model import Member
    from cagette_notify.data.rows.cells import Row

_NAMES = ("first_name", "last_name", "partner_first_name", "partner_last_name")


def complain_if_moved(row: Row, member: Member) -> None:
    """Set a row aside where a separator is missing or is one of an id, so that no cell of it is sure.

    Whoever typed their address for a name, too, has it in both columns: only the name is unknown then.
    """
    if "id" in row.cells and "@" in member.id and any(each in member.id for each in DELIMITERS):
        row.complain("id", _("an id was expected, not {value}", value=quoted(member.id)))
    if not row.problems:  # an address in a name would be one
        return
    known = [box.address.casefold() for box in member.mailboxes if box.state is AddressState.USABLE]
    for field in _NAMES:
        text = _name_with_address(row, field)
        if text and not any(address in text.casefold() for address in known):
            row.complain(field, why_no_name(text))


def as_typed(row: Row, member: Member) -> Member:
    """Return somebody set aside with the address that stands in their name: people look for them by it."""
    first_name = _name_with_address(row, "first_name") or member.first_name
    last_name = _name_with_address(row, "last_name") or member.last_name
    return replace(member, first_name=first_name, last_name=last_name)


def _name_with_address(row: Row, field: str) -> str:
    text = row.cells.get(field, "")
    return " ".join(text.split()) if isinstance(text, str) and holds_an_address(text) else ""
