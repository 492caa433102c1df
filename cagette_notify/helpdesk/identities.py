"""Find as whom the ledger knows a member: under ids and at addresses of today, and of before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.model import AddressState
from cagette_notify.core.text import fold_name
from cagette_notify.ledger.history import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cagette_notify.core.model import Mailbox, Member
    from cagette_notify.ledger.history import HistoryRecord
    from cagette_notify.ledger.known_people import KnownPeople


class Identity(Struct, frozen=True):
    """As whom the ledger knows one member.

    ``old_ids`` are nobody's today: under these, only what named an address of the member's ``own`` is theirs.
    ``given_up`` are addresses of their own that somebody else had before, with the id that has them no more.
    """

    person: Person
    own: frozenset[str]
    old_ids: frozenset[tuple[str, str]]
    given_up: frozenset[tuple[tuple[str, str], str]] = frozenset()

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

    def is_at_their_address(self, record: HistoryRecord) -> bool:
        """Tell whether a record is another member's, of mail that lies where only this one reads it today."""
        called = (record.group_id, record.member_id)
        return not self.is_about(record) and (called, record.address.casefold()) in self.given_up


class Identities:
    """As whom the ledger knows members, one after the other."""

    def __init__(
        self,
        traces: KnownPeople,
        everybody: Iterable[Member],
        heir_of: Callable[[str, str, str], str | None] = lambda *_: None,
        read_broadcasts: Iterable[tuple[str, str, str, str]] = (),
    ) -> None:
        """Note whose each id, address and name is today; ``heir_of`` says who took an old id over, if known.

        ``read_broadcasts`` are groups, addresses, first and last names: a broadcast names no id.
        """
        everybody = tuple(everybody)
        self._traces = traces
        self._heir_of = heir_of
        self._ids: dict[tuple[str, str], set[str]] = defaultdict(set)  # with today's addresses
        self._names_at: dict[str, set[str]] = defaultdict(set)
        self._called: dict[tuple[str, str], set[str]] = defaultdict(set)  # ids, by group and name
        for one in everybody:
            for group_id in one.group_ids:
                self._ids[group_id, one.id] |= {box.key for box in one.mailboxes}
            for box in one.mailboxes:
                self._names_at[box.key].add(fold_name(one.name))
            for group_id, name in names_of(one):
                self._called[group_id, name].add(one.id)
        self._read_as: dict[tuple[str, str], set[str]] = defaultdict(set)  # addresses, by group and name
        for group_id, address, first_name, last_name in read_broadcasts:
            if first_name and last_name and address not in self._names_at:
                self._read_as[group_id, fold_name(f"{first_name} {last_name}")].add(address)

    def of(self, member: Member) -> Identity:
        """Return how the ledger knows the member, by groups they left and by addresses they gave up, too.

        Neither where it is another member's today; and by ids that they had before.
        """
        now = person_of(member)
        named = {
            (one, name, address) for address in now.addresses for one, name in self._traces.named_at(address)
        }
        gone = {known for known in named if known[0] not in self._ids}
        given_up = {(one, at) for one, _name, at in named if one in self._ids and at not in self._ids[one]}
        ids = now.ids | {one for one, _name, _address in gone if one[1] == member.id}
        before = {address for one in ids for address in self._traces.addresses_of(one)}
        others = {one for one, name, address in gone if self._is_anothers(member, one, name, address)}
        old_ids = {one for one, _name, _address in gone} - others
        before |= self._written_to_as(member, ids)
        person = Person(ids, now.addresses | (before - self._names_at.keys()))
        return Identity(person, now.addresses, frozenset(old_ids - ids), frozenset(given_up))

    def former_of(self, member: Member, identity: Identity, written: Iterable[str]) -> frozenset[str]:
        """Return those of the addresses ``written`` to in their name, casefolded, that are theirs no more.

        Not where somebody of another name had their id then.
        """
        former = set(written) - {box.key for box in member.mailboxes}
        names = {
            address: {fold_name(name) for one, name in self._traces.named_at(address) if one in identity.ids}
            for address in former
        }
        return frozenset(address for address in former if names[address] <= {"", fold_name(member.name)})

    def _written_to_as(self, member: Member, ids: frozenset[tuple[str, str]]) -> set[str]:
        """Return addresses of nobody today at which broadcasts greeted them by a name that is theirs alone.

        Nobody else's own notices may have named one.
        """
        found: set[str] = set()
        for called in names_of(member):
            if len(self._called[called]) == 1:
                found |= self._read_as.get(called, set())
        return {address for address in found if self._traces.members_at(address) <= ids}

    def _is_anothers(self, member: Member, called: tuple[str, str], name: str, address: str) -> bool:
        """Tell whether an id that is gone was another's of those at the address today.

        Who took it over is known as long as what was told is ahead; later their names tell.
        """
        if heir := self._heir_of(*called, address):
            return heir != member.id
        return bool(name) and fold_name(name) in self._names_at[address] - {fold_name(member.name)}


def names_of(member: Member) -> frozenset[tuple[str, str]]:
    """Return by which names, folded, the member and the partner are known in each of their groups."""
    partner = [member.partner] if member.partner else []
    readers: list[Member | Mailbox] = [member, *member.mailboxes, *partner]
    whole = {fold_name(one.name) for one in readers if one.first_name and one.last_name}
    return frozenset((group_id, name) for group_id in member.group_ids for name in whole)


def usable_mailboxes(member: Member) -> list[Mailbox]:
    """Return the mailboxes that mail can be sent to, each address once."""
    usable = [box for box in member.mailboxes if box.state is AddressState.USABLE]
    return list({box.key: box for box in reversed(usable)}.values())[::-1]


def keys_of(member: Member) -> frozenset[str]:
    """Return the addresses that mail can be sent to, as they are compared."""
    return frozenset(box.key for box in usable_mailboxes(member))


def person_of(member: Member) -> Person:
    """Return how the ledger knows the member."""
    return Person(ids_of(member), keys_of(member))


def ids_of(member: Member) -> frozenset[tuple[str, str]]:
    """Return what a member is called in the ledger: an id only means somebody within a group."""
    return frozenset((group_id, member.id) for group_id in member.group_ids)
