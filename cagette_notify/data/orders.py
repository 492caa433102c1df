"""Read orders files: each line's member, product, quantity and price."""

from __future__ import annotations

import sys
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core import parsing as values
from cagette_notify.core.i18n import _
from cagette_notify.core.model import Distribution, OrderLine, UnreadLine
from cagette_notify.core.text import fold, quoted_with_hint
from cagette_notify.data.cagette_export import HOUSEHOLD_SEPARATOR
from cagette_notify.data.columns import ORDERS
from cagette_notify.data.read_rows import open_rows
from cagette_notify.data.rows import Row
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Member
    from cagette_notify.data.read_rows import RowSource

_ORDERS_OF_MANY = ORDERS._replace(required=(("distribution",), *ORDERS.required))
_CENT = Decimal("0.01")
_REFERENCES = ("member", "member_email")


# A column holds few different values.
_number = lru_cache(maxsize=4096)(values.number)
_yes_no = lru_cache(maxsize=64)(values.yes_no)


class OrdersScope(Struct, frozen=True):
    """Which distributions an orders file can speak of.

    ``wanted`` are those to read, with the people of their groups; ``known`` are all the ids a row may
    name; ``home`` is the distribution of rows that name none, if there is one.
    """

    wanted: Mapping[str, tuple[Distribution, MemberLookup]]
    known: frozenset[str]
    home: str = ""


def read_orders(
    source: RowSource, reach: OrdersScope, problems: list[Problem]
) -> dict[str, list[OrderLine | UnreadLine]]:
    """Return the order lines of each wanted distribution; raise Unreadable if the file isn't whole.

    The rows of other distributions are passed over, unless there is no such distribution. A row that is
    set aside stays as a line that nobody can read. ``problems`` grows.
    """
    sheet = open_rows(source, ORDERS if reach.home else _ORDERS_OF_MANY)
    # Cagette repeats the name beside the id. Only a file without ids is joined by names.
    fields = [name for name in _REFERENCES if name in sheet.fields] or ["member_name"]
    lines: dict[str, list[OrderLine | UnreadLine]] = {distribution_id: [] for distribution_id in reach.wanted}
    said: set[tuple[str, str]] = set()
    for row in sheet.rows:
        _refuse_if_cut(row)
        if row.misplaced:
            _keep_misplaced(row, reach, fields, lines)
        distribution_id = _distribution_id(row, reach, said)
        group_id = ""
        if distribution_id in reach.wanted:
            distribution, lookup = reach.wanted[distribution_id]
            group_id = distribution.group_id
            line = _order_line(row, lookup, fields, said)
            if line:
                lines[distribution_id].append(line)
        if row.problems:
            problems += row.problems_of(group_id)
    return lines


def _refuse_if_cut(row: Row) -> None:
    """Raise Unreadable where the file ends in the middle of a row: more are missing, who knows whose."""
    if row.is_unended and not all(set(alike) & row.cells.keys() for alike in ORDERS.required):
        raise Unreadable(
            _("it ends in the middle of this row: it is still being written, or was cut"), row.line
        )


def _distribution_id(row: Row, reach: OrdersScope, said: set[tuple[str, str]]) -> str:
    named = row.reference("distribution") if reach.home else row.required("distribution")
    if row.is_spoiled:
        return ""
    if not named or named in reach.known:
        return named or reach.home
    if ("distribution", named) not in said:
        said.add(("distribution", named))
        row.complain("distribution", _("no such distribution: {id}", id=quoted_with_hint(named, reach.known)))
    return ""


def _keep_misplaced(
    row: Row, reach: OrdersScope, fields: list[str], lines: dict[str, list[OrderLine | UnreadLine]]
) -> None:
    """Note whose order a row seems to be of that has too many cells. Its problem is said as it is."""
    guess = Row(row.file, row.line, row.misplaced)
    distribution_id = _distribution_id(guess, reach, set())
    if distribution_id in reach.wanted:
        member_id = _member_id(guess, reach.wanted[distribution_id][1], fields, set())
        if member_id:
            lines[distribution_id].append(UnreadLine(member_id))


