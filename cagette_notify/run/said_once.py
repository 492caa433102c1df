"""Choose the problems to say: each once a day while it stands, incidents once. Pure."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import CORRECTION
from cagette_notify.core.labels import notice_label
from cagette_notify.core.notices import Status
from cagette_notify.ledger.run_memory import LastSaid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.run.run_report import ReportLine, RunReport

ANY_RUN = "run"  # seen by every run, even one with nothing due
ANY_DATA = "data"  # seen when members are read
DEFERRED_MAIL = "mail"  # seen by a run for all groups, as are the next two
MAIL_IN_DOUBT = "doubt"
HELD_MAIL = "held"  # until somebody wants it again
ANY_FATE = "fate"  # seen when Mailjet tells what became of mails
ANY_CLOCK = "clock"  # seen when Mailjet tells the time


SAY_AGAIN_AFTER = timedelta(days=1)
_ROW = re.compile(r"[^:]+\.(?:csv|ya?ml|xlsx?|ods)(?:#[^:]*)?:[A-Z]*\d+: ", re.IGNORECASE)


def standing_problems(report: RunReport, calendar_problems: Collection[Problem]) -> dict[str, str]:
    """Return each trouble that stands until mended, with the scope that must be looked at to see it."""
    scopes = {
        str(problem): _scope_of_orders(problem.group_id)
        if problem in report.order_problems
        else HELD_MAIL
        if problem in (report.held_mails or ())
        else _scope_of(problem, calendar_problems)
        for problem in report.problems
    }
    scopes |= {str(problem): ANY_FATE for problem in report.fate_troubles or ()}
    scopes |= {str(problem): ANY_CLOCK for problem in report.clock_troubles or ()}
    if report.counts[Status.IN_DOUBT.value]:
        doubt = _("some mails are in doubt: nobody knows yet whether they left; the next runs look them up")
        scopes[doubt] = MAIL_IN_DOUBT
    for detail in _details(report, Status.DEFERRED):
        scopes[_("some mails are deferred, the next run tries again: {reason}", reason=detail)] = (
            DEFERRED_MAIL
        )
    return scopes


def incident_lines(report: RunReport) -> list[str]:
    """Return what happened in this run and is said once: refusals, mails too late, things held back."""
    refused = [
        _(
            "{kind} of distribution {distribution} to {address}: refused: {reason}",
            kind=notice_label(line.kind, is_correction=line.is_correction),
            distribution=line.distribution,
            address=line.address,
            reason=line.reason,
        )
        for line in report.lines
        if line.status == Status.FAILED.value
    ]
    return [str(event) for event in report.events] + refused + _too_late(report)


def scopes_seen(report: RunReport) -> frozenset[str]:
    """Return the scopes that this run has seen, so that what it does not find there is mended.

    Orders that no mail needs are no trouble any more, whoever put their file right, or never did.
    """
    groups = {_scope_of_group(id_) for id_ in report.groups_read}
    orders = {_scope_of_orders(id_) for id_ in report.groups_read | report.needs_no_orders}
    if report.is_for_all_groups and orders:
        orders.add(_scope_of_orders(""))
    mail = [DEFERRED_MAIL, MAIL_IN_DOUBT] if report.is_for_all_groups else []
    held = [HELD_MAIL] if report.is_for_all_groups and report.held_mails is not None else []
    data = [ANY_DATA] if groups else []
    fates = [] if report.fate_troubles is None else [ANY_FATE]
    clock = [] if report.clock_troubles is None else [ANY_CLOCK]
    return frozenset({ANY_RUN, *groups, *orders, *mail, *held, *data, *fates, *clock})


def is_any_mended(report: RunReport, said: Mapping[str, LastSaid]) -> bool:
    """Tell whether one of the troubles that ended has ended because somebody mended it, as far as is seen.

    Orders that nobody needs any more are none, and no better for it; nor are those that came too late.
    """
    unread = {_scope_of_orders(id_) for id_ in report.needs_no_orders - report.groups_read}
    unread |= {_scope_of_orders(id_) for id_ in ("", *report.missed_recaps) if report.missed_recaps}
    left = {str(problem) for problem in report.unsaid}
    return any(line not in left and one.scope not in unread for line, one in said.items())


def standing_still(  # noqa: PLR0913 - what the ledger knows, and whoever asks
    said: Mapping[str, LastSaid],
    *,
    in_doubt: int,
    deferred: int,
    held: Collection[Problem] | None,
    is_read: bool = False,
    in_other_words: Collection[Problem] = (),
) -> list[str]:
    """Return the lines that are not mended since a run said them, as far as the ledger tells.

    ``held`` are the mails that somebody must want again; None where nobody could look. Where everything but
    orders ``is_read`` by whoever asks, they know themselves what is wrong with rows: a run with nothing due
    reads none. Nor is said again what they found ``in_other_words``, as runs speak another language.
    """
    mended = {
        scope
        for scope, is_mended in (
            (MAIL_IN_DOUBT, not in_doubt),
            (DEFERRED_MAIL, not deferred),
            (HELD_MAIL, held is not None),
        )
        if is_mended
    }
    lines = [
        line
        for line, last in said.items()
        if last.scope not in mended
        and not (is_read and _is_of_a_row(line, last))
        and not any(_is_about_the_same(problem, line, last) for problem in in_other_words)
    ]
    return list(dict.fromkeys((*lines, *map(str, held or ()))))


def _is_about_the_same(problem: Problem, line: str, said: LastSaid) -> bool:
    """Tell whether a line is most likely a problem in another language: of that group, or that place."""
    place = str(problem).removesuffix(problem.message)
    of_group = bool(problem.group_id) and said.scope == _scope_of_group(problem.group_id)
    return of_group or bool(place and line.startswith(place))


def _is_of_a_row(line: str, said: LastSaid) -> bool:
    """Tell whether a line is about a row of the groups, distributions, members, or their own changes."""
    return not said.scope.startswith(_scope_of_orders("")) and bool(_ROW.match(line))


def _scope_of(problem: Problem, calendar_problems: Collection[Problem]) -> str:
    if problem in calendar_problems:
        return ANY_RUN
    return _scope_of_group(problem.group_id) if problem.group_id else ANY_DATA


def _scope_of_group(group_id: str) -> str:
    return f"group {group_id}"


def _scope_of_orders(group_id: str) -> str:
    return f"orders {group_id}"


def _details(report: RunReport, status: Status) -> list[str]:
    return list(dict.fromkeys(line.reason for line in report.lines if line.status == status.value))


def _too_late(report: RunReport) -> list[str]:
    """Count those that lack each kind of notice for one reason; of corrections, those that believe the same.

    Of a group that is held only those are known who are in what is left of its data: they aren't counted.
    """
    late = Counter(
        replace(line, member="", address="", custom_id="", message_id="", mail="")
        for line in dict.fromkeys(_as_counted(line) for line in report.lines)
        if line.status == Status.EXPIRED.value
    )
    held = report.held_groups
    return [_too_late_line(line, 0 if line.group in held else count) for line, count in late.items()]


def _as_counted(line: ReportLine) -> ReportLine:
    return replace(line, kind=CORRECTION) if line.is_correction else line


def _too_late_line(line: ReportLine, count: int) -> str:
    words = {
        "kind": notice_label(line.kind, is_correction=line.is_correction),
        "distribution": line.distribution,
    }
    text = (
        _(
            "{kind} of distribution {distribution}: came too late and was not sent; addresses concerned: "
            "{count}",
            count=count,
            **words,
        )
        if count
        else _("{kind} of distribution {distribution}: came too late and was not sent", **words)
    )
    return _("{what} ({why})", what=text, why=line.reason) if line.reason else text


def problems_to_say(
    troubles: Mapping[str, str], said: Mapping[str, LastSaid], now: datetime, *, looked_at: Collection[str]
) -> tuple[list[str], dict[str, LastSaid]]:
    """Return the lines to say now, and what to remember as said.

    ``troubles`` maps each line to its scope. A trouble that is gone is forgotten only if its scope was
    looked at: a run with nothing due reads no members, and must not call their problems mended.
    """
    to_say = [line for line in troubles if _is_due(said.get(line), now)]
    standing = {
        line: LastSaid(now if line in to_say else said[line].at, scope) for line, scope in troubles.items()
    }
    unseen = {line: old for line, old in said.items() if line not in troubles and old.scope not in looked_at}
    return to_say, standing | unseen


def _is_due(said: LastSaid | None, now: datetime) -> bool:
    # A time ahead of now was noted by a clock that had jumped ahead.
    return said is None or not timedelta(0) <= now - said.at < SAY_AGAIN_AFTER
