"""Ask what an installation begins with: the group, its distributions, the sender."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.setup.answers import (
    Answers,
    RepeatedDistribution,
    is_the_calendar,
    known_day,
    name_of_folder,
)
from cagette_notify.cli.setup.found_data import ChosenData, alternatives, chosen_with
from cagette_notify.cli.setup.typed_times import (
    days_of_distributions,
    example_of_moment,
    hours_of_distribution,
    moment_before,
    name_of_day,
)
from cagette_notify.core.addresses import mailable_address
from cagette_notify.core.formatting import instant, long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.mail_providers import DOMAINS, provider_of
from cagette_notify.core.text import one_line, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.data.found_tables import FoundTable

_FRIDAY = 4


def ask_all(terminal: Terminal, tables: Sequence[FoundTable], folder_name: str, today: date) -> Answers:
    """Ask for everything; an answer that can't be read is asked for again."""
    data = _ask_data(terminal, tables)
    answers = Answers(data, name_of_folder(folder_name))
    if not data.groups:
        answers = _ask_group(terminal, answers)
    if not data.distributions:
        answers = replace(answers, distribution=_ask_distribution(terminal, data, today))
    if not data.members and answers.contact_email:
        question = _("No list of members was found: begin one with this contact, to try it out?")
        answers = replace(answers, lists_contact=terminal.confirm(question, default=True))
    return _ask_sender(terminal, answers)


def _ask_data(terminal: Terminal, tables: Sequence[FoundTable]) -> ChosenData:
    distributions = next(iter(alternatives(tables, "distributions")), None)
    if distributions and not distributions.is_ours:
        question = _("Take the distributions from {name}?", name=distributions.name)
        is_taken = terminal.confirm(question, default=is_the_calendar(distributions, tables))
        distributions = distributions if is_taken else None
    return chosen_with(
        tables,
        members=_choose(
            terminal,
            _("Which of these is the list of members?"),
            alternatives(tables, "members", distributions),
        ),
        orders=_choose(
            terminal, _("Which of these are the orders?"), alternatives(tables, "orders", distributions)
        ),
        distributions=distributions,
    )


def _choose(terminal: Terminal, question: str, found: Sequence[FoundTable]) -> FoundTable | None:
    if len(found) < 2:
        return found[0] if found else None
    names = [table.name for table in found]
    return found[terminal.choose(question, names, default=0)]


def _ask_group(terminal: Terminal, answers: Answers) -> Answers:
    name = terminal.ask_for(_("Name of the group"), one_line, answers.group_name)
    contact = terminal.ask_for(_("Name of the contact, whom replies reach"), _persons_name)
    email = terminal.ask_for(_("Address of the contact"), mailable_address)
    return replace(
        answers,
        group_name=name or answers.group_name,
        contact_name=contact or "",
        contact_email=email or "",
    )


def _persons_name(text: str) -> str:
    if "@" in text:
        raise ValueError(_("expected a name, not {value}: the address comes next", value=quoted(text)))
    return one_line(text)


def _ask_distribution(terminal: Terminal, data: ChosenData, today: date) -> RepeatedDistribution:
    known = known_day(data, today)
    days = terminal.ask_for(
        _("Day of the distribution ({day}, every other {day}…)", day=name_of_day(_FRIDAY)),
        days_of_distributions,
        _said(known, data.every) if known else "",
    )
    hours = terminal.ask_for(_("Hours, such as {example}", example="18h-19h30"), hours_of_distribution)
    start, end = hours or (None, None)
    place = terminal.ask_for(_("Place"), one_line) or ""
    if days is None:
        return RepeatedDistribution(starts_at=start, ends_at=end, place=place)
    first = days.first_from(today, known)
    opens, closes = _ask_orders(terminal, datetime.combine(first, start or time.max))
    found = RepeatedDistribution(first, days.every, start, end, place, opens, closes)
    terminal.tell(f"  {', '.join(_understood(found, first, today))}.")
    return found


def _said(day: date, every: int) -> str:
    name = name_of_day(day.weekday())
    if every == 7:
        return name
    several = _("{day}, every {count} weeks", day=name, count=every // 7)
    return _("every other {day}", day=name) if every == 14 else several


def _understood(one: RepeatedDistribution, first: date, today: date) -> Iterator[str]:
    """Yield what was understood: the first day, from when to when its orders are, and which is the next."""
    language = spoken()
    yield _("The first one: {day}", day=long_day(first, language))
    if one.orders_open_at:
        yield _("orders open {moment}", moment=instant(one.orders_open_at, language))
    if one.orders_close_at:
        yield _("orders close {moment}", moment=instant(one.orders_close_at, language))
    if first < today:  # that of the newest export
        ahead = first + timedelta(days=-(-(today - first).days // one.every) * one.every)
        yield _("the next one: {day}", day=long_day(ahead, language))


def _ask_orders(terminal: Terminal, start: datetime) -> tuple[datetime | None, datetime | None]:
    """Ask when orders open and close, in days of the week as people say it, and return when for the first."""
    opens = terminal.ask_for(
        _("Orders open, such as {example}", example=example_of_moment(start.weekday(), "8h")), moment_before
    )

    def close(text: str) -> datetime:
        found = moment_before(text).ahead_of(start)
        if found > start:
            raise ValueError(_("after the start"))
        if opens and opens.ahead_of(start, found) >= found:
            raise ValueError(_("before orders open"))
        return found

    example = example_of_moment((start.weekday() - 2) % 7, "20h")
    closes = terminal.ask_for(_("Orders close, such as {example}", example=example), close)
    latest = closes or datetime.combine(start.date(), time.min)
    return opens.ahead_of(start, latest) if opens else None, closes


def _ask_sender(terminal: Terminal, answers: Answers) -> Answers:
    terminal.tell(_("Without a sender, mails are written to the folder outbox, and nothing leaves."))
    sender = terminal.ask_for(_("Sender, an address validated at Mailjet"), _own_address)
    if not sender:
        return answers
    terminal.tell(_("Its mails may go into the folder outbox first, for you to look at them."))
    question = _("Send them by Mailjet at once?")
    return replace(answers, sender=sender, by_mailjet=terminal.confirm(question, default=False))


def _own_address(text: str) -> str:
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
