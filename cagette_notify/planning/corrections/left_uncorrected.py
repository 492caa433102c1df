"""Find who was told otherwise than holds, and gets no correction for want of an order or a duty. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _n
from cagette_notify.planning.announced import announces, as_told, latest, sets_right, when_and_where
from cagette_notify.planning.corrections.called_off import command_to_those_told, is_of_another_group
from cagette_notify.planning.corrections.moved import is_anothers_now, is_still_to_come, is_their_matter
from cagette_notify.planning.plan_index import PlanIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.plan_input import PlanInput


class LeftUncorrected(Struct, frozen=True):
    """What an address heard last of a distribution, and what holds."""

    told: Entry
    distribution: Distribution
    group: Group

    @property
    def is_of_duty(self) -> bool:
        """Whether they heard of a duty of theirs, and not of an order."""
        return self.told.key.kind.traits.needs_duty

    @property
    def key(self) -> str:
        """What it is remembered by, once it was said: moved once more, it is said anew."""
        one = self.distribution
        return f"uncorrected {self.told.custom_id}, {one.starts_at.isoformat()} {one.place}"


def left_uncorrected(situation: PlanInput) -> tuple[LeftUncorrected, ...]:
    """Return an entry for each address that nothing corrects, nor will.

    Their order is gone, or it or their duty is no member's any more: who has left the group, or whose row is
    set aside. Not where nobody can tell who is in the group, nor where another reader of the address hears
    what holds.
    """
    if not any(_may_be_otherwise(entry, situation) for entry in situation.entries):
        return ()  # before all is indexed for nothing
    index = PlanIndex(situation)
    with_roles = {whose: those for whose, those in index.duties.told.items() if latest(those).roles}
    of_orders = _left_of(index, index.told, _is_right_of_order)
    of_duties = _left_of(index, with_roles, _is_right_of_duty)
    if of_orders:
        known = {*_set_right_since(situation, of_orders), *_corrected_as_duties(index, with_roles)}
        of_orders = {whose: one for whose, one in of_orders.items() if whose not in known}
    return tuple({**of_duties, **of_orders}.values())


def _left_of(
    index: PlanIndex,
    told: Mapping[tuple[str, str, str], Sequence[Entry]],
    is_right: Callable[[PlanIndex, Distribution, Sequence[Entry]], bool],
) -> dict[tuple[str, str], LeftUncorrected]:
    """Return what was told last to addresses of which no reader knows what ``is_right``, nor will."""
    situation = index.situation
    left: dict[tuple[str, str], LeftUncorrected] = {}
    corrected: set[tuple[str, str]] = set()
    for (distribution_id, _member_id, address), announced in told.items():
        last, distribution = latest(announced), situation.distributions.get(distribution_id)
        if distribution is None or not _is_for_those(index, distribution, last):
            continue
        if is_right(index, distribution, announced):
            corrected.add((distribution_id, address))
        else:
            group = situation.groups[distribution.group_id]
            believed = index.duties.as_heard(last)
            left[distribution_id, address] = LeftUncorrected(believed, as_told(distribution, believed), group)
    return {whose: one for whose, one in left.items() if whose not in corrected}


def _set_right_since(
    situation: PlanInput, left: Mapping[tuple[str, str], LeftUncorrected]
) -> Iterator[tuple[str, str]]:
    """Yield the addresses to which a notice of any kind has told since what holds."""
    for entry in situation.entries:
        one = left.get((entry.key.distribution_id, entry.key.address))
        if one and sets_right(entry, one.told, one.distribution):
            yield entry.key.distribution_id, entry.key.address


def _corrected_as_duties(
    index: PlanIndex, told: Mapping[tuple[str, str, str], Sequence[Entry]]
) -> Iterator[tuple[str, str]]:
    """Yield the addresses that hear what holds as the duty is corrected that they know of."""
    for (distribution_id, _member_id, address), announced in told.items():
        distribution = index.situation.distributions.get(distribution_id)
        if distribution and _is_right_of_duty(index, distribution, announced):
            yield distribution_id, address


def _may_be_otherwise(entry: Entry, situation: PlanInput) -> bool:
    distribution = situation.distributions.get(entry.key.distribution_id)
    if distribution is None or entry.starts_at <= situation.now:
        return False
    traits = entry.key.kind.traits
    return traits.needs_duty or (traits.needs_order and not announces(entry, distribution))


def _is_for_those(index: PlanIndex, distribution: Distribution, told: Entry) -> bool:
    """Tell whether it takes place for the group that was told, and it is known who is in that."""
    situation = index.situation
    is_theirs = not is_of_another_group(told, situation.distributions, situation.groups)
    is_known = distribution.group_id in situation.members and not told.is_forgotten
    return is_theirs and is_known and is_still_to_come(index, distribution)


def _is_right_of_order(index: PlanIndex, distribution: Distribution, announced: Sequence[Entry]) -> bool:
    """Tell whether what was told of it holds, or a correction leaves, or waits for the orders."""
    told = latest(announced)
    if announces(told, distribution):
        return True
    member = index.members.get((distribution.group_id, told.key.member_id))
    if member is None or is_anothers_now(index, member, told):
        return False
    return not index.orders_are_ready(distribution.id) or is_their_matter(index, member, announced)


def _is_right_of_duty(index: PlanIndex, distribution: Distribution, announced: Sequence[Entry]) -> bool:
    """Tell whether what was told of it holds, or whoever was told is a member, whom corrections reach."""
    told = latest(announced)
    member = index.members.get((distribution.group_id, told.key.member_id))
    is_theirs = member is not None and not is_anothers_now(index, member, told)
    return is_theirs or index.duties.holds(index.duties.as_heard(told), distribution)


def of_uncorrected(left: Iterable[LeftUncorrected]) -> Iterator[tuple[Problem, list[LeftUncorrected]]]:
    """Say what people were told that holds no more, to how many, and what to type; with whom."""
    heard: dict[tuple[str, str, bool], list[LeftUncorrected]] = defaultdict(list)
    for one in left:
        told = when_and_where(one.group.timezone, one.told.starts_at, one.told.place)
        heard[one.distribution.id, told, one.is_of_duty].append(one)
    for (id_, told, is_of_duty), those in heard.items():
        group, distribution = those[0].group, those[0].distribution
        values = {
            "distribution": id_,
            "told": told,
            "now": when_and_where(group.timezone, distribution.starts_at, distribution.place),
            "command": command_to_those_told(those[0].told, {id_: distribution}, {group.id: group}),
        }
        message = (_of_duty if is_of_duty else _of_order)(len(those), values)
        yield Problem(message, group_id=group.id, is_warning=True), those


def _of_order(count: int, values: Mapping[str, str]) -> str:
    return _n(
        "{distribution} was told to {count} address for {told}, and it is {now}: no correction goes there, "
        "as no order of a member is theirs any more; tell them: {command}",
        "{distribution} was told to {count} addresses for {told}, and it is {now}: no correction goes there, "
        "as no order of a member is theirs any more; tell them: {command}",
        count,
        **values,
    )


def _of_duty(count: int, values: Mapping[str, str]) -> str:
    if values["now"] == values["told"]:
        return _n(
            "{count} address was told of a duty at {distribution} ({told}) that is no member's any more: no "
            "correction goes there; tell them: {command}",
            "{count} addresses were told of duties at {distribution} ({told}) that are no member's any more: "
            "no correction goes there; tell them: {command}",
            count,
            **values,
        )
    return _n(
        "{count} address was told of a duty at {distribution} for {told}, and it is {now}: no correction "
        "goes there, as the duty is no member's any more; tell them: {command}",
        "{count} addresses were told of duties at {distribution} for {told}, and it is {now}: no correction "
        "goes there, as the duties are no member's any more; tell them: {command}",
        count,
        **values,
    )
