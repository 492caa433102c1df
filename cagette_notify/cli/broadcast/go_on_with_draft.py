"""Offer the drafts that were left, and go on with one: its group, subject, recipients and files."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.broadcast.deliver import progress_of
from cagette_notify.broadcast.drafts import Draft, KeptDraft, kept_drafts
from cagette_notify.broadcast.planned import planned_mail, planned_mails, planned_of_draft
from cagette_notify.cli.broadcast.change_mail import ask_for_lists, tell_lists
from cagette_notify.cli.broadcast.editor import without_hints
from cagette_notify.cli.broadcast.options import choose_group
from cagette_notify.cli.broadcast.recorded_plan import ask_about_recorded
from cagette_notify.cli.broadcast.text_source import stdin_holds_text
from cagette_notify.cli.exports_to_do import lately, soon
from cagette_notify.cli.prompt import CancelledError, cancelled
from cagette_notify.cli.session import now, path_to_type
from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.errors import DataError, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.list_names import ALL, recorded_list_to_show
from cagette_notify.core.messages import PlannedMail, name_of_lists
from cagette_notify.core.text import one_line, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cagette_notify.cli.broadcast.options import BroadcastJob, BroadcastOptions
    from cagette_notify.cli.broadcast.send import BroadcastReport
    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.data.calendar import Calendar

_MOST = 9  # that are offered


def what_is_gone_on_with(
    config: Config, calendar: Calendar, terminal: Terminal | None, given: BroadcastOptions
) -> BroadcastOptions | BroadcastReport:
    """Return the options filled in from the draft that somebody goes on with; what was typed counts.

    The mails that are planned come first; of one whose text is in no draft it is what became of it.
    Nobody is asked who said with the command what the mail is, nor without a terminal.
    """
    says_which = given.yes or stdin_holds_text(given) or (given.body, given.subject) != (None, None)
    if terminal is None or says_which:
        return given
    wanted = choose_group(calendar, given.group, None, may_be_disabled=True).id if given.group else ""
    drafts = list(_waiting(config, wanted))
    plans = planned_mails(config, wanted or None) if given.needs_an_answer else []
    texts = {one.about.attempt: one for one in drafts}
    first = [texts.get(one.broadcast.attempt, one) for one in plans]
    offered = [*first, *islice((one for one in drafts if one not in first), _MOST)]
    if not offered:
        return given
    names = [_described(config, calendar, one) for one in offered]
    if drafts:
        folder = path_to_type(drafts_folder(config.ledger))
        terminal.tell(_("To throw a text away, delete its file in {folder}.", folder=folder))
    if plans:
        terminal.tell(_("What is planned leaves all the same, until its number and then c call it off."))
    question = _("Go on with a text that was left?")
    number = terminal.choose(question, [*names, _("no, a new mail")], default=len(offered))
    if number == len(offered):
        return given
    chosen = offered[number]
    if isinstance(chosen, PlannedMail):
        return ask_about_recorded(config, calendar, chosen, terminal)
    planned = planned_of_draft(config, str(chosen.path))
    if planned and planned.broadcast.group_id not in calendar.groups:
        return ask_about_recorded(config, calendar, planned, terminal)
    return _filled(config, calendar, terminal, given, chosen)


def without_what_is_gone(
    job: BroadcastJob, typed: BroadcastOptions, prove: Callable[[BroadcastJob], BroadcastJob]
) -> BroadcastJob:
    """Return the errand as ``prove`` returns it, once a draft's own lists, files and --as mean something.

    What does no more is said, and left out; instead of lists others are asked for: none at all would be
    everybody. Raises what ``prove`` does of what was ``typed`` with the command.
    """
    while True:
        try:
            return prove(job)
        except (UsageError, DataError) as error:
            if job.terminal is None or planned_of_draft(job.config, job.given.body):
                raise
            job.given = _without_what_is_wrong(job.terminal, job.given, typed, error)


def _without_what_is_wrong(
    terminal: Terminal, given: BroadcastOptions, typed: BroadcastOptions, error: NotifyError
) -> BroadcastOptions:
    fields = {problem.field for problem in error.problems}
    answerer_is_wrong = "--as" in fields and not typed.answers_to
    a_file_is_wrong = "--attach" in fields and not typed.attachments
    is_of_the_data = all(one.file and one.field != "--to" for one in error.problems)
    a_list_may_be_wrong = given.lists not in {typed.lists, (ALL,)} and not is_of_the_data
    if not (answerer_is_wrong or a_file_is_wrong or a_list_may_be_wrong):
        raise error
    terminal.tell(*(f"  {problem}" for problem in error.problems))
    if answerer_is_wrong:
        return replace(given, answers_to="")
    if a_file_is_wrong:
        return replace(given, attachments=())
    return replace(given, lists=_other_lists(terminal, given))


def _other_lists(terminal: Terminal, given: BroadcastOptions) -> tuple[str, ...]:
    tell_lists(terminal)
    try:
        lists = ask_for_lists(terminal, _("Recipients: "))
    except (CancelledError, KeyboardInterrupt):
        lists = ()
    if not lists:
        kept = _("your text is kept in {file}", file=path_to_type(Path(str(given.body))))
        raise CancelledError(*cancelled().problems, Problem(kept, is_warning=True))
    return lists


def _waiting(config: Config, group_id: str) -> Iterator[KeptDraft]:
    """Yield the drafts for a group, or for any, whose mail has not left; put away those whose mail has."""
    for one in kept_drafts(drafts_folder(config.ledger)):
        if config.delivery.leaves_the_machine and one.about.attempt:
            progress = progress_of(config, one.about.attempt)
            if progress and progress.is_done:  # by a send-due
                Draft(one.path, one.text, is_draft=True).keep_as_sent()
                continue
        if without_hints(one.text).strip() and one.about.group_id in {group_id or one.about.group_id, ""}:
            yield one


def _described(config: Config, calendar: Calendar, one: KeptDraft | PlannedMail) -> str:
    if isinstance(one, PlannedMail):
        mail = one.broadcast
        parts = [quoted(mail.content.subject), _plan(config, one)]
        return ", ".join((*parts, *_about(calendar, mail.group_id, one.lists, len(mail.attachments))))
    about = one.about
    subject = one_line(about.subject) or without_hints(one.text).strip().split("\n")[0]
    changed_at = datetime.fromtimestamp(one.changed_at, timezone.utc)
    parts = [lately(config, now(), changed_at), quoted(subject), *_what_became_of_it(config, about.attempt)]
    return ", ".join((*parts, *_about(calendar, about.group_id, about.lists, len(about.attachments))))


def _about(calendar: Calendar, group_id: str, lists: Sequence[str], files: int) -> Iterator[str]:
    if len(calendar.groups) > 1 and group_id:
        group = calendar.groups.get(group_id)
        yield one_line(group.name) if group else group_id
    if lists:
        yield _("to {lists}", lists=name_of_lists(map(recorded_list_to_show, lists)))
    if files:
        yield _n("{count} file", "{count} files", files)


def _plan(config: Config, planned: PlannedMail) -> str:
    if planned.send_at > now():
        return _("planned for {at}", at=soon(config, now(), planned.send_at))
    return _("was to leave {at}", at=lately(config, now(), planned.send_at))


def _what_became_of_it(config: Config, attempt: str) -> Iterator[str]:
    """Yield for when a draft's mail is planned, or when it was written as a rehearsal."""
    planned = planned_mail(config, attempt) if attempt else None
    progress = progress_of(config, attempt) if attempt else None
    if planned:
        yield _plan(config, planned)
    elif progress and progress.is_done and progress.left_at:
        yield _("written to the outbox {at}", at=lately(config, now(), progress.left_at))


