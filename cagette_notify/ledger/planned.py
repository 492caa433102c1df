"""Record planned broadcasts in the ledger; list them, call them off, let them depart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cagette_notify.core.messages import PlannedMail, PlannedRow
from cagette_notify.ledger.broadcast_rows import insert, keep_of_part, newest_attempt, planned_attempt, unplan
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.rows import account_to_write, from_utc_text, utc_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from cagette_notify.core.messages import Broadcast, Copy
    from cagette_notify.ledger.engine import Connection
    from cagette_notify.ledger.ledger import Ledger


class PlannedBook:
    """The planned mails of one delivery. Until one departs it has no copies: others take no note of it."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        """Look at the ledger's books of ``account``."""
        self._ledger = ledger
        self._account = account

    def plan(
        self,
        planned: PlannedMail,
        *,
        repeats: str = "",
        former_identities: Collection[str] = (),
        instead_of: str = "",
    ) -> str:
        """Record a mail that is to leave later, whole, and return its attempt.

        It takes the place of the attempt that it is planned ``instead_of``: if that one is planned no more,
        nothing is recorded, and no attempt is returned.

        If the same mail is planned already, that one stays as it is. So does one that was sent, or is about
        to be, unless it is the attempt that this one knowingly ``repeats``. The attempt is theirs, then.
        """
        broadcast = planned.broadcast
        of_it = self._account, (broadcast.identity, *former_identities)
        with self._ledger.transaction() as connection:
            if instead_of and not unplan(connection, instead_of):
                return ""
            if earlier := planned_attempt(connection, *of_it):
                return earlier
            newest = newest_attempt(connection, *of_it)
            if newest and newest != repeats:
                return newest
            insert(connection, broadcast, ())
            _insert_plan(connection, planned)
        return broadcast.attempt

    def all(self) -> list[PlannedMail]:
        """List what is planned, the earliest first."""
        return self._found("TRUE", [])

    def due(self, now: datetime) -> list[PlannedMail]:
        """List what is to leave by now, the earliest first."""
        return self._found("send_at <= ?", [utc_text(now)])

    def next_departure(self, now: datetime) -> datetime | None:
        """Return when the first of those leaves that are not due yet."""
        query = "SELECT min(send_at) AS next FROM planned WHERE account = ? AND send_at > ?"
        (row,) = self._ledger.rows(query, [self._account, utc_text(now)])
        return from_utc_text(row["next"]) if row["next"] else None

    def one(self, attempt: str) -> PlannedMail | None:
        """Return one attempt, if it is planned still."""
        return next(iter(self._found("attempt = ?", [attempt])), None)

    def same_mail(self, *identities: str) -> PlannedMail | None:
        """Return the same mail, by any of its identities, if it is planned."""
        return next((one for one in self.all() if one.broadcast.identity in identities), None)

    def call_off(self, attempt: str) -> bool:
        """Let nothing of a planned mail be left; say whether it was planned still."""
        with self._ledger.transaction() as connection:
            return unplan(connection, attempt)

    def bring_forward(self, attempt: str, to: datetime) -> bool:
        """Let a planned mail leave from another time on; say whether it was planned still."""
        with self._ledger.transaction() as connection:
            query = "UPDATE planned SET send_at = ? WHERE attempt = ?"
            return connection.execute(query, (utc_text(to), attempt)).rowcount > 0

    def depart(self, broadcast: Broadcast, copies: Sequence[Copy]) -> bool:
        """Put its copies in the place of a plan; say whether it was planned still: another may be ahead."""
        with self._ledger.transaction() as connection:
            if not unplan(connection, broadcast.attempt):
                return False
            insert(connection, broadcast, copies)
            keep_of_part(connection, broadcast, broadcast.attempt)
        return True

    def _found(self, condition: str, values: list[object]) -> list[PlannedMail]:
        rows = self._ledger.rows(
            f"SELECT * FROM planned WHERE account = ? AND {condition} ORDER BY send_at, attempt",  # noqa: S608 - literals of this module
            [self._account, *values],
        )
        book = BroadcastBook(self._ledger, self._account)
        return [
            PlannedMail(
                book.recorded(row["attempt"]),
                from_utc_text(row["send_at"]),
                _words(row["lists"]),
                row["addresses"],
                self._rows(row["attempt"]),
                _words(row["lists_off"]),
            )
            for row in rows
        ]

    def _rows(self, attempt: str) -> tuple[PlannedRow, ...]:
        query = "SELECT * FROM planned_rows WHERE attempt = ? ORDER BY list, position"
        return tuple(
            PlannedRow(
                *(row["list"], row["file"], row["line"]),
                *(_words(row["addresses"]), _words(row["names"]), row["shown"]),
            )
            for row in self._ledger.rows(query, [attempt])
        )


def _insert_plan(connection: Connection, planned: PlannedMail) -> None:
    attempt = planned.broadcast.attempt
    connection.execute(
        """
        INSERT INTO planned (attempt, account, send_at, lists, lists_off, addresses)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        (
            *(attempt, account_to_write(planned.broadcast.account), utc_text(planned.send_at)),
            *(_written(planned.lists), _written(planned.lists_off), planned.addresses),
        ),
    )
    connection.executemany(
        """
        INSERT INTO planned_rows (attempt, list, position, file, line, addresses, names, shown)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                *(attempt, row.list, position, row.file, row.line),
                *(_written(row.addresses), _written(row.names), row.shown),
            )
            for position, row in enumerate(planned.rows)
        ],
    )


def _written(words: Sequence[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _words(text: str) -> tuple[str, ...]:
    with as_written():
        return tuple(json.loads(text))
