"""Run ``log``: filter the ledger's history and print it, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import Struct

from cagette_notify.cli.colours import painted
from cagette_notify.cli.log_output import log_document, log_table, with_fates
from cagette_notify.cli.names import read_names
from cagette_notify.cli.pages import print_in_pages
from cagette_notify.cli.session import Session, command, now, print_json, print_problems, typed_moment
from cagette_notify.cli.tables import tones_of_statuses
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import EXIT_OK, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import CORRECTION, Kind
from cagette_notify.core.labels import label, status_label
from cagette_notify.core.notices import SKIPPED, Status
from cagette_notify.core.text import fold, meant, quoted
from cagette_notify.core.transport_traits import TRANSPORTS
from cagette_notify.data.member_settings.read import named_kind
from cagette_notify.data.roster import PartialRoster, read_partial_roster
from cagette_notify.helpdesk.check_member.evidence.copies_at_rest import copies_at_rest
from cagette_notify.helpdesk.person import NobodyError, find_people
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.history import HistoryBook, HistoryFilter, Person
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.run.run_report import problems_as_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.ledger.history import HistoryRecord
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.held_broadcasts import Rest

_MOST = 1000  # rows of a table that somebody may still read
_PART = 100_000  # characters printed at once
_KINDS = (*(kind.value for kind in Kind), CORRECTION)
_STATUSES = (*(status.value for status in Status), SKIPPED)


class _LogOptions(Struct, frozen=True):
    """What was typed."""

    member: str | None
    group: str | None
    kind: str | None
    status: str | None
    since: str | None
    as_document: bool


@click.command("log", cls=TranslatedCommand)
@click.option("--member", metavar="WHO", help="Only about WHO: an address, an id or a name.")
@click.option("--group", metavar="G", help="Only this group.")
@click.option(
    "--kind",
    metavar="K",
    help=(
        "Only this kind: opening, closing, recap_24h, recap_4h, duty, duty_vacant, broadcast, correction, "
        "alert or summary."
    ),
)
@click.option("--status", metavar="S", help="Only this status: sent, failed, skipped and so on.")
@click.option("--since", metavar="DATE", help="Only since DATE, or since a date and an hour.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def log_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    member: str | None,
    group: str | None,
    kind: str | None,
    status: str | None,
    since: str | None,
    as_document: bool,
) -> int:
    """Show what was sent, what was not and why, newest first.

    That a notice had left already when its turn came again, only --status skipped and --json tell.
    Alerts and summaries are no notices: they are shown where --kind asks for them.
    """
    options = _LogOptions(member, group, kind, status, since, as_document)
    try:
        _answer(session.config(), options)
    except NotifyError as error:
        print_problems(error.problems)
        if as_document:
            said = () if isinstance(error, NobodyError) else error.problems
            print_json({"notices": [], "problems": problems_as_json(said)})
        return error.exit_status
    return EXIT_OK


def _answer(config: Config, options: _LogOptions) -> None:
    kind = _one_of(_KINDS, "--kind", options.kind and named_kind(options.kind))
    status = _one_of(_STATUSES, "--status", options.status and _status_called(options.status))
    since = _since(config, options.since)
    needs_members = options.member is not None or not options.as_document  # whom a table calls by name
    roster = read_partial_roster(sources_of(config), with_members=needs_members)
    more = 0
    with open_ledger(config.ledger, read_only=True, even_closed=True) as ledger:
        problems = (*ledger.why_closed(), *roster.problems)
        person = _person(options.member, roster, KnownPeople(ledger), config.account)
        book, fates = HistoryBook(ledger, config.account), FateBook(ledger, config.account)
        is_brief = not (options.as_document or status)
        wanted = HistoryFilter(
            person, _group_id(options.group, roster, book), kind, status, since, once=is_brief
        )
        if options.as_document:
            document = log_document(with_fates(book.find(wanted), fates), problems)
        else:
            those = list(with_fates(book.find(wanted, limit=_MOST), fates))
            more = book.count(wanted) - len(those) if len(those) == _MOST else 0
            at_rest = _at_rest(config, ledger, roster, [record for record, _fate in those])
            names = read_names(config, now(), roster.members)
            rows = log_table(config, those, names, at_rest, now())
    # Only now: while a pager waits for its reader, an open ledger would keep cron from writing.
    if options.as_document:
        with document:
            while part := document.read(_PART):
                click.echo(part, nl=False)
    else:
        print_in_pages(painted(rows, tones_of_statuses(config.delivery)))
    print_problems(problems)
    if more > 0:
        print_problems([_only_the_newest(more)])


def _person(typed: str | None, roster: PartialRoster, traces: KnownPeople, account: str) -> Person | None:
    return None if typed is None else find_people(typed, roster, traces, account)


def _at_rest(
    config: Config, ledger: Ledger, roster: PartialRoster, records: Iterable[HistoryRecord]
) -> Mapping[str, Rest]:
    """Return the copies of broadcasts that don't leave by themselves, if any may be among the records."""
    is_put_off = any(one.status == Status.DEFERRED for one in records)
    return copies_at_rest(config, ledger, roster.groups, now()) if is_put_off else {}


def _only_the_newest(more: int) -> str:
    return _(
        "these are the newest {count}; {more} more: narrow them down with --member, --group, --kind, "
        "--status or --since, or get them all with --json",
        count=_MOST,
        more=more,
    )


def _status_called(typed: str) -> str:
    """Return the status that a word of the language spoken means; anything else as it is."""
    names = {name: status for status in _STATUSES for name in (label(status), status)}
    names |= {status_label(Status.SENT.value, row): Status.SENT.value for row in TRANSPORTS.values()}
    statuses = {fold(name).replace("-", "_"): status for name, status in names.items()}
    return statuses.get(fold(typed).replace("-", "_"), typed)


def _one_of(known: Collection[str], option: str, typed: str | None) -> str:
    if typed is not None and typed not in known:
        message = _(
            "expected one of {known}, not {value}", known=", ".join(map(label, known)), value=quoted(typed)
        )
        raise UsageError(Problem(message, field=option))
    return typed or ""


def _since(config: Config, typed: str | None) -> datetime | None:
    return None if typed is None else typed_moment("--since", typed, config.timezone, require_time=False)


def _group_id(typed: str | None, roster: PartialRoster, book: HistoryBook) -> str:
    if typed is None or typed in roster.groups:
        return typed or ""
    known = frozenset(roster.groups) | book.groups()
    if typed not in known:
        message = meant(_("no group {value}", value=quoted(typed)), typed, sorted(known))
        raise UsageError(Problem(message, field="--group"))
    return typed
