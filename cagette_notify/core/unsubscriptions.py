"""Define what somebody stopped with Mailjet's link, and which kinds of mail that is about. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from cagette_notify.core.kinds import OPERATOR_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

OF_UNKNOWN_MAIL = frozenset((Kind.OPENING, Kind.CLOSING, Kind.DUTY_VACANT))
"""What stops where nobody can tell which mail was pressed: nothing that somebody waits for."""


UNKNOWN_MAIL = ""
"""Stands among CustomIDs for a mail that can't be told to be ours."""

NOT_LOOKED_UP = "?"
"""Stands in their place where nobody could look yet which mail it was: meanwhile it counts as unknown."""


class Act(NamedTuple):
    """That somebody used the link: of which address, casefolded, and Mailjet's date."""

    address: str
    at: datetime


class Unsubscription(Struct, frozen=True):
    """What somebody stopped by the link: of which address, when (UTC), in which mails, by CustomID.

    Without ``kinds`` nothing is stopped by it. Several mails share a date where Mailjet keeps but one.
    """

    address: str
    at: datetime
    kinds: frozenset[Kind]
    custom_ids: frozenset[str]

    @property
    def act(self) -> Act:
        """The act itself."""
        return Act(self.address, self.at)

    @property
    def is_provisional(self) -> bool:
        """Whether it is yet to be looked up."""
        return NOT_LOOKED_UP in self.custom_ids


def deaf_to_letters(standing: Mapping[str, Mapping[Kind, datetime]]) -> frozenset[str]:
    """Return the addresses, casefolded, that have stopped broadcasts, of all that anybody has stopped."""
    return frozenset(address for address, kinds in standing.items() if Kind.BROADCAST in kinds)


def kinds_stopped(pressed: Iterable[Kind]) -> frozenset[Kind]:
    """Return which kinds stop by a press in a mail of ours, of these kinds.

    Alerts and summaries don't: whoever runs the service chose these addresses.
    """
    return frozenset(pressed).difference(OPERATOR_KINDS)