def _order_line(
    row: Row, lookup: MemberLookup, fields: list[str], said: set[tuple[str, str]]
) -> OrderLine | UnreadLine | None:
    member_id = _member_id(row, lookup, fields, said)
    price, quantity = row.read("price", _number), row.read("quantity", _quantity)
    if "quantity" not in row.cells:
        row.complain("quantity", _("missing"))
    total = row.read("total", _number)
    if total is None and price is not None and quantity is not None:
        total = price * quantity
    product = row.required("product")
    paid = row.read("paid", _yes_no) or False
    if not member_id:
        return None
    shared_with = _shared_with(row, lookup, member_id, said) if "shared_with" in row.cells else ""
    if row.is_spoiled or quantity is None:
        return UnreadLine(member_id, shared_with, quantity)
    return OrderLine(
        member_id=member_id,
        product=sys.intern(product),
        quantity=quantity,
        unit=sys.intern(row.text("unit")),
        price=price,
        total=None if total is None else total.quantize(_CENT, ROUND_HALF_UP),
        paid=paid,
        catalog=sys.intern(row.text("catalog")),
        shared_with=shared_with,
        origin=row.origin,
    )


def _member_id(row: Row, lookup: MemberLookup, fields: list[str], said: set[tuple[str, str]]) -> str:
    """Return the id of the member a row names. An order of many rows that names nobody is said once."""
    field = next((name for name in fields if name in row.cells), fields[0])
    text = row.required(field)
    if not text:
        return ""
    found = lookup.by_name(text) if field == "member_name" else lookup.by_reference(text)
    if isinstance(found, str) and (field, text) not in said:
        said.add((field, text))
        row.complain(field, found)
    return "" if isinstance(found, str) else found.id


def _shared_with(row: Row, lookup: MemberLookup, member_id: str, said: set[tuple[str, str]]) -> str:
    text = row.text("shared_with")
    found = lookup.by_reference(text) if text else ""
    if isinstance(found, str):
        if found and ("shared_with", text) not in said:
            said.add(("shared_with", text))
            row.remark("shared_with", found)
        return ""
    return found.id if found.id != member_id else ""


@lru_cache(maxsize=4096)
def _quantity(text: str) -> Decimal:
    quantity = values.number(text)
    if quantity < 0:
        raise ValueError(_("expected a quantity of 0 or more, not {value!r}", value=text))
    return quantity


class MemberLookup:
    """The members of a group, looked up as orders name them. What finds nobody answers with a sentence."""

    def __init__(self, members: Iterable[Member]) -> None:
        """Index the members by id; the other ways are indexed when they are first asked for."""
        self._members = {member.id: member for member in members}

    def by_reference(self, text: str) -> Member | str:
        """Return the member with an id, else the only one with an address."""
        found = self._members.get(text)
        if found:
            return found
        return _the_only(self._by_address.get(text.casefold(), []), text)

    def by_name(self, text: str) -> Member | str:
        """Return the only member with a name as Cagette writes it, "NOM Prénom / NOM2 Prénom2".

        A partner without an address is in no household's name: then the holder's name has to do.
        """
        exact = self._by_household.get(fold(text))
        if exact:
            return _the_only(exact, text)
        holder, _slash, partner = text.partition(HOUSEHOLD_SEPARATOR)
        alike = self._by_holder.get(fold(holder), [])
        return _the_only([member for member in alike if not (partner and _partner_name(member))], text)

    @cached_property
    def _by_address(self) -> dict[str, list[Member]]:
        index: dict[str, list[Member]] = {}
        for member in self._members.values():
            for key in {box.key for box in member.mailboxes}:
                index.setdefault(key, []).append(member)
        return index

    @cached_property
    def _by_household(self) -> dict[str, list[Member]]:
        return _index(self._members.values(), _household_name)

    @cached_property
    def _by_holder(self) -> dict[str, list[Member]]:
        return _index(self._members.values(), _holder_name)


def _index(members: Iterable[Member], name_of: Callable[[Member], str]) -> dict[str, list[Member]]:
    index: dict[str, list[Member]] = {}
    for member in members:
        index.setdefault(fold(name_of(member)), []).append(member)
    return index


def _household_name(member: Member) -> str:
    return HOUSEHOLD_SEPARATOR.join(filter(None, (_holder_name(member), _partner_name(member))))


def _holder_name(member: Member) -> str:
    return f"{member.last_name} {member.first_name}"


def _partner_name(member: Member) -> str:
    partners = (f"{box.last_name} {box.first_name}" for box in member.mailboxes if box.name != member.name)
    return next((name for name in partners if name.strip()), "")


def _the_only(found: list[Member], text: str) -> Member | str:
    if len(found) == 1:
        return found[0]
    if found:
        return _("names several members of the group: {value!r}", value=text[:80])
    return _("names no member of the group: {value!r}", value=text[:80])
