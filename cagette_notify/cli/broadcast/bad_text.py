"""Ask what becomes of a text of which no mail can be made: it is edited, or left, or its plan called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.broadcast.offers import Answer, Offer, answer_to
from cagette_notify.cli.broadcast.plan import call_off_planned
from cagette_notify.cli.broadcast.plan_refused import planned_at_stake, planned_whatever_happens
from cagette_notify.cli.broadcast.plan_words import leave_it
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.broadcast.text_source import edit_draft, where_the_text_is, with_file_named
from cagette_notify.cli.session import now, to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from cagette_notify.broadcast.drafts import Draft
    from cagette_notify.cli.broadcast.options import BroadcastJob
    from cagette_notify.core.errors import UsageError


def ask_about_text(job: BroadcastJob, draft: Draft, error: UsageError) -> BroadcastReport | None:
    """Say what is wrong with the text, and let it be edited: None to look at it once more.

    Raise the error where it isn't the text that is wrong, or nobody can be asked. What is planned leaves as
    it was recorded, so that it can be called off here.
    """
    clear, terminal = with_file_named(error, draft), job.terminal
    is_about_text = any(problem.field == "body" for problem in error.problems)
    if not (is_about_text and terminal and job.given.needs_an_answer):
        raise clear from None
    terminal.tell(*(Problem(to_type(str(problem), job.config)) for problem in clear.problems))
    planned = planned_at_stake(job.config, replace(job.given, subject=job.subject))
    offers, otherwise = {"m": Offer(_("edit"))}, _("cancel")
    if planned:
        terminal.tell(*planned_whatever_happens(job.config, planned))
        offers["c"] = Offer(_("call the planned one off"), Answer.CALL_OFF)
        otherwise = leave_it(planned, now())
    if answer_to(terminal, offers, otherwise) is Answer.CALL_OFF and planned:
        said, kept = call_off_planned(job.config, planned), where_the_text_is(job, draft)
        return BroadcastReport(RunReport(now()), None, "", (said,), kept)
    edit_draft(job, draft)
    return None
