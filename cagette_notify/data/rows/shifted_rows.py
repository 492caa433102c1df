"""Tell values that stand in others' columns, as a separator is missing before them."""

from __future__ import annotations

from collections import Counter
from datetime import timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from cagette_notify.core import parsing as values
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cagette_notify.data.rows.cells import Row

_AMOUNTS = frozenset(("price", "total"))


def words(row: Row, field: str) -> str:
    """Return the text of a field of words; empty where a yes, a no or a time stands in it, which is said."""
    text = row.text(field)
    return text if text and is_words(row, field, text) else ""


def is_words(row: Row, field: str, text: str) -> bool:
    """Tell whether a text is no yes, no or time: these are most likely another column's, which is said.

    Where that may be ``cancelled``, the row is not to be believed.
    """
    if _may_be_words(text):
        return True
    message = _("a yes, a no or a time, where words were expected: {value}", value=quoted(text))
    is_cancelled_unsure = "cancelled" in row.columns and "cancelled" not in row.cells
    (row.complain if row.is_short or is_cancelled_unsure else row.remark)(field, message)
    return False


def unit_of(row: Row, said: set[tuple[str, str]]) -> str:
    """Return the unit of an order; empty where it is rather an amount, which is said once for each.

    Some write ``250`` for grams. Where amounts are missing, it may be one of them, and the row is not to be
    believed.
    """
    text = row.text("unit")
    if not text or row.is_spoiled or not _is_number(text):
        return text
    message = _("a number, where a unit was expected: {value}", value=quoted(text))
    amounts = _AMOUNTS & row.columns
    if amounts and (row.is_short or not amounts & row.cells.keys()):
        row.complain("unit", message)
    elif text.isdigit():
        return text
    elif ("unit", text) not in said:
        said.add(("unit", text))
        row.remark("unit", message)
    return ""


def seems_shifted(row: Row) -> bool:
    """Tell whether a row of an order has fewer cells than columns, and what it has doesn't fit.

    A row that is only short has lost empty cells at its end: spreadsheets drop them.
    """
    if not row.is_short:
        return False
    product, quantity, unit = (row.text(field) for field in ("product", "quantity", "unit"))
    return not product or _is_number(product) or not _is_number(quantity) or _is_number(unit)


class LackingAmounts:
    """The rows of orders that have a price or a total, and lack the other.

    A class because only the whole file tells whether most rows have both: then a cell before is missing, or
    was deleted, and that amount is most likely the other, or a quantity.
    """

    def __init__(self, columns: frozenset[str]) -> None:
        """Know no row yet of a file with these columns."""
        self._amounts = _AMOUNTS & columns
        self._full = 0  # good rows with both
        self._lacking: Counter[str] = Counter()  # rows as wide as the header, by what they lack
        self._suspects: list[tuple[Row, str, str]] = []

    def see(self, row: Row, distribution_id: str) -> None:
        """Take note of a row of a distribution."""
        if len(self._amounts) < 2 or not row.cells:
            return
        lacking = self._amounts - row.cells.keys()
        self._full += not (lacking or row.problems)
        self._lacking.update(lacking if not row.is_short else ())
        if len(lacking) == 1:
            [field] = lacking
            self._suspects.append((row, distribution_id, field))

    def torn(self) -> Iterator[tuple[Row, str]]:
        """Yield each that is not to be believed, which it then says, with its distribution."""
        for row, distribution_id, field in self._suspects:
            if not row.is_spoiled and self._lacking[field] < self._full:
                row.complain(field, _why_torn(row))
                yield row, distribution_id


def _why_torn(row: Row) -> str:
    if row.is_short:
        return _("missing, though every other row has one: the row is short of a cell")
    return _("missing, though most rows have one: write it, or put back the cell that was deleted before it")


# A column holds few different values.
@lru_cache(maxsize=4096)
def _is_number(text: str) -> bool:
    return _reads_as(values.number, text)


@lru_cache(maxsize=4096)
def _may_be_words(text: str) -> bool:
    is_time = values.is_only_hours(text) or _reads_as(_moment, text)
    return not is_time and not _reads_as(values.yes_no, text)


def _moment(text: str) -> object:
    return values.moment(text, timezone.utc, require_time=False)


def _reads_as(convert: Callable[[str], object], text: str) -> bool:
    try:
        convert(text)
    except ValueError:
        return False
    return True
