"""Choose the readers of a broadcast as the data is today, and say what makes them doubtful."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.choose import Choice, choose_audience
from cagette_notify.broadcast.left_out import left_out_words
from cagette_notify.broadcast.told import Memory
from cagette_notify.core.errors import DataError, NotifyError, Origin, Problem
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.list_names import FILE, kind_of_list
from cagette_notify.core.notices import ForgottenKeys
from cagette_notify.core.unsubscriptions import deaf_to_letters
from cagette_notify.data.members.named_rows import Meant, NamedRow, NamedRows
from cagette_notify.ledger.cancellations import cancellations
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from cagette_notify.run.reading.held_groups import guard_over
from cagette_notify.run.reading.new_distribution_ids import as_taken_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.messages import Attachment, PlannedMail, PlannedRow
    from cagette_notify.core.model import Group, Sizes
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.mails.renderer import Renderer


class TodaysChoice(Struct, frozen=True):
    """Whom some lists mean, and what ``holds`` the group, by the guard that send-due asks.

    ``size`` is what the group's data holds if all of it is meant, and nothing of that is in doubt.
    """

    choice: Choice
    holds: tuple[Problem, ...]
    size: Sizes | None


def todays_choice(  # noqa: PLR0913, PLR0917 - what is wanted, and all that it is chosen from
    ledger: Ledger,
    account: str,
    calendar: Calendar,
    group: Group,
    lists: Sequence[str],
    now: datetime,
    *,
    files: Mapping[str, NamedRows] = {},
    accepted: Collection[str] = (),
) -> TodaysChoice:
    """Return it, the data of the groups taken as right that somebody ``accepted``.

    Raises what ``choose_audience`` does, and ``DataError`` where nobody of the lists has an address.
    """
    ledger = as_taken_over(ledger, account, calendar, now, accepted)
    forgotten = ForgottenKeys(ledger.forgotten(account), ledger.ledger_id)
    cancelled = cancellations(ledger, account)
    standing = UnsubscriptionBook(ledger, account).standing()
    memory = Memory(
        partial(ledger.told_since, account),
        forgotten,
        lambda id_: len(cancelled.get(id_, ())),
        deaf_to_letters(standing),
    )
    choice = choose_audience(calendar, group, lists, now, memory, files=files)
    guard = guard_over(ledger, account, choice.read, now, accepted=accepted) if choice.read else None
    holds = guard.of(group.id) if guard else ()
    _refuse_nobody(group, choice, holds)
    size = guard.sizes[group.id] if guard and choice.is_of_all and not holds else None
    return TodaysChoice(choice, holds, size)


def choice_of_plan(  # noqa: PLR0913 - as above
    ledger: Ledger,
    calendar: Calendar,
    group: Group,
    planned: PlannedMail,
    now: datetime,
    *,
    accepted: Collection[str] = (),
) -> TodaysChoice:
    """Return whom a planned mail would go to as the data is today; raise as ``todays_choice`` does."""
    account, files = planned.broadcast.account, _files(planned)
    return todays_choice(ledger, account, calendar, group, planned.lists, now, files=files, accepted=accepted)


def readers_of_plan(
    ledger: Ledger, calendar: Calendar, planned: PlannedMail, now: datetime
) -> frozenset[str] | None:
    """Return the addresses, casefolded, that a planned mail would go to; None where that can't be known."""
    group = calendar.groups.get(planned.broadcast.group_id)
    try:
        today = choice_of_plan(ledger, calendar, group, planned, now) if group else None
    except NotifyError:
        return None
    return frozenset(mailbox.key for mailbox in today.choice.audience.mailboxes) if today else None


def calendar_entries(renderer: Renderer, group: Group, choice: Choice, now: datetime) -> Iterator[Attachment]:
    """Yield what takes a distribution out of the calendars of those who were told of it, or puts it back."""
    for new in choice.called_off or choice.back_on:
        made = renderer.calendar_entries(group, new.distribution, new.sequence, now, roles=new.roles)
        yield from (replace(one, reader=new.reader) for one in made)


def _files(planned: PlannedMail) -> dict[str, NamedRows]:
    """Return the rows of each file that was named, as they were: it may be another one by now, or gone."""
    names = {typed: typed.partition(":")[2] for typed in planned.lists if _is_file(typed)}
    rows = {typed: tuple(_row(row) for row in planned.rows if row.list == typed) for typed in names}
    return {typed: NamedRows(name, rows[typed], is_recorded=True) for typed, name in names.items()}


def _row(row: PlannedRow) -> NamedRow:
    """Return a row of a file; with addresses and names it is known whom it meant."""
    origin = Origin(row.file, row.line)
    if not (row.addresses and row.names):
        return NamedRow(origin, row.addresses, row.names, row.shown)
    id_, name = row.names
    return NamedRow(origin, (), row.names, row.shown, Meant(id_, name, row.addresses))


def _is_file(typed: str) -> bool:
    return kind_of_list(typed.partition(":")[0]) == FILE


def _refuse_nobody(group: Group, choice: Choice, holds: tuple[Problem, ...]) -> None:
    if not choice.audience.mailboxes:
        message = _("nobody to write to: no address in the list {name}", name=choice.name_to_type)
        if choice.audience.left_out:
            left_out = left_out_words(choice.audience)
            message = _("{message}; left out: {left_out}", message=message, left_out=left_out)
        for one in choice.lists:
            if one.distribution:  # which one is the next may be another than is meant
                day = long_day(one.distribution.starts_at.astimezone(group.timezone).date(), spoken())
                message = _("{message}; looked at: the distribution of {day}", message=message, day=day)
        raise DataError(*choice.problems, *holds, Problem(message))
