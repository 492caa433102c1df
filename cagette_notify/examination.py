"""Gather the evidence about members: the files, the ledger, and what Mailjet knows."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.diagnosis import Case, Runs
from cagette_notify.diagnosis.timeline import WILL_SEND, Event, merged
from cagette_notify.guards import shrunken
from cagette_notify.ledger import FateBook, Person, RecordBook
from cagette_notify.ledger.records import Filter
from cagette_notify.memory import Memory, Sizes
from cagette_notify.model import AddressState, Mailbox, Reason
from cagette_notify.occasions import Occasions
from cagette_notify.prospects import prospects, windows_between
from cagette_notify.situation import Rules, Situation
from cagette_notify.values import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.config import Config
    from cagette_notify.diagnosis import MailboxEvidence
    from cagette_notify.ledger import Ledger
    from cagette_notify.model import Group, Member, Problem
    from cagette_notify.roster import Roster
    from cagette_notify.windows import Window

SPAN = timedelta(days=30)
_SOON = timedelta(hours=1)  # a cron that is alive comes through more often


class Examination:
    """The evidence about members, one after the other.

    A class because what members share is read once.
    """

    def __init__(self, config: Config, roster: Roster, ledger: Ledger, now: datetime) -> None:
        """Look at the marks of earlier runs, and at nothing else yet."""
        self._config = config
        self._roster = roster
        self._now = now
        self._records = RecordBook(ledger, config.delivery)
        self._fates = FateBook(ledger, config.delivery)
        self._occasions = Occasions(config, roster, ledger, now)
        self._in_group: dict[str, list[Member]] = defaultdict(list)
        for member in roster.members:
            for group_id in member.group_ids:
                self._in_group[group_id].append(member)
        self._forgotten, self._ledger_id = ledger.forgotten(config.delivery), ledger.ledger_id
        memory = Memory(ledger, config.delivery)
        self._last_runs = memory.last_complete_runs(now)
        self._sizes = memory.sizes()
        self._floors = memory.floors(
            roster.calendar.groups, now, first_lookback=config.first_run_lookback, lookback=None
        )

    def case(self, member: Member, mailboxes: Sequence[MailboxEvidence], span: timedelta = SPAN) -> Case:
        """Return all that is known about a member, ``span`` back and ahead, with what Mailjet told."""
        aside = next((one for one in self._roster.set_aside if one.member is member), None)
        judged = () if aside else self._judged(member, span)
        past = [event for event in judged if event.status != WILL_SEND and event.at <= self._now]
        ahead = [event for event in judged if event not in past]
        return Case(
            member=member,
            now=self._now,
            zone=self._groups(member)[0].timezone if self._groups(member) else self._config.timezone,
            groups=self._groups(member),
            sender=self._config.sender,
            defaults=self._config.notice_defaults,
            is_mailed=self._config.delivery == "mailjet",
            outbox=str(self._config.outbox),
            twins=tuple(other for other in self._others(member) if _is_twin(member, other)),
            sharers=tuple(other for other in self._others(member) if _share_an_address(member, other)),
            row_problems=aside.problems if aside else (),
            is_set_aside=aside is not None,
            holds=tuple(hold for group_id in member.group_ids for hold in self._holds(group_id)),
            inactive_after=self._config.inactive_after,
            last_order_at=self._records.last_order_at(_person(member)),
            mailboxes=tuple(mailboxes),
            history=merged(self._recorded(member, mailboxes), past, _keys(member)),
            upcoming=tuple(sorted(ahead, key=lambda event: event.at)),
            runs=self._runs(member, judged),
        )

    def _groups(self, member: Member) -> tuple[Group, ...]:
        known = self._roster.calendar.groups
        return tuple(known[group_id] for group_id in member.group_ids if group_id in known)

    def _others(self, member: Member) -> list[Member]:
        near = [other for group_id in member.group_ids for other in self._in_group[group_id]]
        return list({id(other): other for other in near if other is not member}.values())

    def _recorded(self, member: Member, mailboxes: Sequence[MailboxEvidence]) -> list[Event]:
        records = list(self._records.find(Filter(_person(member), since=self._now - SPAN)))
        fates = self._fates.of({one.custom_id for one in records if one.custom_id})
        fates |= {fate.custom_id: fate for box in mailboxes for fate in box.fates or () if fate.custom_id}
        return [
            Event(
                *(one.at, one.kind, one.group_id, one.distribution_id, one.address, one.status, one.reason),
                custom_id=one.custom_id,
                subject=one.subject,
                fate=fates.get(one.custom_id),
            )
            for one in records
            if one.reason != Reason.ALREADY_SENT
        ]

    def _judged(self, member: Member, span: timedelta) -> tuple[Event, ...]:
        mine = [one for one in self._roster.calendar.distributions if one.group_id in member.group_ids]
        since, until = self._now - span, self._now + span
        return prospects(
            self._situation(member, windows_between(mine, since, until, self._config.opening_late))
        )

    def _situation(self, member: Member, windows: tuple[Window, ...]) -> Situation:
        config = self._config
        distributions = {window.distribution.id: window.distribution for window in windows}
        ordered = self._records.last_order_at(_person(member))
        after = config.inactive_after
        is_active = bool(after and ordered and self._now - ordered <= after)
        return Situation(
            now=self._now,
            rules=Rules(config.notice_defaults, config.opening_late, config.inactive_after),
            groups=self._roster.calendar.groups,
            distributions=distributions,
            windows=windows,
            members=dict.fromkeys(member.group_ids, (member,)),
            books=self._occasions.books_for(member, distributions),
            entries=self._occasions.entries_for(member, _keys(member), distributions),
            floors=self._floors,
            active=frozenset((id_, member.id) for id_ in member.group_ids) if is_active else frozenset(),
            forgotten=self._forgotten,
            ledger_id=self._ledger_id,
        )

    def _holds(self, group_id: str) -> list[Problem]:
        before, count = self._sizes.get(group_id, Sizes()), len(self._in_group[group_id])
        return shrunken(self._roster.calendar.groups[group_id], before, Sizes(count), orders_read=())

    def _runs(self, member: Member, judged: Sequence[Event]) -> Runs:
        known = [self._last_runs[id_] for id_ in member.group_ids if id_ in self._last_runs]
        last = min(known, default=None)
        if last is None or self._now - last <= _SOON:
            return Runs(last)
        waiting = [event for event in judged if event.status == WILL_SEND and event.at <= self._now]
        missed = [event for event in judged if event.reason == Reason.EXPIRED and event.at > last]
        return Runs(last, tuple(waiting + missed))


def usable_mailboxes(member: Member) -> list[Mailbox]:
    """Return the mailboxes that mail can be sent to, each address once."""
    usable = [box for box in member.mailboxes if box.state is AddressState.USABLE]
    return list({box.key: box for box in reversed(usable)}.values())[::-1]


def _person(member: Member) -> Person:
    return Person(frozenset((group_id, member.id) for group_id in member.group_ids), _keys(member))


def _keys(member: Member) -> frozenset[str]:
    return frozenset(box.key for box in usable_mailboxes(member))


def _share_an_address(member: Member, other: Member) -> bool:
    return bool(_keys(member) & _keys(other)) and not _is_twin(member, other)


def _is_twin(member: Member, other: Member) -> bool:
    return bool(member.first_name and member.last_name) and fold(member.name) == fold(other.name)
