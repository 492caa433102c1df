"""Plan corrections for those who were told another start or place. Pure."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.kinds import RECAP_KINDS, Kind
from cagette_notify.core.model import AddressState, Distribution, Mailbox, Member
from cagette_notify.planning.announced import announces, latest, told_as_another
from cagette_notify.planning.due_times import Window, windows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.notices import Entry, Notice
    from cagette_notify.planning.plan_index import PlanIndex


def corrections(index: PlanIndex) -> Iterator[Notice]:
    """Yield a correction for each recap that an address had, and whose start or place no longer holds.

    Both starts must be ahead: re-dated after it took place, a distribution gets ordinary recaps. A
    recap that becomes due just now is yielded too, to travel in the same mail rather than beside it.
    """
    for (distribution_id, member_id, _), announced in index.told.items():
        distribution = index.situation.distributions.get(distribution_id)
        if distribution is None or announces(latest(announced), distribution):
            continue
        member = index.members.get((distribution.group_id, member_id))
        if (
            member
            and not is_anothers_now(index, member, latest(announced))
            and is_still_to_come(index, distribution)
            and index.orders_are_ready(distribution.id)
            and is_their_matter(index, member, announced)
        ):
            yield from _for_address(index, distribution, member, announced)


def _for_address(
    index: PlanIndex, distribution: Distribution, member: Member, announced: list[Entry]
) -> Iterator[Notice]:
    had = {entry.key.kind for entry in announced}
    last = latest(announced)
    mailbox = mailbox_of(index, member, last)
    starts_at = distribution.starts_at.astimezone(timezone.utc)
    # Due since it changed, which is now; still true until the new start.
    windows = [Window(kind, distribution, index.situation.now, starts_at) for kind in RECAP_KINDS]
    notices = [
        replace(index.notice(window, member, mailbox), correction=True, told=last.told) for window in windows
    ]
    again = {notice.kind for notice in notices if index.is_lost_correction(notice.key)}
    for notice in notices:
        # A correction that leaves once more stands for what it stood for: what is due since would be another
        # mail of the same campaign, of which Mailjet drops all but the first, and that may have arrived.
        joins = not again and _is_due_too(index, distribution, member, notice.kind, mailbox)
        if joins or notice.kind in had | again:
            yield notice


def _is_due_too(
    index: PlanIndex, distribution: Distribution, member: Member, kind: Kind, mailbox: Mailbox
) -> bool:
    due = any(
        window.kind is kind and window.is_open(index.situation.now)
        for window in windows_of(distribution, index.situation.rules.spans)
    )
    return due and index.wants(member, kind, distribution.group_id) and mailbox in member.mailboxes


def is_their_matter(index: PlanIndex, member: Member, told: Sequence[Entry]) -> bool:
    """Tell whether the member still has an order, or was told as the partner of who had one, and may come.

    What sets that right shows their own order, if they have any.
    """
    as_partner = any(entry.told_as for entry in told)
    return as_partner or index.may_have_order(told[0].key.distribution_id, member.id)


def is_still_to_come(index: PlanIndex, distribution: Distribution) -> bool:
    """Tell whether it is ahead, and neither called off nor of a group that is disabled."""
    return distribution.is_on(index.situation.groups) and distribution.starts_at > index.situation.now


def is_anothers_now(index: PlanIndex, member: Member, told: Entry) -> bool:
    """Tell whether an address that was told under the member's id is another one's than theirs.

    Neither of the two may read of the other's order.
    """
    group_id = index.situation.distributions[told.key.distribution_id].group_id
    return told_as_another(member, told, index.readers.get((group_id, told.key.address), ()))


def mailbox_of(index: PlanIndex, member: Member, told: Entry) -> Mailbox:
    """Return the member's mailbox that was told, that of who alone reads it today, or one to nobody's name.

    Whoever was told of the old hour must hear of the new one, at the address where they heard. Of one that
    the household lists no more the ledger knows whose order it was, not which of the two read of it.
    """
    group_id = index.situation.distributions[told.key.distribution_id].group_id
    readers = index.readers.get((group_id, told.key.address), ())
    own, others = (_usable_boxes(those, told.key.address) for those in ([member], readers))
    if own or len({box.name for box in others}) == 1:
        return (own or others)[0]
    return Mailbox(told.recipient)


def _usable_boxes(members: Iterable[Member], key: str) -> list[Mailbox]:
    boxes = (box for member in members for box in member.mailboxes)
    return [box for box in boxes if box.key == key and box.state is AddressState.USABLE]
