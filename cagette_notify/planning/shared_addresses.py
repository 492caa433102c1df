"""Find addresses that several members read, whose settings may differ. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.model import AddressState, Member
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cagette_notify.core.notices import NoticeRules


class Covered(Struct, frozen=True):
    """A notice that an address gets all the same, by way of another member of a group who reads it."""

    kind: Kind
    address: str
    reader: Member


def covered_by_others(
    member: Member, others: Iterable[Member], rules: NoticeRules, now: datetime
) -> Iterator[Covered]:
    """Yield what is off for a member, but leaves to one of their addresses as another reader has it on.

    It is so of notices that leave once to an address; a recap is of its own member's order.
    """
    off = [kind for kind in NOTICE_KINDS if kind.traits.call_to_order and not rules.wants(member, kind)]
    mine = {box.key: box.address for box in member.mailboxes if box.state is AddressState.USABLE}
    for other in others:
        shared = [box.key for box in other.mailboxes if box.key in mine]
        if other is member or not shared or not set(other.group_ids) & set(member.group_ids):
            continue
        if rules.inactive_after and other.last_seen and now - other.last_seen > rules.inactive_after:
            continue
        for kind in off:
            if rules.wants(other, kind):
                yield from (Covered(kind, mine[key], other) for key in dict.fromkeys(shared))


def covered_in_words(covered: Iterable[Covered]) -> Iterator[str]:
    """Yield for each that the notice still arrives, by whose settings, and what they are called."""
    for one in covered:
        yield _(
            "{address} is also read by {who}, for whom {kind} is on: it still arrives there",
            address=one.address,
            who=one_line(f"{one.reader.name} ({one.reader.handle})".strip()),
            kind=label(one.kind.value),
        )


def addresses_of_several(members: Iterable[Member]) -> set[str]:
    """Return the addresses, casefolded, that more than one of these members reads."""
    seen: set[str] = set()
    shared: set[str] = set()
    for member in members:
        keys = {mailbox.key for mailbox in member.mailboxes}
        shared |= keys & seen
        seen |= keys
    return shared
