"""Find the fields that a YAML file has as comments without a value: what somebody has yet to fill in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.data.column_matching import FileColumns, plain
from cagette_notify.data.read_rows import RowSource, read_file
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"(?P<indent>\s*#\s*(?:- )?)(?P<key>\w+):(?P<value>[^#]*)")


def left_blank_in(source: RowSource, schema: FileColumns) -> Iterator[Problem]:
    """Yield a warning for each field of a file's kind that is a comment and has no value yet."""
    if source.path is None or source.path.suffix.casefold() not in (".yaml", ".yml"):
        return
    try:
        lines = decode(read_file(source.path)).splitlines()
    except Unreadable:
        return  # it is said where the file is read
    for number, line in enumerate(lines, start=1):
        found = _COMMENT.match(line)
        if not found or found["value"].strip() or plain(found["key"]) not in schema.names:
            continue
        below = _COMMENT.match(lines[number]) if number < len(lines) else None
        if below and len(below["indent"]) > len(found["indent"]):
            continue  # what is nested below it is its value
        message = _("to be filled in, and the # in front of it taken off")
        yield Problem(message, source.name, number, found["key"], is_warning=True)
