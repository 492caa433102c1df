"""``send-due``: what cron calls."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import click

from cagette_notify.cli.progress import progress_bar
from cagette_notify.cli.session import (
    Session,
    command,
    complain,
    now,
    on_terminal,
    print_json,
    shown,
    typed_moment,
)
from cagette_notify.errors import NotifyError, UsageError
from cagette_notify.language import _
from cagette_notify.model import NOTICE_KINDS, Kind, Problem
from cagette_notify.report import RunReport, as_json
from cagette_notify.run import Request
from cagette_notify.sending import send_due
from cagette_notify.values import duration

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cagette_notify.config import Config
    from cagette_notify.report import Line

Value = TypeVar("Value")


@click.command("send-due")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send and record nothing.")
@click.option("--at", metavar="TIME", help="Pretend that it is TIME; only with --dry-run or the outbox.")
@click.option("--lookback", metavar="DURATION", help="Send, too, what was due up to DURATION ago.")
@click.option("--group", "groups", metavar="G", multiple=True, help="Only this group.")
@click.option("--kind", "kinds", metavar="K", multiple=True, help="Only this kind of notice.")
@click.option("--accept-data", metavar="GROUP", multiple=True, help="Take a shrunken export as right.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def send_due_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    dry_run: bool,
    at: str | None,
    lookback: str | None,
    groups: tuple[str, ...],
    kinds: tuple[str, ...],
    accept_data: tuple[str, ...],
    as_document: bool,
) -> int:
    """Send the notices that are due. For cron: silent when all is well, right however often it runs."""
    try:
        config = session.config()
        request = Request(
            dry_run=dry_run,
            rehearsal=at is not None,
            lookback=_converted("--lookback", duration, lookback) if lookback is not None else None,
            groups=frozenset(groups),
            kinds=frozenset(_kind(kind) for kind in kinds) or frozenset(Kind),
            accept_data=frozenset(accept_data),
            says_once=not on_terminal(),
        )
        clock = _clock(config, at, dry_run=dry_run)
        with progress_bar(show=on_terminal() and not as_document) as progress:
            report = send_due(config, request, clock=clock, environ=os.environ, progress=progress)
    except NotifyError as error:
        complain(str(problem) for problem in error.problems)
        if as_document:
            print_json(as_json(RunReport(now(), dry_run, problems=tuple(error.problems))))
        return error.exit_status
    complain(report.news)
    if as_document:
        print_json(as_json(report))
    elif on_terminal() or dry_run or session.verbose:
        _show(config, report)
    if report.all_well_again:
        complain([_("cagette-notify: all well again")])
    return report.exit_status


def _clock(config: Config, at: str | None, *, dry_run: bool) -> Callable[[], datetime]:
    if at is None:
        return now
    if config.delivery != "outbox" and not dry_run:
        raise UsageError(Problem(_("--at goes with --dry-run, or with 'delivery: outbox'")))
    instant = typed_moment("--at", at, config)
    return lambda: instant


def _kind(text: str) -> Kind:
    if text not in {kind.value for kind in NOTICE_KINDS}:
        known = ", ".join(kind.value for kind in NOTICE_KINDS)
        raise UsageError(Problem(_("--kind: expected one of {known}, not {text!r}", known=known, text=text)))
    return Kind(text)


def _converted(option: str, convert: Callable[[str], Value], text: str) -> Value:
    try:
        return convert(text)
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None


def _show(config: Config, report: RunReport) -> None:
    """Print what became of each notice, in numbers."""
    if not report.lines:
        click.echo(_("Nothing is due."))
    else:
        click.echo(_table(report))
    if config.delivery == "outbox" and not report.dry_run:
        outbox, count = shown(config.outbox), report.counts["sent"]
        click.echo(
            _("Nothing left this machine. Mails written to {outbox}: {count}.", outbox=outbox, count=count)
        )


def _table(report: RunReport) -> str:
    from tabulate import tabulate

    rows = Counter((line.group, line.distribution, line.kind, *_outcome(line)) for line in report.lines)
    headers = [_("group"), _("distribution"), _("notice"), _("outcome"), _("reason"), _("addresses")]
    return tabulate([(*row, count) for row, count in sorted(rows.items())], headers=headers)


def _outcome(line: Line) -> tuple[str, str]:
    return line.status, line.reason if line.status != "sent" else ""
