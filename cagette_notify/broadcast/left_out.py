"""Word whom a broadcast can't reach, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.notices import Reason
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from cagette_notify.broadcast.audience import Audience
    from cagette_notify.core.model import Member

_NAMED = 20  # rows of a file that are no member's


def left_out_words(audience: Audience) -> str:
    """Return who gets no copy: those who are to be mended by name, the others by number."""
    words = {
        Reason.NO_ADDRESS: _("without an address"),
        Reason.PLACEHOLDER_ADDRESS: _("placeholder addresses"),
        Reason.INVALID_ADDRESS: _("impossible addresses"),
    }
    those = audience.left_out
    counts = Counter(one.reason for one in those if not one.place)
    found = [
        _("{what}: {reason}", what=words.get(reason, reason.value), reason=count)
        for reason, count in counts.items()
    ]
    if names := _named(audience, Reason.WAITING_FOR_ORDERS):
        found.append(_("of whom nobody can tell whether they have an order: {names}", names=names))
    if names := _named(audience, Reason.SET_ASIDE):
        found.append(_("whose row in the data is to be corrected: {names}", names=names))
    if names := _named(audience, Reason.NO_MEMBER):
        found.append(_("not a member of the group: {names}", names=names))
    return ", ".join(found)


def _named(audience: Audience, reason: Reason) -> str:
    """Name everybody who is left out for a reason, each with the row that is to be mended."""
    reached = audience.household_ids
    named = (
        (
            _reader_of(one.member, one.address)
            if one.member.id in reached
            else one_line(one.member.name or one.member.id or one.address),
            one.place,
        )
        for one in audience.left_out
        if one.reason is reason
    )
    said = list(dict.fromkeys(f"{name} ({place})" if name else place for name, place in named))
    more = len(said) - _NAMED if reason is Reason.NO_MEMBER else 0
    if more <= 0:
        return ", ".join(said)
    return _("{names} and {count} more", names=", ".join(said[:_NAMED]), count=more)


def _reader_of(member: Member, address: str) -> str:
    """Name who reads an address that is left out, though the mail reaches another of the household."""
    names = [one_line(box.name) for box in member.mailboxes if box.address == address]
    return next(filter(None, names), address)
