"""List the questions of ``init``: what each asks, how its answer is read, and where it applies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.cli.setup.answers import known_day, name_of_folder
from cagette_notify.cli.setup.calendar_days import all_say, asked_for, usual_hours, usual_place
from cagette_notify.cli.setup.typed_answers import Typed, close_of, distribution_of, orders_of
from cagette_notify.cli.setup.typed_holidays import holidays
from cagette_notify.cli.setup.typed_times import days_of_distributions, example_of_moment, moment_before
from cagette_notify.core.addresses import mailable_address
from cagette_notify.core.dates_in_words import name_of_day
from cagette_notify.core.formatting import day_of_month, instant, listing, long_day
from cagette_notify.core.hours_in_words import hours_of_distribution
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.mail_providers import DOMAINS, provider_of
from cagette_notify.core.text import one_line, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

_FRIDAY = 4


class Question(Struct, frozen=True):
    """One that is asked where it ``applies``. ``name`` stands before its answer in the list of answers.

    ``read`` raises ``ValueError`` for an answer that makes no sense beside the others; ``default`` is what
    Enter takes; ``dated`` says which day or moment it comes to; ``hint`` is said before, ``after`` after it.
    Where Enter ``says_yes`` or no, that is the answer.
    """

    key: str
    name: str
    asks: str
    read: Callable[[str, Typed], object]
    applies: Callable[[Typed], bool]
    default: Callable[[Typed], str] = lambda _typed: ""
    dated: Callable[[Typed], str] = lambda _typed: ""
    hint: str = ""
    after: Callable[[Typed], str] = lambda _typed: ""
    says_yes: bool | None = None


def questions(typed: Typed) -> Iterator[Question]:
    """Yield the questions in their order, in the language spoken; each may hang on what was typed before."""
    yield from _of_group()
    yield from _of_distribution(typed)
    yield from _of_orders(typed)
    yield Question(
        "lists_contact",
        _("Contact as first member"),
        _("No list of members was found: begin one with this contact, to try it out?"),
        _anything,
        lambda typed: not typed.data.members and bool(typed.text("contact_email")),
        says_yes=True,
    )
    yield from _of_sender()


def _of_group() -> Iterator[Question]:
    yield Question(
        *("group", _("Group"), _("Name of the group"), _anything, _has_no_groups),
        default=lambda typed: name_of_folder(typed.folder_name),
    )
    yield Question(
        "contact", _("Contact"), _("Name of the contact, whom replies reach"), _persons_name, _has_no_groups
    )
    yield Question(
        "contact_email", _("Their address"), _("Address of the contact"), _an_address, _has_no_groups
    )


def _of_distribution(typed: Typed) -> Iterator[Question]:
    yield Question(
        "day",
        _("Day"),
        _("Day of the distribution ({day}, every other {day}…)", day=name_of_day(_FRIDAY)),
        lambda text, typed: days_of_distributions(text, typed.today),
        lambda typed: _has_no_distributions(typed) and not typed.listed,
        default=_said_of_orders,
        dated=_repeated_said,
    )
    yield Question(
        "hours",
        _("Hours"),
        _("Hours, such as {example}", example="18h-19h30"),
        lambda text, _typed: hours_of_distribution(text),
        lambda typed: _has_no_distributions(typed) and not all_say(typed.listed, "hours"),
        default=lambda typed: usual_hours(typed.listed),
        hint=asked_for(typed.listed, "hours"),
    )
    yield Question(
        *("place", _("Place"), _("Place"), _anything),
        lambda typed: _has_no_distributions(typed) and not all_say(typed.listed, "place"),
        default=lambda typed: usual_place(typed.listed),
        hint=asked_for(typed.listed, "place"),
    )


def _of_orders(typed: Typed) -> Iterator[Question]:
    start = typed.start.weekday() if _has_day(typed) else _FRIDAY
    opens, closes = example_of_moment(start, "8h"), example_of_moment((start - 2) % 7, "20h")
    yield Question(
        *("opens", _("Orders open"), _("Orders open, such as {example}", example=opens)),
        lambda text, _typed: moment_before(text, opens),
        lambda typed: _has_day(typed) and not all_say(typed.listed, "orders_open_at"),
        dated=lambda typed: _moment_said(orders_of(typed)[0]),
        after=lambda typed: _which_week(orders_of(typed)[0], typed),
    )
    yield Question(
        *("closes", _("Orders close"), _("Orders close, such as {example}", example=closes)),
        partial(close_of, example=closes),
        lambda typed: _has_day(typed) and not all_say(typed.listed, "orders_close_at"),
        dated=lambda typed: _moment_said(orders_of(typed)[1]),
        after=lambda typed: _understood(typed) if typed.listed else _which_week(orders_of(typed)[1], typed),
    )
    yield from _of_holidays(typed)


def _of_holidays(typed: Typed) -> Iterator[Question]:
    example = f"{typed.days[len(typed.days) // 2]:%d/%m/%Y}" if _has_day(typed) else ""
    yield Question(
        "holidays",
        _("Without distribution"),
        _("Dates without a distribution (holidays), such as {example}, or none", example=example),
        lambda text, typed: holidays(text, typed.days, typed.today),
        lambda typed: _has_day(typed) and not typed.listed,
        default=lambda typed: ", ".join(
            f"{day:%d/%m/%Y}" for day in typed.days if day in typed.data.days_off
        ),
        dated=lambda typed: _holidays_said(distribution_of(typed).holidays),
        after=_understood,
    )


def _of_sender() -> Iterator[Question]:
    yield Question(
        *("sender", _("Sender"), _("Sender, an address validated at Mailjet"), _own_address, _always),
        hint=_("Without a sender, mails are written to the folder outbox, and nothing leaves."),
    )
    yield Question(
        "by_mailjet",
        _("By Mailjet at once"),
        _("Send them by Mailjet at once?"),
        _anything,
        lambda typed: bool(typed.text("sender")),
        hint=_("Its mails may go into the folder outbox first, for you to look at them."),
        says_yes=False,
    )


def _said_of_orders(typed: Typed) -> str:
    """Return which day the orders found are of, and how often, as one would type it."""
    known, every = known_day(typed.data, typed.today), typed.data.every
    if known is None:
        return ""
    name = name_of_day(known.weekday())
    if every == 7:
        return name
    several = _("{day}, every {count} weeks", day=name, count=every // 7)
    return _("every other {day}", day=name) if every == 14 else several


def _which_week(moment: datetime | None, typed: Typed) -> str:
    """Say the date of a moment on the weekday of the distribution: of the same day, or of a week before."""
    is_of_its_weekday = moment and moment.weekday() == typed.start.weekday()
    return f"  {_moment_said(moment)}" if is_of_its_weekday else ""


def _understood(typed: Typed) -> str:
    """Say what was understood: the first day, when its orders open and close, and which is the next."""
    one, said = distribution_of(typed), []
    said.append(_("The first one: {day}", day=_days_said([one.first])))
    if one.orders_open_at:
        said.append(_("orders open {moment}", moment=_moment_said(one.orders_open_at)))
    if one.orders_close_at:
        said.append(_("orders close {moment}", moment=_moment_said(one.orders_close_at)))
    ahead = [day for day in typed.days if day >= typed.today and day not in one.holidays]
    if one.first and one.first < typed.today and ahead:  # that of the newest export
        said.append(_("the next one: {day}", day=_days_said(ahead[:1])))
    if one.holidays:
        said.append(_("none on {days}", days=_holidays_said(one.holidays)))
    return f"  {', '.join(said)}."


def _days_said(days: Iterable[date | None]) -> str:
    return listing(tuple(long_day(day, spoken()) for day in days if day), spoken())


def _repeated_said(typed: Typed) -> str:
    """Say how often it comes again, which a date alone leaves open, and from which day on."""
    weeks, first = distribution_of(typed).every // 7, _days_said([typed.first])
    return _n("every week from {day}", "every {count} weeks from {day}", weeks, day=first)


def _holidays_said(days: Iterable[date]) -> str:
    """Name days of one year, of which there may be many."""
    return listing(tuple(day_of_month(day, spoken()) for day in days), spoken())


def _moment_said(moment: datetime | None) -> str:
    return instant(moment, spoken()) if moment else ""


def _always(_typed: Typed) -> bool:
    return True


def _has_no_groups(typed: Typed) -> bool:
    return not typed.data.groups


def _has_no_distributions(typed: Typed) -> bool:
    return not typed.data.distributions


def _has_day(typed: Typed) -> bool:
    return _has_no_distributions(typed) and typed.first is not None


def _anything(text: str, _typed: Typed) -> str:
    return one_line(text)


def _an_address(text: str, _typed: Typed) -> str:
    return mailable_address(text)


def _persons_name(text: str, _typed: Typed) -> str:
    if "@" in text:
        raise ValueError(_("expected a name, not {value}: the address comes next", value=quoted(text)))
    return one_line(text)


def _own_address(text: str, _typed: Typed) -> str:
    """Read a sender's address; one of a mail provider's is refused where its mails arrive."""
    address = mailable_address(text)
    if address.rpartition("@")[2] in DOMAINS:
        raise ValueError(
            _(
                "expected an address of a domain of your own: {provider} disowns what Mailjet sends for it",
                provider=provider_of(address),
            )
        )
    return address
