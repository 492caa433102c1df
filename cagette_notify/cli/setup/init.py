"""Run ``init``: begin an installation, by questions on a terminal, else with files to fill in."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path

import click

from cagette_notify.cli.prompt import own_terminal
from cagette_notify.cli.session import Session, command, path_to_type, program_to_type
from cagette_notify.cli.setup.schedule import (
    NAME,
    ScheduledCall,
    crontab_lines,
    installation_lines,
    systemd_units,
)
from cagette_notify.cli.setup.starting_files import CONFIG, starting_files, write_missing, written_lines
from cagette_notify.cli.short_command import short_command_path
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import EXIT_OK, Problem, UsageError
from cagette_notify.core.i18n import _, language_of_mails

_FOLDER = click.Path(path_type=Path)


@click.command("init", cls=TranslatedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=_FOLDER)
@click.option(
    "--exports", metavar="FOLDER", type=_FOLDER, help="Where Cagette's exports, or other lists, are."
)
@click.option("--systemd", is_flag=True, help="Write a service and a timer instead of naming a crontab line.")
@click.option(
    "--yes", is_flag=True, help="Ask nothing: take what is found; crontab and PATH stay as they are."
)
@command
def init_command(
    session: Session,
    *,
    folder: Path,
    exports: Path | None,
    systemd: bool,
    yes: bool,
) -> int:
    """Begin an installation in DIR.

    On a terminal it looks for exports in this folder, or in DIR and DIR/exports, says what each is, and asks
    for the rest: nothing is written before the last answer. Elsewhere it writes config.yaml and data files to
    fill in, and says how to have the machine run it. Overwrites nothing.
    """
    call = _call(folder)
    terminal = None if yes else own_terminal(quiet=False)
    if terminal or yes or exports:
        from cagette_notify.cli.setup.guided import Beginning, begin

        place = Path(os.path.normpath(exports.absolute())) if exports else None
        language = session.language or language_of_mails(os.environ)
        return begin(terminal, Beginning(Path(call.folder), place, language, call, systemd))
    _write_files_to_fill_in(folder, call, systemd=systemd)
    return EXIT_OK


def _write_files_to_fill_in(folder: Path, call: ScheduledCall, *, systemd: bool) -> None:
    schedule = systemd_units(call) if systemd else {}
    files = {**starting_files(), **schedule}
    for line in written_lines(folder, files, write_missing(folder, files)):
        click.echo(line)
    click.echo()
    click.echo(_("Fill them in, then look for mistakes:"))
    program = [program_to_type(), "--config", path_to_type(folder / CONFIG)]
    click.echo(f"  {command_to_type('check', program=program)}")
    for line in installation_lines(folder, schedule) if systemd else crontab_lines(call):
        click.echo(line)


def _call(folder: Path) -> ScheduledCall:
    home = Path(os.path.normpath(folder.absolute()))
    if not str(home).isprintable():
        raise UsageError(
            Problem(_("no line of a crontab can hold this folder's name: {name!r}", name=str(home)))
        )
    return ScheduledCall(program=_program(), config=str(home / CONFIG), folder=str(home), user=_user())


def _program() -> str:
    """Return the absolute path of the command that is running, else of the one that its name calls."""
    running = Path(sys.argv[0]).absolute()
    if running.name == NAME and running.is_file():
        return str(running)
    found, short = shutil.which(NAME), short_command_path(os.environ)
    beside = str(Path(sys.executable).with_name(NAME))
    return beside if found is None or found == str(short) else found  # the short one knows a configuration


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user may have a number and no name
        return str(os.geteuid())
