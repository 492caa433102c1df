"""Word what came to a member in the last 30 days, and what will come in the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.names import with_day
from cagette_notify.cli.tables import listed
from cagette_notify.core.formatting import brief_instant
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.labels import notice_label
from cagette_notify.core.mailjet_fates import fate_in_words
from cagette_notify.core.model import AddressState
from cagette_notify.core.notices import SKIPPED, Reason, Status
from cagette_notify.core.text import one_line
from cagette_notify.planning.timeline import HELD, WILL_SEND, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Mailbox
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import LetterToOthers

_UNREACHABLE = {
    AddressState.PLACEHOLDER: Reason.PLACEHOLDER_ADDRESS.value,
    AddressState.INVALID: Reason.INVALID_ADDRESS.value,
}
_OF_A_PERSON = frozenset(
    reason.value
    for reason in (
        *(Reason.CANCELLED, Reason.GROUP_DISABLED, Reason.FIXED_CONTRACT, Reason.SETTING_OFF),
        *(Reason.INACTIVE, Reason.WAITING_FOR_ORDERS, Reason.NO_ORDER),
        *(Reason.WAITING_FOR_DUTIES, Reason.NO_DUTY, Reason.NONE_VACANT),
    )
)
"""Why a person gets nothing, whatever their address."""

_THOUGH_OFF = frozenset(
    (Reason.CANCELLED, Reason.GROUP_DISABLED, Reason.FIXED_CONTRACT, Reason.SETTING_OFF),
)
"""Why nobody gets a notice, or this one doesn't: so it is found of what is off, too."""
_OF_OTHERS = frozenset((Reason.NO_DUTY.value, Reason.NONE_VACANT.value))


def timeline_in_lines(case: MemberEvidence, blocked: Collection[str], *, verbose: bool) -> Iterator[str]:
    """Yield two tables: what left, or did not and why, and what will; it reaches none of the ``blocked``."""
    past, ahead = (
        _telling(case, for_each_address(case, events), verbose=verbose)
        for events in (case.history, case.ahead)
    )
    yield from _table(_("The last 30 days:"), case, past, _came_to)
    yield from _table(_("The next 30 days:"), case, ahead, partial(_will_arrive, blocked))
    if case.letters_to_others:
        rows = [_cells_of_letter(case, one) for one in case.letters_to_others]
        yield from ("", _("The newest letters of which they are no reader:"), *listed(rows))


def _cells_of_letter(case: MemberEvidence, letter: LetterToOthers) -> tuple[str, ...]:
    left = _("left") if case.is_mailed else _("written")
    return (
        _minute(case, letter.at),
        one_line(letter.subject),
        _("to {lists}", lists=letter.lists),
        _("planned") if letter.is_planned else left,
    )


