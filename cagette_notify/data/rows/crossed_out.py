"""Tell the rows of a table that somebody took out with a ``#`` in front, as lines of YAML are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.data.rows.broken_values import is_an_error
from cagette_notify.readers.records import Record, content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NUMBER = re.compile(r"#\d+")


def without_crossed_out(records: Iterable[Record], *, ids_have_marks: bool) -> Iterator[Record]:
    """Yield the records but for those whose first cell begins with ``#``.

    Where it does in all of them, and more than one, with nothing but a number behind, that is how somebody
    writes ids, in a file of which ``ids_have_marks``, perhaps.
    """
    numbered: list[Record] = []  # so far all of them
    may_be_ids = ids_have_marks
    for record in records:
        if not is_crossed_out(record):
            may_be_ids, numbered = False, []
            yield record
        elif may_be_ids and _NUMBER.fullmatch(content(record.cells[0])):
            numbered.append(record)
    if len(numbered) > 1:
        yield from numbered


def is_crossed_out(record: Record) -> bool:
    """Tell whether a row begins with ``#``, and not with a spreadsheet's error."""
    first = record.cells[0] if record.cells else ""
    text = content(first) if "#" in first else ""
    return text.startswith("#") and not is_an_error(text)
