"""Warn of misspelt CSV columns, from which no field is read."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted
from cagette_notify.data.cagette_export import UNNEEDED_COLUMNS
from cagette_notify.data.column_matching import FileColumns, plain
from cagette_notify.data.read_rows import RowSource, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_ALIKE = 0.75  # of what two names share, from 0 to 1
_UNNEEDED = frozenset(map(plain, UNNEEDED_COLUMNS))


def misspelt_columns_of(source: RowSource, schema: FileColumns) -> Iterator[Problem]:
    """Yield a warning for each column that was probably meant for a field that no column is for.

    Nothing for a file that can't be read, of which others have more to say, or that has no header.
    """
    header = header_of(source, schema.count_known)
    if header is None:
        return
    names = [name for name, field in schema.names.items() if field not in schema.nested]
    taken = {schema.names.get(plain(cell)) for cell in header.cells}
    for cell in header.cells:
        near = difflib.get_close_matches(plain(cell), names, n=1, cutoff=_ALIKE)
        field = schema.names[near[0]] if near else ""
        is_known = plain(cell) in schema.names or plain(cell) in _UNNEEDED
        if not is_known and field and field not in taken:
            message = _(
                "a column that is not read: {name}; did you mean {field}?", name=quoted(cell), field=field
            )
            yield Problem(message, source.name, header.line, is_warning=True)
