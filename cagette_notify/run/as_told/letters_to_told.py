"""Find the letters to those who were told of a distribution, and which addresses each has reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.unsubscriptions import deaf_to_letters
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from cagette_notify.core.messages import BroadcastProgress
    from cagette_notify.core.notices import Entry
    from cagette_notify.ledger.ledger import Ledger


class Letter(Struct, frozen=True):
    """A broadcast that has gone to somebody.

    ``reached`` has, by address, casefolded, when the copy left, or may have. One that ``is_whole`` has no
    copy still to leave, and was made of all the data.
    """

    subject: str
    confirmed_at: datetime
    is_whole: bool
    reached: Mapping[str, datetime]
    lists: frozenset[str]


class WrittenOf(Struct, frozen=True):
    """What was written of what won't be as told, since a run had said so.

    ``reached`` are the addresses, casefolded, that a letter to those told has reached; ``is_done`` once that
    is all of them, or all that a letter can reach. ``to_all`` is the newest mail to everybody: whether it
    says so, only a person can tell. ``deaf`` are those told that have stopped broadcasts: no letter reaches
    them.
    """

    reached: frozenset[str] = frozenset()
    deaf: frozenset[str] = frozenset()
    is_done: bool = False
    to_all: Letter | None = None


class Letters(Struct, frozen=True):
    """The letters of one delivery."""

    ledger: Ledger
    account: str

    def told(self, entry: Entry) -> dict[str, datetime]:
        """Return who was told of a distribution as ``entry`` was: when last, by address, casefolded."""
        known = [
            one
            for one in self.ledger.entries(self.account, [entry.key.distribution_id])
            if one.group_id == entry.group_id and one.may_have_arrived and not one.is_forgotten
        ]
        has_recaps = any(one.key.kind.traits.needs_order for one in known)
        told = [one for one in known if one.key.kind.traits.is_corrected or not has_recaps]
        told.sort(key=_left_at)
        return {one.key.address: _left_at(one) for one in told}

    def deaf_alone(self, entry: Entry) -> frozenset[str]:
        """Return who was told of a distribution as ``entry`` was, if no letter reaches any of them."""
        told = self.told(entry).keys()
        standing = UnsubscriptionBook(self.ledger, self.account).standing()
        return frozenset(told) if told <= deaf_to_letters(standing) else frozenset()

    def about(self, id_: str, group_id: str, since: datetime) -> list[Letter]:
        """Return the letters that were confirmed since then to those told of a distribution."""
        return self._to({f"told:{id_}", f"with-order:{id_}"}, group_id, since)

    def written_of(self, entry: Entry, group_id: str, said_at: datetime | None) -> WrittenOf:
        """Return who has heard what a run ``said_at``: whom a recap reached after that was told otherwise."""
        if said_at is None:
            return WrittenOf()
        told = self.told(entry)
        last = max((said_at, *told.values()))
        letters = self.about(entry.key.distribution_id, group_id, said_at)
        reached = {
            address for one in letters for address, at in one.reached.items() if at >= told.get(address, at)
        }
        standing = UnsubscriptionBook(self.ledger, self.account).standing()
        deaf = (told.keys() - reached) & deaf_to_letters(standing)
        is_done = bool(letters or deaf) and told.keys() <= reached | deaf
        is_done = is_done or any(one.is_whole and one.confirmed_at >= last for one in letters)
        to_all = next(iter(self._to({"all"}, group_id, last)), None)
        return WrittenOf(frozenset(reached), frozenset(deaf), is_done, to_all)

    def not_reached(
        self, addresses: frozenset[str], id_: str, group_id: str, said_at: datetime | None
    ) -> frozenset[str]:
        """Return those of the addresses that were told of a distribution, and no letter since has reached.

        One to those with an order says nothing to whoever has none; one that is whole has reached all it can.
        """
        letters = self._to({f"told:{id_}"}, group_id, said_at) if said_at else []
        if any(one.is_whole for one in letters):
            return frozenset()
        return addresses.difference(*(one.reached for one in letters))

    def _to(self, lists: Collection[str], group_id: str, since: datetime) -> list[Letter]:
        book = BroadcastBook(self.ledger, self.account)
        return [_letter(book, one) for one in book.gone_to(lists, group_id, since)]


def _letter(book: BroadcastBook, progress: BroadcastProgress) -> Letter:
    broadcast = progress.broadcast
    copies = (one for one in book.entries(broadcast.attempt) if one.may_have_arrived)
    return Letter(
        broadcast.content.subject,
        broadcast.confirmed_at,
        is_whole=not (progress.unfinished or broadcast.of_part),
        reached={one.key.address: _left_at(one) for one in copies},
        lists=frozenset(broadcast.lists),
    )


def _left_at(entry: Entry) -> datetime:
    return entry.claimed_at or entry.due_at
