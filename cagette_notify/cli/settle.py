"""Settle a mail in doubt by hand, for ``settle``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cagette_notify.cli.session import Session, command, now
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK, LaterError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.labels import status_label
from cagette_notify.core.lock import LockHeldError, run_lock
from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config

_VERDICTS = {"sent": Status.SENT, "resend": Status.DEFERRED, "drop": Status.DROPPED}
_OPEN = {Status.CLAIMED, Status.IN_DOUBT, Status.DEFERRED}


@click.command("settle", cls=TranslatedCommand, hidden=True)
@click.argument("custom_id")
@click.argument("verdict", type=click.Choice(list(_VERDICTS)))
@command
def settle_command(session: Session, *, custom_id: str, verdict: str) -> int:
    """End the doubt about the mail CUSTOM_ID by hand.

    Say "sent" if it arrived, "resend" if it surely did not and should be tried again while it is not
    too late, "drop" if nobody should get it any more.
    """
    config, at = session.config(), now()
    try:
        _settle(config, custom_id, _VERDICTS[verdict], at)
    except LockHeldError as error:
        message = _("another run is at work: nothing was changed; try again in a minute")
        raise LaterError(Problem(message), *error.problems) from None
    click.echo(_("Noted: {custom_id}: {verdict}.", custom_id=custom_id, verdict=verdict))
    return EXIT_OK


def _settle(config: Config, custom_id: str, status: Status, at: datetime) -> None:
    with run_lock(config.ledger, at) as lock, open_ledger(config.ledger, lock=lock) as ledger:
        entries = ledger.by_custom_id(custom_id)
        if not entries:
            raise UsageError(Problem(_("no mail {custom_id!r} in the ledger", custom_id=custom_id)))
        if all(entry.status not in _OPEN for entry in entries):
            message = _(
                "the mail {custom_id} is not in doubt but {status}",
                custom_id=custom_id,
                status=status_label(entries[0].status.value, config.delivery),
            )
            raise UsageError(Problem(message))
        ledger.end_by_hand(custom_id, status, at)
