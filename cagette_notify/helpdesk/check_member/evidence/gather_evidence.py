"""Gather the evidence about members from files, ledger and Mailjet."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.cron_alive import is_cron_alive
from cagette_notify.core.formatting import instant, long_day
from cagette_notify.core.i18n import spoken
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.model import Distribution, Mailbox, Member
from cagette_notify.core.notices import Reason, Status
from cagette_notify.core.text import fold_name
from cagette_notify.data.calendar import closing_after_export, shelf_of
from cagette_notify.data.duty_rows_aside import duty_rows_aside
from cagette_notify.data.member_settings.read import names_in_settings
from cagette_notify.delivery.sender_check import chosen_sender
from cagette_notify.helpdesk.check_member.evidence.called_off_evidence import CalledOffEvidence
from cagette_notify.helpdesk.check_member.evidence.copies_at_rest import copies_at_rest
from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
from cagette_notify.helpdesk.check_member.evidence.duty_rows_evidence import DutyRowsEvidence
from cagette_notify.helpdesk.check_member.evidence.elsewhere_evidence import ElsewhereEvidence
from cagette_notify.helpdesk.check_member.evidence.group_evidence import GroupEvidence
from cagette_notify.helpdesk.check_member.evidence.late_evidence import missed_corrections
from cagette_notify.helpdesk.check_member.evidence.letters_to_others import LettersToOthers
from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
from cagette_notify.helpdesk.check_member.evidence.missed_evidence import waited_in_vain
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import (
    HeldBack,
    MailboxEvidence,
    MissingOrder,
    RunsEvidence,
)
from cagette_notify.helpdesk.check_member.evidence.plan_evidence import PlanEvidence
from cagette_notify.helpdesk.check_member.evidence.planned_letters import PlannedLetters
from cagette_notify.helpdesk.check_member.evidence.recap_evidence import RecapEvidence
from cagette_notify.helpdesk.check_member.evidence.recorded_events import recorded_events
from cagette_notify.helpdesk.check_member.evidence.stray_evidence import StrayEvidence
from cagette_notify.helpdesk.check_member.evidence.unwritten_evidence import unwritten_addresses_of
from cagette_notify.helpdesk.identities import Identities, keys_of, person_of
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.history import HistoryBook, HistoryFilter
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.run_memory import WHOLE_DELIVERY, RunMemory
from cagette_notify.planning.outlook.held_back import held_by_first_run
from cagette_notify.planning.shared_addresses import Covered, covered_by_others
from cagette_notify.planning.timeline import HELD, WILL_SEND, TimelineEvent, merge_events
from cagette_notify.run.reading.held_groups import guard_over, read_whole, sizes_before
from cagette_notify.run.reading.new_distribution_ids import as_taken_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution, Mailbox, Member
    from cagette_notify.data.roster import Roster
    from cagette_notify.ledger.ledger import Ledger

EVIDENCE_SPAN = timedelta(days=30)
_TELLS_OF_THE_ADDRESS = frozenset(
    status.value for status in (Status.SENT, Status.CLAIMED, Status.IN_DOUBT, Status.FAILED)
)


class EvidenceGatherer:
    """The evidence about members, one after the other.

    A class because what members share is read once.
    """

    def __init__(self, config: Config, roster: Roster, ledger: Ledger, now: datetime) -> None:
        """Look at the marks of earlier runs, and at nothing else yet."""
        ledger = as_taken_over(ledger, config.account, roster.calendar, now)
        self._config = config
        self._roster = roster
        self._now = now
        self._records = HistoryBook(ledger, config.account)
        self._fates = FateBook(ledger, config.account)
        self._occasions = DistributionEvidence(config, roster, ledger, now)
        self._elsewhere = ElsewhereEvidence(roster, self._occasions)
        self._strays = StrayEvidence(roster, self._occasions, now)
        self._at_rest = copies_at_rest(config, ledger, roster.calendar.groups, now)
        self._called_off = CalledOffEvidence(roster, ledger, config.account, self._occasions, now)
        self._alike: dict[tuple[str, str], list[Member]] = defaultdict(list)  # by group, name or address
        for member in roster.members:
            for group_id in member.group_ids:
                for mark in _marks(member):
                    self._alike[(group_id, mark)].append(member)
        self._distributions = {one.id: one for one in roster.calendar.distributions}
        self._traces = KnownPeople(ledger)
        self._guard = guard_over(ledger, config.account, read_whole(roster), now)
        self._plans = PlanEvidence(config, roster, ledger, self._occasions, self._guard, now)
        everybody = (*roster.members, *roster.people_set_aside)
        read = self._traces.read_broadcasts(config.account, now - EVIDENCE_SPAN)
        self._identities = Identities(self._traces, everybody, self._plans.heir_of, read)
        self._letters = PlannedLetters(config, ledger, roster.calendar, now)
        self._letters_to_others = LettersToOthers(ledger, config.account, self._letters)
        memory = RunMemory(ledger, config.account)
        self._refusal = memory.refusal()
        self._last_runs = memory.last_complete_runs(now)
        self._last_run = self._last_runs.get(WHOLE_DELIVERY)
        before = sizes_before(ledger, config.account, now)
        self._groups = GroupEvidence(config, roster, self._occasions, self._guard, before, self._traces, now)
        self._groups_seen = memory.groups_seen()

    def case(
        self,
        member: Member,
        mailboxes: Sequence[MailboxEvidence],
        span: timedelta = EVIDENCE_SPAN,
        partner: Mailbox | None = None,
    ) -> MemberEvidence:
        """Return all that is known about a member, ``span`` back and ahead, with what Mailjet told."""
        aside = next((one for one in self._roster.set_aside if one.member is member), None)
        self._plans.hear(mailboxes)
        planned = () if aside else self._plans.within(member, span)
        judged = [one for one in planned if not (self._is_erased(one) or self._was_looked_at(one, planned))]
        past = [event for event in judged if event.status != WILL_SEND and event.at <= self._now]
        ahead = [event for event in judged if event.status == WILL_SEND or event.at > self._now]
        held = {group.id: self._groups.holds(group.id) for group in self._groups.of(member)}
        holds = tuple(hold for those in held.values() for hold in those)
        ahead = [
            replace(one, status=HELD) if one.status == WILL_SEND and held[one.group_id] else one
            for one in ahead
        ]
        rules = self._config.rules
        covered = tuple(covered_by_others(member, self._others(member), rules, self._now))
        identity = self._identities.of(member)
        wanted = HistoryFilter(identity.person, since=self._now - EVIDENCE_SPAN)
        records = list(self._records.find(wanted))
        told = recorded_events(filter(identity.is_about, records), mailboxes, self._fates)
        history = merge_events(told, past, keys_of(member))
        tried = (one for one in records if one.status in _TELLS_OF_THE_ADDRESS)
        others = recorded_events(filter(identity.is_at_their_address, tried), mailboxes, self._fates)
        recaps = RecapEvidence(
            *(self._roster, self._occasions, self._now, member, past, history, others),
            lambda one: () if aside else self._plans.of(member, one),
        )
        upcoming = tuple(sorted(_with_covered(ahead, covered), key=lambda event: event.at))
        runs = RunsEvidence(self._last_run, refusal=self._refusal) if holds else self._runs(judged)
        missing_orders = tuple(recaps.missing_orders())
        written = {event.address.casefold() for event in history if event.custom_id}
        former = self._identities.former_of(member, identity, written)
        return MemberEvidence(
            member=member,
            now=self._now,
            zone=self._groups.of(member)[0].timezone if self._groups.of(member) else self._config.timezone,
            day_in_words=partial(long_day, language=spoken()),
            instant_in_words=partial(instant, language=spoken()),
            groups=self._groups.of(member),
            sender=chosen_sender(self._config),
            kinds=tuple(self._groups.kinds_caused(member)),
            defaults={kind: self._config.rules.default_of(member, kind) for kind in NOTICE_KINDS},
            unsubscribed=self._plans.unsubscribed,
            heeded=self._plans.heeded,
            is_mailed=self._config.delivery.leaves_the_machine,
            outbox=str(self._config.outbox),
            partner=partner,
            twins=tuple(other for other in self._others(member) if _is_twin(member, other)),
            sharers=tuple(other for other in self._others(member) if _share_an_address(member, other)),
            row_problems=aside.problems if aside else (),
            is_set_aside=aside is not None,
            setting_problems=tuple(self._setting_problems(member)),
            holds=holds,
            held=frozenset(id_ for id_, those in held.items() if those),
            unread_groups=tuple(self._groups.unread(member)),
            group_problems=self._groups.problems(member),
            waiting=tuple(recaps.waiting()),
            waiting_for_duties=tuple(self._plans.waiting_for_duties(past)),
            held_back=tuple(self._held_back(judged, held)),
            missing_orders=missing_orders,
            orders_elsewhere=tuple(self._elsewhere.of(self._without_order(missing_orders, upcoming))),
            cancelled=tuple(self._called_off.cancelled(member, identity.ids, former, recaps.cancelled())),
            unread_orders=() if aside else tuple(recaps.unread_orders()),
            incomplete_recaps=tuple(recaps.incomplete_recaps()),
            uncorrected=()
            if aside
            else tuple(recaps.uncorrected(partial(self._plans.told, member), identity.ids)),
            waiting_corrections=()
            if aside
            else self._plans.waiting_corrections(
                member,
                [id_ for id_, those in held.items() if those],
                is_stopped=bool(runs.refusal or runs.overdue),
            ),
            taken_back=tuple(self._called_off.of(member, identity.ids, former)),
            misled=tuple(self._called_off.misled(member, identity.ids, former)),
            stray_orders=() if aside else tuple(self._strays.of(member)),
            duty_problems=() if aside else tuple(self._duty_rows.of(member)),
            missed_recaps=tuple(
                waited_in_vain(
                    *(self._roster, self._occasions, self._now, member, history),
                    partial(self._plans.was_owed, member),
                )
            ),
            unwritten=()
            if aside
            else tuple(
                unwritten_addresses_of(
                    *(member, mailboxes),
                    tried=frozenset(one.address.casefold() for one in records if one.custom_id),
                    history=history,
                    upcoming=upcoming,
                    missing_orders=[
                        one for one in missing_orders if one.distribution.id not in self._without_orders
                    ],
                    distributions=self._distributions,
                    occasions=self._occasions,
                    shared=frozenset(key for other in self._others(member) for key in keys_of(other)),
                    former=former,
                )
            ),
            former=former,
            late_corrections=()
            if aside
            else tuple(
                missed_corrections(
                    *(self._roster, self._now, member, history, partial(self._plans.heard, member)),
                    identity.ids,
                )
            ),
            starts={id_: one.starts_at for id_, one in self._distributions.items()},
            inactive_after=self._config.rules.inactive_after,
            last_order_at=self._records.last_order_at(person_of(member)),
            ordered_ahead=() if aside else tuple(self._plans.ordered_ahead(member)),
            mailboxes=tuple(mailboxes),
            history=tuple(sorted((*history, *others), key=lambda event: event.at, reverse=True)),
            upcoming=upcoming,
            letters=()
            if aside
            else tuple(
                self._letters.to(member, self._now + span, [id_ for id_, those in held.items() if those])
            ),
            letters_to_others=()
            if aside
            else self._letters_to_others.than(member, former, self._now - span, self._now + span),
            still_to_leave=self._plans.still_to_leave(member),
            at_rest=self._at_rest,
            covered=covered,
            closed=self._closed,
            without_orders=self._without_orders,
            to_export=self._to_export,
            runs=runs,
        )

    def _without_order(
        self, missing: Iterable[MissingOrder], upcoming: Iterable[TimelineEvent]
    ) -> Iterable[Distribution]:
        """Return the distributions of which no order is known, and a recap was due or is to come."""
        ahead = (one.distribution_id for one in upcoming if one.reason == Reason.NO_ORDER)
        ids = dict.fromkeys((*(one.distribution.id for one in missing), *ahead))
        return (self._distributions[id_] for id_ in ids if id_ not in self._without_orders)

    def _is_erased(self, event: TimelineEvent) -> bool:
        """Tell whether something is but guessed of which the ledger may have forgotten what it knew."""
        return event.is_guess and self._occasions.is_erased(event.kind, event.distribution_id)

    def _was_looked_at(self, event: TimelineEvent, planned: Collection[TimelineEvent]) -> bool:
        """Tell whether something is but guessed to have come too late of which a run would have noted that.

        Then it was not in the data as it is now: it had another id or hour, or they another address. So it
        was with what another notice would have said, of which that holds.
        """
        if event.is_guess and event.reason == Reason.SUPERSEDED:
            other = event.kind.traits.superseded_by, event.distribution_id, event.address
            instead = (one for one in planned if (one.kind, one.distribution_id, one.address) == other)
            return any(self._was_looked_at(one, ()) for one in instead)
        last = self._last_runs.get(event.group_id)
        is_guess = event.is_guess and event.reason == Reason.EXPIRED
        return is_guess and last is not None and event.at <= last

    @cached_property
    def _duty_rows(self) -> DutyRowsEvidence:
        rows = duty_rows_aside(self._roster.calendar, self._plans.duty_problems, self._now)
        return DutyRowsEvidence(self._roster, rows)

    @cached_property
    def _closed(self) -> frozenset[str]:
        ends = ((one.id, one.orders_close_at) for one in self._roster.calendar.distributions)
        return frozenset(id_ for id_, closes_at in ends if closes_at and closes_at <= self._now)

    @cached_property
    def _without_orders(self) -> frozenset[str]:
        calendar = self._roster.calendar
        shelf = shelf_of(calendar.inputs)
        if calendar.inputs.have_orders_for_all:
            return frozenset()
        return frozenset(one.id for one in calendar.distributions if not shelf.feed_of(one))

    @cached_property
    def _to_export(self) -> Mapping[str, datetime]:
        """Return when orders close whose file of today will be too old by then."""
        if not self._config.hold_stale_orders:
            return {}
        return closing_after_export(self._roster.calendar, self._now)

    def _others(self, member: Member) -> list[Member]:
        """Return who shares a name or an address with the member, in the same group."""
        near = [
            other
            for group_id in member.group_ids
            for mark in _marks(member)
            for other in self._alike[(group_id, mark)]
        ]
        return list({id(other): other for other in near if other is not member}.values())

    def _held_back(
        self, judged: Iterable[TimelineEvent], held: Mapping[str, Sequence[Problem]]
    ) -> Iterator[HeldBack]:
        """Yield what the first run of a group holds back, unless the group is held as a whole."""
        for event in held_by_first_run(judged, self._groups_seen):
            if not held[event.group_id]:
                yield HeldBack(event, self._distributions[event.distribution_id])

    def _setting_problems(self, member: Member) -> Iterator[Problem]:
        for name in names_in_settings(member, is_only=True):
            yield from self._roster.unread_settings.get(name, ())

    def _runs(self, judged: Sequence[TimelineEvent]) -> RunsEvidence:
        last = self._last_run
        if last is None or is_cron_alive(last, self._now):
            return RunsEvidence(last, refusal=self._refusal)
        waiting = [event for event in judged if event.status == WILL_SEND and event.at <= self._now]
        missed = [event for event in judged if event.reason == Reason.EXPIRED and event.at > last]
        return RunsEvidence(last, tuple(waiting + missed), self._refusal)


def _with_covered(events: Iterable[TimelineEvent], covered: Sequence[Covered]) -> Iterator[TimelineEvent]:
    """Say of what is off, address by address, where it arrives by way of another reader."""
    for event in events:
        theirs = [
            one.address
            for one in covered
            if one.kind is event.kind and event.group_id in one.reader.group_ids
        ]
        if event.reason != Reason.SETTING_OFF or not theirs:
            yield event
            continue
        for address in dict.fromkeys(theirs):
            yield replace(event, address=address, reason=Reason.DUPLICATE_ADDRESS.value)


def _marks(member: Member) -> frozenset[str]:
    """Return by what members are found to be alike: their folded name, and their addresses."""
    return keys_of(member) | ({fold_name(member.name)} if member.name else frozenset())


def _share_an_address(member: Member, other: Member) -> bool:
    return bool(keys_of(member) & keys_of(other)) and not _is_twin(member, other)


def _is_twin(member: Member, other: Member) -> bool:
    return bool(member.first_name and member.last_name) and fold_name(member.name) == fold_name(other.name)
