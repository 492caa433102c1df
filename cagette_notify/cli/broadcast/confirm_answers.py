"""Ask whether to send, test, edit, call off or cancel a broadcast, and act on the answer."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from cagette_notify.broadcast.deliver import broadcasts_going_on, progress_of, stop_and_look_up
from cagette_notify.broadcast.planned import planned_mails
from cagette_notify.cli.broadcast.change_mail import (
    carries_others,
    goes_to_others,
    is_renamed,
    may_be_another,
)
from cagette_notify.cli.broadcast.count_down import count_down
from cagette_notify.cli.broadcast.look_in_browser import look_in_browser
from cagette_notify.cli.broadcast.offers import FOR_YES, Answer, Offer, answer_to
from cagette_notify.cli.broadcast.options import BroadcastJob, checked_address
from cagette_notify.cli.broadcast.output import goes_on, stopped_by_answer
from cagette_notify.cli.broadcast.plan import in_place_of, neighbour_called_off, takes_place_and_time_of
from cagette_notify.cli.broadcast.plan_words import departure, leave_it, still_planned
from cagette_notify.cli.broadcast.send import send_test
from cagette_notify.cli.broadcast.text_source import edit_draft, no_editor
from cagette_notify.cli.prompt import CancelledError, Terminal, cancelled
from cagette_notify.cli.session import now
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import _, _n

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.broadcast.drafts import Draft
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import BroadcastProgress
    from cagette_notify.core.model import Group


def answer_to_screen(job: BroadcastJob, draft: Draft, proposal: Proposal) -> Answer:
    """Ask what to do; what was done may need another look."""
    terminal = job.terminal
    if terminal is None:
        return Answer.LOOK_AGAIN
    otherwise = leave_it(proposal.planned, now()) if proposal.planned else _("cancel")
    caution = _("The group's data may lack people: ") if _is_doubtful(proposal) else ""
    answer = answer_to(terminal, _offers(job, draft, terminal, proposal), otherwise, caution=caution)
    if answer is Answer.SEND and not job.send_at:  # what leaves later can be called off till then
        count_down(terminal, proposal)
    return answer


def _offers(job: BroadcastJob, draft: Draft, terminal: Terminal, proposal: Proposal) -> dict[str, Offer]:
    """Return what may be answered. No other mail is made of one that is planned: both would leave."""
    to_look = {
        "a": Offer(_("look at it in the browser"), act=partial(look_in_browser, job, terminal, proposal)),
        "e": Offer(_("a test to me"), act=partial(_test_to_oneself, job, terminal, proposal)),
    }
    to_change = {
        "m": Offer(_("edit"), act=partial(_is_edited, job, draft, terminal, proposal)),
        "s": Offer(_("subject"), act=partial(is_renamed, job, terminal, proposal)),
        "d": Offer(_("recipients"), act=partial(goes_to_others, job, terminal, proposal)),
        "p": Offer(_("attachments"), act=partial(carries_others, job, terminal, proposal)),
    }
    rest = to_look if proposal.planned else {**to_look, **to_change}
    return {**_to_send(job, proposal), **_to_call_off(job, terminal, proposal), **rest}


def _to_send(job: BroadcastJob, proposal: Proposal) -> dict[str, Offer]:
    other, words = proposal.planned_neighbour, _how_it_is_sent_again(proposal)
    if not (other and other.shares_readers):
        return {FOR_YES: Offer(words, Answer.SEND)}
    takes_place = partial(takes_place_and_time_of, job, other.mail)
    return {
        FOR_YES: Offer(_("{send}, too: both leave", send=words), Answer.SEND),
        "r": Offer(in_place_of(job, proposal, other.mail), Answer.SEND, takes_place, gap="\n"),
    }


def _to_call_off(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> dict[str, Offer]:
    if proposal.planned:
        return {"c": Offer(_("call it off"), Answer.CALL_OFF)}
    if not proposal.planned_neighbour:
        return {}
    act = partial(neighbour_called_off, job, terminal, proposal)
    return {"c": Offer(_("call the planned one off"), act=act)}


def _how_it_is_sent_again(proposal: Proposal) -> str:
    """Word the answer that sends, with how many have it already: who takes up a text may not remember."""
    words, again = _how_it_is_sent(proposal), proposal.readers_again
    if not again:
        return words
    if again == len(proposal.audience.mailboxes):
        return _("{send}, ONCE MORE", send=words)
    return _n(
        "{send}, ONCE MORE to {count} of them", "{send}, ONCE MORE to {count} of them", again, send=words
    )


def _how_it_is_sent(proposal: Proposal) -> str:
    if proposal.request.send_at:
        at = departure(proposal.request.group, proposal.request.send_at)
        return _("plan it for {at}", at=at)
    count = proposal.count
    if proposal.planned or proposal.planned_neighbour:  # which one may take for the time that is meant
        return _n("send NOW to {count} address", "send NOW to {count} addresses", count)
    if _is_doubtful(proposal):
        return _n("send to {count} address all the same", "send to {count} addresses all the same", count)
    return _n("send to {count} address", "send to {count} addresses", count)


def _is_doubtful(proposal: Proposal) -> bool:
    """Tell whether it would be sent now to fewer than are meant."""
    return bool(proposal.holds and proposal.adds_readers and not proposal.request.send_at)


def withdrawn(job: BroadcastJob, proposal: Proposal) -> CancelledError:
    """Stop what is left of the same mail, too: send-due would send it minutes after somebody said no.

    A test and a rehearsal change nothing of it.
    """
    earlier = proposal.same_mail
    if not (earlier and earlier.unfinished) or job.given.test or job.given.dry_run:
        return cancelled()
    return CancelledError(*stopped_by_answer(job.config, _stopped(job, earlier)))


def said_with_what_goes_on(
    config: Config, groups: Mapping[str, Group], wanted: str | None, error: CancelledError
) -> CancelledError:
    """Return the error with what leaves all the same: mails confirmed earlier, and those planned for a group.

    Which of them is the one that was given now may not be known yet. Where the ledger can't be read, no more
    is said than what is certain.
    """
    at = now()
    try:
        going_on = [Problem(goes_on(config, one)) for one in broadcasts_going_on(config, at)]
        planned = [
            Problem(still_planned(groups.get(one.broadcast.group_id) or config, one, at))
            for one in planned_mails(config, wanted)
        ]
    except NotifyError:
        return error
    nothing = [one for one in error.problems if one in cancelled().problems]
    others = [one for one in error.problems if one not in nothing]
    if going_on and nothing:
        nothing = [Problem(_("cancelled: this command sent nothing to the group"))]
    return CancelledError(*nothing, *going_on, *planned, *others)


def _is_edited(job: BroadcastJob, draft: Draft, terminal: Terminal, proposal: Proposal) -> bool:
    """Let the text be changed; tell whether it may have been."""
    if works_for_others():
        terminal.say(no_editor())
        return False
    if not may_be_another(job, terminal, proposal):
        return False
    edit_draft(job, draft)
    return True


def _test_to_oneself(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Send one copy to whom replies reach, else to an address that is asked for; true, to look once more."""
    to = proposal.reply_to.address if proposal.reply_to else terminal.ask(_("Your address: "))
    try:
        terminal.tell(*send_test(job, proposal, checked_address(to, ""), None).said)
    except UsageError as error:
        terminal.tell(*error.problems)
    return True


def _stopped(job: BroadcastJob, earlier: BroadcastProgress) -> BroadcastProgress:
    """Stop a mail, and return how far it has got: since the screen was shown, a run may have sent some."""
    attempt = earlier.broadcast.attempt
    stop_and_look_up(job.config, attempt, os.environ, now())
    return progress_of(job.config, attempt) or earlier
