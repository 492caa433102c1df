"""Mails that left some time ago: their rows in the ledger, and their arrival at the stand-in Mailjet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from tests.support.builders import a_distribution, a_group, a_mail, a_mailbox, a_member, a_notice

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tests.support.mailjet_account import Arrival
    from tests.support.mailjet_server import MailjetServer


def left(
    ledger_file: Path,
    *addresses: str,
    at: datetime,
    day: str = "d1",
    group: str = "lac",
    status: Status = Status.SENT,
    account: str = "mailjet",
    member: str = "",
) -> list[str]:
    """Record that a recap of ``day`` left to each address; return their CustomIDs."""
    with open_ledger(ledger_file) as ledger:
        notices = [
            a_notice(
                group=a_group(id=group),
                distribution=a_distribution(id=day),
                member=a_member(id=member or f"of {address}"),
                mailbox=a_mailbox(address=address),
            )
            for address in addresses
        ]
        custom_ids = [f"{ledger.ledger_id}-{day}-{address}" for address in addresses]
        mails = [
            a_mail([notice], custom_id=custom_id)
            for notice, custom_id in zip(notices, custom_ids, strict=True)
        ]
        ledger.claim(account, [(mail, "") for mail in mails], at)
        ledger.settle(dict.fromkeys(custom_ids, Outcome(status)), at)
    return custom_ids


def arrived(
    server: MailjetServer,
    custom_id: str,
    address: str,
    *,
    at: datetime,
    status: str = "sent",
    state: int = 0,
) -> Arrival:
    """Let Mailjet have taken that mail, and know what became of it."""
    arrival = server.account.remember(custom_id, address)
    arrival.at, arrival.status, arrival.state = at.timestamp(), status, state
    return arrival
