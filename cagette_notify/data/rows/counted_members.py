"""Tell the rows that count the members of a list, ``Total | 12 adhérents``, from those of a member."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cagette_notify.core.text import fold
from cagette_notify.data.rows.sum_rows import TOTAL, is_a_sum
from cagette_notify.readers.records import Record, content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Folded. People are called Total, too: such a row has nothing else in it than words for a sum, and numbers.
_PEOPLE: Final = (
    r"(?:adherent|amapien|cotisant|foyer|famille|household|inscrit|membre|member|menage|people|personne)"
    r"[\w().·/-]*"
)
_OF: Final = r"(?:d'|de |des |of )?"
_WORDS: Final = rf"(?:{TOTAL}|nombre(?: total)?|number|nb|effectifs?)[ .]*"
_COUNT: Final = re.compile(
    rf"(?:{_WORDS}[:=]* *|soit )?\d+ {_PEOPLE}|{_WORDS}{_OF}{_PEOPLE}[ :=]*\d*|{TOTAL}[ :=]*\d+"
)
_NUMBER: Final = re.compile(r"[\d\s.,]+(?:€|eur|euros?)?")


def without_counts(records: Iterable[Record], columns: Iterable[int]) -> Iterator[Record]:
    """Yield the records but for those that count the others, by what stands in the columns that are read."""
    read = tuple(columns)
    yield from (record for record in records if not counts_others(record, read))


def counts_others(record: Record, columns: Iterable[int]) -> bool:
    """Tell whether a row counts others: in some columns, or anywhere in it, it says nothing else.

    One with an address is somebody's.
    """
    cells = record.cells
    if any("@" in cell for cell in cells):
        return False
    return _counts([cells[at] for at in columns if at < len(cells)]) or _counts(cells)


def _counts(cells: Iterable[str]) -> bool:
    said = [fold(cell) for cell in map(content, cells) if cell]
    words = [one for one in said if not _NUMBER.fullmatch(one)]
    return bool(words) and all(is_a_sum(one) or _COUNT.fullmatch(one) for one in words)
