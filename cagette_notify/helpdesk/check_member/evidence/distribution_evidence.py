"""Read the orders and ledger entries of distributions once for many members."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.order_book import OrderBook, OrderLine, OrdersState, StrangerLine, UnreadLine
from cagette_notify.data.dataset import load_orders
from cagette_notify.planning.announced import latest
from cagette_notify.planning.orders.orders_by_member import lines_by_member, unread_by_member
from cagette_notify.run.reading.held_groups import books_as_believed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.roster import Roster
    from cagette_notify.ledger.ledger import Ledger


class _OneDistribution(Struct, frozen=True):
    """One distribution: its book without any line, and what concerns each member or address."""

    book: OrderBook
    count: int  # of its orders
    lines: Mapping[str, tuple[OrderLine, ...]]
    unread: Mapping[str, tuple[UnreadLine, ...]]
    strangers: tuple[StrangerLine, ...]
    by_member: Mapping[str, list[Entry]]
    by_address: Mapping[str, list[Entry]]
    last_told: tuple[Entry, ...]  # the claims of the highest revisions: by them all count theirs
    erased: tuple[Entry, ...]  # that were kept of people who were forgotten since


class DistributionEvidence:
    """The distributions that were asked for so far.

    A class because reading them again for each member would take the square of the time.
    """

    def __init__(self, config: Config, roster: Roster, ledger: Ledger, now: datetime) -> None:
        """Read nothing yet."""
        self._config = config
        self._roster = roster
        self._ledger = ledger
        self._now = now
        self._known: dict[str, _OneDistribution] = {}
        self._distributions = {one.id: one for one in roster.calendar.distributions}

    def books_for(self, member: Member, distribution_ids: Collection[str]) -> dict[str, OrderBook]:
        """Return the order books with the member's own lines and rows set aside, shared ones included."""
        self._read(distribution_ids)
        known = {id_: self._known[id_] for id_ in distribution_ids}
        return {
            id_: replace(one.book, lines=one.lines.get(member.id, ()), unread=one.unread.get(member.id, ()))
            for id_, one in known.items()
        }

    def entries_for(
        self, member: Member, addresses: Iterable[str], distribution_ids: Collection[str]
    ) -> tuple[Entry, ...]:
        """Return the ledger's rows about the member, and those that tell which revision each one is at."""
        self._read(distribution_ids)
        found: dict[int, Entry] = {}
        for one in (self._known[id_] for id_ in distribution_ids):
            mine = [*one.last_told, *one.erased, *one.by_member.get(member.id, ())]
            for address in addresses:
                mine += one.by_address.get(address, ())
            found |= {id(entry): entry for entry in mine}
        return tuple(found.values())

    def is_erased(self, kind: Kind, distribution_id: str) -> bool:
        """Tell whether somebody had a notice of that kind who was forgotten: nobody knows any more who."""
        self._read([distribution_id])
        return any(entry.key.kind is kind for entry in self._known[distribution_id].erased)

    def strangers(self, distribution_ids: Collection[str]) -> Iterator[tuple[str, StrangerLine]]:
        """Yield all the orders that name no member of the group, with their distribution's id."""
        self._read(distribution_ids)
        for id_ in distribution_ids:
            yield from ((id_, line) for line in self._known[id_].strangers)

    def orders_read(self) -> dict[str, int]:
        """Return how many orders the distributions have whose orders could be read whole, so far."""
        return {id_: one.count for id_, one in self._known.items() if one.book.state is OrdersState.READY}

    def orders_counted(self) -> dict[str, int]:
        """Return the same, with those too few to be believed."""
        known = (OrdersState.READY, OrdersState.SHRUNKEN)
        return {id_: one.count for id_, one in self._known.items() if one.book.state in known}

    def book(self, distribution_id: str) -> OrderBook:
        """Return a book that was read, without its lines."""
        return self._known[distribution_id].book

    def whole_book(self, distribution_id: str) -> OrderBook:
        """Return a book with the lines of all members."""
        self._read([distribution_id])
        known = self._known[distribution_id]
        return replace(known.book, lines=tuple(line for those in known.lines.values() for line in those))

    def _read(self, distribution_ids: Collection[str]) -> None:
        new = [id_ for id_ in distribution_ids if id_ not in self._known]
        if not new:
            return
        hold_stale = self._config.hold_stale_orders
        orders = load_orders(
            self._roster.calendar,
            self._roster.members,
            new,
            set_aside=self._roster.people_set_aside,
            now=self._now,
            hold_stale=hold_stale,
        )
        read = ((self._distributions[id_], orders.books[id_]) for id_ in new)
        books = books_as_believed(self._ledger, self._config.account, read, self._now)
        for id_ in new:
            self._known[id_] = _occasion(books[id_], self._ledger.entries(self._config.account, [id_]))


def _occasion(book: OrderBook, entries: Iterable[Entry]) -> _OneDistribution:
    by_member: dict[str, list[Entry]] = defaultdict(list)
    by_address: dict[str, list[Entry]] = defaultdict(list)
    told: dict[bool, list[Entry]] = defaultdict(list)
    erased = []
    for entry in entries:
        if entry.is_forgotten:
            erased.append(entry)
        by_address[entry.key.address].append(entry)
        if entry.key.member_id:
            by_member[entry.key.member_id].append(entry)
        traits = entry.key.kind.traits
        if entry.claimed_at and (traits.needs_order or traits.needs_vacancy):
            told[traits.needs_order].append(entry)
    return _OneDistribution(
        replace(book, lines=(), unread=(), strangers=()),
        len(book.lines),
        lines_by_member(book),
        unread_by_member(book),
        book.strangers,
        by_member,
        by_address,
        tuple(map(latest, told.values())),
        tuple(erased),
    )
