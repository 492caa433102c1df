"""Word whom a broadcast can't reach, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.notices import Reason
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.broadcast.audience import Audience
    from cagette_notify.broadcast.choose import Choice
    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.core.messages import Broadcast
    from cagette_notify.core.model import Member

_NAMED = 20  # rows of a file that are no member's, or of orders
_NOBODY_S_FAULT = frozenset((Reason.NO_ADDRESS, Reason.PLACEHOLDER_ADDRESS, Reason.UNSUBSCRIBED))


def left_out_words(audience: Audience) -> str:
    """Return who gets no copy: those who are to be mended by name, the others by number."""
    words = {
        Reason.NO_ADDRESS: _("without an address"),
        Reason.PLACEHOLDER_ADDRESS: _("placeholder addresses"),
        Reason.INVALID_ADDRESS: _("impossible addresses"),
    }
    those = audience.left_out
    counts = Counter(one.reason for one in those if not one.place and one.reason is not Reason.UNSUBSCRIBED)
    found = [
        _("{what}: {reason}", what=words.get(reason, reason.value), reason=count)
        for reason, count in counts.items()
    ]
    if names := _named(audience, Reason.WAITING_FOR_ORDERS):
        found.append(_("of whom nobody can tell whether they have an order: {names}", names=names))
    if names := _named(audience, Reason.SET_ASIDE):
        found.append(_("whose row in the data is to be corrected: {names}", names=names))
    if stopped := [one for one in those if one.reason is Reason.UNSUBSCRIBED]:
        names = ", ".join(f"{_reader_of(one.member, one.address)} <{one.address}>" for one in stopped)
        found.append(_("unsubscribed from such mails with Mailjet's link: {names}", names=names))
    if names := _named(audience, Reason.NO_MEMBER):
        found.append(_("not a member of the group: {names}", names=names))
    return ", ".join(found)


def left_out_unseen(audience: Audience, lists: Iterable[WantedList]) -> tuple[str, ...]:
    """Say who gets no copy, for whoever sees no screen that says it before.

    Of a file everybody whom it names is meant; else who has unsubscribed is the only news.
    """
    is_all = any(one.file for one in lists)
    those = tuple(one for one in audience.left_out if is_all or one.reason is Reason.UNSUBSCRIBED)
    words = left_out_words(replace(audience, left_out=those))
    return (_("left out: {left_out}", left_out=words),) if words else ()


def news_of_departure(
    broadcast: Broadcast, choice: Choice, kept: Sequence[Problem] = ()
) -> Iterator[Problem]:
    """Yield whom a planned mail leaves out as it leaves, and what is doubtful: nobody sees a screen then.

    In any large group somebody has no address: that is no news. ``kept`` is what stays in calendars.
    """
    those = tuple(one for one in choice.audience.left_out if one.reason not in _NOBODY_S_FAULT)
    left_out = left_out_words(replace(choice.audience, left_out=those))
    said = [_("left out: {left_out}", left_out=left_out)] if left_out else []
    said += [_first_of([str(one) for one in choice.of_rows], "; ")] if choice.of_rows else []
    said += map(str, (*choice.notes, *kept))
    if not said:
        return
    message = _(
        "the mail {subject!r} to group {group} leaves; {what}",
        subject=broadcast.content.subject,
        group=broadcast.group_id,
        what="; ".join(said),
    )
    if broadcast.of_part:
        message = _(
            "{message}; once that is mended, the same broadcast command reaches whoever is missing, and "
            "nobody twice",
            message=message,
        )
    yield Problem(message, group_id=broadcast.group_id, is_warning=not (left_out or choice.of_rows))


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
    return _first_of(said, ", ") if reason is Reason.NO_MEMBER else ", ".join(said)


def _first_of(said: Sequence[str], between: str) -> str:
    names, more = between.join(said[:_NAMED]), len(said) - _NAMED
    return _("{names} and {count} more", names=names, count=more) if more > 0 else names


def _reader_of(member: Member, address: str) -> str:
    """Name who reads an address that is left out, though the mail reaches another of the household."""
    names = [one_line(box.name) for box in member.mailboxes if box.address == address]
    return next(filter(None, names), address)