def _gone(file: Path, planned: PlannedMail | None) -> str:
    """Say of a draft's file that it isn't there, and whether a planned mail has it all the same."""
    name = path_to_type(file)
    if planned and file.name in {one.filename for one in planned.broadcast.attachments}:
        return _("{file} is no longer there: the planned mail has it, the one below does not", file=name)
    return _("{file} is no longer there: the mail leaves without it", file=name)


def _filled(
    config: Config, calendar: Calendar, terminal: Terminal, given: BroadcastOptions, one: KeptDraft
) -> BroadcastOptions:
    about, group = one.about, given.group or one.about.group_id or None
    if group and not given.group and group not in calendar.groups:
        terminal.tell("  " + _("group {id} is no longer in the data", id=group))
        group = None
    files = [Path(file) for file in about.attachments] if not given.attachments else []
    planned = planned_of_draft(config, str(one.path))
    for file in files:
        if not file.is_file():
            terminal.tell("  " + _gone(file, planned))
    return replace(
        given,
        group=group,
        subject=about.subject or None,
        body=str(one.path),
        lists=given.lists or about.lists,
        answers_to=given.answers_to or about.answers_to,
        attachments=given.attachments or tuple(file for file in files if file.is_file()),
        # What was only rehearsed has left nowhere.
        again=given.again or not config.delivery.leaves_the_machine,
    )
