"""Move the ledger's memory between a file and a server, for ``ledger copy``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.session import Session, command, now, print_prose
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config.ledger_place import ledger_place
from cagette_notify.core.errors import EXIT_OK, LaterError, Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.ledger_place import shared_ledger
from cagette_notify.core.lock import RUN_LOCK_WAIT, LockHeldError
from cagette_notify.ledger.connection import is_made_already
from cagette_notify.ledger.copy import copy_ledger

if TYPE_CHECKING:
    from cagette_notify.core.ledger_place import LedgerPlace


@click.command("ledger", cls=TranslatedCommand, hidden=True)
@click.argument("action", type=click.Choice(["copy"]))
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@command
def ledger_command(session: Session, *, action: str, source: str, target: str) -> int:  # noqa: ARG001 - there is one
    """Copy the ledger at FROM to TO, and close FROM.

    Each is a file or postgresql://user@host/database; at TO there is none yet, or one that was copied to
    FROM. Whatever sends or settles stops at FROM from then on, and names TO: write it as ledger in
    config.yaml, on each machine.
    """
    folder = session.config().folder
    old, new = _place("FROM", source, folder), _place("TO", target, folder)
    if not is_made_already(old):
        raise UsageError(Problem(_("no ledger there: {place}", place=source), field="FROM"))
    try:
        count = copy_ledger(old, new, now(), patience=RUN_LOCK_WAIT)
    except LockHeldError as error:
        message = _("another run is at work: nothing was changed; try again in a minute")
        raise LaterError(Problem(message), *error.problems) from None
    click.echo(_n("Copied, with {count} notice.", "Copied, with {count} notices.", count))
    print_prose([_("Now write in config.yaml, on each machine: ledger: {place}", place=new)])
    return EXIT_OK


def _place(option: str, text: str, folder: Path) -> LedgerPlace:
    try:
        read = ledger_place(text)
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None
    return read.absolute() if isinstance(read, Path) else shared_ledger(read, folder)
