"""Show a planned mail as the ledger has it, without its command and its text's file, and call it off."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from cagette_notify.cli.broadcast.confirm_screen import file_facts, laid_out, text_facts
from cagette_notify.cli.broadcast.offers import Answer, Offer, answer_to
from cagette_notify.cli.broadcast.plan import call_off_planned
from cagette_notify.cli.broadcast.plan_words import how_it_stays, leave_it, plan_as_it_stands
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.prompt import CancelledError
from cagette_notify.cli.session import now
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import list_to_type
from cagette_notify.core.messages import name_of_lists
from cagette_notify.mails.broadcast_text.placeholders import with_names_of_places
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.core.model import Group
    from cagette_notify.data.dataset import Calendar


def ask_about_recorded(
    config: Config, calendar: Calendar, planned: PlannedMail, terminal: Terminal
) -> BroadcastReport:
    """Show the mail, and ask whether it is called off; anything else leaves it as it is."""
    where = calendar.groups.get(planned.broadcast.group_id) or config
    facts = _facts(where, planned)
    terminal.say("", *laid_out(config, facts, shutil.get_terminal_size().columns or 80), "")
    if is_called_off(terminal, planned):
        return BroadcastReport(RunReport(now()), None, "", (call_off_planned(config, planned),))
    stays, attempt = how_it_stays(where, planned, now()), planned.broadcast.attempt
    return BroadcastReport(RunReport(now()), None, attempt, (stays,), send_at=planned.send_at)


def is_called_off(terminal: Terminal, planned: PlannedMail) -> bool:
    """Ask whether a mail is called off; Enter, the end of input and Ctrl-C leave it as it is."""
    offers = {"c": Offer(_("call it off"), Answer.CALL_OFF)}
    try:
        return answer_to(terminal, offers, leave_it(planned, now())) is Answer.CALL_OFF
    except (CancelledError, KeyboardInterrupt):
        return False


def _facts(where: Group | Config, planned: PlannedMail) -> Iterator[tuple[str, str]]:
    mail = planned.broadcast
    text = with_names_of_places(mail.content).text
    yield from text_facts(mail.sender, mail.reply_to, mail.content.subject, text)
    yield _("To"), name_of_lists(map(list_to_type, planned.lists))
    yield _("Planned"), plan_as_it_stands(where, planned, now())
    yield from file_facts(mail.attachments)
    yield _("Note"), _("to send it at once, or to move it, give the command that planned it")
