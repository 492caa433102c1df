"""Gather the evidence of what the plan owes a member: what was due, will be, or was told of what is ahead."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cagette_notify.core.notices import Reason
from cagette_notify.core.unsubscriptions import Act
from cagette_notify.delivery.ask_unsubscriptions import heard_of
from cagette_notify.helpdesk.identities import keys_of, person_of
from cagette_notify.ledger.first_runs import FirstRuns
from cagette_notify.ledger.history import HistoryBook
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from cagette_notify.planning.changed_ids.renumbered_members import as_told_to_few
from cagette_notify.planning.corrections.waiting_corrections import WaitingCorrection, waiting_corrections
from cagette_notify.planning.due_times import Window, windows_of
from cagette_notify.planning.orders.orders_ahead import active_by_order, is_unseen, may_hold_orders
from cagette_notify.planning.plan_input import PlanInput
from cagette_notify.planning.timeline import TimelineEvent, planned_events, windows_between
from cagette_notify.run.reading.duties_known import duties_known
from cagette_notify.run.reading.orders_known import orders_known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime, timedelta

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MailboxEvidence
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.planning.orders.orders_so_far import OrdersSoFar
    from cagette_notify.run.reading.duties_known import DutiesKnown
    from cagette_notify.run.reading.held_groups import Guard

_NO_NEWS = frozenset((Reason.NO_DUTY.value, Reason.NONE_VACANT.value))


class PlanEvidence:
    """Plans for one member after the other; what the ledger says of all of them is read once."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a plan is made from
        self,
        config: Config,
        roster: Roster,
        ledger: Ledger,
        occasions: DistributionEvidence,
        guard: Guard,
        now: datetime,
    ) -> None:
        """Read what holds for everybody."""
        self._config = config
        self._ledger = ledger
        self._roster = roster
        self._calendar = roster.calendar
        self._records = HistoryBook(ledger, config.account)
        self._occasions = occasions
        self._may_mean_others = guard.told_otherwise
        self._renumbered = {id_: found.as_accepted() for id_, found in guard.renumbered.items()}
        self._now = now
        self._told = frozenset(one.key.distribution_id for one in ledger.told_ahead(config.account, now))
        self._unsubscriptions = UnsubscriptionBook(ledger, config.account)
        self._recorded, self.heeded = self._unsubscriptions.standing(), self._unsubscriptions.attributed()
        self.unsubscribed = self._recorded
        self._forgotten, self._ledger_id = ledger.forgotten(config.account), ledger.ledger_id
        self._floors = FirstRuns(ledger, config.account, config.rules).floors(
            roster.calendar.groups, now, first_lookback=config.first_run_lookback
        )

    def hear(self, mailboxes: Iterable[MailboxEvidence]) -> None:
        """Let what Mailjet tells of addresses now count as what a run heard: the next one hears it, too."""
        heard = [
            one
            for box in mailboxes
            if box.contact and (at := box.contact.unsubscribed_at)
            if (first := self._written_to.get(box.mailbox.key))
            for one in heard_of(
                self._unsubscriptions, Act(box.mailbox.key, at), box.fates or (), first, self._now
            )
        ]
        self.unsubscribed = self._unsubscriptions.standing(heard) if heard else self._recorded

    @cached_property
    def _written_to(self) -> Mapping[str, datetime]:
        return self._unsubscriptions.addresses_written_to()

    def within(self, member: Member, span: timedelta) -> tuple[TimelineEvent, ...]:
        """Return what was and will be due to the member, ``span`` back and ahead."""
        mine = [one for one in self._calendar.distributions if one.group_id in member.group_ids]
        since, until = self._now - span, self._now + span
        return self._events(member, windows_between(mine, since, until, self._config.rules.spans))

    def of(self, member: Member, distribution: Distribution) -> tuple[TimelineEvent, ...]:
        """Return all that was and will be due to the member of one distribution."""
        return self._events(member, windows_of(distribution, self._config.rules.spans))

    def was_owed(self, member: Member, distribution: Distribution, kind: Kind) -> bool:
        """Tell whether that notice was due late enough to be this tool's to send."""
        floor = self._floors.of(distribution.group_id, kind, is_chosen=kind in member.settings)
        windows = windows_of(distribution, self._config.rules.spans)
        return any(window.kind is kind and window.due_at >= floor for window in windows)

    def told(self, member: Member, distribution: Distribution) -> Iterable[Entry]:
        """Return what was told of a distribution ahead, under the member's ids before and now."""
        return self._entries(member, [distribution.id]) if distribution.id in self._told else ()

    def heard(self, member: Member, distribution: Distribution) -> Iterable[Entry]:
        """Return all that is known of a distribution and the member, under their ids before and now."""
        return self._entries(member, [distribution.id])

    def heir_of(self, group_id: str, member_id: str, address: str) -> str | None:
        """Return the id that whoever was told under one, at that address, has today, if it is another."""
        found = self._renumbered.get(group_id)
        return found.heir_of(member_id, address) if found else None

    def waiting_corrections(
        self, member: Member, held: Collection[str], *, is_stopped: bool
    ) -> tuple[WaitingCorrection, ...]:
        """Return what the member was told otherwise, and can't hear yet; of ``held`` groups, too.

        Not of those of which it may have been told of another distribution.
        """
        recaps = [one for one in self._open_now(member) if one.kind.traits.needs_order]
        found = waiting_corrections(self._situation(member, recaps), held, is_stopped=is_stopped)
        return tuple(one for one in found if one.group.id not in self._may_mean_others)

    def waiting_for_duties(
        self, due: Iterable[TimelineEvent]
    ) -> Iterator[tuple[TimelineEvent, tuple[Problem, ...]]]:
        """Yield what of that waits until it is known who serves, with why nobody knows."""
        for event in due:
            if event.reason == Reason.WAITING_FOR_DUTIES and not event.is_guess:  # else it is over
                yield event, self._duties.why_unknown(event.group_id)

    def still_to_leave(self, member: Member) -> frozenset[tuple[Kind, str]]:
        """Return the notices that are due and not too late: an address that was corrected gets them."""
        return frozenset((window.kind, window.distribution.id) for window in self._open_now(member))

    def _open_now(self, member: Member) -> tuple[Window, ...]:
        mine = [one for one in self._calendar.distributions if one.group_id in member.group_ids]
        return windows_between(mine, self._now, self._now, self._config.rules.spans)

    def _entries(self, member: Member, distribution_ids: Collection[str]) -> tuple[Entry, ...]:
        entries = self._occasions.entries_for(member, keys_of(member), distribution_ids)
        return tuple(as_told_to_few(entries, self._renumbered, self._now))

    def _events(self, member: Member, windows: Iterable[Window]) -> tuple[TimelineEvent, ...]:
        """Return what is planned; that somebody has no duty, or nothing is vacant, is no news."""
        events = planned_events(self._situation(member, windows))
        return tuple(one for one in events if one.reason not in _NO_NEWS or one.is_correction)

    def ordered_ahead(self, member: Member) -> Iterator[tuple[Distribution, bool]]:
        """Yield what is ahead for which the member has, or may have, ordered; and whether that is known."""
        if not is_unseen(member, self._config.rules.inactive_after, self._now):
            return
        ahead = list(may_hold_orders([member], self._calendar.distributions, self._now))
        books = self._occasions.books_for(member, [one.id for one in ahead])
        for one in ahead:
            if active_by_order([member], [one], books, self._now):
                yield one, bool(books[one.id].lines)

    def _active(self, member: Member) -> frozenset[tuple[str, str]]:
        after = self._config.rules.inactive_after
        if not after or not is_unseen(member, after, self._now):
            return frozenset()
        ordered = self._records.last_order_at(person_of(member))
        is_active = (ordered and self._now - ordered <= after) or any(self.ordered_ahead(member))
        return frozenset((id_, member.id) for id_ in member.group_ids) if is_active else frozenset()

    @cached_property
    def _so_far(self) -> Mapping[str, OrdersSoFar]:
        """What is known of the orders of all that is open now."""
        spans, roster = self._config.rules.spans, self._roster
        return orders_known(
            *(self._config, self._calendar, self._ledger),
            windows_between(self._calendar.distributions, self._now, self._now, spans),
            roster.members,
            set_aside=roster.people_set_aside,
            now=self._now,
        )

    @cached_property
    def _duties(self) -> DutiesKnown:
        """Who serves, as far as that is known and believed."""
        roster = self._roster
        return duties_known(
            *(self._calendar, self._ledger, self._config.account, roster.members),
            set_aside=roster.people_set_aside,
            unread_groups=roster.stopped_groups,
            renumbered=self._renumbered,
            now=self._now,
        )

    @property
    def duty_problems(self) -> tuple[Problem, ...]:
        """What is wrong with single rows of the duties."""
        return () if self._duties.lists is None else self._duties.problems

    def _situation(self, member: Member, windows: Iterable[Window]) -> PlanInput:
        windows = tuple(windows)
        distributions = {window.distribution.id: window.distribution for window in windows}
        distributions |= {
            one.id: one
            for one in self._calendar.distributions
            if one.id in self._told and one.group_id in member.group_ids
        }
        return PlanInput(
            now=self._now,
            rules=self._config.rules,
            groups=self._calendar.groups,
            distributions=distributions,
            windows=windows,
            members=dict.fromkeys(member.group_ids, (member,)),
            books=self._occasions.books_for(member, distributions),
            entries=self._entries(member, distributions),
            floors=self._floors.by_group,
            kind_floors=self._floors.by_kind,
            active=self._active(member),
            so_far=self._so_far,
            forgotten=self._forgotten,
            ledger_id=self._ledger_id,
            duties=self._duties.lists,
            duties_held=self._duties.held,
            unsubscribed=self.unsubscribed,
        )
