"""Give planned broadcasts their readers once they are due, or say what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from cagette_notify.broadcast.attachments import refuse_too_large
from cagette_notify.broadcast.deliver import new_copies, remember_size
from cagette_notify.broadcast.left_out import news_of_departure
from cagette_notify.broadcast.plan_refusals import (
    group_that_is_on,
    refuse_as_data_stand,
    refuse_otherwise_than_planned,
    refuse_whom_nobody_answers,
)
from cagette_notify.broadcast.todays_choice import TodaysChoice, calendar_entries, choice_of_plan
from cagette_notify.broadcast.told import REMEMBERED
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import DataError, NotifyError, Problem
from cagette_notify.core.formatting import instant
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.transport_traits import TRANSPORTS
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.mails.renderer import Renderer
from cagette_notify.run.context import Departures
from cagette_notify.run.held_broadcasts import HELD_AFTER, is_plan_given_up, is_plan_held
from cagette_notify.run.run_report import lines_of_dry_run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Broadcast, Copy, PlannedMail
    from cagette_notify.core.model import Group
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.context import Run

_SAID = 3  # of the problems that a mail waits for


def depart(run: Run, due: Iterable[PlannedMail]) -> Departures:
    """Put the copies of each mail that may leave in the place of its plan, in one transaction.

    A run that is killed after it has left the rest to the next one, as of any broadcast.
    """
    copies: list[Copy] = []
    held: list[Problem] = []
    events: list[Problem] = []
    # As of recaps, a rehearsal takes stale orders.
    config = replace(run.config, hold_stale_orders=run.config.hold_stale_orders and not run.request.rehearsal)
    for planned in due:
        try:
            found = _departure(
                *(config, run.calendar, run.ledger, planned, run.now), accepted=run.request.accept_data
            )
        except _WaitsError as waits:
            held += waits.problems
            continue
        made = new_copies(run.ledger, found.broadcast, found.today.choice.audience.mailboxes)
        kept = found.today.choice.kept if run.config.style.calendar else ()
        events += news_of_departure(found.broadcast, found.today.choice, kept)
        if run.request.dry_run:
            copies += made
            continue
        if run.request.moves_marks:
            remember_size(run.memory, found.broadcast.group_id, found.today.size)
        PlannedBook(run.ledger, run.account).depart(found.broadcast, made)
    return Departures(tuple(lines_of_dry_run(copies)), tuple(held), tuple(events))


def plans_waiting(
    config: Config, calendar: Calendar, ledger: Ledger, now: datetime
) -> dict[str, tuple[Problem, ...]]:
    """Return, by attempt, what a run says, or would, of the planned mails that can't leave.

    Of those that are not due it is what no time mends.
    """
    waiting: dict[str, tuple[Problem, ...]] = {}
    told = ledger.told_since(config.account, now - REMEMBERED)
    for planned in PlannedBook(ledger, config.account).all():
        if is_plan_given_up(planned, now):
            continue
        try:
            if planned.send_at <= now:
                _departure(config, calendar, ledger, planned, now)
            else:
                refuse_as_data_stand(calendar, planned, told, now)
        except _WaitsError as waits:
            waiting[planned.broadcast.attempt] = tuple(waits.problems)
        except NotifyError as error:
            waiting[planned.broadcast.attempt] = (_will_wait(config, calendar, planned, error),)
    return waiting


def plans_at_rest(config: Config, ledger: Ledger, now: datetime) -> Iterator[Problem]:
    """Yield what there is to say of planned mails that no run names: given up, or of another delivery."""
    for account in TRANSPORTS:
        for one in PlannedBook(ledger, account).all():
            if account == config.account:
                message = _given_up(config, one) if is_plan_given_up(one, now) else ""
            else:
                is_over = is_plan_given_up(one, now) or _is_given_here(config, ledger, one)
                message = "" if is_over else _of_another_delivery(config, one)
            if message:
                yield Problem(message, group_id=one.broadcast.group_id, is_warning=True)


def _is_given_here(config: Config, ledger: Ledger, planned: PlannedMail) -> bool:
    """Tell whether the same mail is planned, or was given, under this delivery."""
    books = PlannedBook(ledger, config.account), BroadcastBook(ledger, config.account)
    return any(book.same_mail(planned.broadcast.identity) for book in books)


def _given_up(config: Config, planned: PlannedMail) -> str:
    return _(
        "the mail {subject!r} to group {group} was to leave on {at}, never did, and is given up: no run "
        "names it any more; its broadcast command still offers it",
        subject=planned.broadcast.content.subject,
        group=planned.broadcast.group_id,
        at=_when(config, planned.send_at, None),
    )


def _of_another_delivery(config: Config, planned: PlannedMail) -> str:
    return _(
        "the mail {subject!r} to group {group} was planned for {at} under delivery: {other}, and does not "
        "leave under delivery: {delivery}; its broadcast command plans it there, too",
        subject=planned.broadcast.content.subject,
        group=planned.broadcast.group_id,
        at=_when(config, planned.send_at, None),
        other=planned.broadcast.account,
        delivery=config.account,
    )


class _Departure(NamedTuple):
    """A mail as it leaves, and whom its lists mean."""

    broadcast: Broadcast
    today: TodaysChoice


class _WaitsError(NotifyError):
    """A planned mail can't leave now."""