def for_each_address(case: MemberEvidence, events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    """Name each address of the household, that of whoever asks first, where none of them gets a notice.

    The plan and the ledger say once of a person that they get nothing, and name the first address.
    """
    events = list(events)
    named = {_named(one, one.address) for one in events}
    boxes = sorted((box.mailbox for box in case.mailboxes), key=lambda box: not case.is_askers(box))
    return [
        replace(event, address=box.address) if box else event
        for event in events
        for box in _of_whom_it_is_so(event, boxes, named)
    ]


def _telling(case: MemberEvidence, events: Iterable[TimelineEvent], *, verbose: bool) -> list[TimelineEvent]:
    """Leave out notices that are off for everybody who chose nothing, and the duties of others.

    They would be on every line.
    """
    return [
        one
        for one in events
        if verbose or not (one.reason in _OF_OTHERS or (one.reason in _THOUGH_OFF and _is_unasked(case, one)))
    ]


def _is_unasked(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether a notice is off for who chose nothing, as they have, or had not chosen it yet."""
    if case.defaults[event.kind] or case.held_by(event.kind):
        return False
    setting = case.member.settings.get(event.kind)
    return setting is None or setting.is_unread or _was_off_then(case, event)


def _was_off_then(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether a notice was off that is on today, or that a later row holds back."""
    if event.reason != Reason.SETTING_OFF or event.at > case.now:
        return False
    held = case.held_by(event.kind)
    return held.changed_on > case.day(event.at) if held else case.is_on(event.kind)


def _of_whom_it_is_so(
    event: TimelineEvent, boxes: Sequence[Mailbox], named: Collection[tuple[Kind, str, str, bool]]
) -> Sequence[Mailbox | None]:
    """Return the mailboxes that an event is about; None for the one that it names."""
    key = event.address.casefold()
    if event.reason not in _OF_A_PERSON or all(box.key != key for box in boxes):
        return [None]
    return [box for box in boxes if box.key == key or _named(event, box.address) not in named]


def _named(event: TimelineEvent, address: str) -> tuple[Kind, str, str, bool]:
    return event.kind, event.distribution_id, address.casefold(), event.is_correction


def _table(
    title: str,
    case: MemberEvidence,
    events: Iterable[TimelineEvent],
    what: Callable[[MemberEvidence, TimelineEvent], str],
) -> Iterator[str]:
    # A correction stands for two recaps, in one mail; two of a minute are two mails.
    rows = dict.fromkeys((event.custom_id, _cells(case, event, what(case, event))) for event in events)
    if rows:
        yield from ("", title, *listed([cells for _custom_id, cells in rows]))


def _cells(case: MemberEvidence, event: TimelineEvent, what: str) -> tuple[str, ...]:
    return (
        _minute(case, event.at),
        notice_label(event.kind.value, is_correction=event.is_correction),
        _occasion(case, event),
        one_line(event.address),
        what,
    )


def _occasion(case: MemberEvidence, event: TimelineEvent) -> str:
    starts_at = case.starts.get(event.distribution_id)
    if not starts_at:
        return one_line(event.distribution_id or event.subject)
    return with_day(event.distribution_id, starts_at.astimezone(case.zone).date(), _today(case))


def _today(case: MemberEvidence) -> date:
    return case.now.astimezone(case.zone).date()


def _minute(case: MemberEvidence, at: datetime) -> str:
    return brief_instant(at.astimezone(case.zone), _today(case), spoken())


def _will_arrive(blocked: Collection[str], case: MemberEvidence, event: TimelineEvent) -> str:
    if event.address.casefold() in blocked and _may_leave(case, event):
        return _("would not arrive: Mailjet blocks the address")
    return _will_come_to(case, event)


def _may_leave(case: MemberEvidence, event: TimelineEvent) -> bool:
    hangs_on_order = _needs_order(case, event) or _waits_for_orders_to_come(case, event)
    return event.status == WILL_SEND or (hangs_on_order and event.group_id not in case.held)


def _will_come_to(case: MemberEvidence, event: TimelineEvent) -> str:
    if event.status == WILL_SEND:
        return _will_leave(case, event)
    reason, is_held = event.reason, event.status == HELD
    if is_held or reason == Reason.WAITING_FOR_DUTIES:
        return _of_held(case, event) if is_held else _("waits until it is known who serves")
    by = [one.reader for one in case.covered if (one.kind, one.address) == (event.kind, event.address)]
    if reason == Reason.DUPLICATE_ADDRESS and by:
        return _("already covered by {who}", who=one_line(f"{by[0].name} ({by[0].handle})".strip()))
    needs_order = _needs_order(case, event)
    if needs_order or _waits_for_orders_to_come(case, event):
        if case.has_usable_address:
            if event.group_id in case.held:
                return _("will not leave while the group is held")
            return (
                _("leaves if there is an order by then")
                if needs_order
                else _("leaves once the orders are there, if there is one")
            )
        states = [box.state for box in case.member.mailboxes]
        reason = _UNREACHABLE[states[0]] if states else Reason.NO_ADDRESS.value
    return _("will not leave: {reason}", reason=_why(case, event, reason))


def _needs_order(case: MemberEvidence, event: TimelineEvent) -> bool:
    cant_come = case.closed | case.without_orders
    return event.reason == Reason.NO_ORDER and event.distribution_id not in cant_come


def _of_held(case: MemberEvidence, event: TimelineEvent) -> str:
    if event in case.letters and event.group_id not in case.held:
        return _("planned, and waits: status says for what")
    return _("will not leave while the group is held")


def _will_leave(case: MemberEvidence, event: TimelineEvent) -> str:
    if event in case.letters:
        return _("planned; leaves to whoever is in its list then, and so to them as things stand")
    closes_at = case.to_export.get(event.distribution_id) if event.kind.traits.needs_order else None
    if closes_at and closes_at < event.at:
        return _("leaves once the orders are exported, after their close")
    if event.kind.traits.without_order and event.at > case.now:
        return _("leaves unless an order is known by then")
    return _("will leave")


def _waits_for_orders_to_come(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether the orders are not due yet: their export is fetched once everybody has ordered."""
    unread = {one.distribution.id for one in case.unread_orders}
    return event.reason == Reason.WAITING_FOR_ORDERS and event.distribution_id not in unread


def _came_to(case: MemberEvidence, event: TimelineEvent) -> str:
    if event.fate:
        return _with_reason(one_line(fate_in_words(event.fate)), "", event)
    if event.status == WILL_SEND:
        return _("will leave")
    is_sure = event.reason == Reason.BEFORE_FIRST_RUN or _was_off_then(case, event)  # its hour tells
    if event.status == SKIPPED and event.is_guess and not is_sure:
        reason = _why(case, event, event.reason)
        return _("not sent; by today's data and settings: {reason}", reason=reason)
    if event.status == SKIPPED:
        return _("not sent: {reason}", reason=_why(case, event, event.reason))
    words = {
        Status.SENT.value: _("left") if case.is_mailed else _("written"),
        Status.FAILED.value: _("refused for good"),
        Status.DEFERRED.value: _("does not leave by itself")
        if event.custom_id in case.at_rest
        else _("waits for the next run"),
        Status.IN_DOUBT.value: _("in doubt"),
        Status.CLAIMED.value: _("in doubt"),
        Status.EXPIRED.value: _("came too late, not sent"),
        Status.DROPPED.value: _("was not owed any more then")
        if _is_owed_again(case, event)
        else _("no longer owed, not tried again"),
    }
    return _with_reason(
        words.get(event.status, event.status), _reasons().get(event.reason, event.reason), event
    )


def _is_owed_again(case: MemberEvidence, event: TimelineEvent) -> bool:
    return any(
        (one.kind, one.distribution_id, one.address.casefold())
        == (event.kind, event.distribution_id, event.address.casefold())
        and one.status in {WILL_SEND, HELD}
        for one in case.upcoming
    )


def _with_reason(said: str, reason: str, event: TimelineEvent) -> str:
    reason = reason or (_("a row of the order could not be read") if event.is_incomplete else "")
    return _("{what}: {reason}", what=said, reason=one_line(reason)) if reason else said


def _why(case: MemberEvidence, event: TimelineEvent, reason: str) -> str:
    """Word a reason; what kept a notice away once may not be what a look at today's data finds."""
    if reason == Reason.NO_ORDER and event.distribution_id in case.without_orders:
        return _("no orders: are named for it")
    unread = {one.distribution.id for one in case.unread_orders}
    waits = {waiting.distribution_id for waiting, _book in case.waiting}
    is_of_today = event.is_guess or event.at > case.now or event.distribution_id in waits
    if reason == Reason.WAITING_FOR_ORDERS and event.distribution_id in unread and is_of_today:
        return _("a row of this order can't be read")
    if _was_off_then(case, event):
        return _("this notice was not on")
    if reason == Reason.SETTING_OFF and (held := case.held_by(event.kind)):
        file, line = held.origin.file, held.origin.line
        return _("held back until {file}:{line} can be read", file=file, line=line)
    return _reasons().get(reason, reason)


def _reasons() -> dict[str, str]:
    return {
        Reason.CANCELLED.value: _("the distribution is cancelled"),
        Reason.GROUP_DISABLED.value: _("the group is disabled"),
        Reason.FIXED_CONTRACT.value: _("fixed contracts, nothing to order"),
        Reason.SETTING_OFF.value: _("this notice is off"),
        Reason.UNSUBSCRIBED.value: _("unsubscribed with Mailjet's link"),
        Reason.INACTIVE.value: _("inactive"),
        Reason.WAITING_FOR_ORDERS.value: _("the orders were not there, too old or in part illegible"),
        Reason.NO_ORDER.value: _("no order"),
        Reason.HAS_ORDER.value: _("an order was known by then"),
        Reason.WAITING_FOR_DUTIES.value: _("who serves could not be read, or was not believed"),
        Reason.NO_DUTY.value: _("no duty that day"),
        Reason.NONE_VACANT.value: _("no place was vacant"),
        Reason.NO_ADDRESS.value: _("no address"),
        Reason.PLACEHOLDER_ADDRESS.value: _("no address (a placeholder)"),
        Reason.INVALID_ADDRESS.value: _("the address is invalid"),
        Reason.DUPLICATE_ADDRESS.value: _("the same address gets it already"),
        Reason.BEFORE_FIRST_RUN.value: _("due before such mails were first sent here"),
        Reason.SUPERSEDED.value: _("another notice says the same"),
        Reason.NO_MEMBER.value: _("the member was not in the group any more"),
        Reason.ADDRESS_GONE.value: _("the address was not in the data any more"),
        Reason.NO_DISTRIBUTION.value: _("the distribution was not in the data any more"),
        Reason.MOVED.value: _("the distribution was moved"),
        Reason.EXPIRED.value: _("it was too late"),
    }
