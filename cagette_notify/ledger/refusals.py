"""Find the addresses that Mailjet refuses again and again, so that no mail leaves to them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.ledger.rows import TO_MEMBERS, from_utc_text, utc_text

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.ledger.engine import LedgerRow
    from cagette_notify.ledger.ledger import Ledger

_REPEATEDLY = 2
_REFUSED = f"""
    SELECT address, recipient, custom_id, claimed_at, detail FROM notices
    WHERE account = :account AND claimed_at >= :since AND status = 'failed' AND about_content = 0
        AND {TO_MEMBERS} AND address LIKE '%@%' AND NOT EXISTS (
            SELECT 1 FROM notices AS later
            WHERE later.account = :account AND later.address = notices.address COLLATE NOCASE
                AND later.{TO_MEMBERS} AND later.status = 'sent' AND later.claimed_at > notices.claimed_at
        )
    ORDER BY claimed_at, id
"""  # noqa: S608 - a literal of this package


class RefusedAddress(Struct, frozen=True):
    """An address that was refused several times since it last got a mail, and the newest ``reason``."""

    address: str
    refusals: int
    since: datetime
    reason: str


def refused_repeatedly(ledger: Ledger, account: str, since: datetime) -> list[RefusedAddress]:
    """Return the addresses that were refused more than once since then, the worst first.

    Of what it took Mailjet tells a fate; of what it refused at once, nothing but the refusal is known.
    """
    by_address: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in ledger.rows(_REFUSED, {"account": account, "since": utc_text(since)}):
        by_address[row["address"].casefold()].append(row)
    found = []
    for rows in by_address.values():
        refusals, newest = len({row["custom_id"] for row in rows}), rows[-1]
        if refusals >= _REPEATEDLY:
            begin = from_utc_text(rows[0]["claimed_at"])
            found.append(RefusedAddress(newest["recipient"], refusals, begin, newest["detail"]))
    return sorted(found, key=lambda one: (-one.refusals, one.address))
