"""Count the mails that left by hour and by the domain of the address, with what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.ledger.rows import TO_MEMBERS, from_utc_text, utc_text

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.ledger.ledger import Ledger

_SENT = f"notices.account = ? AND claimed_at >= ? AND notices.status = 'sent' AND {TO_MEMBERS}"
# Of whoever was forgotten, no domain is known.
_DOMAIN = "lower(CASE instr(address, '@') WHEN 0 THEN '' ELSE substr(address, instr(address, '@') + 1) END)"


class DomainCount(Struct, frozen=True):
    """How many mails left to a domain in the minute that began ``at``, and met one fate, or none yet."""

    at: datetime
    domain: str
    status: str
    state: int
    mails: int


class FatesByDomain:
    """What one delivery's mails met, without a name or an address."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def counted(self, since: datetime) -> list[DomainCount]:
        """Count what left to members since then, a mail of several notices once."""
        rows = self._ledger.rows(
            f"""
            SELECT substr(claimed_at, 1, 16) AS minute, {_DOMAIN} AS domain, fates.status AS fate, state,
                count(DISTINCT notices.custom_id) AS mails
            FROM notices LEFT JOIN fates USING (custom_id) WHERE {_SENT} GROUP BY 1, 2, 3, 4 ORDER BY 1
            """,  # noqa: S608 - literals of this package
            [self._account, utc_text(since)],
        )
        return [
            DomainCount(
                from_utc_text(f"{row['minute']}:00+00:00"),
                *(row["domain"], row["fate"] or "", row["state"] or 0, row["mails"]),
            )
            for row in rows
        ]

    def addresses(self, since: datetime) -> dict[str, int]:
        """Return how many addresses of each domain were written to since then, of whoever is not forgotten.

        The mails to those who are can't be told to be one person's.
        """
        rows = self._ledger.rows(
            f"""
            SELECT {_DOMAIN} AS domain, count(DISTINCT lower(address)) AS addresses
            FROM notices WHERE {_SENT} AND instr(address, '@') > 0 GROUP BY 1
            """,  # noqa: S608 - literals of this package
            [self._account, utc_text(since)],
        )
        return {row["domain"]: row["addresses"] for row in rows}

    def last_fates(self, since: datetime, *, most: int) -> list[tuple[str, int]]:
        """Return status and state of the last mails, ``most`` at most; nothing for one not known yet."""
        rows = self._ledger.rows(
            f"""
            SELECT fates.status AS fate, state, max(claimed_at) AS last
            FROM notices LEFT JOIN fates USING (custom_id) WHERE {_SENT}
            GROUP BY notices.custom_id, fate, state ORDER BY last DESC LIMIT ?
            """,  # noqa: S608 - literals of this package
            [self._account, utc_text(since), most],
        )
        return [(row["fate"] or "", row["state"] or 0) for row in rows]
