"""Hold the evidence of an address to which nothing has left. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cagette_notify.core.errors import Origin
    from cagette_notify.core.model import Distribution, Mailbox
    from cagette_notify.planning.timeline import TimelineEvent


class WhyUnwritten(str, Enum):
    """Why nothing has left to an address, though other addresses had something."""

    TO_COME = "to_come"  # it is to leave there, too
    NO_ORDER = "no_order"  # by now
    LATER = "later"  # the address came into the data later
    OTHERS = "others"  # what they had was not this account's, as far as is known

    __str__ = str.__str__


class Unwritten(Struct, frozen=True):
    """An address of the member to which nothing has left, and why.

    ``left`` is what left last to another one of theirs, or to a former one; without it ``instead`` is the
    household's address that had something, in another's name. ``file`` is where an order would be,
    and ``rows`` are those of theirs in it, of a quantity of 0.
    """

    mailbox: Mailbox
    why: WhyUnwritten
    left: TimelineEvent | None = None
    distribution: Distribution | None = None
    file: str = ""
    instead: str = ""
    rows: tuple[Origin, ...] = ()
