"""Find the fields that a YAML file has as comments without a value: what somebody has yet to fill in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.read_rows import RowSource, read_file
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_COMMENT = re.compile(r"(?P<indent>\s*#\s*(?P<dash>- )?)(?P<key>\w[\w -]*):(?P<value>[^#]*)")
_NO_COMMENT = re.compile(r"\s*(?=[^\s#])")


def left_blank_in(source: RowSource, schema: FileColumns) -> Iterator[Problem]:
    """Yield a warning for each field of a file's kind that is a comment and has no value yet.

    Of a row that is a comment from its first line on, those that have their value are named, too: without
    them, what is filled in is no row.
    """
    if source.path is None or source.path.suffix.casefold() not in (".yaml", ".yml"):
        return
    try:
        lines = decode(read_file(source.path)).splitlines()
    except Unreadable:
        return  # it is said where the file is read
    fields = {number: found for number, line in enumerate(lines) if (found := _field(line, schema))}
    blank = {number for number, found in fields.items() if _is_blank(found, lines[number + 1 :])}
    row_s = {number for row in _rows(fields) if _is_begun(row, blank, fields, lines) for number in row}
    for number, found in fields.items():
        if number in blank:
            message = _("to be filled in, and the # in front of it taken off")
        elif number in row_s and found["value"].strip():
            message = _("filled in already; the # in front of it is to be taken off, too")
        else:
            continue
        yield Problem(message, source.name, number + 1, found["key"], is_warning=True)


def _field(line: str, schema: FileColumns) -> re.Match[str] | None:
    found = _COMMENT.match(line)
    return found if found and plain(found["key"]) in schema.names else None


def _is_blank(found: re.Match[str], below: Sequence[str]) -> bool:
    """Tell whether a field has no value, be it nested below it."""
    nested = _COMMENT.match(below[0]) if below else None
    return not (found["value"].strip() or (nested and len(nested["indent"]) > len(found["indent"])))


def _rows(fields: Mapping[int, re.Match[str]]) -> Iterator[range]:
    """Yield the lines of each row that is a comment, from its dash on."""
    for first in (number for number, found in fields.items() if found["dash"]):
        end = first + 1
        while end in fields and not fields[end]["dash"]:
            end += 1
        yield range(first, end)


def _is_begun(
    row: range, blank: AbstractSet[int], fields: Mapping[int, re.Match[str]], lines: Sequence[str]
) -> bool:
    """Tell whether somebody is to fill in a row, or has done so with fields further below."""
    below = _NO_COMMENT.match(lines[row.stop]) if row.stop < len(lines) else None
    indent = fields[row.start]["indent"].index("#")
    return not blank.isdisjoint(row) or (below is not None and len(below[0]) > indent)
