"""Run ``report``: fetch fates from Mailjet and print how many mails were accepted or bounced."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.report_file import write_page
from cagette_notify.cli.report_output import report_lines, report_problems
from cagette_notify.cli.session import (
    Session,
    command,
    document_to_type,
    now,
    path_to_type,
    print_json,
    print_problems,
    print_prose,
    typed_moment,
)
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK, NotifyError, Problem, UsageError
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.delivery.choose_transport import mailjet_reader
from cagette_notify.delivery.fetch_fates import fetch_fates
from cagette_notify.helpdesk.mail_report import COMPARED, Tally, tally, tally_as_json
from cagette_notify.helpdesk.provider_tally import ProviderTally, by_provider, providers_as_json
from cagette_notify.ledger.connection import is_made_already, open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.fates_by_domain import FatesByDomain
from cagette_notify.ledger.refusals import refused_repeatedly
from cagette_notify.run.run_report import problems_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.config.load import Config

_LOOKED_BACK = timedelta(days=30)


@click.command("report", cls=TranslatedCommand)
@click.option("--since", metavar="DATE", help="Count what left since then; 30 days unless given.")
@click.option(
    "--by",
    type=click.Choice(["notice", "provider"]),
    default="notice",
    help="Count per notice, or per mail provider.",
)
@click.option(
    "-o",
    "output",
    metavar="FILE.html",
    type=click.Path(path_type=Path, readable=False, dir_okay=False),
    help="Write a page with charts to FILE.html, which names nobody.",
)
@click.option("--offline", is_flag=True, help="Don't ask Mailjet; count what is known.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def report_command(  # noqa: PLR0913 - its options
    session: Session, *, since: str | None, by: str, output: Path | None, offline: bool, as_document: bool
) -> int:
    """Count what became of the mails that left. Accepted, bounced, blocked, spam.

    Asks Mailjet first, and keeps its answers. Names the addresses that mails no longer reach.
    """
    at = now()
    begin = at - _LOOKED_BACK
    try:
        config = session.config()
        begin = _since(config, since, at) if since else begin
        found, failure = _counted(config, begin, at, offline=offline)
    except NotifyError as error:
        print_problems(error.problems)
        if as_document:
            print_json(_document(Tally(begin, at), error.problems))
        return error.exit_status
    if not config.delivery.leaves_the_machine:
        if output:
            print_problems(
                [_("no page was written: it would be of what became of mails, and none was mailed")]
            )
        return _report_outbox(config, found, as_document=as_document)
    problems = failure.problems if failure else ()
    print_problems(problems)
    was_asked = not offline and not failure
    if output:
        write_page(config, found, output, was_asked=was_asked)
    providers = _providers(config, found.since) if by == "provider" else ()
    if as_document:
        said = (*problems, *report_problems(config, found, was_asked=was_asked))
        document = {**_document(found, said), **providers_as_json(providers)}
        print_json(document_to_type(document, config))
    else:
        print_prose(report_lines(config, found, was_asked=was_asked, providers=providers), config)
    return failure.exit_status if failure else EXIT_OK


def _since(config: Config, text: str, at: datetime) -> datetime:
    since = typed_moment("--since", text, config.timezone, require_time=False)
    if since > at:
        raise UsageError(Problem(_("nothing has left yet since a time that is to come"), field="--since"))
    return since


def _counted(
    config: Config, since: datetime, at: datetime, *, offline: bool
) -> tuple[Tally, NotifyError | None]:
    """Count what left, by the fates that Mailjet tells now, or else those it told before, and why."""
    asks = config.delivery.can_be_asked and not offline
    # A report must not begin a ledger: it would have nothing to tell.
    with open_ledger(config.ledger, read_only=not (asks and is_made_already(config.ledger))) as ledger:
        book = FateBook(ledger, config.account)
        oldest = book.oldest(since) if asks else None
        failure = None
        if oldest:
            try:
                fetch_fates(mailjet_reader(config, os.environ, now), book, since=oldest, until=at)
            except NotifyError as error:
                failure = error
        refused = refused_repeatedly(ledger, config.account, since)
        last = FatesByDomain(ledger, config.account).last_fates(at - config.keep, most=COMPARED)
        return tally(book, since=since, until=at, refused=refused, last=last), failure


def _providers(config: Config, since: datetime) -> tuple[ProviderTally, ...]:
    with open_ledger(config.ledger, read_only=True) as ledger:
        fates = FatesByDomain(ledger, config.account)
        return by_provider(fates.counted(since), fates.addresses(since))


def _report_outbox(config: Config, found: Tally, *, as_document: bool) -> int:
    line = _(
        "Nothing was mailed ('delivery: outbox'). Mails written to {outbox} since {day}: {count}.",
        outbox=path_to_type(config.outbox),
        day=long_day(found.since.astimezone(config.timezone).date(), spoken()),
        count=found.counts.left,
    )
    if as_document:
        print_json(_document(Tally(found.since, found.until), (Problem(line, is_warning=True),)))
    else:
        print_prose([line])
    return EXIT_OK


def _document(found: Tally, problems: Sequence[Problem]) -> dict[str, object]:
    return {**tally_as_json(found), "problems": problems_as_json(problems)}
