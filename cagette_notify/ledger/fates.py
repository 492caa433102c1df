"""Keep Mailjet's fates of sent mails beside their ledger rows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.mailjet_fates import BAD_STATUSES, FINAL_STATUSES, Fate
from cagette_notify.ledger.rows import TO_MEMBERS, from_utc_text, kind, utc_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.ledger.ledger import Ledger

_COLUMNS = "fates.custom_id, fates.message_id, recipient, fates.arrived_at, fates.status, fates.state"
_BATCH = 500  # of the values that any SQLite takes in one statement


class SentNotice(Struct, frozen=True):
    """A notice that left, in the mail ``custom_id``, and that mail's fate if one is known."""

    kind: Kind
    group_id: str
    distribution_id: str
    occasion: str
    subject: str  # of a broadcast
    address: str
    custom_id: str
    left_at: datetime
    fate: Fate | None = None


class FateBook:
    """The fates of one delivery's mails."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def note(self, fates: Iterable[Fate]) -> None:
        """Keep the fates of our own mails, by their exact CustomID; those of others are left alone.

        A repeat that was dropped by its campaign does not hide what became of the first one.
        """
        rows = [
            {
                "id": f.custom_id,
                "message": f.message_id,
                "at": utc_text(f.at),
                "status": f.status,
                "state": f.state,
            }
            for f in fates
            if f.custom_id
        ]
        with self._ledger.transaction() as connection:
            connection.executemany(
                """
                INSERT INTO fates SELECT :id, :message, :at, :status, :state
                WHERE EXISTS (SELECT 1 FROM notices WHERE custom_id = :id)
                ON CONFLICT (custom_id) DO UPDATE SET
                    message_id = excluded.message_id, arrived_at = excluded.arrived_at,
                    status = excluded.status, state = excluded.state
                WHERE excluded.state <> 15
                """,
                rows,
            )

    def departures(self, since: datetime) -> list[SentNotice]:
        """List what left to members since then, newest first, with its fate if it is known: a row each."""
        rows = self._ledger.rows(
            f"""
            SELECT kind, notices.group_id, distribution_id, occasion, coalesce(subject, '') AS subject,
                recipient, notices.custom_id, claimed_at, fates.message_id, arrived_at,
                fates.status AS status, state
            FROM notices LEFT JOIN fates USING (custom_id)
                LEFT JOIN broadcasts ON kind = 'broadcast' AND attempt = occasion
            WHERE notices.account = ? AND claimed_at >= ? AND notices.status = 'sent' AND {TO_MEMBERS}
            ORDER BY claimed_at DESC, notices.id DESC
            """,  # noqa: S608 - a literal of this package
            [self._account, utc_text(since)],
        )
        return list(map(_departure_of, rows))

    def oldest_open(self, since: datetime, until: datetime) -> datetime | None:
        """Return when the oldest mail left, of those between the two times whose fate is not final."""
        rows = self._ledger.rows(
            f"""
            SELECT claimed_at FROM notices
            WHERE account = ? AND claimed_at BETWEEN ? AND ? AND status = 'sent' AND {TO_MEMBERS}
                AND NOT EXISTS (
                SELECT 1 FROM fates
                WHERE fates.custom_id = notices.custom_id AND fates.status IN ({_places(FINAL_STATUSES)})
            )
            ORDER BY claimed_at LIMIT 1
            """,  # noqa: S608 - question marks
            [self._account, utc_text(since), utc_text(until), *FINAL_STATUSES],
        )
        return from_utc_text(rows[0]["claimed_at"]) if rows else None

    def of_unreached(self, since: datetime) -> list[Fate]:
        """List all the fates of every address to which a mail that left since then may not have arrived."""
        rows = self._ledger.rows(
            f"""
            WITH unreached AS (
                SELECT DISTINCT address FROM notices JOIN fates USING (custom_id)
                WHERE account = ? AND claimed_at >= ? AND fates.status IN ({_places(BAD_STATUSES)})
                    AND {TO_MEMBERS}
            )
            SELECT DISTINCT {_COLUMNS}
            FROM unreached CROSS JOIN notices ON notices.address = unreached.address COLLATE NOCASE
                JOIN fates USING (custom_id)
            WHERE +account = ? AND {TO_MEMBERS}
            """,  # noqa: S608 - a literal of this module, and question marks
            [self._account, utc_text(since), *BAD_STATUSES, self._account],
        )
        return list(map(_fate_of, rows))

    def of(self, custom_ids: Iterable[str]) -> dict[str, Fate]:
        """Return the fates of some mails, by CustomID."""
        found: dict[str, Fate] = {}
        wanted = iter(custom_ids)
        while batch := list(islice(wanted, _BATCH)):
            query = f"""
                SELECT DISTINCT {_COLUMNS} FROM fates JOIN notices USING (custom_id)
                WHERE fates.custom_id IN ({", ".join("?" * len(batch))})
            """  # noqa: S608 - a literal of this module, and question marks
            found |= {fate.custom_id: fate for fate in map(_fate_of, self._ledger.rows(query, batch))}
        return found


def _places(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _departure_of(row: sqlite3.Row) -> SentNotice:
    return SentNotice(
        kind=kind(row["kind"]),
        group_id=row["group_id"],
        distribution_id=row["distribution_id"],
        occasion=row["occasion"],
        subject=row["subject"],
        address=row["recipient"],
        custom_id=row["custom_id"],
        left_at=from_utc_text(row["claimed_at"]),
        fate=_fate_of(row) if row["status"] else None,
    )


def _fate_of(row: sqlite3.Row) -> Fate:
    return Fate(
        custom_id=row["custom_id"],
        message_id=row["message_id"],
        address=row["recipient"],
        at=from_utc_text(row["arrived_at"]),
        status=row["status"],
        state=row["state"],
    )
