"""Read the orders of a database: weighed and shared lines, absences, and people who have left."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from cagette_notify.config.camap import CAMAP
from cagette_notify.core.errors import Origin, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.order_book import OrderBook, OrderLine, OrdersState, StrangerLine, UnreadLine
from cagette_notify.core.parsing import to_the_cent
from cagette_notify.data.camap.members import REMOVED
from cagette_notify.data.camap.mended import decimal_of, mended, numbers_in, typed, whole_of
from cagette_notify.data.camap.queries import SELECT_ORDERS, SELECT_PEOPLE, in_groups_of
from cagette_notify.data.orders.order_cells import number_of, product_of, quantity_of
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.data.camap.snapshot import Snapshot

_UNITS: Final = ("", "kg", "g", "L", "cl", "ml")


class _Ordered(NamedTuple):
    """A line as the tables have it."""

    distribution: bytes | None
    id: bytes | None
    user: bytes | None
    user2: bytes | None
    quantity: bytes | None
    price: bytes | None
    fees: bytes | None
    product_id: bytes | None
    product: bytes | None
    qt: bytes | None
    unit: bytes | None
    variable_price: bytes | None
    bulk: bytes | None
    catalog: bytes | None
    day: bytes | None
    absent: bytes | None
    most_absent: bytes | None

    @property
    def is_fetched(self) -> bool:
        """Whether the subscriber comes that day: of the absences typed in, only so many count."""
        return whole_of(self.day) not in numbers_in(self.absent)[: whole_of(self.most_absent)]


def books_in(
    snapshot: Snapshot,
    distributions: Sequence[Distribution],
    members: Sequence[Member],
    problems: list[Problem],
) -> dict[str, OrderBook]:
    """Return the order book of each distribution; ``problems`` grows by those who ordered and have left."""
    rows = [
        _Ordered(*row)
        for row in snapshot.rows(SELECT_ORDERS, in_groups_of([int(one.id) for one in distributions]))
    ]
    of: dict[str, list[_Ordered]] = defaultdict(list)
    for row in rows:
        if row.is_fetched:
            of[str(whole_of(row.distribution))].append(row)
    by_group: dict[str, set[str]] = defaultdict(set)
    for member in members:
        for group_id in member.group_ids:
            by_group[group_id].add(member.id)
    strangers = _names_of(snapshot, _strangers(of, distributions, by_group))
    books = {}
    for one in distributions:
        reader = _Reader(one, by_group[one.group_id], strangers)
        books[one.id] = reader.book(of[one.id])
        problems += reader.problems
    return books


def _strangers(
    of: Mapping[str, Sequence[_Ordered]],
    distributions: Iterable[Distribution],
    by_group: Mapping[str, Collection[str]],
) -> set[int]:
    return {
        number
        for one in distributions
        for row in of[one.id]
        for number in (whole_of(row.user), whole_of(row.user2))
        if number and str(number) not in by_group[one.group_id]
    }


def _names_of(snapshot: Snapshot, numbers: Collection[int]) -> dict[str, str]:
    """Return how to call people who are no members; of accounts that were removed there is nobody to call."""
    if not numbers:
        return {}
    found = {}
    for number, first_name, last_name, email in snapshot.rows(SELECT_PEOPLE, [*numbers]):
        if mended(email).casefold() != REMOVED:
            found[str(whole_of(number))] = f"{mended(first_name)} {mended(last_name)}".strip()
    return found


class _Reader:
    """Makes the book of one distribution, and says once who has left the group and ordered."""

    def __init__(self, one: Distribution, member_ids: Collection[str], strangers: Mapping[str, str]) -> None:
        """Keep who may order, and who else there is."""
        self._group_id = one.group_id
        self._distribution_id = one.id
        self._member_ids = member_ids
        self._strangers = strangers
        self.problems: list[Problem] = []

    def book(self, rows: Iterable[_Ordered]) -> OrderBook:
        """Return what members ordered, and the rows of those who are none."""
        lines: list[OrderLine] = []
        unread: list[UnreadLine] = []
        strangers: dict[str, StrangerLine] = {}
        for row in rows:
            readers = [str(number) for number in (whole_of(row.user), whole_of(row.user2)) if number]
            known = [id_ for id_ in readers if id_ in self._member_ids]
            if decimal_of(row.quantity) > 0:
                for id_ in readers:
                    if id_ in self._strangers and id_ not in known:
                        strangers.setdefault(id_, self._stranger(id_, row))
            if not known:
                continue
            line = self._line(row, known)
            if isinstance(line, OrderLine):
                lines.append(line)
            else:
                unread.append(line)
        called = tuple(strangers.values())
        return OrderBook(OrdersState.READY, tuple(lines), CAMAP, tuple(unread), called, of_now=True)

    def _stranger(self, id_: str, row: _Ordered) -> StrangerLine:
        origin, name = Origin("UserOrder", whole_of(row.id)), self._strangers[id_]
        message = _(
            "{id} has an order for {distribution}, and is no member of the group any more: no mail leaves",
            id=id_,
            distribution=self._distribution_id,
        )
        beside = _("beside it: {name}", name=name) if name else ""
        self.problems.append(
            Problem(message, origin.file, origin.line, "userId", self._group_id, beside=beside)
        )
        return StrangerLine(id_, origin, name)

    def _line(self, row: _Ordered, readers: Sequence[str]) -> OrderLine | UnreadLine:
        of_row = Row("UserOrder", whole_of(row.id), _cells(row))
        member_id, shared_with = (*readers, "")[:2]
        quantity, product = of_row.read("quantity", quantity_of), product_of(of_row)
        price, rate, size = (of_row.read(field, number_of) for field in ("price", "fees", "size"))
        self.problems += of_row.problems_of(self._group_id)
        if of_row.is_spoiled or quantity is None or price is None or rate is None or size is None:
            return UnreadLine(member_id, shared_with, quantity, of_row.origin)
        size, unit = _size(size, whole_of(row.unit))
        fees = quantity * price * rate / 100
        total = to_the_cent(quantity * price + fees)
        is_weighed = bool(unit) and (whole_of(row.variable_price) or whole_of(row.bulk))
        if is_weighed:
            quantity, price = quantity * size, price / size
        return OrderLine(
            member_id=member_id,
            product=product,
            quantity=quantity,
            unit=unit if is_weighed else "",
            price=price,
            total=total,
            catalog=of_row.text("catalog"),
            shared_with=shared_with,
            origin=of_row.origin,
            fees=to_the_cent(fees) if fees else None,
            size=size if unit and not is_weighed else None,
            size_unit="" if is_weighed else unit,
        )


def _cells(row: _Ordered) -> dict[str, str]:
    """Return what of a line is read as of a file's row."""
    texts = {"product": mended(row.product), "catalog": mended(row.catalog)}
    return {
        **{field: text for field, text in texts.items() if text},
        "quantity": typed(row.quantity),
        "price": typed(row.price),
        "fees": typed(row.fees),
        "size": typed(row.qt),
    }


def _size(size: Decimal, unit: int) -> tuple[Decimal, str]:
    """Return how much one of a product is, and of what; without either, one is a piece."""
    return (size, _UNITS[unit]) if size > 0 and unit < len(_UNITS) else (Decimal(1), "")