def _departure(  # noqa: PLR0913 - the mail, and all that decides whether it leaves
    config: Config,
    calendar: Calendar,
    ledger: Ledger,
    planned: PlannedMail,
    now: datetime,
    *,
    accepted: Collection[str] = (),
) -> _Departure:
    """Return how a mail leaves; raise ``_WaitsError`` if it doesn't: a day after its time for good."""
    group = calendar.groups.get(planned.broadcast.group_id)
    if is_plan_held(planned, now):
        raise _WaitsError(_held(config, planned, group))
    try:
        found = group_that_is_on(planned, group)
        return _to_todays_readers(config, calendar, ledger, planned, found, now, accepted)
    except NotifyError as error:
        raise _WaitsError(_waiting(config, planned, group, error)) from None


def _to_todays_readers(  # noqa: PLR0913, PLR0917 - as above
    config: Config,
    calendar: Calendar,
    ledger: Ledger,
    planned: PlannedMail,
    group: Group,
    now: datetime,
    accepted: Collection[str],
) -> _Departure:
    broadcast = planned.broadcast
    refuse_whom_nobody_answers(broadcast, group)
    today = choice_of_plan(ledger, calendar, group, planned, now, accepted=accepted)
    choice = today.choice
    stale = choice.stale if config.hold_stale_orders else ()
    if holds := (*today.holds, *choice.not_whole, *stale):
        raise DataError(*holds)
    refuse_otherwise_than_planned(planned, choice.lists)
    entries = tuple(calendar_entries(Renderer(config.style), group, choice, now))
    attachments = (*broadcast.attachments, *entries)
    refuse_too_large(broadcast.content, attachments)
    of_part = choice.lacks_rows or choice.audience.lacks_people
    leaving = replace(broadcast, confirmed_at=planned.send_at, attachments=attachments, of_part=of_part)
    return _Departure(leaving, today)


def _waiting(config: Config, planned: PlannedMail, group: Group | None, error: NotifyError) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} was to leave on {at}, and waits: {why}; if that is mended "
        "before {until}, the next send-due sends it",
        subject=planned.broadcast.content.subject,
        group=planned.broadcast.group_id,
        at=_when(config, planned.send_at, group),
        until=_when(config, planned.send_at + HELD_AFTER, group),
        why=_("; ").join(map(str, error.problems[-_SAID:])),
    )
    return Problem(message, group_id=planned.broadcast.group_id)


def _will_wait(config: Config, calendar: Calendar, planned: PlannedMail, error: NotifyError) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} is to leave on {at}, and will wait then, as the data stand: "
        "{why}",
        subject=planned.broadcast.content.subject,
        group=planned.broadcast.group_id,
        at=_when(config, planned.send_at, calendar.groups.get(planned.broadcast.group_id)),
        why=_("; ").join(map(str, error.problems[-_SAID:])),
    )
    return Problem(message, group_id=planned.broadcast.group_id)


def _held(config: Config, planned: PlannedMail, group: Group | None) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} was to leave on {at}, did not for a day, and is held: "
        "{command} calls it off; its own command without --send-at shows it as it would leave, and asks "
        "before it sends it",
        subject=planned.broadcast.content.subject,
        group=planned.broadcast.group_id,
        command=command_to_type("broadcast", planned.broadcast.group_id),
        at=_when(config, planned.send_at, group),
    )
    return Problem(message, group_id=planned.broadcast.group_id)


def _when(config: Config, at: datetime, group: Group | None) -> str:
    return instant(at.astimezone(group.timezone if group else config.timezone), spoken())
