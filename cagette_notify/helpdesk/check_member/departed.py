"""Find what the ledger tells of who is no member any more: by what was typed, or by a row of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.notices import Status
from cagette_notify.core.text import fold
from cagette_notify.data.members.find_member import find_member
from cagette_notify.data.members.nearly_named import people_in
from cagette_notify.helpdesk.person import departed
from cagette_notify.ledger.history import HistoryFilter, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.core.order_book import StrangerLine
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import StrayOrder
    from cagette_notify.ledger.history import HistoryBook, HistoryRecord
    from cagette_notify.ledger.known_people import KnownPeople

_MAILED = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


class Departed(Struct, frozen=True):
    """Somebody who is in no list today: what they are ``called``, and what is recorded, newest first."""

    called: str
    records: Sequence[HistoryRecord] = ()

    @property
    def last_mail(self) -> HistoryRecord | None:
        """What they got last."""
        return next((one for one in self.records if one.status in _MAILED), None)

    @property
    def was_member(self) -> bool:
        """Whether anything is known of them that only members have."""
        return any(one.kind in NOTICE_KINDS for one in self.records)


class DepartedMembers:
    """Whom the ledger knows, and none of the lists, where ``everybody`` is who is in any of these."""

    def __init__(self, everybody: Sequence[Member], traces: KnownPeople, history: HistoryBook) -> None:
        """Look at nothing yet."""
        self._everybody = everybody
        self._traces = traces
        self._history = history

    def called(self, who: str) -> Departed:
        """Return who has that address or id; nothing is recorded of whoever is in the data."""
        if find_member(who, self._everybody).is_exact:
            return Departed(who)
        return Departed(who, self._records(departed(who, self._everybody, self._traces)))

    def who_ordered(self, orders: Iterable[StrayOrder]) -> Departed | None:
        """Return who was written to last of those whom these rows name, and whom their group wrote to."""
        found = [one for one in map(self.of_order, orders) if one]
        return max(found, key=lambda one: one.records[0].at, default=None)

    def of_order(self, order: StrayOrder) -> Departed | None:
        """Return whom a row names, if the group wrote to them under that id or at that address."""
        line = order.line
        is_address = "@" in line.reference
        who = line.reference if is_address else f"{order.group.id}/{line.reference}"
        person = departed(who, self._everybody, self._traces)
        if not is_address and not self._is_named_so(person, line):
            return None
        one = Departed(line.called, self._records(person, order.group.id))
        return one if one.last_mail else None

    def _is_named_so(self, person: Person, line: StrangerLine) -> bool:
        """Tell whether an id is not somebody else's today than it was, as far as names tell."""
        names = {
            name
            for address in person.addresses
            for called, name in self._traces.named_at(address)
            if called in person.ids and name
        }
        said = {frozenset(fold(one).split()) for one in people_in(line.name)}
        return not (names and said) or any(frozenset(fold(name).split()) in said for name in names)

    def _records(self, person: Person, group_id: str = "") -> Sequence[HistoryRecord]:
        if person == Person():
            return ()
        return list(self._history.find(HistoryFilter(person, group_id)))
