"""What a run's report has to say, line by line, and its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from cagette_notify.run.exit_status import exit_status_of
from tests.chaos.lives.contract_model import DEFERRED, DROPPED, EXPIRED, IN_DOUBT, SENT, Letter, Plan
from tests.chaos.lives.contract_table import TO_GROUP, Key

if TYPE_CHECKING:
    from cagette_notify.run.run_report import RunReport
    from tests.chaos.lives.faults import Fault

Mails: TypeAlias = "dict[str, tuple[dict[str, Any], set[Letter]]]"
"""What left, by CustomID: the mail as it was posted, and what it was."""


def name_of(key: Key) -> tuple[str, str, str, str]:
    """Name a notice as a report does, which leaves its occasion out."""
    return key.kind, key.day, key.member, key.address


def lines_of(report: RunReport) -> set[tuple[str, ...]]:
    """Return what a report says of notices; what the group is told is everybody's who reads the address."""
    return {
        (
            line.kind,
            line.distribution,
            "" if line.kind in TO_GROUP else line.member,
            line.address.casefold(),
            line.status,
        )
        for line in report.lines
        if line.status != "skipped"
    }


def lines_due(plan: Plan, found: Mails, fault: Fault) -> set[tuple[str, ...]]:
    """Return what it has to say: of mails that left, or were held up, and of doubts."""
    left = {
        (*name_of(key), fault.outcome_for(letter.address))
        for _message, letters in found.values()
        for letter in letters
        for key in letter.keys
    }
    planned = {name_of(key) for letter in plan.letters for key in letter.keys}
    held_up = {(*name, DEFERRED) for name in planned} if fault.is_final else set()
    ended = ((SENT, plan.found), (IN_DOUBT, plan.waiting), (EXPIRED, plan.expired), (DROPPED, plan.dropped))
    return left | held_up | {(*name_of(row.key), status) for status, rows in ended for row in rows}


def check_exit(report: RunReport, statuses: set[str], fault: Fault) -> None:
    """Hold the exit status to the contract's list; what it can't know of has to be said."""
    if fault.name == "401" and DEFERRED in statuses:
        assert exit_status_of(report) == 78
    elif DEFERRED in statuses and SENT not in statuses:
        assert exit_status_of(report) == 75
    elif statuses - {SENT, DROPPED}:
        assert exit_status_of(report) == 1
    else:
        assert exit_status_of(report) == 0 or (exit_status_of(report) == 1 and report.news)
