"""Keep what was typed, question by question, and read from it what an installation begins with."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.cli.setup.answers import (
    Answers,
    RepeatedDistribution,
    first_listed,
    known_day,
    name_of_folder,
)
from cagette_notify.cli.setup.calendar_days import copied_days
from cagette_notify.cli.setup.typed_holidays import holidays
from cagette_notify.cli.setup.typed_times import days_of_distributions, moment_before
from cagette_notify.core.addresses import mailable_address
from cagette_notify.core.hours_in_words import hours_of_distribution
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.cli.setup.found_data import ChosenData
    from cagette_notify.data.files.listed_days import ListedDay

SAID_YES = "yes"  # what stands for it among the texts; nothing is no


class Typed(Struct, frozen=True):
    """The data that was chosen, and what was typed, by the key of its question; empty where it was left so.

    Kept as typed, as what a text means may hang on another one that is typed anew.
    """

    data: ChosenData
    folder_name: str
    today: date
    texts: Mapping[str, str] = {}

    def text(self, key: str) -> str:
        """Return what was typed; nothing, too, where it was not asked."""
        return self.texts.get(key, "")

    @property
    def listed(self) -> tuple[ListedDay, ...]:
        """The days of the calendar that are copied; none where it comes again every so many days."""
        return self.data.calendar.listed if self.data.calendar else ()

    @property
    def first(self) -> date | None:
        """The day of the first distribution."""
        if self.listed:
            return first_listed(self.data, self.today)
        text, known = self.text("day"), known_day(self.data, self.today)
        return days_of_distributions(text, self.today).first_from(self.today, known) if text else None

    @property
    def days(self) -> tuple[date, ...]:
        """The days of all distributions to come, holidays among them."""
        if self.listed:
            return tuple(each.day for each in self.listed)
        text = self.text("day")
        every = days_of_distributions(text, self.today).every if text else 7
        return RepeatedDistribution(self.first, every).days_from(self.today)

    @property
    def start(self) -> datetime:
        """When the first distribution starts, of which the day is known; at the latest, without an hour."""
        own = next((each.hours for each in self.listed if each.day == self.first), "")
        hours = own or self.text("hours")
        at = hours_of_distribution(hours)[0] if hours else time.max
        return datetime.combine(self.first or self.today, at)


def answers_of(typed: Typed) -> Answers:
    """Return what an installation begins with."""
    email, sender = typed.text("contact_email"), typed.text("sender")
    return Answers(
        typed.data,
        one_line(typed.text("group")) or name_of_folder(typed.folder_name),
        one_line(typed.text("contact")),
        mailable_address(email) if email else "",
        distribution_of(typed),
        mailable_address(sender) if sender else "",
        by_mailjet=bool(sender) and typed.text("by_mailjet") == SAID_YES,
        lists_contact=bool(email) and typed.text("lists_contact") == SAID_YES,
        listed=listed_of(typed),
    )


def distribution_of(typed: Typed) -> RepeatedDistribution:
    """Return what was typed of the distribution that comes again; of listed ones, the first of ``typed``."""
    if typed.listed:
        return next(each for each in listed_of(typed) if each.first == typed.first)
    hours, place = typed.text("hours"), one_line(typed.text("place"))
    starts_at, ends_at = hours_of_distribution(hours) if hours else (None, None)
    if typed.first is None:
        return RepeatedDistribution(starts_at=starts_at, ends_at=ends_at, place=place)
    every = days_of_distributions(typed.text("day"), typed.today).every
    opens, closes = orders_of(typed)
    left_out = holidays(typed.text("holidays"), typed.days, typed.today)
    return RepeatedDistribution(
        typed.first, every, starts_at, ends_at, place, opens, closes, holidays=left_out
    )


def listed_of(typed: Typed) -> tuple[RepeatedDistribution, ...]:
    """Return the distributions of the days that a calendar lists."""
    hours, place = typed.text("hours"), one_line(typed.text("place"))
    return copied_days(typed.listed, hours, place, partial(_orders_before, typed))


def orders_of(typed: Typed) -> tuple[datetime | None, datetime | None]:
    """Return when orders open and close for the first distribution."""
    return _orders_before(typed, typed.start)


def _orders_before(typed: Typed, start: datetime) -> tuple[datetime | None, datetime | None]:
    opens, closes = typed.text("opens"), typed.text("closes")
    closes_at = moment_before(closes).ahead_of(start) if closes else None
    latest = closes_at or datetime.combine(start.date(), time.min)
    return moment_before(opens).ahead_of(start, latest) if opens else None, closes_at


def close_of(text: str, typed: Typed, example: str = "") -> datetime:
    """Read when orders close: not after the start, and after they open."""
    found, opens = moment_before(text, example).ahead_of(typed.start), typed.text("opens")
    if found > typed.start:
        raise ValueError(_("after the start"))
    if opens and moment_before(opens).ahead_of(typed.start, found) >= found:
        raise ValueError(_("before orders open"))
    return found
