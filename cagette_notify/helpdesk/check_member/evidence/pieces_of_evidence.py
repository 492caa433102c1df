"""Define the pieces of which the evidence about a member is made. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.mail_providers import provider_of

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.errors import Origin, Problem
    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import Distribution, Group, Mailbox
    from cagette_notify.core.notices import Entry
    from cagette_notify.core.order_book import OrderBook, StrangerLine, UnreadLine
    from cagette_notify.delivery.mailjet.rest_rows import MailjetContact
    from cagette_notify.planning.timeline import TimelineEvent


class MailboxEvidence(Struct, frozen=True):
    """What Mailjet tells of one address of the member.

    ``contact`` and ``fates`` (newest first) are None where Mailjet could not be asked, was not, or
    answered about somebody else: ``why_unknown`` says which. ``smtp_words`` are those of the server
    that sent the newest mail back.
    """

    mailbox: Mailbox
    contact: MailjetContact | None = None
    fates: tuple[Fate, ...] | None = None
    smtp_words: str = ""
    why_unknown: str = ""

    @property
    def provider(self) -> str:
        """Who takes mail for the address."""
        return provider_of(self.mailbox.address)


class HeldBack(Struct, frozen=True):
    """A notice that was due before the first run, which held it back; it can still be sent."""

    event: TimelineEvent
    distribution: Distribution


class MissingOrder(Struct, frozen=True):
    """A distribution whose recap was due, and of which no order of the member is known; or of anybody.

    ``left`` are the recaps of it that had left all the same, the last to each address: while there was an
    order. ``rows`` are those of theirs, of a quantity of 0; ``nobodys`` those that name no member at all.
    """

    distribution: Distribution
    is_everybodys: bool
    file: str
    left: tuple[TimelineEvent, ...] = ()
    rows: tuple[Origin, ...] = ()
    nobodys: tuple[Origin, ...] = ()


class OrdersElsewhere(Struct, frozen=True):
    """A distribution of which no order of theirs is known, and the files of orders that nobody reads."""

    distribution: Distribution
    files: tuple[str, ...]


class UnreadOrder(Struct, frozen=True):
    """A distribution, and the rows set aside that are, or may be, of the member's order for it.

    ``is_in_no_recap`` tells that a recap lacks a row already, ``is_awaited`` that one is still to come.
    """

    distribution: Distribution
    lines: tuple[UnreadLine, ...]
    is_in_no_recap: bool
    is_awaited: bool


class IncompleteRecap(Struct, frozen=True):
    """A distribution whose recap lacks a row, which could not be read then; another one may be to come."""

    distribution: Distribution
    is_awaited: bool


class Uncorrected(Struct, frozen=True):
    """A distribution of which the member was told another hour or place, and of which nobody says so.

    For want of an order or, unless it ``is_members``, as the ``group`` is not theirs. ``told`` is what those
    of their addresses heard last that were told otherwise, ``file`` where their order is no more, or has
    ``rows`` of a quantity of 0.
    """

    distribution: Distribution
    told: tuple[Entry, ...]
    file: str
    group: Group
    is_members: bool
    rows: tuple[Origin, ...] = ()


class Cancelled(Struct, frozen=True):
    """A distribution that is cancelled, and of which no recap had left to the member.

    ``command`` writes to all with an order, if they are one of them whom nobody has told of it; not to them
    as long as their ``row_is_unread``.
    """

    distribution: Distribution
    command: str = ""
    row_is_unread: bool = False


class TakenBack(Struct, frozen=True):
    """A distribution ahead of which the member was told, and that does not take place as ``told``.

    ``why`` goes on from its name; ``command`` writes to all who were told. Where a bad row ``perhaps`` is it,
    nobody knows, and there is neither: that is where the row stands. One that ``is_back_on`` takes place, but
    a letter had said that it doesn't. That it doesn't may have been said to all, by a mail of the subject
    ``perhaps_said_in``.
    """

    told: tuple[Entry, ...]
    why: str = ""
    command: str = ""
    perhaps: str = ""
    is_back_on: bool = False
    perhaps_said_in: str = ""
    perhaps_said_at: datetime | None = None


class Misled(Struct, frozen=True):
    """A distribution that takes place, of which a letter said the contrary to a member who was told no more.

    ``command`` writes to all who got that.
    """

    distribution: Distribution
    addresses: tuple[str, ...]
    command: str


class StrayOrder(Struct, frozen=True):
    """A row that names the member among the orders of a group that is not theirs."""

    distribution: Distribution
    group: Group
    line: StrangerLine


class MissedRecap(Struct, frozen=True):
    """A recap, or the correction of one, that waited for its orders until the distribution started.

    ``book`` is how the orders are found today.
    """

    distribution: Distribution
    address: str
    kind: Kind
    is_correction: bool
    book: OrderBook


class LateCorrection(Struct, frozen=True):
    """A distribution that has begun, and what an address was ``told`` of it last, which was not so.

    ``what`` says both in words, and why the address was not told, where a run noted that.
    """

    distribution: Distribution
    told: Entry
    what: str


class UnreadGroup(Struct, frozen=True):
    """A group whose list of members can't be read, and why; the member may be in it.

    ``is_known`` tells that the ledger knows of mail to one of their addresses as a member's of it.
    """

    name: str
    problems: tuple[Problem, ...]
    is_known: bool


class LetterToOthers(Struct, frozen=True):
    """A broadcast, and to which lists: when it left, or is to if it ``is_planned``.

    ``names`` are those of the lists as they are kept, ``lists`` what they are called together.
    """

    at: datetime
    subject: str
    lists: str
    is_planned: bool
    names: tuple[str, ...] = ()


class RunsEvidence(Struct, frozen=True):
    """Whether send-due is at work: when it last got to its end, and what has waited for it since.

    ``refusal`` is what somebody must mend before anything leaves again.
    """

    last_complete: datetime | None = None
    overdue: tuple[TimelineEvent, ...] = ()
    refusal: str = ""
