"""Run ``broadcast``: take its options, show the proposal, send once it is confirmed."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from cagette_notify.broadcast.ctrl_c import ctrl_c_given_back
from cagette_notify.broadcast.deliver import prove_transport
from cagette_notify.broadcast.lists import is_told
from cagette_notify.broadcast.proposal import BroadcastRequest, Proposal, propose
from cagette_notify.cli.broadcast.bad_text import ask_about_text
from cagette_notify.cli.broadcast.confirm_answers import answer_to_screen, said_with_what_goes_on, withdrawn
from cagette_notify.cli.broadcast.confirm_screen import already_sent, confirm_screen, held_back
from cagette_notify.cli.broadcast.go_on_with_draft import what_is_gone_on_with, without_what_is_gone
from cagette_notify.cli.broadcast.offers import Answer
from cagette_notify.cli.broadcast.options import (
    BroadcastJob,
    BroadcastOptions,
    checked_address,
    choose_group,
    choose_subject,
    refuse_placeholder,
)
from cagette_notify.cli.broadcast.plan import (
    left_alone,
    plan_called_off,
    refuse_bad_time,
    refuse_second,
    refuse_to_plan,
    send_later,
    what_becomes_of_planned,
)
from cagette_notify.cli.broadcast.plan_refused import ask_about_plan
from cagette_notify.cli.broadcast.send import BroadcastReport, rehearsal, send, send_test, unknown_document
from cagette_notify.cli.broadcast.text_source import (
    GivenBeforeError,
    NobodyToAskError,
    draft_of,
    remember,
    stdin_holds_text,
    unread_text_kept,
)
from cagette_notify.cli.prompt import CancelledError, Terminal, cancelled, controlling_terminal, own_terminal
from cagette_notify.cli.session import (
    Session,
    command,
    now,
    print_json,
    print_problems,
    print_prose,
    print_text,
    typed_moment,
)
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config.paths import drafts_folder, sources_of
from cagette_notify.core.errors import DataError, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import ALL
from cagette_notify.data.dataset import load_calendar
from cagette_notify.run.exit_status import exit_status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cagette_notify.broadcast.drafts import Draft
    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Group
    from cagette_notify.data.calendar import Calendar


@click.command("broadcast", cls=TranslatedCommand)
@click.argument("group", metavar="[GROUP]", required=False)
@click.option("-s", "--subject", metavar="SUBJECT", help="The subject.")
@click.option("--body", metavar="FILE", help="The text, in Markdown; '-': standard input.")
@click.option(
    "--to",
    "lists",
    metavar="LIST",
    multiple=True,
    help="all, coordinators, with-order:DISTRIBUTION, without-order:DISTRIBUTION, told:DISTRIBUTION, "
    "volunteers:DISTRIBUTION, catalog:NAME or file:FILE; may be repeated. Everybody is meant if none is "
    "given.",
)
@click.option("--as", "answers_to", metavar="ADDRESS", help="The coordinator whom replies reach.")
@click.option(
    "--attach",
    "attachments",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, readable=False),  # what others hold open may be read, and not opened
    help="A file that goes with it; may be repeated.",
)
@click.option(
    "--send-at",
    metavar="TIME",
    help="Let it leave at TIME, in 60 days at most, to whoever is in the list then; the same command shows "
    "it, and calls it off.",
)
@click.option("--test", metavar="ADDRESS", help="Send one copy to ADDRESS, and nothing else.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send and record nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--again", is_flag=True, help="Send a mail once more that has left already.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def broadcast_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    group: str | None,
    subject: str | None,
    body: str | None,
    lists: tuple[str, ...],
    answers_to: str | None,
    attachments: tuple[Path, ...],
    send_at: str | None,
    test: str | None,
    dry_run: bool,
    yes: bool,
    again: bool,
    as_document: bool,
) -> int:
    """Write to the members of GROUP. Every address gets it once, whatever their settings.

    What is missing is asked for; without --body, your editor opens. Nothing leaves before you have
    seen to whom, and said yes.
    """
    given = BroadcastOptions(
        *(session.config_file, group, subject, body, lists, answers_to or "", attachments),
        *(test or "", dry_run, yes, again, as_document, send_at),
    )
    with ctrl_c_given_back():
        try:
            _refuse_blanks({"--as": answers_to, "--test": test})
            ending = _broadcast(session, given)
        except NotifyError as error:
            kept = () if isinstance(error, NobodyToAskError) else _text_kept(session, given)
            print_problems((*error.problems, *kept), _config_if_readable(session))
            if as_document:
                print_json(unknown_document(given, error))
            return error.exit_status
        _print(given, ending)
        return exit_status_of(ending.report)


def _text_kept(session: Session, given: BroadcastOptions) -> tuple[Problem, ...]:
    """Keep a text that is still to be read, where drafts are; without a configuration nobody knows where."""
    try:
        return unread_text_kept(given, drafts_folder(session.config().ledger))
    except NotifyError:
        return ()


def _config_if_readable(session: Session) -> Config | None:
    try:
        return session.config()
    except NotifyError:
        return None


def _refuse_blanks(addresses: Mapping[str, str | None]) -> None:
    """Raise for an option that was given nothing: a script's unset variable must not mail everybody."""
    for option, text in addresses.items():
        if text is not None and not text.strip():
            checked_address(text, option)


