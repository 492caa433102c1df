"""Find the newest broadcasts to a member's groups, left or planned, of which they are no reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.list_names import recorded_list_to_show, sent_list_to_show
from cagette_notify.core.messages import name_of_lists
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import LetterToOthers
from cagette_notify.helpdesk.identities import keys_of
from cagette_notify.ledger.broadcasts import BroadcastBook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from cagette_notify.core.messages import Broadcast
    from cagette_notify.core.model import Member
    from cagette_notify.helpdesk.check_member.evidence.planned_letters import PlannedLetters
    from cagette_notify.ledger.ledger import Ledger

_NEWEST = 3


class LettersToOthers:
    """The broadcasts that somebody may have heard of who is in none of their lists.

    Those of a group are read once, if it is asked.
    """

    def __init__(self, ledger: Ledger, account: str, planned: PlannedLetters) -> None:
        """Look at nothing yet."""
        self._book = BroadcastBook(ledger, account)
        self._planned = planned
        self._gone: dict[tuple[str, datetime], list[tuple[LetterToOthers, frozenset[str]]]] = {}

    def than(
        self, member: Member, former: Collection[str], since: datetime, until: datetime
    ) -> tuple[LetterToOthers, ...]:
        """Return the newest of a span; of a letter to an address that was theirs they were a reader."""
        theirs = keys_of(member).union(former)
        gone = [
            letter
            for group_id in member.group_ids
            for letter, readers in self._gone_to(group_id, since)
            if theirs.isdisjoint(readers)
        ]
        ahead = (
            _letter(one.broadcast, one.send_at, one.lists, recorded_list_to_show, is_planned=True)
            for one in self._planned.to_others_than(member, until)
        )
        return tuple(sorted((*gone, *ahead), key=lambda one: one.at, reverse=True)[:_NEWEST])

    def _gone_to(self, group_id: str, since: datetime) -> Iterable[tuple[LetterToOthers, frozenset[str]]]:
        if (group_id, since) not in self._gone:
            self._gone[group_id, since] = list(self._read(group_id, since))
        return self._gone[group_id, since]

    def _read(self, group_id: str, since: datetime) -> Iterator[tuple[LetterToOthers, frozenset[str]]]:
        for one in self._book.gone_since(group_id, since):
            mail = one.broadcast
            at = one.left_at or mail.confirmed_at
            letter = _letter(mail, at, mail.lists, sent_list_to_show, is_planned=False)
            yield letter, self._book.addressed(mail.attempt)


def _letter(
    mail: Broadcast, at: datetime, names: tuple[str, ...], to_show: Callable[[str], str], *, is_planned: bool
) -> LetterToOthers:
    return LetterToOthers(at, mail.content.subject, name_of_lists(map(to_show, names)), is_planned, names)
