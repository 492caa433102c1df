"""Call off a planned mail whose command is refused: what holds it may keep it from being given again, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.broadcast.planned import planned_as_given, planned_mails, planned_of_draft
from cagette_notify.cli.broadcast.plan import call_off_and_keep
from cagette_notify.cli.broadcast.plan_words import departure, how_it_stays
from cagette_notify.cli.broadcast.recorded_plan import is_called_off
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.prompt import cancelled
from cagette_notify.cli.session import now, to_type
from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.list_names import ALL, list_to_type
from cagette_notify.core.messages import name_of_lists
from cagette_notify.run.hand_over import with_failure
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.cli.broadcast.options import BroadcastOptions
    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail

_OF_ANOTHER_MAIL = frozenset(("--subject", "--send-at", "--test"))
_OF_THE_TEXT = frozenset(("body", "--body"))


def ask_about_plan(
    config: Config, terminal: Terminal | None, given: BroadcastOptions, error: NotifyError, *, is_named: bool
) -> BroadcastReport:
    """Say why a command is refused, and ask whether the mail that it had planned is called off.

    Where none ``is_named`` yet, one may be chosen. Raise the error where none is planned; unasked, that stays
    as it is.
    """
    fields = {one.field for one in error.problems}
    if given.test or given.dry_run or fields & _OF_ANOTHER_MAIL:
        raise error
    is_asked = bool(terminal and given.needs_an_answer and not given.as_document)
    planned = planned_of_draft(config, given.body)
    if planned is None and (is_asked or not fields & _OF_THE_TEXT):
        planned = planned_at_stake(config, given)
    told = [to_type(str(problem), config) for problem in error.problems]
    if terminal and is_asked and not (planned or is_named or given.subject or given.body):
        planned, told = _chosen(config, terminal, given, told), []
    if planned is None:
        raise error
    if terminal is None or not is_asked:
        how = _(
            "{said}; it stays so: on a terminal, without --yes, this command calls it off",
            said=_planned(config, planned),
        )
        raise type(error)(*error.problems, Problem(how, is_warning=True))
    terminal.tell(*told, "", *planned_whatever_happens(config, planned))
    if is_called_off(terminal, planned):
        return BroadcastReport(RunReport(now()), None, "", call_off_and_keep(config, planned))
    report, stays = with_failure(RunReport(now()), error), how_it_stays(config, planned, now())
    return BroadcastReport(report, None, planned.broadcast.attempt, (stays,), send_at=planned.send_at)


def _chosen(
    config: Config, terminal: Terminal, given: BroadcastOptions, told: Sequence[str]
) -> PlannedMail | None:
    """Say what is wrong, and ask which of the planned mails is meant; None where there is none."""
    plans = planned_mails(config, given.group)
    if not plans:
        return None
    terminal.tell(*told)
    names = [_planned(config, one) for one in plans]
    question = _("Is one of these to be called off?")
    number = terminal.choose(question, [*names, _("no")], default=len(plans))
    if number == len(plans):
        raise cancelled()
    return plans[number]


def planned_at_stake(config: Config, given: BroadcastOptions) -> PlannedMail | None:
    """Return the planned mail that a command is about: that of its draft, else the one that it means."""
    return planned_of_draft(config, given.body) or planned_as_given(
        config, given.group, given.subject or "", given.lists or (ALL,)
    )


def planned_whatever_happens(config: Config, planned: PlannedMail) -> tuple[str, str]:
    """Say for when a mail is planned, and that what is wrong by now changes nothing of it."""
    return _planned(config, planned), _(
        "It leaves as it was planned, with the text, images and files of then."
    )


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
