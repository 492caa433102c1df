"""Tell by a table's own arithmetic whether ``Prix`` is the price of one, where another column may be that.

``PU;Prix`` is the price of one and that of the whole row, ``Prix TTC;Prix HT`` twice that of one: read as the
other, a total would be wrong without a word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import number
from cagette_notify.core.text import fold
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.readers.records import Record, content
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Amounts = tuple[Decimal, Decimal, Decimal]  # what a row has of the one, of the other, and its quantity

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OF_ONE = frozenset(("prix", "price", "tarif", "tarifs", "cout", "cost", "pu", "puht", "puttc"))
_OF_ALL = frozenset(("total", "totale", "montant", "amount", "sum", "somme"))
_OF_NO_MONEY = frozenset(("quantite", "qte", "quantity", "articles", "pieces", "nombre", "nb", "poids"))
_TAX = frozenset(
    (
        "ht",
        "ttc",
        "hors",
        "taxe",
        "taxes",
        "tva",
        "toutes",
        "comprises",
        "net",
        "brut",
        "eur",
        "euro",
        "euros",
        "en",
    )
)
_UNTAXED = frozenset(("ht", "hors"))
_WEIGHTS = frozenset(("kg", "kilo", "g", "l", "litre", "100g", "kilogramme"))
_LEAST, _MOST = Decimal("0.79"), Decimal("1.27")  # what taxes make of an amount, and take from it
_A_CENT = Decimal("0.011")


class Meaning(str, Enum):
    """What a column of prices tells, by those of another one that is the price of one."""

    OF_ONE = "of one"
    OF_ALL = "of all"
    ANY = "any"  # each row is of one piece, or has but one of the two amounts
    UNKNOWN = "unknown"

    __str__ = str.__str__


@lru_cache(maxsize=256)
def words_of(name: str) -> frozenset[str]:
    """Return the words of a column's name, folded."""
    return frozenset(_WORD.findall(fold(_CAMEL.sub(" ", name))))


def is_price_of_one(name: str) -> bool:
    """Tell whether a column may hold prices of one piece, kilogram or the like."""
    words = words_of(name)
    is_money = bool(words & _OF_ONE or plain(name) == "pu" or "€" in name)
    return is_money and not words & (_OF_ALL | _OF_NO_MONEY)


def is_amount(name: str) -> bool:
    """Tell whether a column may hold prices, of whatever."""
    words = words_of(name)
    return is_price_of_one(name) or (bool(words & _OF_ALL) and not words & _OF_NO_MONEY)


def is_same_but_for_taxes(one: str, other: str) -> bool:
    """Tell whether two columns hold the same prices, with taxes and without."""
    return words_of(one) - _TAX == words_of(other) - _TAX


def rivals_of(header: Record, columns: dict[str, int], schema: FileColumns) -> tuple[int, list[int]]:
    """Return where prices stand that are of one or of all, and the columns that may tell which they are.

    None where the total has a column of its own.
    """
    vague = next((at for at, cell in enumerate(header.cells) if plain(cell) in schema.vague), -1)
    if vague < 0 or "price" not in columns or "quantity" not in columns or "total" in columns:
        return -1, []
    read = set(columns.values()) - {columns["price"]}
    return vague, [
        at
        for at, cell in enumerate(header.cells)
        if at not in {vague, *read}
        and is_price_of_one(cell)
        and not is_same_but_for_taxes(cell, header.cells[vague])
    ]


def with_prices(
    header: Record, columns: dict[str, int], records: Sequence[Record], vague: int, rivals: Sequence[int]
) -> dict[str, int]:
    """Return the columns with the vague one as that of the price, or of the total; or raise Unreadable.

    A price that is named without a doubt stays that, where there is one.
    """
    told: dict[Meaning, int] = {}
    for at in rivals:
        amounts = list(_amounts(records, (vague, at, columns["quantity"])))
        meaning = _meaning_of(amounts, header.cells[vague], header.cells[at])
        if meaning is Meaning.OF_ONE and at == columns["price"] and not _are_alike(amounts):
            meaning = Meaning.UNKNOWN  # whichever of the two is to be paid
        is_untaxed = meaning is Meaning.OF_ALL and not _are_exact(amounts)
        told[meaning] = told.get(meaning, -1) if is_untaxed else at
    if Meaning.OF_ALL in told and Meaning.OF_ONE not in told:
        others = {field: at for field, at in columns.items() if field != "price"}
        price = {"price": told[Meaning.OF_ALL]} if told[Meaning.OF_ALL] >= 0 else {}
        return others | price | {"total": vague}
    if Meaning.OF_ALL in told or (Meaning.UNKNOWN in told and Meaning.OF_ONE not in told):
        raise _ambiguous(header, told.get(Meaning.UNKNOWN, rivals[0]), vague)
    return columns


def _meaning_of(amounts: Sequence[Amounts], name: str, other: str) -> Meaning:
    """Return what amounts are, of one or of all, beside those of the other column and the quantities.

    Two pieces of half a kilogram cost what a kilogram does: beside the price of that, nothing tells that
    another one is of one. What is but near the price of all is that with taxes, or something else.
    """
    is_by_weight = bool(words_of(other) & _WEIGHTS)
    is_taxed = bool(words_of(name) & _UNTAXED) is not bool(words_of(other) & _UNTAXED)
    of_one = not is_by_weight and all(_is_of_one(*row) for row in amounts)
    of_all = all(_is_near(price, one * quantity) for price, one, quantity in amounts) and (
        is_taxed or _are_exact(amounts)
    )
    if all(quantity == 1 for *_prices, quantity in amounts):
        return Meaning.ANY
    if of_one is of_all:
        return Meaning.UNKNOWN
    return Meaning.OF_ONE if of_one else Meaning.OF_ALL


def _is_of_one(price: Decimal, other: Decimal, quantity: Decimal) -> bool:
    """Tell whether the price is of one: beside another such price, or what it comes to for all."""
    return _is_near(price, other) or _is_product(other, price, quantity)


def _is_near(price: Decimal, other: Decimal) -> bool:
    return abs(price - other) <= _A_CENT or _LEAST * other <= price <= _MOST * other


def _are_exact(amounts: Sequence[Amounts]) -> bool:
    return all(_is_product(*row) for row in amounts)


def _is_product(total: Decimal, price: Decimal, quantity: Decimal) -> bool:
    """Tell whether a total is that of a quantity at a price, both of which were rounded to the cent."""
    return abs(total - price * quantity) <= _A_CENT * (1 + abs(quantity)) / 2


def _are_alike(amounts: Sequence[Amounts]) -> bool:
    return all(abs(price - one) <= _A_CENT for price, one, _quantity in amounts)


def _amounts(records: Sequence[Record], places: tuple[int, int, int]) -> Iterator[Amounts]:
    """Yield what rows have in three columns, where all three are numbers, and none is 0."""
    for record in records:
        if len(record.cells) <= max(places):
            continue
        found = [_number(content(record.cells[at])) for at in places]
        if all(found):
            yield (found[0], found[1], found[2])


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    try:
        return number(text)
    except ValueError:
        return Decimal(0)


def _ambiguous(header: Record, one: int, other: int) -> Unreadable:
    first, second = sorted((one, other))
    return Unreadable(
        _(
            "two columns for {field}: {first!r} and {second!r}; call the price of one 'unit price', and that "
            "of the whole row 'total'",
            field="price",
            first=header.cells[first],
            second=header.cells[second],
        ),
        header.line,
    )
