"""Change a mail's subject, recipients or attachments before it is confirmed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.broadcast.deliver import progress_of, withdraw_broadcast
from cagette_notify.broadcast.lists import is_told
from cagette_notify.broadcast.proposal import Proposal, propose
from cagette_notify.cli.broadcast.confirm_screen import file_with_size
from cagette_notify.cli.broadcast.options import choose_subject, refuse_disabled
from cagette_notify.cli.broadcast.output import under_way
from cagette_notify.cli.session import now
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.given_files import typed_path
from cagette_notify.core.i18n import _
from cagette_notify.core.messages import name_of_lists

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.cli.broadcast.options import BroadcastJob
    from cagette_notify.cli.prompt import Terminal

_BETWEEN = re.compile(r"\s+\+\s+")  # lists, as the screen shows several


def may_be_another(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Tell whether another mail can be made of this one: one that was confirmed earlier is stopped.

    One of which some has left goes on as it is.
    """
    earlier = proposal.same_mail
    if not (earlier and earlier.unfinished):
        return True
    if withdraw_broadcast(job.config, earlier.broadcast.attempt):
        terminal.say(
            _("What was confirmed earlier is kept back; it leaves only if you give it again unchanged.")
        )
        return True
    progress = progress_of(job.config, earlier.broadcast.attempt) or earlier
    terminal.say(under_way(job.config, progress))
    return False


def is_renamed(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Ask for another subject; tell whether it is the mail's now."""
    subject = choose_subject(None, terminal, job.subject)
    if subject == job.subject or not may_be_another(job, terminal, proposal):
        return False
    job.subject = subject
    return True


def goes_to_others(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Ask for other lists; tell whether they are the mail's now. What is none is said, and asked again."""
    kept = name_of_lists(one.name_to_type for one in proposal.lists)
    tell_lists(terminal)
    while lists := ask_for_lists(terminal, _("Recipients [{kept}]: ", kept=kept)):
        try:
            refuse_disabled(job.group, may_be_disabled=all(map(is_told, lists)))
            changed = _proposed(job, proposal, lists=lists)
        except NotifyError as error:
            _say(terminal, error)
            continue
        if changed.audience_name == proposal.audience_name or not may_be_another(job, terminal, proposal):
            return False
        job.given = replace(job.given, lists=tuple(one.typed for one in changed.lists))
        return True
    return False


def tell_lists(terminal: Terminal) -> None:
    """Say what may be typed for recipients."""
    terminal.tell(
        _(
            "To whom? all, coordinators, with-order:DISTRIBUTION, without-order:DISTRIBUTION, "
            "told:DISTRIBUTION, volunteers:DISTRIBUTION, catalog:NAME or file:FILE; several: with + between "
            "them. DISTRIBUTION is an id, a date or next."
        )
    )


def ask_for_lists(terminal: Terminal, question: str) -> tuple[str, ...]:
    """Return the lists that are typed after a question; none for Enter."""
    typed = terminal.ask(question)
    return tuple(_BETWEEN.split(typed)) if typed else ()


def carries_others(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Add files that are named, and take out those whose number is typed; tell whether any is another now."""
    before = job.given.attachments
    while True:
        terminal.say(*_numbered(proposal, job.given.attachments))
        typed = terminal.ask(_("A path adds a file, a number takes one out, Enter goes back: "))
        if not typed:
            return job.given.attachments != before
        paths = _with_change(job.given.attachments, typed)
        try:
            changed = _proposed(job, proposal, attachments=paths)
        except NotifyError as error:
            _say(terminal, error)
            continue
        if job.given.attachments == before and not may_be_another(job, terminal, proposal):
            return False
        job.given, proposal = replace(job.given, attachments=paths), changed


def _numbered(proposal: Proposal, paths: tuple[Path, ...]) -> list[str]:
    """Return the files that were named; calendar entries beside them are not for anybody to take out."""
    files = proposal.attachments[: len(paths)]
    lines = [f"  {number}  {file_with_size(one)}" for number, one in enumerate(files, start=1)]
    return lines or [_("No file is attached.")]


def _with_change(paths: tuple[Path, ...], typed: str) -> tuple[Path, ...]:
    if typed.isdecimal() and 1 <= int(typed) <= len(paths):
        return (*paths[: int(typed) - 1], *paths[int(typed) :])
    return (*paths, typed_path(typed))


def _proposed(job: BroadcastJob, proposal: Proposal, **changes: object) -> Proposal:
    return propose(job.config, job.calendar, replace(proposal.request, **changes), now())


def _say(terminal: Terminal, error: NotifyError) -> None:
    """Say what is wrong with an answer, without the options that nobody typed."""
    said = (replace(one, field="") if one.field.startswith("--") else one for one in error.problems)
    terminal.tell(*(f"  {problem}" for problem in said))
