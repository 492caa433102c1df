"""Move the ledger's memory between a file and a server, for ``ledger copy``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cagette_notify.broadcast.drafts import move_drafts
from cagette_notify.cli.session import Session, command, now, path_to_type, print_problems, print_prose
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config.ledger_place import place_named
from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.errors import EXIT_OK, LaterError, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.lock import RUN_LOCK_WAIT, LockHeldError
from cagette_notify.ledger.connection import is_made_already
from cagette_notify.ledger.copy import copy_ledger, is_same_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace


@click.command("ledger", cls=TranslatedCommand, hidden=True)
@click.argument("action", type=click.Choice(["copy"]))
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@command
def ledger_command(session: Session, *, action: str, source: str, target: str) -> int:  # noqa: ARG001 - there is one
    """Copy the ledger at FROM to TO, and close FROM.

    Each is a file or postgresql://user@host/database; at TO there is none yet, or one that was copied to
    FROM. Whatever sends, settles or foretells stops at FROM from then on, and names TO: write it as ledger
    in config.yaml, on each machine.
    """
    folder = session.config().folder
    old, new = _place(_("FROM"), source, folder), _place(_("TO"), target, folder)
    if not is_made_already(old):
        raise UsageError(Problem(_("no ledger there: {place}", place=source), field=_("FROM")))
    try:
        count = copy_ledger(old, new, now(), patience=RUN_LOCK_WAIT)
    except LockHeldError as error:
        message = _("another run is at work: nothing was changed; try again in a minute")
        raise LaterError(Problem(message), *error.problems) from None
    click.echo(_n("Copied, with {count} notice.", "Copied, with {count} notices.", count))
    if _is_named_already(session.config().ledger, new):
        click.echo(_("config.yaml names it already."))
    else:
        print_prose([_("Now write in config.yaml, on each machine: ledger: {place}", place=new)])
    _move_drafts(drafts_folder(old), drafts_folder(new))
    still_there = _(
        "{place} still holds what it held, and nothing leaves from it any more: keep it as a backup, or "
        "delete it. As long as it is there, forget and keep take out of it what they take out of the new "
        "one.",
        place=old,
    )
    print_prose([still_there])
    return EXIT_OK


def _move_drafts(folder: Path, to: Path) -> None:
    """Let the texts of broadcasts that have not left be where the new ledger's are looked for."""
    if folder.resolve() == to.resolve():
        return
    try:
        moved = move_drafts(folder, to)
    except NotifyError as error:
        message = _("texts of broadcasts are still there: move them to {folder}", folder=path_to_type(to))
        print_problems((*error.problems, Problem(message, str(folder))))
        return
    if moved:
        now_there = _n(
            "{count} text of a broadcast is in {folder} now.",
            "{count} texts of broadcasts are in {folder} now.",
            moved,
            folder=path_to_type(to),
        )
        print_prose([now_there])


def _is_named_already(configured: LedgerPlace, new: LedgerPlace) -> bool:
    """Tell whether the configuration says where it is, maybe with other parameters, which are to stay."""
    try:
        return is_same_ledger(configured, new)
    except NotifyError:
        return False


def _place(option: str, text: str, folder: Path) -> LedgerPlace:
    try:
        return place_named(text, folder)
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None
