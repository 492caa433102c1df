"""Tell the rows that sum up orders from those of a product: ``TOTAL``, ``Sous-total``, ``Total Pain``."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cagette_notify.data.rows.cells import Row

# Folded. No more than that: people are called Total, too.
TOTAL: Final = r"(?:(?:sous|sub)[ -]?|s[/. -] ?|grand |montant )?tota(?:l|ux)"
_OF_ALL: Final = (
    r"(?: (?:general|ttc|ht|net|a (?:payer|regler)|amount|"
    r"(?:(?:de la |des |du |of )?(?:commandes?|paniers?|orders?))))?"
)
_TO_PAY: Final = r"(?:net|reste|montant|somme|solde) a (?:payer|regler)"
_MONEY: Final = r"(?: ?\(?(?:€|eur|euros?|en euros?)\)?)?[ :=]*"
_SUM: Final = re.compile(f"(?:{TOTAL}{_OF_ALL}|{_TO_PAY}){_MONEY}")
_SUM_OF_PRODUCTS: Final = re.compile(f"sommes?(?: totales?)?{_MONEY}")  # Somme is also a family's name
_PERHAPS: Final = re.compile(rf"{TOTAL}\b[ :]*(?=\S)")

_A_CENT: Final = Decimal("0.01")


def sums_last(
    rows: Iterable[Row],
    field_of: Callable[[Row], str],
    sums_up: Callable[[Row, str], bool],
    problems: list[Problem],
) -> Iterator[Row]:
    """Yield rows of orders; those that read as sums once the others are placed, unless they ``sums_up`` some.

    A sum is said in its product, or in the ``field_of`` a row that would name its member. What else begins
    like one is asked about with what it sums up, ``Pain`` of ``Total Pain``. ``problems`` grows.
    """
    sums: list[Row] = []
    for row in rows:
        field = field_of(row)
        texts = _text(row, "product"), _text(row, field)
        if any(map(_may_name_a_sum, texts)) and (_reads_as_a_sum(row, field) or _sums_up_what(row, field)):
            sums.append(row)
        else:
            yield row
    left_out = [row for row in sums if sums_up(row, _sums_up_what(row, field_of(row)))]
    if left_out:
        first = left_out[0]
        what = first.cells.get("product") or first.cells.get(field_of(first))
        message = _(
            "{word} sums up other rows: such rows are left out ({count} in this file)",
            word=quoted(str(what)),
            count=len(left_out),
        )
        problems.append(Problem(message, first.file, first.line, "product", is_warning=True))
    yield from (row for row in sums if row not in left_out)


def is_a_sum(text: str) -> bool:
    """Tell whether a text stands before a sum, rather than for a product or a person."""
    return _may_name_a_sum(text) and bool(_SUM.fullmatch(fold(text)))


def say_it_is_mailed(row: Row) -> None:
    """Remark on a row that begins like a sum and adds up nothing: people order ``Total Grain``."""
    message = _(
        "{word} reads as the sum of other rows, and doesn't add them up: it is mailed as a product; take it "
        "out if it is none",
        word=quoted(row.text("product")),
    )
    row.remark("product", message, is_warning=True)


def say_it_lacks_its_rows(row: Row) -> None:
    """Complain of a sum, which is no product, that stands alone: of that order some row is missing."""
    message = _(
        "{word} sums up other rows, and none of its order is there: it is set aside",
        word=quoted(row.text("product")),
    )
    row.complain("product", message)


def add_up(numbers: Iterable[Decimal | None], wanted: Decimal, *, at_least: int) -> bool:
    """Tell whether the first few of some numbers, ``at_least`` so many, make another one."""
    made, count = wanted - wanted, 0
    for number in numbers:
        if number is None:
            return False
        made, count = made + number, count + 1
        if count >= at_least and abs(made - wanted) < _A_CENT:
            return True
    return False


@lru_cache(maxsize=4096)
def _may_name_a_sum(text: str) -> bool:
    # Most products have none of these letters in a row, and a column holds few different ones.
    lower = text.lower()
    return "tota" in lower or "pay" in lower or "gler" in lower or lower.startswith("somme")


def _reads_as_a_sum(row: Row, field: str) -> bool:
    product, name = (_text(row, of) for of in ("product", field))
    return any(map(is_a_sum, (product, name))) or _is_a_sum_of_products(product or name)


def _text(row: Row, field: str) -> str:
    cell = row.cells.get(field)
    return cell if isinstance(cell, str) else ""


def _is_a_sum_of_products(text: str) -> bool:
    return text[:5].lower() == "somme" and bool(_SUM_OF_PRODUCTS.fullmatch(fold(text)))


def _sums_up_what(row: Row, field: str) -> str:
    """Return what a row sums up that may be a product, folded: people order ``Total Grain``; or nothing."""
    cell = _text(row, "product") or _text(row, field)
    if "tota" not in cell.lower() or is_a_sum(cell):
        return ""
    folded = fold(cell)
    found = _PERHAPS.match(folded)
    return folded[found.end() :] if found else ""
