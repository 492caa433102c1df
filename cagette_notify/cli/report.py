"""Run ``report``: fetch fates from Mailjet and print how many mails were accepted or bounced."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.report_output import report_lines, report_problems
from cagette_notify.cli.session import (
    Session,
    command,
    now,
    path_to_type,
    print_json,
    print_problems,
    print_text,
    to_type,
    typed_moment,
)
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.delivery.choose_transport import mailjet_reader
from cagette_notify.delivery.fetch_fates import fetch_fates
from cagette_notify.helpdesk.mail_report import Tally, tally, tally_as_json
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook, SentNotice
from cagette_notify.run.run_report import problems_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.config.load import Config

_LOOKED_BACK = timedelta(days=30)


@click.command("report", cls=TranslatedCommand)
@click.option("--since", metavar="DATE", help="Count what left since then; 30 days unless given.")
@click.option("--offline", is_flag=True, help="Don't ask Mailjet; count what is known.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def report_command(session: Session, *, since: str | None, offline: bool, as_document: bool) -> int:
    """Count what became of the mails that left: accepted, bounced, blocked, spam.

    Asks Mailjet first, and keeps its answers. Names the addresses that mails no longer reach.
    """
    at = now()
    begin = at - _LOOKED_BACK
    try:
        config = session.config()
        begin = _since(config, since, at) if since else begin
        sent_notices, failure = _departures(config, begin, at, offline=offline)
    except NotifyError as error:
        print_problems(map(str, error.problems))
        if as_document:
            _print_document(Tally(begin, at), error.problems)
        return error.exit_status
    if not config.delivery.leaves_the_machine:
        return _report_outbox(config, sent_notices, Tally(begin, at), as_document=as_document)
    problems = failure.problems if failure else ()
    print_problems(map(str, problems))
    found = tally(sent_notices, since=begin, until=at)
    was_asked = not offline and not failure
    if as_document:
        _print_document(found, (*problems, *report_problems(config, found, was_asked=was_asked)))
    else:
        print_text(to_type("\n".join(report_lines(config, found, was_asked=was_asked)), config))
    return failure.exit_status if failure else EXIT_OK


def _since(config: Config, text: str, at: datetime) -> datetime:
    since = typed_moment("--since", text, config, require_time=False)
    if since > at:
        raise UsageError(Problem(_("nothing has left yet since a time that is to come"), field="--since"))
    return since


def _departures(
    config: Config, since: datetime, at: datetime, *, offline: bool
) -> tuple[Sequence[SentNotice], NotifyError | None]:
    """Return what left, with the fates that Mailjet tells now, or else those it told before, and why."""
    asks = config.delivery.can_be_asked and not offline
    # A report must not begin a ledger: it would have nothing to tell.
    with open_ledger(config.ledger, read_only=not (asks and config.ledger.exists())) as ledger:
        book = FateBook(ledger, config.account)
        sent_notices = book.departures(since)
        if not asks or not sent_notices:
            return sent_notices, None
        try:
            fetch_fates(
                mailjet_reader(config, os.environ, now), book, since=sent_notices[-1].left_at, until=at
            )
        except NotifyError as failure:
            return book.departures(since), failure
        return book.departures(since), None


def _report_outbox(
    config: Config, sent_notices: Sequence[SentNotice], empty: Tally, *, as_document: bool
) -> int:
    line = _(
        "Nothing was mailed ('delivery: outbox'). Mails written to {outbox} since {day}: {count}.",
        outbox=path_to_type(config.outbox),
        day=f"{empty.since.astimezone(config.timezone):%Y-%m-%d}",
        count=len({one.custom_id for one in sent_notices}),
    )
    if as_document:
        _print_document(empty, (Problem(line, is_warning=True),))
    else:
        click.echo(line)
    return EXIT_OK


def _print_document(found: Tally, problems: Sequence[Problem]) -> None:
    print_json({**tally_as_json(found), "problems": problems_as_json(problems)})
