"""Look for planned broadcasts that are due in a run; load nothing where none is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.kinds import Kind
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.run.context import Departures
from cagette_notify.run.held_broadcasts import is_plan_given_up

if TYPE_CHECKING:
    from cagette_notify.run.context import Run


def depart_due(run: Run) -> Departures:
    """Give its readers to each planned mail that is due, so that the run sends it; say why others wait."""
    due = [
        one
        for one in PlannedBook(run.ledger, run.account).due(run.now)
        if Kind.BROADCAST in run.request.kinds and run.is_asked(one.broadcast.group_id)
        if not is_plan_given_up(one, run.now)
    ]
    if not due:
        return Departures()
    # Only now: with it come Markdown and Jinja2.
    from cagette_notify.broadcast.depart import depart

    return depart(run, due)
