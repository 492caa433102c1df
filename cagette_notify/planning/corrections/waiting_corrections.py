"""Find who was told another start or place than holds, and hears of it later, and what for. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.planning.announced import announces, as_told, latest
from cagette_notify.planning.corrections.moved import is_anothers_now, is_still_to_come, is_their_matter
from cagette_notify.planning.plan_index import PlanIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.plan_input import PlanInput

_NO_BOOK = OrderBook(OrdersState.WAITING)


class WaitsFor(str, Enum):
    """What must be mended before somebody hears of the new start or place."""

    ORDERS = "orders"
    ROW = "row"  # of their own order
    DUTIES = "duties"
    HOLD = "hold"  # of their group
    STOP = "stop"  # of all that leaves

    __str__ = str.__str__


class WaitingCorrection(Struct, frozen=True):
    """What an address heard last of a distribution, in a member's name, and what that waits for.

    By a recap or of a duty, whose correction it is, or by an opening, where the recap is due that says what
    holds.
    """

    distribution: Distribution
    group: Group
    member: Member
    told: Entry
    book: OrderBook
    waits_for: WaitsFor

    @property
    def is_correction(self) -> bool:
        """Tell whether a correction is what waits; else it is the recap that they get for the first time."""
        return self.told.key.kind.traits.is_corrected

    @property
    def is_of_duty(self) -> bool:
        """Tell whether it was told with a duty of theirs, and nowhere else."""
        return self.told.key.kind.traits.needs_duty

    @property
    def may_never_leave(self) -> bool:
        """Tell whether nobody knows that it will leave: a recap goes to who has ordered, unlike openings."""
        return self.waits_for is WaitsFor.ORDERS and not self.is_correction


def waiting_corrections(
    situation: PlanInput, held: Collection[str], *, is_stopped: bool
) -> Iterator[WaitingCorrection]:
    """Yield each address that was told otherwise, and to which nothing leaves that says so.

    Of the groups that are ``held``, too, and of all if everything ``is_stopped``; not where it is known that
    the member has no order: the next mail is not for them.
    """
    books = situation.books.values()
    is_free = not (held or is_stopped or _lacks_duties(situation))
    if is_free and all(book.state is OrdersState.READY and not book.unread for book in books):
        return  # before all is indexed for nothing
    index = PlanIndex(situation)
    hold = dict.fromkeys(situation.groups if is_stopped else (), WaitsFor.STOP)
    hold |= dict.fromkeys(held, WaitsFor.HOLD)
    for distribution, member, told in _told_otherwise(index, index.told):
        if waits_for := _waits_for(index, distribution, member, told, hold):
            yield _waiting(index, distribution, member, told, waits_for)
    for distribution, member, told in _told_otherwise(index, _told_duties_alone(index)):
        are_known = index.duties.are_known(distribution.group_id)
        if waits_for := hold.get(distribution.group_id) if are_known else WaitsFor.DUTIES:
            yield _waiting(index, distribution, member, told, waits_for)
    for distribution, member, told in _told_by_openings(index):
        is_row = index.order_is_unknown(distribution.id, member.id)
        if waits_for := _waits_for(index, distribution, member, told, hold) or (
            WaitsFor.ROW if is_row else None
        ):
            yield _waiting(index, distribution, member, told, waits_for)


def _lacks_duties(situation: PlanInput) -> bool:
    """Tell whether duties were told, and it isn't known everywhere whose they are."""
    is_unknown = situation.duties is None or situation.duties_held
    return bool(is_unknown) and any(entry.key.kind.traits.needs_duty for entry in situation.entries)


def _waiting(
    index: PlanIndex, distribution: Distribution, member: Member, told: Entry, waits_for: WaitsFor
) -> WaitingCorrection:
    return WaitingCorrection(
        as_told(distribution, told),
        index.situation.groups[distribution.group_id],
        member,
        told,
        index.situation.books.get(distribution.id, _NO_BOOK),
        waits_for,
    )


def _waits_for(
    index: PlanIndex, distribution: Distribution, member: Member, told: Entry, hold: Mapping[str, WaitsFor]
) -> WaitsFor | None:
    if not index.orders_are_ready(distribution.id):
        return WaitsFor.ORDERS
    return hold.get(distribution.group_id) if is_their_matter(index, member, [told]) else None


def _told_duties_alone(index: PlanIndex) -> dict[tuple[str, str, str], list[Entry]]:
    """Return what was told of duties, and by no recap; none if no file is named that says whose they are."""
    if not any(kind.traits.needs_duty for kind in index.situation.rules.spans.kinds):
        return {}
    told = index.duties.told.items()
    return {whose: those for whose, those in told if latest(those).roles and whose not in index.told}


def _told_otherwise(
    index: PlanIndex, heard: Mapping[tuple[str, str, str], list[Entry]]
) -> Iterator[tuple[Distribution, Member, Entry]]:
    for (distribution_id, member_id, _address), announced in heard.items():
        distribution = index.situation.distributions.get(distribution_id)
        if distribution is None or announces(latest(announced), distribution):
            continue
        member = index.members.get((distribution.group_id, member_id))
        told = latest(announced)
        if member and is_still_to_come(index, distribution) and not is_anothers_now(index, member, told):
            yield distribution, member, told


def _told_by_openings(index: PlanIndex) -> Iterator[tuple[Distribution, Member, Entry]]:
    """Yield what openings had said to those whose recap is due, the first that they get."""
    heard = _heard_by_openings(index)
    due = [
        window
        for window in index.situation.windows
        if window.kind.traits.needs_order and window.is_open(index.situation.now)
    ]
    for distribution in {window.distribution.id: window.distribution for window in due}.values():
        if not is_still_to_come(index, distribution):
            continue
        kinds = [window.kind for window in due if window.distribution.id == distribution.id]
        for member in index.situation.members.get(distribution.group_id, ()):
            if not any(index.wants(member, kind, distribution.group_id) for kind in kinds):
                continue
            for key in {box.key for box in member.mailboxes}:
                told = heard.get((distribution.id, key))
                has_recap = (distribution.id, member.id, key) in index.told
                if told and not has_recap and not announces(told, distribution):
                    yield distribution, member, told


def _heard_by_openings(index: PlanIndex) -> dict[tuple[str, str], Entry]:
    """Return what each address heard last of each start that is still ahead, by an opening."""
    openings = (
        entry
        for entry in index.situation.entries
        if entry.key.kind.traits.call_to_order
        and index.may_have_arrived(entry)
        and entry.starts_at > index.situation.now
    )
    in_order = sorted(openings, key=lambda entry: entry.claimed_at or entry.due_at)
    return {(entry.key.distribution_id, entry.key.address): entry for entry in in_order}


def mail_in_words(one: WaitingCorrection) -> str:
    """Name the mail that says what holds, as a sentence begins."""
    return _("the correction") if one.is_correction else _("the recap that says so")


def cause_in_words(one: WaitingCorrection) -> str:
    """Say what that mail waits for, as the sentence ends."""
    file = one.book.file or _("no file")
    if one.waits_for is WaitsFor.HOLD:
        return _("until the group is held no more")
    if one.waits_for is WaitsFor.DUTIES:
        return _("until it is known who serves")
    if one.waits_for is WaitsFor.ROW:
        return _("for a row of the order that can't be read ({file})", file=file)
    if one.waits_for is WaitsFor.STOP:
        return _("until mails leave again")
    values = {"file": file, "state": _(one.book.state)}
    if one.may_never_leave:
        return _("for the orders: {file} ({state}), and goes only to those who have ordered", **values)
    return _("for the orders: {file} ({state})", **values)
