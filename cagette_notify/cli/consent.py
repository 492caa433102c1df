"""What somebody answers to the screen of a mail: send it, try it, edit it, or keep it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.asking import CancelledError, cancelled
from cagette_notify.cli.confirmation import under_way
from cagette_notify.cli.departure import send_test
from cagette_notify.cli.errand import checked_address
from cagette_notify.cli.manuscripts import write
from cagette_notify.confirmed import how_far, stop, withdraw
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.language import _

if TYPE_CHECKING:
    from cagette_notify.broadcasting import Proposal
    from cagette_notify.cli.asking import Terminal
    from cagette_notify.cli.errand import Errand
    from cagette_notify.core.messages import Progress
    from cagette_notify.drafts import Manuscript

_YES = frozenset(("o", "oui", "y", "yes"))
_NO = frozenset(("", "n", "non", "no"))


def is_confirmed(errand: Errand, manuscript: Manuscript, proposal: Proposal) -> bool:
    """Ask what to do; False once something was done that needs another look."""
    terminal = errand.terminal
    if terminal is None:
        return False
    while True:
        answer = terminal.ask(_("[o] send  [e] a test to me  [m] edit  [N] cancel ")).lower()
        if answer in _YES:
            terminal.count_down()
            return True
        if answer in _NO:
            raise cancelled()
        if answer == "e":
            _test_to_oneself(errand, terminal, proposal)
            return False
        if answer != "m":
            terminal.say(_("Answer o, e, m or N."))
        elif _may_be_edited(errand, terminal, proposal):
            write(errand, manuscript)
            return False


def withdrawn(errand: Errand, proposal: Proposal) -> CancelledError:
    """Stop what is left of the same mail, too: send-due would send it minutes after somebody said no."""
    earlier = proposal.same_mail
    if not (earlier and earlier.unfinished):
        return cancelled()
    stopped = _stopped(errand, earlier)
    if not stopped.unfinished:
        message = _("too late: {sent} of {total} copies had left", sent=stopped.gone, total=stopped.total)
        return CancelledError(Problem(message))
    message = _(
        "stopped: {sent} of {total} copies had left; the others leave only if you give the command again",
        sent=stopped.gone,
        total=stopped.total,
    )
    return CancelledError(Problem(message))


def _may_be_edited(errand: Errand, terminal: Terminal, proposal: Proposal) -> bool:
    """Tell whether a text can still be changed, which makes another mail of it: an earlier one is stopped.

    One of which some has left goes on as it is.
    """
    earlier = proposal.same_mail
    if not (earlier and earlier.unfinished):
        return True
    if withdraw(errand.config, earlier.broadcast.attempt):
        terminal.say(
            _("What was confirmed earlier is kept back; it leaves only if you give it again unchanged.")
        )
        return True
    terminal.say(under_way(how_far(errand.config, earlier.broadcast.attempt) or earlier))
    return False


def _test_to_oneself(errand: Errand, terminal: Terminal, proposal: Proposal) -> None:
    to = proposal.reply_to.address if proposal.reply_to else terminal.ask(_("Your address: "))
    try:
        terminal.say(*send_test(errand, proposal, checked_address(to, ""), None).said)
    except UsageError as error:
        terminal.say(*map(str, error.problems))


def _stopped(errand: Errand, earlier: Progress) -> Progress:
    """Stop a mail, and return how far it has got: since the screen was shown, a run may have sent some."""
    attempt = earlier.broadcast.attempt
    stop(errand.config, attempt)
    return how_far(errand.config, attempt) or earlier
