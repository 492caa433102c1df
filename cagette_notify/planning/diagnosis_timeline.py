"""What a member got, did not get and will get, notice by notice. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.notices import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.mailjet_fates import Fate

SKIPPED = "skipped"
WILL_SEND = "will_send"


class Event(Struct, frozen=True):
    """One notice to one address: what became of it, or what will.

    ``at`` is when that was, or will be (UTC). ``status`` is one of the ledger's, ``skipped`` or
    ``will_send``; ``reason`` says why, a ``Reason`` for who is skipped. ``fate`` is Mailjet's word.
    ``about_content`` tells that the text was refused, not the address.
    """

    at: datetime
    kind: Kind
    group_id: str
    distribution_id: str
    address: str
    status: str
    reason: str = ""
    custom_id: str = ""
    subject: str = ""
    fate: Fate | None = None
    about_content: bool = False


def merged(
    recorded: Iterable[Event], judged: Iterable[Event], addresses: frozenset[str]
) -> tuple[Event, ...]:
    """Return what is recorded, and what is judged of notices of which nothing is, newest first.

    A record about an address that the member no longer has speaks for the one that took its place.
    """
    told = list(recorded)
    known: dict[tuple[Kind, str], set[str]] = {}
    for event in told:
        known.setdefault((event.kind, event.distribution_id), set()).add(event.address.casefold())
    missing = [
        event
        for event in judged
        if not (about := known.get((event.kind, event.distribution_id)))
        or (event.address.casefold() not in about and about <= addresses and event.reason == Reason.EXPIRED)
    ]
    return tuple(sorted([*told, *missing], key=lambda event: event.at, reverse=True))
