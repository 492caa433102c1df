"""Call off a planned mail whose command is refused: what holds it may keep it from being given again, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.broadcast.planned import planned_as_given
from cagette_notify.cli.broadcast.plan import call_off_planned
from cagette_notify.cli.broadcast.plan_words import departure, how_it_stays
from cagette_notify.cli.broadcast.recorded_plan import is_called_off
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.session import now, to_type
from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.list_names import ALL, list_to_type
from cagette_notify.core.messages import name_of_lists
from cagette_notify.run.hand_over import with_failure
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from cagette_notify.cli.broadcast.options import BroadcastOptions
    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail

_OF_ANOTHER_MAIL = frozenset(("body", "--body", "--subject", "--send-at", "--test"))


def ask_about_plan(
    config: Config, terminal: Terminal | None, given: BroadcastOptions, error: NotifyError
) -> BroadcastReport:
    """Say why a command is refused, and ask whether the mail that it had planned is called off.

    Raise the error where none is planned; unasked, that stays as it is.
    """
    if given.test or given.dry_run or any(one.field in _OF_ANOTHER_MAIL for one in error.problems):
        raise error
    planned = planned_as_given(config, given.group, given.subject or "", given.lists or (ALL,))
    if planned is None:
        raise error
    said = _planned(config, planned)
    if terminal is None or given.yes or given.as_document:
        how = _("{said}; it stays so: on a terminal, without --yes, this command calls it off", said=said)
        raise type(error)(*error.problems, Problem(how, is_warning=True))
    terminal.tell(*(to_type(str(problem), config) for problem in error.problems), "", said)
    if is_called_off(terminal, planned):
        return BroadcastReport(RunReport(now()), None, "", (call_off_planned(config, planned),))
    report, stays = with_failure(RunReport(now()), error), how_it_stays(config, planned, now())
    return BroadcastReport(report, None, planned.broadcast.attempt, (stays,), send_at=planned.send_at)


def _planned(config: Config, planned: PlannedMail) -> str:
    return _n(
        "the mail {subject!r} to group {group} is planned for {at}, to {lists} (then {count} address)",
        "the mail {subject!r} to group {group} is planned for {at}, to {lists} (then {count} addresses)",
        planned.addresses,
        subject=planned.broadcast.content.subject,
        group=planned.broadcast.group_id,
        at=departure(config, planned.send_at),
        lists=name_of_lists(map(list_to_type, planned.lists)),
    )
