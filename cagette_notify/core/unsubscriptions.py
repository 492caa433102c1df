"""Define what somebody stopped with Mailjet's link, and which kinds of mail that is about. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import OPERATOR_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

OF_UNKNOWN_MAIL = frozenset((Kind.OPENING, Kind.CLOSING, Kind.DUTY_VACANT))
"""What stops where nobody can tell which mail was pressed: nothing that somebody waits for."""


class Unsubscription(Struct, frozen=True):
    """One press of the link: of which address, when (UTC), in which mail, if that is known to be ours.

    Without ``kinds`` nothing is stopped by it.
    """

    address: str
    at: datetime
    kinds: frozenset[Kind]
    custom_id: str = ""


def kinds_stopped(pressed: Iterable[Kind]) -> frozenset[Kind]:
    """Return which kinds stop by a press in a mail of these kinds; none: the mail is not known to be ours.

    Alerts and summaries don't: whoever runs the service chose these addresses.
    """
    kinds = frozenset(pressed)
    return kinds.difference(OPERATOR_KINDS) if kinds else OF_UNKNOWN_MAIL
