"""Run ``demo``: write a made-up co-op and send its due notices into an outbox."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.session import Session, command, now, path_to_type, print_problems, program_to_type
from cagette_notify.cli.setup.demo_coop import MARK, write_coop
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config import load as configuration
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _, speak, why
from cagette_notify.core.labels import label
from cagette_notify.run.context import RunRequest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.send_due import send_due

if TYPE_CHECKING:
    from cagette_notify.config.load import Config
    from cagette_notify.run.run_report import RunReport


@click.command("demo", cls=TranslatedCommand)
@click.argument("folder", metavar="[DIR]", default="cagette-demo", type=click.Path(path_type=Path))
@command
def demo_command(session: Session, *, folder: Path) -> int:
    """Make a small co-op in DIR with notices due now, and send them into its outbox."""
    at = now()
    try:
        _clear(folder)
        write_coop(folder, at)
    except OSError as error:
        raise UsageError(Problem(why(error), str(error.filename or folder))) from None
    config = configuration.load(folder / "config.yaml")
    speak(session.language or config.language)
    report = send_due(
        config, RunRequest(reads_at_once=True), clock=lambda: at, environ=os.environ, progress=lambda *_: None
    )
    print_problems(report.news)
    _show(config, report)
    return exit_status_of(report)


def _clear(folder: Path) -> None:
    """Start afresh in a folder that a demo made; anybody else's is left alone."""
    if folder.is_symlink():  # what it leads to would be emptied
        raise UsageError(Problem(_("a symbolic link, where a folder was expected"), path_to_type(folder)))
    if not folder.exists():
        return
    if not (folder / MARK).is_file():
        message = _("is there already, and no demo made it: name another folder")
        raise UsageError(Problem(message, path_to_type(folder)))
    shutil.rmtree(folder)


def _show(config: Config, report: RunReport) -> None:
    click.echo(
        _(
            "A made-up co-op is in {folder}: its configuration, members, distributions and orders.",
            folder=path_to_type(config.folder),
        )
    )
    mails = dict.fromkeys(
        (line.custom_id, line.address, line.kind) for line in report.lines if line.custom_id
    )
    click.echo(
        _("Its notices that are due now were written to {outbox}:", outbox=path_to_type(config.outbox))
    )
    for custom_id, address, kind in mails:
        click.echo(f"  {custom_id}.eml  {label(kind):<9}  {address}")
    click.echo(_("Nothing left this machine. To look at a mail, open it with a mail program, for example:"))
    click.echo(f"  xdg-open {path_to_type(config.outbox)}/{next(iter(mails))[0]}.eml")
    click.echo(_("To see that nothing is sent twice, run it again:"))
    click.echo(f"  {program_to_type()} -c {path_to_type(config.path)} send-due")
