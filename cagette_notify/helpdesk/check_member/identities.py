"""Find as whom the ledger knows a member: under ids and at addresses of today, and of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.helpdesk.check_member.plan_evidence import person_of
from cagette_notify.ledger.history import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cagette_notify.core.model import Member
    from cagette_notify.ledger.history import HistoryRecord
    from cagette_notify.ledger.known_people import KnownPeople


class Identity(Struct, frozen=True):
    """As whom the ledger knows one member.

    ``old_ids`` are nobody's today: under these, only what named an address of the member's ``own`` is theirs.
    """

    person: Person
    own: frozenset[str]
    old_ids: frozenset[tuple[str, str]]

    @property
    def ids(self) -> frozenset[tuple[str, str]]:
        """All that they are, or were, by group and id."""
        return self.person.ids | self.old_ids

    def is_about(self, record: HistoryRecord) -> bool:
        """Tell whether a record is the member's, and not of who shares an address with them."""
        called = (record.group_id, record.member_id)
        if not record.member_id or called in self.person.ids:
            return True
        return called in self.old_ids and record.address.casefold() in self.own


class Identities:
    """As whom the ledger knows members, one after the other."""

    def __init__(
        self,
        traces: KnownPeople,
        everybody: Iterable[Member],
        heir_of: Callable[[str, str, str], str | None],
    ) -> None:
        """Note whose each id and address is today; ``heir_of`` says who took an old id over, if known."""
        everybody = tuple(everybody)
        self._traces = traces
        self._heir_of = heir_of
        self._ids = {(group_id, one.id) for one in everybody for group_id in one.group_ids}
        self._addresses = {box.key for one in everybody for box in one.mailboxes}

    def of(self, member: Member) -> Identity:
        """Return how the ledger knows the member, by groups they left and by addresses they gave up, too.

        Neither where it is another member's today; and by ids that they had before.
        """
        now = person_of(member)
        at = {(one, address) for address in now.addresses for one in self._traces.members_at(address)}
        gone = {(one, address) for one, address in at if one not in self._ids}
        ids = now.ids | {one for one, _address in gone if one[1] == member.id}
        before = {address for one in ids for address in self._traces.addresses_of(one)}
        old_ids = {one for one, address in gone if self._heir_of(*one, address) in {None, member.id}}
        person = Person(ids, now.addresses | (before - self._addresses))
        return Identity(person, now.addresses, frozenset(old_ids - ids))
