"""``settle``: an operator's word on a mail in doubt."""

from __future__ import annotations

import click

from cagette_notify.cli.session import Session, command, now
from cagette_notify.errors import EXIT_OK, UsageError
from cagette_notify.language import _
from cagette_notify.ledger import open_ledger
from cagette_notify.lock import run_lock
from cagette_notify.model import Problem, Status

_VERDICTS = {"sent": Status.SENT, "resend": Status.DEFERRED, "drop": Status.DROPPED}
_OPEN = {Status.CLAIMED, Status.IN_DOUBT, Status.DEFERRED}


@click.command("settle", hidden=True)
@click.argument("custom_id")
@click.argument("verdict", type=click.Choice(list(_VERDICTS)))
@command
def settle_command(session: Session, *, custom_id: str, verdict: str) -> int:
    """End the doubt about the mail CUSTOM_ID by hand.

    Say "sent" if it arrived, "resend" if it surely did not and should be tried again while it is not
    too late, "drop" if nobody should get it any more.
    """
    config, at = session.config(), now()
    with run_lock(config.ledger, at), open_ledger(config.ledger) as ledger:
        entries = ledger.by_custom_id(custom_id)
        if not entries:
            raise UsageError(Problem(_("no mail {custom_id!r} in the ledger", custom_id=custom_id)))
        if all(entry.status not in _OPEN for entry in entries):
            status = entries[0].status
            raise UsageError(
                Problem(
                    _("the mail {custom_id} is not in doubt but {status}", custom_id=custom_id, status=status)
                )
            )
        ledger.end_by_hand(custom_id, _VERDICTS[verdict], at)
    click.echo(_("Noted: {custom_id}: {verdict}.", custom_id=custom_id, verdict=verdict))
    return EXIT_OK
