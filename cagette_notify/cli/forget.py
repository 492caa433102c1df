"""Run ``forget``: erase a person and print what was removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cagette_notify.cli.session import Session, command, now
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK
from cagette_notify.core.i18n import _
from cagette_notify.helpdesk.forget import forget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.forget import Forgotten


@click.command("forget", cls=TranslatedCommand)
@click.argument("who")
@command
def forget_command(session: Session, *, who: str) -> int:
    """Forget WHO: an address, an id or a whole name.

    Takes the person out of the ledger, the outbox, the changes of settings and unfinished broadcasts.
    What was sent still counts. The data files stay as they are.
    """
    for line in _lines(forget(session.config(), who, now())):
        click.echo(line)
    return EXIT_OK


def _lines(done: Forgotten) -> Iterator[str]:
    """Yield what was removed and what stays, in words that tell nothing of the person."""
    erased = done.erased
    yield _(
        "Forgotten. Mails in the ledger: {mails}; reasons for none: {skips}; mails in the outbox: {files}; "
        "changes of settings: {settings}.",
        mails=erased.mails,
        skips=erased.skips,
        files=done.files,
        settings=done.settings,
    )
    if erased.ended:
        yield _("Still to leave, or in doubt, and given up: {count}.", count=erased.ended)
    if erased.replies:
        yield _("Finished broadcasts that named the address, and do no more: {count}.", count=erased.replies)
    if erased.needed:
        yield _(
            "Unfinished broadcasts that name the address, and need it until they have left: {count}. "
            "Then give this command again.",
            count=erased.needed,
        )
    if done.whom.shared:
        yield _(
            "Addresses that another member reads too: {count}. Mails that only name one of them are left "
            "alone, in the ledger and in the outbox.",
            count=len(done.whom.shared),
        )
    if done.whom.places:
        yield _(
            "Still in the data: {places}. Unless that is taken out, the next run writes to them again.",
            places=", ".join(f"{place.file}:{place.line}" for place in done.whom.places),
        )
