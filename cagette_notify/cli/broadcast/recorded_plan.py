"""Ask what becomes of a planned mail, shown as the ledger has it, without its command and its text's file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from cagette_notify.broadcast.planned import bring_forward
from cagette_notify.cli.broadcast.confirm_screen import file_facts, laid_out, text_facts
from cagette_notify.cli.broadcast.offers import FOR_YES, Answer, Offer, answer_to
from cagette_notify.cli.broadcast.plan import call_off_and_keep
from cagette_notify.cli.broadcast.plan_words import (
    how_it_stays,
    leave_it,
    other_planned_no_more,
    plan_as_it_stands,
)
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.prompt import CancelledError
from cagette_notify.cli.session import now, program_words
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import ALL, list_to_type
from cagette_notify.core.messages import name_of_lists
from cagette_notify.mails.broadcast_text.placeholders import with_names_of_places
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.core.model import Group
    from cagette_notify.data.calendar import Calendar


def ask_about_recorded(
    config: Config, calendar: Calendar, planned: PlannedMail, terminal: Terminal
) -> BroadcastReport:
    """Show the mail, and ask whether it leaves earlier, or not at all; anything else leaves it as it is."""
    where = calendar.groups.get(planned.broadcast.group_id) or config
    facts = _facts(config, where, planned)
    terminal.say("", *laid_out(config, facts, shutil.get_terminal_size().columns or 80), "")
    answer = _answer_about(terminal, planned, _to_send(where, planned))
    if answer is Answer.CALL_OFF:
        return BroadcastReport(RunReport(now()), None, "", call_off_and_keep(config, planned))
    if answer is Answer.SEND:
        return _leaves_next(config, planned)
    stays, attempt = how_it_stays(where, planned, now()), planned.broadcast.attempt
    return BroadcastReport(RunReport(now()), None, attempt, (stays,), send_at=planned.send_at)


def is_called_off(terminal: Terminal, planned: PlannedMail) -> bool:
    """Ask whether a mail is called off; Enter, the end of input and Ctrl-C leave it as it is."""
    return _answer_about(terminal, planned, {}) is Answer.CALL_OFF


def _answer_about(terminal: Terminal, planned: PlannedMail, to_send: Mapping[str, Offer]) -> Answer | None:
    offers = {**to_send, "c": Offer(_("call it off"), Answer.CALL_OFF)}
    try:
        return answer_to(terminal, offers, leave_it(planned, now()))
    except (CancelledError, KeyboardInterrupt):
        return None


def _to_send(where: Group | Config, planned: PlannedMail) -> dict[str, Offer]:
    """Offer to let it leave before its time, on its day alone: what was recorded of it is dated of that."""
    at = now()
    is_its_day = at.astimezone(where.timezone).date() == planned.send_at.astimezone(where.timezone).date()
    if not (is_its_day and at < planned.send_at):
        return {}
    return {FOR_YES: Offer(_("let it leave with the next send-due"), Answer.SEND)}


def _leaves_next(config: Config, planned: PlannedMail) -> BroadcastReport:
    at, mail = now(), planned.broadcast
    if not bring_forward(config, planned, at):
        raise other_planned_no_more()
    command = command_to_type("broadcast", mail.group_id, program=program_words(config))
    lines = (
        _("It leaves with the next send-due, to whoever is in the list then."),
        _("To see it, or to call it off: {command}", command=command),
    )
    return BroadcastReport(RunReport(at), None, mail.attempt, lines, send_at=at)


def _anew(config: Config, planned: PlannedMail) -> str:
    options = ["--subject", planned.broadcast.content.subject]
    lists = () if planned.lists == (ALL,) else planned.lists
    options += [part for name in lists for part in ("--to", list_to_type(name))]
    words = program_words(config)
    return command_to_type("broadcast", planned.broadcast.group_id, options=options, program=words)


def _facts(config: Config, where: Group | Config, planned: PlannedMail) -> Iterator[tuple[str, str]]:
    mail = planned.broadcast
    text = with_names_of_places(mail.content).text
    yield from text_facts(mail.sender, mail.reply_to, mail.content.subject, text)
    yield _("To"), name_of_lists(map(list_to_type, planned.lists))
    yield _("Planned"), plan_as_it_stands(where, planned, now())
    yield from file_facts(mail.attachments)
    note = _(
        "for another time, give the command that planned it; where its text is gone, call it off here, and "
        "write it anew: {command}",
        command=_anew(config, planned),
    )
    yield _("Note"), note
