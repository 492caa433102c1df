"""Run ``init``: write the first configuration and data files, and print the crontab or systemd units."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path

import click

from cagette_notify.cli.session import Session, command, path_to_type, program_to_type
from cagette_notify.cli.setup.schedule import NAME, ScheduledCall, crontab_line, systemd_units
from cagette_notify.cli.setup.starting_files import CONFIG, starting_files, write_missing
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import EXIT_OK, Problem, UsageError
from cagette_notify.core.i18n import _


@click.command("init", cls=TranslatedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--systemd", is_flag=True, help="Write a service and a timer instead of naming a crontab line.")
@command
def init_command(session: Session, *, folder: Path, systemd: bool) -> int:  # noqa: ARG001 - nothing is configured yet
    """Begin an installation in DIR.

    Writes config.yaml and data files to fill in, in this folder if no DIR is named, and says how to
    have the machine run it. Overwrites nothing.
    """
    call = _call(folder)
    schedule = systemd_units(call) if systemd else {}
    files = {**starting_files(), **schedule}
    written = write_missing(folder, files)
    for name in files:
        path = path_to_type(folder / name)
        click.echo(_("wrote {file}", file=path) if name in written else _("{file} is there: kept", file=path))
    click.echo()
    click.echo(_("Fill them in, then look for mistakes:"))
    program = [program_to_type(), "--config", path_to_type(folder / CONFIG)]
    click.echo(f"  {command_to_type('check', program=program)}")
    _show_installation(folder, schedule) if systemd else _show_crontab(call)
    return EXIT_OK


def _call(folder: Path) -> ScheduledCall:
    home = folder.absolute()
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
    return shutil.which(NAME) or str(Path(sys.executable).with_name(NAME))


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user may have a number and no name
        return str(os.geteuid())


def _show_crontab(call: ScheduledCall) -> None:
    click.echo(_("Then let cron send what is due: type crontab -e, and add this line:"))
    click.echo(f"  {crontab_line(call)}")


def _show_installation(folder: Path, schedule: dict[str, str]) -> None:
    import shlex

    sources = shlex.join(path_to_type(folder / name) for name in schedule)
    click.echo(_("Then let systemd send what is due; look at the two files first:"))
    click.echo(f"  sudo install -m 644 -t /etc/systemd/system {sources}")
    click.echo("  sudo systemctl daemon-reload")
    click.echo(f"  sudo systemctl enable --now {NAME}.timer")
    click.echo(_("What it has to say is in: journalctl -u {name}", name=NAME))
