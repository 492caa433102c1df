"""What became of the mails that Mailjet took, as it was last asked; kept beside their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.fates import Fate
from cagette_notify.ledger.rows import moment, stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from cagette_notify.ledger.ledger import Ledger

_COLUMNS = "fates.custom_id, fates.message_id, recipient, fates.arrived_at, fates.status, fates.state"


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
        rows = [(f.custom_id, f.message_id, stamp(f.at), f.status, f.state) for f in fates if f.custom_id]
        with self._ledger.transaction() as connection:
            connection.executemany(
                """
                INSERT INTO fates SELECT ?1, ?2, ?3, ?4, ?5
                WHERE EXISTS (SELECT 1 FROM notices WHERE custom_id = ?1)
                ON CONFLICT (custom_id) DO UPDATE SET
                    message_id = excluded.message_id, arrived_at = excluded.arrived_at,
                    status = excluded.status, state = excluded.state
                WHERE excluded.state <> 15
                """,
                rows,
            )

    def since(self, since: datetime) -> dict[str, Fate]:
        """Return the fates of mails that left since then, by CustomID."""
        rows = self._ledger.rows(
            f"""
            SELECT DISTINCT {_COLUMNS} FROM fates JOIN notices USING (custom_id)
            WHERE account = ? AND claimed_at >= ?
            """,  # noqa: S608 - a literal of this module
            [self._account, stamp(since)],
        )
        return {fate.custom_id: fate for fate in map(_fate_of, rows)}

    def of(self, custom_ids: Iterable[str]) -> dict[str, Fate]:
        """Return the fates of some mails, by CustomID."""
        query = f"""
            SELECT DISTINCT {_COLUMNS} FROM fates JOIN notices USING (custom_id) WHERE fates.custom_id = ?
        """  # noqa: S608 - a literal of this module
        found = (row for custom_id in custom_ids for row in self._ledger.rows(query, [custom_id]))
        return {fate.custom_id: fate for fate in map(_fate_of, found)}


def _fate_of(row: sqlite3.Row) -> Fate:
    return Fate(
        custom_id=row["custom_id"],
        message_id=row["message_id"],
        address=row["recipient"],
        at=moment(row["arrived_at"]),
        status=row["status"],
        state=row["state"],
    )
