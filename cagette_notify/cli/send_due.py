"""Start ``send-due`` for cron; load nothing where nothing can be due."""

from __future__ import annotations

from typing import Any

import click

from cagette_notify.cli.session import Session, command, now, on_terminal
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK
from cagette_notify.run.nothing_due import nothing_can_be_due


@click.command("send-due", cls=TranslatedCommand)
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send and record nothing.")
@click.option("--at", metavar="TIME", help="Pretend that it is TIME; only with --dry-run or the outbox.")
@click.option("--lookback", metavar="DURATION", help="Send, too, what was due up to DURATION ago.")
@click.option("--group", "groups", metavar="G", multiple=True, help="Only this group.")
@click.option(
    "--kind",
    "kinds",
    metavar="K",
    multiple=True,
    help="Only this kind: opening (or ouverture), closing, recap_24h, recap_4h, duty or duty_vacant.",
)
@click.option(
    "--accept-data",
    metavar="GROUP",
    multiple=True,
    help="Take a shrunken export, or new ids, as right.",
)
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@command
def send_due_command(session: Session, **options: Any) -> int:
    """Send the notices that are due. For cron: silent when all is well, right however often it runs."""
    is_cron_s = not any(options.values()) and not session.verbose and not on_terminal()
    if is_cron_s and nothing_can_be_due(session.config_path(), now()):
        return EXIT_OK
    # Only now: a run with nothing to do must not pay for what it takes to do something.
    from cagette_notify.cli.send_due_full import SendDueOptions, run_in_full

    return run_in_full(session, SendDueOptions(**options))
