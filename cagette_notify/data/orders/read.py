"""Read orders files: each line's member, product, quantity and price."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core import parsing as values
from cagette_notify.core.i18n import _
from cagette_notify.core.order_book import OrderLine, StrangerLine, UnreadLine
from cagette_notify.core.text import fold, quoted, quoted_with, quoted_with_hint
from cagette_notify.data.distributions.distribution_lookup import DistributionLookup
from cagette_notify.data.members.unread_lines import (
    is_glued,
    missing_in_all,
    perhaps_anybodys,
    perhaps_of,
    perhaps_shared_with_anybody,
    unread_where,
)
from cagette_notify.data.orders.numbers_of_others import NumbersOfOthers
from cagette_notify.data.orders.odd_prices import without_odd_prices
from cagette_notify.data.orders.order_cells import fees_of, numbers_of, product_of, quantity_of
from cagette_notify.data.orders.shared_lines import (
    is_anybodys_to_share,
    perhaps_sharing,
    shared_with_whom,
    sharers,
    strangers_sharing,
)
from cagette_notify.data.orders.unplaced_rows import UnplacedRows
from cagette_notify.data.orders.whose_order import Naming, Whose, naming_in
from cagette_notify.data.rows.cells import Row
from cagette_notify.data.rows.columns import ORDERS
from cagette_notify.data.rows.cut_rows import refuse_if_cut
from cagette_notify.data.rows.read_rows import RowSource, open_rows
from cagette_notify.data.rows.shifted_rows import LackingAmounts, seems_shifted, unit_of, words
from cagette_notify.data.rows.sum_rows import (
    add_up,
    is_a_sum,
    say_it_is_mailed,
    say_it_lacks_its_rows,
    sums_last,
)
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cagette_notify.core.errors import Origin, Problem
    from cagette_notify.core.model import Distribution
    from cagette_notify.data.members.member_lookup import MemberLookup
    from cagette_notify.data.rows.table_rows import Sheet

    Line = OrderLine | UnreadLine | StrangerLine
    Lines = dict[str, list[Line]]

_ORDERS_OF_MANY = ORDERS._replace(required=(("distribution",), *ORDERS.required))


# A column holds few different values.
_yes_no = lru_cache(maxsize=64)(values.yes_no)


class OrdersScope(Struct, frozen=True):
    """Which distributions an orders file can speak of.

    ``wanted`` are those to read, with the people of their groups; ``known`` are all the ids a row may
    name; ``home`` is the distribution of rows that name none, if there is one.
    """

    wanted: Mapping[str, tuple[Distribution, MemberLookup]]
    known: frozenset[str]
    home: str = ""


def read_orders(source: RowSource, reach: OrdersScope, problems: list[Problem]) -> Lines:
    """Return the order lines of each wanted distribution; raise Unreadable if the file isn't whole.

    They are joined to members by name where their numbers are those of another list. The rows of other
    distributions are passed over, unless there is no such distribution, or the file is that of one which has
    none in it. A row that is set aside stays as a line that nobody can read, of everybody whose it may be.
    ``problems`` grows.
    """
    sheet = _opened(source, reach)
    naming = naming_in(sheet)
    numbers = NumbersOfOthers(naming)
    of_rows: list[Problem] = []
    try:
        lines = _read_rows(sheet, naming, reach, of_rows, numbers)
        if numbers.are_there:
            of_rows = [numbers.said(source.name)]
            lines = _read_rows(_opened(source, reach), naming.by_name, reach, of_rows, numbers)
    except Unreadable:
        if numbers.are_there:
            of_rows.clear()  # by name the rows above are members': only their numbers were nobody's
        raise
    finally:
        problems += of_rows
    return lines


def _opened(source: RowSource, reach: OrdersScope) -> Sheet:
    return open_rows(source, ORDERS if reach.home else _ORDERS_OF_MANY)


def _read_rows(
    sheet: Sheet, naming: Naming, reach: OrdersScope, problems: list[Problem], numbers: NumbersOfOthers
) -> Lines:
    lines: Lines = {distribution_id: [] for distribution_id in reach.wanted}
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)  # by group, each of which mends its own
    unplaced = UnplacedRows()
    passed_over: list[str] = []
    amounts = LackingAmounts(sheet.fields)
    wanted = (distribution for distribution, _people in reach.wanted.values())
    distributions = DistributionLookup(wanted, reach.known, reach.home)
    sums_up = partial(_sums_up, reach=reach, naming=naming, lines=lines)
    for row in sums_last(_whole(sheet.rows), naming.field_in, sums_up, problems):
        distribution_id = _distribution_id(row, reach, distributions, unplaced)
        group_id = ""
        if distribution_id in reach.wanted:
            distribution, lookup = reach.wanted[distribution_id]
            group_id = distribution.group_id
            found = naming.whose(row, lookup)
            numbers.see(row, found, lookup)
            lines[distribution_id] += _lines_of(row, found, lookup, naming, said[group_id])
            amounts.see(row, distribution_id)
        elif distribution_id:
            passed_over.append(distribution_id)
        else:
            _keep_unplaced(row, reach, distributions, naming, lines)
        _refuse_if_cut_in_the_last_cell(row)
        if row.problems:
            problems += row.problems_of(group_id)
    problems[:] = map(unplaced.counted, problems)
    _set_aside_torn(amounts, reach, lines, problems)
    if passed_over and lines.get(reach.home, passed_over) == []:
        message = _("no row is of {id}: this is the export of {other}", id=reach.home, other=passed_over[0])
        raise Unreadable(message)
    for id_, (distribution, lookup) in reach.wanted.items():
        priced = without_odd_prices(lines[id_], distribution.group_id, problems)
        lines[id_] = missing_in_all(priced, lookup)
    return lines


def _whole(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows; raise Unreadable where the file ends in the middle of the last one."""
    for row in rows:
        refuse_if_cut(row, ORDERS.required)
        yield row


