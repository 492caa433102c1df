"""``check``: every problem of the configuration, the data and the templates, before it costs a mail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.session import Session, command, complain, now, shown
from cagette_notify.config import credentials
from cagette_notify.data.dataset import load_calendar, load_members, survey
from cagette_notify.delivery.transports import transport_for
from cagette_notify.errors import EXIT_OK, EXIT_PARTIAL, NotifyError
from cagette_notify.language import _
from cagette_notify.preferences import load_preferences
from cagette_notify.preflight import make_renderer, refuse_unknown_sender
from cagette_notify.sending import sources_of

if TYPE_CHECKING:
    from cagette_notify.config import Config
    from cagette_notify.model import Problem


@click.command("check")
@click.option("--offline", is_flag=True, help="Don't ask Mailjet.")
@command
def check_command(session: Session, *, offline: bool) -> int:
    """Name every problem of the configuration, the data and the templates, with file and line."""
    config = session.config()
    problems, status = _look(config, offline=offline)
    complain(str(problem) for problem in problems)
    if not problems:
        click.echo(_("All is well: {config}, its data and its templates.", config=shown(config.path)))
    return status


def _look(config: Config, *, offline: bool) -> tuple[list[Problem], int]:
    """Return all problems, and the status of the worst."""
    problems = list(survey(sources_of(config)))
    statuses = [EXIT_PARTIAL] if any(not problem.is_warning for problem in problems) else []
    looks = [_look_at_data, _look_at_mails]
    if config.delivery == "mailjet":
        looks.append(_look_at_keys if offline else _look_at_mailjet)
    for look in looks:
        try:
            look(config)
        except NotifyError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            statuses.append(error.exit_status)
    return problems, max(statuses, default=EXIT_OK)


def _look_at_data(config: Config) -> None:
    calendar = load_calendar(sources_of(config))
    load_members(calendar, calendar.groups)
    load_preferences(config.notifications, config.folder)


def _look_at_mails(config: Config) -> None:
    make_renderer(config).check()


def _look_at_keys(config: Config) -> None:
    credentials(config, os.environ)


def _look_at_mailjet(config: Config) -> None:
    transport = transport_for(config, os.environ, now())
    transport.prepare()
    refuse_unknown_sender(transport, config)
