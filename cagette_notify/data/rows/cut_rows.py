"""Tell a row in the middle of which its file ends: half written, or cut."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from cagette_notify.data.rows.cells import Row

_DIGIT = re.compile(r"\d")
_ADDRESSES = "@"


def refuse_if_cut(row: Row, required: Iterable[Collection[str]]) -> None:
    """Raise Unreadable where the file ends in the middle of a row: more are missing, who knows whose."""
    if message := _why_cut(row, required):
        raise Unreadable(message, row.line)


def complain_if_cut(row: Row, required: Iterable[Collection[str]]) -> None:
    """Set a row aside in the middle of which the file ends: who stands before it is served all the same."""
    if message := _why_cut(row, required):
        row.complain("", message, is_cut=True)


def ends_in_a_row() -> str:
    """Say that a file ends in the middle of a row, and with it perhaps too early."""
    return _("it ends in the middle of this row: it is still being written, or was cut")


def _why_cut(row: Row, required: Iterable[Collection[str]]) -> str:
    """Say why the last row, in a line without an end, seems cut; nothing if it may well be whole.

    It lacks one of each group of fields, or ends in a separator behind which rows above it have something.
    """
    if not row.is_unended:
        return ""
    if not (row.cells and all(set(alike) & row.cells.keys() for alike in required)):
        return ends_in_a_row()
    if row.ends_in_separator:
        return _(
            "perhaps cut: the file ends behind this row's last separator; if it is whole, end the line: "
            "press Enter at its end, and save"
        )
    return ""


def doubting_last_cell(rows: Iterable[Row], fields: Collection[str]) -> Iterator[Row]:
    """Yield the rows of a file whose last line has no end; set the last aside if its last cell seems cut.

    It may be whole, and mostly is: only the beginning of what the rows before it have in that column, or of
    a domain, a mail provider's or one before it, would go to somebody else, or tell another hour.
    """
    from cagette_notify.core.mail_providers import DOMAINS  # few files end so

    endings: dict[str, set[str]] = defaultdict(set, {_ADDRESSES: set(DOMAINS)})
    for row in rows:
        cells = {field: cell for field in fields if isinstance(cell := row.cells.get(field), str)}
        cut = cells.pop(row.last_field, "")
        for field, cell in cells.items():
            kind, ending = _ending_of(field, cell)
            endings[kind].add(ending)
        kind, ending = _ending_of(row.last_field, cut)
        if cut and any(each != ending and each.startswith(ending) for each in endings[kind]):
            message = _("perhaps cut: the file ends here; if it is whole, end the line: {value!r}", value=cut)
            row.complain(row.last_field, message, is_cut=True)
        yield row


def _ending_of(field: str, cell: str) -> tuple[str, str]:
    """Return with what a cell is compared: of an address its domain, of an hour how many digits it has."""
    name, at, domain = cell.strip().casefold().rpartition("@")
    return (_ADDRESSES, domain) if name and at else (field, _DIGIT.sub("9", domain))