def _broadcast(session: Session, given: BroadcastOptions) -> BroadcastReport:
    config = session.config()
    filled = given
    groups: Mapping[str, Group] = {}  # as long as the data can't be read
    with _terminal(given) as terminal:
        try:
            if given.needs_an_answer and not terminal:
                raise NobodyToAskError(
                    Problem(_("there is no terminal to ask on: --yes sends without asking"))
                )
            try:
                calendar = load_calendar(sources_of(config, now()))
                groups = calendar.groups
                _refuse_bad_time_unasked(config, calendar, given)
                chosen = what_is_gone_on_with(config, calendar, terminal, given)
                if isinstance(chosen, BroadcastReport):
                    return chosen
                filled = replace(chosen, lists=chosen.lists or (ALL,))
                return _mail(config, calendar, terminal, filled, given)
            except (UsageError, DataError) as error:
                return ask_about_plan(config, terminal, filled, error, is_named=filled is not given)
        except KeyboardInterrupt:
            raise said_with_what_goes_on(config, groups, filled.group, cancelled()) from None
        except CancelledError as error:
            raise said_with_what_goes_on(config, groups, filled.group, error) from None


def _refuse_bad_time_unasked(config: Config, calendar: Calendar, given: BroadcastOptions) -> None:
    """Raise for a time that can't be before anybody is asked which text, and about what.

    Of a text that is given it may be the same command again, later.
    """
    if given.send_at is None:
        return
    group = choose_group(calendar, given.group, None, may_be_disabled=True) if given.group else None
    zone = group.timezone if group else config.timezone
    at = typed_moment("--send-at", given.send_at, zone, is_said=False)
    if given.body is None and not stdin_holds_text(given):
        refuse_bad_time(at, given)


def _mail(
    config: Config,
    calendar: Calendar,
    terminal: Terminal | None,
    filled: BroadcastOptions,
    given: BroadcastOptions,
) -> BroadcastReport:
    told = all(map(is_told, filled.lists))
    group = choose_group(calendar, filled.group, terminal, may_be_disabled=told)
    send_at = None
    if given.send_at is not None:
        send_at = typed_moment("--send-at", given.send_at, group.timezone)
    subject = choose_subject(filled.subject, terminal)
    job = BroadcastJob(filled, config, calendar, terminal, group, subject, send_at)
    job = without_what_is_gone(job, given, _proved_but_for_the_text)
    with draft_of(job) as draft:
        return _converse(job, draft)


@contextmanager
def _terminal(given: BroadcastOptions) -> Iterator[Terminal | None]:
    terminal = own_terminal(quiet=given.as_document)
    if terminal or not given.needs_an_answer or not stdin_holds_text(given):
        yield terminal
        return
    with controlling_terminal() as behind:
        yield behind


