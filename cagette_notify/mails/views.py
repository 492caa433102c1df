"""Hold what the templates of mails read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cagette_notify.core.model import Contact


class GroupView(Struct, frozen=True):
    """A group as mails show it.

    ``accent`` is a colour on which white text can be read, ``edge`` one that is seen on a dark page, too.
    ``phone`` is the contact's on the day itself, and ``phone_url`` what calls it.
    """

    name: str
    url: str
    logo: str
    accent: str
    edge: str
    contact: Contact | None
    phone: str = ""
    phone_url: str = ""


class Reader(Struct, frozen=True):
    """Who reads this mail: the member or the partner. ``member.first_name`` in templates."""

    first_name: str
    last_name: str
    name: str


class VacancyView(Struct, frozen=True):
    """A role that has free places at a distribution, and how many."""

    role: str
    count: int


class HelpersView(Struct, frozen=True):
    """Who else serves in a role: their names in one go."""

    role: str
    names: str


class DutyView(Struct, frozen=True):
    """The reader's duty in words: ``offer`` names its ``roles`` in one go; none if it ``is_given_up``.

    Where it is ``incomplete``, more people may serve than the ``helpers``: rows could not be read.
    """

    roles: tuple[str, ...] = ()
    offer: str = ""
    helpers: tuple[HelpersView, ...] = ()
    incomplete: bool = False
    is_given_up: bool = False


class CatalogHoursView(Struct, frozen=True):
    """When one can order of a catalog, in words: ``jusqu’au mercredi 10 juin 2026 à 22 h``."""

    name: str
    when: str


class ChangeView(Struct, frozen=True):
    """What a correction changes.

    ``what`` is ``day``, ``hour``, ``place``, ``day_place``, ``hour_place`` or nothing.
    ``day``, ``hour``, ``place`` and ``roles`` are what was told, and empty where that holds. ``where`` is
    short for the place as it is now, and ``on`` says ``aujourd’hui`` or the day without its year.
    """

    what: str = ""
    day: str = ""
    hour: str = ""
    place: str = ""
    where: str = ""
    on: str = ""
    roles: str = ""


class DistributionView(Struct, frozen=True):
    """A distribution in words. ``near`` says ``aujourd’hui`` or ``demain`` where it is, else nothing.

    ``when`` is the whole day as a line begins: ``Demain, vendredi 12 juin 2026``.
    ``offer`` names the catalogs in one go. ``closes`` says until when orders are open; it is empty once
    they are closed, and where nobody said when they will be. ``no_order_at`` is the hour at which no order of
    the reader's was known (``à 14 h``), if anybody looked. ``vacant`` are the roles with free places, in a
    call for volunteers. ``note`` is what to bring or to know, and ``map_url`` shows the place. Where
    catalogs have hours of their own, ``by_catalog`` names those of each.
    """

    name: str
    day: str
    short_day: str
    near: str
    when: str
    hours: str
    short_hours: str
    place: str
    catalogs: tuple[str, ...]
    offer: str
    closes: str
    url: str
    no_order_at: str = ""
    vacant: tuple[VacancyView, ...] = ()
    by_catalog: tuple[CatalogHoursView, ...] = ()
    note: str = ""
    map_url: str = ""


class LineView(Struct, frozen=True):
    """A product in words. Money is empty where it is unknown, or hidden by the configuration.

    So is ``price`` where the ``total`` of one piece says it. ``fees`` tells that the total is more than the
    price makes. ``sharer`` is the name of the household that shares it, where that is known.
    """

    quantity: str
    product: str
    price: str
    total: str
    fees: bool
    paid: bool
    shared: bool
    sharer: str


class CatalogView(Struct, frozen=True):
    """The lines of one catalog; ``name`` is empty where the export names none.

    ``total`` is known where an order has several: each producer is paid apart.
    """

    name: str
    lines: tuple[LineView, ...]
    total: str


class OrderView(Struct, frozen=True):
    """An order in words. ``paid`` holds when it does for each of its lines.

    ``left`` is what is left to pay where some are paid. ``shared`` holds if all are, with the same household,
    whose name is ``sharer``. One that is ``incomplete`` has more lines, which could not be read: neither
    count nor total is known.
    """

    catalogs: tuple[CatalogView, ...]
    count: int
    total: str
    left: str
    paid: bool
    shared: bool
    sharer: str
    incomplete: bool


class MailView(Struct, frozen=True):
    """Every variable that templates know. ``distribution`` is the first of ``distributions``.

    ``template`` is what the mail is made with (``opening``, ``closing``, ``recap_24h``, ``recap_4h``,
    ``duty``, ``duty_vacant`` or ``correction``), and ``is_correction`` tells that it corrects an earlier one,
    and ``change`` in what; ``link`` is where to order, one for all distributions or nothing; ``calendar``
    tells that a calendar entry is attached; ``subject`` is known to the text and HTML templates alone.
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
    duty: DutyView
    is_correction: bool
    change: ChangeView
    calendar: bool
    settings_url: str
    leave_url: str
    help_url: str

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {name: getattr(self, name) for name in _VARIABLES}


_VARIABLES = MailView.__struct_fields__


class BroadcastView(Struct, frozen=True):
    """Every variable that the templates of a coordinator's mail know, but for those of its text.

    ``member`` holds places for the reader's names, which are filled in once the mail is rendered:
    templates can show them, not look at them. ``author`` is whom a reply reaches, ``signature`` who
    wrote it, if somebody said so. All know ``subject``, and the text
    and HTML templates ``body``, which is what was written.
    """

    language: str
    member: Reader
    group: GroupView
    sender: Contact
    author: Contact
    signature: str
    day: str
    leave_url: str
    help_url: str

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


class OperatorView(Struct, frozen=True):
    """Every variable that the mails to operators and contacts know: one heading, lines, a list, lines."""

    language: str
    subject: str
    group: GroupView
    heading: str
    before: tuple[str, ...]
    listed: tuple[str, ...]
    after: str
    why: str

    def variables(self) -> dict[str, object]:
        """Return them by name, as Jinja2 wants them."""
        return {name: getattr(self, name) for name in self.__struct_fields__}
