"""Keep Mailjet's fates of sent mails beside their ledger rows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import CORRECTION
from cagette_notify.core.mailjet_fates import BAD_STATUSES, Fate
from cagette_notify.ledger.rows import IS_CORRECTION, TO_MEMBERS, from_utc_text, kind, utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from cagette_notify.ledger.engine import LedgerRow
    from cagette_notify.ledger.ledger import Ledger

_COLUMNS = "fates.custom_id, fates.message_id, recipient, fates.arrived_at, fates.status, fates.state"
_SENT = f"notices.account = ? AND claimed_at >= ? AND notices.status = 'sent' AND {TO_MEMBERS}"
_FIRST_OF_MAIL = """
    CASE WHEN NOT EXISTS (
        SELECT 1 FROM notices AS twin WHERE twin.custom_id = notices.custom_id AND twin.id < notices.id
    ) THEN 1 END
"""
_BATCH = 500  # of the values that any SQLite takes in one statement


class SentCount(Struct, frozen=True):
    """How many mails of one notice left and met one fate: Mailjet's status and state, or none yet.

    ``called`` is its kind, or that they were corrections. ``mails`` counts a mail of several notices once
    for each, ``of_all`` only for one of them. ``attempt`` tells apart the broadcasts of a group.
    """

    called: str
    group_id: str
    distribution_id: str
    attempt: str
    subject: str  # of a broadcast
    status: str
    state: int
    mails: int
    of_all: int


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

    def counted(self, since: datetime) -> list[SentCount]:
        """Count what left to members since then, by notice and fate, the newest notice first.

        By the database: in thirty days a federation's mails are hundreds of thousands.
        """
        rows = self._ledger.rows(
            f"""
            SELECT CASE WHEN {IS_CORRECTION} THEN '{CORRECTION}' ELSE kind END AS called,
                notices.group_id, distribution_id,
                CASE kind WHEN 'broadcast' THEN occasion ELSE '' END AS attempt,
                fates.status AS fate, state,
                count(DISTINCT notices.custom_id) AS mails, count({_FIRST_OF_MAIL}) AS of_all,
                max(claimed_at) AS newest, max(notices.id) AS last, max(coalesce(subject, '')) AS subject
            FROM notices LEFT JOIN fates USING (custom_id)
                LEFT JOIN broadcasts ON kind = 'broadcast' AND attempt = occasion
            WHERE {_SENT}
            GROUP BY 1, 2, 3, 4, 5, 6
            """,  # noqa: S608 - literals of this package
            [self._account, utc_text(since)],
        )
        newest: dict[tuple[str, ...], tuple[str, int]] = {}
        for row in rows:
            notice = _notice_of(row)
            newest[notice] = max(newest.get(notice, ("", 0)), (row["newest"], row["last"]))
        return [_count_of(row) for row in sorted(rows, key=lambda row: newest[_notice_of(row)], reverse=True)]

    def fullest_day(self, since: datetime) -> int:
        """Count the mails to members that left on the day, by UTC, on which most did since then."""
        rows = self._ledger.rows(
            f"""
            SELECT count(DISTINCT notices.custom_id) AS mails FROM notices
            WHERE {_SENT} GROUP BY substr(claimed_at, 1, 10) ORDER BY 1 DESC LIMIT 1
            """,  # noqa: S608 - literals of this package
            [self._account, utc_text(since)],
        )
        return int(rows[0]["mails"]) if rows else 0

    def in_doubt(self, since: datetime) -> int:
        """Count the mails to members tried since then of which nobody knows yet whether they left."""
        (row,) = self._ledger.rows(
            f"""
            SELECT count(DISTINCT custom_id) AS mails FROM notices
            WHERE account = ? AND claimed_at >= ? AND status IN ('claimed', 'in_doubt') AND {TO_MEMBERS}
            """,  # noqa: S608 - a literal of this package
            [self._account, utc_text(since)],
        )
        return int(row["mails"])

    def oldest(self, since: datetime) -> datetime | None:
        """Return when the first mail to members left since then, if any did."""
        return self._edge("min", since, "")

    def newest(self, since: datetime, *, before: datetime) -> datetime | None:
        """Return when the last mail to members left between the two times, if any did."""
        return self._edge("max", since, "AND claimed_at < ?", utc_text(before))

    def unheard_of(self, since: datetime, *, after: datetime, before: datetime) -> int:
        """Count the mails that left after one time and before another, if no fate of any is known.

        0 otherwise. ``since`` they are looked for.
        """
        rows = self._ledger.rows(
            f"""
            SELECT count(DISTINCT notices.custom_id) AS mails, count(fates.custom_id) AS known
            FROM notices LEFT JOIN fates USING (custom_id)
            WHERE {_SENT} AND claimed_at > ? AND claimed_at < ?
            """,  # noqa: S608 - literals of this package
            [self._account, *map(utc_text, (since, after, before))],
        )
        return 0 if rows[0]["known"] else int(rows[0]["mails"])

    def _edge(self, function: str, since: datetime, also: str, *values: str) -> datetime | None:
        query = f"SELECT {function}(claimed_at) AS at FROM notices WHERE {_SENT} {also}"  # noqa: S608 - literals of this module
        (row,) = self._ledger.rows(query, [self._account, utc_text(since), *values])
        return from_utc_text(row["at"]) if row["at"] else None

    def oldest_open(self, since: datetime, until: datetime) -> datetime | None:
        """Return when the oldest mail left, of those between the two times whose fate may still get worse."""
        rows = self._ledger.rows(
            f"""
            SELECT claimed_at FROM notices
            WHERE account = ? AND claimed_at BETWEEN ? AND ? AND status = 'sent' AND {TO_MEMBERS}
                AND NOT EXISTS (
                SELECT 1 FROM fates
                WHERE fates.custom_id = notices.custom_id AND fates.status IN ({_places(BAD_STATUSES)})
            )
            ORDER BY claimed_at LIMIT 1
            """,  # noqa: S608 - question marks
            [self._account, utc_text(since), utc_text(until), *BAD_STATUSES],
        )
        return from_utc_text(rows[0]["claimed_at"]) if rows else None

    def of_unreached(self, since: datetime, *, only_since: bool = False) -> list[Fate]:
        """List the fates of every address to which a mail that left since then may not have arrived.

        All of them, those of mails that left before too, unless ``only_since``.
        """
        rows = self._ledger.rows(
            f"""
            WITH unreached AS (
                SELECT DISTINCT address FROM notices JOIN fates USING (custom_id)
                WHERE account = ? AND claimed_at >= ? AND fates.status IN ({_places(BAD_STATUSES)})
                    AND {TO_MEMBERS}
            )
            SELECT DISTINCT {_COLUMNS}
            FROM unreached CROSS JOIN notices JOIN fates USING (custom_id)
            WHERE notices.address = unreached.address COLLATE NOCASE AND +account = ?
                AND {TO_MEMBERS} AND claimed_at >= ?
            """,  # noqa: S608 - a literal of this module, and question marks
            [
                *(self._account, utc_text(since), *BAD_STATUSES),
                *(self._account, utc_text(since) if only_since else ""),
            ],
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


def _notice_of(row: LedgerRow) -> tuple[str, ...]:
    return row["called"], row["group_id"], row["distribution_id"], row["attempt"]


def _count_of(row: LedgerRow) -> SentCount:
    return SentCount(
        called=row["called"] if row["called"] == CORRECTION else kind(row["called"]).value,
        group_id=row["group_id"],
        distribution_id=row["distribution_id"],
        attempt=row["attempt"],
        subject=row["subject"],
        status=row["fate"] or "",
        state=row["state"] or 0,
        mails=row["mails"],
        of_all=row["of_all"],
    )


def _fate_of(row: LedgerRow) -> Fate:
    return Fate(
        custom_id=row["custom_id"],
        message_id=row["message_id"],
        address=row["recipient"],
        at=from_utc_text(row["arrived_at"]),
        status=row["status"],
        state=row["state"],
    )
