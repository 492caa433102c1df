"""What templates know: the words and figures of one mail, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from cagette_notify.model import Contact

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Style:
    """What the configuration says about mails.

    ``sender`` is the address validated at Mailjet, in every From; ``overrides`` is the folder whose
    files take the place of the shipped templates. Empty links are left out of the mails.
    """

    sender: Contact
    overrides: Path | None
    settings_url: str = ""
    leave_url: str = ""
    help_url: str = ""
    show_prices: bool = True


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as mails show it. ``accent`` is a colour on which white text can be read."""

    name: str
    url: str
    logo: str
    accent: str
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads this mail: the member or the partner. ``member.first_name`` in templates."""

    first_name: str
    last_name: str
    name: str


@dataclass(frozen=True, slots=True)
class DistributionView:
    """A distribution in words. ``near`` says ``aujourd’hui`` or ``demain`` where it is, else nothing.

    ``offer`` names the catalogs in one go. ``closes`` says until when orders are open; it is empty once
    they are closed, and where nobody said when they will be.
    """

    name: str
    day: str
    short_day: str
    near: str
    hours: str
    short_hours: str
    place: str
    catalogs: tuple[str, ...]
    offer: str
    closes: str
    url: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A product in words. Money is empty where it is unknown, or hidden by the configuration."""

    quantity: str
    product: str
    price: str
    total: str
    paid: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class CatalogView:
    """The lines of one catalog; ``name`` is empty where the export names none."""

    name: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order in words. ``paid`` and ``shared`` hold when they do for each of its lines."""

    catalogs: tuple[CatalogView, ...]
    count: int
    total: str
    paid: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class MailView:
    """Every variable that templates know. ``distribution`` is the first of ``distributions``.

    ``template`` is what the mail is made with (``opening``, ``recap_24h``, ``recap_4h`` or
    ``correction``); ``link`` is where to order, one for all distributions or nothing; ``subject`` is
    known to the text and HTML templates alone.
    """

    language: str
    template: str
    member: Reader
    group: GroupView
    sender: Contact
    distribution: DistributionView
    distributions: tuple[DistributionView, ...]
    days: str
    link: str
    order: OrderView
    settings_url: str
    leave_url: str
    help_url: str

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {name: getattr(self, name) for name in _VARIABLES}


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """Every variable that the templates of a coordinator's mail know, but for those of its text.

    ``member`` holds places for the reader's names, which are filled in once the mail is rendered:
    templates can show them, not look at them. ``author`` is who wrote it and whom a reply reaches. All
    know ``subject``, and the text and HTML templates ``body``, which is what was written.
    """

    language: str
    member: Reader
    group: GroupView
    sender: Contact
    author: Contact
    day: str
    leave_url: str
    help_url: str

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class FindingView:
    """One thing to tell a member who gets no mail: a ``Cause`` or ``Matter``, and the address it is about.

    ``owner`` is the first name of who reads the address, if that isn't who asks; ``kinds`` are notices
    that are off.
    """

    cause: str
    address: str = ""
    provider: str = ""
    meant: str = ""
    owner: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextView:
    """The next notice that will leave: its kind, the distribution's day, and when it leaves, in words.

    ``at`` is empty for one that leaves with the next run.
    """

    kind: str
    day: str
    at: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """Every variable that the reply to "I don't receive the mails" knows: nothing but the member's own.

    ``group`` is None for a member of none that is active, ``next`` where nothing is known to leave or
    arrive. ``asks_back`` tells that an answer is asked for already.
    """

    language: str
    member: Reader
    group: GroupView | None
    sender: Contact
    findings: tuple[FindingView, ...]
    next: NextView | None
    asks_back: bool
    settings_url: str
    help_url: str

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


_VARIABLES = tuple(field.name for field in fields(MailView))
VARIABLES = frozenset(
    (
        *_VARIABLES,
        *(field.name for view in (BroadcastView, ReplyView) for field in fields(view)),
        *("subject", "body"),
    )
)
VIEW_FIELDS: dict[type, frozenset[str]] = {
    view: frozenset(field.name for field in fields(view))
    for view in (
        *(GroupView, Reader, Contact, DistributionView, LineView, CatalogView, OrderView),
        *(FindingView, NextView),
    )
}
