"""Tell what a change of a member's settings changes for the distributions ahead. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.formatting import clock, long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.model import AddressState, Distribution, Group, Member
from cagette_notify.planning.due_times import Window, windows_of
from cagette_notify.planning.shared_addresses import covered_by_others, covered_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cagette_notify.core.notices import NoticeRules

EFFECTS_AHEAD = timedelta(days=30)
_SHOWN = 12  # a month of weekly distributions, three notices each


class Turn(str, Enum):
    """What becomes of a notice by a change."""

    LEAVES = "leaves"  # when it is due
    LEAVES_NOW = "leaves_now"  # it is due already
    COVERED = "covered"  # it leaves to an address by way of another member who reads it
    STAYS = "stays"
    STAYS_NOW = "stays_now"  # it is due already, and may have left
    SUPERSEDED = "superseded"

    __str__ = str.__str__


class Effect(Struct, frozen=True):
    """A notice that a change concerns. ``due_at`` is in the group's time zone."""

    kind: Kind
    distribution_id: str
    due_at: datetime
    turn: Turn
    covered: tuple[str, ...] = ()  # the addresses that get it all the same


class EffectsInput(Struct, frozen=True):
    """What the effects of a change depend on besides the member. ``others`` may read their addresses."""

    now: datetime
    rules: NoticeRules
    groups: Mapping[str, Group]
    distributions: tuple[Distribution, ...]
    others: tuple[Member, ...] = ()


def changed_kinds(before: Member, after: Member, rules: NoticeRules) -> tuple[Kind, ...]:
    """Return the kinds that are on now and were off before, or the other way round."""
    return tuple(kind for kind in NOTICE_KINDS if rules.wants(before, kind) is not rules.wants(after, kind))


def effects(before: Member, after: Member, effects_input: EffectsInput) -> tuple[Effect, ...]:
    """Return the notices of the next 30 days' distributions that a change concerns, the next one first."""
    changed = changed_kinds(before, after, effects_input.rules)
    found = [
        _effect(window, after, effects_input)
        for distribution in effects_input.distributions
        if distribution.group_id in after.group_ids and _takes_place(distribution, effects_input)
        for window in windows_of(distribution, effects_input.rules.spans)
        if window.kind in changed and _may_still_leave(window, effects_input.now)
    ]
    return tuple(sorted(found, key=lambda effect: effect.due_at))


def effects_in_words(found: Sequence[Effect]) -> Iterator[str]:
    """Yield a line for each effect, no more than one reads."""
    for effect in found[:_SHOWN]:
        yield _sentence(effect)
    if len(found) > _SHOWN:
        yield _("and {count} more", count=len(found) - _SHOWN)


def obstacles(member: Member, changed: Iterable[Kind], effects_input: EffectsInput) -> Iterator[str]:
    """Yield why notices that were turned on may not leave all the same, and those turned off may."""
    changed = tuple(changed)
    rules, now = effects_input.rules, effects_input.now
    covered = covered_by_others(member, effects_input.others, rules, now)
    yield from covered_in_words(one for one in covered if one.kind in changed)
    turned_on = [kind for kind in changed if rules.wants(member, kind)]
    if turned_on and not any(mailbox.state is AddressState.USABLE for mailbox in member.mailboxes):
        yield _("but no notice can leave: there is no usable address")
    limit, seen = effects_input.rules.inactive_after, member.last_seen
    if limit and seen and effects_input.now - seen > limit:
        day = long_day(seen.date(), spoken())
        yield from (_(kind.traits.if_inactive, day=day) for kind in turned_on if kind.traits.if_inactive)


def _takes_place(distribution: Distribution, effects_input: EffectsInput) -> bool:
    is_ahead = effects_input.now < distribution.starts_at <= effects_input.now + EFFECTS_AHEAD
    return is_ahead and distribution.is_on(effects_input.groups)


