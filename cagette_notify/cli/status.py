"""Run ``status``: print the last run, what waits, unreachable addresses, what leaves next."""

from __future__ import annotations

from datetime import timedelta

import click

from cagette_notify.cli.session import (
    Session,
    command,
    document_to_type,
    now,
    print_json,
    print_problems,
    print_prose,
    print_text,
)
from cagette_notify.cli.status_ahead import tones_of_outlook, upcoming_table
from cagette_notify.cli.status_output import status_document, status_lines, tone_of_status
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK, EXIT_PARTIAL, NotifyError
from cagette_notify.helpdesk.status import ServiceStatus, service_status


@click.command("status", cls=TranslatedCommand)
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 366),
    default=7,
    show_default=True,
    help="How far to look ahead.",
)
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def status_command(session: Session, *, days: int, as_document: bool) -> int:
    """Say how it stands. When it last ran, what waits, whom it can't reach, and what will leave when."""
    at, delivery = now(), ""
    try:
        config = session.config()
        delivery = config.account
        found = service_status(config, timedelta(days=days), at)
    except NotifyError as error:
        if as_document:
            problems = tuple(error.problems)
            print_json(status_document(ServiceStatus(at, delivery, problems=problems, is_foretold=False)))
        raise
    if as_document:
        print_problems(found.problems, config)
        print_json(document_to_type(status_document(found), config))
    else:
        first, *others = status_lines(config, found, days)
        print_prose([first], config, tone_of_status(found))
        print_prose(others, config)
        if ahead := upcoming_table(config, found, days):
            print_text(ahead, tones_of_outlook())
        print_problems(found.problems, config)  # known already, most of them: the verdict comes first
    return EXIT_OK if found.is_alive else EXIT_PARTIAL
