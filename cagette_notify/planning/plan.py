"""Plan what is owed now, what is skipped and why, what came too late. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.model import AddressState, Mailbox, Member
from cagette_notify.core.notices import WAITING, Entry, Notice, NoticeKey, Reason, Skip, Status
from cagette_notify.planning.announced import latest
from cagette_notify.planning.corrections.duty_corrections import duty_corrections, late_duty_corrections
from cagette_notify.planning.corrections.final_recaps import notice_due, shows_order_so_far
from cagette_notify.planning.corrections.late_corrections import late_corrections
from cagette_notify.planning.corrections.moved import corrections
from cagette_notify.planning.corrections.told_before import ToldBefore
from cagette_notify.planning.orders.orders_so_far import OrdersSoFar
from cagette_notify.planning.plan_index import PlanIndex

if TYPE_CHECKING:
    from cagette_notify.planning.due_times import Window
    from cagette_notify.planning.plan_input import PlanInput


_BEFORE_UNSUBSCRIBED = frozenset(
    (Reason.CANCELLED, Reason.GROUP_DISABLED, Reason.FIXED_CONTRACT, Reason.SETTING_OFF)
)


class Owed(Struct, frozen=True):
    """A notice to send now, with the ledger's row for it where an earlier run got that far.

    Where it would have corrected what was ``told``, and came too late, whoever was told believes that.
    """

    notice: Notice
    entry: Entry | None = None
    told: Entry | None = None


class Plan(Struct, frozen=True):
    """What to send, what came too late, and who gets nothing for which reason."""

    owed: tuple[Owed, ...] = ()
    expired: tuple[Owed, ...] = ()
    skipped: tuple[Skip, ...] = ()


class _PlanSoFar(Struct):
    """A plan in the making."""

    told_before: ToldBefore
    owed: dict[NoticeKey, Owed] = field(default_factory=dict)
    expired: dict[NoticeKey, Owed] = field(default_factory=dict)
    skipped: list[Skip] = field(default_factory=list)


def plan(situation: PlanInput) -> Plan:
    """Return what every address is owed now.

    Each notice appears once: owed, expired, skipped with the first reason that holds, or not at all
    where the ledger has its fate already (refused for good, or in doubt and still to be settled).
    """
    index = PlanIndex(situation)
    draft = _PlanSoFar(ToldBefore(index), _corrections_owed(index), _corrections_too_late(index))
    for window in situation.windows:
        why_nobody = _why_nobody(index, window)
        addressed: set[str] = set()
        for member in situation.members.get(window.distribution.group_id, ()):
            reason = why_nobody or _why_not_the_member(index, window, member)
            _look_at(index, draft, window, member, reason=reason, addressed=addressed)
    return Plan(tuple(draft.owed.values()), tuple(draft.expired.values()), tuple(draft.skipped))


def _corrections_owed(index: PlanIndex) -> dict[NoticeKey, Owed]:
    found = (
        (notice, index.entries.get(notice.key))
        for notice in chain(corrections(index), duty_corrections(index))
    )
    return {notice.key: Owed(notice, entry) for notice, entry in found if index.is_open_to_send(entry)}


def _corrections_too_late(index: PlanIndex) -> dict[NoticeKey, Owed]:
    late = chain(late_corrections(index), late_duty_corrections(index))
    found = ((notice, index.entries.get(notice.key), told) for notice, told in late)
    return {
        notice.key: Owed(notice, entry, told)
        for notice, entry, told in found
        if index.is_open_to_send(entry) and (entry is None or entry.status is not Status.EXPIRED)
    }


def _look_at(  # noqa: PLR0913 - one member's case: the window, what speaks against it, who was served
    index: PlanIndex,
    draft: _PlanSoFar,
    window: Window,
    member: Member,
    *,
    reason: Reason | None,
    addressed: set[str],
) -> None:
    """Decide about one member, address by address.

    ``reason`` is what speaks against the member as a whole, said once. ``told`` holds the addresses
    that have this notice: what the whole group is told is enough once for two members who share an
    address, while each needs the recap of their own order.
    """
    seen = addressed if window.kind.traits.told_to_group else set()
    unserved = []
    for mailbox in member.mailboxes:
        notice = notice_due(index, window, member, mailbox)
        if _is_corrected(index, draft, notice):
            continue
        if standing := _standing(index, notice):
            if standing is Status.SENT:
                _skip(index, draft, notice, Reason.ALREADY_SENT)
        elif _is_unsubscribed(index, notice, reason):
            _skip(index, draft, notice, Reason.UNSUBSCRIBED)
        elif reason:
            unserved += [notice] if _is_unserved(index, draft, notice, reason) else []
        elif index.is_open_to_send(index.entries.get(notice.key)):
            why = _why_not_the_address(index, draft, notice, seen)
            _decide(index, draft, notice, why)
            seen |= set() if why is Reason.SUPERSEDED else {mailbox.key}
    unserved = unserved if member.mailboxes else [index.notice(window, member, Mailbox(""))]
    _skip_member(index, draft, unserved, reason)


def _skip_member(index: PlanIndex, draft: _PlanSoFar, unserved: list[Notice], reason: Reason | None) -> None:
    """Say once what speaks against a member as a whole, of an address that could be written to if any can."""
    if not (reason and unserved):
        return
    usable = [one for one in unserved if one.mailbox.state is AddressState.USABLE]
    addresses = len({one.mailbox.key for one in usable} - {""})
    _skip(index, draft, (usable or unserved)[0], reason, addresses=addresses)


def _is_unsubscribed(index: PlanIndex, notice: Notice, reason: Reason | None) -> bool:
    """Tell whether the address lacks a notice as it stopped that kind, and for nothing looked at before."""
    is_first = index.is_unsubscribed(notice) and reason not in _BEFORE_UNSUBSCRIBED
    return is_first and index.is_open_to_send(index.entries.get(notice.key))


def _is_corrected(index: PlanIndex, draft: _PlanSoFar, notice: Notice) -> bool:
    """Tell whether a correction stands for it: one that came too late to what is still to come does not."""
    late = draft.expired.get(notice.key) if index.situation.now >= notice.too_late_at else None
    planned = draft.owed.get(notice.key) or late
    return planned is not None and planned.notice.correction


def _is_unserved(index: PlanIndex, draft: _PlanSoFar, notice: Notice, reason: Reason) -> bool:
    """Tell whether an address lacks a notice for that reason.

    What waited for its orders until it was over lacks nobody who was told under an id, or at an address,
    that is gone.
    """
    has_waited = reason is Reason.WAITING_FOR_ORDERS and index.situation.now >= notice.too_late_at
    if has_waited and draft.told_before.reached(notice):
        return False
    return index.is_open_to_send(index.entries.get(notice.key))


def _decide(index: PlanIndex, draft: _PlanSoFar, notice: Notice, reason: Reason | None) -> None:
    key = notice.key
    entry = index.entries.get(key)
    if reason:
        _skip(index, draft, notice, reason)
    elif index.situation.now < notice.too_late_at:
        draft.owed[key] = Owed(notice, entry)
    elif draft.told_before.reached(notice):
        return
    elif not entry or entry.status is not Status.EXPIRED or entry.too_late_at < notice.too_late_at:
        # What never left keeps its key when it is put off: missed once more, it is another miss.
        draft.expired[key] = Owed(notice, entry)


def _standing(index: PlanIndex, notice: Notice) -> Status | None:
    """Return how the address has this notice, or may have it; None if it surely has not."""
    key = notice.key
    if index.is_forgotten(key):
        return Status.SENT
    entry = index.entries.get(key)
    if entry and index.may_have_arrived(entry):
        return entry.status
    announced = index.told_to(key)
    if not announced or not index.still_holds(latest(announced), notice.distribution):
        return None
    # Moved away and back before a correction left: what they were told still holds.
    holds = (
        earlier.status
        for earlier in announced
        if earlier.key.kind is notice.kind
        and not earlier.is_of_anothers_order
        and index.still_holds(earlier, notice.distribution)
        and not shows_order_so_far(earlier, notice.distribution, notice.due_at)
    )
    return next(holds, None)


def _why_nobody(index: PlanIndex, window: Window) -> Reason | None:
    distribution = window.distribution
    if distribution.cancelled:
        return Reason.CANCELLED
    if index.situation.groups[distribution.group_id].disabled:
        return Reason.GROUP_DISABLED
    return Reason.FIXED_CONTRACT if window.kind.traits.call_to_order and distribution.fixed else None


def _why_not_the_member(index: PlanIndex, window: Window, member: Member) -> Reason | None:
    traits, distribution_id = window.kind.traits, window.distribution.id
    has_orders = not traits.needs_order or index.orders_are_ready(distribution_id)
    is_on = index.wants(member, window.kind, window.distribution.group_id)
    if not is_on or _was_off_in_time(index, window, member):
        return Reason.SETTING_OFF
    if traits.without_order and (reason := _why_no_reminder(index, distribution_id, member)):
        return reason
    # Whoever serves is active, and whoever ordered, which can't be known before the orders are there.
    if has_orders and not traits.needs_duty and index.is_inactive(member, distribution_id):
        return Reason.INACTIVE
    if traits.needs_order and (reason := _why_no_recap(index, window, member)):
        return reason
    if traits.reads_duties and (reason := _why_no_duty(index, window, member)):
        return reason
    return None if member.mailboxes or not has_orders else Reason.NO_ADDRESS


def _was_off_in_time(index: PlanIndex, window: Window, member: Member) -> bool:
    """Tell whether a member turned on what is off for others only on a day after it was too late."""
    setting, group_id = member.settings.get(window.kind), window.distribution.group_id
    if setting is None or not setting.changed_on:
        return False
    if index.situation.rules.default_of(member, window.kind, group_id):
        return False
    zone = index.situation.groups[group_id].timezone
    return window.too_late_at.astimezone(zone).date().isoformat() < setting.changed_on


def _why_no_recap(index: PlanIndex, window: Window, member: Member) -> Reason | None:
    distribution_id = window.distribution.id
    if not index.orders_are_ready(distribution_id):
        was_known = index.order_was_known(distribution_id, member.id)
        return None if was_known else Reason.WAITING_FOR_ORDERS
    if index.order_is_unknown(distribution_id, member.id):
        is_over = index.situation.now >= window.too_late_at
        is_missed = is_over and index.order_is_unreadable(distribution_id, member.id)
        return None if is_missed else Reason.WAITING_FOR_ORDERS
    return None if index.has_order(distribution_id, member.id) else Reason.NO_ORDER


def _why_no_duty(index: PlanIndex, window: Window, member: Member) -> Reason | None:
    distribution = window.distribution
    if not index.duties.are_known(distribution.group_id):
        return Reason.WAITING_FOR_DUTIES
    if window.kind.traits.needs_duty:
        return None if index.duties.roles(distribution.id, member.id) else Reason.NO_DUTY
    if not index.duties.vacant(distribution):  # a row that is lacking takes a place, and frees none
        return Reason.NONE_VACANT
    return Reason.WAITING_FOR_DUTIES if index.duties.may_lack(distribution) else None


def _why_no_reminder(index: PlanIndex, distribution_id: str, member: Member) -> Reason | None:
    so_far = index.situation.so_far.get(distribution_id, OrdersSoFar())
    if so_far.is_being_written:
        return Reason.WAITING_FOR_ORDERS
    return Reason.HAS_ORDER if member.id in so_far.with_order else None


def _why_not_the_address(
    index: PlanIndex, draft: _PlanSoFar, notice: Notice, seen: set[str]
) -> Reason | None:
    if notice.mailbox.state is AddressState.PLACEHOLDER:
        return Reason.PLACEHOLDER_ADDRESS
    if notice.mailbox.state is AddressState.INVALID:
        return Reason.INVALID_ADDRESS
    if notice.mailbox.key in seen:
        return Reason.DUPLICATE_ADDRESS
    if _is_left_to_the_past(index, notice):
        return Reason.BEFORE_FIRST_RUN
    return Reason.SUPERSEDED if _is_superseded(index, draft, notice) else None


def _is_left_to_the_past(index: PlanIndex, notice: Notice) -> bool:
    """Tell whether it was due before a first run, and no run has claimed it since, or put it off."""
    entry = index.entries.get(notice.key)
    was_tried = entry is not None and (entry.claimed_at is not None or entry.status is Status.DEFERRED)
    return index.is_before_first_run(notice) and not was_tried


def _is_held_back(index: PlanIndex, notice: Notice, reason: Reason, *, is_told: bool) -> bool:
    """Tell whether a first run holds it back, or will once what it waits for is there."""
    if reason not in WAITING:
        return reason is Reason.BEFORE_FIRST_RUN
    return not is_told and _is_left_to_the_past(index, notice)


def _is_superseded(index: PlanIndex, draft: _PlanSoFar, notice: Notice) -> bool:
    """Tell whether another notice stands for this one: the recap of four hours before for that of the day.

    An opening leaves to the address, whoever of those who read it has it on, and was looked at before.
    """
    kind = notice.kind.traits.superseded_by
    window = index.windows.get((kind, notice.distribution.id)) if kind else None
    if kind is None or window is None:
        return False
    other = notice_due(index, window, notice.member, notice.mailbox)
    has_had_it = _standing(index, other) is not None
    if window.due_at > notice.due_at:
        return has_had_it or (
            index.wants(notice.member, kind, notice.group.id) and not index.is_unsubscribed(other)
        )
    return _left_since(index, other, notice) if has_had_it else other.key in draft.owed


def _left_since(index: PlanIndex, opening: Notice, notice: Notice) -> bool:
    """Tell whether what was due first left only once this notice was due, too: it says the same."""
    left_at = index.left_at(opening.key)
    return left_at is not None and left_at >= notice.due_at


def _skip(index: PlanIndex, draft: _PlanSoFar, notice: Notice, reason: Reason, *, addresses: int = 1) -> None:
    # What waited for its orders to the end is noted, too: else nobody knows that a mail is missing.
    # Of what was told otherwise a correction was owed, however long ago it was due.
    told = index.told_to(notice.key)
    is_ours = bool(told) or not index.is_before_first_run(notice)
    has_waited = reason is Reason.WAITING_FOR_ORDERS and is_ours
    if index.situation.now >= notice.too_late_at and not has_waited:
        return
    draft.skipped.append(
        Skip(
            notice.kind,
            notice.group.id,
            notice.distribution.id,
            notice.member.id,
            notice.mailbox.address,
            reason,
            notice.occasion,
            is_held_back=_is_held_back(index, notice, reason, is_told=bool(told))
            and not _is_superseded(index, draft, notice),
            is_correction=reason is not Reason.ALREADY_SENT
            and any(one.key.kind is notice.kind for one in told)
            and not index.still_holds(latest(told), notice.distribution),
            addresses=addresses,
        )
    )
