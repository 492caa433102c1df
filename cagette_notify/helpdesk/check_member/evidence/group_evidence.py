"""Gather what is to be said of a member's groups: their data, and what holds them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.model import Group, Member, Sizes
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import UnreadGroup
from cagette_notify.helpdesk.identities import keys_of
from cagette_notify.planning.shrunken_exports import shrunken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.kinds import Kind
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
    from cagette_notify.ledger.known_people import KnownPeople
    from cagette_notify.run.reading.held_groups import Guard


class GroupEvidence:
    """The groups of one member after the other; ``before`` is how large their data were."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that tells of a group
        self,
        config: Config,
        roster: Roster,
        occasions: DistributionEvidence,
        guard: Guard,
        before: Mapping[str, Sizes],
        traces: KnownPeople,
        now: datetime,
    ) -> None:
        """Look at nothing yet."""
        self._config = config
        self._roster = roster
        self._occasions = occasions
        self._guard = guard
        self._before = before
        self._traces = traces
        self._now = now
        self._distributions = {one.id: one for one in roster.calendar.distributions}

    def of(self, member: Member) -> tuple[Group, ...]:
        """Return the member's groups, those that are served first."""
        known = self._roster.calendar.groups
        mine = (known[group_id] for group_id in member.group_ids if group_id in known)
        return tuple(sorted(mine, key=lambda group: group.disabled))

    def unread(self, member: Member) -> Iterator[UnreadGroup]:
        """Yield the groups in use whose lists can't be read: the member's own row may be in any."""
        groups = self._roster.calendar.groups
        unread: dict[str, list[Problem]] = defaultdict(list)
        for problem in self._roster.unread:
            if problem.group_id not in member.group_ids:
                unread[problem.group_id].append(problem)
        known = {id_ for address in keys_of(member) for id_, _member in self._traces.members_at(address)}
        for id_, problems in unread.items():
            group = groups.get(id_)
            if not (group and group.disabled):
                yield UnreadGroup(group.name if group else id_, tuple(problems), id_ in known)

    def holds(self, group_id: str) -> list[Problem]:
        """Return what holds a group: by its members, and by the orders that were read so far."""
        read, group = self._occasions.orders_counted(), self._roster.calendar.groups[group_id]
        before = Sizes(orders=self._before.get(group_id, Sizes()).orders)
        unread = (problem for problem in self._roster.unread if problem.group_id == group_id)
        whole = [self._distributions[id_] for id_ in read]
        return [
            *unread,
            *self._guard.of(group_id),
            *shrunken(group, before, Sizes(orders=read), self._now, orders_read=whole),
        ]

    def problems(self, member: Member) -> tuple[Problem, ...]:
        """Return what is wrong with rows of the member's groups and of their distributions."""
        found = self._roster.calendar.problems
        return tuple(one for one in found if one.group_id in member.group_ids and not one.is_warning)

    def kinds_caused(self, member: Member) -> Iterator[Kind]:
        """Yield the kinds that something in the data can cause, the basic ones whatever there is now."""
        mine = [one for one in self._roster.calendar.distributions if one.group_id in member.group_ids]
        for kind in self._config.rules.spans.kinds:
            traits = kind.traits
            if traits.is_basic or any(
                getattr(one, traits.moment) and not (traits.call_to_order and one.fixed) for one in mine
            ):
                yield kind