def _proved_but_for_the_text(job: BroadcastJob) -> BroadcastJob:
    """Raise what is wrong with the options, keys and data before somebody spends an hour on a text.

    Return the errand with its lists by the names that they have tomorrow, when "next" means another day.
    """
    given = job.given
    refuse_placeholder(given.answers_to, "--as")
    if given.test:
        checked_address(given.test, "--test")
    if given.test or (given.body is None and not stdin_holds_text(given)):
        refuse_bad_time(job.send_at, given)  # of a text that is there it may be the same command again, later
    if not given.dry_run:
        print_problems(prove_transport(job.config, os.environ, now()))
    proposal = propose(job.config, job.calendar, _request(job, "x", Path()), now())
    return replace(job, given=replace(given, lists=tuple(one.typed for one in proposal.lists)))


def _request(job: BroadcastJob, body: str, images_in: Path) -> BroadcastRequest:
    given = job.given
    options = (given.lists, given.answers_to, given.attachments, given.again)
    return BroadcastRequest(job.group, job.subject, body, *options, images_in, job.send_at)


def _converse(job: BroadcastJob, draft: Draft) -> BroadcastReport:
    """Show what would leave until it is confirmed, then send it."""
    while True:
        try:
            proposal = _proposal(job, draft)
        except UsageError as error:
            if report := ask_about_text(job, draft, error):
                return report
            continue
        try:
            ending = _ending(job, draft, proposal)
        except (CancelledError, KeyboardInterrupt):
            if proposal.planned and not job.given.test:
                return left_alone(job, proposal, proposal.planned)
            raise withdrawn(job, proposal) from None
        finally:
            remember(job, draft)
        if ending:
            return ending


def _ending(job: BroadcastJob, draft: Draft, proposal: Proposal) -> BroadcastReport | None:
    """Send what was confirmed, or what needs no yes; None once something was done that needs another look."""
    given = job.given
    if given.test and not given.dry_run:
        return send_test(job, proposal, checked_address(given.test, "--test"), draft)
    is_planned = bool(job.send_at and proposal.planned)
    if not is_planned:
        _refuse(job, proposal)
    _show(job, proposal)
    if given.dry_run:
        return rehearsal(job, proposal, draft)
    if is_planned:
        return what_becomes_of_planned(job, proposal, draft)
    answer = Answer.SEND if given.yes else answer_to_screen(job, draft, proposal)
    if answer is Answer.LOOK_AGAIN:
        return None
    if answer is Answer.CALL_OFF:
        return plan_called_off(job, proposal, draft)
    if job.send_at != proposal.request.send_at:  # it takes the time of another, too: its date is of that day
        proposal = _proposal(job, draft)
    return send_later(job, proposal, draft) if job.send_at else send(job, proposal, draft)


def _refuse(job: BroadcastJob, proposal: Proposal) -> None:
    """Raise for a mail that has left, or can't be planned, or must not leave unasked."""
    given, earlier = job.given, proposal.same_mail
    if earlier and proposal.is_over and not (given.again or given.test):
        said = already_sent(job.config, job.group, earlier)
        raise GivenBeforeError(Problem(said), *proposal.given_to_others)
    refuse_second(job, proposal)
    if job.send_at:
        refuse_to_plan(job, proposal)
    elif given.yes and proposal.holds and proposal.adds_readers and not given.dry_run:
        raise held_back(proposal)


def _proposal(job: BroadcastJob, draft: Draft) -> Proposal:
    return propose(job.config, job.calendar, _request(job, draft.text, draft.images_in), now())


def _show(job: BroadcastJob, proposal: Proposal) -> None:
    shown = proposal.holds if job.terminal else ()  # by the screen
    print_problems((one for one in proposal.problems if one not in shown), job.config)
    if not job.terminal:  # whoever reads what cron mails, or what stays on a screen
        print_problems(proposal.notes, job.config)
        if job.given.as_document or not job.given.dry_run:
            return
    # Python 3.10 takes a terminal that says it has no columns at its word.
    lines = confirm_screen(job, proposal, shutil.get_terminal_size().columns or 80)
    if job.terminal:
        job.terminal.say("", *lines, "")
    else:
        print_text("\n".join(lines))


def _print(given: BroadcastOptions, ending: BroadcastReport) -> None:
    if given.as_document:
        print_json(ending.document())
        print_problems(ending.troubles)
        return
    print_prose(ending.lines)
    print_problems(ending.troubles)