def _refuse_if_cut_in_the_last_cell(row: Row) -> None:
    """Raise Unreadable for the last row, in a line without an end, if its last cell is rather half a one.

    Others' rows may then be missing, who knows whose.
    """
    for problem in row.problems:
        if row.last_field and problem.field == row.last_field:
            message = _("it ends in this row, or was cut there: {problem}", problem=problem.message)
            raise Unreadable(message, row.line)


def _sums_up(row: Row, what: str, reach: OrdersScope, naming: Naming, lines: Lines) -> bool:
    """Tell whether a row that reads as a sum is one: of a member whose products are known, or of nobody.

    One that says ``what`` it sums up may be a product: it must make the sum of rows above it. Another one is
    none, and where it stands alone the rows that it sums up are missing.
    """
    guess = Row(row.file, row.line, row.cells)
    named = guess.text(naming.field_in(guess))
    is_nobodys = not named or is_a_sum(named) or guess.text("product") in {"", named}
    if is_nobodys and not what:
        return True
    distribution_id = guess.text("distribution") or reach.home
    if is_nobodys:
        of = [line for id_, found in lines.items() if distribution_id in {"", id_} for line in found]
        return _makes_their_sum(guess, _above(guess, of), at_least=1)
    if distribution_id not in reach.wanted:
        return False
    members = {member.id for member in naming.whose(guess, reach.wanted[distribution_id][1]).all}
    known = (line for line in lines[distribution_id] if not isinstance(line, StrangerLine))
    theirs = [line for line in known if line.member_id in members]
    if not what:
        if members and not theirs:
            say_it_lacks_its_rows(row)
        return bool(theirs)
    above = _above(guess, theirs)
    is_named = bool(above) and what in {fold(above[0].product), fold(above[0].catalog)}
    is_one = _makes_their_sum(guess, above, at_least=1 if is_named else 2)
    if not is_one:
        say_it_is_mailed(row)
    return is_one


def _above(guess: Row, lines: Iterable[Line]) -> list[OrderLine]:
    """Return those of some lines that stand above a row, the nearest first."""
    above = [line for line in lines if isinstance(line, OrderLine) and line.origin.line < guess.line]
    return sorted(above, key=lambda line: line.origin.line, reverse=True)


def _makes_their_sum(guess: Row, above: Sequence[OrderLine], *, at_least: int) -> bool:
    """Tell whether a row makes the sum of the last rows above it; of quantities alone, of all of them.

    Small numbers make one another by chance.
    """
    amount = guess.read("total", values.number) or guess.read("price", values.number)
    if amount is not None and any(line.total is not None for line in above):
        return add_up([line.total for line in above], amount, at_least=at_least)
    quantity = guess.read("quantity", quantity_of)
    return quantity is not None and add_up(
        [line.quantity for line in above], quantity, at_least=max(at_least, len(above))
    )


def _distribution_id(
    row: Row, reach: OrdersScope, distributions: DistributionLookup, unplaced: UnplacedRows
) -> str:
    named = row.reference("distribution") if reach.home else row.required("distribution")
    if row.is_spoiled:
        return ""
    if not named or named in reach.known:
        return named or reach.home
    if unplaced.see(named, row.line):
        if distributions.names_several(named):
            row.complain("distribution", _("names several distributions: {value}", value=quoted(named)))
            return ""
        meant = distributions.perhaps_meant(named)
        shown = quoted_with(named, *meant) if len(meant) == 1 else quoted_with_hint(named, reach.known)
        row.complain("distribution", _("no such distribution: {id}", id=shown))
    return ""


