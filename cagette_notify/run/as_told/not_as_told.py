"""Say what was announced and is not so any more, until those who were told were written to about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.planning.corrections.called_off import (
    called_off,
    called_off_key,
    called_off_unheard,
    group_to_write_to,
    off_once_open,
    perhaps_off,
    perhaps_off_key,
    why_off,
)
from cagette_notify.planning.corrections.missed_corrections import uncorrected
from cagette_notify.planning.corrections.moved_to_the_past import begun_untold, moved_key, moved_to_the_past
from cagette_notify.run.as_told.back_on import back_on
from cagette_notify.run.as_told.letters_to_told import Letters
from cagette_notify.run.as_told.slips_of_the_pen import slips_of_the_pen
from cagette_notify.run.reading.new_distribution_ids import as_taken_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.as_told.letters_to_told import Letter, WrittenOf
    from cagette_notify.run.context import Run


def slips_since_told(calendar: Calendar, ledger: Ledger, account: str, now: datetime) -> Iterator[Problem]:
    """Yield what may be a slip of the pen: a new start that is past, or what is gone from the data.

    What is called off there is meant to be.
    """
    ledger, known = as_taken_over(ledger, account, calendar, now), {one.id for one in calendar.distributions}
    announced = announced_ahead(calendar, ledger, account, now)
    gone = [entry for entry in announced if entry.key.distribution_id not in known]
    yield from not_as_told(calendar, ledger, account, gone, now)


def is_anybody_misled(run: Run) -> bool:
    """Tell whether anything is not as told, of which those told are still to hear."""
    announced = announced_ahead(run.calendar, run.ledger, run.account, run.now)
    return any(not_as_told(run.calendar, run.ledger, run.account, announced, run.now))


def announced_ahead(calendar: Calendar, ledger: Ledger, account: str, now: datetime) -> list[Entry]:
    """Return what people were told of starts ahead: recaps, or the opening of what is off since, or was."""
    distributions, told = {one.id: one for one in calendar.distributions}, ledger.told_ahead(account, now)
    last = ledger.last_told_ahead(account, now)
    has_said, given = RunMemory(ledger, account).said_at, (distributions, calendar.groups, calendar.aside)
    return [*told, *off_once_open(last, told, *given, has_said=has_said)]


def not_as_told(
    calendar: Calendar, ledger: Ledger, account: str, announced: Sequence[Entry], now: datetime
) -> Iterator[Problem]:
    """Yield what won't take place of what was ``announced``, and what takes place at another time than told.

    That is: its new start is past, or the one that was told is, and nobody was told otherwise in time.
    """
    distributions, groups = {one.id: one for one in calendar.distributions}, calendar.groups
    told = (*ledger.told_ahead(account, now), *ledger.last_told_ahead(account, now))
    untold = begun_untold(told, distributions, groups, now)
    slips = slips_of_the_pen(ledger, account, untold, distributions)
    found = off_as_told(calendar, ledger, account, announced)
    found |= perhaps_off(announced, distributions, groups, calendar.aside)
    found |= moved_to_the_past(slips, distributions, groups, now)
    missed = [*uncorrected(ledger.about_missed_corrections(account, now), distributions, groups, now)]
    found |= {one.key: one.problem for one in missed}
    keys = _keys(announced, distributions, groups)
    keys += [(moved_key(entry, distributions[entry.key.distribution_id]), entry) for entry in slips]
    keys += [(one.key, one.told) for one in missed]
    in_doubt, told_of = {perhaps_off_key(entry, distributions, groups) for entry in announced}, dict(keys)
    for key, written in _written_of(calendar, ledger, account, [one for one in keys if one[0] in found]):
        if not written.is_done:
            yield found[key]
            if written.to_all and key not in in_doubt:
                yield _perhaps_said(found[key], written.to_all, groups)
        if written.deaf:
            yield _unheard(found[key], told_of[key].key.distribution_id, written.deaf)
    back = back_on(calendar, ledger, account, announced).values()
    yield from (one.problem for one in back if one.is_to_say)


def off_as_told(
    calendar: Calendar, ledger: Ledger, account: str, announced: Iterable[Entry]
) -> dict[str, Problem]:
    """Say, by its key, what is off of what was ``announced``, and how those who were told hear of it."""
    announced = tuple(announced)
    known = {one.id: one for one in calendar.distributions}, calendar.groups
    found = called_off(announced, *known, calendar.aside)
    told = {called_off_key(entry, *known): entry for entry in announced} if found else {}
    for key in found:
        entry = told[key]
        deaf, why = Letters(ledger, account).deaf_alone(entry), why_off(entry, *known, calendar.aside)
        if deaf and why:
            found[key] = called_off_unheard(entry.key.distribution_id, entry.group_id, why, deaf)
    return found


def _perhaps_said(problem: Problem, letter: Letter, groups: Mapping[str, Group]) -> Problem:
    group = groups.get(problem.group_id)
    from cagette_notify.core.formatting import instant  # and with it babel, where there is a moment to say

    at = letter.confirmed_at.astimezone(group.timezone) if group else letter.confirmed_at
    message = _(
        "the mail {subject!r} of {at} has gone to all of group {group} since: if it says so, they know",
        subject=letter.subject,
        at=instant(at, spoken()),
        group=problem.group_id,
    )
    return Problem(message, group_id=problem.group_id, is_warning=True)


def _unheard(problem: Problem, distribution_id: str, addresses: Collection[str]) -> Problem:
    message = _n(
        "no letter reaches {count} address that was told of distribution {id}, as it has unsubscribed with "
        "Mailjet's link; tell them by another way, such as the telephone: {addresses}",
        "no letter reaches {count} addresses that were told of distribution {id}, as they have unsubscribed "
        "with Mailjet's link; tell them by another way, such as the telephone: {addresses}",
        len(addresses),
        id=distribution_id,
        addresses=", ".join(sorted(addresses)),
    )
    return Problem(message, group_id=problem.group_id, is_warning=True)


def called_off_written_of(
    calendar: Calendar, ledger: Ledger, account: str, announced: Sequence[Entry]
) -> Mapping[str, WrittenOf]:
    """Return, by its key, what may not take place of what was ``announced``, and what was written of it."""
    distributions, groups = {one.id: one for one in calendar.distributions}, calendar.groups
    off = called_off(announced, distributions, groups, calendar.aside)
    off |= perhaps_off(announced, distributions, groups, calendar.aside)
    keys = _keys(announced, distributions, groups)
    return dict(_written_of(calendar, ledger, account, [one for one in keys if one[0] in off]))


def _keys(
    announced: Iterable[Entry], distributions: Mapping[str, Distribution], groups: Mapping[str, Group]
) -> list[tuple[str, Entry]]:
    return [
        (key_of(entry, distributions, groups), entry)
        for entry in announced
        for key_of in (called_off_key, perhaps_off_key)
    ]


def _written_of(
    calendar: Calendar, ledger: Ledger, account: str, keys: Iterable[tuple[str, Entry]]
) -> Iterator[tuple[str, WrittenOf]]:
    """Yield each of the keys with what was written of it since a run had said it."""
    distributions, groups = {one.id: one for one in calendar.distributions}, calendar.groups
    memory, letters = RunMemory(ledger, account), Letters(ledger, account)
    for key, entry in keys:
        group_id = group_to_write_to(entry, distributions, groups)
        yield key, letters.written_of(entry, group_id, memory.said_at(key))
