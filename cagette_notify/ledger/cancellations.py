"""Find the broadcasts that took a distribution out of calendars, or put it back, as the ledger has them."""

from __future__ import annotations

import base64
from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.ledger.rows import from_utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cagette_notify.ledger.ledger import Ledger

_TOLD = "told:"


def cancellations(ledger: Ledger, account: str, method: str = "CANCEL") -> Mapping[str, tuple[datetime, ...]]:
    """Return by distribution when those were confirmed that left, or may have, to anybody; oldest first.

    By ``method`` PUBLISH those that put it back.
    """
    rows = ledger.rows(
        """
        SELECT attempt, audience, confirmed_at, base64 FROM broadcasts JOIN attachments USING (attempt)
        WHERE broadcasts.account = ? AND content_type = 'text/calendar' AND audience LIKE 'told:%'
            AND EXISTS (
                SELECT 1 FROM copies JOIN notices USING (custom_id)
                WHERE attempt = broadcasts.attempt AND status IN ('claimed', 'in_doubt', 'sent')
            )
        ORDER BY confirmed_at
        """,
        [account],
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    counted: set[str] = set()  # one may have an entry of the distribution, and one of the duties there
    for row in rows:
        is_one = f"\nMETHOD:{method}".encode() in base64.b64decode(row["base64"])
        if is_one and row["attempt"] not in counted:
            counted.add(row["attempt"])
            found[row["audience"].removeprefix(_TOLD)].append(from_utc_text(row["confirmed_at"]))
    return {id_: tuple(moments) for id_, moments in found.items()}
