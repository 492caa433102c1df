"""Parse the options of ``send-due`` (--at, --lookback, --group...), run it, print its report."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec import Struct

from cagette_notify.broadcast.departures import depart_due
from cagette_notify.cli.one_to_read import one_to_read
from cagette_notify.cli.progress_bar import progress_bar
from cagette_notify.cli.session import (
    Session,
    now,
    on_terminal,
    path_to_type,
    print_json,
    print_problems,
    print_prose,
    print_text,
    typed_moment,
)
from cagette_notify.cli.tables import table, tones_of_statuses
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.kinds import Kind
from cagette_notify.core.labels import label, notice_label, status_label
from cagette_notify.core.notices import OF_THE_MEMBER, SKIPPED
from cagette_notify.core.parsing import duration
from cagette_notify.data.member_settings.read import notice_kind
from cagette_notify.run.context import RunRequest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.run_report import ReportLine, RunReport, all_well_again, report_as_json
from cagette_notify.run.send_due import send_due

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cagette_notify.config.load import Config

_Value = TypeVar("_Value")


class SendDueOptions(Struct, frozen=True):
    """The options of ``send-due``, as they were typed."""

    dry_run: bool = False
    at: str | None = None
    lookback: str | None = None
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    accept_data: tuple[str, ...] = ()
    as_document: bool = False

    @property
    def to_repeat(self) -> list[str]:
        """What a ``send-due`` to type needs as well, to be about the same mails as this one."""
        at = [] if self.at is None else ["--at", self.at, *(["--dry-run"] if self.dry_run else [])]
        groups = [word for group in self.groups for word in ("--group", group)]
        return [*at, *groups, *(word for kind in self.kinds for word in ("--kind", kind))]


def run_in_full(session: Session, options: SendDueOptions) -> int:
    """Read everything, send what is due, show what came of it, and return the exit status."""
    try:
        report, config = _report(session, options)
    except NotifyError as error:
        print_problems(error.problems)
        if options.as_document:
            print_json(report_as_json(RunReport(now(), options.dry_run, problems=tuple(error.problems))))
        return error.exit_status
    known = {str(one): one for one in (*report.problems, *report.events)}
    news = [known.get(line, line) for line in report.news]
    again = options.to_repeat
    is_read = on_terminal() and not options.as_document
    if not is_read:  # it is said once: a full disk below would lose it
        print_problems(news, config, again)
    if options.as_document:
        print_json(report_as_json(report))
    elif is_read or options.dry_run or session.verbose:
        _show(config, report)
    if is_read:
        print_problems(news, config, again)
    if report.all_well_again:
        print_problems([all_well_again()])
    return exit_status_of(report)


def _report(session: Session, options: SendDueOptions) -> tuple[RunReport, Config]:
    config = session.config()
    lookback = options.lookback
    request = RunRequest(
        dry_run=options.dry_run,
        rehearsal=options.at is not None,
        lookback=_converted("--lookback", duration, lookback) if lookback is not None else None,
        groups=frozenset(options.groups),
        kinds=frozenset(_converted("--kind", notice_kind, kind) for kind in options.kinds) or frozenset(Kind),
        accept_data=frozenset(options.accept_data),
        says_once=not on_terminal(),
    )
    clock = _clock(config, options.at, dry_run=options.dry_run)
    with progress_bar(show=on_terminal() and not options.as_document) as progress:
        report = send_due(
            config, request, clock=clock, environ=os.environ, progress=progress, depart=depart_due
        )
    return report, config


def _clock(config: Config, at: str | None, *, dry_run: bool) -> Callable[[], datetime]:
    if at is None:
        return now
    if config.delivery.leaves_the_machine and not dry_run:
        raise UsageError(Problem(_("--at goes with --dry-run, or with 'delivery: outbox'")))
    instant = typed_moment("--at", at, config.timezone)
    return lambda: instant


def _converted(option: str, convert: Callable[[str], _Value], text: str) -> _Value:
    try:
        return convert(text)
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None


def _show(config: Config, report: RunReport) -> None:
    """Print what became of each notice, in numbers."""
    if not report.lines:
        click.echo(_("Nothing is due."))
    else:
        print_text(_table(config, report), tones_of_statuses(config.delivery))
    if not (config.delivery.leaves_the_machine or report.dry_run):
        outbox, count = path_to_type(config.outbox), report.counts["sent"]
        said = _("Nothing left this machine. Mails written to {outbox}: {count}.", outbox=outbox, count=count)
        print_prose([said])
        for line in one_to_read(config, report.lines):
            print_text(line)


def _table(config: Config, report: RunReport) -> str:
    from cagette_notify.cli.names import read_names  # a quiet run prints no table, and pays for none

    rows: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    of_members: set[tuple[str, ...]] = set()
    for line in report.lines:
        kind = notice_label(line.kind, is_correction=line.is_correction)
        row = (line.group, line.distribution, kind, *_outcome(config, line))
        rows[row].add((line.mail, line.member, line.address))  # a correction stands for two recaps
        if line.status == SKIPPED and line.reason in OF_THE_MEMBER:
            of_members.add(row)
    names, today = read_names(config, report.at), report.at.astimezone(config.timezone).date()
    headers = [_("group"), _("distribution"), _("notice"), _("outcome"), _("reason"), _("addresses")]
    counted = (
        (
            *(names.group(group), names.distribution(distribution, today), *rest),
            _count(len(those), of_members=(group, distribution, *rest) in of_members),
        )
        for (group, distribution, *rest), those in sorted(rows.items())
    )
    return table(headers, counted, numbers=1)


def _count(count: int, *, of_members: bool) -> str:
    """Say so where members were counted, and not addresses: some of theirs may be none."""
    return _n("{count} member", "{count} members", count) if of_members else str(count)


def _outcome(config: Config, line: ReportLine) -> tuple[str, str]:
    return status_label(line.status, config.delivery), label(line.reason) if line.status != "sent" else ""
