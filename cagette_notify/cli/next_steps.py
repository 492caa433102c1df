"""Say, where no command was typed, how it stands and what to type next, or how to begin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.exports_to_do import exports_to_do
from cagette_notify.cli.session import (
    Session,
    command,
    now,
    on_terminal,
    print_problems,
    print_prose,
    print_text,
    program_to_type,
    program_words,
)
from cagette_notify.cli.status_output import status_lines, tone_of_status
from cagette_notify.cli.tables import listed
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.cli.until_real_mails import until_real_mails
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import EXIT_USAGE, ConfigError
from cagette_notify.core.i18n import _, _n
from cagette_notify.helpdesk.status import ServiceStatus, service_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem

_A_WEEK = 7  # days


@click.command("next-steps", cls=TranslatedCommand)
@command
def next_steps_command(session: Session) -> int:
    """Say how it stands and what to type next. For who typed no command: that is a mistake under cron."""
    if not on_terminal():
        print_problems([_("no command was typed: nothing was done")])
    try:
        session.config_path()
    except ConfigError:
        print_prose(_how_to_begin())
        return EXIT_USAGE
    config = session.config()
    found = service_status(config, timedelta(days=_A_WEEK), now())
    print_prose([next(status_lines(config, found, _A_WEEK))], config, tone_of_status(found))
    print_prose(_to_do(config, found), config)
    print_text("\n".join(_commands(config)))
    return EXIT_USAGE


def _how_to_begin() -> list[str]:
    lines = (
        _("No configuration is here yet. To try it, with a made-up co-op:"),
        "  cagette-notify demo",
        _("To begin with your own group:"),
        _("  cagette-notify init ~/co-op"),
        _("All commands:"),
        "  cagette-notify --help",
    )
    return [line.replace("cagette-notify", program_to_type(), 1) for line in lines]


def _to_do(config: Config, found: ServiceStatus) -> Iterator[str | Problem]:
    """Yield what somebody is to do next, if anything: what is wrong comes before what is only missing."""
    export = next(exports_to_do(config, found), None)
    if found.problems:
        yield _n(
            "{count} thing is to be mended: cagette-notify check",
            "{count} things are to be mended: cagette-notify check",
            len(found.problems),
        )
    elif export:
        yield export
    elif found.in_the_way:
        yield found.in_the_way[0]
    elif not config.delivery.leaves_the_machine:
        yield until_real_mails(config)


def _commands(config: Config) -> Iterator[str]:
    """Yield the commands that people type most, as they are typed here."""
    program = program_words(config)
    yield _("To go on:")
    rows = (
        (command_to_type("status", program=program), _("what waits, and what leaves when")),
        (command_to_type("check-member", _("WHO"), program=program), _("why somebody gets no mail")),
        (command_to_type("broadcast", program=program), _("to write to a group")),
        (command_to_type("--help", program=[program_to_type()]), _("all commands")),
    )
    yield from (f"  {line}" for line in listed(rows))