def _may_still_leave(window: Window, now: datetime) -> bool:
    if window.kind.traits.call_to_order and window.distribution.fixed:
        return False
    return window.too_late_at > max(now, window.due_at)


def _effect(window: Window, member: Member, effects_input: EffectsInput) -> Effect:
    distribution = window.distribution
    local = window.due_at.astimezone(effects_input.groups[distribution.group_id].timezone)
    covered = _covered(window, member, effects_input)
    turn = Turn.COVERED if covered else _turn(window, member, effects_input)
    return Effect(window.kind, distribution.id, local, turn, covered)


def _covered(window: Window, member: Member, effects_input: EffectsInput) -> tuple[str, ...]:
    near = [one for one in effects_input.others if window.distribution.group_id in one.group_ids]
    found = covered_by_others(member, near, effects_input.rules, effects_input.now)
    return tuple(dict.fromkeys(one.address for one in found if one.kind is window.kind))


def _turn(window: Window, member: Member, effects_input: EffectsInput) -> Turn:
    is_open = window.is_open(effects_input.now)
    if not effects_input.rules.wants(member, window.kind, window.distribution.group_id):
        return Turn.STAYS_NOW if is_open else Turn.STAYS
    if _is_superseded(window, member, effects_input):
        return Turn.SUPERSEDED
    return Turn.LEAVES_NOW if is_open else Turn.LEAVES


def _is_superseded(window: Window, member: Member, effects_input: EffectsInput) -> bool:
    """Tell whether a later one is due, too, and leaves alone; or one that is due at the same moment."""
    kind, now = window.kind.traits.superseded_by, effects_input.now
    others = (one for one in windows_of(window.distribution, effects_input.rules.spans) if one.kind is kind)
    return any(
        effects_input.rules.wants(member, other.kind, window.distribution.group_id)
        and (
            other.due_at == window.due_at or (other.due_at > window.due_at and _both_open(window, other, now))
        )
        for other in others
    )


def _both_open(window: Window, other: Window, now: datetime) -> bool:
    return window.is_open(now) and other.is_open(now)


def _sentence(effect: Effect) -> str:
    fields = {
        "kind": label(effect.kind.value),
        "id": effect.distribution_id,
        "day": long_day(effect.due_at.date(), spoken()),
        "time": clock(effect.due_at, spoken()),
    }
    if effect.turn is Turn.COVERED:
        addresses = ", ".join(effect.covered)
        return _(
            "{kind} of {id}, due on {day} at {time}: leaves all the same to {addresses}",
            addresses=addresses,
            **fields,
        )
    if effect.turn is Turn.STAYS:
        return _("{kind} of {id}, due on {day} at {time}: does not leave", **fields)
    if effect.turn is Turn.STAYS_NOW:
        return _(
            "{kind} of {id}, due since {day} at {time}: no longer leaves, if it has not left yet", **fields
        )
    if effect.turn is Turn.SUPERSEDED:
        return _(
            "{kind} of {id}: does not leave, as {other} is due too and says the same",
            other=label(str(effect.kind.traits.superseded_by)),
            **fields,
        )
    return _departure(effect, fields)


def _departure(effect: Effect, fields: Mapping[str, str]) -> str:
    traits = effect.kind.traits
    condition = _(traits.leaves_if) if traits.leaves_if else ""
    if effect.turn is Turn.LEAVES and condition:
        return _("{kind} of {id}: leaves on {day} at {time}, {condition}", condition=condition, **fields)
    if effect.turn is Turn.LEAVES:
        return _("{kind} of {id}: leaves on {day} at {time}", **fields)
    if condition and not traits.without_order:
        return _(
            "{kind} of {id}: is due now and leaves with the next run of send-due, {condition}, "
            "and unless it has left already",
            condition=condition,
            **fields,
        )
    return _(
        "{kind} of {id}: is due now and leaves with the next run of send-due, unless it has left already",
        **fields,
    )