def _keep_unplaced(
    row: Row, reach: OrdersScope, distributions: DistributionLookup, naming: Naming, lines: Lines
) -> None:
    """Note whose order a row may be of that has too many cells, or names no distribution there is.

    Its problem is said as it is. A distribution that can't be read may be another than that whose file it is.
    """
    guess = row.as_guessed
    named = guess.text("distribution")
    quantity = None if row.misplaced else guess.read("quantity", quantity_of)
    surely = named or ("" if "distribution" in guess.cells else reach.home)
    is_elsewhere = row.is_stuck or seems_shifted(row)
    of = distributions.perhaps_meant(named) or (distributions.perhaps_meant("") if is_elsewhere else ())
    for distribution_id in of:
        lookup = reach.wanted[distribution_id][1]
        found = naming.whose(guess, lookup)
        is_certain = distribution_id == surely and found.is_certain
        sharing_it = sharers(guess, lookup, found.all)
        lines[distribution_id] += perhaps_of(found.all, row, quantity, is_certain=is_certain)
        lines[distribution_id] += perhaps_of(sharing_it, row, quantity, is_certain=False)
        if not found.all:
            named = "" if is_elsewhere else guess.reference(naming.field_in(guess))
            lines[distribution_id] += perhaps_anybodys(guess, named, quantity)
        if is_anybodys_to_share(guess):
            lines[distribution_id] += perhaps_shared_with_anybody(guess, found.surely, quantity)


def _set_aside_torn(
    amounts: LackingAmounts, reach: OrdersScope, lines: Lines, problems: list[Problem]
) -> None:
    origins: set[Origin] = set()
    for row, distribution_id in amounts.torn():
        origins.add(row.origin)
        problems += row.problems_of(reach.wanted[distribution_id][0].group_id)
    for distribution_id, found in lines.items() if origins else ():
        lines[distribution_id] = unread_where(found, origins)


def _lines_of(
    row: Row, found: Whose, lookup: MemberLookup, naming: Naming, said: set[tuple[str, str]]
) -> list[Line]:
    """Return the line of a row, or what is missing in the orders of all whose it may be."""
    field = naming.field_in(row)
    _say_if_not_one(row, found, lookup, naming, said)
    line = _order_line(row, lookup, found.surely, said)
    is_shared = "shared_with" in row.cells
    sharing: list[Line] = [*strangers_sharing(row, lookup)] if is_shared and line.quantity != 0 else []
    if is_shared and is_anybodys_to_share(row):
        sharing += perhaps_shared_with_anybody(row, found.surely, line.quantity)
    if found.is_certain:
        perhaps_it = perhaps_sharing(row, lookup, found.all) if is_shared else []
        return [line, *perhaps_of(perhaps_it, row, line.quantity, is_certain=False), *sharing]
    sharing_it = sharers(row, lookup, found.all)
    # Where cells have moved, what stands in the column of members may be anything.
    is_told = not is_glued(row) and (bool(found.all) or not seems_shifted(row))
    named = row.reference(field) if is_told else ""
    of_nobody = "" if found.named else named or naming.spoilt_in(row, field)
    perhaps = perhaps_of([*found.all, *sharing_it], row, line.quantity, is_certain=False, named=of_nobody)
    anybodys = () if is_told and found.all else perhaps_anybodys(row, named, line.quantity)
    is_strangers = named and not found.all and line.quantity != 0  # 0 of something is no order
    strangers = [StrangerLine(named, row.origin, naming.name_beside(row))] if is_strangers else []
    return [*perhaps, *anybodys, *strangers, *sharing]


def _order_line(
    row: Row, lookup: MemberLookup, member_id: str, said: set[tuple[str, str]]
) -> OrderLine | UnreadLine:
    quantity, price, total = numbers_of(row)
    product = product_of(row)
    paid = row.read("paid", _yes_no) or False
    shared_with = shared_with_whom(row, lookup, member_id, said) if "shared_with" in row.cells else ""
    unit, catalog = unit_of(row, said), words(row, "catalog")
    if row.is_spoiled or quantity is None:
        return UnreadLine(member_id, shared_with, quantity, row.origin)
    return OrderLine(
        member_id=member_id,
        product=sys.intern(product),
        quantity=quantity,
        unit=sys.intern(unit),
        price=price,
        total=None if total is None else values.to_the_cent(total),
        paid=paid,
        catalog=sys.intern(catalog),
        shared_with=shared_with,
        origin=row.origin,
        fees=fees_of(row) if "fees" in row.cells else None,
    )


def _say_if_not_one(
    row: Row, found: Whose, lookup: MemberLookup, naming: Naming, said: set[tuple[str, str]]
) -> None:
    """Say once why a row is nobody's in particular: an order may have many."""
    field = naming.field_in(row)
    text = row.required(field)
    key = found.beside or field, text
    if not text or key in said:
        return
    why = found.why_others(text) or lookup.why_not_one(
        found.named, text, is_name=field == "member_name", by_cagette=naming.is_cagette_s
    )
    if why:
        said.add(key)
        name = "" if found.all else naming.name_beside(row)
        beside = _("beside it: {name}", name=quoted(name)) if name else ""
        # Of somebody who is set aside only their own row is bad: whoever shares the line is told of it.
        (row.remark if found.is_certain else row.complain)(field, why, beside=beside)
