"""Give planned broadcasts their readers once they are due, or say what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from cagette_notify.broadcast.attachments import refuse_too_large
from cagette_notify.broadcast.deliver import new_copies, remember_size
from cagette_notify.broadcast.left_out import news_of_departure
from cagette_notify.broadcast.lists import is_told
from cagette_notify.broadcast.proposal import answerers_of
from cagette_notify.broadcast.todays_choice import TodaysChoice, calendar_entries, choice_of_plan
from cagette_notify.core.addresses import address_key
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

    from cagette_notify.broadcast.choose import Choice
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Broadcast, Copy, PlannedMail
    from cagette_notify.core.model import Group
    from cagette_notify.data.dataset import Calendar
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
    """Return, by attempt, what a run would say of the planned mails that are due, and can't leave."""
    waiting: dict[str, tuple[Problem, ...]] = {}
    for planned in PlannedBook(ledger, config.account).due(now):
        if is_plan_given_up(planned, now):
            continue
        try:
            _departure(config, calendar, ledger, planned, now)
        except _WaitsError as waits:
            waiting[planned.broadcast.attempt] = tuple(waits.problems)
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
        if group is None or (group.disabled and not all(map(is_told, planned.lists))):
            raise DataError(Problem(_("its group is disabled or no longer in the data")))
        return _to_todays_readers(config, calendar, ledger, planned, group, now, accepted)
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
    _refuse_whom_nobody_answers(broadcast, group)
    today = choice_of_plan(ledger, calendar, group, planned, now, accepted=accepted)
    choice = today.choice
    stale = choice.stale if config.hold_stale_orders else ()
    if holds := (*today.holds, *choice.not_whole, *stale):
        raise DataError(*holds)
    if not {one.typed for one in choice.lists if one.distribution} <= {*planned.lists}:
        raise DataError(Problem(_("the distribution that its list is about is no longer in the data")))
    _refuse_otherwise_than_planned(planned, choice)
    entries = tuple(calendar_entries(Renderer(config.style), group, choice, now))
    attachments = (*broadcast.attachments, *entries)
    refuse_too_large(broadcast.content, attachments)
    of_part = choice.lacks_rows or choice.audience.lacks_people
    leaving = replace(broadcast, confirmed_at=planned.send_at, attachments=attachments, of_part=of_part)
    return _Departure(leaving, today)


def _refuse_whom_nobody_answers(broadcast: Broadcast, group: Group) -> None:
    """Raise for a mail whose replies reach somebody who speaks for the group no more, as its text says."""
    reply_to = broadcast.reply_to
    if reply_to and address_key(reply_to.address) not in answerers_of(group):
        message = _("replies would reach {address}, who coordinates it no more", address=reply_to.address)
        raise DataError(Problem(message))


def _refuse_otherwise_than_planned(planned: PlannedMail, choice: Choice) -> None:
    """Raise for a mail about what was on and is off by now, or the reverse: its text says otherwise."""
    changed = {
        one.distribution.id: one.is_off
        for one in choice.lists
        if one.distribution and one.is_off is not (one.typed in planned.lists_off)
    }
    for id_, is_off in changed.items():
        message = (
            _(
                "{id} took place when it was planned, and is off now: if that is so, call the mail off, or "
                "send it all the same by its command without --send-at",
                id=id_,
            )
            if is_off
            else _(
                "{id} was off when it was planned, and takes place now: if that is so, call the mail off, or "
                "send it all the same by its command without --send-at",
                id=id_,
            )
        )
        raise DataError(Problem(message))


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
