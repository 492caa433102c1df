"""Find who was told another start or place than holds, and gets no correction for want of an order. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _n
from cagette_notify.planning.announced import announces, as_told, latest, when_and_where
from cagette_notify.planning.called_off import command_to_those_told, is_of_another_group
from cagette_notify.planning.corrections import is_anothers_now, is_still_to_come
from cagette_notify.planning.plan_input import PlanIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.plan_input import PlanInput


class LeftUncorrected(Struct, frozen=True):
    """What an address heard last of a distribution, and what holds."""

    told: Entry
    distribution: Distribution
    group: Group

    @property
    def key(self) -> str:
        """What it is remembered by, once it was said: moved once more, it is said anew."""
        one = self.distribution
        return f"uncorrected {self.told.custom_id}, {one.starts_at.isoformat()} {one.place}"


def left_uncorrected(situation: PlanInput) -> tuple[LeftUncorrected, ...]:
    """Return an entry for each address that nothing corrects, nor will.

    Their order is gone, or is no member's any more: who has left the group, or whose row is set aside. Not
    where nobody can tell who is in the group, nor where another reader of the address hears what holds.
    """
    if not any(_is_otherwise(entry, situation) for entry in situation.entries):
        return ()  # before all is indexed for nothing
    index = PlanIndex(situation)
    left: dict[tuple[str, str], LeftUncorrected] = {}
    corrected: set[tuple[str, str]] = set()
    for (distribution_id, _member_id, address), announced in index.told.items():
        told, distribution = latest(announced), situation.distributions.get(distribution_id)
        if distribution is None or not _is_for_those(index, distribution, told):
            continue
        if announces(told, distribution) or _hears_of_it(index, distribution, told):
            corrected.add((distribution_id, address))
        else:
            group = situation.groups[distribution.group_id]
            left[distribution_id, address] = LeftUncorrected(told, as_told(distribution, told), group)
    return tuple(one for whose, one in left.items() if whose not in corrected)


def _is_otherwise(entry: Entry, situation: PlanInput) -> bool:
    distribution = situation.distributions.get(entry.key.distribution_id)
    is_told = entry.key.kind.traits.needs_order and entry.starts_at > situation.now
    return is_told and distribution is not None and not announces(entry, distribution)


def _is_for_those(index: PlanIndex, distribution: Distribution, told: Entry) -> bool:
    """Tell whether it takes place for the group that was told, and it is known who is in that."""
    situation = index.situation
    is_theirs = not is_of_another_group(told, situation.distributions, situation.groups)
    is_known = distribution.group_id in situation.members and not told.is_forgotten
    return is_theirs and is_known and is_still_to_come(index, distribution)


def _hears_of_it(index: PlanIndex, distribution: Distribution, told: Entry) -> bool:
    """Tell whether a correction leaves to whoever was told, or waits for the orders."""
    member = index.members.get((distribution.group_id, told.key.member_id))
    if member is None or is_anothers_now(index, member, told):
        return False
    are_ready = index.orders_are_ready(distribution.id)
    return not are_ready or index.may_have_order(distribution.id, member.id)


def of_uncorrected(left: Iterable[LeftUncorrected]) -> Iterator[tuple[Problem, list[LeftUncorrected]]]:
    """Say of which start and place people were told otherwise, to how many, and what to type; with whom."""
    heard: dict[tuple[str, str], list[LeftUncorrected]] = defaultdict(list)
    for one in left:
        zone = one.group.timezone
        told = when_and_where(zone, one.told.starts_at, one.told.place)
        heard[one.distribution.id, told].append(one)
    for (_id, told), those in heard.items():
        yield _in_words(those[0], told, len(those)), those


def _in_words(one: LeftUncorrected, told: str, count: int) -> Problem:
    distribution, group = one.distribution, one.group
    message = _n(
        "{distribution} was told to {count} address for {told}, and it is {now}: no correction goes there, "
        "as no order of a member is theirs any more; tell them: {command}",
        "{distribution} was told to {count} addresses for {told}, and it is {now}: no correction goes there, "
        "as no order of a member is theirs any more; tell them: {command}",
        count,
        distribution=distribution.id,
        told=told,
        now=when_and_where(group.timezone, distribution.starts_at, distribution.place),
        command=command_to_those_told(one.told, {distribution.id: distribution}, {group.id: group}),
    )
    return Problem(message, group_id=group.id, is_warning=True)
